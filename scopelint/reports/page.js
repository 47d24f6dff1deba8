"use strict";
const DATA = JSON.parse(document.getElementById("data").textContent);
const $ = id => document.getElementById(id);
const el = (tag, cls, text) => { const e = document.createElement(tag); if (cls) e.className = cls; if (text !== undefined) e.textContent = text; return e; };
const number = n => n.toLocaleString("en-US");
const size = (p, open) => open && !p ? "?" : (open ? "≥ " : "") + number(p);
const plural = (n, one, many) => number(n) + " " + (n === 1 ? one : many);
const narrow = matchMedia("(max-width: 860px)");
const byLine = new Map();   // "file:line" -> [{entry, how}]
const entries = [];         // every scope and variable, in the order of the tree
const roots = [];
let file = 0;

// A list of which only what is in view is drawn. `height(i)`, `draw(i)` give a row's height and element.
class Rows {
  constructor(box, height, draw) {
    this.box = box; this.height = height; this.draw = draw; this.tops = [0]; this.shown = new Map();
    this.space = el("div", "space"); this.space.setAttribute("role", "none");
    box.append(this.space);
    box.addEventListener("scroll", () => this.paint(), { passive: true });
    new ResizeObserver(() => this.paint()).observe(box);
  }
  set(count) {
    this.count = count; this.tops = new Float64Array(count + 1);
    for (let i = 0; i < count; i++) this.tops[i + 1] = this.tops[i] + this.height(i);
    this.space.style.height = this.tops[count] + 24 + "px";
    this.shown.forEach(e => e.remove()); this.shown.clear();
    this.paint();
  }
  find(y) { let low = 0, high = this.count; while (low < high) { const mid = (low + high) >> 1; if (this.tops[mid + 1] <= y) low = mid + 1; else high = mid; } return low; }
  paint() {
    if (!this.count || !this.box.clientHeight) return;
    const from = Math.max(0, this.find(this.box.scrollTop - 200)), until = Math.min(this.count, this.find(this.box.scrollTop + this.box.clientHeight + 200) + 1);
    this.shown.forEach((e, i) => { if (i < from || i >= until) { e.remove(); this.shown.delete(i); } });
    let before = null;
    for (let i = from; i < until; i++) {
      let e = this.shown.get(i);
      if (!e) {
        e = this.draw(i); e.style.top = this.tops[i] + "px"; e.style.height = this.tops[i + 1] - this.tops[i] + "px";
        this.shown.set(i, e);
        if (before) before.after(e); else this.space.prepend(e);
      }
      before = e;
    }
  }
  redraw() { this.shown.forEach(e => e.remove()); this.shown.clear(); this.paint(); }
  reveal(i, middle) {
    const top = this.tops[i], bottom = this.tops[i + 1], box = this.box;
    if (middle) box.scrollTop = (top + bottom - box.clientHeight) / 2;
    else if (top < box.scrollTop) box.scrollTop = top;
    else if (bottom > box.scrollTop + box.clientHeight) box.scrollTop = bottom - box.clientHeight;
    this.paint();
  }
}

// The tree

function note(at, entry) { if (at) { const k = at.join(":"); if (!byLine.has(k)) byLine.set(k, []); byLine.get(k).push(entry); } }

function build(data, depth, total, up) {
  const entry = { id: entries.length, data, depth, total, up, kids: [], open: false, lower: data.full.toLowerCase(), at: -1 };
  entries.push(entry);
  const v = data.var;
  (data.refused || []).forEach(r => note(r.at, { entry, how: "refused" }));
  if (v) note(v.at, { entry, how: "makes" });
  (data.shared || []).forEach(at => note(at, { entry, how: "shares" }));
  if (!v) (data.at || []).forEach(at => note(at, { entry, how: "opens" }));
  (data.inner || []).forEach(k => entry.kids.push(build(k, depth + 1, total, entry)));
  entry.open = entry.kids.length > 0 && (depth < 2 || entry.kids.length === 1);
  return entry;
}

let visible = [];           // entries, and headings as text
let words = [], wide = 400, phone = false;
let active = null;          // the entry that the keyboard is at
let chosen = new Set();

function named(name) {
  const span = el("span", "name");
  const last = words.length ? words[words.length - 1].split("/").pop() : "";
  name.split(/(\{[^}]*\})/).forEach(part => {
    if (!part) return;
    const at = last ? part.toLowerCase().indexOf(last) : -1;
    const into = part[0] === "{" ? el("span", "hole") : span;
    if (at >= 0) into.append(part.slice(0, at), el("mark", "", part.slice(at, at + last.length)), part.slice(at + last.length));
    else into.append(part);
    if (into !== span) span.append(into);
  });
  return span;
}

function drawRow(i) {
  const entry = visible[i];
  if (typeof entry === "string") { const h = el("div", "heading", entry); h.setAttribute("role", "none"); return h; }
  const data = entry.data, v = data.var, row = el("div", "row");
  row.id = "r" + entry.id;
  row.setAttribute("role", "treeitem");
  row.setAttribute("aria-level", entry.depth + 1);
  row.setAttribute("aria-setsize", entry.siblings);
  row.setAttribute("aria-posinset", entry.place);
  row.setAttribute("aria-selected", chosen.has(entry));
  if (entry.kids.length) row.setAttribute("aria-expanded", entry.open);
  row.style.paddingLeft = Math.min(entry.depth, narrow.matches ? 8 : 40) * (narrow.matches ? 11 : 18) + 26 + "px";
  if (entry.kids.length || !v) row.classList.add("scope");
  if (v) row.classList.add("var");
  if (v && !v.trainable) row.classList.add("fixed");
  if (data.refused) row.classList.add("refused");
  if (entry.leads) row.classList.add("leads");
  if (chosen.has(entry)) row.classList.add("lit");
  if (entry === active) row.classList.add("at");
  const twist = el("span", "twist", entry.kids.length ? (entry.open ? "▼" : "▶") : "");
  twist.setAttribute("aria-hidden", "true");
  row.append(twist, named(data.name || "(empty)"));
  if (v) {
    row.append(el("span", "shape", v.shape + " " + v.dtype));
    if (!v.trainable && !narrow.matches) row.append(el("span", "tag", "not trainable"));
    if (v.when && !narrow.matches) { const t = el("span", "tag when", v.when); t.title = v.when; row.append(t); }
  }
  if (data.shared) row.append(el("span", "tag share", "shared ×" + data.shared.length));
  if (data.idle && !narrow.matches) row.append(el("span", "tag", "name scope, no variable sees it"));
  if (data.n || v) {
    const s = el("span", "size"), own = v ? v.p : data.p - data.sp;
    s.append(el("b", "", size(own, v ? v.open : data.open)));
    if (!v && data.sp) s.append(el("i", "", size(data.p, data.open) + " with slots"));
    else s.append(el("i", "", v ? (v.open ? "" : v.b) : data.b));
    row.append(s);
    if (!v && entry.total && entry.depth < 6) { const m = el("span", "meter"); m.style.width = Math.max(1, 90 * data.p / entry.total) + "px"; row.append(m); }
  }
  (data.refused || []).forEach(r => row.append(el("div", "why", "✗ " + r.why)));
  row.addEventListener("click", e => {
    active = entry;
    $("tree").focus({ preventScroll: true });
    if (e.target === twist || (!places(entry).length && entry.kids.length)) { fold(entry, !entry.open); return; }
    if (!entry.open) fold(entry, true);
    choose(entry);
  });
  row.addEventListener("dblclick", () => fold(entry, !entry.open));
  return row;
}

function rowHeight(i) {
  const entry = visible[i];
  if (typeof entry === "string") return 34;
  if (!phone && !entry.data.refused) return 26;
  const letters = Math.max(20, (wide - entry.depth * 12 - 40) / 7);
  let height = 26;
  if (phone) {
    const v = entry.data.var, line = (entry.data.name || "").length + (v ? v.shape.length + v.dtype.length + 12 : 8) + (entry.data.shared ? 11 : 0);
    height = line > letters * .9 ? 58 : 38;
  }
  (entry.data.refused || []).forEach(r => height += 18 * Math.ceil((r.why.length + 2) / letters) + 4);
  return height;
}

const rows = new Rows($("tree"), rowHeight, drawRow);
const places = entry => [entry.data.var && entry.data.var.at, ...(entry.data.refused || []).map(r => r.at), ...(entry.data.shared || []), ...(entry.data.at || [])].filter(Boolean);

function arrange() {
  const idle = $("idle").checked;
  visible = [];
  // Asked once: a row's height is worked out 12,000 times.
  wide = $("tree").clientWidth || 400; phone = narrow.matches;
  const walk = (list, seen) => {
    const those = list.filter(seen);
    for (let i = 0; i < those.length; i++) {
      const entry = those[i];
      entry.siblings = those.length; entry.place = i + 1; entry.at = visible.length;
      visible.push(entry);
      if (entry.open && entry.kids.length) walk(entry.kids, seen);
    }
  };
  entries.forEach(e => e.at = -1);
  const seen = entry => (!words.length || entry.fits || entry.below) && (idle || !entry.data.idle);
  DATA.pictures.forEach((p, i) => {
    const mine = roots[i];
    if (DATA.pictures.length > 1 && mine.some(seen)) visible.push(p.title + " · " + plural(p.n, "variable", "variables") + " · " + size(p.p, p.open));
    walk(mine, seen);
  });
  if (active && active.at < 0) { while (active && active.at < 0) active = active.up; }
  rows.set(visible.length);
  $("nothing").hidden = visible.length > 0;
  point();
}

function point() {
  const box = $("tree");
  if (active && active.at >= 0 && $("r" + active.id)) box.setAttribute("aria-activedescendant", "r" + active.id);
  else box.removeAttribute("aria-activedescendant");
}

function go(entry) {
  if (!entry) return;
  const former = active;
  active = entry;
  rows.reveal(entry.at);
  [former, entry].forEach(e => { const r = e && $("r" + e.id); if (r) r.classList.toggle("at", e === active); });
  point();
}

function fold(entry, on) { if (entry.kids.length && entry.open !== on) { entry.open = on; arrange(); } }
function openAbove(entry) { for (let up = entry.up; up; up = up.up) up.open = true; }

let turn = 0;
function filter() {
  const text = $("filter").value.toLowerCase(), before = words.length;
  words = text.split(/\s+/).filter(Boolean);
  if (!before && words.length) entries.forEach(e => e.former = e.open);
  let hits = 0, all = 0;
  turn++;
  if (words.length) {
    const [first, ...others] = words;
    for (let i = entries.length - 1; i >= 0; i--) {
      // What lies in a scope comes after it.
      const e = entries[i];
      e.fits = e.lower.includes(first) && others.every(w => e.lower.includes(w));
      if (e.data.var) { all++; if (e.fits) hits++; }
      if (e.below = e.mark === turn) e.open = true;
      if ((e.fits || e.below) && e.up) e.up.mark = turn;
    }
    $("hits").textContent = number(hits) + " of " + plural(all, "variable", "variables");
  } else {
    if (before) entries.forEach(e => { if (e.former !== undefined) e.open = e.former; });
    $("hits").textContent = "";
  }
  arrange();
  $("tree").scrollTop = 0;
}

$("tree").addEventListener("keydown", e => {
  const at = active ? active.at : -1;
  const next = (from, step) => { for (let i = from; i >= 0 && i < visible.length; i += step) if (typeof visible[i] !== "string") return visible[i]; return null; };
  const page = Math.max(1, Math.floor($("tree").clientHeight / 28) - 1);
  if (e.ctrlKey || e.metaKey || e.altKey) return;
  if (e.key === "ArrowDown") go(next(at + 1, 1));
  else if (e.key === "ArrowUp") go(next(at - 1, -1));
  else if (e.key === "Home") go(next(0, 1));
  else if (e.key === "End") go(next(visible.length - 1, -1));
  else if (e.key === "PageDown") go(next(Math.min(visible.length - 1, at + page), -1));
  else if (e.key === "PageUp") go(next(Math.max(0, at - page), 1));
  else if (!active) return;
  else if (e.key === "ArrowRight") { if (active.kids.length && !active.open) fold(active, true); else go(next(at + 1, 1)); }
  else if (e.key === "ArrowLeft") { if (active.open && active.kids.length) fold(active, false); else if (active.up) go(active.up); }
  else if (e.key === "Enter" || e.key === " ") choose(active);
  else if (e.key === "*") { (active.up ? active.up.kids : roots.flat()).forEach(k => k.open = k.kids.length > 0); arrange(); }
  else return;
  e.preventDefault();
});
$("tree").addEventListener("focus", () => { if (!active) go(visible.find(e => typeof e !== "string")); });

// What is chosen: its facts and places

function link(at) { const f = DATA.files[at[0]]; return f.link ? "vscode://file/" + encodeURI(f.link) + (f.cell ? "" : ":" + at[1]) : ""; }
const where = at => DATA.files[at[0]].path.split("/").pop() + ":" + at[1];

function detail(title, facts, listed) {
  const box = $("detail");
  box.textContent = "";
  const close = el("button", "close", "×");
  close.type = "button"; close.setAttribute("aria-label", "Close");
  close.addEventListener("click", () => { box.hidden = true; });
  const dl = el("dl");
  facts.forEach(([term, text]) => { if (text) dl.append(el("dt", "", term), el("dd", "", text)); });
  box.append(close, el("h2", "", title), dl);
  listed.forEach(([term, found]) => {
    if (!found.length) return;
    const ul = el("ul", "places"), dd = el("dd");
    found.slice(0, 12).forEach(at => {
      const li = el("li"), b = el("button", "", where(at)), to = link(at);
      b.type = "button";
      b.addEventListener("click", () => { show(at[0], at[1]); if (narrow.matches) tab("source"); });
      li.append(b);
      if (to) { const a = el("a", "", "editor"); a.href = to; a.setAttribute("aria-label", "Open " + where(at) + " in the editor"); li.append(a); }
      ul.append(li);
    });
    if (found.length > 12) ul.append(el("li", "", "and " + (found.length - 12) + " more"));
    dd.append(ul); dl.append(el("dt", "", term), dd);
  });
  box.hidden = false;
}

function describe(entry) {
  const d = entry.data, v = d.var, facts = [];
  if (v) facts.push(["Shape", v.shape + " " + v.dtype], ["Parameters", size(v.p, v.open) + (v.open ? "" : " · " + v.b)], ["Trainable", v.trainable ? "yes" : "no"], ["Hangs on", v.when]);
  if (entry.kids.length || !v) facts.push(
    ["Variables", plural(d.n, "variable", "variables") + (d.sn ? ", " + number(d.sn) + " of them slots" : "")],
    ["Without slots", size(d.p - d.sp, d.open)], ["With slots", d.sp ? size(d.p, d.open) + " · " + d.b : ""]);
  (d.refused || []).forEach(r => facts.push(["Refused", r.why]));
  detail(d.full, facts, [
    [v ? "Made at" : "Opened at", v ? [v.at].filter(Boolean) : d.at || []], ["Called from", v ? v.calls : []],
    ["Shared at", d.shared || []], ["Refused at", (d.refused || []).map(r => r.at).filter(Boolean)]]);
}

function choose(entry) {
  chosen = new Set([entry]);
  rows.redraw(); point();
  describe(entry);
  const all = places(entry);
  if (!all.length) return;
  if (!narrow.matches || all[0][0] !== file) show(all[0][0], all[0][1]);
  lit = new Set(all.filter(at => at[0] === file).map(at => at[1]));
  lines.redraw();
}

// The source

const WORDS = new Set("False None True and as assert async await break class continue def del elif else except finally for from global if import in is lambda nonlocal not or pass raise return try while with yield print".split(" "));
const TOKEN = /("""|''')[\s\S]*?(?:\1|$)|#[^\n]*|[rRbBuUfF]{0,2}(?:"(?:\\.|[^"\\\n])*"?|'(?:\\.|[^'\\\n])*'?)|\b\d[\w.]*|\b[A-Za-z_]\w*\b/g;
function painted(text) {
  const out = []; let last = 0;
  const push = (cls, part) => part.split("\n").forEach((piece, i) => { if (i) out.push(null); if (piece) out.push([cls, piece]); });
  for (const m of text.matchAll(TOKEN)) {
    const t = m[0], c = t[0];
    const cls = c === "#" ? "c" : /["']/.test(c) || /^[rRbBuUfF]{1,2}["']/.test(t) ? "s" : /\d/.test(c) ? "n" : WORDS.has(t) ? "k" : "";
    push("", text.slice(last, m.index)); push(cls, t); last = m.index + t.length;
  }
  push("", text.slice(last));
  const all = [[]];
  out.forEach(p => { if (p === null) all.push([]); else all[all.length - 1].push(p); });
  return all;
}

let source = [], lit = new Set(), line = 0;
function hint(found) {
  const refused = found.filter(e => e.how === "refused");
  if (refused.length) return ["✗ " + refused[0].entry.data.full + " refused", true];
  const made = [...new Set(found.filter(e => e.how === "makes").map(e => e.entry))];
  if (made.length === 1) return [made[0].data.full + " " + made[0].data.var.shape];
  if (made.length) return [made.length + " variables"];
  const shared = [...new Set(found.filter(e => e.how === "shares").map(e => e.entry))];
  if (shared.length === 1) return ["= " + shared[0].data.full];
  return [shared.length ? shared.length + " variables shared" : ""];
}
function drawLine(i) {
  const no = i + 1, row = el("div", "line"), found = byLine.get(file + ":" + no);
  row.id = "L" + no;
  row.setAttribute("role", "option");
  row.setAttribute("aria-selected", lit.has(no));
  row.setAttribute("aria-setsize", source.length);
  row.setAttribute("aria-posinset", no);
  if (lit.has(no)) row.classList.add("lit");
  if (no === line) row.classList.add("at");
  row.append(el("span", "no", no));
  const code = el("span");
  source[i].forEach(([cls, text]) => code.append(cls ? el("span", cls, text) : text));
  row.append(code);
  if (found) {
    row.classList.add("has");
    if (found.some(e => e.how === "refused")) row.classList.add("bad");
    else if (!found.some(e => e.how === "makes") && found.some(e => e.how === "shares")) row.classList.add("shares");
    const [text, bad] = hint(found);
    if (text) row.append(el("span", "hint" + (bad ? " r" : ""), text));
    row.title = [...new Set(found.map(e => e.how + " " + e.entry.data.full))].slice(0, 15).join("\n");
  }
  row.addEventListener("click", () => { line = no; jump(no); });
  return row;
}
const lines = new Rows($("code"), () => 20, drawLine);
function jump(no) {
  const found = byLine.get(file + ":" + no);
  atLine(no);
  if (!found) return;
  const wanted = found.filter(e => e.how !== "opens").length ? found.filter(e => e.how !== "opens") : found;
  chosen = new Set(wanted.map(e => e.entry));
  chosen.forEach(openAbove);
  if ([...chosen].some(e => words.length && !e.fits && !e.below)) { $("filter").value = ""; filter(); chosen.forEach(openAbove); }
  lit = new Set([no]);
  lines.redraw(); arrange();
  active = wanted[0].entry;
  if (narrow.matches) tab("tree");
  if (active.at >= 0) rows.reveal(active.at, true);
  rows.redraw(); point();
  if (chosen.size === 1) describe(active);
}
function atLine(no) {
  line = no;
  $("code").setAttribute("aria-activedescendant", "L" + no);
  const to = DATA.files[file] ? link([file, no]) : "";
  $("edit").hidden = !to;
  if (to) $("edit").href = to;
}
$("code").addEventListener("keydown", e => {
  if (e.ctrlKey || e.metaKey || e.altKey) return;
  const page = Math.max(1, Math.floor($("code").clientHeight / 20) - 1), to = { ArrowDown: line + 1, ArrowUp: line - 1, Home: 1, End: source.length, PageDown: line + page, PageUp: line - page }[e.key];
  if (to !== undefined) { const no = Math.max(1, Math.min(source.length, to)); line = no; lines.reveal(no - 1); lines.redraw(); atLine(no); }
  else if (e.key === "Enter") jump(line);
  else return;
  e.preventDefault();
});
function draw(index) {
  file = index;
  $("file").value = index;
  source = painted(DATA.files[index].text);
  lit = new Set();
  const longest = DATA.files[index].text.split("\n").reduce((most, each) => Math.max(most, each.length), 0);
  lines.space.style.minWidth = "calc(" + (Math.min(longest, 400) + 30) + "ch + 80px)";
  lines.set(source.length);
  $("code").scrollTop = 0;
  atLine(1);
}
function show(index, no) {
  if (index !== file) draw(index);
  lit = new Set([no]);
  line = no;
  lines.reveal(Math.max(0, Math.min(source.length, no) - 1), true);
  lines.redraw();
  atLine(no);
}

// The page

function tab(which) {
  document.body.dataset.tab = which;
  ["tree", "flow", "source"].forEach(each => {
    $("tab-" + each).setAttribute("aria-selected", each === which);
    $("tab-" + each).tabIndex = each === which ? 0 : -1;
  });
  if (which === "flow") drawFlow();
  rows.paint(); lines.paint();
}
function told(title, found, bad) {
  const box = el("details", bad ? "bad" : "");
  box.open = bad && found.length < 4;
  box.append(el("summary", "", number(found.length) + " " + title));
  found.forEach(([text, at]) => {
    const b = el("button", "told", text);
    b.type = "button";
    b.addEventListener("click", () => { if (at) { show(at[0], at[1]); if (narrow.matches) tab("source"); } });
    box.append(b);
  });
  $("told").append(box);
}

$("title").textContent = DATA.title;
document.title = DATA.title + " · scopelint";
let variables = 0, parameters = 0, slots = 0, refused = 0, unsure = false, trained = 0, mixed = false;
DATA.pictures.forEach(p => {
  variables += p.n; parameters += p.p; slots += p.sp; unsure = unsure || p.open;
  roots.push((p.root.inner || []).map(n => build(n, 0, p.p, null)));
});
entries.forEach(e => {
  const bad = (e.data.refused || []).length, v = e.data.var;
  refused += bad;
  if (bad) for (let up = e.up; up; up = up.up) { up.open = true; up.leads = true; }
  if (v && v.trainable) trained += v.p; else if (v) mixed = true;
});
const at = a => a ? where(a) + "  " : "";
if (DATA.findings.length) told(DATA.findings.length === 1 ? "finding" : "findings", DATA.findings.map(f => [at(f.at) + f.code + "  " + f.message, f.at]), DATA.findings.some(f => f.severity === "error"));
if (DATA.gaps.length) told(DATA.gaps.length === 1 ? "thing is not known" : "things are not known", DATA.gaps.map(g => [at(g.at) + g.reason + (g.may ? ", may make variables" : ""), g.at]), false);
const nothing = el("div", "none", DATA.pictures.length ? "Nothing has such a name." : "No variables, and no scopes.");
nothing.id = "nothing"; nothing.setAttribute("role", "none"); nothing.hidden = true;
$("tree").append(nothing);
const fact = (n, text, cls) => { const f = el("span", cls || ""); f.append(el("b", "", n), " " + text); $("facts").append(f); };
fact(number(variables), variables === 1 ? "variable" : "variables");
fact(size(parameters, unsure), "parameters");
if (slots) fact(size(parameters - slots, unsure), "without slots");
if (mixed) fact(size(trained, unsure), "trainable");
if (DATA.pictures.length === 1) fact(DATA.pictures[0].b, "");
if (refused) fact(number(refused), "refused", "bad");
DATA.files.forEach((f, i) => { const o = el("option", "", f.path); o.value = i; $("file").append(o); });
arrange();
if (DATA.files.length) draw(0); else $("edit").hidden = true;
$("file").addEventListener("change", e => draw(+e.target.value));
$("filter").addEventListener("input", filter);
$("filter").addEventListener("keydown", e => { if (e.key === "ArrowDown") { $("tree").focus(); e.preventDefault(); } });
$("idle").addEventListener("change", arrange);
$("expand").addEventListener("click", () => { entries.forEach(e => e.open = e.kids.length > 0); arrange(); });
$("fold").addEventListener("click", () => { entries.forEach(e => e.open = false); arrange(); });
const theme = () => document.documentElement.dataset.theme || (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light");
const called = () => { $("theme").textContent = theme() === "dark" ? "Light" : "Dark"; };
$("theme").addEventListener("click", () => { document.documentElement.dataset.theme = theme() === "dark" ? "light" : "dark"; called(); });
["tree", "flow", "source"].forEach((each, i, all) => {
  $("tab-" + each).addEventListener("click", () => tab(each));
  $("tab-" + each).addEventListener("keydown", e => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[e.key], known = all.filter(t => $("tab-" + t).offsetParent);
    if (!step) return;
    const to = known[(known.indexOf(each) + step + known.length) % known.length];
    tab(to); $("tab-" + to).focus(); e.preventDefault();
  });
});
narrow.addEventListener("change", () => { if (!narrow.matches && document.body.dataset.tab === "source") tab("tree"); arrange(); });
document.addEventListener("keydown", e => { if (e.key === "/" && !/INPUT|SELECT/.test(document.activeElement.tagName)) { e.preventDefault(); tab("tree"); $("filter").focus(); } });
let dragging = false;
$("split").addEventListener("pointerdown", e => { dragging = true; e.target.setPointerCapture(e.pointerId); });
$("split").addEventListener("pointermove", e => { if (dragging) document.querySelector("main").style.gridTemplateColumns = Math.max(200, e.clientX) + "px 5px minmax(200px, 1fr)"; });
$("split").addEventListener("pointerup", () => dragging = false);
