"""Dossiers as the pipeline makes them, small and deterministic."""

import math
import random
from collections.abc import Callable
from functools import cache
from typing import Literal

from harness.api import (
    Answer,
    Case,
    CaseView,
    Change,
    Comparison,
    Counts,
    Dossier,
    Estimate,
    Fault,
    FaultGroup,
    Finding,
    Flip,
    FlipColumn,
    GateResult,
    Identity,
    Json,
    LatencySummary,
    Measure,
    MeasureSummary,
    Output,
    PairTable,
    Record,
    Slice,
    TargetView,
    Usage,
    Verdict,
)
from harness.data.noun import replace

BEFORE = "714eb0fa89d2f80546fda750413ed43d93601a13"
AFTER = "9f2c1d0e5b7a4c3f8e6d2b1a0c9f8e7d6c5b4a39"
THIRD = "03aa6ee1c1b0c0ab2d4a6a54a9e5c7f0a1b2c3d4e5f60718293a4b5c6d7e8f90"

REVIEWS = (
    ("The battery lasts two days and the screen is bright.", "POSITIVE", ("en", "plain")),
    ("Not bad at all, I would buy it again.", "POSITIVE", ("en", "negation")),
    ("Great, it broke after one week. Just what I needed.", "NEGATIVE", ("en", "sarcasm")),
    ("Never had a problem with it.", "POSITIVE", ("en", "negation")),
    ("The sound is fine, the app is a disaster.", "NEGATIVE", ("en", "mixed")),
    ("👍👍 love it", "POSITIVE", ("en", "emoji", "short")),
    ("Schrecklich, nie wieder.", "NEGATIVE", ("de", "short")),
    ("Meh.", "NEGATIVE", ("en", "short")),
    ("Das Beste, was ich je gekauft habe!", "POSITIVE", ("de", "plain")),
    ("Would not recommend to my worst enemy.", "NEGATIVE", ("en", "negation")),
)

SUMMARY_BEFORE = (
    "The council approved the new tram line on Tuesday. It will link the harbour with the "
    "university and open in 2028. Opponents had asked for a referendum.\n\n"
    "The cost is put at 410 million euros."
)
SUMMARY_AFTER = (
    "The council approved the new tram line on Wednesday. It will link the harbour with the "
    "airport and open in 2028.\n\nThe cost is put at 410 million euros, more than planned."
)


def target(
    name: str, revision: str | None, latency: LatencySummary, **changes: object
) -> TargetView:
    view = TargetView(
        name=name,
        provider="hf-endpoint",
        model="distilbert/distilbert-base-uncased-finetuned-sst-2-english",
        revision=revision,
        url=f"https://{name}.endpoints.example",
        served=(revision,) if revision else (),
        evidence="x-sha on 200 of 200 answers",
        proof="proven",
        counts={
            "answered": 200,
            "passed": 180,
            "failed": 20,
            "faults": 0,
            "skipped": 0,
            "cancelled": 0,
        },
        pass_rate=0.9,
        mean_score=0.873,
        latency=latency,
        server_s=0.0117,
    )
    return replace(view, **changes)  # type: ignore[arg-type]


def spread(seed: int, middle_s: float, n: int = 400) -> LatencySummary:
    """A lognormal sample, as its summary."""
    chance = random.Random(seed)
    times = sorted(chance.lognormvariate(math.log(middle_s), 0.35) for _ in range(n))
    step = max(1, n // 120)
    curve = tuple((times[i], (i + 1) / n) for i in range(0, n, step))
    at = lambda q: times[min(n - 1, int(q * n))]  # noqa: E731
    return LatencySummary(
        n=n,
        p50_s=at(0.5),
        p90_s=at(0.9),
        p95_s=at(0.95) if n >= 100 else None,
        p99_s=at(0.99) if n >= 1000 else None,
        excluded=7,
        curve=(*curve, (times[-1], 1.0)),
    )


def labels(positive: float) -> list[Json]:
    pair = [("POSITIVE", positive), ("NEGATIVE", 1 - positive)]
    ranked = sorted(pair, key=lambda item: -item[1])
    return [{"label": label, "score": round(score, 4)} for label, score in ranked]


def record(
    seq: int, value: Json, text: str, ok: bool, message: str = "", check: str = "expect"
) -> Record:
    return Record(
        seq=seq,
        output=Output(value=value, variant="nested list", text=text),
        findings=(
            Finding(check="valid", ok=True, message="scores add up to 1", weight=0),
            Finding(check=check, ok=ok, message=message or "as expected"),
        ),
        served=Identity(revision=BEFORE, source="x-sha"),
        usage=Usage(compute_s=0.012, input_tokens=11),
        latency_s=0.01 + (seq % 17) * 0.0031,
    )


def fault_record(seq: int, fault: Fault) -> Record:
    return Record(seq=seq, fault=fault)


def answer(target_name: str, repeat: int, found: Record) -> Answer:
    return Answer(target=target_name, repeat=repeat, record=found, state=found.state, attempts=1)


def table(views: list[CaseView], names: tuple[str, str]) -> PairTable:
    def column(name: str, read: Callable[[Record], float | None]) -> list[float]:
        rows = []
        for view in views:
            found = [a.record for a in view.answers if a.target == name and a.record is not None]
            values = [v for v in map(read, found) if v is not None]
            rows.append(sum(values) / len(values) if values else math.nan)
        return rows

    def passed(one: Record) -> float | None:
        return None if one.fault else float(one.state == "passed")

    nothing = [0.0] * len(views)
    return PairTable(
        case_ids=[view.case.id for view in views],
        tags=[view.case.tags for view in views],
        clusters=[None] * len(views),
        before_pass=column(names[0], passed),
        after_pass=column(names[1], passed),
        before_score=column(names[0], lambda one: one.score),
        after_score=column(names[1], lambda one: one.score),
        before_missing=nothing,
        after_missing=nothing,
        agreement=[1.0] * len(views),
        before_flaky=[False] * len(views),
        after_flaky=[False] * len(views),
        before_latency_s=[0.1],
        after_latency_s=[0.1],
        first_was_baseline=[True],
    )


def label_views(
    cases: int, candidates: tuple[str, ...], repeats: int, plan: Callable[[int, str], str]
) -> list[CaseView]:
    """`plan(index, candidate)` names what becomes of a case: regressed, fixed, changed, same."""
    views = []
    for index in range(cases):
        text, expect, tags = REVIEWS[index % len(REVIEWS)]
        case = Case(
            id=f"review-{index:03d}",
            inputs=text if index < len(REVIEWS) else f"{text} ({index})",
            expect=expect,
            tags=tags,
            place=f"suites/reviews.yaml:{20 + index}",
        )
        wrong = "NEGATIVE" if expect == "POSITIVE" else "POSITIVE"
        became = {name: plan(index, name) for name in candidates}
        before_ok = "fixed" not in became.values()
        answers, change, measures = [], {}, {}
        for name in ("baseline", *candidates):
            for repeat in range(repeats):
                if name == "baseline":
                    ok = before_ok
                else:
                    ok = (
                        before_ok
                        if became[name] in ("same", "changed")
                        else became[name] == "fixed"
                    )
                    if became[name] == "flaky":
                        ok = repeat > 0
                label = expect if ok else wrong
                sure = 0.97 - (index % 7) * 0.05
                if name != "baseline" and became[name] == "changed":
                    sure = 0.55
                value = labels(sure if label == "POSITIVE" else 1 - sure)
                seq = index * 10 + repeat
                message = f"expected {expect}, got {label} with score {sure:.2f}"
                answers.append(answer(name, repeat, record(seq, value, label, ok, message)))
            if name != "baseline":
                known: Change = became[name] if became[name] != "flaky" else "same"  # type: ignore[assignment]
                change[name] = known
                measures[name] = (
                    Measure(name="agreement", value=float(known in ("same", "changed"))),
                    Measure(name="score_drift", value=0.031, better="lower"),
                )
        views.append(CaseView(case=case, answers=tuple(answers), change=change, measures=measures))
    return views


def flips_of(views: list[CaseView], candidate: str) -> FlipColumn:
    flips = FlipColumn()
    for view in views:
        kind = view.change[candidate]
        if kind in ("regressed", "fixed"):
            side = candidate if kind == "regressed" else "baseline"
            failing = next(
                a.record for a in view.answers if a.target == side and a.state == "failed"
            )
            assert failing is not None
            finding = next(f for f in failing.findings if not f.ok)
            before: Literal["pass", "fail"] = "pass" if kind == "regressed" else "fail"
            after: Literal["pass", "fail"] = "fail" if kind == "regressed" else "pass"
            flips.append(
                Flip(
                    case_id=view.case.id,
                    target=candidate,
                    before=before,
                    after=after,
                    check=finding.check,
                    reason=finding.message,
                )
            )
    return flips


def slices() -> tuple[Slice, ...]:
    def part(tag: str, n: int, before: float, after: float, width: float, p: float | None) -> Slice:
        change = after - before
        return Slice(
            tag=tag,
            n=n,
            before_rate=before,
            after_rate=after,
            difference=Estimate(
                value=change,
                low=change - width,
                high=change + width,
                confidence=0.95,
                method="Tango",
            ),
            regressed=round(max(0.0, -change) * n) + 1,
            fixed=1,
            p_value=p,
            timed=n,
            latency_shift=times(n, 1.01 + change / 2),
            latency_p95=times(n, 1.04 - change) if n >= 100 else None,
        )

    def times(n: int, ratio: float) -> Estimate:
        width = 1 + 0.5 / math.sqrt(n)
        return Estimate(
            value=ratio,
            low=ratio / width,
            high=ratio * width,
            confidence=0.95,
            method="order statistics",
        )

    return (
        part("en", 160, 0.91, 0.90, 0.03, 0.71),
        part("de", 40, 0.88, 0.70, 0.14, 0.012),
        part("negation", 60, 0.83, 0.95, 0.09, 0.031),
        part("sarcasm", 20, 0.55, 0.45, 0.26, 0.8),
        part("emoji", 20, 0.95, 1.0, 0.12, 1.0),
        part("short", 60, 0.9, 0.9, 0.07, 1.0),
    )


def comparison(views: list[CaseView], candidate: str) -> Comparison:
    return Comparison(
        baseline="baseline",
        candidate=candidate,
        table=table(views, ("baseline", candidate)),
        flips=flips_of(views, candidate),
        slices=slices(),
        measures=(
            MeasureSummary(name="agreement", n=len(views), mean=0.91, better="higher"),
            MeasureSummary(name="score_drift", n=len(views), mean=0.0312, better="lower"),
        ),
        latency_shift=Estimate(
            value=1.06, low=1.03, high=1.09, confidence=0.95, method="bootstrap"
        ),
        latency_p50=Estimate(value=1.05, low=0.99, high=1.11, confidence=0.95, method="bootstrap"),
        latency_p95=Estimate(value=1.12, low=0.94, high=1.31, confidence=0.95, method="bootstrap"),
        order_effect_p=0.41,
    )


def gate(metric: str, rule: str, outcome: str, reason: str, **numbers: object) -> GateResult:
    base = GateResult(
        metric=metric,
        rule=rule,
        target="candidate",
        slice=None,
        level="error",
        baseline=None,
        candidate=None,
        estimate=None,
        low=None,
        high=None,
        limit=0.0,
        outcome=outcome,  # type: ignore[arg-type]
        reason=reason,
        method="counted",
    )
    return replace(base, **numbers)  # type: ignore[arg-type]


def pass_rate_gate(outcome: str = "fail") -> GateResult:
    estimate, low, high = {
        "fail": (-0.06, -0.098, -0.024),
        "inconclusive": (-0.01, -0.04, 0.018),
        "pass": (0.005, -0.012, 0.022),
    }[outcome]
    endings = {
        "fail": ": the whole interval is below it",
        "inconclusive": ": undecided: about 140 more cases would probably decide it",
        "pass": "",
    }
    return gate(
        "pass_rate",
        "max_drop 0.02",
        outcome,
        f"the difference lies in [{low:+.1%}, {high:+.1%}], allowed is −2.0 %{endings[outcome]}",
        baseline=0.91,
        candidate=0.91 + estimate,
        estimate=estimate,
        low=low,
        high=high,
        limit=0.02,
        method="paired score (Tango)",
    )


def latency_gate(outcome: str = "inconclusive", level: str = "warn") -> GateResult:
    return gate(
        "latency_p95",
        "max_ratio 1.25, min_effect_ms 20",
        outcome,
        "118 ms to 132 ms, ×1.12 in [×0.94, ×1.31], allowed ×1.25: undecided",
        baseline=0.118,
        candidate=0.132,
        estimate=1.12,
        low=0.94,
        high=1.31,
        limit=1.25,
        level=level,
        method="bootstrap of quantile ratios",
    )


def errors_gate() -> GateResult:
    return gate(
        "error_rate",
        "max 0.01",
        "pass",
        "0 of 200 calls of the candidate got no answer (0.0 %), allowed 1.0 %",
        baseline=0.0,
        candidate=0.0,
        estimate=0.0,
        low=0.0,
        high=0.0188,
        limit=0.01,
    )


def dossier(
    views: list[CaseView], targets: tuple[TargetView, ...], verdict: Verdict, **changes: object
) -> Dossier:
    states = [a.state for view in views for a in view.answers]
    base = Dossier(
        suite="sst2-upgrade",
        task="text-classification",
        show="labels",
        suite_path="suites/reviews.yaml",
        run_id="20261121T073100Z-sst2-upgrade-1f2e3d4c",
        started_at="2026-11-21T07:31:00+00:00",
        finished_at="2026-11-21T07:31:21.400000+00:00",
        targets=targets,
        counts=Counts(
            planned=len(states),
            answered=states.count("passed") + states.count("failed"),
            passed=states.count("passed"),
            failed=states.count("failed"),
            faults=states.count("fault"),
            skipped=states.count("skipped"),
            cancelled=states.count("cancelled"),
            attempts=len(states) + 3,
        ),
        cases=len(views),
        repeats=max(
            (sum(a.target == targets[0].name for a in v.answers) for v in views), default=1
        ),
        comparisons=tuple(comparison(views, t.name) for t in targets[1:]),
        verdict=verdict,
        faults=(),
        warnings=(),
        environment={
            "revgate": "0.1.0",
            "python": "3.11.7",
            "libraries": {"pycurl": "7.45.3", "numpy": "2.1.0"},
            "plugins": {
                "text-classification": "harness_tasks 0.1.0",
                "hf-endpoint": "harness_providers 0.1.0",
            },
            "transport": "curl (libcurl/8.14.1)",
            "suite_sha256": "5c8d" * 16,
            "run": {"repeats": 1, "warmup": 2, "concurrency": 8, "seed": 7},
        },
        reproduce=(
            "revgate run suites/reviews.yaml --resume runs/20261121T073100Z-sst2-upgrade-1f2e3d4c",
            "revgate report runs/20261121T073100Z-sst2-upgrade-1f2e3d4c",
        ),
        case_views=lambda: iter(views),
        parameters={"top_k": 2},
    )
    return replace(base, **changes)  # type: ignore[arg-type]


def two_targets() -> tuple[TargetView, ...]:
    return (
        target("baseline", BEFORE, spread(1, 0.041)),
        target("candidate", AFTER, spread(2, 0.046), pass_rate=0.85, mean_score=0.861),
    )


def all_pass() -> Dossier:
    views = label_views(40, ("candidate",), 1, lambda _i, _c: "same")
    gates = (pass_rate_gate("pass"), errors_gate(), latency_gate("pass"))
    reasons = tuple(f"{g.metric} {g.rule}: {g.reason}" for g in gates[:2])
    return dossier(
        views, two_targets(), Verdict(outcome="pass", exit_code=0, reasons=reasons, gates=gates)
    )


def _mixed(index: int, _candidate: str) -> str:
    return {2: "regressed", 6: "regressed", 7: "changed", 1: "fixed", 4: "flaky"}.get(
        index % 12, "same"
    )


def regressions(cases: int = 60, repeats: int = 3) -> Dossier:
    views = label_views(cases, ("candidate",), repeats, _mixed)
    gates = (
        pass_rate_gate("fail"),
        replace(
            pass_rate_gate("fail"),
            slice="de",
            estimate=-0.18,
            low=-0.32,
            high=-0.04,
            baseline=0.88,
            candidate=0.7,
        ),
        gate(
            "regressions",
            "max 0",
            "fail",
            "10 cases passed before and fail now, allowed 0",
            candidate=10.0,
            estimate=10.0,
            low=4.6,
            high=17.2,
            limit=0.0,
        ),
        errors_gate(),
        latency_gate(),
    )
    reasons = tuple(f"{g.metric} {g.rule}: {g.reason}" for g in gates[:3])
    return dossier(
        views,
        two_targets(),
        Verdict(outcome="fail", exit_code=1, reasons=reasons, gates=gates),
        warnings=("no licence is stated for the candidate's revision",),
    )


def ten_cases() -> Dossier:
    return regressions(10, 1)


def all_fail() -> Dossier:
    """Nothing that passed before passes now, and no call of the candidate is right."""
    views = label_views(12, ("candidate",), 1, lambda _i, _c: "regressed")
    estimate = {"estimate": -1.0, "low": -1.0, "high": -0.912, "baseline": 1.0, "candidate": 0.0}
    gates = (replace(pass_rate_gate("fail"), **estimate), errors_gate(), latency_gate("pass"))
    reasons = (f"{gates[0].metric} {gates[0].rule}: {gates[0].reason}",)
    first, second = two_targets()
    return dossier(
        views,
        (replace(first, pass_rate=1.0), replace(second, pass_rate=0.0, mean_score=0.0)),
        Verdict(outcome="fail", exit_code=1, reasons=reasons, gates=gates),
    )


def inconclusive() -> Dossier:
    views = label_views(12, ("candidate",), 1, lambda i, _c: "regressed" if i == 2 else "same")
    gates = (
        replace(pass_rate_gate("inconclusive"), is_default=True),
        errors_gate(),
        latency_gate(),
    )
    reasons = (f"pass_rate max_drop 0.02: {gates[0].reason}",)
    short = (
        target("baseline", BEFORE, spread(1, 0.041, 40)),
        target("candidate", AFTER, spread(2, 0.04, 40)),
    )
    return dossier(
        views, short, Verdict(outcome="inconclusive", exit_code=10, reasons=reasons, gates=gates)
    )


def invalid() -> Dossier:
    views = label_views(12, ("candidate",), 1, lambda _i, _c: "same")
    wrong = target(
        "candidate",
        AFTER,
        LatencySummary(n=0),
        served=(AFTER, BEFORE),
        proof="mismatch",
        evidence="x-sha on 200 of 200 answers, 31 of them another commit",
    )
    first = target("baseline", BEFORE, LatencySummary(n=0), proof="declared", server_s=None)
    reason = (
        f"candidate is pinned to {AFTER}, but answers came from {BEFORE}: this is not the "
        "comparison that was asked for"
    )
    gates = (pass_rate_gate("pass"), errors_gate())
    return dossier(
        views,
        (first, wrong),
        Verdict(outcome="invalid", exit_code=11, reasons=(reason,), gates=gates),
    )


def three_targets() -> Dossier:
    names = ("candidate", "quantised")
    views = label_views(24, names, 1, lambda i, c: _mixed(i + (3 if c == "quantised" else 0), c))
    for view in views:  # one baseline: a case cannot be fixed for one candidate, lost for the other
        if "fixed" in view.change.values():
            assert "regressed" not in view.change.values()
    targets = (
        *two_targets(),
        target(
            "quantised",
            THIRD,
            spread(3, 0.029),
            provider="hf-inference",
            proof="opaque",
            served=(),
            evidence="",
            pass_rate=0.87,
        ),
    )
    gates = (
        pass_rate_gate("fail"),
        replace(pass_rate_gate("inconclusive"), target="quantised"),
        errors_gate(),
        replace(errors_gate(), target="quantised"),
    )
    reasons = tuple(f"{g.metric} {g.rule} ({g.target}): {g.reason}" for g in gates[:2])
    return dossier(
        views, targets, Verdict(outcome="fail", exit_code=1, reasons=reasons, gates=gates)
    )


def faults() -> Dossier:
    views = label_views(20, ("candidate",), 1, lambda _i, _c: "same")
    slow = Fault(kind="timeout", message="no answer within 60 s", hint="raise run.timeout_s")
    busy = Fault(
        kind="rate_limited",
        message='429 from the server: "slow down"',
        status=429,
        hint="lower run.concurrency, or set rate:",
    )
    changed = []
    for index, view in enumerate(views):
        first, second = view.answers
        if index % 5 == 1:
            second = answer("candidate", 0, fault_record(index, slow if index % 2 else busy))
        elif index % 5 == 2:
            second = Answer(
                target="candidate",
                repeat=0,
                record=None,
                state="skipped",
                reason="the target was stopped after 402",
            )
        elif index % 5 == 3:
            second = Answer(
                target="candidate", repeat=0, record=None, state="cancelled", reason="interrupted"
            )
        kept = view.change if second is view.answers[1] else {"candidate": "missing"}
        changed.append(replace(view, answers=(first, second), change=kept))
    groups = (
        FaultGroup(
            target="candidate",
            kind="timeout",
            status=None,
            count=2,
            message=slow.message,
            hint=slow.hint,
            case_ids=("review-001", "review-011"),
        ),
        FaultGroup(
            target="candidate",
            kind="rate_limited",
            status=429,
            count=2,
            message=busy.message,
            hint=busy.hint,
            case_ids=("review-006", "review-016"),
        ),
    )
    reasons = ("candidate could not be reached: 2 calls ended in timeout (no answer within 60 s)",)
    gates = (
        replace(
            pass_rate_gate("inconclusive"),
            baseline=None,
            candidate=None,
            estimate=None,
            low=-math.inf,
            high=math.inf,
        ),
    )
    return dossier(
        changed,
        two_targets(),
        Verdict(outcome="inconclusive", exit_code=12, reasons=reasons, gates=gates),
        faults=groups,
    )


def text_task() -> Dossier:
    views = []
    texts = (
        ("tram", SUMMARY_BEFORE, SUMMARY_AFTER, "regressed"),
        (
            "harbour",
            SUMMARY_BEFORE,
            "A completely different thing was said about football and rain.",
            "regressed",
        ),
        ("same", SUMMARY_BEFORE, SUMMARY_BEFORE, "same"),
        ("blanks", "Two words \nand more", "Two\u00a0words\nand\u200b more", "changed"),
        ("loop", "the end", "the " * 400, "regressed"),
        ("better", SUMMARY_AFTER, SUMMARY_BEFORE, "fixed"),
    )
    for seq, (name, before, after, kind) in enumerate(texts):
        was, now = kind != "fixed", kind != "regressed"
        checks = {"tram": "contains", "harbour": "similarity_at_least", "loop": "length_between"}
        check = checks.get(name, "contains")
        message = f"expected to find 'university', found none in {len(after)} characters"
        views.append(
            CaseView(
                case=Case(
                    id=name,
                    inputs="Summarise:\n" + SUMMARY_BEFORE * 2,
                    tags=("news",),
                    place=f"s.yaml:{seq + 3}",
                ),
                answers=(
                    answer(
                        "baseline",
                        0,
                        record(seq, before, before, was, "" if was else message, check),
                    ),
                    answer(
                        "candidate",
                        0,
                        record(seq, after, after, now, "" if now else message, check),
                    ),
                ),
                change={"candidate": kind},  # type: ignore[dict-item]
                measures={"candidate": (Measure(name="similarity", value=0.82),)},
            )
        )
    gates = (
        gate(
            "regressions",
            "max 0",
            "fail",
            "3 cases passed before and fail now, allowed 0",
            candidate=3.0,
            estimate=3.0,
            low=0.6,
            high=5.1,
        ),
    )
    verdict = Verdict(outcome="fail", exit_code=1, reasons=(gates[0].reason,), gates=gates)
    return dossier(
        views, two_targets(), verdict, task="summarization", show="text", suite="news-summaries"
    )


def spoiled(word: Callable[[str], str]) -> Dossier:
    """A dossier with labels, text, faults and every other string passed through `word`."""
    base = regressions(24, 2)
    views = [_spoil_view(view, word) for view in base.case_views()]
    extra = [_spoil_view(view, word, "text-") for view in text_task().case_views()]
    extra += [_spoil_view(view, word, "fault-") for view in faults().case_views()]
    every = views + extra
    renamed = [
        replace(
            t,
            name=word(t.name),
            provider=word("p"),
            model=word(t.model),
            url=word(t.url),
            served=(word(BEFORE),),
            evidence=word(t.evidence),
            revision=word(t.name),
        )
        for t in base.targets
    ]
    compared = replace(
        base.comparisons[0],
        baseline=renamed[0].name,
        candidate=renamed[1].name,
        table=table(every, (renamed[0].name, renamed[1].name)),
        flips=flips_of_renamed(every, renamed[0].name, renamed[1].name),
        slices=tuple(replace(s, tag=word(s.tag)) for s in base.comparisons[0].slices),
        measures=tuple(replace(m, name=word(m.name)) for m in base.comparisons[0].measures),
        warnings=(word("warning of the comparison"),),
    )
    gates = tuple(
        replace(
            g,
            metric=word(g.metric),
            reason=word(g.reason),
            target=renamed[1].name,
            slice=word(g.slice) if g.slice else None,
            method=word(g.method),
        )
        for g in base.verdict.gates
    )
    return replace(
        base,
        suite=word(base.suite),
        task=word(base.task),
        suite_path=word(base.suite_path),
        run_id=word(base.run_id),
        targets=tuple(renamed),
        cases=len(every),
        comparisons=(compared,),
        verdict=replace(base.verdict, reasons=tuple(map(word, base.verdict.reasons)), gates=gates),
        faults=tuple(
            replace(
                g,
                target=renamed[1].name,
                message=word(g.message),
                hint=word(g.hint),
                case_ids=tuple(map(word, g.case_ids)),
            )
            for g in faults().faults
        ),
        warnings=(word("a warning"),),
        environment={word("python"): word("3.11"), word("nested"): {word("key"): [word("value")]}},
        reproduce=(word("revgate report"),),
        parameters={word("top_k"): word("2")},
        case_views=lambda: iter(every),
    )


def _spoil_view(view: CaseView, word: Callable[[str], str], prefix: str = "") -> CaseView:
    case = view.case
    return replace(
        view,
        case=replace(
            case,
            id=word(prefix + case.id),
            inputs=word(str(case.inputs)),
            expect=word(str(case.expect)),
            tags=tuple(map(word, case.tags)),
            place=word(case.place),
        ),
        answers=tuple(_spoil_answer(a, word) for a in view.answers),
        change={word(name): kind for name, kind in view.change.items()},
        measures={
            word(n): tuple(replace(m, name=word(m.name), note=word("note")) for m in ms)
            for n, ms in view.measures.items()
        },
    )


def _spoil_answer(one: Answer, word: Callable[[str], str]) -> Answer:
    found = one.record
    if found is not None:
        output = found.output
        if output is not None:
            value = output.value
            if isinstance(value, str):
                value = word(value)
            elif isinstance(value, list):
                value = [
                    {**item, "label": word(str(item["label"]))}
                    for item in value
                    if isinstance(item, dict)
                ]
            output = replace(
                output, value=value, text=word(output.text), variant=word(output.variant)
            )
        fault = found.fault
        if fault is not None:
            fault = replace(fault, message=word(fault.message), hint=word(fault.hint))
        findings = tuple(
            replace(f, check=word(f.check), message=word(f.message)) for f in found.findings
        )
        served = (
            replace(found.served, revision=word(found.served.revision)) if found.served else None
        )
        found = replace(found, output=output, findings=findings, fault=fault, served=served)
    return replace(one, target=word(one.target), record=found, reason=word(one.reason))


def flips_of_renamed(views: list[CaseView], baseline: str, candidate: str) -> FlipColumn:
    found = flips_of([_back(v, baseline, candidate) for v in views], "candidate")
    return FlipColumn(replace(flip, target=candidate) for flip in found)


def _back(view: CaseView, baseline: str, candidate: str) -> CaseView:
    names = {baseline: "baseline", candidate: "candidate"}
    return replace(
        view,
        answers=tuple(replace(a, target=names[a.target]) for a in view.answers),
        change={names[name]: kind for name, kind in view.change.items()},
    )


HOSTILE = (
    "<script>alert(1)</script><img src=x onerror=alert(1)>\"'><svg onload=alert(1)>"
    "</pre></style></title>{{7*7}}{% raw %}\x1b[31m\x00\x9b\u202eevil\u202c\u200b\ud800\ufffe]]>"
    "&amp;&#60;<a href=javascript:alert(1)>x</a> @org/team #1 GH-7 ![i](http://evil.example/p.png) "
    "[l](https://evil.example) www.evil.example ```\n````\n# h\n::error::x\n"
    "##[error]y | =cmd|' /C calc'!A0"
)


def hostile() -> Dossier:
    return spoiled(lambda text: f"{text}{HOSTILE}")


def benign() -> Dossier:
    return spoiled(lambda text: f"{text} with some more words of no consequence")


@cache
def everything() -> tuple[tuple[str, Dossier], ...]:
    """Every dossier by name, made once for all tests of a process."""
    makers = (
        all_pass,
        regressions,
        ten_cases,
        all_fail,
        inconclusive,
        invalid,
        three_targets,
        faults,
        text_task,
        hostile,
        benign,
    )
    return tuple((make.__name__, make()) for make in makers)
