"""Shows boxes of objects over the input's image, on both sides, with a list of them."""

from harness.api import kind_of, media_words, plural, size_of
from harness_reports.boxes import Matched, boxes_of, matched
from harness_reports.characters import one_line
from harness_reports.chart import SERIES
from harness_reports.media_shelf import MediaShelf
from harness_reports.quantities import plain
from harness_reports.shapes import Shape, label, number
from harness_reports.sides import Pair, Side
from harness_reports.view.case_nouns import InputPicture, Item, PaneBody, Picture
from harness_reports.view.words import anchor

WIDTH = 400.0
"""Of the drawing, in its own units, whatever the image's pixels: letters keep their size."""

_HALO = (("fill", "none"), ("stroke", "#ffffff"), ("stroke-width", "5"), ("stroke-opacity", "0.7"))
"""Under a frame, so that it is seen on a picture of any colour, in a dark page too."""


def input_picture(pair: Pair, shelf: MediaShelf) -> InputPicture | None:
    """Give the image that was sent; None where it is none, or of unknown size."""
    body = pair.view.media_body() if pair.view.case.media is not None else b""
    kind, size = kind_of(body), size_of(body)
    if kind is None or kind.shown_as != "image" or size is None:
        return None
    return InputPicture(
        key=anchor("image", pair.view.case.id, pair.after.target),
        title=f"input of {one_line(pair.view.case.id, 80)}",
        width=number(WIDTH),
        height=number(WIDTH * size[1] / size[0]),
        source=shelf.place(kind, body, pair.view.media_body).source,
        words=media_words(body),
    )


def box_bodies(
    pair: Pair, series: int, image: InputPicture | None
) -> tuple[PaneBody, PaneBody, str] | None:
    """Give both sides' boxes, each matched with the other's; None when neither has any."""
    before, after = boxes_of(pair.before.output), boxes_of(pair.after.output)
    if not (before or after):
        return None
    pixels = size_of(pair.view.media_body()) if image is not None else None
    left, right = matched(before, after), matched(after, before)
    bodies = (
        _body(pair, pair.before, left, 0, image, pixels),
        _body(pair, pair.after, right, series, image, pixels),
    )
    if pair.before.output is None or pair.after.output is None:
        return *bodies, ""
    lost = sum(one.overlap is None for one in left)
    come = sum(one.overlap is None for one in right)
    note = (
        f"{plural(len(left) - lost, 'object')} found by both; {lost:,} only by "
        f"{one_line(pair.before.target, 60)}, {come:,} only by {one_line(pair.after.target, 60)}."
    )
    return *bodies, note


def _body(
    pair: Pair,
    side: Side,
    boxes: tuple[Matched, ...],
    series: int,
    image: InputPicture | None,
    pixels: tuple[int, int] | None,
) -> PaneBody:
    if side.output is None:
        return PaneBody()
    picture = None
    if image is not None and pixels is not None:
        target = one_line(side.target, 60)
        picture = Picture(
            key=anchor("boxes", image.key, side.target),
            title=f"Objects {target} found in {one_line(pair.view.case.id, 80)}",
            description=f"{plural(len(boxes), 'box', 'boxes')}, numbered as in the list below.",
            width=image.width,
            height=image.height,
            image=image.key,
            shapes=tuple(
                shape
                for place, one in enumerate(boxes, start=1)
                for shape in _drawn(place, one, series, WIDTH / pixels[0])
            ),
        )
    items = tuple(_item(place, one) for place, one in enumerate(boxes, start=1))
    return PaneBody(picture=picture, items=items, more="" if boxes else "Nothing was found.")


def _drawn(place: int, one: Matched, series: int, scale: float) -> tuple[Shape, ...]:
    css, colour, _ = SERIES[min(series, len(SERIES) - 1)]
    left, top, right, bottom = (max(-1e6, min(1e6, x * scale)) for x in one.box.corners)
    only = " only" if one.overlap is None else ""
    sides = (("x", left), ("y", top), ("width", right - left), ("height", bottom - top))
    frame = [(name, number(max(0.0, x) if name in ("width", "height") else x)) for name, x in sides]
    styled = [("class", f"box {css}{only}"), ("fill", "none"), ("stroke", colour)]
    dash = [("stroke-dasharray", "6 3")] if only else []
    text = str(place)
    width = 9.0 + 8.0 * len(text)
    y = top - 17 if top >= 17 else max(top, 0.0)
    plate = [("x", number(max(0.0, left))), ("y", number(y)), ("width", number(width))]
    plate += [("height", "17"), ("class", f"plate {css}"), ("fill", colour)]
    return (
        Shape("rect", (*frame, *_HALO)),
        Shape("rect", (*frame, *styled, ("stroke-width", "2.5"), *dash)),
        Shape("rect", tuple(plate)),
        label(max(0.0, left) + width / 2, y + 13, text, css="plate-text", fill="#ffffff"),
    )


def _item(place: int, one: Matched) -> Item:
    left, top, right, bottom = (plain(round(x, 1)) for x in one.box.corners)
    score = "" if one.box.score is None else f"{one.box.score:.3f}, "
    match = "only here" if one.overlap is None else f"overlap {one.overlap:.2f}"
    return Item(
        number=str(place),
        label=one_line(one.box.label, 60),
        words=f"{score}x {left} to {right}, y {top} to {bottom}",
        match=match,
        is_only_here=one.overlap is None,
    )
