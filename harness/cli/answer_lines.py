"""What came back for a case, in terminal lines: files and vectors in words."""

import math
from collections.abc import Iterator

from harness.data.dossier import Answer, Show
from harness.data.record import Output
from harness.emit import one_line, quoted_block
from harness.jsonvalue import Json, sha256_hex
from harness.media import media_in, media_words

_MOST_CHARACTERS = 4_000
_FIRST = 6


def output_lines(show: Show, answer: Answer, output: Output) -> Iterator[str]:
    """Give an answer as its task is best shown, without any file or long list of numbers."""
    found = media_in(answer.body()) if show in ("image", "audio", "video") else ()
    if found:
        for one in found:
            label = f"{one_line(one.label, 60)}: " if one.label else ""
            yield f"  {label}{media_words(one.body)}, sha256 {sha256_hex(one.body)}"
        return
    yield quoted_block(_in_words(show, output))


def _in_words(show: Show, output: Output) -> str:
    match show, output.value:
        case "vector", {"vector": [*flat], "shape": [*_, int(width)]} if width > 0 and flat:
            return "\n".join(_vectors(flat, width))
        case "boxes" | "spans", [*entries] if entries:
            return "\n".join(_cut(_entry(entry), 200) for entry in entries[:100])
        case _, [*entries] if _are_labels(entries):
            return "\n".join(f"{row['label']}  {row['score']:.4f}" for row in entries)  # type: ignore[index,call-overload]  # rows, as was asked
    return output.text or _cut(repr(output.value))


def _are_labels(entries: list[Json]) -> bool:
    return all(
        isinstance(row, dict) and {"label", "score"} <= row.keys() and "box" not in row
        for row in entries
    )


def _vectors(flat: list[Json], width: int) -> Iterator[str]:
    for start in range(0, min(len(flat), 10 * width), width):
        numbers = [float(x) for x in flat[start : start + width] if isinstance(x, int | float)]
        begins = ", ".join(f"{x:.4g}" for x in numbers[:_FIRST])
        yield f"{len(numbers):,} numbers, norm {math.hypot(*numbers):.4g}: {begins}, ..."
    rest = len(flat) // width - 10
    if rest > 0:
        yield f"and {rest:,} more vectors"


def _entry(entry: Json) -> str:
    if not isinstance(entry, dict):
        return repr(entry)
    parts = [f"{value:.4g}" if isinstance(value, float) else f"{value}" for value in _flat(entry)]
    return "  ".join(parts)


def _flat(entry: dict[str, Json]) -> Iterator[Json]:
    for value in entry.values():
        if isinstance(value, dict):
            yield " ".join(f"{name} {corner:g}" if isinstance(corner, int | float) else name
                           for name, corner in value.items())  # fmt: skip
        else:
            yield value


def _cut(text: str, limit: int = _MOST_CHARACTERS) -> str:
    rest = len(text) - limit
    return text if rest <= 0 else f"{text[:limit]}… {rest:,} more characters"
