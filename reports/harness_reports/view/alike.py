"""Shows what should be equal on both sides and whether it was, and the noise of the suite."""

from harness.api import Dossier, format_points, format_share, plural
from harness_reports.characters import one_line, visible
from harness_reports.view.nouns import AlikeView, Badge

_UNLIKE = {
    "block": Badge("✗", "makes it invalid", "bad"),
    "warn": Badge("!", "differs", "unsure"),
    "allow": Badge("≈", "differs, allowed", "plain"),
}
_ALIKE = Badge("=", "equal", "good")


def alike_view(dossier: Dossier) -> AlikeView | None:
    """Give a row an item that should be equal, what differs first; None where none was asked."""
    if not dossier.conditions and dossier.noise is None:
        return None
    several = len(dossier.comparisons) > 1
    ordered = sorted(dossier.conditions, key=lambda one: one.is_equal)
    unequal = sum(not one.is_equal for one in ordered)
    return AlikeView(
        words=_words(len(ordered), unequal),
        rows=tuple(
            (
                one.item.replace("_", " "),
                one_line(one.candidate, 60) if several else "",
                _ALIKE if one.is_equal else _UNLIKE[one.policy],
                visible(one.words),
            )
            for one in ordered
        ),
        noise=_noise(dossier),
        is_open=unequal > 0,
    )


def _words(count: int, unequal: int) -> str:
    if not count:
        return ""
    if not unequal:
        return f"Like is compared with like: {plural(count, 'condition')} equal on both sides."
    differ = "differs" if unequal == 1 else "differ"
    return f"{unequal:,} of {plural(count, 'condition')} {differ} between the sides."


def _noise(dossier: Dossier) -> str:
    noise = dossier.noise
    if noise is None:
        return ""
    told = (
        f"Noise: of {plural(noise.relabellings, 'comparison')} of the baseline with itself, "
        f"{noise.alarms:,} failed a gate (a false-alarm rate between {format_share(noise.low)} "
        f"and {format_share(noise.high)})."
    )
    if noise.visible_drop is None:
        return told
    drop = format_points(-noise.visible_drop).removeprefix("−")
    return f"{told} The smallest drop of the pass rate that shows four times in five: {drop}."
