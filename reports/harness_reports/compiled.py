"""Keeps compiled templates from one process to the next, as Python keeps its modules."""

import os
import sys
import tempfile
from contextlib import suppress
from pathlib import Path
from pickle import UnpicklingError

from jinja2 import BytecodeCache
from jinja2.bccache import Bucket


class Compiled(BytecodeCache):
    """Keeps them in a folder, each for the text it was compiled from.

    Compiling takes longer than most pages. Where nothing can be written, nothing is kept.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def load_bytecode(self, bucket: Bucket) -> None:
        """Fill the bucket, if this text was compiled before."""
        with suppress(OSError, UnpicklingError), self._path(bucket).open("rb") as file:
            bucket.load_bytecode(file)

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep what was compiled: whole, or not at all."""
        if sys.dont_write_bytecode:
            return
        with suppress(OSError):
            self._folder.mkdir(exist_ok=True)
            number, name = tempfile.mkstemp(dir=self._folder)
            temporary = Path(name)
            try:
                with os.fdopen(number, "wb") as file:
                    bucket.write_bytecode(file)
                temporary.replace(self._path(bucket))
            finally:
                temporary.unlink(missing_ok=True)

    def _path(self, bucket: Bucket) -> Path:
        return self._folder / f"{bucket.key}.{sys.implementation.cache_tag}.jinja"
