"""How problems look: for people, for GitHub, as JSON, as SARIF."""

import json

from harness.suitefile import Problem, SuiteError, as_github, as_json, as_sarif, as_text

MOVES = Problem(
    code="E201", message="revision is not pinned", help="'main' can move", file="suite.yaml",
    line=7, column=13, width=4, source_line="  revision: main",
)  # fmt: skip


def test_text_with_a_caret():
    assert str(SuiteError([MOVES])) == (
        "error[E201]: revision is not pinned\n"
        " --> suite.yaml:7:13\n"
        "  |\n"
        "7 |   revision: main\n"
        "  |             ^^^^\n"
        "  = help: 'main' can move"
    )


def test_gutter_grows_with_the_line_number():
    problem = Problem(code="E1", message="m", file="f", line=123, column=1, source_line="x")
    assert as_text([problem]) == "error[E1]: m\n   --> f:123:1\n    |\n123 | x\n    | ^"


def test_file_as_a_whole():
    assert as_text([Problem(code="E110", message="m", help="h", file="f")]) == (
        "error[E110]: m\n --> f\n  = help: h"
    )


def test_twenty_are_shown():
    problems = [
        Problem(code="E1", message=str(n), file="f", line=n, column=1) for n in range(1, 26)
    ]
    text = as_text(problems)
    assert text.count("error[") == 20
    assert text.endswith("and 5 more")


def test_hostile_text_is_shown_as_escapes():
    line = "a: \u202eevil\x1b[31m ##[error]x \u65e5\u672c: x"
    problem = Problem(
        code="E1", message="key '\x1b]0;x\x07'\n::set-env::", file="f\n::error::", line=1,
        column=line.index("x", 20) + 1, source_line=line,
    )  # fmt: skip
    text = as_text([problem])
    assert not any(ord(c) < 32 and c != "\n" for c in text)
    assert "\u202e" not in text
    assert "\\x1b" in text
    assert "##[" not in text
    assert not any(row.lstrip().startswith("::") for row in text.split("\n"))


def test_caret_stands_under_wide_characters():
    problem = Problem(
        code="E1",
        message="m",
        file="f",
        line=1,
        column=4,
        width=2,
        source_line="\u65e5\u672c: xy"[0:5],
    )
    _, _, _, source, caret = as_text([problem]).split("\n")
    assert source == "1 | \u65e5\u672c: x"
    assert caret.index("^") == 4 + 5


def test_long_lines_are_cut_around_the_caret():
    line = "x" * 5000 + "HERE" + "y" * 5000
    problem = Problem(
        code="E1", message="m", file="f", line=1, column=5001, width=4, source_line=line
    )
    *_, source, caret = as_text([problem]).split("\n")
    assert len(source) < 160
    assert source[caret.index("^") : caret.rindex("^") + 1] == "HERE"


def test_github():
    problem = Problem(
        code="E1", message="100%: a,b\n::error::x", help="h", file="a,b:c.yaml", line=2, column=3
    )
    assert as_github([problem]) == (
        "::error file=a%2Cb%3Ac.yaml,line=2,col=3,endColumn=4,title=E1::100%25: a,b\\n::error::x; h"
    )
    assert as_github([problem, MOVES]).count("\n") == 1


def test_json():
    [record] = json.loads(as_json([MOVES]))
    assert record["code"] == "E201"
    assert (record["file"], record["line"], record["column"]) == ("suite.yaml", 7, 13)


def test_sarif():
    log = json.loads(as_sarif([MOVES, Problem(code="E110", message="m", file="f")]))
    [run] = log["runs"]
    assert log["version"] == "2.1.0"
    assert [rule["id"] for rule in run["tool"]["driver"]["rules"]] == ["E110", "E201"]
    [first, second] = run["results"]
    assert first["locations"][0]["physicalLocation"]["region"] == {
        "startLine": 7, "startColumn": 13, "endColumn": 17,
    }  # fmt: skip
    assert "region" not in second["locations"][0]["physicalLocation"]


def test_every_code_that_is_used_is_explained():
    import re
    from pathlib import Path

    import harness.suitefile
    from harness.suitefile.problems.codes import CODES

    folder = Path(harness.suitefile.__file__).parent
    used = {c for f in folder.rglob("*.py") for c in re.findall(r'"(E\d{3})"', f.read_text())}
    assert used == set(CODES)
