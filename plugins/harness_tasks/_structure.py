"""JSON inside texts, compared by what it holds."""

from collections import Counter
from collections.abc import Iterator

from harness.api import Json, canonical, parse_json
from harness_tasks._spans import f1
from harness_tasks._wire import quoted


def json_in(text: str) -> Json:
    """Give the object or list a text is, a code fence around it left off; None when it is none."""
    bare = text.strip()
    if bare.startswith("```") and bare.endswith("```") and len(bare) > 6:
        bare = bare[3:-3].removeprefix("json").strip()
    if not bare.startswith(("{", "[")):
        return None
    try:
        return parse_json(bare.encode())
    except ValueError:
        return None


def shared_leaves(old: Json, new: Json) -> float:
    """Give the share of values that stand at the same place in both, 0..1 (F1)."""
    first, second = Counter(leaves_of(old)), Counter(leaves_of(new))
    return f1((first & second).total(), first.total(), second.total())


def leaves_of(value: Json) -> Iterator[tuple[str, bytes]]:
    """Give (path, canonical value) of all that is no object or list, or is an empty one."""
    open_values: list[tuple[str, Json]] = [("", value)]
    while open_values:
        path, one = open_values.pop()
        match one:
            case dict() if one:
                open_values += [(f"{path}/{name!r}", item) for name, item in one.items()]
            case list() if one:
                open_values += [(f"{path}/{place}", item) for place, item in enumerate(one)]
            case _:
                yield path, canonical(one)


def changed_leaves(old: Json, new: Json) -> str:
    """Give the first places at which two JSON values differ, in words, empty when none does."""
    first, second = Counter(leaves_of(old)), Counter(leaves_of(new))
    paths = dict.fromkeys(path for path, _ in [*(first - second), *(second - first)])
    shown = ", ".join(quoted(path) for path in sorted(paths)[:3])
    more = f" and {len(paths) - 3} more" if len(paths) > 3 else ""
    return f"differs at {shown}{more}" if paths else ""
