"""Problems in the forms that programs read."""

from collections.abc import Iterable
from dataclasses import asdict

from harness.emit import log_line
from harness.jsonvalue import Json
from harness.suitefile.problems.codes import CODES
from harness.suitefile.problems.problem import Problem, flat

_SARIF_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"


def as_json(problems: Iterable[Problem]) -> str:
    """Give a JSON array, one object a problem with the fields of `Problem`."""
    return _dump([asdict(problem) for problem in problems])


def as_github(problems: Iterable[Problem]) -> str:
    """Give one GitHub Actions `::error` command a problem, each on its own line."""
    return "\n".join(_command(problem) for problem in problems)


def as_sarif(problems: Iterable[Problem]) -> str:
    """Give a SARIF 2.1.0 log with one run."""
    problems = tuple(problems)
    rules: list[Json] = [
        {"id": code, "shortDescription": {"text": CODES.get(code, code)}}
        for code in sorted({problem.code for problem in problems})
    ]
    driver: dict[str, Json] = {"name": "revgate", "rules": rules}
    results: list[Json] = [_result(problem) for problem in problems]
    run: dict[str, Json] = {
        "tool": {"driver": driver},
        # Columns are counted in code points, which is not SARIF's default.
        "columnKind": "unicodeCodePoints",
        "results": results,
    }
    return _dump({"$schema": _SARIF_SCHEMA, "version": "2.1.0", "runs": [run]})


def _dump(value: object) -> str:
    import orjson

    return orjson.dumps(value, option=orjson.OPT_INDENT_2).decode()


def _command(problem: Problem) -> str:
    properties = {
        "file": problem.file,
        "line": str(problem.line or 1),
        "col": str(problem.column or 1),
        "endColumn": str((problem.column or 1) + max(problem.width, 1)),
        "title": problem.code,
    }
    head = ",".join(f"{name}={_property(value)}" for name, value in properties.items())
    text = f"{problem.message}; {problem.help}" if problem.help else problem.message
    return f"::error {head}::{_data(text)}"


def _data(text: str) -> str:
    """Escape a message as the runner's own toolkit does (`escapeData`)."""
    return log_line(flat(text)).replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")


def _result(problem: Problem) -> Json:
    location: dict[str, Json] = {"artifactLocation": {"uri": _uri(problem.file)}}
    if problem.line:
        region: dict[str, Json] = {"startLine": problem.line}
        if problem.column:
            region["startColumn"] = problem.column
            region["endColumn"] = problem.column + max(problem.width, 1)
        location["region"] = region
    text = f"{problem.message}. {problem.help}" if problem.help else problem.message
    return {
        "ruleId": problem.code,
        "level": "error",
        "message": {"text": flat(text)},
        "locations": [{"physicalLocation": location}],
    }


def _uri(file: str) -> str:
    from urllib.parse import quote

    return quote(file.replace("\\", "/"))
