"""Files are decoded in a process of its own: what it raises, eats or hangs on costs nobody else."""

import io
import struct
import zlib
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from harness.api import ShapeError, size_of
from harness_tasks._decoder import DECODER, Decoder, DecodingError
from harness_tasks._samples import CHIME, SLOPE
from harness_tasks.text_to_image import TASK

LOOK = {"kind": "image", "format": "PNG", "most": 1_000_000, "ground": "white", "side": 64}
pytest.importorskip("PIL.Image")

Made = Callable[..., Decoder]


@pytest.fixture
def made(tmp_path: Path) -> Iterator[Made]:
    """Give a maker of decoders, with a script of a line or two in place of ours."""
    decoders = []

    def make(script: str = "", **settings: Any) -> Decoder:
        if script:
            path = tmp_path / "child.py"
            path.write_text(script)
            settings["script"] = path
        decoders.append(Decoder(**settings))
        return decoders[-1]

    yield make
    for decoder in decoders:
        decoder.close()


def test_the_grey_of_an_image_and_its_size_come_back(made: Made) -> None:
    reply = made().decode({**LOOK, "side": 4}, SLOPE)
    assert reply is not None
    head, data = reply
    assert (head["width"], head["height"], len(data)) == (16, 16, 4 * 4 + 32 * 32)
    assert list(data[:4]) == sorted(data[:4])


def test_a_decoder_that_hangs_is_ended_and_the_next_file_is_decoded(made: Made) -> None:
    hanging = made("import sys; sys.stdin.read()", deadline_s=0.5)
    with pytest.raises(DecodingError, match=r"decoding took longer than 0\.5 s"):
        hanging.decode(LOOK, SLOPE)
    assert DECODER.decode(LOOK, SLOPE) is not None


@pytest.mark.parametrize(
    ("script", "why"),
    [
        ("import os; os._exit(3)", "its decoder ended with code 3"),
        ("import os; os.kill(os.getpid(), 11)", "its decoder ended with code -11"),
        ("print('no json', flush=True)", "its decoder ended"),
        ("print('{\"bytes\": 9}', flush=True)", "its decoder ended"),
    ],
    ids=["exits", "crashes", "babbles", "stops halfway"],
)
def test_a_decoder_that_dies_is_said_and_replaced(made: Made, script: str, why: str) -> None:
    dying = made(script)
    for _ in range(2):
        with pytest.raises(DecodingError, match=why):
            dying.decode(LOOK, SLOPE)


def test_a_process_that_was_killed_from_outside_is_replaced(made: Made) -> None:
    decoder = made()
    assert decoder.decode(LOOK, SLOPE) is not None
    assert decoder._process is not None
    decoder._process.kill()
    decoder._process.wait()
    assert decoder.decode(LOOK, SLOPE) is not None


def test_an_image_that_needs_too_much_memory_is_refused_and_the_next_is_decoded(
    made: Made,
) -> None:
    pytest.importorskip("resource")
    rows = zlib.compress(b"\x00" * (1 + 8_000 * 4) * 6_000)
    head = struct.pack(">IIBBBBB", 8_000, 6_000, 8, 6, 0, 0, 0)
    parts = [(b"IHDR", head), (b"IDAT", rows), (b"IEND", b"")]
    body = b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
        for name, data in parts
    )
    assert size_of(body) == (8_000, 6_000)
    tight = made(most_memory=400 << 20)
    with pytest.raises(DecodingError, match="more memory than a decoder may have"):
        tight.decode({**LOOK, "most": 50_000_000}, body)
    assert tight.decode(LOOK, SLOPE) is not None


def test_a_size_the_header_did_not_state_is_refused_before_it_is_decoded(made: Made) -> None:
    with pytest.raises(DecodingError, match=r"16 x 16 pixels, at most 100 are decoded"):
        made().decode({**LOOK, "most": 100}, SLOPE)


def test_a_file_of_another_format_than_it_begins_like_is_not_decoded(made: Made) -> None:
    """Pillow knows formats whose own limits were passed by: only the one named is tried."""
    images = pytest.importorskip("PIL.Image")
    out = io.BytesIO()
    images.new("L", (4, 4)).save(out, format="TIFF")
    with pytest.raises(DecodingError, match=r"cannot be decoded \(UnidentifiedImageError\)"):
        made().decode(LOOK, out.getvalue())


def test_a_library_that_is_not_there_is_no_error_of_the_file(made: Made) -> None:
    script = Path(DECODER.script).read_text().replace('"soundfile"', '"no_such_library"')
    assert made(script).decode({"kind": "sound", "most": 100}, CHIME) is None


def test_the_process_sees_no_secret_of_the_environment(
    made: Made, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HF_TOKEN", "hf_secret")
    script = (
        "import json, os; "
        "data = ' '.join(sorted(os.environ)).encode(); "
        "print(json.dumps({'bytes': len(data)})); print(data.decode(), flush=True)"
    )
    reply = made(script).decode(LOOK, b"")
    assert reply is not None
    assert b"OMP_NUM_THREADS" in reply[1]
    assert b"HF_TOKEN" not in reply[1]


def test_a_failure_is_a_clear_refusal_of_the_answer(
    made: Made, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("harness_tasks._pixels.DECODER", made("import os; os._exit(1)"))
    with pytest.raises(ShapeError) as caught:
        TASK.parse(SLOPE)
    assert str(caught.value) == (
        f"got {len(SLOPE)} bytes of image/png, its decoder ended with code 1; expected a whole file"
    )


def test_closing_ends_the_process() -> None:
    with closing(Decoder()) as decoder:
        assert decoder.decode(LOOK, SLOPE) is not None
        process = decoder._process
    assert process is not None
    assert process.returncode is not None
