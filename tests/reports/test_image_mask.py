"""Two pictures are compared pixel by pixel in a process of its own, or it is said why not."""

import io
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest

from harness.api import FoundMedia, kind_of, size_of
from harness_reports import image_mask, mask_child
from harness_reports.image_mask import Mask, mask_of
from tests.reports.media_files import landscape, png

GREY = png(40, 30, lambda _x, _y: (120, 120, 120))
SPOT = png(40, 30, lambda x, y: (220, 120, 120) if x < 0.25 and y < 0.2 else (120, 120, 120))
FAINT = png(40, 30, lambda _x, _y: (124, 120, 118))


def found(body: bytes) -> FoundMedia:
    kind = kind_of(body)
    assert kind is not None
    return FoundMedia(kind=kind, body=body)


def compared(before: bytes, after: bytes) -> Mask:
    pytest.importorskip("PIL")
    mask = mask_of(found(before), found(after))
    assert isinstance(mask, Mask), mask
    return mask


def test_every_pixel_that_differs_is_counted() -> None:
    mask = compared(GREY, SPOT)
    assert (mask.changed, mask.pixels, mask.greatest) == (10 * 6, 40 * 30, 100)


def test_the_mask_marks_where_they_differ_and_nothing_else() -> None:
    images = pytest.importorskip("PIL.Image")
    with images.open(io.BytesIO(compared(GREY, SPOT).body)) as opened:
        drawn = opened.convert("RGB")
    assert drawn.size == (40, 30)
    red, green, blue = drawn.getpixel((3, 3))
    assert red > 2 * green > 2 * blue
    assert len(set(drawn.getpixel((30, 20)))) == 1


def test_what_encoders_do_to_a_picture_is_no_difference() -> None:
    mask = compared(GREY, FAINT)
    assert (mask.changed, mask.greatest) == (0, 4)


def test_the_same_pictures_give_the_same_mask() -> None:
    before, after = landscape(0.3), landscape(0.6)
    assert compared(before, after) == compared(before, after)


def test_a_large_mask_is_drawn_small() -> None:
    wide = [png(900, 30, lambda x, _y, e=e: (round(200 * x), e, 0)) for e in (0, 99)]  # type: ignore[misc]
    mask = compared(*wide)
    assert (mask.width, mask.height) == (640, 21)
    assert size_of(mask.body) == (640, 21)


def test_other_sizes_are_said_not_stretched() -> None:
    words = mask_of(found(GREY), found(png(41, 30, lambda _x, _y: (0, 0, 0))))
    assert words == "The pictures differ in size, so their pixels are not compared."


def test_a_picture_that_is_too_large_is_never_decoded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(image_mask, "MOST_PIXELS", 40 * 30 - 1)
    assert "more than" in str(mask_of(found(GREY), found(SPOT)))


def test_a_broken_picture_is_said_to_be_one() -> None:
    pytest.importorskip("PIL")
    assert "could not be decoded" in str(mask_of(found(GREY), found(GREY[:60])))


def test_without_pillow_it_is_said_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(name: str) -> object:
        raise ImportError(name)

    monkeypatch.setattr(mask_child, "import_module", missing)
    out = io.BytesIO()
    mask_child.main(io.BytesIO(), out)
    assert out.getvalue() == b'{"error": "missing"}\n'
    done = subprocess.CompletedProcess([], 0, stdout=out.getvalue())
    monkeypatch.setattr(image_mask.subprocess, "run", lambda *_a, **_k: done)  # type: ignore[attr-defined]
    assert "pip install revgate[image]" in str(mask_of(found(GREY), found(SPOT)))


def test_a_decoder_that_hangs_or_dies_costs_no_report(monkeypatch: pytest.MonkeyPatch) -> None:
    for error in (subprocess.TimeoutExpired("x", 1), subprocess.CalledProcessError(-11, "x")):

        def fails(*_a: object, error: Exception = error, **_k: object) -> None:
            raise error

        monkeypatch.setattr(image_mask.subprocess, "run", fails)  # type: ignore[attr-defined]
        assert "could not be decoded here" in str(mask_of(found(GREY), found(SPOT)))


def test_the_child_imports_nothing_of_the_project() -> None:
    assert import_module("harness_reports.mask_child").__file__
    script = Path(mask_child.__file__)
    code = f"import runpy, sys; runpy.run_path({str(script)!r}); print(*sys.modules)"
    done = subprocess.run(
        [sys.executable, "-I", "-c", code], capture_output=True, text=True, check=True
    )
    assert not {"harness", "harness_reports", "numpy"} & {
        name.partition(".")[0] for name in done.stdout.split()
    }
