"""What every plugin must hold to, as functions that a plugin's own tests call.

Each raises AssertionError that says what was asked, what came and what is wrong, and needs no
test framework: `from harness.api.contract import check_task`, then `check_task(TASK)`.
"""

import math
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import MISSING, fields, is_dataclass
from types import NoneType
from typing import Any, Literal, TypeVar, get_args, get_origin, get_type_hints
from urllib.parse import urlsplit

from harness.api.kinds import Check, Plugin, Provider, Reporter, Task
from harness.data.call import Call, Payload, Request
from harness.data.dossier import Artifact, Dossier
from harness.data.exchange import Identity, Response
from harness.data.record import Finding, Measure, Output, Usage
from harness.data.suite import Case, Target
from harness.errors import ShapeError
from harness.jsonvalue import Json, canonical

_Given = TypeVar("_Given")

DEPTH = 1_000
"""Levels of the deepest junk; a body as deep as 1,024 levels can reach a plugin."""

HUGE = 10**400
"""An integer that no float can hold."""


def contract(plugin: Plugin, dossier: Dossier | None = None) -> None:
    """Hold a plugin of any kind to its contract; a reporter is given a dossier to render."""
    match plugin:
        case Task():
            check_task(plugin)
        case Provider():
            check_provider(plugin)
        case Check():
            check_check(plugin)
        case Reporter():
            if dossier is None:
                raise AssertionError("a reporter needs a dossier: contract(reporter, dossier)")
            check_reporter(plugin, dossier)


def check_task(task: Task) -> None:
    """Build is pure, the sample passes and agrees with itself, junk neither raises nor passes.

    Junk is what servers send by accident or malice: other JSON types, error objects, answers
    1,000 levels deep, integers no float can hold, the sample with fields of another type.
    """
    _claim_name(task.name)
    case, before = task.sample, repr(task.sample)
    payload = _run("build(sample)", task.build, case)
    _claim_type("build(sample)", payload, Payload)
    again = _run("build(sample)", task.build, case)
    _claim(payload == again, "build(sample) gave two different payloads: it must be pure")
    _claim(repr(case) == before, "build changed the case: it must be pure")
    _run("the payload's encoded()", payload.encoded)

    raw = canonical(task.sample_output)
    output, findings = _judged(task, task.sample_output, "sample_output")
    if output is None:
        raise AssertionError(f"parse refuses sample_output with ShapeError: {raw!r:.200}")
    _claim(canonical(task.sample_output) == raw, "parse changed the answer it was given")
    _run("canonical(output.value)", canonical, output.value)
    failed = [finding.message for finding in findings if not finding.ok]
    _claim(not failed, f"sample_output is not valid for the sample: {failed}")
    agreement = [m.value for m in _measures(task, output, output) if m.name == "agreement"]
    _claim(agreement == [1.0], f"agreement of an output with itself is {agreement}, not [1.0]")
    if case.expect is not None:
        met = _finding("expect(sample)", task.expect, case, output)
        _claim(met.ok, f"the sample's own output does not meet its expect: {met.message}")
    for what, junk, may_pass in _junk(task.sample_output):
        strange, findings = _judged(task, junk, what)
        if strange is not None:
            passes = all(finding.ok for finding in findings if finding.required)
            _claim(may_pass or not passes, f"{what} passes: parse or validate must refuse it")
            _measures(task, output, strange)
            _measures(task, strange, output)
            _finding(f"expect of {what}", task.expect, case, strange)


def check_provider(provider: Provider, options: Mapping[str, Json] | None = None) -> None:
    """Requests are pure, go to http(s) and hold no secret; junk responses raise only ValueError.

    `options` are the keys of a sample target; by default every required one is taken for a URL.
    """
    _claim_name(provider.name)
    _claim(is_dataclass(provider.options), "options must be a dataclass")
    for branch in ("", "main", "latest", "v1"):
        taken = _run(f"is_pin({branch!r})", provider.is_pin, branch)
        _claim(not taken, f"is_pin takes {branch!r} for an immutable revision")
    if options is None:
        keys: tuple[Any, ...] = fields(provider.options)
        required = [k.name for k in keys if k.default is MISSING and k.default_factory is MISSING]
        options = dict.fromkeys(required, "https://models.example/one")
    pin = "0123456789" * 4
    target = Target(
        name="baseline",
        provider=provider.name,
        model="acme/sample",
        revision=pin if provider.is_pin(pin) else None,
        options=options,
    )
    question = Payload(value={"inputs": "a", "parameters": {"top_k": 2}})
    for payload in (question, Payload(media=b"\x89PNG", media_type="image/png")):
        call = Call(case=Case(id="a", inputs="a"), target=target, payload=payload)
        _check_request(provider, call)
    for response in _responses():
        what = f"of status {response.status} with body {response.body!r:.40}"
        _tried(ValueError, f"output {what}", provider.output, response)
        who = _tried(ValueError, f"served {what}", provider.served, response)
        _claim_type(f"served {what}", who, Identity | None)
        used = _tried(ValueError, f"usage {what}", provider.usage, response)
        if used is not None:
            _claim_type(f"usage {what}", used, Usage)
            for key in fields(used):
                amount = getattr(used, key.name)
                is_amount = amount is None or (math.isfinite(amount) and amount >= 0)
                _claim(is_amount, f"usage {what}: {key.name} is {amount}, not an amount")


def check_check(check: Check, arguments: object = None) -> None:
    """Arguments can be read from a suite; judge is pure and gives a finding for any output.

    `arguments` are sample ones; by default they are made up from the types of the fields.
    """
    from pydantic import TypeAdapter

    _claim_name(check.name)
    _claim(is_dataclass(check.arguments), "arguments must be a dataclass")
    _run("the JSON Schema of arguments", lambda: TypeAdapter(check.arguments).json_schema())
    if arguments is None:
        hints = get_type_hints(check.arguments)
        sample = {key.name: _example(hints[key.name]) for key in fields(check.arguments)}
        arguments = check.arguments(**sample)
    problem = _run("problem(arguments)", check.problem, arguments)
    _claim(problem is None, f"give other arguments, {arguments!r:.99} are refused: {problem}")
    case = Case(id="a", inputs="a", expect="a")
    for output in _outputs():
        what = f"judge of text {output.text!r:.20}"
        finding = _finding(what, check.judge, case, output, arguments)
        again = _finding(what, check.judge, case, output, arguments)
        _claim(finding == again, f"{what} gave two different findings: it must be pure")
        _claim(finding.check == check.name, f"{what} calls itself {finding.check!r}")


def check_reporter(reporter: Reporter, dossier: Dossier) -> None:
    """Artifacts have plain, unique names, and rendering twice gives the same bytes."""
    _claim_name(reporter.name)
    first = _run("render", _rendered, reporter, dossier)
    _claim(bool(first), "render gave no artifact")
    again = _run("render, the second time,", _rendered, reporter, dossier)
    _claim(first == again, "render gave other names or bytes the second time")


def _check_request(provider: Provider, call: Call) -> None:
    before = repr(call)
    request = _run("request(call)", provider.request, call)
    _claim_type("request(call)", request, Request)
    again = _run("request(call)", provider.request, call)
    _claim(request == again and repr(call) == before, "request must be pure")
    parts = urlsplit(request.url)
    is_web = parts.scheme in {"http", "https"} and bool(parts.hostname)
    _claim(is_web, f"the url must be http or https, not {request.url!r}")
    _claim("@" not in parts.netloc, "the url holds a user or a password")
    _claim_type("request(call).body", request.body, bytes)
    own = {provider.credential.header.lower()} if provider.credential else set()
    for name, value in request.headers.items():
        is_secret = name.lower() in own | _SECRET_HEADERS or _SECRET.search(value) is not None
        _claim(not is_secret, f"header {name!r} looks like a secret: declare a `credential`")


_SECRET_HEADERS = {
    "authorization", "proxy-authorization", "cookie", "api-key", "x-api-key", "x-goog-api-key",
}  # fmt: skip
_SECRET = re.compile(
    r"^(bearer|basic|key|token) |\b(hf_|sk-|gh[pousr]_|AIza|eyJ)\w{8}", re.IGNORECASE
)


def _judged(
    task: Task, answer: Json | bytes, what: str
) -> tuple[Output | None, tuple[Finding, ...]]:
    """Give the output and its findings; (None, ()) when parse raises ShapeError."""
    output = _tried(ShapeError, f"parse of {what}", task.parse, answer)
    if output is None:
        return None, ()
    _claim_type(f"parse of {what}", output, Output)
    findings = _run(f"validate of {what}", lambda: tuple(task.validate(task.sample, output)))
    _claim(bool(findings), f"validate of {what} gave no finding: it must give at least one")
    for finding in findings:
        _claim_finding(f"validate of {what}", finding)
    return output, findings


def _measures(task: Task, before: Output, after: Output) -> list[Measure]:
    found = _run("compare", lambda: list(task.compare(task.sample, before, after)))
    for measure in found:
        _claim_type("compare", measure, Measure)
        _claim(math.isfinite(measure.value), f"compare: {measure.name} is {measure.value}")
    _claim(any(m.name == "agreement" for m in found), "compare gave no measure named agreement")
    return found


def _finding(what: str, ask: Callable[..., Finding], *arguments: object) -> Finding:
    finding = _run(what, ask, *arguments)
    _claim_finding(what, finding)
    return finding


def _rendered(reporter: Reporter, dossier: Dossier) -> dict[str, bytes]:
    files: dict[str, bytes] = {}
    for artifact in reporter.render(dossier):
        _claim_type("render", artifact, Artifact)
        is_plain = re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._-]*", artifact.name) is not None
        _claim(is_plain, f"{artifact.name!r} is not a plain file name")
        _claim(artifact.name not in files, f"two artifacts are called {artifact.name}")
        files[artifact.name] = b"".join(artifact.chunks)
    return files


def _junk(sample: Json) -> Iterator[tuple[str, Json | bytes, bool]]:
    """Give (name, answer, whether it may pass): a field nobody reads may be anything."""
    plain: tuple[Json | bytes, ...] = (None, [], {}, "", b"", b"\xff", 3.5, -1, True, [None], [[]])
    errors: tuple[Json | bytes, ...] = ({"error": "x"}, {"error": None}, [{"error": "x"}], [{}])
    for junk in plain + errors:
        yield f"the answer {junk!r}", junk, False
    yield "an integer of 400 digits", HUGE, False
    deep_list: Json = []
    deep_object: Json = {}
    for _ in range(DEPTH):
        deep_list, deep_object = [deep_list], {"error": deep_object}
    yield f"a list {DEPTH} levels deep", deep_list, False
    yield f"an object {DEPTH} levels deep", deep_object, False
    leaves: tuple[Json, ...] = (None, {}, [])
    for value in leaves:
        yield f"sample_output with {value!r} for every value", _refilled(sample, value), False
    wrongs: tuple[Json, ...] = (None, True, HUGE, -1.5, "", "x", [], {}, deep_list)
    for path in _paths(sample):
        for wrong in wrongs:
            name = "/".join(map(str, path))
            what = type(wrong).__name__
            yield f"sample_output with {what} at {name}", _replaced(sample, path, wrong), True


def _refilled(value: Json, leaf: Json) -> Json:
    match value:
        case dict():
            return {key: _refilled(item, leaf) for key, item in value.items()}
        case list():
            return [_refilled(item, leaf) for item in value]
    return leaf


def _paths(value: Json) -> Iterator[tuple[str | int, ...]]:
    match value:
        case dict():
            items: list[tuple[str | int, Json]] = list(value.items())
        case list():
            items = list(enumerate(value[:3]))
        case _:
            items = []
    for key, item in items:
        yield (key,)
        yield from ((key, *rest) for rest in _paths(item))


def _replaced(value: Any, path: tuple[str | int, ...], leaf: Json) -> Json:
    if not path:
        return leaf
    copy: Any = value.copy()
    copy[path[0]] = _replaced(value[path[0]], path[1:], leaf)
    result: Json = copy
    return result


def _responses() -> Iterator[Response]:
    """Give what no sane server sends, good and bad statuses, odd headers."""
    bodies = [
        b"",
        b"{",
        b"null",
        b"[]",
        b"{}",
        b'""',
        b"3",
        b"\xff\xfe",
        b"NaN",
        b"<html>no</html>",
    ]
    bodies += [b'{"error":"x"}', b'{"usage":[],"model":3}', b"[" * 100_000, b"9" * 5_000]
    odd = ("", "soon", "-1", "nan", "inf", "1e999", "\xff", "x" * 5_000)
    names = ("x-sha", "x-compute-time", "x-compute-type", "x-total-time", "x-prompt-tokens")
    for status in (200, 204, 404, 500):
        yield from (Response(status=status, body=body) for body in bodies)
    for value in odd:
        yield Response(status=200, headers=dict.fromkeys(names, value), body=b"[]")


def _outputs() -> Iterator[Output]:
    labels: Json = [{"label": "a", "score": 0.9}, {"label": "b", "score": 0.1}]
    yield Output(value=labels, text="a", latency_s=0.1)
    for text in ("a", "", "\u202e\x00\x1b[2J", "a b " * 20_000, '{"a": [1]}', "\ud800"):
        yield Output(value=text, text=text)
    deep: Json = []
    for _ in range(DEPTH):
        deep = [deep]
    odd: tuple[Json, ...] = (None, [], {}, 3.5, HUGE, [None], [{"label": 1, "score": "x"}], deep)
    for value in odd:
        yield Output(value=value)


def _example(hint: Any) -> Any:
    """Give a value of a plain type; AssertionError for a type it knows none of."""
    plain = {str: "a", bool: False, int: 1, float: 0.5, Any: "a"}
    if hint in plain:
        return plain[hint]
    parts = [part for part in get_args(hint) if part is not NoneType]
    origin = get_origin(hint) or hint
    if origin is Literal:
        return parts[0]
    if origin in (list, tuple):
        return origin([_example(parts[0])] if parts else [])
    if origin in (dict, Mapping):
        return {}
    if not parts:
        raise AssertionError(f"give sample arguments: none can be made up for {hint}")
    return _example(parts[0])


def _run(what: str, function: Callable[..., _Given], *arguments: object) -> _Given:
    try:
        return function(*arguments)
    except AssertionError:
        raise
    except (Exception, SystemExit) as error:
        raise AssertionError(f"{what} raised {type(error).__name__}: {error!s:.200}") from error


def _tried(
    allowed: type[Exception], what: str, function: Callable[..., _Given], *arguments: object
) -> _Given | None:
    """Give what the function gives, None when it raises what it may."""
    try:
        return function(*arguments)
    except allowed:
        return None
    except (Exception, SystemExit) as error:
        raise AssertionError(
            f"{what} raised {type(error).__name__} ({error!s:.200}), "
            f"only {allowed.__name__} is allowed"
        ) from error


def _claim(holds: object, message: str) -> None:
    if not holds:
        raise AssertionError(message)


def _claim_type(what: str, value: object, kind: Any) -> None:
    name = getattr(kind, "__name__", str(kind))
    _claim(isinstance(value, kind), f"{what} gave a {type(value).__name__}, not a {name}")


def _claim_name(name: str) -> None:
    is_name = re.fullmatch(r"[a-z0-9]+([-_][a-z0-9]+)*", name) is not None
    _claim(is_name, f"{name!r} is not a name: lower-case words joined by - or _")


def _claim_finding(what: str, finding: Finding) -> None:
    _claim_type(what, finding, Finding)
    score = finding.score
    _claim(score is None or 0 <= score <= 1, f"{what}: score {score} is outside 0..1")
    _claim(isinstance(finding.ok, bool), f"{what}: ok is {finding.ok!r}, not true or false")
    _claim(finding.message, f"{what} gave a finding without a message")
