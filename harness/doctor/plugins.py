"""Looks at what is installed beside revgate, and what of it cannot be loaded."""

from collections import Counter
from collections.abc import Iterator

from harness.doctor.nouns import Observation
from harness.registry import Registry
from harness.units import plural


def about_plugins(registry: Registry) -> Iterator[Observation]:
    """Give a line a distribution with what it offers, and one for every plugin that is broken."""
    offered: dict[str, Counter[str]] = {}
    for (kind, _), owner in registry.owners.items():
        name = f"{owner.distribution} {owner.version}".strip()
        offered.setdefault(name, Counter())[kind] += 1
    for name, kinds in sorted(offered.items()):
        counts = [plural(count, kind) for kind, count in sorted(kinds.items())]
        yield Observation(subject="plugins", words=f"{name}: {', '.join(counts)}")
    for name, error in sorted(registry.broken.items()):
        yield Observation(
            subject="plugins",
            state="error",
            words=f"{name} cannot be loaded: {error}",
            advice="install what it needs, or uninstall it",
        )
