"""Nothing secret is written down, and nothing else is changed."""

import base64
import json
from urllib.parse import quote

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harness.redact import MASK, redactor_of, remove, remove_patterns, survivors

SECRET = 's3cr/et+va=lue"x'


FORMS = {
    "raw": SECRET,
    "quoted": quote(SECRET, safe=""),
    "base64": base64.b64encode(SECRET.encode()).decode(),
    "url-safe base64": base64.urlsafe_b64encode(SECRET.encode()).decode(),
    "in JSON": json.dumps(SECRET)[1:-1],
    "slash escaped": SECRET.replace("/", "\\/"),
}


@pytest.mark.parametrize("form", FORMS)
def test_every_form_of_a_secret_is_removed(form: str) -> None:
    text = f'{{"a": "<{FORMS[form]}>"}}'
    assert remove(text.encode(), [SECRET]) == f'{{"a": "<{MASK}>"}}'.encode()
    assert redactor_of([SECRET]).text(text) == f'{{"a": "<{MASK}>"}}'
    assert survivors(text.encode(), [SECRET])
    assert not survivors(remove(text.encode(), [SECRET]), [SECRET])


def test_a_secret_that_is_part_of_another_does_not_save_the_rest() -> None:
    secrets = ["token-abc", "token-abc-and-more"]
    for ordered in (secrets, secrets[::-1]):
        assert remove(b"x token-abc-and-more y token-abc", ordered) == b"x [removed] y [removed]"


def test_a_secret_beyond_ascii_is_found_in_headers_and_messages() -> None:
    redactor = redactor_of(["pässwörd"])
    assert redactor.text("a pässwörd") == f"a {MASK}"
    assert redactor.text("a pässwörd".encode().decode("latin-1")) == f"a {MASK}"


def test_what_is_too_short_or_empty_changes_nothing() -> None:
    assert redactor_of(["", "abc"]).body(b"abc and nothing") == b"abc and nothing"
    assert redactor_of([]).text("same") == "same"


def test_headers_are_kept_by_an_allow_list() -> None:
    kept = redactor_of([SECRET]).kept_headers(
        {"x-sha": "a", "Set-Cookie": "b", "Authorization": SECRET, "x-request-id": f"1 {SECRET}"}
    )
    assert kept == {"x-sha": "a", "x-request-id": f"1 {MASK}"}


def test_a_redactor_does_not_print_what_it_removes() -> None:
    assert "s3cr" not in repr(redactor_of([SECRET]))


LOOK_ALIKE = [
    "hf_" + "A1" * 17, "sk-proj-" + "a1" * 20, "ghp_" + "a" * 36, "AKIA" + "A" * 16,
    "AIza" + "a" * 35, "eyJhbGciOiJIUzI1.eyJzdWIiOiIxMjM0.abcdefghijkl",
    "Bearer abcdefghij0123456789", "-----BEGIN RSA PRIVATE KEY-----",
]  # fmt: skip


@pytest.mark.parametrize("text", LOOK_ALIKE)
def test_what_looks_like_a_credential_is_removed_without_being_known(text: str) -> None:
    assert remove_patterns(f"<{text}>".encode()) == b"<[removed]>"
    assert survivors(text.encode(), [])


@pytest.mark.parametrize(
    "text", ["hf_short", "a bearer of news", "skip-this-one-it-is-a-word", "eyJ"]
)
def test_ordinary_words_stay(text: str) -> None:
    assert remove_patterns(text.encode()) == text.encode()


UNLIKE_THE_MASK = st.characters(exclude_categories=["Cs"], exclude_characters=MASK)


@given(
    st.binary(max_size=60),
    st.binary(max_size=60),
    st.text(UNLIKE_THE_MASK, min_size=6, max_size=40),
)
@settings(max_examples=300, deadline=None)
def test_after_removal_no_form_is_left(before: bytes, after: bytes, secret: str) -> None:
    raw = secret.encode()
    assert raw not in remove(before + raw + after, [secret])
