"""How much a run may cost at most, as far as that can be known before it."""

from collections.abc import Iterable
from dataclasses import dataclass

from harness.data.suite import Case, Price, Suite, Target
from harness.jsonvalue import canonical

_MILLION = 1e6
_BYTES_A_TOKEN = 3
"""Texts have fewer tokens than a third of their UTF-8 bytes, in nearly every language."""
_ANSWER_KEYS = ("max_tokens", "max_new_tokens", "max_completion_tokens")


@dataclass(slots=True)
class CostEstimate:
    """Adds up the most that the calls of a suite may cost, retries left out."""

    suite: Suite
    _measured: float | None = 0.0
    _dearest: float = 0.0
    """What one call to each target costs, of the dearest case."""

    @property
    def usd(self) -> float | None:
        """Give US dollars; None: one target at least has no price, or a case no bound."""
        if self._measured is None:
            return None
        return self._measured + self.suite.run.warmup * self._dearest

    def watch(self, case: Case) -> None:
        """Add the calls of a case to each target that is called."""
        costs = [
            most_usd(case, target.price) if target.price is not None else None
            for target in live(self.suite.targets)
        ]
        known = [cost for cost in costs if cost is not None]
        if self._measured is None or len(known) < len(costs):
            self._measured = None
            return
        self._dearest = max(self._dearest, sum(known))
        self._measured += self.suite.run.repeats * sum(known)


def live(targets: Iterable[Target]) -> list[Target]:
    """Give the targets that are called."""
    return [target for target in targets if target.run is None]


def most_usd(case: Case, price: Price) -> float | None:
    """Give the most that one answer to a case may cost, None where nothing bounds it.

    What is asked is reckoned by its length, what is answered by the case's own limit on it
    (`max_tokens`, `max_new_tokens`). Files, images and seconds have no bound that is known here.
    """
    if price.per_image or price.per_second:
        return None
    by_length = price.per_million_input_tokens or price.per_million_characters
    if by_length and case.media is not None:
        return None
    asked = len(canonical(case.inputs)) + len(canonical(dict(case.parameters)))
    answered = 0.0
    if price.per_million_output_tokens:
        limits = [case.parameters.get(key) for key in _ANSWER_KEYS]
        known = [n for n in limits if isinstance(n, int) and not isinstance(n, bool) and n >= 0]
        if not known:
            return None
        answered = price.per_million_output_tokens * max(known) / _MILLION
    return (
        price.per_call
        + price.per_million_input_tokens * asked / _BYTES_A_TOKEN / _MILLION
        + price.per_million_characters * asked / _MILLION
        + answered
    )
