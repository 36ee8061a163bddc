"""Writes the report of made-up cases, as a process: written_page.py FOLDER CASES EMBED LAYOUT.

Says as JSON what it took: the making up of the cases is told apart, as a run reads them instead.
"""

import json
import resource
import sys
import time
from pathlib import Path
from typing import Any

from benchmarks.studies.many_cases import ManyCases
from harness.api import Presentation
from harness_reports import html


def written(folder: Path, cases: int, embed: Any, layout: Any) -> dict[str, float]:
    """Write the report; give seconds of processor and clock, and bytes."""
    many = ManyCases(cases=cases, presentation=Presentation(embed=embed, layout=layout))
    begun = time.process_time()
    for _ in many.views():
        pass
    making_cpu_s = time.process_time() - begun
    dossier = many.dossier()
    before_bytes = _peak_bytes()
    cpu, wall = time.process_time(), time.perf_counter()
    page_bytes = all_bytes = 0
    (reporter,) = html.harness_reporters()
    for artifact in reporter.render(dossier):
        path = folder / artifact.name
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("wb") as file:
            for chunk in artifact.chunks:
                all_bytes += file.write(chunk)
        page_bytes = page_bytes or all_bytes
    return {
        "making_cpu_s": making_cpu_s,
        "write_cpu_s": time.process_time() - cpu - making_cpu_s,
        "write_wall_s": time.perf_counter() - wall,
        "page_bytes": page_bytes,
        "all_bytes": all_bytes,
        "before_bytes": before_bytes,
        "peak_bytes": _peak_bytes(),
    }


def _peak_bytes() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


if __name__ == "__main__":
    given = sys.argv[1:]
    print(json.dumps(written(Path(given[0]), int(given[1]), given[2], given[3])))
