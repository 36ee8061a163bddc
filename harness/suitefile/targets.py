"""Reads who is compared: targets, their options, their pins."""

from collections.abc import Mapping
from dataclasses import dataclass

from harness.api.kinds import Provider
from harness.data.suite import Target
from harness.jsonvalue import Json
from harness.suitefile.addresses import address_problem, is_address_key
from harness.suitefile.arguments import argument_names
from harness.suitefile.models import TargetModel
from harness.suitefile.node import Path
from harness.suitefile.pins import refuse_missing, refuse_moving
from harness.suitefile.plugged import Plugged, check_arguments, find_plugin
from harness.suitefile.problems import flat
from harness.suitefile.review import Review
from harness.suitefile.translate import validated

_SHARED = "target"
_NAME_CHARACTERS = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Targets:
    """What the targets of a suite came to."""

    targets: tuple[Target, ...]
    warnings: tuple[str, ...]


def read_targets(
    review: Review, data: Mapping[str, Json], plugged: Plugged, *, require_pins: bool
) -> Targets:
    """Give the targets in the order written; what is wrong is reported."""
    shared = data.get(_SHARED, {})
    if not isinstance(shared, dict):
        review.value((_SHARED,), "E124", "expected a mapping of keys that all targets share")
        shared = {}
    written = data.get("targets")
    if "targets" not in data:
        advice = "add `targets:` with two of them; the first is the baseline"
        review.key((), "E123", "the suite has no 'targets'", advice)
        return Targets(targets=(), warnings=())
    if not isinstance(written, dict):
        advice = "write `baseline: {...}` and `candidate: {...}` below it"
        review.value(("targets",), "E124", "expected a mapping of target names", advice)
        return Targets(targets=(), warnings=())
    if len(written) < 2:
        message = f"a comparison needs two targets, got {len(written)}"
        review.key(("targets",), "E128", message, "the first target is the baseline")
    if not written:
        validated(review, TargetModel, shared, (_SHARED,), "target")
    reader = _Reader(review, plugged, shared, data.get("task"), require_pins=require_pins)
    targets = [reader.read(name, own) for name, own in written.items()]
    return Targets(
        targets=tuple(target for target in targets if target is not None),
        warnings=tuple(reader.warnings),
    )


class _Reader:
    def __init__(
        self,
        review: Review,
        plugged: Plugged,
        shared: dict[str, Json],
        task: Json,
        *,
        require_pins: bool,
    ) -> None:
        self.review = review
        self.plugged = plugged
        self.shared = shared
        self.task = task
        self.require_pins = require_pins
        self.warnings: list[str] = []

    def read(self, name: str, own: Json) -> Target | None:
        path = ("targets", name)
        if not name or len(name) > 64 or not set(name) <= _NAME_CHARACTERS:
            message = f"target name {name[:64]!r} is not made of letters, digits, - _ ."
            self.review.key(path, "E124", message)
        if not isinstance(own, dict):
            message = "expected a mapping of this target's own keys"
            self.review.value(path, "E124", message, f"write `{name}: {{revision: ...}}`")
            return None
        merged = {**self.shared, **own}
        model = self._model(own, merged, name)
        provider = self._provider(merged, own, name)
        self._options(merged, own, name, provider)
        revision = merged.get("revision")
        if isinstance(revision, str):
            place = self._path("revision", own, name)
            refuse_moving(self.review, revision, place, provider)
        elif revision is None and self.require_pins:
            refuse_missing(self.review, name)
        elif revision is None:
            self.warnings.append(
                f"target '{name}' names no revision: what answers can only be observed, not proven"
            )
        if model is None or model.provider is None or model.model is None:
            return None
        return Target(
            name=name,
            provider=model.provider,
            model=model.model,
            revision=model.revision,
            options=dict(model.model_extra or {}),
        )

    def _path(self, key: str, own: Mapping[str, Json], name: str) -> Path:
        return ("targets", name, key) if key in own else (_SHARED, key)

    def _model(
        self, own: dict[str, Json], merged: dict[str, Json], name: str
    ) -> TargetModel | None:
        shared = {key: value for key, value in self.shared.items() if key not in own}
        parts = [
            validated(self.review, TargetModel, own, ("targets", name), f"target '{name}'"),
            validated(self.review, TargetModel, shared, (_SHARED,), "target"),
        ]
        for key in ("provider", "model"):
            if merged.get(key) is None:
                advice = f"add `{key}:` to it, or to `target:` for all"
                message = f"target '{name}' has no '{key}'"
                self.review.key(("targets", name), "E123", message, advice)
        return TargetModel.model_validate(merged) if None not in parts else None

    def _provider(
        self, merged: Mapping[str, Json], own: Mapping[str, Json], name: str
    ) -> Provider | None:
        written = merged.get("provider")
        if not isinstance(written, str):
            return None
        path = self._path("provider", own, name)
        provider = find_plugin(self.review, self.plugged.providers, "provider", written, path)
        answered = getattr(provider, "tasks", ())
        if answered and isinstance(self.task, str) and self.task not in answered:
            message = f"provider '{written}' does not answer task '{flat(self.task[:80])}'"
            self.review.value(path, "E130", message, f"it answers {', '.join(answered)}")
        return provider

    def _options(
        self,
        merged: Mapping[str, Json],
        own: Mapping[str, Json],
        name: str,
        provider: Provider | None,
    ) -> None:
        known = TargetModel.model_fields
        options = {key: value for key, value in merged.items() if key not in known}
        allow_insecure = merged.get("allow_insecure") is True
        for key, value in options.items():
            self._addresses(key, value, self._path(key, own, name), allow_insecure=allow_insecure)
        if provider is None:
            return
        check_arguments(
            self.review,
            provider.options,
            options,
            lambda key: self._path(key, own, name) if key else ("targets", name),
            f"a target of provider '{provider.name}'",
            (*known, *argument_names(provider.options)),
        )

    def _addresses(self, key: str, value: Json, path: Path, *, allow_insecure: bool) -> None:
        items = value if isinstance(value, list) else [value]
        for number, item in enumerate(items):
            if not isinstance(item, str) or not (is_address_key(key) or "://" in item):
                continue
            place = (*path, number) if isinstance(value, list) else path
            if problem := address_problem(item, allow_insecure=allow_insecure):
                self.review.value(place, "E119", *problem)
