"""The command line: one small file a verb, loaded when it is used."""

import gc
import sys
from importlib import import_module

import click

from harness import __version__
from harness.cli.stopping import interrupt_on_signals
from harness.errors import HarnessError
from harness.exits import WORDS, Ending

_VERBS = {
    "accept": "Accept known regressions: waivers beside the suite.",
    "check": "Validate suites offline.",
    "compare": "Judge, compare and decide again from what is stored.",
    "doctor": "Look at what revgate stands on, and what to repair.",
    "gate": "Decide again from what is stored; only the exit code matters.",
    "init": "Write a starter suite, its schema and a CI file.",
    "lock": "Resolve every revision of a suite to a commit on the Hub.",
    "list": "List stored runs with verdict, pins, counts.",
    "plugins": "List installed tasks, providers, checks, reporters.",
    "report": "Write the reports of a run again.",
    "run": "Run suites: call, compare, decide, report.",
    "schema": "Print the JSON Schema of suite files.",
    "show": "Show a run, or a case with its difference.",
    "slices": "Search a run for groups of cases that got worse.",
    "trend": "Show a suite's runs over time.",
}


class _Verbs(click.Group):
    """Our verbs by name, and those installed packages add; imported on use."""

    # Looking for the verbs of other packages costs as much as all the rest of `--version`.

    def list_commands(self, ctx: click.Context) -> list[str]:
        from harness.cli.added_verbs import added_names

        del ctx
        return sorted({*_VERBS, *added_names()})

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        del ctx
        if cmd_name in _VERBS:
            module = import_module(f"harness.cli.{cmd_name}_verb")
            command: click.Command = module.command
            return command
        from harness.cli.added_verbs import added_verb

        return added_verb(cmd_name)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List verbs from the table: their modules need not be imported for that."""
        from harness.cli.added_verbs import added_help, added_names

        del ctx
        added = added_names() - _VERBS.keys()
        rows = [*_VERBS.items(), *((name, added_help(name)) for name in added)]
        with formatter.section("Commands"):
            formatter.write_dl(sorted(rows))


_OBJECTS_BEFORE_A_LOOK = 100_000
_LONGEST_TURN_S = 0.001


@click.group(cls=_Verbs, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="revgate")
def cli() -> None:
    """May we upgrade from this model revision to that one?

    Runs a suite of cases against two or more pinned revisions, compares answers and latency pair
    by pair, and decides: pass, fail or inconclusive. The exit code is the verdict.
    """
    from harness.cli.heap import tidy_heap  # `--version` has no need of it

    tidy_heap()


def main(arguments: list[str] | None = None) -> None:
    """Run the command line and leave the process with its exit code."""
    # A run makes many small objects and hardly a cycle: looking for those took a tenth of its time.
    gc.set_threshold(_OBJECTS_BEFORE_A_LOOK, 20, 100)
    # A thread that stores may hold up the one that calls for no longer than this, else its
    # waiting is taken for the model's.
    sys.setswitchinterval(_LONGEST_TURN_S)
    code = run(arguments)
    gc.freeze()  # looking for cycles in what goes anyway takes the end of a process 0.2 s
    sys.exit(code)


def run(arguments: list[str] | None = None) -> int:
    """Run the command line; give the exit code. The last line of stderr says it in words."""
    try:
        with interrupt_on_signals():
            result = cli.main(args=arguments, prog_name="revgate", standalone_mode=False)
    except click.exceptions.Exit as error:
        return error.exit_code
    except click.UsageError as error:
        error.show()
        return _say(4)
    except click.Abort:
        return _say(2, "interrupted")
    except click.ClickException as error:
        error.show()
        return _say(4)
    except HarnessError as error:
        _print_error(str(error))
        return _say(error.exit_code)
    except KeyboardInterrupt:
        return _say(2, "interrupted")
    except SystemExit as error:
        if isinstance(error.__context__, BrokenPipeError):  # what click makes of it
            return _say(2, "interrupted: nobody reads the output")
        _print_error(f"something ended the process with {error!r}: a plugin must not do that")
        return _say(3)
    except Exception:  # noqa: BLE001 - the last frame: a bug is reported as one
        import traceback

        _print_error(traceback.format_exc())
        _print_error("this is a bug in revgate or in a plugin: please report the lines above")
        return _say(3)
    if isinstance(result, Ending):
        return _say(result.code, result.words)
    code = int(result or 0)  # 0: `--help` and `--version`, nothing to put into words
    return _say(code, "the command failed") if code else 0


def _say(code: int, words: str = "") -> int:
    _print_error(f"exit {code}: {words or WORDS[code]}")
    return code


def _print_error(text: str) -> None:
    from harness.cli.screen import tell

    tell(text)
