"""The inputs that everybody sends: short reviews, all different."""

from collections.abc import Iterator


def prompts(count: int) -> Iterator[str]:
    """Give that many texts."""
    for number in range(count):
        yield f"This is review number {number}: the new release is fast, and nothing broke."
