"""A libcurl handle at work: takes what arrives for its request, and when."""

import contextlib
import time
from collections import deque
from dataclasses import dataclass, field

import pycurl

from harness.data.exchange import Fault
from harness.transport.arrivals import Arrivals, is_event_stream
from harness.transport.curl_kept import Kept
from harness.transport.curl_outcome import headers_of, status_of
from harness.transport.decoding import Decoder, decoder_for, undecodable
from harness.transport.held import Held
from harness.transport.wire import Ticket, cut_short, states_too_much, too_large

_MOST_SENDS = 2
_SMALL_BYTES = 1024


@dataclass(slots=True, eq=False)
class Flight:
    """A handle, its ticket and what has arrived."""

    handle: pycurl.Curl
    held: Held
    held_back: "deque[Flight]"
    """Those of the transport that are not read on for now, in the order of their turns."""
    kept: Kept
    ticket: Ticket | None = None
    opened: list[int] = field(default_factory=list)
    """Numbers of the sockets it opened since it last sent."""
    sends: int = 0
    """How often libcurl was about to send the request where a server may read it."""
    passed: int = 0
    """How often libcurl was about to send it on a connection that was closed already."""
    body: list[bytes | bytearray] = field(default_factory=list)
    """Chunks as they came; small ones in a row are one, as each object costs more than they do."""
    body_bytes: int = 0
    header_lines: list[bytes] = field(default_factory=list)
    """Those of every status line, and trailers."""
    headers: dict[str, str] | None = None
    """Of the answer, without trailers; None until the body begins or the answer ends."""
    decoder: Decoder | None = None
    refusal: Fault | None = None
    """Why the body was given up, where it was us who gave it up."""
    set_for: Ticket | None = None
    """The ticket that the handle's options are those of, its body aside; None: of none."""
    started: float = 0.0
    """`time.perf_counter()` when libcurl could first send it: its own clock starts then."""
    begun_s: float | None = None
    """Seconds to the body's begin, where informational answers came before this one."""
    arrivals: Arrivals | None = None
    """Set for an event stream."""
    held_back_s: float = 0.0
    held_back_from: float | None = None
    """`time.perf_counter()` when reading stopped; None: it is read."""

    def unload(self) -> None:
        """Forget the request: an idle handle keeps nothing."""
        self.held.leave(self)
        self.held.bytes -= self.body_bytes
        self.ticket, self.sends, self.passed = None, 0, 0
        self.opened.clear()
        self.body, self.body_bytes = [], 0
        self.header_lines.clear()
        self.headers = self.decoder = self.refusal = self.begun_s = self.arrivals = None
        self.held_back_s = 0.0

    def on_socket(self, number: int, _purpose: int) -> int:
        """Note a socket that libcurl is about to connect."""
        self.opened.append(number)
        go_on: int = pycurl.SOCKOPT_OK
        return go_on

    def on_send(self, _server: str, host: str, _server_port: int, port: int) -> int:
        """Let the request go out, and once more if the connection breaks before any answer."""
        go_on: int = pycurl.PREREQFUNC_OK
        if self.opened:
            self.kept.add(host, port, self.opened)
            self.opened.clear()
        elif self.kept.is_closed(host, port):
            self.passed += 1
            return go_on
        self.sends += 1
        if self.sends <= _MOST_SENDS:
            return go_on
        self.refusal = cut_short("on each connection that it was sent on")
        abort: int = pycurl.PREREQFUNC_ABORT
        return abort

    def on_body(self, chunk: bytes) -> int | None:
        """Keep a chunk of the body, decoded; refuse it over the cap, put it off without room."""
        assert self.ticket is not None  # noqa: S101 - an idle handle receives nothing
        cap_bytes = self.ticket.max_body_bytes
        if self.headers is None and not self._begin(cap_bytes):
            self.refusal = too_large(cap_bytes)
            return -1
        if not self.held.may_read(self):
            self.held_back_from = time.perf_counter()
            self.held_back.append(self)
            pause: int = pycurl.WRITEFUNC_PAUSE  # the chunk is given again
            return pause
        try:
            decoded = self.decoder.feed(chunk) if self.decoder is not None else chunk
        except OverflowError:
            self.refusal = too_large(cap_bytes)
            return -1
        except ValueError as error:
            self.refusal = undecodable(error)
            return -1
        self.body_bytes += len(decoded)
        self.held.bytes += len(decoded)
        if self.body_bytes > cap_bytes:
            self.refusal = too_large(cap_bytes)
            return -1
        if not self.body or len(decoded) >= _SMALL_BYTES:
            self.body.append(decoded)
        elif isinstance(last := self.body[-1], bytearray):
            last += decoded
        else:
            self.body.append(bytearray(decoded))
        if self.arrivals is not None:
            self.arrivals.note(self.body_bytes)
        return None

    def _begin(self, cap_bytes: int) -> bool:
        """Learn from the headers how the body comes, and whether it is too large to be read."""
        headers, is_preceded = headers_of(self.header_lines)
        self.headers = headers
        if is_preceded:
            self.begun_s = time.perf_counter() - self.started
        if "content-encoding" in headers:
            self.decoder = decoder_for(headers, status_of(self.header_lines), cap_bytes)
        if is_event_stream(headers.get("content-type", "")):
            self.arrivals = Arrivals(self.started)
        return not states_too_much(headers, cap_bytes)

    def read_on(self) -> None:
        """Let an answer that was held back come: libcurl may hand over its chunk at once."""
        self.end_wait()
        with contextlib.suppress(pycurl.error):  # a refusal: the transfer ends with it as well
            self.handle.pause(pycurl.PAUSE_CONT)

    def end_wait(self) -> None:
        """Count the time it was held back until now."""
        assert self.held_back_from is not None  # noqa: S101 - only one that is held back is asked
        self.held_back_s += time.perf_counter() - self.held_back_from
        self.held_back_from = None
        self.held_back.remove(self)
