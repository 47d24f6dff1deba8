"""How fast the page is with many variables, in a real headless Chromium.

    python benchmarks/page.py [VARIABLES]

Milliseconds of the browser's own clock, the median of nine: from the key in the filter to the rows drawn, all unfolded,
and one screen scrolled; and how many rows are in the page then.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from tests.reports.browser import Browser
from tests.reports.test_page import many, page

# Reading a height makes the browser lay out what was changed.
STEPS = {
    "first key in the filter": "$('filter').value = 'k'; $('filter').dispatchEvent(new Event('input'));",
    "second key": "$('filter').value = 'ke'; $('filter').dispatchEvent(new Event('input'));",
    "filter emptied": "$('filter').value = ''; $('filter').dispatchEvent(new Event('input'));",
    "all unfolded": "$('expand').click();",
    "scrolled by a screen": "$('tree').scrollTop += 700; rows.paint();",
    "all folded": "$('fold').click();",
}


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 12_000
    folder = Path(tempfile.mkdtemp())
    browser = Browser(folder)
    try:
        browser.size(1280, 800)
        taken: dict[str, list[float]] = {step: [] for step in STEPS}
        shown: dict[str, int] = {}
        for _ in range(9):
            browser.open(page(folder, many(count), texts={"large.py": "net()\n"}))
            for step, script in STEPS.items():
                timed = f"const t = performance.now(); {script} document.querySelector('#tree').scrollHeight;"
                taken[step].append(browser.run(timed + " return performance.now() - t;"))
                shown[step] = browser.run("return document.querySelectorAll('#tree .row').length")
        print(f"{count} variables")
        for step, times in taken.items():
            print(f"  {step:26s} {statistics.median(times):7.1f} ms   {shown[step]} rows in the page")
    finally:
        browser.close()


if __name__ == "__main__":
    main()
