"""Reads the cases written in the suite itself."""

import unicodedata
from collections.abc import Mapping
from pathlib import Path

from msgspec import field

from harness.api.kinds import Check
from harness.compact import digest64
from harness.data.noun import Noun
from harness.data.suite import Case, CheckUse
from harness.jsonvalue import Json
from harness.suitefile.cases.fileinputs import beside_file, file_of, foreign_keys
from harness.suitefile.cases.media import check_media
from harness.suitefile.conditions.checks import read_checks
from harness.suitefile.keys.models import CaseModel
from harness.suitefile.keys.translate import not_text, unknown_key, validated
from harness.suitefile.paths import PathError
from harness.suitefile.tree import node as tree
from harness.suitefile.tree.review import Review


class Common(Noun, frozen=True, kw_only=True):
    """What every case of a suite has in common."""

    folder: Path
    parameters: Mapping[str, Json] = field(default_factory=dict)
    checks: tuple[CheckUse, ...] = ()
    wants_file: bool = False
    parts: tuple[str, ...] = ()
    """Keys that inputs may have beside `file`, where a file is wanted."""


class WrittenCase(Noun, frozen=True, kw_only=True):
    """A case of the suite file; its media file is read only when it is asked for."""

    case: Case
    file: str | None = None


def id_digest(identifier: str) -> int:
    """Give 8 bytes that are equal for ids differing in letter case or Unicode form alone."""
    folded = unicodedata.normalize("NFC", unicodedata.normalize("NFC", identifier).casefold())
    return digest64(folded)


def read_cases(
    review: Review, written: Json, common: Common, checks: Mapping[str, Check]
) -> tuple[WrittenCase, ...]:
    """Give the cases of a list; what is wrong is reported."""
    if not isinstance(written, list):
        advice = 'write `- {id: praise, inputs: "..."}`'
        review.value(("cases",), "E124", "expected a list of cases", advice)
        return ()
    first_at: dict[int, tuple[str, tree.Node]] = {}
    cases = []
    for number, item in enumerate(written):
        path = ("cases", number)
        identifier = item.get("id") if isinstance(item, dict) else None
        identifier = identifier if isinstance(identifier, str) else f"case-{number + 1}"
        _refuse_repeated(review, identifier, path, first_at)
        case = _read_case(review, item, identifier, path, common, checks)
        if case is not None:
            cases.append(case)
    return tuple(cases)


def _refuse_repeated(
    review: Review, identifier: str, path: tree.Path, first_at: dict[int, tuple[str, tree.Node]]
) -> None:
    node = review.node((*path, "id")) or review.node(path)
    if node is None:
        return
    earlier, place = first_at.setdefault(id_digest(identifier), (identifier, node))
    if place is node:
        return
    if earlier == identifier:
        how = ""
    elif unicodedata.normalize("NFC", earlier) == unicodedata.normalize("NFC", identifier):
        how = ", differs only in Unicode form"
    else:
        how = ", differs only in letter case"
    message = f"case id {identifier!r} repeats (first at {place.line}:{place.column}{how})"
    review.on(node, "E114", message)


def _read_case(
    review: Review,
    written: Json,
    identifier: str,
    path: tree.Path,
    common: Common,
    checks: Mapping[str, Check],
) -> WrittenCase | None:
    model = validated(review, CaseModel, written, path, "case")
    if not isinstance(written, dict):
        return None
    own = read_checks(review, written.get("checks", []), (*path, "checks"), checks)
    file = _read_inputs(review, written, path, common) if "inputs" in written else None
    if model is None:
        return None
    source = Path(review.source.file).name
    case = Case(
        id=identifier,
        inputs=beside_file(model.inputs) if file is not None else model.inputs,
        parameters={**common.parameters, **model.parameters},
        expect=model.expect,
        checks=(*common.checks, *own),
        tags=tuple(dict.fromkeys(model.tags)),
        cluster=model.cluster,
        place=f"{source}:{review.line(path)}",
    )
    return WrittenCase(case=case, file=file)


def _read_inputs(
    review: Review, written: Mapping[str, Json], path: tree.Path, common: Common
) -> str | None:
    inputs = written["inputs"]
    place = (*path, "inputs")
    node = review.node(place)
    if common.wants_file:
        file = file_of(inputs)
        if file is None:
            more = "".join(f", {part}: ..." for part in common.parts)
            advice = f"write `inputs: {{file: cat.png{more}}}`, a file beside the suite"
            review.value(place, "E124", "this task takes a file as its input", advice)
            return None
        for key in foreign_keys(inputs, common.parts):
            known = ("file", *common.parts)
            unknown_key(review, (*place, key), "the inputs of this task", known)
        try:
            check_media(common.folder, file)
        except PathError as error:
            review.value((*place, "file"), error.code, str(error))
        return file
    if not isinstance(inputs, str | list | dict) and node is not None and node.ambiguity is None:
        not_text(review, node)
    return None
