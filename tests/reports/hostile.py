"""Dossiers that hold a payload wherever a text can stand, and what a reporter makes of them."""

from collections.abc import Callable
from functools import lru_cache
from itertools import count
from typing import Any

from harness.api import Dossier, Trace
from harness.data.noun import replace
from tests.reports import dossiers, media_dossiers
from tests.reports.payloads import payloads
from tests.reports.spoiling import spoiled
from tests.reports.test_waived import with_waivers

EVERY = payloads()


@lru_cache(maxsize=1)
def whole() -> Dossier:
    """Give a dossier with labels, text, faults, waivers, addresses, traces and everything else."""
    base, routes, waived = dossiers.spoiled(str), media_dossiers.routes(), with_waivers()
    traces = {
        "x-inference-provider": Trace(counts={"groq": 1, "together": 8}, changed_at="2026-11-21"),
        "system_fingerprint": Trace(counts={"fp_1": 9}),
    }
    targets = tuple(
        replace(
            target,
            traces=traces,
            urls=route.urls,
            shapes=route.shapes,
            usage=route.usage,
            cost_usd=1.25,
            price_as_of="2026-11-01",
            first_token=route.first_token,
            served_spans=route.served_spans,
        )
        for target, route in zip(base.targets, routes.targets, strict=False)
    )
    views = list(base.case_views())[::3]
    (comparison,) = base.comparisons
    (accepted,) = waived.comparisons
    return replace(
        base,
        targets=targets,
        comparisons=(replace(comparison, waived=accepted.waived, unpaired=("only one side",)),),
        waivers=waived.waivers,
        without_waivers=waived.without_waivers,
        case_views=lambda: iter(views),
        cases=len(views),
    )


def holding(payload: str) -> Dossier:
    """Give `whole` with the payload at the end of every string."""
    return spoiled(whole(), lambda text: f"{text} {payload}")


def rotating(base: Dossier, made: Callable[[str], str] = str) -> Dossier:
    """Give a dossier each string of which ends with another payload, passed through `made`."""
    numbers = count()
    seen: dict[str, str] = {}

    def word(text: str) -> str:
        if text not in seen:  # a name stays the same name wherever it stands
            seen[text] = f"{text} {made(EVERY[next(numbers) * 7 % len(EVERY)].text)}"
        return seen[text]

    return spoiled(base, word)


def written(module: Any, dossier: Dossier) -> str:
    """Give the first file a reporter writes, the page of the HTML report."""
    artifact = next(iter(module.harness_reporters()[0].render(dossier)))
    return b"".join(artifact.chunks).decode()
