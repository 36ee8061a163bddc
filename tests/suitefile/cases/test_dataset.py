"""Rows become cases, one after the other; bad ones are refused at their line."""

import json
import time
import tracemalloc
from itertools import islice

import pytest

from harness.suitefile import NoCasesError, SuiteError

JSONL = 'dataset: {file: d.jsonl, id: "{{ id }}", inputs: "{{ text }}"}\n'
CSV = 'dataset: {file: d.csv, id: "{{ id }}", inputs: "{{ text }}"}\n'


def _problems(loaded):
    with pytest.raises(SuiteError) as caught:
        list(loaded.cases())
    return [(p.code, p.line, p.column) for p in caught.value.problems]


def test_jsonl_splits_at_line_feeds_only(load, head):
    rows = '\ufeff{"id": 1, "text": "a\u2028b\x85c"}\r\n\n{"id": 2, "text": "d"}'
    cases = list(load(head + JSONL, files={"d.jsonl": rows}).cases())
    assert [(c.id, c.inputs, c.place) for c in cases] == [
        ("1", "a\u2028b\x85c", "d.jsonl:1"),
        ("2", "d", "d.jsonl:3"),
    ]


def test_csv_with_quotes_and_line_breaks(load, head):
    rows = '\ufeffid,text\r\n1,"a, ""b""\nc"\r\n\r\n2,d\r\n'
    cases = list(load(head + CSV, files={"d.csv": rows}).cases())
    assert [(c.id, c.inputs, c.place) for c in cases] == [
        ("1", 'a, "b"\nc', "d.csv:2"),
        ("2", "d", "d.csv:5"),
    ]


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        ('{"id": 2, "text": }', ("E125", 2, 19)),
        ('{"id": 2, "text": NaN}', ("E125", 2, 19)),
        ("[1]", ("E125", 2, 1)),
        ('{"id": 2, "text": "x", "text": "y"}', ("E101", 2, 1)),
        ('{"id": 2}', ("E115", 2, 1)),
        ('{"id": 1, "text": "x"}', ("E114", 2, 1)),
        ('{"id": null, "text": "x"}', ("E124", 2, 1)),
        ('{"id": true, "text": "x"}', ("E124", 2, 1)),
        ('{"id": 1.5, "text": "x"}', ("E124", 2, 1)),
        ('{"id": "a\\nb", "text": "x"}', ("E124", 2, 1)),
        ('{"id": 2, "text": 5}', ("E124", 2, 1)),
        ('{"id": 2, "text": null}', ("E124", 2, 1)),
        ('{"id": 2, "text": "hf_' + "a1" * 15 + '"}', ("E116", 2, 20)),
    ],
)
def test_bad_json_rows(load, head, row, expected):
    rows = f'{{"id": 1, "text": "x"}}\n{row}\n{{"id": 3, "text": "x"}}\n'
    assert _problems(load(head + JSONL, files={"d.jsonl": rows})) == [expected]


def test_row_that_is_not_utf8(load, head):
    rows = b'{"id": 1, "text": "x"}\n{"id": 2, "text": "\xff"}\n'
    assert _problems(load(head + JSONL, files={"d.jsonl": rows})) == [("E112", 2, 20)]


@pytest.mark.parametrize(
    ("rows", "line"),
    [
        ("id,text\n1,x\n2,x,y\n", 3),
        ("id,text\n1,x\n2\n", 3),
        ('id,text\n1,"x\n\n"\n2,x,y\n', 5),
        ('id,text\n1,x\n2,"x"y\n', 3),
        ('id,text\n1,x\n2,"x\n', 3),
    ],
)
def test_bad_csv_rows(load, head, rows, line):
    assert _problems(load(head + CSV, files={"d.csv": rows})) == [("E125", line, 1)]


@pytest.mark.parametrize("header", ["id,text,id", "id,text,"])
def test_bad_csv_header(refused, head, header):
    error = refused(head + CSV, files={"d.csv": header + "\n1,x,y\n"})
    [problem] = error.problems
    assert (problem.code, problem.line) == ("E125", 1)
    assert problem.file.endswith("d.csv")


def test_first_row_is_read_at_load(wrong, head):
    assert wrong(head + JSONL, files={"d.jsonl": '{"id": 1,\n'}) == [("E125", 1, 10)]


def test_header_without_rows_is_no_case(load, head):
    with pytest.raises(NoCasesError):
        load(head + CSV, files={"d.csv": "id,text\n"})


def test_every_bad_row_is_told_and_none_is_given_after_the_first(load, head):
    lines = [json.dumps({"id": n, "text": "x" if n % 3 else 5}) for n in range(1, 31)]
    cases = load(head + JSONL, files={"d.jsonl": "\n".join(lines)}).cases()
    assert [case.id for case in islice(cases, 2)] == ["1", "2"]
    with pytest.raises(SuiteError) as caught:
        next(cases)
    assert [p.line for p in caught.value.problems] == list(range(3, 31, 3))


def test_ids_repeat_across_the_file_and_the_dataset(load, head):
    text = head + JSONL + "cases: [{id: Caf\u00e9, inputs: x}]\n"
    rows = '{"id": "CAFE\u0301", "text": "x"}\n'
    loaded = load(text, files={"d.jsonl": rows})
    assert _problems(loaded) == [("E114", 1, 1)]
    assert _problems(loaded) == [("E114", 1, 1)]


def test_values_are_never_read_as_templates(load, head):
    text = head + 'dataset: {file: d.jsonl, inputs: "{{ a }} and {{ b }}", expect: "{{ a }}"}\n'
    rows = json.dumps({"a": "{{7*7}}", "b": "{{ a }}{% for x in y %}"}) + "\n"
    [case] = load(text, files={"d.jsonl": rows}).cases()
    assert case.inputs == "{{7*7}} and {{ a }}{% for x in y %}"
    assert case.expect == "{{7*7}}"
    assert case.id == "row-1"


def test_lone_places_keep_the_type_of_the_value(load, head):
    text = (
        head
        + 'dataset: {file: d.jsonl, inputs: {q: "{{ q }}", n: ["{{ n }}", "n={{ n }}"]},\n'
        + '  parameters: {k: "{{ meta.k }}"}, expect: "{{ e }}", tags: ["{{ t }}", fixed],\n'
        + '  cluster: "{{ c }}"}\n'
    )
    row = {"q": ["x", {"y": 1}], "n": 2.5, "meta": {"k": True}, "e": {"a": None}, "t": "", "c": 7}
    [case] = load(text, files={"d.jsonl": json.dumps(row)}).cases()
    assert case.inputs == {"q": ["x", {"y": 1}], "n": [2.5, "n=2.5"]}
    assert case.parameters == {"k": True}
    assert case.expect == {"a": None}
    assert (case.tags, case.cluster) == (("fixed",), "7")


def test_constant_inputs_are_warned_about(load, head):
    text = head + "dataset: {file: d.jsonl, inputs: the same}\n"
    loaded = load(text, files={"d.jsonl": '{"a": 1}\n'})
    assert loaded.suite.warnings == ("dataset.inputs names no column: every row asks the same",)


def test_a_filled_template_is_bounded(load, head):
    text = head + 'dataset: {file: d.jsonl, inputs: "' + "{{ a }}" * 2000 + '"}\n'
    rows = json.dumps({"a": "x" * 10_000}) + "\n"
    assert _problems(load(text, files={"d.jsonl": rows})) == [("E115", 1, 1)]


@pytest.mark.parametrize("name", ["d.txt", "d.json", "d.jsonl.gz"])
def test_other_formats(wrong, head, name):
    text = head + f'dataset: {{file: {name}, inputs: "{{{{ a }}}}"}}\n'
    assert wrong(text, files={name: '{"a": 1}'}) == [("E124", 7, 17)]


def test_a_hundred_thousand_rows_stream(load, head, tmp_path):
    path = tmp_path / "d.jsonl"
    with path.open("w") as stream:
        for number in range(100_000):
            stream.write(
                json.dumps({"id": number, "text": f"the text of row {number}: " * 4}) + "\n"
            )
    loaded = load(head + JSONL)
    tracemalloc.start()
    started = time.process_time()
    assert sum(1 for _ in islice(loaded.cases(), 1_000)) == 1_000
    _, few = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert time.process_time() - started < 2
    started = time.process_time()
    assert sum(1 for _ in loaded.cases()) == 100_000
    assert time.process_time() - started < 20
    tracemalloc.start()
    assert sum(1 for _ in islice(loaded.cases(), 20_000)) == 20_000
    _, many = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    # Only the digests of ids are kept, in a set, which is largest while it grows.
    assert many - few < 20_000 * 200
