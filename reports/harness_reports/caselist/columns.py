"""What is known of every case in few bytes: numbers in columns, words in dictionaries."""

import json
import math
import sys
import zlib
from array import array
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import chain
from typing import TypeAlias

from harness.api import Dossier, Json
from harness_reports.caselist.row import Cell, Row
from harness_reports.characters import one_line
from harness_reports.commands import LONGEST_ID
from harness_reports.view.words import CHANGES, STATES

NO_TIME = 0xFFFF_FFFF
NO_SCORE = 0xFFFF
SCORE_STEPS = 10_000
MOST_WORDS = 0xFFFE
"""Of a dictionary; what comes later is code 0, which says nothing."""
MOST_TAG_SETS = 0xFFFF_FFFF
MOST_ANSWERS = 250
"""Distinct answers up to which they are shown in the list; more are no classes but texts."""
MOST_ANSWER_CHARACTERS = 40

CASES_A_BLOCK = 4096
"""So many are kept as they are; blocks before are packed, as most cases are alike."""
_Block: TypeAlias = "array[int] | bytearray"
_TYPES = {"B": "u8", "H": "u16", "I": "u32"}


@dataclass(slots=True)
class Dictionary:
    """Words by number, from 1; 0 is no word, or one too many."""

    most: int = MOST_WORDS
    codes: dict[object, int] = field(default_factory=dict)
    is_full: bool = False

    def code(self, word: object) -> int:
        """Give the number of a word."""
        if not word:
            return 0
        found = self.codes.get(word)
        if found is None:
            if len(self.codes) >= self.most:
                self.is_full = True
                return 0
            found = self.codes[word] = len(self.codes) + 1
        return found


class Columns:
    """Grows by a row a case; ten bytes a case or so for two targets."""

    def __init__(self, dossier: Dossier) -> None:
        self.targets = [target.name for target in dossier.targets]
        self._places = {name: place for place, name in enumerate(self.targets)}
        self._changes = {change: code for code, change in enumerate(CHANGES)}
        self._states = {state: code for code, state in enumerate(STATES)}
        self._has_repeats = dossier.repeats > 1
        self._ids = bytearray()
        """Joined by line ends, which no id on one line holds."""
        self._packed: defaultdict[str, list[bytes]] = defaultdict(list)
        """Blocks of cases that are full, by column."""
        self._id_bytes = 0
        """Of packed ids."""
        self.cases = 0
        self._tags = Dictionary(MOST_TAG_SETS)
        self._checks = Dictionary()
        self._answers = Dictionary(MOST_ANSWERS)
        self._columns: dict[str, array[int]] = {"tags": array("I"), "has_text": array("B")}
        for place in range(len(self.targets)):
            self._columns[f"state.{place}"] = array("B")
            self._columns[f"check.{place}"] = array("H")
            self._columns[f"score.{place}"] = array("H")
            self._columns[f"latency.{place}"] = array("I")
            self._columns[f"answer.{place}"] = array("B")
            if self._has_repeats:
                self._columns[f"passed.{place}"] = array("H")
                self._columns[f"answered.{place}"] = array("H")
            if place:
                self._columns[f"change.{place}"] = array("B")
                self._columns[f"cause.{place}"] = array("H")

    def add(self, row: Row, *, has_text: bool) -> None:
        """Add a case; `has_text` says whether its texts are among the chunks."""
        if self.cases:
            self._ids += b"\n"
        self._ids += one_line(row.case_id, LONGEST_ID).encode("utf-8")
        self.cases += 1
        columns = self._columns
        columns["tags"].append(self._tags.code(tuple(one_line(tag, 80) for tag in row.tags)))
        columns["has_text"].append(has_text)
        for place, cell in enumerate(row.cells):
            self._add_cell(place, cell)
            if place:
                columns[f"change.{place}"].append(self._changes[cell.change])
                columns[f"cause.{place}"].append(min(cell.cause, MOST_WORDS))
        if self.cases % CASES_A_BLOCK == 0:
            self._pack()

    def _pack(self) -> None:
        self._id_bytes += len(self._ids)
        for name, open_block in self._blocks(self._columns):
            self._packed[name].append(zlib.compress(_little_endian(open_block), 1))
            del open_block[:]

    def _add_cell(self, place: int, cell: Cell) -> None:
        columns = self._columns
        columns[f"state.{place}"].append(self._states[cell.state])
        columns[f"check.{place}"].append(self._checks.code(one_line(cell.check, 80)))
        columns[f"score.{place}"].append(_steps(cell.score))
        columns[f"latency.{place}"].append(_microseconds(cell.latency_s))
        answer = one_line(cell.answer[:200], MOST_ANSWER_CHARACTERS)
        columns[f"answer.{place}"].append(self._answers.code(answer))
        if self._has_repeats:
            columns[f"passed.{place}"].append(min(cell.passed, 0xFFFF))
            columns[f"answered.{place}"].append(min(cell.answered, 0xFFFF))

    def encoded(self, more: Mapping[str, Json]) -> Iterator[bytes]:
        """Stream all of it: length of a JSON head, the head, the ids, then column after column.

        Little-endian; each part begins at a multiple of 4. `more` goes into the head.
        """
        kept = dict(self._kept())
        head = {
            "cases": self.cases,
            "targets": [one_line(name, 60) for name in self.targets],
            "changes": [[badge.symbol, badge.word, badge.tone] for badge in CHANGES.values()],
            "states": [[badge.symbol, badge.word, badge.tone] for badge in STATES.values()],
            "tag_sets": list(self._tags.codes),
            "checks": list(self._checks.codes),
            "answers": [] if self._answers.is_full else list(self._answers.codes),
            "id_bytes": self._id_bytes + len(self._ids),
            "columns": [[name, _TYPES[column.typecode]] for name, column in kept.items()],
            **more,
        }
        text = json.dumps(head, ensure_ascii=False, separators=(",", ":")).encode("utf-8")
        yield len(text).to_bytes(4, "little")
        yield from _filled((text,))
        for name, open_block in self._blocks(kept):
            packed = map(zlib.decompress, self._packed[name])
            yield from _filled(chain(packed, (_little_endian(open_block),)))

    def _blocks(self, columns: "Mapping[str, array[int]]") -> "Iterator[tuple[str, _Block]]":
        """Give the ids and the columns, as far as they are not packed."""
        yield "", self._ids
        yield from columns.items()

    def _kept(self) -> Iterator[tuple[str, "array[int]"]]:
        for name, column in self._columns.items():
            if not (name.startswith("answer.") and self._answers.is_full):
                yield name, column


def _steps(score: float | None) -> int:
    if score is None or math.isnan(score):
        return NO_SCORE
    return round(min(1.0, max(0.0, score)) * SCORE_STEPS)


def _microseconds(seconds: float | None) -> int:
    if seconds is None or not math.isfinite(seconds):
        return NO_TIME
    return min(NO_TIME - 1, max(0, round(seconds * 1e6)))


def _filled(parts: Iterable[bytes]) -> Iterator[bytes]:
    """Give the parts, and what is missing to a multiple of 4."""
    size = 0
    for part in parts:
        size += len(part)
        yield part
    yield b"\0" * (-size % 4)


def _little_endian(column: "_Block") -> bytes:
    if sys.byteorder == "big" and isinstance(column, array):
        column = array(column.typecode, column)
        column.byteswap()
    return bytes(column)
