"""Shows both answers to a case in the way their task is best shown."""

from harness.api import Dossier
from harness_reports.answers import shown_text
from harness_reports.characters import parts_of, shown_json
from harness_reports.difference import MOST_CHARACTERS, Stretch, difference_of
from harness_reports.media_shelf import MediaShelf
from harness_reports.paths import json_of
from harness_reports.sides import Pair
from harness_reports.view.box_bodies import box_bodies
from harness_reports.view.case_nouns import InputPicture, PaneBody, Piece
from harness_reports.view.media_bodies import media_bodies
from harness_reports.view.span_bodies import span_bodies
from harness_reports.view.vector_bodies import vector_bodies

Bodies = tuple[PaneBody, PaneBody, str]
"""Baseline, candidate, and a note on both."""


def bodies_of(
    dossier: Dossier, pair: Pair, series: int, image: InputPicture | None, shelf: MediaShelf
) -> Bodies:
    """Give both answers; as text with its difference where nothing better can be drawn."""
    match dossier.show:
        case "image" | "audio" | "video":
            drawn = media_bodies(pair, shelf)
        case "spans":
            drawn = span_bodies(pair)
        case "boxes":
            drawn = box_bodies(pair, series, image)
        case "vector":
            drawn = vector_bodies(pair)
        case _:
            drawn = None
    return drawn if drawn is not None else text_bodies(dossier, pair)


def text_bodies(dossier: Dossier, pair: Pair) -> Bodies:
    """Give both answers as text, what differs marked in it."""
    before, after = pair.before.output, pair.after.output
    old, new = shown_text(dossier, before), shown_text(dossier, after)
    values = [json_of(output, is_json=dossier.show == "json") for output in (before, after)]
    is_sorted = dossier.show == "text" and all(isinstance(v, dict | list) for v in values)
    if is_sorted and old != new:
        old, new = (shown_json(value) for value in values)
    left: tuple[Stretch, ...] = (Stretch(False, old[:MOST_CHARACTERS]),) if old else ()
    right: tuple[Stretch, ...] = (Stretch(False, new[:MOST_CHARACTERS]),) if new else ()
    note = ""
    if before and after:
        difference = difference_of(old, new)
        left, right, note = difference.before, difference.after, difference.note
        note = f"Shown as JSON with its keys sorted. {note}".strip() if is_sorted else note
    return PaneBody(pieces=_pieces(left)), PaneBody(pieces=_pieces(right)), note


def _pieces(stretches: tuple[Stretch, ...]) -> tuple[Piece, ...]:
    return tuple(
        Piece(s.is_changed, tuple(parts_of(s.text, is_changed=s.is_changed))) for s in stretches
    )
