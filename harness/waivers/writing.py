"""Writes waivers as commented YAML, keeping what people wrote between them."""

from collections.abc import Iterable, Sequence

from harness.data.noun import Noun
from harness.data.waiver import Waiver
from harness.emit import one_line
from harness.suitefile.problems.leaks import masked
from harness.suitefile.problems.problem import SuiteError
from harness.waivers.reading import ReadWaivers, as_mapping, read_text

_HEAD = """\
# Known differences of this suite: cases that passed on the baseline, fail on the candidate, and
# were accepted by somebody. `revgate accept` adds entries; remove one and its case is gated again.
# An entry counts as long as the case and the candidate's revision are the same, up to and with the
# day it expires. `revgate check` names those that are expired, fit nothing, or are not needed.
"""


class Accepted(Noun, frozen=True, kw_only=True):
    """A waiver to be written, and what the case did wrong, for a comment."""

    waiver: Waiver
    said: str = ""


def waivers_text(suite: str, before: ReadWaivers | None, added: Sequence[Accepted]) -> str:
    """Give the text of the file with `added` put in its order: by case id, then revision.

    An entry of the same case and revision is replaced. All else, comments included, stays as it
    is where the entries stand on lines of their own; otherwise the file is written anew.
    """
    replaced = {_key(one.waiver): one for one in added}
    old = before.waivers.entries if before is not None else ()
    kept = [entry for entry in old if _key(entry) not in replaced]
    wanted = {_key(entry): entry for entry in (*kept, *(one.waiver for one in added))}
    if before is not None and (text := _merged(before, added)) is not None:
        try:
            again = read_text(text.encode(), before.waivers.file).waivers.entries
        except SuiteError:
            again = ()
        if {_key(entry): entry for entry in again} == wanted and len(again) == len(wanted):
            return text
    everything = [*(Accepted(waiver=entry) for entry in kept), *added]
    blocks = "".join(_block(one, "  ") for one in sorted(everything, key=_order))
    return f"{_HEAD}suite: {quoted(suite)}\nwaivers:{'' if blocks else ' []'}\n{blocks}"


def quoted(text: str) -> str:
    """Give a YAML double-quoted scalar that reads back as the text, letters as they are."""
    return f'"{"".join(_escaped(character) for character in text)}"'


def _merged(before: ReadWaivers, added: Sequence[Accepted]) -> str | None:
    """Give the file's own text with blocks replaced and put in; None: it is not made of blocks."""
    starts = _starts(before)
    lines = list(before.review.source.lines)
    if not starts or starts[0] is None:
        return None
    first = lines[before.review.line(("waivers", 0)) - 1]
    indent = first[: len(first) - len(first.lstrip())]
    ends = [*starts[1:], len(lines)]
    blocks = [
        (_order(Accepted(waiver=entry)), "\n".join(lines[start:end]).rstrip("\n") + "\n")
        for entry, start, end in zip(before.waivers.entries, starts, ends, strict=True)
    ]
    for one in sorted(added, key=_order):
        order = _order(one)
        text = _block(one, indent)
        place = next((i for i, (there, _) in enumerate(blocks) if there[1:] == order[1:]), None)
        if place is not None:
            blocks[place] = (order, text)
            continue
        place = next((i for i, (there, _) in enumerate(blocks) if there > order), len(blocks))
        blocks.insert(place, (order, text))
    return "".join(f"{line}\n" for line in lines[: starts[0]]) + "".join(t for _, t in blocks)


def _starts(before: ReadWaivers) -> list[int]:
    """Give where each entry's lines begin, from 0, comments above it included; empty: nowhere."""
    lines = before.review.source.lines
    starts: list[int] = []
    for number in range(len(before.waivers.entries)):
        line = before.review.line(("waivers", number)) - 1
        if not lines[line].lstrip().startswith("- "):
            return []
        while line and lines[line - 1].lstrip().startswith("#"):
            line -= 1
        starts.append(line)
    return starts


def _key(waiver: Waiver) -> tuple[str, str]:
    return waiver.digest, waiver.revision


def _order(one: Accepted) -> tuple[str, str, str]:
    return one.waiver.case, one.waiver.revision, one.waiver.digest


def _block(one: Accepted, indent: str) -> str:
    return "".join(f"{indent}{line}\n" for line in _lines(one))


def _lines(one: Accepted) -> Iterable[str]:
    if one.said:
        yield f"# {masked(one_line(one.said, 160))}"
    for number, (key, value) in enumerate(as_mapping(one.waiver).items()):
        yield f"{'  ' if number else '- '}{key}: {quoted(value)}"


def _escaped(character: str) -> str:
    if character in {'"', "\\"}:
        return "\\" + character
    if character.isprintable():
        return character
    code = ord(character)
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"
