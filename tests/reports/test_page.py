"""The page, driven in a real headless browser: at both widths, light and dark, with keys, and with many variables."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from scopelint.record.view import Variable, View
from scopelint.reports import to_html
from scopelint.site import Site
from tests.reports.browser import Browser, NotStarted
from tests.reports.views import MODELS, ODD, ROOT, view


def page(folder: Path, *models: tuple[View, list[Any]], texts: dict[str, str] | None = None) -> Path:
    target = folder / "page.html"
    with target.open("w", encoding="utf-8") as stream:
        findings = [finding for _, found in models for finding in found]
        to_html.write([each for each, _ in models], findings, to_html.reader(texts or {}), stream)
    return target


def test_the_page_stands_alone(tmp_path: Path) -> None:
    text = page(tmp_path, view(MODELS / "towers.py"), view(Path("odd.py"), ODD), texts={"odd.py": ODD}).read_text()
    assert "http:" not in text and "https:" not in text and "src=" not in text
    # The data, and the script; neither ends early.
    assert text.count("</script>") == 2 and "\\u003c/script>\\u003cb>" in text
    [policy] = re.findall(r'http-equiv="Content-Security-Policy" content="([^"]*)"', text)
    assert "default-src 'none'" in policy and "unsafe" not in policy and policy.count("sha256-") == 2


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    if not shutil.which("chromedriver") or not (shutil.which("chromium") or shutil.which("google-chrome")):
        pytest.skip("chromium and chromedriver are not installed")
    try:
        made = Browser(tmp_path_factory.mktemp("browser"))
    except NotStarted:
        pytest.skip("chromedriver does not answer")
    yield made
    made.close()


@pytest.fixture(autouse=True)
def at_a_desk(request: pytest.FixtureRequest) -> None:
    if "browser" in request.fixturenames:
        request.getfixturevalue("browser").size(1280, 800)


ROWS = "[...document.querySelectorAll('#tree .row')]"
NAME = "r.querySelector('.name').textContent"
SHOWN = "return visible.filter(e => typeof e !== 'string').map(e => e.data.name)"
CLICK = ROWS + ".find(r => " + NAME + " === {0!r}).click();"
FILTER = "const f = document.getElementById('filter'); f.value = {0!r}; f.dispatchEvent(new Event('input'))"
CONTRAST = """
const rgb = color => {
  const pen = document.createElement('canvas').getContext('2d');
  pen.fillStyle = color; pen.fillRect(0, 0, 1, 1);
  return [...pen.getImageData(0, 0, 1, 1).data].slice(0, 3);
};
const bright = color => rgb(color).map(v => v / 255).map(v => v <= .03928 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4)
  .reduce((sum, v, i) => sum + v * [.2126, .7152, .0722][i], 0);
const style = getComputedStyle(document.documentElement), light = n => bright(style.getPropertyValue('--' + n).trim());
const ratio = (a, b) => (Math.max(a, b) + .05) / (Math.min(a, b) + .05);
const names = ['text', 'soft', 'faint', 'green', 'purple', 'red', 'accent', 'key', 'str', 'num', 'com'];
return Object.fromEntries(names.map(n => [n, ratio(light(n), light('panel'))]));
"""
LIT = "return [...document.querySelectorAll('.line.lit')].map(l => +l.id.slice(1))"
CUT_OFF = """
return [...document.querySelectorAll('header *, nav *, .bar *, #tree .row > *, #detail *, .told')].filter(e => {
  const box = e.getBoundingClientRect();
  return box.width && (box.right > innerWidth + 1 || box.left < -1);
}).map(e => e.outerHTML.slice(0, 80))
"""


def test_the_page_in_a_browser(browser: Browser, tmp_path: Path) -> None:
    browser.open(page(tmp_path, view(MODELS / "towers.py")))
    source = (MODELS / "towers.py").read_text().split("\n")
    facts = browser.run("return document.getElementById('facts').textContent")
    assert "34 variables" in facts and "1 refused" in facts
    # Folded and unfolded.
    assert "query" not in browser.run(SHOWN)
    browser.run("document.getElementById('expand').click()")
    assert browser.run(SHOWN).count("query") == 3
    browser.run("document.getElementById('fold').click()")
    assert browser.run(SHOWN) == ["bert", "head"]
    # Filtered by name, with the number of hits; what was folded before is so again.
    browser.run(FILTER.format("layer_1 query"))
    assert browser.run(SHOWN) == ["bert", "encoder", "layer_1", "attention", "query", "kernel", "bias"]
    assert browser.run("return document.getElementById('hits').textContent") == "2 of 34 variables"
    browser.run(FILTER.format("no_such_name"))
    assert browser.run("return document.getElementById('hits').textContent") == "0 of 34 variables"
    assert browser.run("return document.getElementById('nothing').offsetHeight") > 0
    browser.run(FILTER.format(""))
    assert browser.run(SHOWN) == ["bert", "head"]
    # From the tree to the source, the sharing line beside the making one.
    browser.run("document.getElementById('expand').click();" + CLICK.format("word_embeddings"))
    lit = browser.run(LIT)
    assert lit == [n for n, line in enumerate(source, 1) if "word_embeddings" in line]
    # And back: a line of the source lights up what it makes.
    line = next(n for n, text in enumerate(source, 1) if 'name="key"' in text)
    browser.run(f"document.getElementById('fold').click(); document.getElementById('L{line}').click()")
    lit_names = browser.run("return [...chosen].map(e => e.data.name)")
    assert lit_names == ["kernel", "bias"] * 3
    assert "attention" in browser.run(SHOWN)
    # Refused variables say why, in red.
    browser.run(
        "document.getElementById('fold').click()" + "; entries.forEach(e => { if (e.leads) e.open = true; }); arrange()"
    )
    why = browser.run("return document.querySelector('.why').textContent")
    assert "head/output_bias already exists" in why
    assert browser.errors() == []


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_both_themes_can_be_read(browser: Browser, tmp_path: Path, theme: str) -> None:
    """Text against its ground: at least the contrast of 4.5 that small text needs, 7 for the source."""
    browser.open(page(tmp_path, view(Path("odd.py"), ODD), texts={"odd.py": ODD}), f"#theme={theme}")
    ratios = browser.run(CONTRAST)
    assert ratios.pop("text") > 7 and min(ratios.values()) > 4.5, ratios
    assert browser.run("return document.querySelectorAll('.hole').length") >= 1
    assert "unseen" in browser.run(SHOWN)
    browser.run("document.getElementById('idle').click()")
    assert "unseen" not in browser.run(SHOWN)


@pytest.mark.parametrize("tab", ["tree", "flow", "source"])
def test_a_phone_shows_one_column_and_cuts_nothing_off(browser: Browser, tmp_path: Path, tab: str) -> None:
    browser.size(390, 844)
    browser.open(page(tmp_path, view(MODELS / "towers.py", kind="picture")), f"#tab={tab}")
    shown = browser.run("return ['source-panel', 'tree-panel', 'flow-panel'].filter(p => $(p).offsetWidth)")
    assert shown == [{"tree": "tree-panel", "flow": "flow-panel", "source": "source-panel"}[tab]]
    assert browser.run("return document.documentElement.scrollWidth") == 390
    if tab == "tree":
        browser.run("document.getElementById('expand').click();" + CLICK.format("word_embeddings"))
        assert "1000,64" in browser.run("return $('detail').textContent")
        # No row's text reaches into the next.
        high = "return [...document.querySelectorAll('.row')].filter(r => r.scrollHeight > r.clientHeight + 1).length"
        assert browser.run(high) == 0
    assert browser.run(CUT_OFF) == []
    assert browser.errors() == []


def test_the_tree_is_one_stop_for_the_keyboard(browser: Browser, tmp_path: Path) -> None:
    browser.open(page(tmp_path, view(MODELS / "towers.py")))
    inside = "return document.querySelectorAll('#tree [tabindex], #tree a, #tree button').length"
    assert browser.run(inside) == 0
    browser.run("$('fold').click(); $('tree').focus()")
    at = "return active.data.full"
    told = "return ['level', 'expanded', 'setsize', 'posinset'].map(k => document.getElementById($('tree')" \
        ".getAttribute('aria-activedescendant')).getAttribute('aria-' + k))"  # fmt: skip
    assert browser.run(at) == "bert" and browser.run(told) == ["1", "false", "2", "1"]
    for key, name, what in (
        ("ArrowRight", "bert", ["1", "true", "2", "1"]), ("ArrowRight", "bert/embeddings", ["2", "false", "2", "1"]),
        ("ArrowDown", "bert/encoder", ["2", "false", "2", "2"]), ("ArrowLeft", "bert", ["1", "true", "2", "1"]),
        ("End", "head", ["1", "false", "2", "2"]), ("ArrowRight", "head", ["1", "true", "2", "2"]),
        ("End", "head/output_bias", ["2", None, "1", "1"]), ("Home", "bert", ["1", "true", "2", "1"]),
        ("ArrowLeft", "bert", ["1", "false", "2", "1"]),
    ):  # fmt: skip
        browser.key(key)
        assert (browser.run(at), browser.run(told)) == (name, what), key
    browser.key("Enter")
    assert browser.run("return $('detail').querySelector('h2').textContent") == "bert"


def many(count: int) -> tuple[View, list[Any]]:
    """A model of that many variables, half of them slots."""
    site, variables = Site("large.py", 2), []
    for i in range(count):
        leaf = ("kernel", "bias", "kernel/Adam", "bias/Adam")[i % 4]
        name, by = f"net/block_{i // 40}/layer_{i // 4}/{leaf}", "slot" if "Adam" in leaf else "layer"
        variables.append(
            Variable(name, (8, 8), "float32", by == "layer", site, (), (), (), 0, "", by, "", "", "", ("variables",))
        )
    return View("large.py", tuple(variables)), []


def test_of_12000_variables_only_those_in_view_are_drawn(browser: Browser, tmp_path: Path) -> None:
    browser.open(page(tmp_path, many(12_000), texts={"large.py": "import tensorflow as tf\nnet()\n"}))
    facts = browser.run("return document.getElementById('facts').textContent")
    assert "12,000 variables" in facts and "384,000 without slots" in facts
    browser.run("document.getElementById('expand').click()")
    assert browser.run("return visible.length") > 15_000
    rows = "return document.querySelectorAll('#tree .row').length"
    assert 10 < browser.run(rows) < 120
    browser.run("$('tree').scrollTop = 1e9")
    browser.wait("return document.querySelector('#r' + visible[visible.length - 1].id) && 1")
    assert 10 < browser.run(rows) < 120
    browser.run(FILTER.format("k"))
    assert browser.run("return document.getElementById('hits').textContent") == "12,000 of 12,000 variables"
    assert 10 < browser.run(rows) < 120
    browser.run(FILTER.format("block_299/ bias/adam"))
    assert browser.run("return document.getElementById('hits').textContent") == "10 of 12,000 variables"
    total = "return visible.find(e => e.data.full === 'net').data"
    assert {k: browser.run(total)[k] for k in ("p", "sp", "sn")} == {"p": 768_000, "sp": 384_000, "sn": 6_000}


def test_data_flows_between_scopes(browser: Browser, tmp_path: Path) -> None:
    browser.open(page(tmp_path, view(MODELS / "towers.py", kind="picture")), "#tab=flow")
    arrows = "return [...document.querySelectorAll('#drawing .edge title')].map(t => t.textContent)"
    boxes = "return drawnBoxes.map(b => b.full)"
    browser.run("document.getElementById('flow-fold').click()")
    assert set(browser.run(boxes)) == {"Placeholder", "bert", "head"}
    assert browser.run(arrows) == ["Placeholder → bert [8,16]"]
    # A scope opens by a click and by keys, and the arrows lead to what is in it.
    browser.run(
        "document.getElementById('box-' + drawnBoxes.find(b => b.full === 'bert').id).dispatchEvent(new Event('click'))"
    )
    assert {"bert/embeddings", "bert/encoder"} < set(browser.run(boxes))
    assert "bert/embeddings → bert/encoder, 4 tensors" in browser.run(arrows)
    below = "const b = n => drawnBoxes.find(x => x.full === n); return b('bert/encoder').top > b('bert/embeddings').top"
    assert browser.run(below)
    browser.run("$('flow').focus(); spot = drawnBoxes.find(b => b.full === 'bert/encoder')")
    browser.key("Enter")
    assert "bert/encoder/layer_0" in browser.run(boxes)
    browser.key("Enter")
    assert "bert/encoder/layer_0" not in browser.run(boxes)
    assert browser.errors() == []
    # As files of their own.
    drawn = browser.run("return alone()")
    root = ElementTree.fromstring(drawn)
    assert root.tag == "{http://www.w3.org/2000/svg}svg" and "embeddings" in drawn and "var(" not in drawn
    browser.run("save = (blob, ending) => { window.saved = [ending, blob.type, blob.size]; }; $('png').click()")
    ending, kind, length = browser.wait("return window.saved || null")
    assert (ending, kind) == (".png", "image/png") and length > 2_000


def test_places_open_in_an_editor(browser: Browser, tmp_path: Path) -> None:
    model = tmp_path / "a b.py"
    model.write_text("import tensorflow as tf\ntf.get_variable('w', [3])\n")
    browser.open(page(tmp_path, view(model)))
    browser.run(CLICK.format("w"))
    links = browser.run("return [...document.querySelectorAll('#detail a')].map(a => a.getAttribute('href'))")
    assert links == [f"vscode://file/{tmp_path.as_posix()}/a%20b.py:2"]
    assert browser.run("return $('edit').getAttribute('href')") == links[0]
    # What is not on disk has no link.
    browser.open(page(tmp_path, view(Path("odd.py"), ODD), texts={"odd.py": ODD}))
    assert browser.run("return $('edit').offsetWidth") == 0


def axe() -> str:
    """axe-core, where somebody installed it: beside the editor's extension, or where AXE_CORE says."""
    for path in (os.environ.get("AXE_CORE", ""), *map(str, ROOT.glob("editors/*/node_modules/axe-core/axe.min.js"))):
        if path and Path(path).is_file():
            return Path(path).read_text()
    pytest.skip("axe-core is not installed")


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1280])
@pytest.mark.parametrize("tab", ["tree", "flow", "source"])
def test_axe_has_nothing_to_say(browser: Browser, tmp_path: Path, theme: str, width: int, tab: str) -> None:
    rules = axe()
    browser.size(width, 844)
    browser.open(page(tmp_path, view(MODELS / "towers.py", kind="picture")), f"#theme={theme}&tab={tab}&line=0:22")
    if tab != "tree":
        browser.run(f"tab({tab!r})")
    browser.cdp("Runtime.evaluate", expression=rules)
    browser.run("axe.run().then(r => { window.told = r.violations.map(v => v.id + ' ' + v.nodes[0].html); })")
    assert browser.wait("return window.told || null") == []
