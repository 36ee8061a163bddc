"""Reads who is compared: targets, their options, their pins."""

from collections.abc import Mapping
from pathlib import Path as FilePath

from harness.api.kinds import Provider
from harness.data.noun import Noun
from harness.data.suite import Target
from harness.jsonvalue import Json
from harness.suitefile.keys.arguments import argument_names
from harness.suitefile.keys.plugged import Plugged, check_arguments, find_plugin
from harness.suitefile.keys.target import TargetModel
from harness.suitefile.keys.translate import validated
from harness.suitefile.paths import PathError, inside
from harness.suitefile.problems.problem import flat
from harness.suitefile.targets.addresses import address_problem, is_address_key
from harness.suitefile.targets.merged import SHARED, Merged
from harness.suitefile.targets.pins import refuse_missing, refuse_moving
from harness.suitefile.targets.prices import PriceReader
from harness.suitefile.targets.several import with_first_url
from harness.suitefile.targets.stored import Asked, is_stored, read_stored
from harness.suitefile.tree.node import Path
from harness.suitefile.tree.review import Review

_NAME_CHARACTERS = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-.")


class Targets(Noun, frozen=True, kw_only=True):
    """What the targets of a suite came to."""

    targets: tuple[Target, ...]
    warnings: tuple[str, ...]


def read_targets(
    review: Review, data: Mapping[str, Json], plugged: Plugged, *, require_pins: bool
) -> Targets:
    """Give the targets in the order written; what is wrong is reported."""
    shared = data.get(SHARED, {})
    if not isinstance(shared, dict):
        review.value((SHARED,), "E124", "expected a mapping of keys that all targets share")
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
    if "run" in shared:
        message = "'run' says where one target's answers come from"
        review.key((SHARED, "run"), "E134", message, "write it on the target itself")
        shared = {key: value for key, value in shared.items() if key != "run"}
    if not written:
        validated(review, TargetModel, shared, (SHARED,), "target")
    reader = _Reader(review, plugged, shared, data, require_pins=require_pins)
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
        data: Mapping[str, Json],
        *,
        require_pins: bool,
    ) -> None:
        self.review = review
        self.plugged = plugged
        self.shared = shared
        self.task = data.get("task")
        self.suite = data.get("suite")
        self.require_pins = require_pins
        self.prices = PriceReader(review)
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
        target = Merged(name=name, own=own, shared=self.shared)
        return self._stored(target) if is_stored(target) else self._live(target)

    def _stored(self, target: Merged) -> Target | None:
        asked = Asked(suite=self.suite, task=self.task, providers=self.plugged.providers)
        found = read_stored(self.review, target, asked)
        if found is None:
            return None
        if found.target.revision is None and self.require_pins:
            message = f"target '{target.name}' was not pinned in its run, and `require_pins` is set"
            self.review.key(target.place, "E202", message, "take a run of a pinned target")
        self.warnings.append(
            f"target '{target.name}' is stored: it answered{found.words} in run {found.run_id} at "
            f"{found.started_at}, not side by side with the others"
        )
        return found.target

    def _live(self, target: Merged) -> Target | None:
        model = self._model(target)
        provider = self._provider(target)
        options = self._options(target, provider)
        name, called = target.get("provider"), target.get("model")
        price = self.prices.read(
            target,
            name if isinstance(name, str) else None,
            called if isinstance(called, str) else None,
        )
        revision = target.get("revision")
        if isinstance(revision, str):
            refuse_moving(self.review, revision, target.path("revision"), provider)
        elif revision is None and self.require_pins:
            refuse_missing(self.review, target.name)
        elif revision is None:
            self.warnings.append(
                f"target '{target.name}' names no revision: what answers can only be observed, "
                "not proven"
            )
        if model is None or model.provider is None or model.model is None:
            return None
        return Target(
            name=target.name,
            provider=model.provider,
            model=model.model,
            revision=model.revision,
            options=options,
            urls=tuple(model.urls or ()),
            balance=model.balance or "failover",
            price=price,
            **self._way(target),
        )

    def _way(self, target: Merged) -> dict[str, str]:
        """Give the proxy and the certificates of a target; what is wrong is reported."""
        found: dict[str, str] = {}
        proxy, ca_file = target.get("proxy"), target.get("ca_file")
        if isinstance(proxy, str):
            if problem := address_problem(proxy, allow_insecure=True):
                self.review.value(target.path("proxy"), "E119", *problem)
            found["proxy"] = proxy
        if isinstance(ca_file, str):
            folder = FilePath(self.review.source.file).parent
            try:
                found["ca_file"] = str(inside(folder, ca_file).absolute())
            except PathError as error:
                self.review.value(target.path("ca_file"), error.code, str(error))
        return found

    def _model(self, target: Merged) -> TargetModel | None:
        shared = {key: value for key, value in self.shared.items() if key not in target.own}
        what = f"target '{target.name}'"
        parts = [
            validated(self.review, TargetModel, target.own, target.place, what),
            validated(self.review, TargetModel, shared, (SHARED,), "target"),
        ]
        for key in ("provider", "model"):
            if target.get(key) is None:
                advice = f"add `{key}:` to it, or to `target:` for all"
                self.review.key(target.place, "E123", f"{what} has no '{key}'", advice)
        return TargetModel.model_validate(target.all()) if None not in parts else None

    def _provider(self, target: Merged) -> Provider | None:
        written = target.get("provider")
        if not isinstance(written, str):
            return None
        path = target.path("provider")
        provider = find_plugin(self.review, self.plugged.providers, "provider", written, path)
        answered = getattr(provider, "tasks", ())
        if answered and isinstance(self.task, str) and self.task not in answered:
            message = f"provider '{written}' does not answer task '{flat(self.task[:80])}'"
            self.review.value(path, "E130", message, f"it answers {', '.join(answered)}")
        return provider

    def _options(self, target: Merged, provider: Provider | None) -> dict[str, Json]:
        """Give the keys of the provider, its address filled from `urls`; report what is wrong."""
        known = TargetModel.model_fields
        written = {key: value for key, value in target.all().items() if key not in known}
        allow_insecure = target.get("allow_insecure") is True
        for key, value in (*written.items(), ("urls", target.get("urls"))):
            self._addresses(key, value, target.path(key), allow_insecure=allow_insecure)
        options = with_first_url(self.review, target, written, provider)
        if provider is not None:
            check_arguments(
                self.review,
                provider.options,
                options,
                lambda key: target.path(key) if key else target.place,
                f"a target of provider '{provider.name}'",
                (*known, *argument_names(provider.options)),
            )
        return options

    def _addresses(self, key: str, value: Json, path: Path, *, allow_insecure: bool) -> None:
        items = value if isinstance(value, list) else [value]
        for number, item in enumerate(items):
            if not isinstance(item, str) or not (is_address_key(key) or "://" in item):
                continue
            place = (*path, number) if isinstance(value, list) else path
            if problem := address_problem(item, allow_insecure=allow_insecure):
                self.review.value(place, "E119", *problem)
