// The data flow: scopes as boxes that open and close, arrows for what flows between them.

const SVG = document.querySelector("svg").namespaceURI;
const svg = (tag, attributes, text) => {
  const e = document.createElementNS(SVG, tag);
  for (const key in attributes) e.setAttribute(key, attributes[key]);
  if (text !== undefined) e.textContent = text;
  return e;
};
const GAP = 26, LAYER = 44, PAD = 14, HEAD = 30, WIDEST = 1300;
const flows = DATA.pictures.map(p => p.flow && prepared(p.flow));
let flow = null, zoom = 1, spot = null, drawnBoxes = [];

// Boxes: every scope and operation with what it lies in; a scope's `count` is of operations.
function prepared(data) {
  const scopes = data.scopes.map(([parent, name], i) => ({ id: "s" + i, scope: true, parent, name, kids: [], count: 0, open: i === 0 }));
  scopes.forEach((s, i) => { if (i) { s.up = scopes[s.parent]; s.up.kids.push(s); s.full = (s.up.full ? s.up.full + "/" : "") + s.name; } else s.full = ""; });
  const ops = data.ops.map(([scope, name, type, shape, at, inputs], i) => {
    const up = scopes[scope], op = { id: "o" + i, name, type, shape: data.shapes[shape], at, inputs, up, kids: [], full: (up.full ? up.full + "/" : "") + name };
    up.kids.push(op);
    for (let s = up; s; s = s.up) s.count++;
    return op;
  });
  // A scope that is named as an operation is what that operation is made of.
  scopes.forEach(s => { if (s.up && s.up.kids.some(k => !k.scope && k.name === s.name)) s.twin = true; });
  series(scopes);
  // Opened as far as it stays easy to take in, the largest first.
  for (let boxes = scopes[0].kids.length, turn = 0; turn < 6; turn++) {
    const next = scopes.filter(s => !s.open && !s.series && s.count > 1 && (!s.up || s.up.open) && boxes + s.kids.length <= 24).sort((a, b) => b.count - a.count)[0];
    if (!next) break;
    next.open = true; boxes += next.kids.length;
  }
  return { scopes, ops, left: data.left };
}

// Where a scope holds many, operations that differ by number alone are one box.
function series(scopes) {
  scopes.slice().forEach(scope => {
    if (scope.kids.length <= 30) return;
    const alike = new Map();
    scope.kids.forEach(k => { if (!k.scope) { const base = k.name.replace(/_\d+$/, ""); alike.set(base, [...(alike.get(base) || []), k]); } });
    alike.forEach((found, base) => {
      if (found.length < 4) return;
      const box = { id: "g" + scopes.length, scope: true, series: true, up: scope, name: base + " ×" + found.length, full: (scope.full ? scope.full + "/" : "") + base + " and others of its name", kids: found, count: found.length, open: false };
      found.forEach(k => k.up = box);
      const gone = new Set(found);
      scope.kids = scope.kids.filter(k => !gone.has(k));
      scope.kids.push(box);
      scopes.push(box);
    });
  });
}

function shownAs(op) {
  let found = op;
  for (let s = op.up; s; s = s.up) if (!s.open) found = s;
  return found;
}
// The child of `box` that holds `node`.
function childOf(box, node) { while (node && node.up !== box) node = node.up; return node; }

function arrows() {
  const found = new Map();
  flow.ops.forEach(op => {
    const to = shownAs(op);
    op.inputs.forEach(i => {
      const source = flow.ops[i], from = shownAs(source);
      if (from === to) return;
      const key = from.id + " " + to.id;
      let arrow = found.get(key);
      if (!arrow) found.set(key, arrow = { from, to, count: 0, shape: source.shape });
      arrow.count++;
    });
  });
  return [...found.values()];
}

// Layers from top to bottom: each box below all that it takes from; loops are cut where they close.
function layered(box, edges) {
  const kids = box.kids.filter(k => !k.hidden), into = new Map(kids.map(k => [k, new Set()])), out = new Map(kids.map(k => [k, new Set()]));
  edges.forEach(({ from, to }) => {
    const a = childOf(box, from), b = childOf(box, to);
    if (a && b && a !== b && into.has(a) && into.has(b)) { into.get(b).add(a); out.get(a).add(b); }
  });
  const rank = new Map(), state = new Map(), stackOf = [];
  kids.forEach(start => {
    if (state.has(start)) return;
    stackOf.push([start, [...into.get(start)], 0]);
    state.set(start, 1); rank.set(start, 0);
    while (stackOf.length) {
      const top = stackOf[stackOf.length - 1], [node, sources] = top;
      if (top[2] < sources.length) {
        const source = sources[top[2]++];
        if (state.get(source) === 1) continue;
        if (state.get(source) === 2) { rank.set(node, Math.max(rank.get(node), rank.get(source) + 1)); continue; }
        state.set(source, 1); rank.set(source, 0);
        stackOf.push([source, [...into.get(source)], 0]);
      } else {
        state.set(node, 2); stackOf.pop();
        const above = stackOf[stackOf.length - 1];
        if (above) rank.set(above[0], Math.max(rank.get(above[0]), rank.get(node) + 1));
      }
    }
  });
  const alone = kids.filter(k => !into.get(k).size && !out.get(k).size), joined = kids.filter(k => into.get(k).size || out.get(k).size);
  // What only gives stands right above the first that takes from it.
  joined.forEach(k => { if (!into.get(k).size) { const least = Math.min(...[...out.get(k)].map(o => rank.get(o))); rank.set(k, Math.max(0, least - 1)); } });
  const layers = [];
  joined.forEach(k => (layers[rank.get(k)] = layers[rank.get(k)] || []).push(k));
  const filled = layers.filter(Boolean), place = new Map();
  filled.forEach(layer => layer.forEach((k, i) => place.set(k, i / layer.length)));
  for (let turn = 0; turn < 6; turn++) {
    const side = turn % 2 ? out : into;
    (turn % 2 ? [...filled].reverse() : filled).forEach(layer => {
      const middle = k => { const near = [...side.get(k)]; return near.length ? near.reduce((sum, n) => sum + place.get(n), 0) / near.length : place.get(k); };
      layer.map(k => [middle(k), k]).sort((a, b) => a[0] - b[0]).forEach(([, k], i) => { layer[i] = k; place.set(k, i / layer.length); });
    });
  }
  return [filled, alone];
}

function measured(box, edges) {
  if (!box.scope || !box.open) {
    box.w = Math.max(64, Math.min(260, box.name.length * 7.4 + 26), box.scope ? 112 : 0);
    box.h = box.scope ? 44 : 28;
    return;
  }
  box.kids.forEach((k, i) => { k.hidden = i >= 240; });
  const kids = box.kids.filter(k => !k.hidden);
  kids.forEach(k => measured(k, edges));
  const [layers, alone] = layered(box, edges), bands = [];
  layers.forEach(layer => {
    let band = [], width = 0;
    layer.forEach(k => { if (band.length && width + k.w > WIDEST) { bands.push(band); band = []; width = 0; } band.push(k); width += k.w + GAP; });
    if (band.length) bands.push(band);
  });
  const wide = band => band.reduce((sum, k) => sum + k.w + GAP, -GAP), width = Math.max(box.name.length * 7.4 + 40, ...bands.map(wide), 0);
  let y = box.up ? HEAD : 0;
  bands.forEach(band => {
    const high = Math.max(...band.map(k => k.h));
    let x = (width - wide(band)) / 2;
    band.forEach(k => { k.x = x + PAD; k.y = y + (high - k.h) / 2; x += k.w + GAP; });
    y += high + LAYER;
  });
  if (bands.length) y -= LAYER - PAD;
  // What nothing flows to or from stands apart, below.
  let x = 0, high = 0, most = 0;
  const room = Math.max(width, Math.min(WIDEST, 620));
  if (alone.length && bands.length) y += GAP;
  alone.forEach(k => {
    if (x && x + k.w > room) { x = 0; y += high + 12; high = 0; }
    k.x = x + PAD; k.y = y; x += k.w + 12; high = Math.max(high, k.h); most = Math.max(most, x - 12);
  });
  if (alone.length) y += high + PAD;
  box.w = Math.max(width, most) + 2 * PAD;
  box.h = Math.max(y, HEAD + 8);
}

function placed(box, x, y) {
  box.left = x; box.top = y;
  if (box.scope && box.open) box.kids.forEach(k => { if (!k.hidden) placed(k, x + k.x, y + k.y); });
}

const cut = (text, width) => { const letters = Math.floor((width - 16) / 6.9); return text.length > letters ? text.slice(0, Math.max(3, letters - 1)) + "…" : text; };

function drawBox(box, into) {
  const opened = box.scope && box.open;
  // What stands in the box comes first, as it stands there: who speaks to the page says that.
  const said = box.name + " " + (box.scope ? plural(box.count, "operation", "operations") : box.type + (box.shape ? " " + box.shape : "")) + ", " + box.full;
  const g = svg("g", { class: "boxed" + (box.scope ? " scope" : "") + (opened ? " opened" : "") + (/^(Variable|VarHandle)/.test(box.type || "") ? " variable" : ""), id: "box-" + box.id, role: "button", "aria-label": said });
  if (box.scope) g.setAttribute("aria-expanded", Boolean(box.open));
  const r = box.scope ? 8 : 14;
  g.append(svg("rect", { x: box.left, y: box.top, width: box.w, height: box.h, rx: r }));
  const middle = box.left + box.w / 2, says = (x, y, anchor, text, cls) => svg("text", { x, y, "text-anchor": anchor, "aria-hidden": true, class: cls || "" }, text);
  if (opened) g.append(says(box.left + 12, box.top + 19, "start", "▾ " + box.name));
  else if (box.scope) g.append(says(middle, box.top + 19, "middle", cut(box.name, box.w)), " ", says(middle, box.top + 35, "middle", plural(box.count, "operation", "operations"), "under"));
  else g.append(says(middle, box.top + 18, "middle", cut(box.name, box.w)));
  g.addEventListener("pointerenter", () => { $("flow").title = said; });
  g.addEventListener("click", e => { e.stopPropagation(); $("flow").focus({ preventScroll: true }); act(box); });
  into.append(g);
  drawnBoxes.push(box);
  if (opened) {
    const left = box.kids.filter(k => k.hidden).length;
    if (left) g.append(says(box.left + box.w - 12, box.top + 19, "end", "and " + number(left) + " more", "under"));
    box.kids.forEach(k => { if (!k.hidden) drawBox(k, into); });
  }
}

function drawEdge({ from, to, count, shape }, into) {
  if (from.left === undefined || to.left === undefined) return;
  const x1 = from.left + from.w / 2, y1 = from.top + from.h, x2 = to.left + to.w / 2, y2 = to.top, down = y2 > y1, bend = down ? Math.max(18, Math.min(90, (y2 - y1) / 2)) : 60;
  const side = Math.max(from.left + from.w, to.left + to.w) + 30;
  const d = down ? `M${x1} ${y1}C${x1} ${y1 + bend} ${x2} ${y2 - bend} ${x2} ${y2}` : `M${x1} ${y1}C${x1} ${y1 + bend} ${side} ${y1 + bend} ${side} ${(y1 + y2) / 2}S${x2} ${y2 - bend} ${x2} ${y2}`;
  const path = svg("path", { d, class: "edge", "stroke-width": Math.min(5, 1 + Math.log2(count) * .8), "marker-end": "url(#tip)", "data-from": from.id, "data-to": to.id });
  path.append(svg("title", {}, from.full + " → " + to.full + (count > 1 ? ", " + count + " tensors" : shape ? " " + shape : "")));
  into.append(path);
  const label = count > 1 ? count + " tensors" : shape;
  if (label && down && y2 - y1 < 130) into.append(svg("text", { x: (x1 + x2) / 2 + 4, y: (y1 + y2) / 2 + 4, class: "edge-label" }, label));
}

function drawFlow() {
  const at = +$("graph").value || 0, drawing = $("drawing");
  flow = flows[at];
  drawing.textContent = "";
  drawnBoxes = [];
  if (!flow || !flow.ops.length) {
    drawing.setAttribute("width", 300); drawing.setAttribute("height", 60);
    drawing.append(svg("text", { x: 10, y: 30 }, flow ? "No operations." : "scopelint tree --format html draws it."));
    return;
  }
  const edges = arrows(), root = flow.scopes[0];
  [...flow.scopes, ...flow.ops].forEach(b => { b.left = undefined; b.hidden = false; });
  measured(root, edges);
  placed(root, PAD, PAD);
  const tips = svg("defs", {}), tip = svg("marker", { id: "tip", viewBox: "0 0 8 8", refX: 7, refY: 4, markerWidth: 7, markerHeight: 7, orient: "auto", markerUnits: "userSpaceOnUse" });
  tip.append(svg("path", { d: "M0 0L8 4L0 8z", class: "tip" }));
  tips.append(tip);
  const opened = svg("g", {}), lines = svg("g", {}), closed = svg("g", {});
  drawing.append(tips, opened, lines, closed);
  root.kids.forEach(k => { if (!k.hidden) drawBox(k, closed); });
  drawnBoxes.forEach(b => { if (b.open && b.scope) opened.append($("box-" + b.id)); });
  edges.forEach(e => drawEdge(e, lines));
  // Arrows that go back up swing out of the boxes' bounds.
  const bounds = lines.getBBox(), left = Math.min(0, bounds.x - PAD), top = Math.min(0, bounds.y - PAD);
  flow.w = Math.max(root.w + 2 * PAD, bounds.x + bounds.width + PAD) - left; flow.h = Math.max(root.h + 2 * PAD, bounds.y + bounds.height + PAD) - top;
  flow.x = left; flow.y = top;
  drawing.setAttribute("viewBox", `${left} ${top} ${flow.w} ${flow.h}`);
  scale(zoom);
  if (spot && !drawnBoxes.includes(spot)) spot = null;
  mark();
}

function scale(to) {
  zoom = Math.max(.1, Math.min(3, to));
  $("drawing").setAttribute("width", flow.w * zoom);
  $("drawing").setAttribute("height", flow.h * zoom);
}
function fit() { const box = $("flow"); const least = narrow.matches ? .7 : .4; scale(Math.min(1.1, Math.max(least, Math.min((box.clientWidth - 8) / flow.w, (box.clientHeight - 8) / flow.h)))); box.scrollTop = 0; box.scrollLeft = (flow.w * zoom - box.clientWidth) / 2; }

function act(box) {
  spot = box;
  if (box.scope) { box.open = !box.open; drawFlow(); }
  else mark();
  bring();
  describeBox(box);
}
function describeBox(box) {
  const entry = entries.find(e => e.data.full === box.full && (e.data.var || box.scope));
  if (entry) { describe(entry); return; }
  if (box.scope) { detail(box.full, [["Operations", number(box.count)]], []); return; }
  detail(box.full, [["Operation", box.type], ["Shape", box.shape], ["Takes", box.inputs.slice(0, 8).map(i => flow.ops[i].full).join(", ")]], [["Made at", box.at ? [box.at] : []]]);
  if (box.at && !narrow.matches) show(box.at[0], box.at[1]);
}
function mark() {
  drawnBoxes.forEach(b => { const g = $("box-" + b.id); g.classList.toggle("at", b === spot); g.classList.toggle("lit", b === spot); });
  document.querySelectorAll("#drawing .edge").forEach(e => e.classList.toggle("lit", Boolean(spot) && (e.dataset.from === spot.id || e.dataset.to === spot.id)));
  if (spot) $("flow").setAttribute("aria-label", "Data flow, at " + $("box-" + spot.id).getAttribute("aria-label"));
}
function bring() {
  if (!spot) return;
  const box = $("flow"), x = (spot.left - flow.x) * zoom, y = (spot.top - flow.y) * zoom, w = Math.min(spot.w * zoom, box.clientWidth), h = Math.min(spot.h * zoom, box.clientHeight);
  if (x < box.scrollLeft) box.scrollLeft = x - 20; else if (x + w > box.scrollLeft + box.clientWidth) box.scrollLeft = x + w - box.clientWidth + 20;
  if (y < box.scrollTop) box.scrollTop = y - 20; else if (y + h > box.scrollTop + box.clientHeight) box.scrollTop = y + h - box.clientHeight + 20;
}
$("flow").addEventListener("keydown", e => {
  if (!flow || e.ctrlKey || e.metaKey || e.altKey) return;
  const sorted = [...drawnBoxes].sort((a, b) => a.top - b.top || a.left - b.left), at = sorted.indexOf(spot);
  const to = { ArrowDown: at + 1, ArrowRight: at + 1, ArrowUp: at - 1, ArrowLeft: at - 1, Home: 0, End: sorted.length - 1 }[e.key];
  if (to !== undefined) { spot = sorted[Math.max(0, Math.min(sorted.length - 1, to))]; mark(); bring(); }
  else if ((e.key === "Enter" || e.key === " ") && spot) act(spot);
  else if (e.key === "+") scale(zoom * 1.25);
  else if (e.key === "-") scale(zoom / 1.25);
  else return;
  e.preventDefault();
});
$("flow").addEventListener("wheel", e => { if (e.ctrlKey && flow) { e.preventDefault(); scale(zoom * Math.exp(-e.deltaY / 300)); } }, { passive: false });
$("smaller").addEventListener("click", () => flow && scale(zoom / 1.25));
$("larger").addEventListener("click", () => flow && scale(zoom * 1.25));
$("fit").addEventListener("click", () => flow && fit());
$("flow-fold").addEventListener("click", () => { if (flow) { flow.scopes.forEach((s, i) => s.open = i === 0); drawFlow(); fit(); } });

// Pictures on their own: styles become attributes, since a file has no page around it.
function alone() {
  const copy = $("drawing").cloneNode(true), from = $("drawing").querySelectorAll("*"), style = getComputedStyle(document.documentElement);
  copy.querySelectorAll("*").forEach((e, i) => {
    const own = getComputedStyle(from[i]);
    ["fill", "stroke", "stroke-width", "stroke-dasharray", "opacity", "font-family", "font-size", "paint-order"].forEach(key => { if (own.getPropertyValue(key)) e.setAttribute(key, own.getPropertyValue(key)); });
    ["class", "role", "aria-label", "aria-hidden", "aria-expanded", "data-from", "data-to"].forEach(key => e.removeAttribute(key));
  });
  copy.prepend(svg("rect", { x: flow.x, y: flow.y, width: flow.w, height: flow.h, fill: style.getPropertyValue("--bg").trim() }));
  copy.setAttribute("width", flow.w); copy.setAttribute("height", flow.h);
  copy.removeAttribute("id"); copy.removeAttribute("role");
  return new XMLSerializer().serializeToString(copy);
}
function save(blob, ending) {
  const a = el("a"), url = URL.createObjectURL(blob);
  a.href = url; a.download = DATA.title.replace(/[^\w.-]+/g, "_") + ending;
  document.body.append(a); a.click(); a.remove();
  setTimeout(() => URL.revokeObjectURL(url), 10000);
}
$("svg").addEventListener("click", () => flow && save(new Blob([alone()], { type: "image/svg+xml" }), ".svg"));
$("png").addEventListener("click", () => {
  if (!flow) return;
  const image = new Image(), url = URL.createObjectURL(new Blob([alone()], { type: "image/svg+xml" }));
  image.onload = () => {
    // A canvas has bounds: a large picture is drawn smaller.
    const times = Math.min(2, 8000 / Math.max(flow.w, flow.h)), canvas = el("canvas");
    canvas.width = Math.ceil(flow.w * times); canvas.height = Math.ceil(flow.h * times);
    canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
    URL.revokeObjectURL(url);
    canvas.toBlob(blob => save(blob, ".png"));
  };
  image.src = url;
});
DATA.pictures.forEach((p, i) => { const o = el("option", "", p.title); o.value = i; $("graph").append(o); });
$("graph").hidden = DATA.pictures.length < 2;
$("graph").addEventListener("change", () => { drawFlow(); if (flow) fit(); });
let fitted = false;
$("tab-flow").addEventListener("click", () => { if (flow && flow.ops.length && !fitted) { fitted = true; fit(); } });

// What the address asks for
const asked = new URLSearchParams(location.hash.slice(1));
if (asked.get("theme")) document.documentElement.dataset.theme = asked.get("theme");
called();
if (asked.get("filter")) { $("filter").value = asked.get("filter"); filter(); }
if (asked.get("tab")) { tab(asked.get("tab")); if (flow && flow.ops.length) { fitted = true; fit(); } }
if (asked.get("line")) { const [f, l] = asked.get("line").split(":"); show(+f, +l); jump(+l); }
