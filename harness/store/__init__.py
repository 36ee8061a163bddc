"""One SQLite file a run: the system of record."""

from harness.store.reader import RunReader, StoredAnswer, StoredCase
from harness.store.schema import RunHeader
from harness.store.writer import RunWriter, UnwritableError

__all__ = ["RunHeader", "RunReader", "RunWriter", "StoredAnswer", "StoredCase", "UnwritableError"]
