"""Dossiers of tasks whose answers are pictures, sound, video, vectors, entities or boxes."""

import json
import random
from base64 import b64encode
from functools import cache
from hashlib import sha256

from harness.api import (
    Answer,
    Case,
    CaseView,
    Change,
    Dossier,
    Json,
    LatencySummary,
    Measure,
    Media,
    Output,
    TargetView,
    Verdict,
)
from harness.data.noun import replace
from tests.reports import dossiers
from tests.reports.media_files import landscape, mask, noise, wav, webm

FILE = landscape(0.2)
SUNRISE, SUNSET = landscape(0.3), landscape(0.72)
FAILED = Verdict(
    outcome="fail", exit_code=1, reasons=("a regression",), gates=(dossiers.pass_rate_gate(),)
)


def view(
    name: str,
    before: tuple[Json, str, bytes],
    after: tuple[Json, str, bytes],
    kind: Change,
    inputs: Json = None,
    sent: bytes = b"",
) -> CaseView:
    """A case; each side is (canonical value, text, body)."""
    media = None
    if sent:
        digest = sha256(sent).hexdigest()
        media = Media(
            path=f"{name}.png", sha256=digest, body_bytes=len(sent), media_type="image/png"
        )
    answers = []
    for target, (value, text, body), ok in (
        ("baseline", before, kind != "fixed"),
        ("candidate", after, kind != "regressed"),
    ):
        found = dossiers.record(3, value, text, ok, "" if ok else "not what was expected")
        one = dossiers.answer(target, 0, found)
        answers.append(replace(one, body=lambda body=body: body))
    return CaseView(
        case=Case(id=name, inputs=inputs, media=media, tags=("drawn",), place="s.yaml:3"),
        answers=tuple(answers),
        change={"candidate": kind},
        measures={"candidate": (Measure(name="agreement", value=0.0),)},
        media_body=lambda: sent,
    )


def made(task: str, show: str, views: list[CaseView], **changes: object) -> Dossier:
    return dossiers.dossier(
        views, dossiers.two_targets(), FAILED, task=task, show=show, suite=task, **changes
    )


def feature(body: bytes, text: str) -> tuple[Json, str, bytes]:
    return ({"sha256": sha256(body).hexdigest(), "thumbnail": "A" * 900}, text, body)


def in_json(body: bytes) -> bytes:
    return json.dumps({"data": [{"b64_json": b64encode(body).decode()}]}).encode()


def images() -> Dossier:
    words = "image/png, 240 x 160"
    return made("text-to-image", "image", [
        view("sunrise", feature(SUNRISE, words), feature(SUNSET, words), "regressed", "a sunrise"),
        view(
            "wrapped", feature(in_json(SUNRISE), words), feature(in_json(SUNRISE), words),
            "changed", "a sunrise over hills",
        ),
        view("retouched", feature(SUNRISE, words), feature(SUNSET, words), "fixed", sent=FILE),
    ])  # fmt: skip


def large_images(size: int = 720) -> Dossier:
    body, words = noise(size), f"image/png, {size} x {size}"
    return made("text-to-image", "image", [
        view("grain", feature(body, words), feature(SUNSET, words), "regressed", "film grain"),
        view("again", feature(body, words), feature(body, words), "changed", "film grain"),
    ])  # fmt: skip


def masks() -> Dossier:
    def answered(*found: tuple[str, float, bytes]) -> tuple[Json, str, bytes]:
        rows = [
            {"label": label, "score": score, "mask": b64encode(body).decode()}
            for label, score, body in found
        ]
        value: Json = [
            {"label": label, "score": score, "bits": "A" * 2000} for label, score, _ in found
        ]
        return value, ", ".join(label for label, _, _ in found), json.dumps(rows).encode()

    before = answered(("cat", 0.98, mask(0.1, 0.5)), ("remote", 0.91, mask(0.55, 0.8)))
    after = answered(("cat", 0.97, mask(0.12, 0.6)), ("sofa", 0.44, mask(0.6, 1.0)))
    return made("image-segmentation", "image", [
        view("sofa", before, after, "regressed", sent=FILE),
    ])  # fmt: skip


def sounds() -> Dossier:
    words = "audio/wav, 0.50 s, 8000 Hz"

    def parted(*bodies: bytes) -> tuple[Json, str, bytes]:
        rows = [
            {"label": f"voice {at}", "blob": b64encode(body).decode(), "content-type": "audio/x"}
            for at, body in enumerate(bodies)
        ]
        return [{"label": "voice 0"}], "voice 0; voice 1", json.dumps(rows).encode()

    return made("text-to-speech", "audio", [
        view("greeting", feature(wav(440, 0.5), words), feature(wav(660, 0.6), words), "regressed",
             "Good morning."),
        view("parted", parted(wav(300, 0.2), wav(500, 0.2)), parted(wav(300, 0.2), wav(520, 0.2)),
             "changed", sent=wav(400, 0.4)),
    ])  # fmt: skip


def videos() -> Dossier:
    return made("text-to-video", "video", [
        view("ball", feature(webm(), "video/webm"), feature(webm(2), "video/webm"), "regressed",
             "a ball rolls"),
    ])  # fmt: skip


TEXT = "My name is Wolfgang Schmidt and I live in Berlin, near the Spree. 👍 Ask Ada."


def entity(label: str, word: str, score: float) -> dict[str, Json]:
    start = TEXT.index(word)
    return {"entity": label, "word": word, "start": start, "end": start + len(word), "score": score}


def spans() -> Dossier:
    before: Json = [entity("PER", "Wolfgang Schmidt", 0.99), entity("LOC", "Berlin", 0.97),
                    entity("LOC", "Spree", 0.71)]  # fmt: skip
    placeless: Json = {"entity": "PER", "word": "Ada", "start": None, "end": None, "score": 0.5}
    after: Json = [entity("PER", "Wolfgang", 0.98), entity("LOC", "Berlin", 0.95),
                   entity("PER", "Ada", 0.81), placeless]  # fmt: skip
    return made("token-classification", "spans", [
        view("wolfgang", (before, "", b""), (after, "", b""), "regressed", TEXT),
        view("nobody", ([], "", b""), (after, "", b""), "changed", TEXT),
    ])  # fmt: skip


def box(label: str, score: float, *corners: float) -> dict[str, Json]:
    names = ("xmin", "ymin", "xmax", "ymax")
    return {"label": label, "score": score, "box": dict(zip(names, corners, strict=True))}


def boxes() -> Dossier:
    before: Json = [box("sun", 0.98, 30, 30, 66, 66), box("hill", 0.71, 0, 100, 240, 160)]
    after: Json = [box("sun", 0.97, 28, 32, 64, 67), box("cloud", 0.52, 130, 12, 215, 60)]
    return made("object-detection", "boxes", [
        view("hills", (before, "1 sun", b""), (after, "1 sun", b""), "regressed", sent=FILE),
        view("unseen", (before, "1 sun", b""), ([], "", b""), "changed", "no picture was kept"),
    ])  # fmt: skip


def vectors(width: int = 768) -> Dossier:
    chance = random.Random(5)
    old = [chance.gauss(0, 1) for _ in range(width)]
    new = [x + chance.gauss(0, 0.1) for x in old]

    def answered(*rows: list[float]) -> tuple[Json, str, bytes]:
        flat: Json = [x for row in rows for x in row]
        shape: Json = [len(rows[0])] if len(rows) == 1 else [len(rows), len(rows[0])]
        return {"vector": flat, "shape": shape}, f"{len(rows[0])} numbers", b""

    return made("feature-extraction", "vector", [
        view("lantern", answered(old), answered(new), "regressed", "A lantern hangs by the door."),
        view("pair", answered(old, new), answered(new, old), "changed", ["one", "two"]),
        view("narrow", answered(old), answered(new[:384]), "changed", "A lantern."),
    ])  # fmt: skip


def routes() -> Dossier:
    """Several addresses, a revision that changed in mid-run, prices, streams, another shape."""
    first, second = dossiers.two_targets()
    stream = dossiers.spread(7, 0.012, 180)
    base = dossiers.regressions()
    urls = {"https://a.endpoints.example": 141, "https://b.endpoints.example": 59}
    targets: tuple[TargetView, ...] = (
        replace(
            first, first_token=stream, shapes={"[[{label,score}]]": 200},
            usage={"input_tokens": 18_204, "output_tokens": 4_410, "compute_s": 2.41},
            cost_usd=0.004213, price_as_of="2026-11-02",
        ),
        replace(
            second, first_token=LatencySummary(n=40, p50_s=0.014, p90_s=0.02), urls=urls, moved=9,
            batched=24, shapes={"[{label,score}]": 180, "[[{label,score}]]": 20},
            usage={"input_tokens": 18_190}, proof="mismatch",
            served=(dossiers.AFTER, dossiers.THIRD),
            served_spans=(
                (dossiers.AFTER, "2026-11-21T07:31:00+00:00", "2026-11-21T07:31:11+00:00"),
                (dossiers.THIRD, "2026-11-21T07:31:12+00:00", "2026-11-21T07:31:21+00:00"),
            ),
        ),
    )  # fmt: skip
    return replace(base, targets=targets)


def without_answer() -> Dossier:
    """A picture task in which one side has a fault and one body cannot be shown."""
    one = next(iter(images().case_views()))
    fault = next(
        a.record for v in dossiers.faults().case_views() for a in v.answers
        if a.record is not None and a.record.fault is not None
    )  # fmt: skip
    lost = Answer(target="candidate", repeat=0, record=fault, state="fault", attempts=2)
    svg = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
    drawn = replace(
        one.answers[0], body=lambda: svg,
        record=replace(
            dossiers.record(1, {}, "", True), output=Output(value={"media_type": "image/svg+xml"})
        ),
    )  # fmt: skip
    return made("text-to-image", "image", [
        replace(one, answers=(one.answers[0], lost), change={"candidate": "changed"}),
        replace(one, case=replace(one.case, id="vector drawing"), answers=(drawn, one.answers[1]),
                change={"candidate": "changed"}),
    ])  # fmt: skip


@cache
def everything() -> tuple[tuple[str, Dossier], ...]:
    """Every dossier by name, made once for all tests of a process."""
    makers = (
        images, large_images, masks, sounds, videos, spans, boxes, vectors, routes, without_answer,
    )  # fmt: skip
    return tuple((make.__name__, make()) for make in makers)
