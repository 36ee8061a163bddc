"""The real models as a process of their own: `python -m harness_demo.real.server`."""

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from harness_demo.child import serve_here
from harness_demo.real.failure import RealDemoError
from harness_demo.real.install import default_cache, install
from harness_demo.real.models import real_models


def main(arguments: Sequence[str] | None = None) -> int:
    """Install what is missing, then serve both releases of both packages; gives the exit code."""
    parser = argparse.ArgumentParser(prog="python -m harness_demo.real.server", description=__doc__)
    parser.add_argument("--cache", type=Path, default=default_cache(os.environ))
    parser.add_argument("--port", type=int, default=0, help="0 takes a free one")
    parser.add_argument("--until-eof", action="store_true", help="exit when stdin closes")
    options = parser.parse_args(arguments)
    try:
        with real_models(install(options.cache)) as served:
            return serve_here(served, port=options.port, until_eof=options.until_eof)
    except RealDemoError as error:
        sys.stderr.write(f"{error}\n")
        return 1


if __name__ == "__main__":
    raise SystemExit(main())
