"""A page in headless Chromium, spoken to over a pipe: evaluate, type, look, count."""

import base64
import json
import os
import select
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

PROGRAM = next(filter(None, map(shutil.which, ("chromium-headless-shell", "chromium"))), "")
"""The former draws no window around a page, which is half of the work; empty: there is neither."""
FLAGS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
    "--hide-scrollbars", "--enable-precise-memory-info", "--remote-debugging-pipe",
    "--disable-breakpad", "--disable-default-apps", "--disable-extensions",
    "--disable-component-extensions-with-background-pages",
    # What a page left behind is never gone back to, and nothing is offered about what is read.
    "--disable-features=BackForwardCache,SpareRendererForSitePerProcess,Translate,MediaRouter",
)  # fmt: skip
PATIENCE_S = 60
LETTERS = {"Enter": "\r", "Escape": "", "Tab": ""}


class Page:
    """One tab. Keeps what it said on the console and what it asked for."""

    def __init__(self, to: int, since: int) -> None:
        self._to, self._from = to, since
        self._rest = b""
        self._number = 0
        self._session = ""
        self.said: list[str] = []
        """Console messages, uncaught errors, what the browser logged."""
        self.requests: list[str] = []
        """Every address asked for, the page's own aside."""
        target = self.call("Target.createTarget", url="about:blank")["targetId"]
        found = self.call("Target.attachToTarget", targetId=target, flatten=True)
        self._session = found["sessionId"]
        for domain in ("Page", "Runtime", "Log", "Network"):
            self.call(f"{domain}.enable")

    def call(self, method: str, **parameters: Any) -> dict[str, Any]:
        """Call a method of the DevTools protocol and give its result."""
        self._number += 1
        message = {"id": self._number, "method": method, "params": parameters}
        if self._session:
            message["sessionId"] = self._session
        os.write(self._to, json.dumps(message).encode() + b"\0")
        while (answer := self._next()).get("id") != self._number:
            self._keep(answer)
        if "error" in answer:
            raise AssertionError(f"{method}: {answer['error']}")
        return dict(answer["result"])

    def open(self, address: str) -> float:
        """Open an address; give the seconds until it had loaded."""
        begun = time.perf_counter()
        self._loaded = False
        self.call("Page.navigate", url=address)
        while not self._loaded:
            self._keep(self._next())
        return time.perf_counter() - begun

    def value(self, expression: str) -> Any:
        """Evaluate an expression, awaiting promises; give its value."""
        found = self.call(
            "Runtime.evaluate", expression=expression, returnByValue=True, awaitPromise=True
        )
        if "exceptionDetails" in found:
            raise AssertionError(found["exceptionDetails"])
        return found["result"].get("value")

    def until(self, expression: str, seconds: float = 30) -> Any:
        """Wait, frame by frame, until an expression is truthy; give its value."""
        return self.value(
            f"""new Promise((done, failed) => {{
              const end = performance.now() + {seconds * 1000};
              const look = () => {{
                const found = (() => {expression})();
                if (found) done(found);
                else if (performance.now() > end) failed(new Error("never: " + {expression!r}));
                else setTimeout(look, 5);
              }};
              look();
            }})"""
        )

    def key(self, key: str) -> None:
        """Press a key where the focus is."""
        text = LETTERS.get(key, key if len(key) == 1 else "")
        down = {"type": "keyDown", "key": key, **({"text": text} if text else {})}
        self.call("Input.dispatchKeyEvent", **down)
        self.call("Input.dispatchKeyEvent", type="keyUp", key=key)

    def size(self, width: int, height: int) -> None:
        """Give the window these measures."""
        self.call(
            "Emulation.setDeviceMetricsOverride",
            width=width, height=height, deviceScaleFactor=1, mobile=False,
        )  # fmt: skip

    def dark(self, scheme: str = "dark") -> None:
        """Prefer a colour scheme."""
        features = [{"name": "prefers-color-scheme", "value": scheme}]
        self.call("Emulation.setEmulatedMedia", features=features)

    def without_scripts(self) -> None:
        """Turn JavaScript off for what is opened next."""
        self.call("Emulation.setScriptExecutionDisabled", value=True)

    def picture(self, path: Path) -> None:
        """Keep what is seen as a PNG."""
        found = self.call("Page.captureScreenshot")
        path.write_bytes(base64.b64decode(found["data"]))

    def heap_bytes(self) -> int:
        """Give the size of the JavaScript heap after a collection."""
        self.call("HeapProfiler.collectGarbage")
        return int(self.call("Runtime.getHeapUsage")["usedSize"])

    def _next(self) -> dict[str, Any]:
        while b"\0" not in self._rest:
            ready, _, _ = select.select([self._from], [], [], PATIENCE_S)
            piece = os.read(self._from, 1 << 20) if ready else b""
            if not piece:
                raise AssertionError("the browser says nothing any more")
            self._rest += piece
        message, _, self._rest = self._rest.partition(b"\0")
        return dict(json.loads(message))

    def _keep(self, event: dict[str, Any]) -> None:
        found = event.get("params", {})
        match event.get("method"):
            case "Page.loadEventFired":
                self._loaded = True
            case "Runtime.consoleAPICalled":
                self.said.append(str([one.get("value") for one in found["args"]]))
            case "Runtime.exceptionThrown":
                self.said.append(json.dumps(found["exceptionDetails"]))
            case "Log.entryAdded":
                self.said.append(str(found["entry"]["text"]))
            case "Network.requestWillBeSent":
                address = str(found["request"]["url"])
                is_page = found.get("type") == "Document"
                if not is_page and not address.startswith("data:"):
                    self.requests.append(address)


@contextmanager
def browser() -> Iterator[Page]:
    """Start Chromium with a profile of its own; give a page."""
    into, out = os.pipe(), os.pipe()
    profile = tempfile.mkdtemp(prefix="revgate-chromium-")
    os.set_inheritable(into[0], True)
    os.set_inheritable(out[1], True)
    # The browser reads from 3 and writes to 4.
    shell = 'exec 5<&$1 6>&$2; exec 3<&5 4>&6; shift 2; exec "$@"'
    argv = ["bash", "-c", shell, "bash", str(into[0]), str(out[1]), PROGRAM, *FLAGS]
    process = subprocess.Popen(
        [*argv, f"--user-data-dir={profile}", "about:blank"],
        pass_fds=(into[0], out[1]),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    os.close(into[0])
    os.close(out[1])
    try:
        yield Page(into[1], out[0])
    finally:
        with suppress(OSError):
            os.close(into[1])
        with suppress(OSError):
            os.close(out[0])
        process.terminate()
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        shutil.rmtree(profile, ignore_errors=True)
