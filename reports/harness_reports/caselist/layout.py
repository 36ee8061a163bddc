"""Lays the list of all cases out: within the page, or in files beside it."""

import json
from collections.abc import Iterator, Sequence
from importlib.resources import files
from itertools import chain, pairwise

from harness.api import Artifact, Dossier, Json, format_bytes, plural
from harness_reports.caselist.chunks import Chunks, deflated, in_base64
from harness_reports.caselist.columns import Columns
from harness_reports.caselist.nouns import CaseList
from harness_reports.caselist.static_rows import StaticRows
from harness_reports.characters import one_line, visible

FOLDER = "report_files"
"""What is beside the page with `--layout dir`."""
LARGE = 25_000_000
TOO_LARGE = 50_000_000
"""Bytes of a page: from here on some say so, from there on most cannot open it."""
BYTES_A_FILE = 1_000_000
"""Chunks beside the page are put together up to this."""


class Laid:
    """A list that is whole, and where each part of it stands."""

    def __init__(
        self,
        *,
        dossier: Dossier,
        columns: Columns,
        chunks: Chunks,
        causes: Sequence[tuple[str, str, str, str]],
        static: StaticRows,
        anchors: set[str],
        other_bytes: int,
    ) -> None:
        self._dossier = dossier
        self._chunks = chunks
        self._static = static
        self._anchors = anchors
        self._other_bytes = other_bytes
        self._cases = columns.cases
        self.page_bytes = sum(chunks.sizes) + other_bytes + 30 * self._cases
        layout = dossier.presentation.layout
        self.is_beside = layout == "dir" or (layout == "auto" and self.page_bytes > TOO_LARGE)
        self._files = self._file_starts() if self.is_beside else []
        self._index = deflated(columns.encoded(self._head(causes)))

    @property
    def warning(self) -> str:
        """Say that the page is very large, and what it is that is; empty: it is not."""
        if self.page_bytes <= LARGE or self._dossier.presentation.layout == "dir":
            return ""
        texts, media = sum(self._chunks.sizes), self._other_bytes
        large = (
            f"about {format_bytes(self.page_bytes)}, of which the texts of "
            f"{plural(self._chunks.cases, 'case')} are {format_bytes(texts)} and pictures, sounds "
            f"and videos {format_bytes(media)}"
        )
        if self.is_beside:
            return f"{large}; too much for one page, so data are in {FOLDER}/: keep them together"
        return f"{large}; `--layout dir` puts data beside it, `--embed none` leaves texts out"

    def case_list(self) -> CaseList:
        """Give what the template places; its blocks can be read once."""
        where = "cases.csv beside this file has a row for every answer."
        return CaseList(
            candidates=tuple(one_line(c.candidate, 60) for c in self._dossier.comparisons),
            rows=self._static.rows(self._anchors),
            rows_words=self._static.words(),
            words=where if self._static.is_whole else f"All {plural(self._cases, 'case')}: {where}",
            text_words=self._text_words(),
            script="" if self.is_beside else script(),
            index=iter(()) if self.is_beside else self._index_pieces(),
            blocks=iter(()) if self.is_beside else self._blocks(),
            is_beside=self.is_beside,
        )

    def artifacts(self, style: str) -> Iterator[Artifact]:
        """Give the files beside the page, where there are any; after the page was written."""
        if not self.is_beside:
            return
        for name, content in (("report.css", style), ("report.js", script())):
            yield Artifact(name=f"{FOLDER}/{name}", chunks=iter((content.encode(),)))
        index = chain((b'revgateCases("index", ["',), in_base64(self._index), (b'"]);\n',))
        yield Artifact(name=f"{FOLDER}/cases-index.js", chunks=index)
        texts = self._chunks.read()
        for number, (start, end) in enumerate(pairwise([*self._files, len(self._chunks.sizes)])):
            chunks = _program(start, [next(texts) for _ in range(end - start)])
            yield Artifact(name=f"{FOLDER}/cases-{number:04d}.js", chunks=chunks)

    def _index_pieces(self) -> Iterator[str]:
        for piece in in_base64(self._index):
            yield piece.decode("ascii")

    def _blocks(self) -> Iterator[tuple[int, str]]:
        for number, chunk in enumerate(self._chunks.read()):
            yield number, chunk.decode("ascii")

    def _file_starts(self) -> list[int]:
        starts, held = [], BYTES_A_FILE
        for number, size in enumerate(self._chunks.sizes):
            if held >= BYTES_A_FILE:
                starts.append(number)
                held = 0
            held += size
        return starts

    def _head(self, causes: Sequence[tuple[str, str, str, str]]) -> dict[str, Json]:
        dossier = self._dossier
        return {
            "chunks": list(self._chunks.starts),
            "files": list(self._files),
            "causes": [list(cause) for cause in causes],
            "run": visible(dossier.run_id),
            "suite": visible(dossier.suite_path),
            "embed": dossier.presentation.embed,
            "show": dossier.show,
        }

    def _text_words(self) -> str:
        held, cases = self._chunks.cases, self._cases
        if held == cases:
            return ""
        return (
            f"The list holds the texts of {held:,} of {plural(cases, 'case')}; "
            "`revgate report RUN --embed all` writes it with all of them."
        )


def script() -> str:
    """Give the program of the list exactly as it stands in the page."""
    return _asset("case_list.js")


def _asset(name: str) -> str:
    return files("harness_reports").joinpath(f"assets/{name}").read_text("utf-8")


def _program(start: int, chunks: list[bytes]) -> Iterator[bytes]:
    content = json.dumps([chunk.decode("ascii") for chunk in chunks])
    yield f"revgateCases({start}, {content});\n".encode()
