"""The cost of a large suite is linear in its size, however it is wrong."""

import time

import pytest

from harness.suitefile import SuiteError

SIZE = 1 << 18


def _filled(head: str, start: str, unit: str, end: str) -> str:
    return head + start + unit * ((SIZE - len(start) - len(end)) // len(unit)) + end


@pytest.mark.parametrize(
    ("start", "unit", "end"),
    [
        ("parameters: {a: [", ".nan,", "0]}\n"),
        ("parameters: {a: [", "no,", "0]}\n"),
        ("parameters: {a: [", "!x 1,", "0]}\n"),
        ("parameters: {a: [", "*x,", "0]}\n"),
        ("gates: [", "{metric: x},", "]\n"),
        ("gates: [", "{min: 7},", "]\n"),
        ("checks: [", "{check: contans},", "]\n"),
        ("cases: [{inputs: x, tags: [", "1,", "]}]\n"),
        ("cases: [", "1,", "]\n"),
        ("cases: [", "{id: a},", "]\n"),
        ("", "x: 1\n", ""),
        ("run: {", "? ", "}\n"),
        ("# ", "hf_aaaaaaaaaaaaaaaaaaaaaaaa1 ", "\n"),
        ("# ", "bearer ", "\n"),
        ("# ", "sk-", "\n"),
        ("# ", "-----BEGIN ", "\n"),
        ("# ", "token: ", "\n"),
        ("# ", "://", "\n"),
        ("# ", "a-", "\n"),
        ("dataset: {file: d.jsonl, inputs: '", "{{ b }}", "'}\n"),
        ("dataset: {file: d.jsonl, inputs: '", "{{", "'}\n"),
        ("dataset: {file: d.jsonl, inputs: '{{", " ", "'}\n"),
    ],
)
def test_time_is_bounded(load, head, start, unit, end):
    text = _filled(head, start, unit, end)
    started = time.process_time()
    with pytest.raises(SuiteError) as caught:
        list(load(text, files={"d.jsonl": '{"a": 1}\n'}).cases())
    shown = str(caught.value)
    assert time.process_time() - started < 8
    assert len(shown) < 40_000


def test_unknown_keys_by_the_thousand(refused, head):
    text = head + "cases: [{inputs: x}]\n" + "".join(f"key{n}: 1\n" for n in range(20_000))
    started = time.process_time()
    refused(text)
    assert time.process_time() - started < 8
