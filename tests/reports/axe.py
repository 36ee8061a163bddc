"""What axe-core finds wrong with the page that is open."""

import json
import os
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

from tests.reports.chromium import Page

SPEC = find_spec("axe_core_python")
AXE = Path(os.environ.get("AXE_CORE") or (SPEC and SPEC.origin) or "axe_core_python").with_name(
    "axe.min.js"
)
"""Not ours, and not kept here: it comes with the tools of developers. AXE_CORE names another."""

needs_axe = pytest.mark.skipif(not AXE.exists(), reason=f"axe-core is not there: {AXE}")


def violations(page: Page, *rules: str) -> list[dict[str, Any]]:
    """Give everything these rules find, all there are without a name; each with one element."""
    chosen = f"runOnly: {json.dumps(rules)}," if rules else ""
    found: list[dict[str, Any]] = page.value(
        f"""axe.run(document, {{{chosen} resultTypes: ["violations"]}}).then((result) =>
          result.violations.map((one) => ({{id: one.id, impact: one.impact, count: one.nodes.length,
            first: one.nodes[0].html.slice(0, 300), why: one.nodes[0].failureSummary}})))"""
    )
    return found


def ready(page: Page) -> None:
    """Put axe-core into the page and open all its folds."""
    page.value(AXE.read_text("utf-8") + "; 0")
    page.value('document.querySelectorAll("details").forEach((one) => { one.open = true; })')


def grave(page: Page, scheme: str, *more: str) -> list[dict[str, Any]]:
    """Give what is serious or critical with all folds open, in one colour scheme and in more.

    Of those only the contrast: nothing else differs in them.
    """
    ready(page)
    page.dark(scheme)
    found = violations(page)
    for other in more:
        page.dark(other)
        found += violations(page, "color-contrast")
    return [one for one in found if one["impact"] in ("serious", "critical")]
