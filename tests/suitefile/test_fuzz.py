"""Whatever the bytes, loading ends with a suite or with an error of ours."""

from pathlib import Path

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from harness.errors import HarnessError
from harness.suitefile import load_suite
from harness.suitefile.problems.leaks import masked

from .test_load import SAMPLE

RELAXED = settings(
    deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=150
)


@pytest.fixture
def survives(tmp_path: Path, registry):
    (tmp_path / "reviews.jsonl").write_text('{"id": 1, "text": "x", "label": "y", "lang": "z"}\n')

    def run(body: bytes) -> None:
        path = tmp_path / "suite.yaml"
        path.write_bytes(body)
        try:
            for _ in load_suite(path, registry, environ={}).cases():
                pass
        except HarnessError as error:
            str(error)

    return run


@RELAXED
@given(st.binary(max_size=300))
def test_bytes(survives, body):
    survives(body)


@RELAXED
@given(
    st.text(
        alphabet="{}[]-:?&*!|>'\"%@`#,~<= \n\tabc0123.eE+_\\\ufeff\u2028\x85\ud7ff", max_size=120
    )
)
def test_yaml_like_text(survives, text):
    survives(text.encode())


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=10), inner, max_size=4)
    ),
    max_leaves=15,
)


@RELAXED
@given(st.data())
def test_values_in_every_place(survives, data):
    suite = yaml.safe_load(SAMPLE)
    place = suite
    while True:
        keys = list(place) if isinstance(place, dict) else list(range(len(place)))
        key = data.draw(st.sampled_from(keys))
        if not isinstance(place[key], dict | list) or not place[key] or data.draw(st.booleans()):
            place[key] = data.draw(_JSON)
            break
        place = place[key]
    survives(yaml.safe_dump(suite, allow_unicode=True).encode("utf-8", "surrogatepass"))


@RELAXED
@given(st.data())
def test_edited_sample(survives, data):
    body = SAMPLE.encode()
    for _ in range(data.draw(st.integers(1, 4))):
        start = data.draw(st.integers(0, len(body)))
        end = min(len(body), start + data.draw(st.integers(0, 20)))
        body = body[:start] + data.draw(st.binary(max_size=6)) + body[end:]
    survives(body)


@RELAXED
@given(rows=st.binary(max_size=200), is_csv=st.booleans())
def test_datasets(tmp_path, registry, rows, is_csv):
    name = "d.csv" if is_csv else "d.jsonl"
    (tmp_path / name).write_bytes(rows if not is_csv else b"id,text\n" + rows)
    text = SAMPLE.split("dataset:")[0] + f'dataset: {{file: {name}, inputs: "{{{{ text }}}}"}}\n'
    (tmp_path / "suite.yaml").write_text(text)
    try:
        for case in load_suite(tmp_path / "suite.yaml", registry, environ={}).cases():
            assert case.inputs is not None
    except HarnessError as error:
        str(error)


@given(st.text())
def test_masking_keeps_the_length(text):
    assert len(masked(text, ("abcdefgh",))) == len(text)
