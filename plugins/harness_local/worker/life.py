"""A worker's life: told what to load, it loads, says where it answers, and ends with its parent.

The first line of stdin is a specification, in JSON. The first line of stdout is the reply:
`{"origin": "http://127.0.0.1:41873"}`, or `{"refused": "why, and what to do"}`.
"""

import json
import os
import signal
import sys
import threading
from collections.abc import Callable
from typing import BinaryIO

from harness_local.worker.nouns import Loaded, RefusedError, Specification
from harness_local.worker.serving import Server


def live(load: Callable[[Specification], Loaded]) -> None:
    """Serve what `load` gives; returns when stdin ends, exits where loading still goes on."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the parent's; the end of stdin is ours
    told, replies = sys.stdin.buffer, sys.stdout.buffer
    sys.stdout = sys.stderr  # what libraries print must not be taken for the reply
    line = told.readline()
    if not line:
        return
    specification = Specification(**json.loads(line))
    threading.Thread(target=_end_with, args=(told,), daemon=True).start()
    try:
        loaded = load(specification)
    except RefusedError as error:
        _say(replies, {"refused": str(error)})
        return
    server = Server(specification, loaded)
    _say(replies, {"origin": server.origin})
    server.serve_forever()


def _end_with(told: BinaryIO) -> None:
    """End this process when its stdin does: the parent is done, or is no more."""
    # Past the buffer, whose lock this thread would hold while the interpreter shuts down.
    while os.read(told.fileno(), 4096):
        pass
    os._exit(0)  # whatever the model is doing: nobody waits for it


def _say(replies: BinaryIO, reply: dict[str, str]) -> None:
    replies.write(json.dumps(reply).encode() + b"\n")
    replies.flush()
