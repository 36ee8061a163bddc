"""Keeps compiled templates from one process to the next, as Python keeps its modules."""

import os
import sys
import threading
from contextlib import suppress
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path

from jinja2 import BytecodeCache
from jinja2.bccache import Bucket


class Compiled(BytecodeCache):
    """Keeps them in a folder, each for the text it was compiled from.

    `options` says how they are compiled, in any words; so does the version of Jinja. Compiling
    takes longer than most pages. Where nothing can be written, nothing is kept.
    """

    def __init__(self, folder: Path, options: str) -> None:
        self._folder = folder
        self._compiler = f"{sys.implementation.cache_tag} {version('jinja2')} {options}"

    def load_bytecode(self, bucket: Bucket) -> None:
        """Fill the bucket, if this text was compiled before."""
        try:
            with self._path(bucket).open("rb") as file:
                bucket.load_bytecode(file)
        except Exception:  # noqa: BLE001 - what is damaged may be taken for anything
            bucket.reset()

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep what was compiled: whole, or not at all."""
        if sys.dont_write_bytecode:
            return
        path = self._path(bucket)
        mine = path.with_suffix(f".{os.getpid()}.{threading.get_ident()}")
        with suppress(OSError):
            path.parent.mkdir(exist_ok=True)
            try:
                with mine.open("wb") as file:
                    bucket.write_bytecode(file)
                mine.replace(path)
            finally:
                mine.unlink(missing_ok=True)

    def _path(self, bucket: Bucket) -> Path:
        name = sha256(f"{bucket.key} {self._compiler}".encode()).hexdigest()[:32]
        return self._folder / f"{name}.jinja"
