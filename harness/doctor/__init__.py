"""Looks at what revgate stands on: interpreter, libraries, disk, credentials, the Hub."""

from harness.doctor.disk import about_runs_folder, filesystem_of
from harness.doctor.libraries import about_extras, about_sqlite, about_transports
from harness.doctor.machine import about_clock, about_open_files, about_python, about_terminal
from harness.doctor.nouns import Observation, State
from harness.doctor.plugins import about_plugins
from harness.doctor.world import about_hub, about_proxies, about_tokens

__all__ = [
    "Observation", "State", "about_clock", "about_extras", "about_hub", "about_open_files",
    "about_plugins", "about_proxies", "about_python", "about_runs_folder", "about_sqlite",
    "about_terminal", "about_tokens", "about_transports", "filesystem_of",
]  # fmt: skip
