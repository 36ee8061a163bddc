"""Shows who was compared: pins, what was served, and what proves it."""

from collections.abc import Iterator

from harness.api import Dossier, TargetView, format_s, format_share
from harness_reports.characters import one_line, shown_json, visible
from harness_reports.chart import SERIES
from harness_reports.quantities import plain
from harness_reports.view.nouns import Row, TargetCard
from harness_reports.view.served import served_rows, served_spans
from harness_reports.view.words import PROOFS, short_revision


def target_cards(dossier: Dossier) -> tuple[TargetCard, ...]:
    """Give a card a target, the baseline first."""
    return tuple(_card(index, target) for index, target in enumerate(dossier.targets))


def compared_words(dossier: Dossier) -> str:
    """Give one sentence on what differs between the targets."""
    parts = ("provider", "model", "revision", "url")
    differing = [part for part in parts if len({getattr(t, part) for t in dossier.targets}) > 1]
    if not differing:
        return "The targets name the same provider, model, revision and address."
    same = [part for part in parts if part not in differing]
    names = _listed(["address" if part == "url" else part for part in differing])
    if "revision" not in differing:
        return f"The targets differ in {names}; the revision they name is the same."
    alike = _listed(["address" if part == "url" else part for part in same])
    return f"The targets differ in {names}." + (f" Same {alike}." if same else "")


def setting_rows(dossier: Dossier) -> tuple[Row, ...]:
    """Give the suite's parameters."""
    return tuple(flat_rows(dict(dossier.parameters)))


def flat_rows(value: object, path: str = "") -> Iterator[Row]:
    """Stream a JSON object as rows, nested keys joined by ` › `."""
    if isinstance(value, dict) and (value or not path):
        for key, item in value.items():
            yield from flat_rows(item, f"{path} › {key}" if path else str(key))
    else:
        text = value if isinstance(value, str) else shown_json(value, indent=None)  # type: ignore[arg-type]  # an object of JSON values
        yield Row(one_line(path, 120), one_line(text, 2000), is_code=True)


def _card(index: int, target: TargetView) -> TargetCard:
    badge, words = PROOFS[target.proof]
    spans = served_spans(target)
    counts = target.counts
    answered = counts.get("answered", 0)
    served = ", ".join(target.served) or "nothing seen in answers"
    rows = [
        Row("Served", one_line(served, 600), is_code=bool(target.served)),
        Row("Provider", one_line(target.provider), is_code=True),
        Row("Address", one_line(target.url, 400), is_code=True),
        Row(
            "Passed", f"{format_share(target.pass_rate)} ({counts.get('passed', 0)} of {answered})"
        ),
    ]
    if target.mean_score is not None:
        rows.append(Row("Mean score", plain(target.mean_score)))
    lost = [
        f"{counts[word]} {word}" for word in ("faults", "skipped", "cancelled") if counts.get(word)
    ]
    rows.append(Row("Not answered", ", ".join(lost) or "none"))
    if target.server_s is not None:
        rows.append(Row("Server time", f"{server_time(target.server_s)}, as it reports"))
    rows += served_rows(target)
    return TargetCard(
        role="baseline" if index == 0 else "candidate",
        name=one_line(target.name, 60),
        css=SERIES[min(index, len(SERIES) - 1)][0],
        model=one_line(target.model, 200),
        short_revision=one_line(short_revision(target.revision), 80),
        revision=visible(target.revision) if target.revision else "none",
        proof=badge,
        proof_words=words,
        evidence=one_line(target.evidence, 300),
        served_words="What answered changed in mid-run:" if spans else "",
        served=spans,
        rows=tuple(rows),
    )


def server_time(seconds: float) -> str:
    """Give a server's own median time; many servers round theirs to whole milliseconds."""
    return f"{format_s(seconds)} at the median" if seconds else "too short for its clock"


def _listed(words: list[str]) -> str:
    return " and ".join(filter(None, [", ".join(words[:-1]), words[-1]])) if words else ""
