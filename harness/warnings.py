"""What a reader of a result should know, found in the result itself."""

from collections.abc import Iterator, Sequence
from math import ceil

from harness.data.comparison import Comparison
from harness.data.record import Finish
from harness.data.suite import Suite
from harness.data.waiver import WaiverUse
from harness.tallies.survey import Survey
from harness.tallies.tally import Tally
from harness.tallies.traces import PARTNER_NAMES, Traces, in_words
from harness.units import format_s, plural

_SMALL_P = 0.01
_KEPT = 0.9
"""Share of a rate from which it counts as kept."""


def findings_about(suite: Suite, survey: Survey) -> Iterator[str]:
    """Give warnings on proof, comparability, cold starts and order."""
    for tally in survey.tallies.values():
        yield from _about_target(tally)
    yield from _about_rate(suite, survey)
    yield from _about_sides(suite)
    for comparison in survey.comparisons:
        yield from _about_partners(survey, comparison)
        yield from _about_latency(suite, comparison)
        yield from comparison.warnings
    if survey.counts.replayed:
        yield (
            f"{plural(survey.counts.replayed, 'answer')} replayed from a recording: latency was "
            "not measured and is gated at level warn at most"
        )


def findings_on_waivers(uses: Sequence[WaiverUse]) -> Iterator[str]:
    """Give a warning for every waiver that did nothing."""
    for use in uses:
        if use.status != "used":
            yield f"waiver of {use.waiver.case} ({use.status}): {use.note}"


def _about_target(tally: Tally) -> Iterator[str]:
    name = tally.target.name
    if tally.proof == "opaque" and tally.target.revision is not None:
        yield f"{name}: {tally.evidence}: its pin is taken on trust"
        yield from (f"{name}: {note}" for note in tally.probed.notes)
    if tally.servings.story:
        yield f"{name}: {tally.servings.story}"
    yield from (f"{name}: {words}" for words in _about_traces(tally.traces))
    yield from _about_cost(tally)
    yield from _about_unfinished(tally)
    if tally.target.revision is None:
        yield f"{name} is not pinned: what is compared today may be something else tomorrow"


def _about_traces(traces: Traces) -> Iterator[str]:
    for name, story in traces.stories():
        if name in PARTNER_NAMES:
            yield (
                f"{story}; several partners are several deployments: name one, `model:partner`, "
                "and run it again"
            )
        else:
            yield (
                f"{story}; what serves the model may not have been the same all along: ask one "
                "server, or run it again once one value stays"
            )


def _about_partners(survey: Survey, comparison: Comparison) -> Iterator[str]:
    sides = (comparison.baseline, comparison.candidate)
    first, other = (survey.tallies[side].traces.views() for side in sides)
    for name in sorted(PARTNER_NAMES & first.keys() & other.keys()):
        before, after = first[name].counts, other[name].counts
        if before.keys() != after.keys():
            yield (
                f"confounded: {sides[0]} was answered by {in_words(before)}, {sides[1]} by "
                f"{in_words(after)} ({name}): a difference may come from the partner and not from "
                "the model; name the same one for both, `model:partner`, and run it again"
            )


def _about_cost(tally: Tally) -> Iterator[str]:
    known = tally.consumption.stated["cost_usd"]
    if 0 < known < tally.answered:
        yield (
            f"{tally.target.name}: the cost of {plural(tally.answered - known, 'answer')} of "
            f"{tally.answered:,} is not known, and is in no sum"
        )


def _about_unfinished(tally: Tally) -> Iterator[str]:
    """Say which answers came and count as missing."""
    unfinished: tuple[tuple[Finish, str, str], ...] = (
        ("length", "truncated", "cut off at the limit of {} length"),
        ("refused", "refused", "refused, or held back by a filter"),
    )
    for finish, key, words in unfinished:
        count = tally.uncounted[finish]
        if count:
            were, whose = ("was", "its") if count == 1 else ("were", "their")
            yield (
                f"{tally.target.name}: {plural(count, 'answer')} of {tally.answered:,} {were} "
                f"{words.format(whose)}, and {'counts' if count == 1 else 'count'} as missing; "
                f"`unfinished: {{{key}: judge}}` judges them as they came"
            )


def _about_rate(suite: Suite, survey: Survey) -> Iterator[str]:
    """Say where fewer calls were sent than a rate asked for, and what to do."""
    rate = suite.run.rate
    if rate is None:
        return
    behind: list[str] = []
    for name, tally in survey.tallies.items():
        sent = tally.pace.kept_per_s(rate)
        if sent is not None and sent < _KEPT * rate:
            behind.append(name)
            why = _why_behind(rate, suite.run.concurrency, tally)
            yield f"{name}: a rate of {rate:g}/s was asked for, and {sent:.2g}/s were sent: {why}"
    for name, tally in survey.tallies.items() if behind else ():
        started = tally.pace.started_per_s(rate)
        if name in behind or started is None:
            continue
        sent = started * tally.attempts / len(tally.pace)
        if sent < _KEPT * rate:
            yield (
                f"{name}: a rate of {rate:g}/s was asked for, and about {sent:.2g}/s were sent: no "
                f"target is asked far ahead of {behind[0]}"
            )


def _why_behind(rate: float, places: int, tally: Tally) -> str:
    took_s = sum(tally.latencies_s) / max(1, len(tally.latencies_s))
    if rate * took_s > places:
        return (
            f"an answer took {format_s(took_s)} on average, so that about {ceil(rate * took_s):,} "
            f"calls are in flight at that rate, and run.concurrency is {places:,}; raise it, or "
            "ask for less"
        )
    calls = tally.answered + tally.states["fault"]
    if tally.attempts > calls:
        return (
            f"{plural(calls, 'call')} took {plural(tally.attempts, 'attempt')}, and one that waits "
            f"to be sent again keeps its place, of which run.concurrency gives {places:,}; raise "
            "it, or ask for less"
        )
    return (
        f"for answers of {format_s(took_s)} a run.concurrency of {places:,} is enough: a server "
        "that stood still, its limits or a busy machine held calls back; ask for less"
    )


def _about_sides(suite: Suite) -> Iterator[str]:
    first, *others = suite.targets
    for other in others:
        if other.provider != first.provider:
            yield (
                f"{first.name} and {other.name} are called through different providers "
                f"({first.provider}, {other.provider}): latency and formats may differ for that"
            )
        if other.model != first.model:
            names = f"{first.name} and {other.name}"
            yield f"{names} are different models: {first.model}, {other.model}"


def _about_latency(suite: Suite, comparison: Comparison) -> Iterator[str]:
    import numpy as np

    table = comparison.table
    if comparison.order_effect_p is not None and comparison.order_effect_p < _SMALL_P:
        yield (
            "who of a pair is sent first has another latency than who is sent second "
            f"(p = {comparison.order_effect_p:.2g}): the sides share something, a cache or a queue"
        )
    if len(table.before_latency_s) < 10:
        return
    for name, values in (
        (comparison.baseline, table.before_latency_s),
        (comparison.candidate, table.after_latency_s),
    ):
        half = len(values) // 2
        typical = float(np.partition(np.asarray(values, dtype=np.float64), half)[half])
        if values[0] > 5 * typical and values[0] - typical > 0.02:
            yield (
                f"{name}: the first call took {format_s(values[0])} where {format_s(typical)} is "
                f"typical: a cold start? `run: {{warmup: {max(2, 2 * suite.run.warmup)}}}` leaves "
                "it out"
            )
