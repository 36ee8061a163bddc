"""Marks the keys that limit something: where one is left out, nothing is limited."""

from typing import Final


class Limit:
    """Stands beside the type of a key: `Annotated[int | None, LIMIT]`."""


LIMIT: Final = Limit()
