"""Where a replay takes its answers from: a recording file, or a run folder."""

import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, Protocol

from harness.errors import RecordingError
from harness.jsonvalue import as_object, canonical, parse_json
from harness.recording.entry import FORMAT, Entry, as_entry, match_key, read_entry
from harness.recording.index import PlaceIndex
from harness.recording.nearest import describe_miss
from harness.store import RunReader

_MOST_EXPLAINED = 20
_LONGEST_HEAD = 65536


class Shelf(Protocol):
    """Entries by place, read when they are asked for."""

    def entries(self) -> Iterator[tuple[Entry, int]]:
        """Give every entry with its place, in order."""

    def read(self, place: int) -> Entry:
        """Give the entry at a place."""

    def close(self) -> None:
        """Free the file."""


class Recording:
    """An index by digest over a shelf; each entry answers once."""

    def __init__(self, shelf: Shelf) -> None:
        self._shelf = shelf
        digest = hashlib.sha256()
        self._index = PlaceIndex(_digested(shelf.entries(), digest))
        self.sha256 = digest.hexdigest()
        """Digest of all that was asked and answered, in order."""
        self._misses = 0

    def __len__(self) -> int:
        """Number of entries that have not answered yet."""
        return len(self._index)

    def take(self, method: str, url: str, body: bytes) -> Entry:
        """Give the next unused entry of a request.

        Raises RecordingError naming the nearest entry and the first field that differs.
        """
        key = match_key(method, url, body)
        place = self._index.take(key)
        if place is None:
            self._misses += 1
            if self._misses > _MOST_EXPLAINED:  # a search each would take minutes in a large suite
                raise RecordingError(f"{method} {url}: not recorded, as the calls before it")
            entries = map(self._shelf.read, self._index)
            used = self._index.taken(key)
            raise RecordingError(describe_miss(method, url, body, entries, used=used))
        return self._shelf.read(place)

    def close(self) -> None:
        """Free the file."""
        self._shelf.close()


def _digested(
    entries: Iterator[tuple[Entry, int]], digest: "hashlib._Hash"
) -> Iterator[tuple[str, int]]:
    """Give (match key, place) of entries, and let the digest take them in."""
    for entry, place in entries:
        key, fault = entry.key, entry.fault
        how = [entry.status, dict(entry.headers), [fault.kind, fault.message] if fault else None]
        for part in (key.encode(), canonical(how), entry.body):
            digest.update(hashlib.sha256(part).digest())
        yield key, place


class FileShelf:
    """A recording file."""

    def __init__(self, path: Path) -> None:
        self._path = path
        try:
            self._file: BinaryIO = path.open("rb")
        except OSError as error:
            raise RecordingError(f"{path}: cannot be read: {error}") from error
        try:
            self._check_head()
        except RecordingError:
            self._file.close()
            raise

    def entries(self) -> Iterator[tuple[Entry, int]]:
        """Give the entry of every line after the first, with its offset."""
        self._file.seek(0)
        self._file.readline()
        place = self._file.tell()
        for number, line in enumerate(iter(self._file.readline, b""), start=2):
            if not line.endswith(b"\n"):
                raise RecordingError(f"{self._path}:{number}: the last line is torn: record again")
            yield read_entry(line, f"{self._path}:{number}"), place
            place = self._file.tell()

    def read(self, place: int) -> Entry:
        """Give the entry at an offset."""
        self._file.seek(place)
        return read_entry(self._file.readline(), str(self._path))

    def close(self) -> None:
        """Close the file."""
        self._file.close()

    def _check_head(self) -> None:
        try:
            head = as_object(parse_json(self._file.readline(_LONGEST_HEAD)))
        except ValueError:
            head = {}
        found = head.get("revgate_recording")
        if found is None:
            raise RecordingError(f"{self._path}: is not a recording of revgate")
        if found != FORMAT:
            raise RecordingError(
                f"{self._path}: is a recording of format {found}, this revgate reads {FORMAT}"
            )


class RunShelf:
    """A run folder: its own store answers."""

    def __init__(self, path: Path) -> None:
        self._reader = RunReader(path)

    def entries(self) -> Iterator[tuple[Entry, int]]:
        """Give the entry of every measured call, with its place in the plan.

        What the run itself took from an earlier one was not called, and answers no call.
        """
        for case, exchange in self._reader.exchanges():
            if exchange.repeat >= 0 and not exchange.is_stored:
                yield as_entry(case, exchange), exchange.seq

    def read(self, place: int) -> Entry:
        """Give the entry of a planned call."""
        return as_entry(*self._reader.exchange(place))

    def close(self) -> None:
        """Close the store."""
        self._reader.close()


def open_recording(path: Path) -> Recording:
    """Open a recording file or a run folder; raises RecordingError or StoreError."""
    is_run = path.is_dir() or path.name == "run.sqlite"
    shelf: Shelf = RunShelf(path) if is_run else FileShelf(path)
    try:
        return Recording(shelf)
    except BaseException:
        shelf.close()
        raise
