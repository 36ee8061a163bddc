"""Token classification: its shapes, legality, spans compared, entities expected."""

from typing import Any

import pytest

from harness.api import Case, Json, Output, ShapeError
from harness_tasks.token_classification import TASK

TEXT = "Mara Voss left Oslo for Bergen."
MARA = {"entity_group": "PER", "score": 0.9, "word": "Mara Voss", "start": 0, "end": 9}
OSLO = {"entity_group": "LOC", "score": 0.8, "word": "Oslo", "start": 15, "end": 19}
BERGEN = {"entity_group": "LOC", "score": 0.7, "word": "Bergen", "start": 24, "end": 30}
TOKENS = [
    {"entity": "B-PER", "score": 0.9, "index": 1, "word": "Mara", "start": 0, "end": 4},
    {"entity": "I-PER", "score": 0.8, "index": 2, "word": "Vo", "start": 5, "end": 7},
    {"entity": "I-PER", "score": 0.8, "index": 3, "word": "##ss", "start": 7, "end": 9},
]


def case(expect: Json = None) -> Case:
    return Case(id="trip", inputs=TEXT, expect=expect)


def canonical(entity: dict[str, Any]) -> dict[str, Any]:
    given = {"entity": entity.get("entity_group", entity.get("entity"))}
    return given | {key: entity.get(key) for key in ("word", "start", "end", "score")}


@pytest.mark.parametrize(
    ("answer", "variant"),
    [
        ([MARA, OSLO], "[{entity_group}]"),
        ([[MARA, OSLO]], "[[{entity_group}]]"),
        (TOKENS, "[{entity}]"),
        ([{**TOKENS[0], "start": None, "end": None}], "[{entity}]"),
        ([{key: MARA[key] for key in ("entity_group", "score", "word")}], "[{entity_group}]"),
        ([], "[]"),
    ],
)
def test_every_shape_has_one_canonical_form(answer: Any, variant: str) -> None:
    output = TASK.parse(answer)
    entities = answer[0] if answer and isinstance(answer[0], list) else answer
    assert output.value == [canonical(entity) for entity in entities]
    assert output.variant == variant
    assert all(finding.ok for finding in TASK.validate(case(), output))


def test_its_text_names_the_entities() -> None:
    assert TASK.parse([MARA, OSLO]).text == "PER Mara Voss, LOC Oslo"


@pytest.mark.parametrize(
    "answer",
    [
        [[MARA], [OSLO]],
        [[]],
        {"entity_group": "PER"},
        [{**MARA, "word": None}],
        [{**MARA, "entity_group": 3}],
        [{**MARA, "score": "0.9"}],
        [{**MARA, "start": "0"}],
        [{**MARA, "end": True}],
        [{**MARA, "start": 10**30}],
        [{"entity": "PER", "word": "Mara"}],
        [{**MARA, "error": "x"}],
    ],
)
def test_other_shapes_are_refused(answer: Json) -> None:
    with pytest.raises(ShapeError):
        TASK.parse(answer)


@pytest.mark.parametrize(
    ("change", "check"),
    [
        ({"score": 1.2}, "valid_scores"),
        ({"score": True}, "valid_scores"),
        ({"start": -1}, "valid_places"),
        ({"start": 9}, "valid_places"),
        ({"end": 32}, "valid_places"),
        ({"end": None}, "valid_places"),
        ({"word": ""}, "valid_entities"),
        ({"entity_group": ""}, "valid_entities"),
    ],
)
def test_what_is_not_legal_is_found(change: dict[str, Any], check: str) -> None:
    findings = TASK.validate(case(), TASK.parse([OSLO, {**MARA, **change}]))
    assert [finding.check for finding in findings if not finding.ok] == [check]


def test_no_entity_is_legal_unless_some_are_expected() -> None:
    nothing = TASK.parse([])
    assert all(finding.ok for finding in TASK.validate(case(expect=[]), nothing))
    wanted = case(expect=[{"entity": "LOC", "word": "Oslo"}])
    (finding,) = [finding for finding in TASK.validate(wanted, nothing) if not finding.ok]
    assert finding.message == "no entity was found, the case expects 1"


def measures(before: list[Any], after: list[Any]) -> dict[str, Any]:
    found = TASK.compare(case(), TASK.parse(before), TASK.parse(after))
    return {measure.name: pytest.approx(measure.value) for measure in found}


def test_the_same_entities_agree_in_any_order_and_their_scores_drift() -> None:
    weaker = {**OSLO, "score": 0.6}
    assert measures([MARA, OSLO], [weaker, MARA]) == {
        "agreement": 1.0,
        "span_f1": 1.0,
        "entity_label_agreement": 1.0,
        "score_drift": -0.1,
    }


def test_a_lost_and_a_relabelled_entity_cost_f1() -> None:
    renamed = {**OSLO, "entity_group": "ORG"}
    assert measures([MARA, OSLO, BERGEN], [MARA, renamed]) == {
        "agreement": 0.0,
        "span_f1": 2 * 1 / (3 + 2),
        "entity_label_agreement": 1 / 2,
        "score_drift": 0.0,
    }


def test_the_place_counts_and_the_spelling_does_not() -> None:
    assert measures([OSLO], [{**OSLO, "word": "oslo"}])["agreement"] == 1.0
    moved = measures([OSLO], [{**OSLO, "start": 14}])
    assert moved == {"agreement": 0.0, "span_f1": 0.0}


def test_without_places_words_are_compared() -> None:
    no_place = [{**OSLO, "start": None, "end": None}]
    assert measures(no_place, no_place)["span_f1"] == 1.0
    other = [{**BERGEN, "start": None, "end": None}]
    assert measures(no_place, other) == {"agreement": 0.0, "span_f1": 0.0}


def test_two_empty_answers_agree() -> None:
    assert measures([], []) == {"agreement": 1.0, "span_f1": 1.0}
    assert measures([], [OSLO]) == {"agreement": 0.0, "span_f1": 0.0}


@pytest.mark.parametrize(
    ("wanted", "ok", "score", "message"),
    [
        ([("PER", "Mara Voss"), ("LOC", "Oslo")], True, 1.0, "found the 2 expected entities"),
        ([("PER", "mara  voss"), ("LOC", "OSLO")], True, 1.0, "found the 2 expected entities"),
        ([("PER", "Mara Voss")], False, 2 / 3, "not expected: 'LOC' 'Oslo'"),
        (
            [("PER", "Mara Voss"), ("ORG", "Oslo")],
            False,
            0.5,
            "missing: 'ORG' 'Oslo'; not expected: 'LOC' 'Oslo'",
        ),
        ([], False, 0.0, "not expected: 'PER' 'Mara Voss', 'LOC' 'Oslo'"),
    ],
)
def test_expects_these_entities_and_no_others(
    wanted: list[tuple[str, str]], ok: bool, score: float, message: str
) -> None:
    expect: Json = [{"entity": entity, "word": word} for entity, word in wanted]
    finding = TASK.expect(case(expect), TASK.parse([MARA, OSLO]))
    assert (finding.ok, finding.message) == (ok, message)
    assert finding.score == pytest.approx(score)


@pytest.mark.parametrize("expect", ["Oslo", 3, {}, ["Oslo"], [{"entity": "LOC"}], [{"a": 1}]])
def test_an_expectation_of_another_type_is_never_met(expect: Json) -> None:
    finding = TASK.expect(case(expect), TASK.parse([OSLO]))
    assert not finding.ok
    assert finding.message.startswith("`expect` must be a list of {entity, word}, not ")


def test_a_canonical_value_of_another_kind_is_not_valid_and_compares() -> None:
    for value in (None, "LOC", [1], [{"entity": 1}], {}):
        strange = Output(value=value)
        assert not all(finding.ok for finding in TASK.validate(case(), strange))
        assert {m.name for m in TASK.compare(case(), strange, TASK.parse([OSLO]))} == {
            "agreement", "span_f1",
        }  # fmt: skip


def note_of(before: list[Any], after: list[Any]) -> str:
    found = TASK.compare(case(), TASK.parse(before), TASK.parse(after))
    return {measure.name: measure.note for measure in found}["span_f1"]


def test_the_alignment_says_what_moved_was_renamed_vanished_and_appeared() -> None:
    mara = {**MARA, "word": "Mara", "end": 4}
    oslo = {**OSLO, "entity_group": "ORG"}
    assert note_of([MARA, OSLO], [MARA, OSLO]) == ""
    assert note_of([MARA], [mara]) == "1 moved: PER 'Mara Voss' 0..9 → 'Mara' 0..4"
    assert note_of([OSLO], [oslo]) == "1 renamed: LOC 'Oslo' 15..19 → ORG 'Oslo' 15..19"
    assert note_of([MARA, OSLO], [MARA]) == "1 vanished: − LOC 'Oslo' 15..19"
    assert note_of([MARA], [MARA, BERGEN]) == "1 appeared: + LOC 'Bergen' 24..30"
    everything = note_of([MARA, OSLO], [mara, BERGEN])
    assert everything.startswith("1 moved, 1 vanished, 1 appeared: ")


def test_of_overlapping_spans_those_of_one_label_belong_together() -> None:
    wide = {**MARA, "entity_group": "ORG"}
    near = {**MARA, "word": "Mara", "end": 4}
    assert note_of([MARA], [wide, near]).startswith("1 moved, 1 appeared: ")


def test_without_places_words_are_aligned() -> None:
    before = [{"entity_group": "PER", "score": 0.9, "word": "Mara"}]
    after = [{"entity_group": "LOC", "score": 0.9, "word": "Mara"}]
    assert note_of(before, after) == "1 renamed: PER 'Mara' → LOC 'Mara'"


def test_a_note_is_short_and_printable_whatever_the_words_are() -> None:
    odd = "\x1b[2J\u202e" + "x" * 10_000
    before = [{**MARA, "word": odd, "entity_group": odd, "start": n, "end": n + 1}
              for n in range(100)]  # fmt: skip
    note = note_of(before, [])
    assert note.startswith("100 vanished: ")
    assert note.endswith(" and 95 more")
    assert note.isprintable()
    assert len(note) < 600
    assert note_of(before * 3, []) != note
    many = [{**MARA, "start": n, "end": n + 1} for n in range(5_000)]
    assert note_of(many, []) == ""
