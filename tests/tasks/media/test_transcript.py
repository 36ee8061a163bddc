"""Transcripts: shapes, legality, error rates, expectation."""

from typing import Any

import pytest

from harness.api import Case, Json, Output
from harness_tasks._word_errors import alignment, error_rate, words_of
from harness_tasks.automatic_speech_recognition import TASK

CHUNKS = [
    {"text": " The bridge", "start_s": 0.0, "end_s": 0.8},
    {"text": " is open.", "start_s": 0.8, "end_s": None},
]
WORDS = " The bridge is open."


@pytest.mark.parametrize(
    ("answer", "variant", "value"),
    [
        ({"text": WORDS}, "{text}", {"text": WORDS}),
        ({"text": WORDS, "chunks": None, "usage": {"seconds": 2}}, "{text}", {"text": WORDS}),
        ({"text": WORDS, "segments": []}, "{text}", {"text": WORDS}),
        ([{"text": WORDS}], "[{text}]", {"text": WORDS}),
        (
            {
                "text": WORDS,
                "chunks": [
                    {"text": " The bridge", "timestamp": [0, 0.8], "speaker": None},
                    {"text": " is open.", "timestamp": [0.8, None]},
                ],
            },
            "{text,chunks}",
            {"text": WORDS, "chunks": CHUNKS},
        ),
        (
            {
                "text": WORDS,
                "segments": [
                    {"id": 0, "text": " The bridge", "start": 0.0, "end": 0.8, "speaker": "A"},
                    {"id": 1, "text": " is open.", "start": 0.8},
                ],
            },
            "{text,segments}",
            {"text": WORDS, "chunks": CHUNKS},
        ),
    ],
)
def test_every_shape_has_one_canonical_form(answer: Json, variant: str, value: Json) -> None:
    output = TASK.parse(answer)
    assert (output.variant, output.value, output.text) == (variant, value, WORDS)
    assert all(f.ok for f in TASK.validate(TASK.sample, output))


def test_an_empty_transcript_is_valid_only_where_silence_is_expected() -> None:
    silent = TASK.parse({"text": " "})
    assert not all(f.ok for f in TASK.validate(Case(id="a"), silent))
    assert all(f.ok for f in TASK.validate(Case(id="a", expect=""), silent))


def test_times_that_run_back_are_not_valid() -> None:
    parts = [{"text": "a", "timestamp": [2, 3]}, {"text": "b", "timestamp": [1, 2]}]
    findings = TASK.validate(Case(id="a"), TASK.parse({"text": "a b", "chunks": parts}))
    (failed,) = [finding for finding in findings if not finding.ok]
    assert failed.message == "chunk 1 begins at 1.0 s, before 2.0 s"


def test_case_and_punctuation_are_no_words() -> None:
    assert words_of("“It\u2019s MR. Smith—isn't it?” ’twas") == [
        "it's", "mr", "smith", "isn't", "it", "twas",
    ]  # fmt: skip
    assert words_of("STRASSE straße") == ["strasse", "strasse"]
    assert words_of("…") == []


@pytest.mark.parametrize(
    ("reference", "heard", "rate"),
    [
        ("a b c d", "a b c d", 0.0),
        ("a b c d", "a x c d", 0.25),
        ("a b c d", "a c d", 0.25),
        ("a b c d", "a b b c d", 0.25),
        ("a b", "x y z", 1.5),
        ("a b c d", "", 1.0),
    ],
)
def test_the_error_rate_counts_steps_by_the_reference(
    reference: str, heard: str, rate: float
) -> None:
    assert error_rate(reference.split(), heard.split()) == rate


def test_an_empty_reference_has_no_error_rate() -> None:
    assert error_rate([], ["a"]) is None
    assert measures("", "a").keys() == {"agreement", "similarity"}


def test_error_rates_are_those_of_jiwer() -> None:
    jiwer = pytest.importorskip("jiwer")
    for old, new in (
        ("a man said to the universe sir i exist", "the man said to universe sir i do exist"),
        ("one two three", "three two one zero"),
    ):
        assert error_rate(old.split(), new.split()) == pytest.approx(jiwer.wer(old, new))
        assert error_rate(old, new) == pytest.approx(jiwer.cer(old, new))


def test_the_alignment_says_what_was_changed() -> None:
    old = ["a", "man", "said", "to", "the", "universe"]
    new = ["a", "man", "says", "to", "the", "universe", "sir"]
    assert alignment(old, new) == "1 replaced, 1 added: said → says, ∅ → sir"
    assert alignment(old, old) == ""
    assert alignment(["a"] * 9, []).endswith("a → ∅ and 4 more")
    assert alignment(["a"] * 9_000, ["b"]) == ""


def measures(before: str, after: str) -> dict[str, Any]:
    pair = (TASK.parse({"text": before}), TASK.parse({"text": after}))
    return {m.name: pytest.approx(m.value) for m in TASK.compare(Case(id="a"), *pair)}


def test_the_same_words_agree_and_how_they_are_written_shows_in_the_similarity() -> None:
    same = measures("A man said.", "a man said")
    assert (same["agreement"], same["wer"], same["cer"]) == (1.0, 0.0, 0.0)
    assert same["similarity"] == 2 * 9 / (11 + 10)
    assert same["length_ratio"] == 10 / 11


def test_other_words_are_counted() -> None:
    other = measures("the cat sat", "the bat sat")
    assert (other["agreement"], other["wer"], other["cer"]) == (0.0, 1 / 3, 1 / 11)


def test_times_drift_where_there_are_as_many_chunks() -> None:
    def chunked(*starts: float | None) -> Output:
        chunks: list[Json] = [{"text": "a", "start_s": start, "end_s": None} for start in starts]
        return Output(value={"text": "a", "chunks": chunks}, text="a")

    def drift(before: Output, after: Output) -> list[float]:
        found = TASK.compare(Case(id="a"), before, after)
        return [m.value for m in found if m.name == "start_drift_s"]

    assert drift(chunked(0, 1), chunked(0.2, 0.6)) == [pytest.approx(0.3)]
    assert drift(chunked(0, 1), chunked(0)) == drift(chunked(0), chunked(None)) == []


@pytest.mark.parametrize(
    ("expect", "heard", "ok", "points"),
    [
        ("The bridge is open.", "the bridge is open", True, 1.0),
        ("The bridge is open.", "the bridge is shut", False, 0.75),
        (["It is shut.", "The bridge is open."], "the bridge is open", True, 1.0),
        ({"text": "the bridge is open", "max_wer": 0.25}, "the bridge is shut", True, 0.75),
        ({"text": "the bridge is open", "max_wer": 0.2}, "the bridge is shut", False, 0.75),
        ({"text": "the bridge is open", "max_cer": 0.1}, "the bridge is opan", True, 0.75),
        ({"text": "the bridge is open", "max_cer": 0.01}, "the bridge is opan", False, 0.75),
        ({"text": "a"}, "b c d", False, 0.0),
        ("", "", True, 1.0),
        ("", "thank you", False, 0.0),
    ],
)
def test_expectations(expect: Json, heard: str, ok: bool, points: float) -> None:
    finding = TASK.expect(Case(id="a", expect=expect), TASK.parse({"text": heard}))
    assert (finding.check, finding.ok, finding.points) == ("expect", ok, points)


def test_the_finding_says_the_rates_and_the_errors() -> None:
    finding = TASK.expect(Case(id="a", expect="it is open"), TASK.parse({"text": "it is shut"}))
    assert finding.message == ("WER 0.333, CER 0.400 against 'it is open'; 1 replaced: open → shut")


@pytest.mark.parametrize(
    "expect",
    [
        {"max_wer": 0.1}, {"text": "a", "max_wer": -1}, {"text": "a", "max_wer": True},
        {"text": "a", "wer": 1}, [], ["a", 1],
    ],
)  # fmt: skip
def test_an_expectation_of_another_form_is_never_met(expect: Json) -> None:
    finding = TASK.expect(Case(id="a", expect=expect), TASK.parse({"text": "a"}))
    assert not finding.ok
    assert "`expect` must be a string, a list of strings, or {text, " in finding.message


def test_an_hour_of_speech_is_quick() -> None:
    words = " ".join(f"word{n % 700}" for n in range(10_000))
    assert measures(words, words + " end")["wer"] == 1 / 10_000
