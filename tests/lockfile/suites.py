"""Suites whose revisions can move, and what asking for them takes."""

from pathlib import Path

from harness.lockfile import Asked, read_asked
from harness.registry import Registry
from tests.hub.world import MODEL


def suite_text(first: str, second: str, *, model: str = MODEL, more: str = "") -> str:
    """Give a suite of two targets, each a revision as YAML writes it; empty: none is named."""
    sides = {"baseline": first, "candidate": second}
    pins = {name: f", revision: {pin}" if pin else "" for name, pin in sides.items()}
    rows = [f'  {name}: {{url: "https://{name}.example/"{pin}}}' for name, pin in pins.items()]
    return "\n".join(
        [
            "suite: reviews-upgrade",
            "task: text-classification",
            f"target: {{provider: hf-endpoint, model: {model}}}",
            "targets:",
            *rows,
            "cases:",
            "  - {id: one, inputs: fine}",
            more,
        ]
    )


def asked_of(folder: Path, installed: Registry, text: str) -> Asked:
    path = folder / "suite.yaml"
    path.write_text(text, encoding="utf-8")
    return read_asked(path, installed, {})
