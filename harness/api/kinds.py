"""The four kinds of plugin: frozen records of functions."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import Any, Literal

from harness.data.call import Call, Credential, Payload, Request
from harness.data.dossier import Artifact, Dossier, Show
from harness.data.exchange import Fault, Identity, Response
from harness.data.index import Index
from harness.data.lines import Line
from harness.data.presentation import Presentation
from harness.data.record import Finding, Measure, Output, Usage
from harness.data.suite import Case, Target
from harness.jsonvalue import Json, parse_json


def whole_answer_agrees(_case: Case, before: Output, after: Output) -> Iterable[Measure]:
    """Say whether two canonical outputs are equal: the comparison every task has at least."""
    yield Measure(name="agreement", value=float(before.value == after.value))


def equals_expected(case: Case, output: Output) -> Finding:
    """Hold the answer's text, or its canonical value, against `expect`."""
    ok = case.expect in (output.text, output.value)
    return Finding(check="expect", ok=ok, message=f"expected {case.expect!r}, got {output.text!r}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Pooled:
    """What is compared over all cases at once, such as which of them are neighbours."""

    keep: Callable[[Output], Sequence[float] | None]
    """The numbers of an answer, kept as float32; None: nothing. Of another width than those of
    the first case they are left out."""
    compare: Callable[[Any, Any], Iterable[Iterable[Measure]]]
    """Of two numpy arrays (cases, numbers), the baseline first: each case's measures, in order."""
    most_cases: int = 2_000
    """Cases that are kept, the first ones: memory does not grow with the suite."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """What a model is asked to do. All functions are pure and do no I/O."""

    name: str
    build: Callable[[Case], Payload]
    """The question in wire form. A file case has its bytes in `case.media.body`."""
    parse: Callable[[Json | bytes], Output]
    """Accepts every real shape of this task's answers; anything else raises ShapeError."""
    validate: Callable[[Case, Output], Iterable[Finding]]
    """Is the output a legal one for this case? At least one finding."""
    sample: Case
    sample_output: Json | bytes
    """A raw answer to `sample`, as it travels."""
    compare: Callable[[Case, Output, Output], Iterable[Measure]] = whole_answer_agrees
    """Baseline output first. Must yield a measure named `agreement`."""
    measures: Mapping[str, Literal["higher", "lower", "neither"]] = field(default_factory=dict)
    """Every measure `compare` may yield, and which way is better: what a gate may name."""
    pooled: Pooled | None = None
    """Measures that need all cases; named in `measures` too."""
    expect: Callable[[Case, Output], Finding] = equals_expected
    """Does the output meet `case.expect`? Called only when something is expected."""
    show: Show = "json"
    """How a report shows an output."""
    wants: Literal["json", "file"] = "json"
    """`file`: a case names a file beside the suite (`inputs: {file: cat.png}`)."""
    parts: tuple[str, ...] = ()
    """Keys that `inputs` may have beside `file` (`question`); the case has them in `inputs`."""
    is_open_ended: bool = False
    """Whether an answer has no end of its own, as a continuation: cut off at the limit of its
    length it still counts, unless the suite says otherwise."""


def read_json(response: Response) -> Json | bytes:
    """Give the body as strict JSON; raises ValueError when it is not."""
    return parse_json(response.body)


def unknown_revision(_response: Response) -> Identity | None:
    """Give None: this provider never says who answered."""
    return None


def no_usage(_response: Response) -> Usage:
    """Give an empty Usage: this provider never says what was consumed."""
    return Usage()


def is_commit(revision: str) -> bool:
    """Whether a revision is 40 or 64 lower-case hex digits (a git commit, a sha256)."""
    return len(revision) in (40, 64) and all(c in "0123456789abcdef" for c in revision)


def no_traces(_response: Response) -> Mapping[str, str]:
    """Give nothing: answers of this provider all look the same."""
    return {}


@dataclass(frozen=True, slots=True)
class NoOptions:
    """A provider without keys of its own."""


def no_stream(_response: Response) -> int | None:
    """Give None: answers of this provider are not streamed."""
    return None


def no_probes(_target: Target) -> Iterable[Request]:
    """Give nothing: there is nothing to ask but the model itself."""
    return ()


def probe_says_nothing(_request: Request, _response: Response) -> Identity | None:
    """Give None: no probe was sent."""
    return None


def is_never_routed(_target: Target) -> str | None:
    """Give None: the target's own backend answers."""
    return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """An answer that is not there yet: submitted, polled until it is done, fetched.

    `Provider.request` submits. All requests share the one deadline of the call.
    """

    poll: Callable[[Call, Response], Request | None]
    """Out of the answer to the submission; None: that answer is already the result."""
    status: Callable[[Response], Fault | str | None]
    """Of a poll's answer: None: done; a word of the server's: not yet; a fault: it failed."""
    fetch: Callable[[Call, Response], Request | None]
    """Out of the last poll's answer; None: that answer is already the result."""
    further: Callable[[Call, Response], Request | None] = lambda _call, _response: None
    """Out of the fetched answer, where that only names the result's address; None: it is it."""
    every_s: float = 2.0
    """Wait between polls, where the server states none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """How several calls of one target travel in one request."""

    tasks: frozenset[str]
    """The tasks this works for at this provider."""
    join: Callable[[Sequence[Call]], Request | None]
    """One request for all; None: these cannot travel together (other parameters)."""
    split: Callable[[Response, int], Sequence[Response]]
    """As many responses, in order, each in the shape of a single answer; ValueError: cannot."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Provider:
    """Who is asked, and how it speaks HTTP. Never holds a secret."""

    name: str
    request: Callable[[Call], Request]
    output: Callable[[Response], Json | bytes] = read_json
    """The task's answer inside a successful response; ValueError when there is none."""
    served: Callable[[Response], Identity | None] = unknown_revision
    traces: Callable[[Response], Mapping[str, str]] = no_traces
    """What tells answers apart but names no revision, by name: `system_fingerprint`. Under
    `x-inference-provider` and `provider` stands the partner that computed the answer."""
    usage: Callable[[Response], Usage] = no_usage
    credential: Credential | None = None
    options: type = NoOptions
    """A dataclass of the keys a target of this provider may have beside model and revision."""
    is_pin: Callable[[str], bool] = is_commit
    tasks: tuple[str, ...] = ()
    """The tasks it answers; empty: any, the payload travels as the task builds it."""
    first_token: Callable[[Response], int | None] = no_stream
    """Bytes of a streamed body up to the end of its first non-empty content; None: no stream."""
    job: Callable[[Call], Job | None] = lambda _call: None
    """Set for calls that are answered later."""
    batch: Batch | None = None
    routed: Callable[[Target], str | None] = is_never_routed
    """Why it is not known beforehand who answers (`:fastest`), in words; None: it is."""
    head_only: Callable[[Target], bool] = lambda _target: False
    """Whether nothing but the head of the model's repository is served there."""
    probes: Callable[[Target], Iterable[Request]] = no_probes
    """Requests that ask who serves (`GET /info`), sent before the first call and after the last."""
    probed: Callable[[Request, Response], Identity | None] = probe_says_nothing
    """What the answer to a probe says."""
    lint: Callable[[Call], Iterable[str]] = lambda _call: ()
    """Sentences on what means nothing, or something else, to this backend; often none."""
    start: Callable[[Target, str], AbstractContextManager[str]] | None = None
    """Starts a server of its own for (target, task name); gives its origin,
    `http://127.0.0.1:41873`, which then takes the place of the origin `request` names."""


@dataclass(frozen=True, slots=True)
class NoArguments:
    """A check without arguments."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One question put to an output, with typed arguments."""

    name: str
    judge: Callable[[Case, Output, Any], Finding]
    """The third argument is an instance of `arguments`."""
    arguments: type = NoArguments
    """A dataclass; its fields, their types and defaults are the suite's keys."""
    summary: str = ""
    """One line for `revgate plugins` and the editor."""
    problem: Callable[[Any], str | None] = lambda _arguments: None
    """What is wrong with these arguments beyond their types (a bad regex), or None."""


def no_index(_index: Index) -> Iterable[Artifact]:
    """Give nothing: this reporter says nothing of several suites."""
    return ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Reporter:
    """Turns a dossier into files, and where it wants to into an index and into terminal lines."""

    name: str
    render: Callable[[Dossier], Iterable[Artifact]]
    index: Callable[[Index], Iterable[Artifact]] = no_index
    """The files that lead to the reports of several suites run together; they stand in one folder,
    from which each run's folder is named."""
    screen: Callable[[Dossier], Iterable[Line]] | None = None
    """What `revgate show RUN` writes; None: this reporter writes files only."""
    screen_case: Callable[[Dossier], Iterable[Line]] | None = None
    """What `revgate show RUN CASE` writes, of a dossier that holds that case alone."""
    problem: Callable[[Presentation], str | None] = lambda _presentation: None
    """What is wrong with how reports are wanted (a template with a mistake), before any call."""


Plugin = Task | Provider | Check | Reporter
ArgumentMap = Mapping[str, Json]
