"""A valid suite and the way to its cases."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from harness.compact import DigestSet
from harness.data.noun import replace
from harness.data.suite import Case, Suite
from harness.suitefile.cases.media import read_media
from harness.suitefile.cases.rows import cases_of
from harness.suitefile.cases.rowvalues import RowPlan
from harness.suitefile.cases.written import WrittenCase, id_digest
from harness.suitefile.paths import PathError
from harness.suitefile.problems.problem import Problem, SuiteError


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadedSuite:
    """A valid suite and the way to its cases."""

    suite: Suite
    allowed_licences: tuple[str, ...] = ()
    """Lower case; empty: any licence will do."""
    written: tuple[WrittenCase, ...] = field(default=(), repr=False)
    rows: RowPlan | None = field(default=None, repr=False)

    def cases(self) -> Iterator[Case]:
        """Give the cases of the file, then one a row of the dataset, reading as they are asked.

        Media are read case by case. Raises SuiteError for a row that makes no case, or a file
        that can no longer be read.
        """
        taken = DigestSet()
        for written in self.written:
            taken.add(id_digest(written.case.id))
            yield self._with_media(written)
        if self.rows is not None:
            yield from cases_of(self.rows, taken)

    def _with_media(self, written: WrittenCase) -> Case:
        if written.file is None:
            return written.case
        try:
            return replace(written.case, media=read_media(self.suite.path.parent, written.file))
        except PathError as error:
            line = int(written.case.place.rpartition(":")[2])
            problem = Problem(
                code=error.code, message=str(error), file=str(self.suite.path), line=line
            )
            raise SuiteError([problem]) from error
