"""What a reporter must hold to."""

import re

from harness.api.contract.claims import claim, claim_name, claim_type, run
from harness.api.kinds import Reporter
from harness.data.dossier import Artifact, Dossier


def check_reporter(reporter: Reporter, dossier: Dossier) -> None:
    """Artifacts have plain, unique names, and rendering twice gives the same bytes."""
    claim_name(reporter.name)
    first = run("render", _rendered, reporter, dossier)
    claim(bool(first), "render gave no artifact")
    again = run("render, the second time,", _rendered, reporter, dossier)
    claim(first == again, "render gave other names or bytes the second time")


def _rendered(reporter: Reporter, dossier: Dossier) -> dict[str, bytes]:
    files: dict[str, bytes] = {}
    for artifact in reporter.render(dossier):
        claim_type("render", artifact, Artifact)
        is_plain = re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._-]*", artifact.name) is not None
        claim(is_plain, f"{artifact.name!r} is not a plain file name")
        claim(artifact.name not in files, f"two artifacts are called {artifact.name}")
        files[artifact.name] = b"".join(artifact.chunks)
    return files
