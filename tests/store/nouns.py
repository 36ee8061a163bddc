"""Nouns of all kinds, for tests that keep them."""

from pathlib import Path

from hypothesis import strategies as st

from harness.data.exchange import (
    Attempt,
    Exchange,
    Fault,
    Identity,
    Response,
    Step,
    Timings,
    Unsent,
)
from harness.data.record import Finding, Output, Record, Usage
from harness.data.suite import Case, CheckUse, Gate, Media, Price, RunSettings, Suite, Target
from harness.jsonvalue import sha256_hex
from harness.store import RunHeader, RunWriter, codec

TEXT = st.text(max_size=20)
NAME = st.text("abcdefgh-_0", min_size=1, max_size=8)
NUMBER = st.floats(allow_nan=False, allow_infinity=False, min_value=0, max_value=1e6)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | NUMBER | TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3),
    max_leaves=6,
)
PARAMETERS = st.dictionaries(NAME, JSON, max_size=3)
FAULTS = st.builds(
    Fault,
    kind=st.sampled_from(["auth", "timeout", "malformed", "plugin"]),
    message=TEXT,
    hint=TEXT,
    status=st.none() | st.integers(100, 599),
    is_transient=st.booleans(),
)
TIMINGS = st.builds(
    Timings,
    queue_s=st.none() | NUMBER,
    connect_s=st.none() | NUMBER,
    first_byte_s=st.none() | NUMBER,
    total_s=st.none() | NUMBER,
    held_back_s=NUMBER,
)
RESPONSES = st.builds(
    Response,
    status=st.integers(100, 599),
    headers=st.dictionaries(NAME, TEXT, max_size=3),
    body=st.binary(max_size=400),
    arrivals=st.lists(st.tuples(NUMBER, st.integers(0, 400)), max_size=3).map(tuple),
)
STEPS = st.builds(
    Step, method=NAME, url=TEXT, at_s=NUMBER, status=st.none() | st.integers(100, 599), note=TEXT
)
ATTEMPTS = st.builds(
    Attempt,
    url=TEXT,
    steps=st.lists(STEPS, max_size=3).map(tuple),
    response=st.none() | RESPONSES,
    fault=st.none() | FAULTS,
    timings=TIMINGS,
    started_at=NUMBER,
    waited_s=NUMBER,
)
CASES = st.builds(
    Case,
    id=NAME,
    inputs=JSON,
    parameters=PARAMETERS,
    expect=JSON,
    checks=st.lists(
        st.builds(
            CheckUse, check=NAME, arguments=PARAMETERS, weight=NUMBER, required=st.booleans()
        ),
        max_size=2,
    ).map(tuple),
    tags=st.lists(NAME, max_size=3).map(tuple),
    cluster=st.none() | NAME,
    place=TEXT,
)
FINDINGS = st.builds(
    Finding,
    check=NAME,
    ok=st.booleans(),
    message=TEXT,
    score=st.none() | st.floats(0, 1),
    where=TEXT,
    required=st.booleans(),
    weight=NUMBER,
)
JUDGED = st.fixed_dictionaries(
    {
        "output": st.builds(
            Output, value=JSON, variant=TEXT, text=TEXT, latency_s=st.none() | NUMBER
        ),
        "findings": st.lists(FINDINGS, max_size=3).map(tuple),
    }
) | st.fixed_dictionaries({"fault": FAULTS})
SERVED = st.none() | st.builds(Identity, revision=NAME, source=TEXT, is_proof=st.booleans())
COUNT = st.none() | st.integers(0, 2**40)
USAGE = st.builds(
    Usage,
    compute_s=st.none() | NUMBER,
    input_tokens=COUNT,
    output_tokens=COUNT,
    characters=COUNT,
    images=COUNT,
    seconds=st.none() | NUMBER,
    cost_usd=st.none() | NUMBER,
)
PRICES = st.builds(
    Price,
    per_call=NUMBER,
    per_million_input_tokens=NUMBER,
    per_million_output_tokens=NUMBER,
    per_million_characters=NUMBER,
    per_image=NUMBER,
    per_second=NUMBER,
    as_of=TEXT,
)
TARGETS = st.builds(
    Target,
    name=NAME,
    provider=NAME,
    model=NAME,
    revision=st.none() | NAME,
    options=PARAMETERS,
    urls=st.lists(NAME, max_size=3).map(tuple),
    balance=st.sampled_from(["failover", "round_robin", "least_busy"]),
    price=st.none() | PRICES,
    run=st.none() | NAME,
)
RECORDS = st.builds(
    lambda judged, **more: Record(seq=0, **judged, **more),
    JUDGED,
    served=SERVED,
    traces=st.dictionaries(NAME, TEXT, max_size=3),
    usage=USAGE,
    latency_s=st.none() | NUMBER,
    first_token_s=st.none() | NUMBER,
    queue_s=st.none() | NUMBER,
    response_s=st.none() | NUMBER,
)


def targets() -> tuple[Target, ...]:
    return tuple(
        Target(
            name=name,
            provider="hf-endpoint",
            model="lab/labels",
            revision=pin * 40,
            options={"url": f"http://{name}.example/"},
        )
        for name, pin in (("baseline", "a"), ("candidate", "b"))
    )


def suite(**more: object) -> Suite:
    given: dict[str, object] = {
        "name": "kept",
        "task": "text-classification",
        "targets": targets(),
        "gates": (Gate(metric="regressions", max=0), Gate(metric="pass_rate", max_drop=0.02)),
        "run": RunSettings(repeats=2, seed=3),
        "path": Path("suite.yaml"),
        "source_sha256": "0" * 64,
        "warnings": ("a warning",),
    }
    return Suite(**(given | more))  # type: ignore[arg-type]  # what a test replaces is its business


def header(**more: object) -> RunHeader:
    given: dict[str, object] = {
        "run_id": "20260101T000000Z-kept-00000000",
        "started_at": 1.5,
        "suite": codec.suite_to_json(suite()),
        "environment": {"python": "3.11"},
        "plugins": {"task:text-classification": "revgate 0.1.0"},
        "selection": {"cases": ["c*"]},
    }
    return RunHeader(**(given | more))  # type: ignore[arg-type]  # as above


def media(body: bytes) -> Media:
    return Media(
        path="cat.png",
        sha256=sha256_hex(body),
        body_bytes=len(body),
        media_type="image/png",
        body=body,
    )


def exchange(seq: int, *, body: bytes = b'"answer"', **more: object) -> Exchange:
    attempt = Attempt(response=Response(status=200, body=body), timings=Timings(total_s=0.1))
    given: dict[str, object] = {
        "seq": seq,
        "target": "baseline" if seq % 2 == 0 else "candidate",
        "repeat": 0,
        "url": "http://baseline.example/",
        "method": "POST",
        "request_body": b'{"inputs":"x"}',
        "attempts": (attempt,),
        "transport": "curl",
        "first_of_pair": seq % 2 == 0,
    }
    return Exchange(**(given | more))  # type: ignore[arg-type]  # as above


def unsent(seq: int) -> Unsent:
    return Unsent(seq=seq, cause="target stopped", reason="gone")


def fill(writer: RunWriter, cases: int = 3) -> None:
    """Store a header, cases `c0` ... and a plan of one call a case and target."""
    writer.put_header(header())
    writer.put_cases(Case(id=f"c{n}", inputs=f"text {n}") for n in range(cases))
    writer.put_plan(
        (number, side.name, 0, side.name == "baseline")
        for number in range(cases)
        for side in targets()
    )
    writer.flush()
