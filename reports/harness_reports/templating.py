"""Makes templates ready: ours, or those of a folder of the user's that override them."""

from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from harness.api import HarnessError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    import jinja2

OWN_STYLE = "report.css"
_MOST_BYTES = 1_000_000
_CHARACTERS_AT_ONCE = 65_536
_COMPILED = {"autoescape": True, "trim_blocks": True, "lstrip_blocks": True}
"""How templates are compiled."""
_KEPT = Path(__file__).with_name("templates") / "__pycache__"


def environment(folder: Path | None = None) -> "jinja2.Environment":
    """Give the environment of the reports: everything is escaped, nothing can be reached but data.

    Templates in `folder`, as they are now, go before ours, which they reach as `revgate/NAME` too.
    """
    return _ours() if folder is None else _environment(folder)


@lru_cache(maxsize=1)
def _ours() -> "jinja2.Environment":
    return _environment(None)


def _environment(folder: Path | None) -> "jinja2.Environment":
    import jinja2
    from jinja2.sandbox import ImmutableSandboxedEnvironment

    from harness_reports.compiled import Compiled

    ours = jinja2.PackageLoader("harness_reports")
    found: jinja2.BaseLoader = ours
    if folder is not None:
        own = jinja2.FunctionLoader(lambda name: _own_template(folder, name))
        found = jinja2.ChoiceLoader([own, jinja2.PrefixLoader({"revgate": ours}), ours])
    made = ImmutableSandboxedEnvironment(
        loader=found,
        undefined=jinja2.StrictUndefined,
        bytecode_cache=Compiled(_KEPT, f"{_COMPILED}") if folder is None else None,
        **_COMPILED,
    )
    if folder is not None:
        del made.filters["safe"]
    return made


def template(name: str, folder: Path | None = None) -> "jinja2.Template":
    """Give a template; raises HarnessError with file and line for one that cannot be read."""
    import jinja2

    try:
        return environment(folder).get_template(name)
    except jinja2.TemplateError as error:
        raise _explained(error, folder) from error


def rendered(name: str, folder: Path | None = None, **values: Any) -> "Iterator[str]":
    """Stream a template's text; raises HarnessError with file and line where it cannot go on."""
    import jinja2

    made = template(name, folder)
    try:
        yield from _joined(made.generate(**values))
    except (jinja2.TemplateError, ArithmeticError, LookupError, TypeError, ValueError) as error:
        raise _explained(error, folder) from error


def _joined(pieces: "Iterable[str]") -> "Iterator[str]":
    """Put small pieces together; a large one is not kept waiting for others."""
    held: list[str] = []
    size = 0
    for piece in pieces:
        held.append(piece)
        size += len(piece)
        if size >= _CHARACTERS_AT_ONCE:
            yield "".join(held)
            held, size = [], 0
    yield "".join(held)


def own_style(folder: Path | None) -> str:
    """Give what the folder's `report.css` adds to our style sheet; raises HarnessError."""
    if folder is None or not (folder / OWN_STYLE).is_file():
        return ""
    text = _text(folder / OWN_STYLE)
    if "<" in text:
        raise HarnessError(f"{folder / OWN_STYLE}: a style sheet of a report may hold no `<`")
    return text


def problem_of(folder: Path) -> str | None:
    """Give what is wrong with a folder of templates, as far as it shows before they are used."""
    names = [path.relative_to(folder).as_posix() for path in sorted(folder.rglob("*.j2"))]
    known = set(environment().list_templates())
    try:
        own_style(folder)
        for name in names:
            template(name, folder)
        for name in ("report.html.j2", "index.html.j2"):
            template(name, folder)
    except HarnessError as error:
        return str(error)
    if not known & set(names) and not (folder / OWN_STYLE).is_file():
        return f"{folder}: overrides nothing: put report.html.j2 or {OWN_STYLE} there"
    return None


def _own_template(folder: Path, name: str) -> "tuple[str, str, Callable[[], bool]] | None":
    import jinja2
    from jinja2 import nodes
    from jinja2.loaders import split_template_path

    path = folder.joinpath(*split_template_path(name))
    if not path.is_file():
        return None
    text = _text(path)
    parsed = jinja2.Environment(autoescape=True).parse(text, name, str(path))
    for node in parsed.find_all((nodes.EvalContextModifier, nodes.ScopedEvalContextModifier)):
        raise jinja2.TemplateSyntaxError(
            "escaping cannot be turned off: model output is in these values",
            node.lineno,
            name,
            str(path),
        )
    return text, str(path), lambda: True


def _text(path: Path) -> str:
    if path.stat().st_size > _MOST_BYTES:
        raise HarnessError(f"{path}: is larger than {_MOST_BYTES:,} bytes")
    try:
        return path.read_text("utf-8")
    except UnicodeDecodeError as error:
        raise HarnessError(f"{path}: is not UTF-8 text: {error}") from error


def _explained(error: Exception, folder: Path | None) -> Exception:
    """Give the error with the place in a template of the folder; ours are as they are."""
    import jinja2

    if folder is None:
        return error
    if isinstance(error, jinja2.TemplateNotFound) and not isinstance(
        error, jinja2.TemplatesNotFound
    ):
        return HarnessError(f"{folder}: there is no template {error.name!r}, here or in revgate")
    if isinstance(error, jinja2.TemplateSyntaxError):
        return HarnessError(f"{error.filename or error.name}:{error.lineno}: {error.message}")
    place = _place(error, folder)
    return HarnessError(f"{place}: {error}") if place else error


def _place(error: Exception, folder: Path) -> str:
    found, trace = "", error.__traceback__
    while trace is not None:
        name = trace.tb_frame.f_code.co_filename
        if name.startswith(str(folder)):
            found = f"{name}:{trace.tb_lineno}"
        trace = trace.tb_next
    return found
