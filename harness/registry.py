"""Finds plugins by entry point and keeps them in tables by name."""

import importlib
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from importlib.metadata import Distribution, EntryPoint, entry_points
from inspect import isroutine
from pathlib import Path
from types import MappingProxyType, ModuleType
from typing import Any, TypeVar

import pluggy

from harness.api import hookspecs
from harness.api.kinds import Check, Plugin, Provider, Reporter, Task
from harness.data.noun import replace
from harness.data.record import Record
from harness.data.verdict import Verdict
from harness.errors import PluginError
from harness.jsonvalue import sha256_hex

GROUP = "harness"
_Kind = TypeVar("_Kind", Task, Provider, Check, Reporter)


@dataclass(frozen=True, slots=True, kw_only=True)
class Owner:
    """Whose plugin it is."""

    plugin: str
    """Entry-point or module name."""
    distribution: str
    version: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Registry:
    """Everything installed, by name. `broken` says why a plugin could not be loaded."""

    tasks: Mapping[str, Task]
    providers: Mapping[str, Provider]
    checks: Mapping[str, Check]
    reporters: Mapping[str, Reporter]
    owners: Mapping[tuple[str, str], Owner]
    """By (kind, name), kind one of task, provider, check, reporter."""
    broken: Mapping[str, str]
    on_record: Callable[[Record], Iterable[str]] = field(default=lambda _record: ())
    """Tells observers; gives the warnings of those that raised."""
    on_verdict: Callable[[Verdict], Iterable[str]] = field(default=lambda _verdict: ())
    observes_records: bool = False
    modules: tuple[str, ...] | None = None
    """What `load_registry` gives the same with; None: put together by hand, nobody else can."""


class _Relay(pluggy.PluginManager):
    """Looks for hooks among a module's functions: at every name it took 10 ms of each start."""

    def parse_hookimpl_opts(self, plugin: object, name: str) -> pluggy.HookimplOpts | None:
        """Give how a function was marked, None for what is no hook."""
        if isinstance(plugin, ModuleType) and not isroutine(vars(plugin).get(name)):
            return None
        return super().parse_hookimpl_opts(plugin, name)


def load_registry(modules: Iterable[str] = (), *, discover: bool = True) -> Registry:
    """Load installed plugins and the named modules.

    A plugin that fails to import is kept in `broken`; a name offered twice, an unknown hook or a
    hook with a wrong argument is a PluginError naming the plugin.
    """
    relay = _Relay(GROUP)
    relay.add_hookspecs(hookspecs)
    origins: dict[str, Owner] = {}
    broken: dict[str, str] = {}
    modules = tuple(modules)
    named: dict[Distribution, tuple[str, str]] = {}
    for entry in _installed() if discover else ():
        owner = _owner_of(entry, named)
        _register(relay, entry.name, entry.load, owner, origins, broken)
    for name in modules:
        # A module named on the command line is looked up beside the user, as `python -m` does.
        here = str(Path.cwd())
        if here not in sys.path:
            sys.path.insert(0, here)
        owner = Owner(plugin=name, distribution="-p", version="")
        _register(relay, name, partial(importlib.import_module, name), owner, origins, {})
    try:
        relay.check_pending()
    except pluggy.PluginValidationError as error:
        raise PluginError(f"plugin {_plugin_name(relay, error)}: {error}") from error
    owners: dict[tuple[str, str], Owner] = {}
    return Registry(
        tasks=_collect(relay.hook.harness_tasks, Task, origins, owners, broken),
        providers=_collect(relay.hook.harness_providers, Provider, origins, owners, broken),
        checks=_collect(relay.hook.harness_checks, Check, origins, owners, broken),
        reporters=_collect(relay.hook.harness_reporters, Reporter, origins, owners, broken),
        owners=MappingProxyType(owners),
        broken=MappingProxyType(broken),
        on_record=_observer(relay.hook.harness_on_record, "record"),
        on_verdict=_observer(relay.hook.harness_on_verdict, "verdict"),
        observes_records=bool(relay.hook.harness_on_record.get_hookimpls()),
        modules=modules if discover else None,
    )


def _installed() -> list[EntryPoint]:
    return sorted(entry_points(group=GROUP), key=lambda entry: entry.name)


def _owner_of(entry: EntryPoint, named: dict[Distribution, tuple[str, str]]) -> Owner:
    """Give whose plugin it is; `named` remembers the name and version of each distribution."""
    distribution = entry.dist
    if distribution is None:
        return Owner(plugin=entry.name, distribution="", version="")
    if distribution not in named:
        metadata = distribution.metadata  # a whole file, read and parsed at every asking
        named[distribution] = (metadata["Name"], metadata["Version"])
    name, version = named[distribution]
    return Owner(plugin=entry.name, distribution=name, version=version)


def _register(
    relay: pluggy.PluginManager,
    name: str,
    load: Callable[[], object],
    owner: Owner,
    origins: dict[str, Owner],
    broken: dict[str, str],
) -> None:
    """Import and register one plugin. Only a discovered one may be broken quietly."""
    is_named = owner.distribution == "-p"
    try:
        module = load()
    except BaseException as error:  # an import may raise anything, SystemExit included
        if isinstance(error, KeyboardInterrupt):
            raise
        if is_named:
            raise PluginError(f"plugin {name} cannot be imported: {error!r}") from error
        broken[name] = repr(error)
        return
    if relay.has_plugin(name) or relay.is_registered(module):
        if is_named:
            return  # the module named with -p is installed as well
        raise PluginError(f"two plugins are called {name}: uninstall one of them")
    try:
        relay.register(module, name=name)
    except pluggy.PluginValidationError as error:
        raise PluginError(f"plugin {name}: {error}") from error
    if is_named and not relay.get_hookcallers(module):
        raise PluginError(f"plugin {name} has no hook: mark its functions with @hookimpl")
    origins[name] = replace(owner, version=_digest_of(module)) if is_named else owner


def _digest_of(module: object) -> str:
    """Give what stands for a version of a module nobody packaged: 12 hex of its file's sha256."""
    path = getattr(module, "__file__", None)
    try:
        return sha256_hex(Path(path).read_bytes())[:12] if path else ""
    except OSError:
        return ""


def _plugin_name(relay: pluggy.PluginManager, error: pluggy.PluginValidationError) -> str:
    return relay.get_name(error.plugin) or "?"


def _collect(
    caller: Any,
    kind: type[_Kind],
    origins: Mapping[str, Owner],
    owners: dict[tuple[str, str], Owner],
    broken: dict[str, str],
) -> Mapping[str, _Kind]:
    """Call every implementation by itself, so that one that raises costs only its own plugins."""
    label = kind.__name__.lower()
    found: dict[str, _Kind] = {}
    for implementation in reversed(caller.get_hookimpls()):
        plugin = implementation.plugin_name
        try:
            items = list(implementation.function())
        except (Exception, SystemExit) as error:  # noqa: BLE001 - a plugin may raise anything
            broken[plugin] = repr(error)
            continue
        for item in items:
            if not isinstance(item, kind):
                raise PluginError(f"plugin {plugin} gave {item!r} where a {kind.__name__} belongs")
            if item.name in found:
                other = owners[label, item.name].plugin
                raise PluginError(
                    f"{label} {item.name!r} is offered by plugin {other} and by plugin {plugin}: "
                    "uninstall one of them"
                )
            found[item.name] = item
            owners[label, item.name] = origins[plugin]
    return MappingProxyType(dict(sorted(found.items())))


def _observer(caller: Any, argument: str) -> Callable[[object], Iterator[str]]:
    def tell(value: object) -> Iterator[str]:
        for implementation in caller.get_hookimpls():
            try:
                implementation.function(**{argument: value})
            except (Exception, SystemExit) as error:  # noqa: BLE001 - a plugin may raise anything
                yield f"plugin {implementation.plugin_name}: observer of {argument}: {error!r}"

    return tell


def plugin_versions(registry: Registry) -> dict[str, str]:
    """Give `{kind:name: distribution version}` of everything installed, for provenance."""
    return {
        f"{kind}:{name}": f"{owner.distribution} {owner.version}".strip()
        for (kind, name), owner in registry.owners.items()
    }


__all__ = ["Owner", "Plugin", "Registry", "load_registry", "plugin_versions"]
