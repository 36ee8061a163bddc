"""What is read is what was written, noun by noun."""

import tempfile
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harness.data.exchange import Attempt, Exchange, Response
from harness.data.noun import replace
from harness.data.record import Record, Usage
from harness.data.suite import Case, CheckUse, Price, RunSettings, Target
from harness.jsonvalue import sha256_hex
from harness.store import RunReader, RunWriter, codec
from tests.store import nouns

few = settings(max_examples=60, deadline=None)


@few
@given(nouns.CASES)
def test_a_case_comes_back_equal(case: Case) -> None:
    assert codec.case_of(codec.case_bytes(case)) == case


@few
@given(nouns.RECORDS)
def test_a_record_comes_back_equal(record: Record) -> None:
    back = codec.record_of(codec.record_bytes(record))
    assert back == record
    assert (back.state, back.score) == (record.state, record.score)


@few
@given(nouns.ATTEMPTS)
def test_an_attempt_comes_back_equal(attempt: Attempt) -> None:
    bodies: dict[str, bytes] = {}

    def keep(body: bytes) -> str:
        sha256 = sha256_hex(body)
        bodies[sha256] = body
        return sha256

    exchange = replace(nouns.exchange(0), attempts=(attempt,))
    stored = codec.attempts_bytes(exchange, keep)
    assert codec.attempts_of(stored, bodies.__getitem__) == (attempt,)


@few
@given(nouns.TARGETS)
def test_a_suite_comes_back_equal(target: Target) -> None:
    suite = nouns.suite(
        require_proof="proven",
        allow_stored_latency=True,
        allow_routing=True,
        targets=(*nouns.targets(), target),
        run=RunSettings(max_cost_usd=2.5, batch=8),
    )
    assert codec.suite_from_json(codec.load(codec.dump(codec.suite_to_json(suite)))) == suite


@few
@given(nouns.CASES, st.data())
def test_the_digest_of_a_case_is_its_question_and_nothing_else(
    case: Case, data: st.DataObject
) -> None:
    same = replace(case, id="other", tags=("x",), place="elsewhere:1", cluster="k")
    assert codec.case_digest(same) == codec.case_digest(case)
    inputs = data.draw(nouns.JSON.filter(lambda value: value != case.inputs))
    changed = replace(case, inputs=[inputs, "changed"])
    assert codec.case_digest(changed) != codec.case_digest(case)


@few
@given(nouns.CASES)
def test_a_fingerprint_changes_with_all_but_the_place(case: Case) -> None:
    assert codec.case_fingerprint(replace(case, place="x:9")) == codec.case_fingerprint(case)
    assert codec.case_fingerprint(replace(case, tags=(*case.tags, "new"))) != (
        codec.case_fingerprint(case)
    )


@settings(max_examples=15, deadline=None)
@given(
    st.lists(nouns.ATTEMPTS, min_size=1, max_size=3).map(tuple),
    nouns.RECORDS,
    st.booleans(),
    st.integers(1, 64),
)
def test_an_exchange_and_its_record_come_back_from_the_file(
    attempts: tuple[Attempt, ...], record: Record, is_moved: bool, batched: int
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder)
        exchange = nouns.exchange(0, attempts=attempts, is_moved=is_moved, batched=batched)
        with closing(RunWriter(path, create=True)) as writer:
            nouns.fill(writer, 1)
            writer.put_exchange(exchange)
            writer.put_record(record)
        with RunReader(path) as reader:
            ((case, read),) = list(reader.exchanges())
            (stored,) = list(reader.cases())
    assert read == exchange
    assert case == Case(id="c0", inputs="text 0")
    answer = {a.target: a for a in stored.answers}["baseline"]
    assert answer.record == record
    assert answer.attempts == len(attempts)
    assert (answer.url, answer.is_moved, answer.batched) == (exchange.url, is_moved, batched)
    last = attempts[-1]
    assert answer.answered_at == pytest.approx(last.started_at + (last.timings.total_s or 0))


def test_a_header_comes_back_equal(tmp_path: Path) -> None:
    with closing(RunWriter(tmp_path, create=True)) as writer:
        nouns.fill(writer)
    with RunReader(tmp_path) as reader:
        assert reader.header() == nouns.header()


def test_media_come_back_with_their_bytes_and_are_stored_once(tmp_path: Path) -> None:
    picture = nouns.media(b"\x89PNG" + bytes(5000))
    cases = [Case(id=f"c{n}", media=picture) for n in range(3)]
    with closing(RunWriter(tmp_path, create=True)) as writer:
        writer.put_header(nouns.header())
        writer.put_cases(cases)
        writer.put_plan((n, "baseline", 0, True) for n in range(3))
    with RunReader(tmp_path) as reader:
        slots = list(reader.pending())
        assert [slot.case.media and slot.case.media.body for slot in slots] == [picture.body] * 3
        assert reader.blob(picture.sha256) == picture.body
    assert (tmp_path / "run.sqlite").stat().st_size < 100_000


def test_pending_calls_are_those_without_an_end(tmp_path: Path) -> None:
    with closing(RunWriter(tmp_path, create=True)) as writer:
        nouns.fill(writer)
        writer.put_exchange(nouns.exchange(0))
        writer.put_unsent(nouns.unsent(3))
        writer.flush()
        with RunReader(tmp_path) as reader:
            assert [slot.seq for slot in reader.pending()] == [1, 2, 4, 5]
        writer.forget_unsent()
        writer.flush()
        with RunReader(tmp_path) as reader:
            assert [slot.seq for slot in reader.pending()] == [1, 2, 3, 4, 5]


def test_a_case_asked_of_several_targets_in_a_row_is_decoded_once(tmp_path: Path) -> None:
    with closing(RunWriter(tmp_path, create=True)) as writer:
        writer.put_header(nouns.header())
        writer.put_cases([Case(id="c0", inputs="a"), Case(id="c1", inputs="b")])
        writer.put_plan(
            [(0, "baseline", 0, True), (0, "candidate", 0, False), (1, "candidate", 0, True),
             (1, "baseline", 0, False), (0, "baseline", 1, True)]
        )  # fmt: skip
    with RunReader(tmp_path) as reader:
        slots = list(reader.pending())
    assert [(slot.case.inputs, slot.target, slot.repeat) for slot in slots] == [
        ("a", "baseline", 0), ("a", "candidate", 0), ("b", "candidate", 0), ("b", "baseline", 0),
        ("a", "baseline", 1),
    ]  # fmt: skip
    assert slots[0].case is slots[1].case
    assert slots[2].case is slots[3].case


def test_a_field_is_left_out_when_it_equals_its_default_and_only_then() -> None:
    use = CheckUse(check="is", arguments={}, required=False)
    assert codec.load(codec.dump(use)) == {"check": "is", "required": False}
    assert codec.dump(Usage()) == b"{}"
    assert codec.load(codec.dump(Usage(compute_s=0.0))) == {"compute_s": 0.0}
    assert codec.fields_of(Price(per_call=0.0, per_image=2.0)) == {"per_image": 2.0}


def test_exchanges_come_in_the_order_of_the_plan(tmp_path: Path) -> None:
    with closing(RunWriter(tmp_path, create=True)) as writer:
        nouns.fill(writer)
        for seq in (4, 0, 5, 2, 1, 3):
            writer.put_exchange(nouns.exchange(seq))
        writer.put_record(Record(seq=2, fault=None))
    with RunReader(tmp_path) as reader:
        assert [e.seq for _, e in reader.exchanges()] == [0, 1, 2, 3, 4, 5]
        assert [e.seq for _, e in reader.exchanges(unjudged_only=True)] == [0, 1, 3, 4, 5]
        with pytest.raises(ValueError, match="events"):
            reader.count("events")


def test_a_later_judgement_replaces_the_earlier(tmp_path: Path) -> None:
    from harness.data.record import Finding, Output

    output = Output(value="x", text="x")
    with closing(RunWriter(tmp_path, create=True)) as writer:
        nouns.fill(writer, 1)
        writer.put_exchange(nouns.exchange(0))
        for ok in (True, False):
            found = (Finding(check="k", ok=ok, message=""),)
            writer.put_record(Record(seq=0, output=output, findings=found))
    with RunReader(tmp_path) as reader:
        (stored,) = list(reader.cases())
    assert [a.record.state for a in stored.answers if a.record] == ["failed"]


def test_an_answer_that_was_not_read_for_a_while_is_told_by_what_was_measured_alone(
    tmp_path: Path,
) -> None:
    def exchange(seq: int, held_back_s: float, **more: object) -> Exchange:
        given = nouns.exchange(seq, **more)
        timings = replace(given.attempts[0].timings, held_back_s=held_back_s)
        return replace(given, attempts=(replace(given.attempts[0], timings=timings),))

    with closing(RunWriter(tmp_path, create=True)) as writer:
        nouns.fill(writer, 2)
        writer.put_exchange(exchange(0, 0.5))
        writer.put_exchange(exchange(1, 0.0))
        named = exchange(2, 0.0)  # a server's own word for it says nothing
        response = Response(status=200, headers={"held_back_s": "9"})
        attempts = (replace(named.attempts[0], response=response),)
        writer.put_exchange(replace(named, attempts=attempts))
    with RunReader(tmp_path) as reader:
        answers = [answer for case in reader.cases() for answer in case.answers]
    assert [answer.is_held_back for answer in answers] == [True, False, False, False]


def test_what_was_spent_leaves_stored_answers_and_unknown_costs_out(tmp_path: Path) -> None:
    costs = (0.25, None, 0.5, 8.0)
    with closing(RunWriter(tmp_path, create=True)) as writer:
        nouns.fill(writer)
        for seq, cost in enumerate(costs):
            writer.put_exchange(nouns.exchange(seq, transport="stored" if cost == 8.0 else "curl"))
            writer.put_record(Record(seq=seq, usage=Usage(cost_usd=cost)))
    with RunReader(tmp_path) as reader:
        assert reader.spent_usd() == 0.75


def test_calls_that_travelled_together_are_one_request_an_attempt(tmp_path: Path) -> None:
    with closing(RunWriter(tmp_path, create=True)) as writer:
        nouns.fill(writer)
        twice = nouns.exchange(0).attempts * 2
        for seq in range(3):
            writer.put_exchange(nouns.exchange(seq, batched=3, attempts=twice))
        writer.put_exchange(nouns.exchange(3, batched=2))  # the other of the two was not stored
        writer.put_exchange(nouns.exchange(4))
        writer.put_exchange(nouns.exchange(5, transport="stored"))
    with RunReader(tmp_path) as reader:
        assert reader.attempts() == 2 + 1 + 1
