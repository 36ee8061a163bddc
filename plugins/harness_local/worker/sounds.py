"""Sound files in and out: to samples at the rate a model wants, and to WAV."""

import io
import wave
from math import gcd
from typing import Any

from harness_local.worker.nouns import File, QuestionError


def samples_of(body: bytes, rate_hz: int) -> Any:
    """Give a sound as one channel of float32 samples at `rate_hz`; raises QuestionError.

    16-bit WAV always; every other form that soundfile reads, where it is installed.
    """
    import numpy as np

    try:
        import soundfile
    except (ImportError, OSError):  # OSError: installed, its C library missing
        samples, given_hz = _pcm(body)
    else:
        try:
            samples, given_hz = soundfile.read(io.BytesIO(body), dtype="float32", always_2d=True)
        except RuntimeError as error:
            raise QuestionError(f"the file is no sound that can be read: {error}") from error
    mono = samples.mean(axis=1)
    if given_hz != rate_hz:
        from scipy.signal import resample_poly

        shared = gcd(int(given_hz), int(rate_hz))
        mono = resample_poly(mono, rate_hz // shared, given_hz // shared)
    return np.ascontiguousarray(mono, dtype=np.float32)


def _pcm(body: bytes) -> tuple[Any, int]:
    import numpy as np

    try:
        with wave.open(io.BytesIO(body)) as stream:
            if stream.getsampwidth() != 2:
                raise QuestionError("only 16-bit WAV is read without soundfile: install it")
            frames = np.frombuffer(stream.readframes(stream.getnframes()), dtype="<i2")
            samples = frames.reshape(-1, stream.getnchannels()) / 32768
            return samples, stream.getframerate()
    except (wave.Error, EOFError) as error:
        raise QuestionError(
            f"the file is no WAV ({error}): install soundfile for others"
        ) from error


def wav(samples: Any, rate_hz: int) -> File:
    """Give samples, full scale 1.0, in shape (n,) or (channels, n), as a 16-bit WAV file."""
    import numpy as np

    shaped = np.atleast_2d(np.asarray(samples, dtype=np.float32))
    if not np.isfinite(shaped).all():
        raise ValueError("the model gave samples that are not finite")
    frames = (np.clip(shaped.T, -1, 1) * 32767).round().astype("<i2")
    stream = io.BytesIO()
    with wave.open(stream, "wb") as out:
        out.setnchannels(frames.shape[1])
        out.setsampwidth(2)
        out.setframerate(int(rate_hz))
        out.writeframes(frames.tobytes())
    return File("audio/wav", stream.getvalue())
