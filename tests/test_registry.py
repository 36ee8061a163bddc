"""Everything installed is found, by name, with its owner; what is broken costs itself only."""

import types
from importlib.metadata import EntryPoint, PathDistribution
from typing import Any

import pytest

import harness.registry
from harness.api import Case, Check, Finding, hookimpl
from harness.errors import PluginError
from harness.registry import Registry, load_registry, plugin_versions

TASKS = {
    "text-classification", "zero-shot-classification", "text-generation", "text2text-generation",
    "summarization", "translation", "image-classification",
}  # fmt: skip


def check(name: str) -> Check:
    return Check(name=name, judge=lambda *_: Finding(check=name, ok=True, message=""))


def module(name: str, **hooks: Any) -> types.ModuleType:
    made = types.ModuleType(name)
    for hook, function in hooks.items():
        function.__name__ = hook
        setattr(made, hook, hookimpl(function))
    return made


class Offered(EntryPoint):
    """An entry point whose module is made here."""

    def load(self) -> Any:
        found = MODULES[self.name]
        if isinstance(found, BaseException):
            raise found
        return found


MODULES: dict[str, Any] = {}


@pytest.fixture
def offer(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Makes modules the only installed plugins."""

    def run(**modules: Any) -> Registry:
        MODULES.clear()
        MODULES.update(modules)
        entries = [Offered(name, name, "harness") for name in modules]
        monkeypatch.setattr(harness.registry, "entry_points", lambda **_: entries)
        return load_registry()

    return run


def test_everything_of_this_distribution_is_found(installed: Registry) -> None:
    assert installed.tasks.keys() >= TASKS
    assert installed.providers.keys() >= {"hf-inference", "hf-endpoint"}
    assert installed.checks.keys() >= {"equals", "regex", "label_in", "json_schema"}
    assert installed.reporters.keys() >= {"html", "junit", "markdown", "result-json", "csv"}
    assert not installed.broken
    assert set(plugin_versions(installed).values()) == {"revgate 0.1.0"}


def test_the_metadata_of_a_distribution_is_read_once_for_all_its_plugins(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    read: list[str] = []
    read_text = PathDistribution.read_text

    def counted(self: PathDistribution, filename: str) -> str | None:
        if filename == "METADATA":
            read.append(str(self.locate_file("")))
        return read_text(self, filename)

    monkeypatch.setattr(PathDistribution, "read_text", counted)
    found = load_registry()
    assert len(found.owners) > 40
    assert len(read) == len({owner.distribution for owner in found.owners.values()})


def test_a_hook_taken_over_from_another_module_counts(offer: Any) -> None:
    def harness_checks() -> list[Check]:
        return [check("lent")]

    harness_checks.__module__ = "elsewhere"
    assert list(offer(one=module("one", harness_checks=harness_checks)).checks) == ["lent"]


def test_tables_cannot_be_changed_and_are_in_order(installed: Registry) -> None:
    with pytest.raises(TypeError):
        installed.tasks["x"] = installed.tasks["summarization"]  # type: ignore[index]  # the point
    assert list(installed.checks) == sorted(installed.checks)


@pytest.mark.parametrize("error", [ImportError("gone"), SystemExit(0), RecursionError()])
def test_a_plugin_that_cannot_be_imported_costs_itself_only(
    offer: Any, error: BaseException
) -> None:
    found = offer(bad=error, good=module("good", harness_checks=lambda: [check("fine")]))
    assert list(found.checks) == ["fine"]
    assert found.broken == {"bad": repr(error)}


def leave() -> None:
    raise SystemExit(0)


@pytest.mark.parametrize("hook", [leave, lambda: 1 / 0, lambda: None])
def test_a_hook_that_raises_costs_itself_only(offer: Any, hook: Any) -> None:
    found = offer(
        bad=module("bad", harness_checks=lambda: hook()),
        good=module("good", harness_checks=lambda: [check("fine")]),
    )
    assert list(found.checks) == ["fine"]
    assert list(found.broken) == ["bad"]


def test_a_name_offered_twice_names_both(offer: Any) -> None:
    with pytest.raises(
        PluginError, match=r"check 'same' is offered by plugin (one|two) and by plugin (one|two)"
    ):
        offer(
            one=module("one", harness_checks=lambda: [check("same")]),
            two=module("two", harness_checks=lambda: [check("same")]),
        )


def test_a_misspelled_hook_names_its_plugin(offer: Any) -> None:
    with pytest.raises(PluginError, match=r"(?s)plugin one.*harness_chekcs"):
        offer(one=module("one", harness_chekcs=lambda: [check("x")]))


def test_a_hook_with_a_wrong_argument_names_its_plugin(offer: Any) -> None:
    with pytest.raises(PluginError, match=r"(?s)plugin one.*what"):
        offer(one=module("one", harness_checks=lambda what: []))


def test_a_thing_of_another_kind_names_its_plugin(offer: Any) -> None:
    with pytest.raises(PluginError, match="plugin one gave Case"):
        offer(one=module("one", harness_checks=lambda: [Case(id="x")]))


def test_observers_are_told_and_those_that_raise_are_named(offer: Any) -> None:
    seen: list[object] = []

    def broken(record: object) -> None:
        raise SystemExit(0)

    def fine(record: object) -> None:
        seen.append(record)

    found = offer(
        bad=module("bad", harness_on_record=broken),
        good=module("good", harness_on_record=fine),
    )
    assert found.observes_records
    record: Any = object()
    assert list(found.on_record(record)) == ["plugin bad: observer of record: SystemExit(0)"]
    assert seen == [record]
    assert list(found.on_verdict(record)) == []


def test_nothing_is_discovered_when_it_is_not_wanted() -> None:
    assert not load_registry(discover=False).tasks
