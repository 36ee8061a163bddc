"""Shows what was consumed and what it cost, side by side; unknown is not nothing."""

import math

from harness.api import Dossier, TargetView
from harness_reports.characters import one_line
from harness_reports.quantities import dollars, usage_value
from harness_reports.view.nouns import UsageTable

_UNITS = {
    "input_tokens": "Input tokens",
    "output_tokens": "Output tokens",
    "characters": "Characters",
    "images": "Images",
    "seconds": "Sound or video",
    "compute_s": "Compute time",
}


def usage_table(dossier: Dossier) -> UsageTable | None:
    """Give a row a unit and one for the cost; None where nothing is known of any target."""
    targets = dossier.targets
    units = dict.fromkeys(unit for target in targets for unit in target.usage)
    if not units and all(target.cost_usd is None for target in targets):
        return None
    known = [unit for unit in _UNITS if unit in units]
    rows = [
        (
            _UNITS.get(unit, one_line(unit.replace("_", " "), 40)),
            *(usage_value(unit, target.usage.get(unit)) for target in targets),
        )
        for unit in (*known, *(unit for unit in units if unit not in _UNITS))
    ]
    rows.append(("Cost", *(dollars(target.cost_usd) for target in targets)))
    rows.append(("Cost of 1,000 answers", *(_per_thousand(target) for target in targets)))
    return UsageTable(
        targets=tuple(one_line(target.name, 60) for target in targets),
        rows=tuple(rows),
        notes=tuple(_price_words(target) for target in targets),
    )


def _per_thousand(target: TargetView) -> str:
    answered = target.counts.get("answered", 0)
    if target.cost_usd is None or not answered or not math.isfinite(target.cost_usd):
        return "unknown"
    return dollars(target.cost_usd / answered * 1000)


def _price_words(target: TargetView) -> str:
    name = one_line(target.name, 60)
    if target.cost_usd is None:
        return f"{name}: no price is known, which does not say that it costs nothing."
    if target.price_as_of:
        return f"{name}: price as of {one_line(target.price_as_of, 40)}."
    return f"{name}: cost as the provider states it, or of a price without a date."
