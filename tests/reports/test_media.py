"""Pictures, sound and video stand in the report, bounded in size, and nothing else is let in."""

import base64
import re

import pytest

from harness.api import Dossier, kind_of
from harness.data.noun import replace
from harness_reports import html, junit, markdown
from harness_reports.media_shelf import MOST_BYTES_EACH, MediaShelf
from tests.reports import media_dossiers
from tests.reports.media_files import landscape, noise, wav, webm
from tests.reports.test_html import BY_SCRIPT, Reader

SOURCE = re.compile(
    r"data:(image/png|audio/wav|video/webm);base64,[A-Za-z0-9+/]+=*|media/[0-9a-f]{64}\.png"
)
WIRED = {"iframe", "object", "embed", "form", "base", "foreignObject", "source", "track"}
SCRIPT = ("script", ("",))
"""The one that runs; data has a type and an id."""


def files(dossier: Dossier) -> dict[str, bytes]:
    (reporter,) = html.harness_reporters()
    return {one.name: b"".join(one.chunks) for one in reporter.render(dossier)}


def page(dossier: Dossier) -> Reader:
    return Reader(files(dossier)["report.html"].decode())


def embedded(read: Reader, element: str) -> list[bytes]:
    found = [v for tag, name, v in read.attributes if tag == element and name in ("src", "href")]
    return [base64.b64decode(v.partition(",")[2]) for v in found if v.startswith("data:")]


@pytest.mark.parametrize(("name", "dossier"), media_dossiers.everything())
def test_page_is_whole_and_holds_only_media(name: str, dossier: Dossier) -> None:
    written = files(dossier)
    read = Reader(written["report.html"].decode())
    assert not {tag for tag, _ in read.elements} & WIRED
    assert read.elements[SCRIPT] <= 1
    assert not any(n.startswith("on") or n == "style" for _, n, _ in read.attributes)
    ids = read.values("id")
    assert len(ids) == len(set(ids))
    for tag, attribute, value in read.attributes:
        if attribute == "src" or (tag == "image" and attribute == "href"):
            assert SOURCE.fullmatch(value), value[:80]
        elif attribute == "href" and value != "data:,":
            assert value.removeprefix("#") in ids or value in written, value[:80]
        elif attribute == "aria-labelledby":
            assert set(value.split()) <= {*ids, BY_SCRIPT}


@pytest.mark.parametrize(("name", "dossier"), media_dossiers.everything())
def test_same_dossier_same_files(name: str, dossier: Dossier) -> None:
    assert files(dossier) == files(dossier)


def test_both_pictures_stand_side_by_side_with_names() -> None:
    read = page(media_dossiers.images())
    found = embedded(read, "img")
    assert found[:2] == [media_dossiers.SUNRISE, media_dossiers.SUNSET]
    assert media_dossiers.FILE in found
    assert "answer of baseline" in read.values("alt")
    assert all(read.values("alt"))
    text = "".join(read.texts)
    assert "image/png, 240 × 160" in text
    assert "Both answers are the same, byte for byte." in text
    assert "A" * 100 not in text


def test_masks_carry_their_labels_and_scores() -> None:
    read = page(media_dossiers.masks())
    assert len(embedded(read, "img")) == 5
    text = "".join(read.texts)
    assert "cat 0.980" in text
    assert "sofa 0.440" in text


def test_sounds_and_videos_have_players() -> None:
    read = page(media_dossiers.sounds())
    sounds = embedded(read, "audio")
    assert sounds[:2] == [wav(440, 0.5), wav(660, 0.6)]
    assert len(sounds) == 2 + 4 + 1
    assert embedded(page(media_dossiers.videos()), "video") == [webm(), webm(2)]
    players = [tag for tag, name, _ in read.attributes if tag == "audio" and name == "controls"]
    assert len(players) == len(sounds)


def test_a_large_picture_lies_beside_the_page_and_is_linked() -> None:
    written = files(media_dossiers.large_images())
    (name,) = set(written) - {"report.html"}
    assert written[name] == noise(720)
    assert len(written[name]) > MOST_BYTES_EACH
    read = Reader(written["report.html"].decode())
    assert read.values("src").count(name) == 3
    assert ("a", "href", name) in read.attributes
    text = "".join(read.texts)
    assert "1.6 MB; too large for this page, kept beside it" in text
    assert "Kept in media/ beside it: 1 file." in text


def test_all_media_together_are_bounded() -> None:
    shelf = MediaShelf(each=4_000, together=10_000)
    kind = kind_of(landscape(0.1, 8, 8))
    assert kind is not None
    bodies = [bytes([place]) * 3_000 for place in range(6)]
    placed = [shelf.place(kind, body, lambda body=body: body) for body in bodies]
    assert [one.is_beside for one in placed] == [False, False, False, True, True, True]
    assert shelf.in_page <= 10_000
    written = {one.name: b"".join(one.chunks) for one in shelf.artifacts()}
    assert list(written.values()) == bodies[3:]


def test_an_answer_that_is_no_medium_is_shown_as_text_or_as_its_fault() -> None:
    text = files(media_dossiers.without_answer())["report.html"].decode()
    read = Reader(text)
    assert "<svg onload" not in text
    assert "alert(1)" not in text
    assert "image/svg+xml" in "".join(read.texts)
    assert "No answer." in "".join(read.texts)
    assert media_dossiers.SUNRISE in embedded(read, "img")


def test_hostile_labels_become_no_markup() -> None:
    evil = "\"><script>alert(1)</script><img src=x onerror=alert(1)>'"
    for make in (media_dossiers.masks, media_dossiers.boxes, media_dossiers.spans):
        base = make()
        views = [
            replace(
                view,
                case=replace(view.case, id=f"{view.case.id}{evil}"),
                answers=tuple(
                    replace(
                        one,
                        body=lambda one=one: one.body().replace(
                            b'"label": "', b'"label": "<script>'
                        ),
                        record=replace(
                            one.record,
                            output=replace(
                                one.record.output, value=spoiled(one.record.output.value, evil)
                            ),
                        ),
                    )
                    for one in view.answers
                    if one.record is not None and one.record.output is not None
                ),
            )
            for view in base.case_views()
        ]
        read = page(replace(base, case_views=lambda views=views: iter(views)))
        assert not {tag for tag, _ in read.elements} & WIRED
        assert read.elements[SCRIPT] <= 1
        assert not any(name.startswith("on") for _, name, _ in read.attributes)
        assert "<script>" in "".join(read.texts)


def spoiled(value: object, evil: str) -> object:
    if isinstance(value, list):
        return [spoiled(item, evil) for item in value]
    if isinstance(value, dict):
        return {
            key: f"{item}{evil}" if key in ("label", "entity", "word") else item
            for key, item in value.items()
        }
    return value


def test_a_junit_report_holds_no_file_and_no_list_of_numbers() -> None:
    for make in (media_dossiers.images, media_dossiers.masks, media_dossiers.vectors):
        (artifact,) = junit.render(make())
        text = b"".join(artifact.chunks).decode()
        assert "A" * 100 not in text
        assert len(re.findall(r"\d\.\d+", text)) < 60
    assert "768 numbers, norm" in text


def test_the_summary_holds_no_file_and_no_list_of_numbers() -> None:
    for make in (media_dossiers.images, media_dossiers.masks, media_dossiers.vectors):
        (artifact,) = markdown.render(make())
        text = b"".join(artifact.chunks).decode()
        assert "A" * 200 not in text
        assert len(re.findall(r"\d\.\d+", text)) < 120
