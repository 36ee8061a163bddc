"""What the report of many cases costs: to write, to keep, to open, to use."""

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from benchmarks.kept import ReportPage
from tests.reports.chromium import Page, browser

ROOT = Path(__file__).resolve().parents[2]
QUERIES = ("status:regressed", "0777", "contains", "@slice/07 latency>500ms", "-status:same")
OPENED = 12

_ROWS = "document.querySelectorAll('#list-grid .list-window .list-row')"
_USABLE = f"""
new MutationObserver((_, me) => {{
  if ({_ROWS}.length) {{ window.usableAt = performance.now(); me.disconnect(); }}
}}).observe(document, {{ subtree: true, childList: true }});"""
_FILTER = """
(async () => {
  const [field, said] = ["filter", "said"].map((name) => document.getElementById(`list-${name}`));
  const times = [];
  for (const query of %s) {
    const next = new Promise((done) => {
      new MutationObserver((_, me) => { me.disconnect(); done(performance.now()); })
        .observe(said, { childList: true });
    });
    field.value = query;
    const begun = performance.now();
    field.dispatchEvent(new Event("input"));
    times.push((await next) - begun - 60);
  }
  return times;
})()"""
_OPEN = """
(async () => {
  const [grid, shown] = ["grid", "case"].map((name) => document.getElementById(`list-${name}`));
  const times = [];
  for (let number = 0; number < %d; number += 1) {
    grid.scrollTop = number * 9000;
    await new Promise((done) => setTimeout(done, 150));
    const next = new Promise((done) => {
      new MutationObserver((_, me) => { me.disconnect(); done(performance.now()); })
        .observe(shown, { childList: true });
    });
    const begun = performance.now();
    grid.querySelectorAll(".list-window .list-row")[3].click();
    times.push((await next) - begun);
  }
  return times;
})()"""


def report_pages(folder: Path, *, cases: tuple[int, ...], runs: int) -> Iterator[ReportPage]:
    """Write and open a report of each size, with the texts of changed cases and with all."""
    for number in range(runs):
        for size in cases:
            for embed in ("changed", "all"):
                report = folder / f"{size}-{embed}"
                program = (sys.executable, "-m", "benchmarks.studies.written_page")
                told = subprocess.run(
                    [*program, str(report), str(size), embed, "file"],
                    cwd=ROOT, check=True, capture_output=True, text=True,
                )  # fmt: skip
                with browser() as page:
                    used = _used(page, report / "report.html")
                yield ReportPage(
                    number=number, cases=size, embed=embed, **used, **json.loads(told.stdout)
                )


def _used(page: Page, report: Path) -> dict[str, float]:
    page.size(1280, 1000)
    page.call("Page.addScriptToEvaluateOnNewDocument", source=_USABLE)
    page.open(report.as_uri())
    usable_ms = page.until("window.usableAt")
    filters_ms = page.value(_FILTER % json.dumps(QUERIES))
    page.value("document.getElementById('list-filter').value = ''")
    opens_ms = page.value(_OPEN % OPENED)
    return {
        "usable_s": usable_ms / 1e3,
        "filter_s": max(filters_ms) / 1e3,
        "open_s": sorted(opens_ms)[len(opens_ms) // 2] / 1e3,
        "heap_bytes": page.heap_bytes(),
    }
