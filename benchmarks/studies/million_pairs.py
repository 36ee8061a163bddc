"""What it costs to compare a million pairs of records and to reach a verdict on them."""

import json
from collections.abc import Iterator
from pathlib import Path

from benchmarks import measuring
from benchmarks.contenders.revgate import QUIET
from benchmarks.kept import Pairs


def compared_pairs(python: Path, folder: Path, *, runs: int, pairs: int) -> Iterator[Pairs]:
    """Compare that many pairs, each run a process; `python` is what revgate is installed for."""
    folder.mkdir(exist_ok=True)
    program = Path(__file__).with_name("compared_pairs.py")
    told = folder / "told.json"
    for number in range(runs):
        told.unlink(missing_ok=True)
        cost = measuring.run((str(python), str(program), str(told), str(pairs)), QUIET, folder)
        if told.exists():
            found = json.loads(told.read_text())
            yield Pairs(
                number=number,
                pairs=pairs,
                taking_in_cpu_s=found["taking_in_cpu_s"],
                deciding_cpu_s=found["deciding_cpu_s"],
                deciding_wall_s=found["deciding_wall_s"],
                peak_bytes=cost.peak_bytes,
            )
