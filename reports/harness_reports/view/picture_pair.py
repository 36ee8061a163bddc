"""Shows one image of each side so that they can be laid over each other."""

from functools import partial

from harness.api import FoundMedia, MediaKind, format_share, kind_of, size_of
from harness_reports.characters import one_line
from harness_reports.image_mask import Mask, mask_of
from harness_reports.media_shelf import MediaShelf
from harness_reports.sides import Pair, Side
from harness_reports.view.case_nouns import MediaView, PicturePair
from harness_reports.view.media_bodies import found_media, media_view
from harness_reports.view.words import anchor

MOST_MASKS = 40
"""Pairs of a page whose pixels are compared: each takes a process of its own."""
STOPS = tuple(range(0, 101, 10))


def picture_pair(pair: Pair, shelf: MediaShelf) -> PicturePair | None:
    """Give both images with a mask of what differs; None where not each side has just one.

    Images of different sizes cannot be laid over each other: for them None too.
    """
    sides = (pair.before, pair.after)
    found = [found_media(side) for side in sides]
    if any(len(one) != 1 or one[0].kind.shown_as != "image" for one in found):
        return None
    before, after = (one[0] for one in found)
    size = size_of(before.body)
    if size is None or size != size_of(after.body):
        return None
    mask, words = _mask(pair, before, after, shelf)
    return PicturePair(
        key=anchor("pictures", pair.view.case.id, pair.after.target),
        before=_picture(pair.before, before, shelf),
        after=_picture(pair.after, after, shelf),
        before_name=one_line(pair.before.target, 60),
        after_name=one_line(pair.after.target, 60),
        mask=mask,
        words=words,
        stops=STOPS,
    )


def _picture(side: Side, found: FoundMedia, shelf: MediaShelf) -> MediaView:
    again = partial(_again, side)
    placed = shelf.place(found.kind, found.body, again)
    name = f"answer of {one_line(side.target, 60)}"
    return media_view(found.kind, found.body, placed, name=name, caption="")


def _again(side: Side) -> bytes:
    found = found_media(side)
    return found[0].body if found else b""


def _mask(
    pair: Pair, before: FoundMedia, after: FoundMedia, shelf: MediaShelf
) -> tuple[MediaView | None, str]:
    if before.body == after.body:
        return None, "Both answers are the same, byte for byte."
    if shelf.masks >= MOST_MASKS:
        return None, f"Pixels are compared for the first {MOST_MASKS} pairs of a report."
    shelf.masks += 1
    mask = mask_of(before, after)
    if isinstance(mask, str):
        return None, mask
    if not mask.changed:
        return None, f"No pixel differs visibly: the greatest difference is {mask.greatest} of 255."
    kind = kind_of(mask.body) or MediaKind("image", "image/png", "png")
    placed = shelf.place(kind, mask.body, lambda: mask.body)
    name = f"where the answers to {one_line(pair.view.case.id, 80)} differ"
    return media_view(kind, mask.body, placed, name=name, caption=""), _words(mask)


def _words(mask: Mask) -> str:
    return (
        f"{format_share(mask.changed / mask.pixels)} of the pixels differ "
        f"({mask.changed:,} of {mask.pixels:,}, by more than 12 of 255 in a channel); "
        f"the greatest difference is {mask.greatest}."
    )
