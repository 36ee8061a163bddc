"""junit.xml parses whatever the models answered, and only regressions are failures."""

import xml.etree.ElementTree as ET

import pytest

from harness.api import Dossier
from harness.data.noun import replace
from harness_reports import junit
from tests.reports import dossiers


def written(dossier: Dossier) -> ET.Element:
    (reporter,) = junit.harness_reporters()
    (artifact,) = reporter.render(dossier)
    assert artifact.name == "junit.xml"
    return ET.fromstring(b"".join(artifact.chunks))


def cases(root: ET.Element, classname: str) -> dict[str, ET.Element]:
    return {
        case.attrib["name"]: case
        for case in root.iter("testcase")
        if case.attrib["classname"] == classname
    }


@pytest.mark.parametrize(("name", "dossier"), dossiers.everything())
def test_parses_and_its_totals_are_right(name: str, dossier: Dossier) -> None:
    root = written(dossier)
    suite = root.find("testsuite")
    assert suite is not None
    for element in (root, suite):
        assert int(element.attrib["tests"]) == len(list(root.iter("testcase")))
        assert int(element.attrib["failures"]) == len(list(root.iter("failure")))
        assert int(element.attrib["errors"]) == len(list(root.iter("error")))
        assert int(element.attrib["skipped"]) == len(list(root.iter("skipped")))


@pytest.mark.parametrize(("name", "dossier"), dossiers.everything())
def test_names_are_unique_in_their_class(name: str, dossier: Dossier) -> None:
    names = [(c.attrib["classname"], c.attrib["name"]) for c in written(dossier).iter("testcase")]
    assert len(names) == len(set(names))


def named(*case_ids: str) -> Dossier:
    """A dossier whose first cases have these ids."""
    dossier = dossiers.regressions()
    views = list(dossier.case_views())
    for place, case_id in enumerate(case_ids):
        views[place] = replace(views[place], case=replace(views[place].case, id=case_id))
    return replace(dossier, case_views=lambda: iter(views))


def test_cases_that_look_alike_have_names_of_their_own_in_every_run() -> None:
    alike = ["a\x1bb", "a\\x1bb", "long" * 100 + "1", "long" * 100 + "2", "a  b", "a b"]
    found = cases(written(named(*alike)), "sst2-upgrade.candidate")
    assert len(found) == len(list(dossiers.regressions().case_views()))
    assert {"a\\x1bb", "a b"} < set(found)  # what can be seen as it is keeps its name
    assert set(cases(written(named(*reversed(alike))), "sst2-upgrade.candidate")) == set(found)
    alone = set(cases(written(named("a\x1bb")), "sst2-upgrade.candidate"))
    assert len(alone - set(found)) == len(alike) - 1  # the other ids, as they were


def test_gates_that_are_asked_twice_are_told_apart() -> None:
    dossier = dossiers.regressions()
    gates = dossier.verdict.gates
    twice = replace(dossier, verdict=replace(dossier.verdict, gates=(*gates, *gates)))
    assert len(cases(written(twice), "gates")) == 2 * len(cases(written(dossier), "gates"))


def test_regressed_cases_are_failures_with_both_answers_and_a_place() -> None:
    dossier = dossiers.regressions()
    root = written(dossier)
    found = cases(root, "sst2-upgrade.candidate")
    regressed = {
        view.case.id for view in dossier.case_views() if view.change["candidate"] == "regressed"
    }
    failed = {name for name, case in found.items() if case.find("failure") is not None}
    assert failed == regressed
    case = found["review-002"]
    assert (case.attrib["file"], case.attrib["line"]) == ("suites/reviews.yaml", "22")
    failure = case.find("failure")
    assert failure is not None
    assert failure.attrib["type"] == "regression"
    assert "pass 3 of 3 → 0 of 3" in failure.attrib["message"]
    assert failure.text is not None
    assert "baseline: passed" in failure.text
    assert "$ revgate run suites/reviews.yaml --case review-002" in failure.text


def test_a_case_whose_repeats_disagree_is_flaky_not_failed() -> None:
    found = cases(written(dossiers.regressions()), "sst2-upgrade.candidate")
    case = found["review-004"]
    assert case.find("flakyFailure") is not None
    assert case.find("failure") is None


def test_failing_on_both_sides_is_no_regression() -> None:
    base = dossiers.all_pass()
    view = next(base.case_views())
    failed = tuple(
        dossiers.answer(name, 0, dossiers.record(0, "x", "x", False, "wrong"))
        for name in ("baseline", "candidate")
    )
    dossier = replace(base, case_views=lambda: iter([replace(view, answers=failed)]))
    case = cases(written(dossier), "sst2-upgrade.candidate")[view.case.id]
    assert case.find("failure") is None
    note = case.find("system-out")
    assert note is not None
    assert note.text is not None
    assert "failed on both sides" in note.text


def test_faults_are_errors_and_unsent_calls_are_skipped() -> None:
    found = cases(written(dossiers.faults()), "sst2-upgrade.candidate")
    error = found["review-001"].find("error")
    assert error is not None
    assert "timeout" in error.attrib["message"]
    for name in ("review-002", "review-003"):
        assert found[name].find("skipped") is not None


def test_gates_are_test_cases_and_warnings_never_fail() -> None:
    root = written(dossiers.regressions())
    gates = cases(root, "gates")
    assert gates["pass_rate max_drop 0.02"].find("failure") is not None
    assert gates["pass_rate max_drop 0.02 [de]"].find("failure") is not None
    warned = gates["latency_p95 max_ratio 1.25, min_effect_ms 20"]
    assert [child.tag for child in warned] == ["system-out"]
    undecided = cases(written(dossiers.inconclusive()), "gates")["pass_rate max_drop 0.02"]
    error = undecided.find("error")
    assert error is not None
    assert error.attrib["type"] == "inconclusive"


def test_an_invalid_comparison_whose_gates_pass_is_not_green() -> None:
    verdict = cases(written(dossiers.invalid()), "gates")["verdict"]
    error = verdict.find("error")
    assert error is not None
    assert error.attrib["type"] == "invalid"
    assert "verdict" not in cases(written(dossiers.all_pass()), "gates")


def test_characters_that_xml_forbids_are_shown() -> None:
    (artifact,) = junit.harness_reporters()[0].render(dossiers.hostile())
    text = b"".join(artifact.chunks).decode()
    assert "\x1b" not in text
    assert "\\x1b[31m\\x00" in text
