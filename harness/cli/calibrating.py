"""`revgate run --calibrate`: the baseline against itself, and what later runs say of it."""

from contextlib import suppress
from dataclasses import asdict
from pathlib import Path

from harness.cli.screen import show, tell
from harness.data.dossier import Dossier
from harness.data.noise import Noise
from harness.data.noun import replace
from harness.data.suite import Suite
from harness.errors import StoreError, UsageError
from harness.gates.noise import noise_words
from harness.jsonvalue import Json, parse_json
from harness.selection import selection_from_json
from harness.store import RunReader, RunWriter, codec
from harness.suitefile import LoadedSuite

ITSELF = "itself"
EVENT = "noise"
"""Kind of the event that keeps the noise floor a run was started with."""


def against_itself(loaded: LoadedSuite) -> LoadedSuite:
    """Give the suite with the baseline on both sides, and every case asked.

    It has a name of its own, so that no history and no waiver takes it for a run of the suite.
    """
    suite = loaded.suite
    if suite.baseline.run is not None:
        raise UsageError(
            f"{suite.path}: the baseline is stored, and cannot be asked again: --calibrate needs "
            "one that is called"
        )
    again = replace(suite.baseline, name=ITSELF)
    return replace(
        loaded,
        suite=replace(
            suite,
            name=f"{suite.name}-calibration",
            targets=(suite.baseline, again),
            run=replace(suite.run, stop="end"),
        ),
    )


def is_calibration(folder: Path) -> bool:
    """Whether a run compares a baseline with itself."""
    with RunReader(folder) as reader:
        return selection_from_json(reader.header().selection).is_calibration


def noise_path(suite: Path) -> Path:
    """Give where the noise floor of a suite is kept: `<suite>.noise.json` beside it."""
    return suite.with_name(f"{suite.stem}.noise.json")


def write_noise(suite: Suite, dossier: Dossier) -> None:
    """Keep the noise floor beside the suite, and show it."""
    noise = dossier.noise
    if noise is None:
        return
    path = noise_path(suite.path)
    given = {"suite_sha256": suite.source_sha256, **asdict(noise)}
    try:
        path.write_bytes(codec.dump(given) + b"\n")
    except OSError as error:
        raise StoreError(f"{path}: cannot be written: {error}") from error
    show(noise_words(noise))
    show(f"kept in {path}: later runs of the suite print it beside their verdict")


def keep_noise(suite: Suite, writer: RunWriter, at: float) -> None:
    """Keep the noise floor beside a suite in its run; one of another version is told, and not."""
    path = noise_path(suite.path)
    if not path.is_file():
        return
    found = read_noise(parse_json(path.read_bytes())) if path.stat().st_size < 10_000 else None
    if found is None:
        tell(f"warning: {path}: is not a noise floor: calibrate again")
    elif found[0] != suite.source_sha256:
        tell(f"warning: {path}: is of another version of the suite: calibrate again")
    else:
        writer.put_event(EVENT, at, asdict(found[1]))


def read_noise(given: Json) -> tuple[str, Noise] | None:
    """Give (digest of the suite, noise floor); None for what is none."""
    with suppress(TypeError, KeyError, AttributeError):
        fields = dict(given)  # type: ignore[arg-type]  # whatever it is: a TypeError else
        return str(fields.pop("suite_sha256")), Noise(**fields)  # type: ignore[arg-type]
    return None
