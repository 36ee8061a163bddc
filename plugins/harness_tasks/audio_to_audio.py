"""Audio to audio: a sound in, one or more sounds out, such as voices told apart."""

from collections import Counter
from collections.abc import Iterator
from functools import partial

from harness.api import Case, Finding, Measure, Output, Task, hookimpl
from harness_tasks._audio_comparison import AUDIO_MEASURES, compare_sounds
from harness_tasks._boxes import counted, labels_of
from harness_tasks._directions import directions
from harness_tasks._media import build_file, in_base64, media_named
from harness_tasks._samples import CHIME, tone, wav
from harness_tasks._separated_sounds import parse_sounds, sounds_of, validate_sounds
from harness_tasks._wire import in_words, quoted


def compare(_case: Case, before: Output, after: Output) -> Iterator[Measure]:
    """Give agreement (the same labels, each sounding the same) and the worst of each measure.

    The worst is what is farthest from no change, over the labels both sides have.
    """
    old, new = sounds_of(before), sounds_of(after)
    found: dict[str, list[Measure]] = {}
    for label in [label for label in old if label in new]:
        for measure in compare_sounds(old[label], new[label]):
            found.setdefault(measure.name, []).append(measure)
    agreements = [measure.value for measure in found.pop("agreement", ())]
    agree = bool(agreements) and min(agreements) == 1.0 and old.keys() == new.keys()
    yield Measure(name="agreement", value=float(agree or before.value == after.value))
    share = len(old.keys() & new.keys()) / len(old.keys() | new.keys()) if old or new else 1.0
    yield Measure(name="label_agreement", value=share)
    for name, measures in found.items():
        still = 1.0 if name == "duration_ratio" else 0.0
        yield max(measures, key=lambda measure: abs(measure.value - still))


def expect(case: Case, output: Output) -> Finding:
    """Hold the labels against `case.expect`: one, or a list of which all must be there."""
    labels = labels_of(output.value)
    match case.expect:
        case str(label):
            wanted = [label]
        case [_, *_] as several if all(isinstance(one, str) for one in several):
            wanted = [one for one in several if isinstance(one, str)]
        case other:
            message = f"`expect` must be a label or a list of labels, not {in_words(other)}"
            return Finding(check="expect", ok=False, message=message)
    ok = not Counter(wanted) - Counter(labels)
    message = f"expected {counted(wanted)}, got {quoted(counted(labels), 200)}"
    return Finding(check="expect", ok=ok, message=message)


TASK = Task(
    name="audio-to-audio",
    build=partial(build_file, task="audio-to-audio", example="voices.wav"),
    parse=parse_sounds,
    validate=validate_sounds,
    compare=compare,
    measures={**AUDIO_MEASURES, **directions("label_agreement")},
    expect=expect,
    show="audio",
    wants="file",
    sample=Case(
        id="voices",
        media=media_named("voices.wav", CHIME, "audio/wav"),
        expect=["label_0", "label_1"],
    ),
    sample_output=[
        {"label": "label_0", "blob": in_base64(CHIME), "content-type": "audio/wav"},
        {"label": "label_1", "blob": in_base64(wav(tone(660, 0.1))), "content-type": "audio/wav"},
    ],
)


@hookimpl
def harness_tasks() -> list[Task]:
    """Give the task."""
    return [TASK]
