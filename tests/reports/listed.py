"""Reads the data of the case list out of a page, as a browser does."""

import base64
import json
import re
import struct
import zlib
from array import array
from pathlib import Path
from typing import Any

from harness.api import Dossier
from harness_reports import html

_BLOCK = re.compile(r'<script type="text/plain" id="([a-z]+-[a-z0-9]+)">([^<]*)</script>')
LISTED = """!document.getElementById("case-list").hidden
  && / of /.test(document.getElementById("list-said").textContent)"""
"""What is true in a browser when the list of all cases is there."""
SAID = "document.getElementById('list-said').textContent"
_TYPES = {"u8": "B", "u16": "H", "u32": "I"}


def artifacts(dossier: Dossier) -> dict[str, bytes]:
    """Everything the reporter writes, by name."""
    (reporter,) = html.harness_reporters()
    return {one.name: b"".join(one.chunks) for one in reporter.render(dossier)}


def write(dossier: Dossier, folder: Path) -> Path:
    """Write it all; give the page."""
    (reporter,) = html.harness_reporters()
    for one in reporter.render(dossier):
        path = folder / one.name
        path.parent.mkdir(exist_ok=True)
        with path.open("wb") as file:
            file.writelines(one.chunks)
    return folder / "report.html"


def blocks(page: str) -> dict[str, str]:
    """The data blocks of a page by id."""
    return dict(_BLOCK.findall(page))


def unpacked(base64_text: str) -> bytes:
    return zlib.decompress(base64.b64decode(base64_text, validate=True), -15)


def index_of(page: str) -> dict[str, Any]:
    """Head, ids and columns of a page."""
    return read_index(unpacked(blocks(page)["case-index"]))


def read_index(data: bytes) -> dict[str, Any]:
    (head_bytes,) = struct.unpack("<I", data[:4])
    head: dict[str, Any] = json.loads(data[4 : 4 + head_bytes])
    at = 4 + head_bytes + -head_bytes % 4
    head["ids"] = data[at : at + head["id_bytes"]].decode().split("\n")
    at += head["id_bytes"] + -head["id_bytes"] % 4
    for name, kind in head["columns"]:
        column = array(_TYPES[kind])
        size = column.itemsize * head["cases"]
        column.frombytes(data[at : at + size])
        head[name] = list(column)
        at += size + -size % 4
    assert at == len(data)
    return head


def texts_of(page: str) -> list[dict[str, Any]]:
    """The texts of all cases that have them, in order."""
    found = blocks(page)
    chunks = [found[f"cases-{n}"] for n in range(sum(key.startswith("cases-") for key in found))]
    return [case for chunk in chunks for case in json.loads(unpacked(chunk))]
