"""Everybody who is measured: revgate, bare loops as limits, other programs."""

from pathlib import Path

from benchmarks.contenders import bare, inspect_ai, lm_eval, promptfoo, revgate
from benchmarks.work import Contender


def contenders(program: Path) -> dict[str, Contender]:
    """Give all of them by name, revgate first; `program` is the `revgate` to measure."""
    everybody = [
        revgate.contender(program),
        bare.CURL,
        bare.CURL_THREADS,
        bare.REQUESTS,
        lm_eval.CONTENDER,
        inspect_ai.CONTENDER,
        promptfoo.CONTENDER,
    ]
    return {contender.name: contender for contender in everybody}
