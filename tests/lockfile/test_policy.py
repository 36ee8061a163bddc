"""Which licences a suite lets in."""

from pathlib import Path

import pytest

from harness.lockfile import licence_problem
from harness.registry import Registry
from harness.suitefile import SuiteError
from tests.lockfile.suites import asked_of, suite_text


@pytest.mark.parametrize(
    ("licences", "allowed", "words"),
    [
        (("gpl-3.0",), (), ""),
        ((), (), ""),
        (("MIT",), ("mit",), ""),
        (("mit", "apache-2.0"), ("apache-2.0", "MIT"), ""),
        (("gpl-3.0",), ("mit", "apache-2.0"), "licence gpl-3.0 is not allowed; the suite allows"),
        (("mit", "gpl-3.0"), ("mit",), "licence gpl-3.0 is not allowed"),
        ((), ("mit",), "states no licence; the suite allows mit"),
    ],
)
def test_every_licence_must_be_allowed(
    licences: tuple[str, ...], allowed: tuple[str, ...], words: str
) -> None:
    found = licence_problem(licences, allowed)
    assert found.startswith(words)
    assert bool(found) == bool(words)


def test_the_policy_is_read_from_the_suite(tmp_path: Path, installed: Registry) -> None:
    text = suite_text("main", "main", more="licenses: {allow: [Apache-2.0, mit]}")
    assert asked_of(tmp_path, installed, text).allowed_licences == ("apache-2.0", "mit")
    assert asked_of(tmp_path, installed, suite_text("main", "main")).allowed_licences == ()


@pytest.mark.parametrize(
    "policy", ["[mit]", "{allow: mit}", "{allow: []}", "{allow: [1]}", "{deny: [mit]}", "{}"]
)
def test_a_policy_that_says_nothing_is_an_error(
    tmp_path: Path, installed: Registry, policy: str
) -> None:
    with pytest.raises(SuiteError, match=r"suite\.yaml:9"):
        asked_of(tmp_path, installed, suite_text("main", "main", more=f"licenses: {policy}"))
