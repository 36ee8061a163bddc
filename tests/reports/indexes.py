"""Indexes of several suites as the command line makes them, small and deterministic."""

from collections.abc import Callable

from harness.api import Dossier, Index, IndexedRun, Verdict
from harness.data.noun import replace
from tests.reports import dossiers


def indexed(dossier: Dossier, name: str) -> IndexedRun:
    """Give a finished suite, its run in the folder of its name."""
    flips = [flip for comparison in dossier.comparisons for flip in comparison.flips]
    return IndexedRun(
        suite=name,
        suite_path=f"suites/{name}.yaml",
        exit_code=dossier.verdict.exit_code,
        folder=name,
        task=dossier.task,
        run_id=f"20261121T073100Z-{name}-1f2e3d4c",
        started_at=dossier.started_at,
        finished_at=dossier.finished_at,
        verdict=dossier.verdict,
        targets=dossier.targets,
        counts=dossier.counts,
        cases=dossier.cases,
        regressed=sum(flip.after == "fail" for flip in flips),
        fixed=sum(flip.after == "pass" for flip in flips),
    )


def several() -> Index:
    """Give four suites: one of each ending, and one that was not come to."""
    return Index(
        runs=(
            indexed(dossiers.all_pass(), "reviews"),
            indexed(dossiers.regressions(12, 1), "chat-smoke"),
            indexed(dossiers.inconclusive(), "news"),
            IndexedRun(
                suite="late",
                suite_path="suites/late.yaml",
                exit_code=2,
                problem="interrupted; the run can be resumed",
            ),
            IndexedRun(suite="later", suite_path="suites/later.yaml", problem="not run"),
        ),
        exit_code=2,
        words="interrupted; the run can be resumed",
        command="revgate run suites/reviews.yaml suites/chat-smoke.yaml suites/news.yaml",
    )


def all_well() -> Index:
    """Give two suites that passed."""
    one = dossiers.all_pass()
    return Index(
        runs=(indexed(one, "reviews"), indexed(one, "chat-smoke")),
        exit_code=0,
        words="every error-level gate passed",
        command="revgate run a.yaml b.yaml",
    )


def spoiled(word: Callable[[str], str]) -> Index:
    """Give `several` with every string of it passed through `word`."""
    index = several()
    return replace(
        index, command=word(index.command), runs=tuple(_spoil(run, word) for run in index.runs)
    )


def _spoil(run: IndexedRun, word: Callable[[str], str]) -> IndexedRun:
    verdict = run.verdict
    if verdict is not None:
        verdict = Verdict(
            outcome=verdict.outcome,
            exit_code=verdict.exit_code,
            reasons=tuple(map(word, verdict.reasons)),
            gates=tuple(replace(gate, metric=word(gate.metric)) for gate in verdict.gates),
        )
    return replace(
        run,
        suite=word(run.suite),
        suite_path=word(run.suite_path),
        problem=word(run.problem) if run.problem else "",
        folder=word(run.folder) if run.folder else "",
        task=word(run.task),
        run_id=word(run.run_id),
        verdict=verdict,
        targets=tuple(
            replace(target, revision=word(target.revision or ""), name=word(target.name))
            for target in run.targets
        ),
    )
