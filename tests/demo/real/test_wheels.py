"""The pins: four wheels, each by a whole digest, each with a folder of its own."""

import re

from harness_demo.real.wheels import WHEELS


def test_every_requirement_names_one_version_with_its_whole_digest() -> None:
    for wheel in WHEELS:
        assert re.fullmatch(r"\w+==\d+\.\d+\.\d+ --hash=sha256:[0-9a-f]{64}", wheel.requirement)
        assert wheel.requirement.endswith(wheel.sha256)


def test_digests_and_folders_are_distinct() -> None:
    assert len({wheel.sha256 for wheel in WHEELS}) == 4
    assert len({wheel.folder for wheel in WHEELS}) == 4


def test_each_model_has_an_older_and_a_newer_release() -> None:
    pairs = [(WHEELS[0], WHEELS[1]), (WHEELS[2], WHEELS[3])]
    for before, after in pairs:
        assert (before.name, before.kind) == (after.name, after.kind)
        assert before.version.split(".") < after.version.split(".")
