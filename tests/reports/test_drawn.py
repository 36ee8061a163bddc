"""Vectors, entities and boxes are drawn so that the difference is seen."""

import re

import pytest

from harness.api import Output
from harness_reports.boxes import boxes_of, matched, overlap
from harness_reports.spans import spans_of, strokes_of
from harness_reports.vectors import cosine, first_numbers, norm, vectors_of
from tests.reports import media_dossiers
from tests.reports.media_dossiers import TEXT, box, entity
from tests.reports.test_media import files, page


def test_entities_are_marked_in_the_text_and_what_differs_stands_out() -> None:
    text = files(media_dossiers.spans())["report.html"].decode()
    both = r'<mark>Berlin<span class="mark-label">LOC 0.97</span></mark>'
    only = r'<mark class="only">Wolfgang Schmidt<span class="mark-label"><span class="mark-sign">−'
    assert both in text
    assert only in text
    assert '<mark class="only">Wolfgang<span class="mark-label"><span class="mark-sign">+' in text
    read = "".join(page(media_dossiers.spans()).texts)
    assert "2 marks only in baseline, 3 only in candidate." in read
    assert "Nothing is marked." in read
    assert "PER 0.50 Ada" in " ".join(read.split())


def test_strokes_give_the_text_back_and_overlapping_spans_wait() -> None:
    value = [entity("PER", "Wolfgang Schmidt", 0.9), entity("PER", "Schmidt", 0.8)]
    spans = spans_of(Output(value=value))
    strokes, rest = strokes_of(TEXT, spans, ())
    assert "".join(stroke.text for stroke in strokes) == TEXT
    assert [s.text for s in strokes if s.span] == ["Wolfgang Schmidt"]
    assert [s.text for s in rest] == ["Schmidt"]


@pytest.mark.parametrize(("start", "end"), [(-3, 4), (5, 5), (9, 2), (0, 10_000), (True, 4)])
def test_a_span_outside_the_text_is_listed_not_marked(start: int, end: int) -> None:
    value = [{"entity": "X", "word": "w", "start": start, "end": end, "score": 0.5}]
    strokes, rest = strokes_of(TEXT, spans_of(Output(value=value)), ())
    assert [s.text for s in strokes] == [TEXT]
    assert len(rest) == 1


def test_answers_to_a_question_are_spans_too() -> None:
    value = [{"answer": "Berlin", "score": 0.9, "start": 42, "end": 48}]
    (span,) = spans_of(Output(value=value))
    assert (span.label, span.words) == ("answer", "Berlin")


def test_boxes_are_drawn_over_the_one_image_with_a_numbered_list() -> None:
    text = files(media_dossiers.boxes())["report.html"].decode()
    read = page(media_dossiers.boxes())
    (image,) = [v for tag, n, v in read.attributes if tag == "image" and n == "id"]
    uses = [v for tag, n, v in read.attributes if tag == "use" and n == "href"]
    assert uses == [f"#{image}", f"#{image}"]
    assert text.count("data:image/png;base64,") == 1
    words = " ".join("".join(read.texts).split())
    assert "1 object found by both; 1 only by baseline, 1 only by candidate." in words
    assert "1 sun 0.980, x 30 to 66, y 30 to 66 overlap 0.83" in words
    assert "2 cloud 0.520" in words
    assert "Nothing was found." in words


def test_a_box_is_drawn_where_it_is_in_the_image() -> None:
    text = files(media_dossiers.boxes())["report.html"].decode()
    scale = 400 / 240
    first = re.search(
        r'<rect x="([\d.]+)" y="([\d.]+)" width="([\d.]+)" height="([\d.]+)" class="box', text
    )
    assert first is not None
    wanted = [30 * scale, 30 * scale, 36 * scale, 36 * scale]
    assert [float(x) for x in first.groups()] == pytest.approx(wanted, abs=0.01)


def test_boxes_match_by_label_and_overlap_one_to_one() -> None:
    value = [box("a", 0.9, 0, 0, 10, 10), box("a", 0.8, 0, 0, 10, 9), box("b", 0.7, 0, 0, 10, 10)]
    old = boxes_of(Output(value=value))
    new = boxes_of(Output(value=[box("a", 0.9, 0, 0, 10, 9)]))
    assert [one.overlap for one in matched(old, new)] == [None, 1.0, None]
    assert overlap(old[0], old[1]) == pytest.approx(0.9)


@pytest.mark.parametrize(
    "bad",
    [
        {"label": "x", "score": 1.0, "box": {"xmin": 1, "ymin": 2, "xmax": 3}},
        {"label": 3, "score": 1.0, "box": box("x", 1, 0, 0, 1, 1)["box"]},
        {"label": "x", "box": {"xmin": float("nan"), "ymin": 0, "xmax": 1, "ymax": 1}},
        "box",
    ],
)
def test_what_is_no_box_is_passed_over(bad: object) -> None:
    assert boxes_of(Output(value=[bad])) == ()


def test_boxes_without_an_area_overlap_nothing() -> None:
    (flat,) = boxes_of(Output(value=[box("x", 1, 2, 2, 2, 2)]))
    assert overlap(flat, flat) == 0.0


def test_vectors_are_said_in_words_never_dumped() -> None:
    read = page(media_dossiers.vectors())
    text = " ".join("".join(read.texts).split())
    assert "768 numbers" in text
    assert "Cosine: 0.99" in text
    assert "The least of 2 cosines: 0.99" in text
    assert "The width differs: 768 numbers before, 384 now. Nothing can be compared." in text
    assert "… 762 more" in text
    assert len(re.findall(r"\d\.\d\d", text)) < 250


def test_norm_and_cosine_are_those_of_the_vectors() -> None:
    assert norm([3.0, 4.0]) == pytest.approx(5.0)
    assert cosine([1.0, 0.0], [1.0, 1.0]) == pytest.approx(2**-0.5)
    assert cosine([2.0, 0.0], [-5.0, 0.0]) == -1.0
    assert cosine([1e300, 1e300], [1e300, 1e300]) == pytest.approx(1.0)
    assert cosine([0.0, 0.0], [1.0, 0.0]) is None
    assert cosine([1.0], [1.0, 0.0]) is None
    assert cosine([float("nan"), 1.0], [1.0, 1.0]) is None
    assert first_numbers([0.5, -0.25]) == "0.5, −0.25"


@pytest.mark.parametrize(
    "value",
    [None, "x", {"vector": [1, "2"], "shape": [2]}, {"vector": [1.0], "shape": []}, {"shape": [1]}],
)
def test_what_is_no_vector_is_none(value: object) -> None:
    assert vectors_of(Output(value=value)) == []
