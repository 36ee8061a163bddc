"""The page says everything under the policies of the places where reports are kept."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from harness.api import Dossier, Presentation
from harness.data.noun import replace
from harness_reports import html
from harness_reports.view.words import short_revision
from tests.reports import dossiers, indexes, media_dossiers, upgrade_dossiers
from tests.reports.chromium import PROGRAM, Page, browser
from tests.reports.hosts import JENKINS, PLAIN, POLICIES, Policy, hosts, texts
from tests.reports.listed import LISTED, SAID, write

pytestmark = [
    pytest.mark.e2e,
    pytest.mark.skipif(not PROGRAM, reason="chromium is not installed"),
]

TOLD = (
    "FAIL", "3 of 4 gates failed", "714eb0f", "the whole interval is below it", "x-sha on 200",
    "Train two epochs more", "review-002", "expected NEGATIVE, got POSITIVE",
    "--case review-002", "--reason", "came after a retry", "order statistics", "suite_sha256",
)  # fmt: skip
ALL = [*dossiers.everything(), *media_dossiers.everything(), *upgrade_dossiers.everything()]


def visits() -> Iterator[tuple[str, Policy, str, str, str]]:
    """Every dossier under every policy; layouts, colours and scripts take turns.

    Under each policy each of their eight combinations comes up, with several dossiers.
    """
    for place, (name, _) in enumerate(ALL):
        for turn, policy in enumerate(POLICIES):
            bits = (place + 3 * turn) % 8
            layout, scheme = ("file", "dir")[bits & 1], ("light", "dark")[bits >> 1 & 1]
            yield name, policy, layout, scheme, ("on", "off")[bits >> 2]


VISITS = list(visits())
TURNS = list(zip(POLICIES, ("on", "off", "off", "on"), strict=True))


@pytest.fixture(scope="module")
def shared() -> Iterator[Page]:
    with browser() as opened:
        opened.size(1280, 1600)
        yield opened


@pytest.fixture
def page(shared: Page) -> Page:
    """The one page, as if it had just been opened."""
    shared.call("Emulation.setScriptExecutionDisabled", value=False)
    shared.open("about:blank")
    shared.dark("light")
    shared.said.clear()
    shared.requests.clear()
    return shared


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[..., tuple[Path, str]]]:
    """Writes a dossier in a layout, once; gives its folder and its address under a policy.

    Without a policy it is opened from disk: some allow less there than from a server.
    """
    root = tmp_path_factory.mktemp("hosts")

    with hosts(root) as address:

        def serve(name: str, layout: str, policy: Policy) -> tuple[Path, str]:
            folder = root / f"{name}-{layout}"
            if not folder.exists():
                folder.mkdir()
                dossier = dict(ALL)[name]
                shown = replace(dossier.presentation, layout=layout)
                write(replace(dossier, presentation=shown), folder)
            if policy is PLAIN:
                return folder, f"{folder.as_uri()}/"
            return folder, f"{address}/{policy.name}/{folder.name}/"

        yield serve


def wanted(dossier: Dossier) -> Iterator[str]:
    """What a reader must be told, whoever keeps the page."""
    yield dossier.verdict.outcome.upper()
    yield from (word for word in ("Reproduce", "All cases", "Gates") if word)
    yield from dossier.verdict.reasons
    yield from (gate.reason for gate in dossier.verdict.gates)
    yield from dossier.warnings
    yield from (group.message for group in dossier.faults)
    yield from dossier.reproduce
    for target in dossier.targets:
        yield target.name
        yield short_revision(target.revision)
    for comparison in dossier.comparisons:
        for flip in comparison.flips:
            yield flip.case_id
            yield flip.reason


def test_under_every_policy_every_combination_comes_up() -> None:
    assert {visit[1:] for visit in VISITS} == {
        (policy, layout, scheme, scripts)
        for policy in POLICIES
        for layout in ("file", "dir")
        for scheme in ("light", "dark")
        for scripts in ("on", "off")
    }
    assert len({visit[:2] for visit in VISITS}) == len(ALL) * len(POLICIES)


@pytest.mark.parametrize(
    ("name", "policy", "layout", "scheme", "scripts"),
    VISITS,
    ids=["-".join((name, policy.name, *rest)) for name, policy, *rest in VISITS],
)
def test_every_report_is_whole_at_every_host(
    page: Page, served: Callable[..., tuple[Path, str]], name: str, policy: Policy, layout: str,
    scheme: str, scripts: str,
) -> None:  # fmt: skip
    folder, address = served(name, layout, policy)
    page.dark(scheme)
    if scripts == "off":
        page.without_scripts()
    page.open(f"{address}report.html")
    is_styled, is_listed = layout in policy.styled, scripts == "on" and layout in policy.listed
    if is_listed:
        page.until(LISTED)
        cases = f"{dict(ALL)[name].cases:,}"
        assert page.value(SAID) == f"{cases} of {cases} cases."
    else:
        assert page.value("document.getElementById('case-list').checkVisibility()") is False
    seen, unseen = texts(page)
    assert unseen == []
    told = " ".join(seen)
    if name != "hostile":  # whose words stand there with what is not seen in them named
        assert [one for one in wanted(dict(ALL)[name]) if " ".join(one.split()) not in told] == []
    border, ground = page.value(
        """[getComputedStyle(document.querySelector(".banner")).borderTopWidth,
          getComputedStyle(document.body).backgroundColor.match(/\\d+/g).map(Number)]"""
    )
    assert (border == "6px") is is_styled
    assert not is_styled or (sum(ground[:3]) < 384) is (scheme == "dark")
    files = {one.removeprefix(address) for one in page.requests}
    assert {one.partition("/")[0] for one in files} <= {
        "media", *(["report_files"] if layout == "dir" else [])
    }  # fmt: skip
    assert [one for one in files if not (folder / one).is_file()] == []
    assert policy.complaints(page, layout) == []


@pytest.mark.parametrize("layout", ["file", "dir"])
@pytest.mark.parametrize(("policy", "scripts"), TURNS, ids=[one[0].name for one in TURNS])
def test_everything_is_said_of_an_upgrade(
    page: Page, served: Callable[..., tuple[Path, str]], policy: Policy, layout: str, scripts: str
) -> None:
    _, address = served("upgraded", layout, policy)
    if scripts == "off":
        page.without_scripts()
    page.open(f"{address}report.html")
    told = " ".join(texts(page)[0])
    assert [words for words in TOLD if words not in told] == []
    assert page.value('document.querySelectorAll(".latency-chart path").length') == 2
    assert policy.complaints(page, layout) == []


@pytest.mark.parametrize("layout", ["file", "dir"])
@pytest.mark.parametrize(("policy", "scripts"), TURNS, ids=[one[0].name for one in TURNS])
def test_an_index_is_whole_at_every_host(
    page: Page, tmp_path: Path, policy: Policy, layout: Any, scripts: str
) -> None:
    index = replace(indexes.several(), presentation=Presentation(layout=layout))
    for artifact in html.harness_reporters()[0].index(index):
        path = tmp_path / artifact.name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(b"".join(artifact.chunks))
    page.dark("dark" if scripts == "on" else "light")
    if scripts == "off":
        page.without_scripts()
    with hosts(tmp_path) as host:
        page.open(f"{host}/{policy.name}/index.html")
        seen, unseen = texts(page)
        styled = 'getComputedStyle(document.querySelector(".banner")).borderTopWidth'
        assert (page.value(styled) == "6px") is (layout in policy.styled)
        links = page.value("[...document.links].map(one => one.href).filter(one => !/#/.test(one))")
        page.open("about:blank")
    assert unseen == []
    told = " ".join(seen)
    for run in index.runs:
        assert run.suite in told
        assert run.verdict is None or run.verdict.outcome.upper() in told
        assert run.problem in told
    base = f"{host}/{policy.name}"
    assert links == [f"{base}/{run.folder}/report.html" for run in index.runs if run.folder]
    files = {one.removeprefix(f"{base}/") for one in page.requests}
    allowed = {"report_files/report.css", "report_files/icon.svg"} if layout == "dir" else set()
    assert files <= allowed
    assert policy.complaints(page, layout) == []


@pytest.mark.parametrize("layout", ["file", "dir"])
def test_pictures_are_seen_where_a_host_lets_files_in(
    page: Page, served: Callable[..., tuple[Path, str]], layout: str
) -> None:
    _, address = served("images", layout, JENKINS)
    page.open(f"{address}report.html")
    page.value("document.images[0].scrollIntoView()")
    page.until("[...document.images].slice(0, 2).every((one) => one.complete)")
    widths = page.value("[...document.images].slice(0, 2).map((one) => one.naturalWidth)")
    assert widths == ([240, 240] if layout == "dir" else [0, 0])
    assert "image/png, 240 × 160" in " ".join(texts(page)[0])


def test_a_text_that_is_not_seen_is_found_out(
    page: Page, served: Callable[..., tuple[Path, str]]
) -> None:
    _, address = served("all_pass", "file", PLAIN)
    page.open(f"{address}report.html")
    page.value("document.querySelector('.headline').style.opacity = '0'")
    assert texts(page)[1] == ["Yes: every gate passed (2 of 2)."]
