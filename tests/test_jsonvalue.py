"""JSON is read strictly: one meaning, or an error that says why not."""

import json
import tracemalloc
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.jsonvalue import canonical, parse_json


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (b'{"a":1,"a":1}', "key 'a' stands twice in the object: which is meant?"),
        (b'[{"label":"x","score":1,"label":"y"}]', "key 'label' stands twice in the object at /0"),
        (b'{"b":[1,{"c":{"d":1,"d":2}}]}', "key 'd' stands twice in the object at /'b'/1/'c'"),
        (b'{"a":"1:2","a":"\\u003a"}', "key 'a' stands twice"),
        (b'{"a":1,"\\u0061":2}', "key 'a' stands twice"),
        (b'\xef\xbb\xbf{"a" : 1 , "a" :2}', "key 'a' stands twice"),
        (b'{"":1,"":2}', "key '' stands twice"),
        (b'{"a":' * 300 + b'{"x":1,"x":2}' + b"}" * 300, "key 'x' stands twice"),
        (b'{"\\u001b[2J":1,"\\u001b[2J":2}', r"key '\x1b[2J' stands twice"),
    ],
)
def test_a_key_that_stands_twice_is_refused_and_named(body: bytes, message: str) -> None:
    with pytest.raises(ValueError) as caught:
        parse_json(body)
    assert str(caught.value).startswith(message)
    assert str(caught.value).isprintable()
    assert len(str(caught.value)) < 400


@pytest.mark.parametrize(
    "body",
    [
        b'{"a":"1:2","b":"c:d"}',
        b'{"a":"\\u003a","b":"\\u003A:"}',
        b'[{"a":1},{"a":2}]',
        b'{"a":{"a":{"a":1}}}',
        b'{"a" : 1, "b"\n:\t2}',
        b'{"a\\\\u003a":1,"b":2}',
        b'{"a":' * 300 + b'{"x":1,"y":2}' + b"}" * 300,
        b'{"a":123456789012345678901234567890,"b":1.5e300,"c":"\\u003a"}',
    ],
)
def test_equal_keys_of_different_objects_and_colons_in_texts_are_no_repetition(body: bytes) -> None:
    assert parse_json(body) == parse_json(body, keeps_last=True)


def test_the_last_of_two_is_kept_where_asked_for() -> None:
    assert parse_json(b'{"a":1,"a":2}', keeps_last=True) == {"a": 2}


def test_what_is_too_deep_to_be_read_strictly_is_refused() -> None:
    with pytest.raises(ValueError, match="nested too deep"):
        parse_json(b'{"a":' * 1_020 + b"1" + b"}" * 1_020)


@pytest.mark.parametrize("body", [b"", b"NaN", b"[Infinity]", b'{"a":1', b"\xff", b'"\\ud800"'])
def test_what_is_no_json_is_refused(body: bytes) -> None:
    with pytest.raises(ValueError):
        parse_json(body)


texts = st.text(st.characters(codec="utf-8") | st.sampled_from(':"\\{}[],'))
values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | texts,
    lambda inner: st.lists(inner) | st.dictionaries(texts, inner),
    max_leaves=20,
)


@given(values, st.booleans())
def test_whatever_is_written_once_is_read_as_it_was(value: Any, is_ascii: bool) -> None:
    body = json.dumps(value, ensure_ascii=is_ascii).encode("utf-8", "replace")
    assert parse_json(body) == parse_json(canonical(parse_json(body)))


@given(st.dictionaries(texts, values, min_size=1), st.data())
def test_whatever_key_is_written_twice_is_found(value: dict[str, Any], data: st.DataObject) -> None:
    again = data.draw(st.sampled_from(sorted(value)))
    parts = [f"{json.dumps(key)}:{json.dumps(item)}" for key, item in value.items()]
    parts.append(f"{json.dumps(again, ensure_ascii=False)}:{json.dumps(data.draw(values))}")
    with pytest.raises(ValueError, match="stands twice"):
        parse_json(("{" + ",".join(parts) + "}").encode("utf-8"))


def test_the_bytes_of_a_value_take_no_more_memory_than_their_length() -> None:
    tracemalloc.start()
    try:
        before, _ = tracemalloc.get_traced_memory()
        kept = [canonical({"inputs": f"review {number}"}) for number in range(1_000)]
        after, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    each = sum(map(len, kept)) / len(kept)
    assert after - before < len(kept) * (each + 100)
