"""One SQLite file a run: the system of record."""

from harness.store.reader import RunReader, StoredCase
from harness.store.schema import RunHeader
from harness.store.writer import RunWriter

__all__ = ["RunHeader", "RunReader", "RunWriter", "StoredCase"]
