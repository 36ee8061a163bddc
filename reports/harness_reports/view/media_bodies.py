"""Shows images, sound and video: what was sent, and what came back."""

from collections.abc import Callable
from functools import partial

from harness.api import FoundMedia, MediaKind, kind_of, media_in, media_words, size_of
from harness_reports.characters import one_line
from harness_reports.media_shelf import MediaShelf, Placed
from harness_reports.sides import Pair, Side
from harness_reports.view.case_nouns import MediaView, PaneBody

MOST_SHOWN = 12
"""Files of one answer that are shown; the masks of a picture may be many."""


def media_bodies(pair: Pair, shelf: MediaShelf) -> tuple[PaneBody, PaneBody, str] | None:
    """Give both answers as media with a note on their bytes; None when neither holds any."""
    found = [found_media(side) for side in (pair.before, pair.after)]
    if not any(found):
        return None
    before, after = (
        _body(side, mine, shelf)
        for side, mine in zip((pair.before, pair.after), found, strict=True)
    )
    return before, after, _note(*found)


def sent_media(pair: Pair, shelf: MediaShelf) -> tuple[MediaView, ...]:
    """Give the case's file where a page can show it."""
    case, read = pair.view.case, pair.view.media_body
    body = read() if case.media is not None else b""
    kind = kind_of(body)
    if kind is None:
        return ()
    name = f"input of {one_line(case.id, 80)}"
    return (media_view(kind, body, shelf.place(kind, body, read), name=name, caption=""),)


def found_media(side: Side) -> tuple[FoundMedia, ...]:
    """Give the media of the answer that is shown."""
    if side.output is None or side.shown is None:
        return ()
    return media_in(side.shown.body())


def media_view(
    kind: MediaKind, body: bytes, placed: Placed, *, name: str, caption: str
) -> MediaView:
    """Give a file as the page shows it."""
    size = size_of(body)
    large = "; too large for this page," if placed.is_large else ""
    return MediaView(
        shown_as=kind.shown_as,
        source=placed.source,
        name=name,
        caption=caption,
        words=f"{media_words(body)}{large}",
        sha256=placed.sha256,
        width=str(size[0]) if size else "",
        height=str(size[1]) if size else "",
        is_beside=placed.is_beside,
    )


def _note(before: tuple[FoundMedia, ...], after: tuple[FoundMedia, ...]) -> str:
    if before and [one.body for one in before] == [one.body for one in after]:
        return "Both answers are the same, byte for byte."
    one_each = [side[0] for side in (before, after) if len(side) == 1]
    sizes = [size_of(one.body) for one in one_each if one.kind.shown_as == "image"]
    known = [f"{size[0]:,} × {size[1]:,}" for size in sizes if size is not None]
    if len(known) == 2 and known[0] != known[1]:
        return f"The size differs: {known[0]} before, {known[1]} now; pixels are not compared."
    return ""


def _body(side: Side, found: tuple[FoundMedia, ...], shelf: MediaShelf) -> PaneBody:
    views = []
    for place, one in enumerate(found[:MOST_SHOWN]):
        label = one_line(one.label, 60)
        score = "" if one.score is None else f"{one.score:.3f}"
        name = " ".join(filter(None, (label, f"answer of {one_line(side.target, 60)}")))
        again = partial(_again, side.shown.body if side.shown else bytes, place)
        placed = shelf.place(one.kind, one.body, again)
        caption = " ".join(filter(None, (label, score)))
        views.append(media_view(one.kind, one.body, placed, name=name, caption=caption))
    rest = len(found) - MOST_SHOWN
    more = f"{rest:,} more are not shown." if rest > 0 else ""
    return PaneBody(media=tuple(views), more=more)


def _again(read: Callable[[], bytes], place: int) -> bytes:
    found = media_in(read())
    return found[place].body if place < len(found) else b""
