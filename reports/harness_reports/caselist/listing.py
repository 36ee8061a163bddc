"""Gathers the list of all cases while the page goes through them, and lays it out."""

import json
from collections.abc import Iterator
from importlib.resources import files
from itertools import pairwise

from harness.api import Artifact, CaseView, Dossier, Json, format_bytes, plural
from harness_reports.caselist.chunks import Chunks, pressed
from harness_reports.caselist.columns import Columns
from harness_reports.caselist.nouns import CaseList
from harness_reports.caselist.row import Causes, Row, row_of
from harness_reports.caselist.static_rows import StaticRows, anchors_in
from harness_reports.caselist.texts import texts_of
from harness_reports.characters import one_line, visible

FOLDER = "report_files"
"""What is beside the page with `--layout dir`."""
MOST_SAME = 1_000
"""Cases that did not change and have their texts in the page all the same, the first ones."""
LARGE = 25_000_000
TOO_LARGE = 50_000_000
"""Bytes of a page: from here on some say so, from there on most cannot open it."""
BYTES_A_FILE = 1_000_000
"""Chunks beside the page are put together up to this."""


class Listing:
    """The list of one dossier."""

    def __init__(self, dossier: Dossier) -> None:
        self.dossier = dossier
        self.embed = dossier.presentation.embed
        self.columns = Columns(dossier)
        self.chunks = Chunks()
        self.causes = Causes(dossier.comparisons)
        self.static = StaticRows(dossier)
        self._same = 0
        self._is_begun = self._is_whole = False

    def views(self) -> Iterator[CaseView]:
        """Stream the cases, as the dossier does; the list is gathered on the first pass."""
        if self._is_begun:
            yield from self.dossier.case_views()
            return
        self._is_begun = True
        for view in self.dossier.case_views():
            self._add(row_of(view, self.columns.targets, self.causes))
            yield view
        self.chunks.finish()
        self._is_whole = True

    def _add(self, row: Row) -> None:
        has_text = self._has_text(row)
        self.columns.add(row, has_text=has_text)
        self.static.add(row)
        if has_text:
            self.chunks.add(texts_of(self.dossier, row))

    def _has_text(self, row: Row) -> bool:
        if self.embed != "changed":
            return self.embed == "all"
        if not row.is_same:
            return True
        self._same += 1
        return self._same <= MOST_SAME

    def finished(self, page: object, *, other_bytes: int) -> "Finished":
        """Give the list as it is written; `other_bytes` is what else the page holds, roughly."""
        if not self._is_whole:
            raise ValueError("the cases were not read to their end")
        return Finished(self, page, other_bytes)


class Finished:
    """A list that is whole."""

    def __init__(self, listing: Listing, page: object, other_bytes: int) -> None:
        self.dossier = listing.dossier
        self.chunks = listing.chunks
        self.page_bytes = sum(self.chunks.sizes) + other_bytes + 30 * len(listing.columns.ids)
        layout = self.dossier.presentation.layout
        self.is_beside = layout == "dir" or (layout == "auto" and self.page_bytes > TOO_LARGE)
        self._files = self._file_starts() if self.is_beside else []
        self._index = pressed(listing.columns.encoded(self._head(listing)))
        self.static = listing.static
        self._anchors = anchors_in(page)
        self._cases = len(listing.columns.ids)

    @property
    def warning(self) -> str:
        """Say that the page is very large; empty: it is not."""
        large = f"the texts of all cases take {format_bytes(self.page_bytes)}"
        if self.is_beside:
            if self.dossier.presentation.layout == "dir":
                return ""
            return f"{large}, so they are in {FOLDER}/ beside it: keep them together"
        if self.page_bytes > LARGE:
            return f"{large}: `--layout dir` puts them beside it, `--embed none` leaves them out"
        return ""

    def case_list(self) -> CaseList:
        """Give what the template places; its blocks can be read once."""
        where = "cases.csv beside this file has a row for every answer."
        return CaseList(
            candidates=tuple(one_line(c.candidate, 60) for c in self.dossier.comparisons),
            rows=self.static.rows(self._anchors),
            rows_words=self.static.words(),
            words=where if self.static.is_whole else f"All {plural(self._cases, 'case')}: {where}",
            text_words=self._text_words(),
            script="" if self.is_beside else script(),
            index="" if self.is_beside else self._index.decode("ascii"),
            blocks=iter(()) if self.is_beside else self._blocks(),
            is_beside=self.is_beside,
        )

    def artifacts(self, style: str) -> Iterator[Artifact]:
        """Give the files beside the page, where there are any; after the page was written."""
        if not self.is_beside:
            return
        index = b'revgateCases("index", ["' + self._index + b'"]);\n'
        for name, content in (
            ("report.css", style.encode()),
            ("report.js", script().encode()),
            ("cases-index.js", index),
        ):
            yield Artifact(name=f"{FOLDER}/{name}", chunks=iter((content,)))
        texts = self.chunks.read()
        for number, (start, end) in enumerate(pairwise([*self._files, len(self.chunks.sizes)])):
            chunks = _program(start, [next(texts) for _ in range(end - start)])
            yield Artifact(name=f"{FOLDER}/cases-{number:04d}.js", chunks=chunks)

    def _blocks(self) -> Iterator[tuple[int, str]]:
        for number, chunk in enumerate(self.chunks.read()):
            yield number, chunk.decode("ascii")

    def _file_starts(self) -> list[int]:
        starts, held = [], BYTES_A_FILE
        for number, size in enumerate(self.chunks.sizes):
            if held >= BYTES_A_FILE:
                starts.append(number)
                held = 0
            held += size
        return starts

    def _head(self, listing: Listing) -> dict[str, Json]:
        dossier = self.dossier
        return {
            "chunks": list(self.chunks.starts),
            "files": list(self._files),
            "causes": [list(cause) for cause in listing.causes.named],
            "run": visible(dossier.run_id),
            "suite": visible(dossier.suite_path),
            "embed": listing.embed,
            "show": dossier.show,
        }

    def _text_words(self) -> str:
        held, cases = self.chunks.cases, self._cases
        if held == cases:
            return ""
        return (
            f"The list holds the texts of {held:,} of {plural(cases, 'case')}; "
            "`revgate report RUN --embed all` writes it with all of them."
        )


def script() -> str:
    """Give the program of the list exactly as it stands in the page."""
    return _asset("case_list.js")


def style() -> str:
    """Give the style sheet of the list."""
    return _asset("case_list.css")


def _asset(name: str) -> str:
    return files("harness_reports").joinpath(f"assets/{name}").read_text("utf-8")


def _program(start: int, chunks: list[bytes]) -> Iterator[bytes]:
    content = json.dumps([chunk.decode("ascii") for chunk in chunks])
    yield f"revgateCases({start}, {content});\n".encode()
