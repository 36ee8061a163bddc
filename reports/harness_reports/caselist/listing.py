"""Gathers the list of all cases while the page goes through them."""

from collections.abc import Iterator

from harness.api import CaseView, Dossier
from harness_reports.caselist.chunks import Chunks
from harness_reports.caselist.columns import Columns
from harness_reports.caselist.layout import Laid
from harness_reports.caselist.row import Causes, Row, row_of
from harness_reports.caselist.static_rows import StaticRows, anchors_in
from harness_reports.caselist.texts import texts_of

MOST_SAME = 1_000
"""Cases that did not change and have their texts in the page all the same, the first ones."""


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

    def finished(self, page: object, *, other_bytes: int) -> Laid:
        """Give the list as it is written; `other_bytes` is what else the page holds, roughly."""
        if not self._is_whole:
            raise ValueError("the cases were not read to their end")
        return Laid(
            dossier=self.dossier,
            columns=self.columns,
            chunks=self.chunks,
            causes=self.causes.named,
            static=self.static,
            anchors=anchors_in(page),
            other_bytes=other_bytes,
        )
