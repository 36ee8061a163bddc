"""Looks up the plugins a suite names, and holds its keys against their arguments."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Protocol, TypeVar

from pydantic import ValidationError

from harness.api.kinds import Check, Provider, Task
from harness.errors import PluginError
from harness.jsonvalue import Json
from harness.suitefile.keys.arguments import build_arguments
from harness.suitefile.keys.translate import report, unknown_key
from harness.suitefile.problems.problem import flat
from harness.suitefile.problems.suggest import did_you_mean
from harness.suitefile.tree.node import Path
from harness.suitefile.tree.review import Review

_Kind = TypeVar("_Kind")


class Plugged(Protocol):
    """What is installed, by name."""

    @property
    def tasks(self) -> Mapping[str, Task]:
        """Tasks by name."""

    @property
    def providers(self) -> Mapping[str, Provider]:
        """Providers by name."""

    @property
    def checks(self) -> Mapping[str, Check]:
        """Checks by name."""


def find_plugin(
    review: Review, table: Mapping[str, _Kind], kind: str, name: str, path: Path
) -> _Kind | None:
    """Give the named plugin; an unknown one is reported with what is installed."""
    if name in table:
        return table[name]
    advice = did_you_mean(name, table, "installed")
    review.value(path, "E122", f"unknown {kind} '{flat(name[:80])}'", advice)
    return None


def check_arguments(
    review: Review,
    kind: type,
    values: Mapping[str, Json],
    place: Callable[[str], Path],
    what: str,
    known: Iterable[str],
) -> Any:
    """Give the arguments a plugin's function takes, or report why there are none and give None.

    `place` gives the path of a key; of the whole for an empty one.
    """
    try:
        return build_arguments(kind, values)
    except ValidationError as error:
        for detail in error.errors(include_url=False):
            name = str(detail["loc"][0]) if detail["loc"] else ""
            if detail["type"] == "missing" and len(detail["loc"]) == 1:
                message = f"{what} has no '{name}'"
                review.key(place(""), "E123", message, f"add `{name}:`")
            elif detail["type"] == "extra_forbidden" and len(detail["loc"]) == 1:
                unknown_key(review, place(name), what, known)
            else:
                report(review, {**detail, "loc": detail["loc"][1:]}, place(name), what, known)
    except PluginError as error:
        review.value(place(""), "E129", str(error))
    except TypeError as error:
        # Integers beyond 64 bits, NaN: refused elsewhere at their own place.
        review.value(place(""), "E124", f"{what}: {error}")
    except Exception as error:  # noqa: BLE001 - a plugin's dataclass may raise anything
        review.value(place(""), "E120", f"{what}: {error}")
    return None
