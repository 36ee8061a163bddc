"""The lock file: what is written is read back, byte for byte the same for the same facts."""

from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from harness.data.noun import replace
from harness.hub import Commit, FileChange, ModelFacts, ServedBy
from harness.lockfile import (
    Lock,
    LockedTarget,
    Upstream,
    changes,
    lock_path,
    lock_text,
    read_lock,
    was_written_here,
)
from harness.suitefile import SuiteError
from tests.hub.world import HEAD, MODEL, OLD

FACTS = ModelFacts(
    model=MODEL,
    commit=OLD,
    licences=("apache-2.0",),
    gated="manual",
    task="text-classification",
    library="transformers",
    inference="warm",
    providers=(ServedBy(provider="hf-inference", status="live", task="text-classification"),),
    last_modified="2024-05-01T10:00:00.000Z",
)
ENTRY = LockedTarget(
    name="baseline", provider="hf-endpoint", asked_model=MODEL, asked_revision="v1.0", facts=FACTS
)
UPSTREAM = Upstream(
    target="candidate",
    model=MODEL,
    before=OLD,
    after=HEAD,
    direction="later",
    commits=(Commit(id=HEAD, title='Write "better" cards', date="2024-07-01T10:00:00.000Z"),),
    files=(FileChange(path="model.safetensors", how="changed", kind="weights"),),
)
LOCK = Lock(suite="reviews-upgrade", targets=(ENTRY,))
SUITE = Path("suites/reviews.yaml")


def written(folder: Path, lock: Lock) -> Path:
    path = folder / "suite.lock"
    path.write_text(lock_text(lock, SUITE), encoding="ascii")
    return path


def test_the_lock_lies_beside_its_suite() -> None:
    assert lock_path(Path("suites/sst2.yaml")) == Path("suites/sst2.lock")


def test_the_file_reads_as_a_person_expects() -> None:
    assert (
        lock_text(LOCK, SUITE)
        == f"""\
# Written by `revgate lock reviews.yaml` from what the model hub says.
# Do not edit it: change the suite and run that again. `--check` fails when who answers
# would change, or whether it may be used.
lock: 1
suite: "reviews-upgrade"
targets:
  "baseline":
    provider: "hf-endpoint"
    asked: {{model: "lab/reviews", revision: "v1.0"}}  # by the suite; revision null: the head
    model: "lab/reviews"  # canonical
    commit: "{OLD}"
    licences: ["apache-2.0"]
    gated: "manual"
    disabled: false
    private: false  # from here on: may change without `--check` failing
    task: "text-classification"
    library: "transformers"
    inference: "warm"
    providers: [{{provider: "hf-inference", status: "live", task: "text-classification"}}]
    last_modified: "2024-05-01T10:00:00.000Z"
"""
    )


def test_what_changed_upstream_reads_as_a_person_expects() -> None:
    text = lock_text(replace(LOCK, upstream=(UPSTREAM,)), SUITE)
    assert text == lock_text(LOCK, SUITE) + (
        f"""\
upstream:  # what changed from the baseline's commit to the target's
  "candidate":
    model: "lab/reviews"
    before: "{OLD}"
    after: "{HEAD}"
    direction: "later"
    cut: false
    commits:
      - {{id: "{HEAD}", date: "2024-07-01T10:00:00.000Z", title: "Write \\"better\\" cards"}}
    files:
      - {{kind: "weights", path: "model.safetensors", how: "changed"}}
"""
    )


def test_what_is_written_is_read_back(tmp_path: Path) -> None:
    second = replace(ENTRY, name="no", asked_revision=None, facts=replace(FACTS, gated=""))
    lock = replace(LOCK, targets=(ENTRY, second))
    assert read_lock(written(tmp_path, lock)) == lock
    full = replace(lock, upstream=(UPSTREAM, replace(UPSTREAM, target="no", commits=(), files=())))
    assert read_lock(written(tmp_path, full)) == full
    empty = Lock(suite="x", targets=())
    assert read_lock(written(tmp_path, empty)) == empty


@given(text=st.text(st.characters(exclude_categories=["Cs"]), max_size=40))
def test_any_text_survives_the_file(text: str, tmp_path_factory: pytest.TempPathFactory) -> None:
    facts = replace(FACTS, task=text, licences=(text,))
    lock = Lock(suite=text, targets=(replace(ENTRY, asked_revision=text, facts=facts),))
    path = written(tmp_path_factory.mktemp("any"), lock)
    assert read_lock(path) == lock
    assert yaml.safe_load(path.read_text())["targets"]["baseline"]["task"] == text


def test_a_missing_lock_is_none(tmp_path: Path) -> None:
    assert read_lock(tmp_path / "suite.lock") is None


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (("lock: 1", "lock: 2"), "schema 2"),
        ((f'"{OLD}"', '"main"'), "commit"),
        (("disabled: false", "disabled: perhaps"), "disabled"),
        (("library:", "libary:"), "libary"),
        (("suite:", "suite: ["), "YAML"),
    ],
)
def test_a_damaged_lock_is_refused_with_its_place(
    tmp_path: Path, change: tuple[str, str], words: str
) -> None:
    path = written(tmp_path, LOCK)
    path.write_text(path.read_text().replace(*change))
    with pytest.raises(SuiteError, match=words):
        read_lock(path)
    assert was_written_here(path)


def test_a_strangers_file_is_told_from_a_damaged_lock(tmp_path: Path) -> None:
    path = tmp_path / "poetry.lock"
    path.write_text("[[package]]\n")
    assert not was_written_here(path)
    assert not was_written_here(tmp_path / "none")


def test_who_answers_is_binding_and_what_passes_is_not() -> None:
    def found(**more: object) -> list[tuple[str, bool]]:
        after = replace(LOCK, targets=(replace(ENTRY, facts=replace(FACTS, **more)),))  # type: ignore[arg-type]
        return [(change.field, change.is_binding) for change in changes(LOCK, after)]

    assert found() == []
    assert found(commit=HEAD) == [("commit", True)]
    assert found(licences=("mit",)) == [("licences", True)]
    assert found(gated="") == [("gated", True)]
    assert found(is_disabled=True) == [("disabled", True)]
    assert found(providers=(), last_modified="x", inference="") == [
        ("inference", False),
        ("providers", False),
        ("last_modified", False),
    ]


def test_targets_that_come_and_go_are_changes() -> None:
    other = replace(LOCK, targets=(replace(ENTRY, name="candidate"),))
    found = [(change.target, change.after) for change in changes(LOCK, other)]
    assert found == [("candidate", "present"), ("baseline", "absent")]
