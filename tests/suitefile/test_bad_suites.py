"""The twenty bad suites: each gives its code at exactly its place."""

import time
from pathlib import Path

import pytest

from harness.errors import NothingSelectedError
from harness.suitefile import SuiteError, load_suite

CASES = 'cases:\n  - {id: one, inputs: "x"}\n'


def test_a_valid_suite_loads(load, head):
    loaded = load(head + CASES)
    assert [case.id for case in loaded.cases()] == ["one"]
    assert loaded.suite.warnings == ()


def test_01_duplicate_key(refused, head):
    error = refused(head + "cases:\n  - id: one\n    inputs: x\n    inputs: z\n")
    [problem] = error.problems
    assert (problem.code, problem.line, problem.column) == ("E101", 10, 5)
    assert problem.message == "duplicate key 'inputs' (first at 9:5)"


def test_02_unknown_key(refused, head):
    error = refused(head + "cases:\n  - id: one\n    inputs: x\n    expekt: z\n")
    [problem] = error.problems
    assert (problem.code, problem.line, problem.column) == ("E102", 10, 5)
    assert problem.message == "unknown key 'expekt' in case"
    assert problem.help.startswith("did you mean 'expect'?")


def test_03_tab(wrong, head):
    assert wrong(head + "cases:\n  - id: one\n\t  inputs: x\n") == [("E103", 9, 1)]
    assert wrong("suite:\n\tname: x\n") == [("E103", 2, 1)]


def test_04_tag(wrong, head, tmp_path):
    text = head + f"cases: !!python/object/apply:os.system ['touch {tmp_path}/ran']\n"
    assert ("E104", 7, 8) in wrong(text)
    assert not (tmp_path / "ran").exists()
    for tag in ("!!str 010", "!local x", "! x", "!<tag:yaml.org,2002:str> x"):
        assert wrong(head + f"cases:\n  - {{id: one, inputs: {tag}}}\n") == [("E104", 8, 23)]
    assert ("E104", 1, 1) in wrong("%TAG ! tag:example.org,2000:\n---\n" + head + CASES)


def test_05_alias_bomb(wrong):
    bomb = "a: &a [x, x, x, x, x, x, x, x, x]\n" + "".join(
        f"{name}: &{name} [{', '.join(['*' + before] * 9)}]\n"
        for before, name in zip("abcdefg", "bcdefgh", strict=True)
    )
    started = time.process_time()
    assert wrong(bomb) == [("E105", 5, 8)]
    assert time.process_time() - started < 0.2


def test_05_merge_key(wrong, head):
    text = head + "cases:\n  - &one {id: one, inputs: x}\n  - {<<: *one, id: two}\n"
    assert ("E102", 9, 6) in wrong(text)


def test_06_recursive_alias(wrong, head):
    assert wrong(head + CASES + "parameters: &a {x: [*a]}\n") == [("E106", 9, 21)]


@pytest.mark.parametrize("unit", ["[", "{a: ", "- ", "? ", "- ? "])
def test_07_depth(wrong, unit):
    started = time.process_time()
    [(code, line, _)] = wrong(unit * 5000)
    assert (code, line) == ("E107", 1)
    assert time.process_time() - started < 0.3


def test_07_depth_position(wrong):
    assert wrong("[" * 5000) == [("E107", 1, 65)]


def test_07_depth_through_aliases(wrong):
    deep = "".join(
        f"k{n}: &k{n} {'[' * 20}{'*k' + str(n - 1) if n else 'x'}{']' * 20}\n" for n in range(5)
    )
    assert wrong(deep) == [("E107", 4, 29)]


@pytest.mark.parametrize("word", ["no", "NO", "on", "off", "yes", "Y", "n", "True"])
def test_08_booleans_of_old_yaml(refused, head, word):
    error = refused(head + f"cases:\n  - {{id: one, inputs: x, expect: {word}}}\n")
    [problem] = error.problems
    assert (problem.code, problem.line, problem.column) == ("E108", 8, 34)
    assert "where text is expected" in problem.message
    assert problem.help == f'quote it: "{word}"'


def test_08_as_a_key_and_as_a_flag(refused, wrong, head):
    text = head + "cases:\n  - {id: one, inputs: x, parameters: {on: 1}}\n"
    assert wrong(text) == [("E108", 8, 39)]
    [problem] = refused(head + CASES + "require_pins: yes\n").problems
    assert (problem.code, problem.line, problem.column) == ("E108", 9, 15)
    assert problem.help == "write true"


def test_08_real_boolean_where_text_belongs(refused, head):
    [problem] = refused(head + "cases:\n  - {id: one, inputs: true}\n").problems
    assert (problem.code, problem.line, problem.column) == ("E108", 8, 23)
    assert problem.message == "got boolean true where text is expected"


@pytest.mark.parametrize(
    ("text", "reading"),
    [
        ("010", "number 8"),
        ("12:30:45", "number 45045"),
        ("2024-01-01", "a date"),
        ("0x1F", "number 31"),
        ("1_000", "a number"),
        ("+1", "a number"),
        (".5", "a number"),
        ("1.", "a number"),
        ("089", "a number"),
        ("~", "null"),
        ("Null", "null"),
    ],
)
def test_09_text_that_yaml_mangles(refused, head, text, reading):
    error = refused(head + f"cases:\n  - {{id: one, inputs: x, expect: {text}}}\n")
    [problem] = error.problems
    assert (problem.code, problem.line, problem.column) == ("E109", 8, 34)
    assert problem.message == f"'{text}' would be read as {reading}"
    assert problem.help == f'quote it: "{text}"'


@pytest.mark.parametrize(
    ("text", "expected", "advice"),
    [
        ("run: {timeout_s: no}", "a number above 0 and at most 3600",
         "write a number, or leave the key out for 60"),
        ("run: {max_cost_usd: off}", "a number above 0 and at most 1000000000.0",
         "write a number, or leave the key out for no limit"),
        ("run: {repeats: ~}", "a whole number in 1..1000",
         "write a whole number, or leave the key out for 1"),
        ("run: {timeout_s: .5}", "a number above 0 and at most 3600", "write 0.5"),
        ("run: {repeats: 1_000}", "a whole number in 1..1000", "write 1000"),
        ("run: {repeats: 012}", "a whole number in 1..1000",
         "write a whole number, or leave the key out for 1"),
        ("run: {rate: no}", "a number", "write a number, or leave the key out for no limit"),
        ("run: {max_calls: no}", "a whole number in 1..9007199254740992",
         "write a whole number, or leave the key out for no limit"),
        ("dataset: {file: d.jsonl, inputs: x, limit: no}", "a whole number in 1..100000000",
         "write a whole number, or leave the key out for no limit"),
        ("gates: [{metric: regressions, max: no}]", "a number",
         "write a number, or leave the key out"),
        ("checks: [{check: score_at_least, min: no}]", "a number", "write a number"),
        ("checks: [{check: label_in, labels: no}]", "a list", "write `[...]`"),
        ("checks: [{check: contains, pattern: x, copy: no}]", "true or false", "write false"),
        ("parameters: no", "a mapping", "write `{...}`, or leave the key out"),
        ("run: no", "a mapping", "write `{...}`"),
    ],
)  # fmt: skip
def test_24_words_of_old_yaml_where_no_text_belongs(refused, head, text, expected, advice):
    [problem] = refused(head + f"{text}\n{CASES}").problems
    written = text.rstrip("]}").rpartition(": ")[2]
    assert (problem.code, problem.line) == ("E124", 7)
    assert problem.column == text.rindex(written) + 1
    assert problem.message == f"expected {expected}, got '{written}'"
    assert problem.help == advice


@pytest.mark.parametrize("key", ["gates", "checks", "cases", "targets"])
def test_24_a_word_of_old_yaml_is_not_to_be_quoted_where_a_list_belongs(refused, head, key):
    text = head.replace("targets:", "unused:") if key == "targets" else head
    found = refused(f"{text}{key}: no\n").problems
    assert "E124" in {problem.code for problem in found}
    assert not any("quote" in problem.help for problem in found)


def test_08_a_switch_that_may_be_a_number_is_told_what_to_write(refused, head):
    [problem] = refused(head + "run: {fail_fast: no}\n" + CASES).problems
    assert (problem.code, problem.line, problem.column) == ("E108", 7, 18)
    assert problem.help == "write false"


def test_08_a_word_that_is_text_there_is_to_be_quoted(refused, head):
    text = head + "gates: [{metric: regressions, max: 0, level: off}]\n" + CASES
    [problem] = refused(text).problems
    assert (problem.code, problem.help) == ("E108", 'quote it: "off"')


@pytest.mark.parametrize("text", ["1.10", "7", "1e3", "-0", "123456789012345678901234567890"])
def test_09_numbers_where_text_belongs(wrong, head, text):
    assert wrong(head + f"cases:\n  - {{id: {text}, inputs: {text}}}\n") == [
        ("E109", 8, 10),
        ("E109", 8, 20 + len(text)),
    ]


@pytest.mark.parametrize("digits", ["1234567890" * 4, "1234e567890123456789012345678901234567890"])
def test_09_revision_of_digits_must_be_quoted(wrong, head, digits):
    text = head.replace('"714eb0fa89d2f80546fda750413ed43d93601a13"', digits[:40])
    assert wrong(text + CASES) == [("E109", 5, 43)]


def test_09_numbers_stay_numbers_where_any_value_may_stand(load, head):
    text = head + "cases:\n  - {id: one, inputs: x, expect: 1.10, parameters: {a: 7, b: -2.5e1}}\n"
    [case] = load(text).cases()
    assert case.expect == 1.1
    assert case.parameters == {"a": 7, "b": -25.0}


@pytest.mark.parametrize("value", [".nan", ".inf", "-.inf", "1e999", "9" * 30])
def test_09_numbers_that_json_cannot_hold(wrong, head, value):
    text = head + f"cases:\n  - {{id: one, inputs: x, parameters: {{a: {value}}}}}\n"
    assert wrong(text) == [("E109", 8, 42)]


@pytest.mark.parametrize("text", ["", "# only this\n", "null\n", "---\n...\n", "\ufeff"])
def test_10_empty(refused, text):
    [problem] = refused(text).problems
    assert problem.code == "E110"
    assert problem.message == "suite is empty; needs 'targets' and 'cases'"


def test_11_two_documents(refused, head):
    [problem] = refused(head + CASES + "---\nsuite: t\n").problems
    assert (problem.code, problem.line, problem.column) == ("E111", 9, 1)
    assert problem.message == "one document per file; second starts at 9:1"


@pytest.mark.parametrize(
    ("body", "place"),
    [
        (b"a: \xff\n", (1, 4)),
        (b"a: 1\n\xc3\xa4\xc3: 2\n", (2, 2)),
        ("a: 1\n".encode("utf-16"), (1, 1)),
        (b"a: 1\nb: \x00\n", (2, 4)),
        (b"a: \x1b[31m\n", (1, 4)),
        ("a: x\u2028y\n".encode(), (1, 5)),
        (b"a: 1\rb: 2\n", (1, 5)),
        ("a: 1\n\ufeffb: 2\n".encode(), (2, 1)),
    ],
)
def test_12_not_text(wrong, body, place):
    assert wrong(body) == [("E112", *place)]


def test_12_says_which_byte(refused):
    [problem] = refused(b"a: \xff\n").problems
    assert problem.message == "byte 0xff at offset 3 is not UTF-8"


def test_12_bom_and_crlf_are_fine(load, head, wrong):
    text = (head + CASES).replace("\n", "\r\n")
    assert [case.id for case in load("\ufeff" + text).cases()] == ["one"]
    assert wrong("\ufeff" + text + "nope: 1\r\n") == [("E102", 9, 1)]


@pytest.mark.parametrize("key", ["cases: []", "dataset: {file: d.jsonl, inputs: x}"])
def test_13_no_case_at_all(load, head, key):
    with pytest.raises(NothingSelectedError) as caught:
        load(head + key + "\n", files={"d.jsonl": "\n"})
    assert caught.value.exit_code == 5
    assert isinstance(caught.value, SuiteError)
    [problem] = caught.value.problems
    assert (problem.code, problem.line, problem.column) == ("E113", 7, 1)


def test_13_no_case_and_another_mistake_is_a_suite_error(refused, head):
    error = refused(head + "cases: []\nnope: 1\n")
    assert error.exit_code == 4


def test_14_repeated_ids(refused, head):
    composed, decomposed = "Caf\u00e9", "Cafe\u0301"
    text = (
        head
        + "cases:\n"
        + "".join(
            f'  - {{id: "{name}", inputs: x}}\n'
            for name in (composed, decomposed, "one", "ONE", "one", "stra\u00dfe", "STRASSE")
        )
    )
    problems = refused(text).problems
    assert [(p.code, p.line, p.column) for p in problems] == [
        ("E114", 9, 10), ("E114", 11, 10), ("E114", 12, 10), ("E114", 14, 10),
    ]  # fmt: skip
    assert "first at 8:10, differs only in Unicode form" in problems[0].message
    assert "first at 10:10, differs only in letter case" in problems[1].message
    assert problems[2].message == "case id 'one' repeats (first at 10:10)"


def test_14_given_id_meets_an_automatic_one(wrong, head):
    assert wrong(head + "cases:\n  - {id: Case-2, inputs: x}\n  - {inputs: z}\n") == [
        ("E114", 9, 5)
    ]


def test_15_undefined_column(refused, head):
    text = head + 'dataset: {file: d.csv, inputs: "In {{ countyr }}: {{text}}"}\n'
    [problem] = refused(text, files={"d.csv": "country,text,unused\nFR,hi,1\n"}).problems
    assert (problem.code, problem.line, problem.column, problem.width) == ("E115", 7, 39, 7)
    assert problem.message == "'{{ countyr }}' not in dataset columns [country, text, unused]"
    assert problem.help == "did you mean '{{ country }}'?"


SECRETS = [
    "hf_" + "aB3dE5gH7jK9mN1pQ3sT5vX7zB9dF1hJ3l",
    "sk-" + "proj-aB3dE5gH7jK9mN1pQ3sT5",
    "Bearer " + "aB3dE5gH7jK9mN1pQ3",
    "AKIA" + "IOSFODNN7EXAMPLE",
    "ghp_" + "aB3dE5gH7jK9mN1pQ3sT5vX7zB9dF1hJ3l",
    "eyJ" + "hbGciOiJIUzI1NiJ9.eyJ" + "zdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N",
    "-----BEGIN RSA PRIVATE KEY-----",
]


@pytest.mark.parametrize("secret", SECRETS)
def test_16_literal_secrets(refused, head, secret):
    error = refused(head + CASES + f'parameters: {{token_x: "{secret}"}}\n')
    [problem] = error.problems
    assert (problem.code, problem.line, problem.column) == ("E116", 9, 24)
    assert problem.width == len(secret)
    assert secret not in str(error)
    assert secret not in repr(error.problems)


def test_16_in_a_comment(wrong, head):
    assert wrong(head + CASES + f"# {SECRETS[0]}\n") == [("E116", 9, 3)]


def test_16_key_named_like_a_credential(refused, head):
    text = head.replace("model: m}", "model: m, api_key: hunter22}")
    error = refused(text + CASES)
    assert {(p.code, p.line, p.column) for p in error.problems} == {("E116", 3, 43)}
    assert "hunter22" not in str(error)


def test_16_value_of_the_environment(refused, head):
    text = head + CASES + "parameters: {x: plainpassword}\n"
    error = refused(text, environ={"HF_TOKEN": "plainpassword"})
    assert [(p.code, p.line, p.column) for p in error.problems] == [("E116", 9, 17)]
    assert "plainpassword" not in str(error)


@pytest.mark.parametrize(
    "text",
    [
        "risk-assessment-and-management-plan-for-everyone",
        "task-oriented-dialogue-systems-of-the-world",
        "The bearer responsibilities are many",
        "hf_inference",
        "sk-learn",
    ],
)
def test_16_ordinary_words_are_no_secrets(load, head, text):
    assert load(head + f"cases:\n  - {{id: one, inputs: {text}}}\n").suite.name == "s"


def test_17_missing_files(wrong, head):
    assert wrong(head + "dataset: {file: no.jsonl, inputs: x}\n") == [("E117", 7, 17)]
    image = head.replace("text-class", "image-class")
    assert wrong(image + "cases:\n  - {id: one, inputs: {file: no.png}}\n") == [("E117", 8, 30)]


@pytest.mark.parametrize("path", ["../x.jsonl", "/etc/passwd.csv", "a/../../x.csv", "C:/x.csv"])
def test_17_outside(refused, head, path):
    [problem] = refused(head + f'dataset: {{file: "{path}", inputs: x}}\n').problems
    assert (problem.code, problem.line, problem.column) == ("E118", 7, 17)
    assert problem.message == f"'{path}' is outside the suite root"


def test_17_symbolic_links(wrong, head, tmp_path):
    outside = tmp_path.parent / f"{tmp_path.name}-outside"
    outside.mkdir()
    (outside / "d.jsonl").write_text('{"a": 1}\n')
    (tmp_path / "folder").symlink_to(outside)
    (tmp_path / "d.jsonl").symlink_to(outside / "d.jsonl")
    for path in ("folder/d.jsonl", "d.jsonl"):
        assert wrong(head + f"dataset: {{file: {path}, inputs: x}}\n") == [("E118", 7, 17)]


def test_17_not_a_file(wrong, head, tmp_path):
    import os

    os.mkfifo(tmp_path / "pipe.csv")
    (tmp_path / "folder.csv").mkdir()
    for path in ("pipe.csv", "folder.csv"):
        assert wrong(head + f"dataset: {{file: {path}, inputs: x}}\n") == [("E117", 7, 17)]


@pytest.mark.parametrize(
    "url",
    [
        "file:///etc/passwd",
        "https://user:word@a.example",
        "https://user@a.example",
        "a.example/path",
        "//a.example",
        "https://a.example:0/",
        "https://a.example:99999/",
        "https://a .example",
        "https://",
        "http://a.example",
        "http://169.254.169.254/latest",
        "https://a.example/?api_key=abcdefgh",
        "https://a.example\\\\@b.example",
        "ftp://a.example",
        "https://[::1",
        "javascript:alert(1)",
    ],
)
def test_18_bad_addresses(wrong, head, url):
    text = head.replace("https://a.example", url)
    assert wrong(text + CASES) == [("E119", 5, 12)]


@pytest.mark.parametrize(
    "url",
    ["http://127.0.0.1:8000", "http://localhost:1/x?a=b", "http://[::1]:8000", "https://ä.example"],
)
def test_18_good_addresses(load, head, url):
    assert load(head.replace("https://a.example", url) + CASES).suite.baseline.options["url"] == url


def test_18_plain_http_when_allowed(load, head, refused):
    clear = head.replace('"https://a.example"', '"http://a.example"')
    [problem] = refused(clear + CASES).problems
    assert "http://a.example" in problem.message
    assert "allow_insecure" in problem.help
    allowed = clear.replace("{provider", "{allow_insecure: true, provider")
    assert load(allowed + CASES).suite.baseline.options == {"url": "http://a.example"}


def test_19_check_refuses_its_arguments(refused, head):
    text = head + CASES + 'checks:\n  - {check: regex, pattern: "ab(?=c)"}\n'
    [problem] = refused(text).problems
    assert (problem.code, problem.line, problem.column) == ("E120", 10, 29)
    assert "RE2 cannot run lookahead at col 3" in problem.message


@pytest.mark.parametrize(
    ("line", "column", "code"),
    [
        ("gates: [{metric: pass_rate, max_drop: 1.5}]", 39, "E121"),
        ("gates: [{metric: pass_rate, max_drop: -1}]", 39, "E121"),
        ("gates: [{metric: pass_rate, min: .nan}]", 34, "E121"),
        ("gates: [{metric: agreement, min: .inf}]", 34, "E121"),
        ("gates: [{metric: latency_p95, max_ratio: 0}]", 42, "E121"),
        ("gates: [{metric: regressions, max: 0.5}]", 36, "E121"),
        ("gates: [{metric: error_rate, max: 0.1, confidence: 1}]", 52, "E121"),
        ("run: {concurrency: 0}", 20, "E121"),
        ("run: {concurrency: 1000000000}", 20, "E121"),
        ("run: {timeout_s: 0}", 18, "E121"),
        ("run: {timeout_s: 3601}", 18, "E121"),
        ("run: {timeout_s: .nan}", 18, "E121"),
        ("run: {repeats: 0}", 16, "E121"),
        ("run: {repeats: 1001}", 16, "E121"),
        ("run: {attempts: 11}", 17, "E121"),
        ("run: {warmup: -1}", 15, "E121"),
        ("run: {max_cost_usd: -1}", 21, "E121"),
        ("checks: [{check: score_at_least, min: 1, weight: 0}]", 50, "E121"),
        ("gates: [{metric: pas_rate, min: 1}]", 18, "E122"),
        ("gates: [{metric: regressions, max_drop: 0.1}]", 31, "E127"),
        ("gates: [{metric: latency_p95, min: 0.1}]", 31, "E127"),
        ("gates: [{metric: agreement}]", 9, "E127"),
        ("gates: [{metric: pass_rate, min: 0.5, max_drop: 0.1}]", 9, "E127"),
        ("gates: [{metric: pass_rate, min: 0.5, min_effect_ms: 3}]", 39, "E127"),
        ("checks: [{check: contans, pattern: x}]", 18, "E122"),
    ],
)
def test_20_nonsense(wrong, head, line, column, code):
    assert wrong(head + CASES + line + "\n") == [(code, 9, column)]


def test_20_says_the_range_and_the_names(refused, head):
    text = "gates: [{metric: pass_rate, min: .nan}]\nchecks: [{check: contans}]\n"
    number, check = refused(head + CASES + text).problems
    assert number.message == "min must be in 0..1, got nan"
    assert check.message == "unknown check 'contans'"
    assert check.help.startswith("did you mean 'contains'? installed: contains, json_schema")


def test_too_large(refused, head):
    [problem] = refused(head + "# " + "x" * (1 << 20)).problems
    assert problem.code == "E126"
    assert "dataset" in problem.help


def test_unreadable(registry, tmp_path: Path):
    for path in (tmp_path / "no.yaml", tmp_path):
        with pytest.raises(SuiteError) as caught:
            load_suite(path, registry, environ={})
        assert [p.code for p in caught.value.problems] == ["E117"]


@pytest.mark.parametrize(
    "revision", ["main", "v1.0", "714eb0f", "refs/pr/1", "714EB0FA89D2F80546FDA750413ED43D93601A13"]
)
def test_revision_that_can_move(refused, head, revision):
    text = head.replace("714eb0fa89d2f80546fda750413ed43d93601a13", revision)
    [problem] = refused(text + CASES).problems
    assert (problem.code, problem.line, problem.column) == ("E201", 5, 43)
    assert problem.message == "revision is not pinned"
    assert "revgate lock" in problem.help or "lower case" in problem.help


def test_provider_says_what_a_pin_is(load, wrong, head):
    text = head.replace("hf-endpoint", "router").replace("url:", "base_url:")
    assert wrong(text + CASES) == [("E201", 5, 48), ("E201", 6, 48)]
    pinned = text.replace("714e", "v14e").replace("9f2c", "vf2c")
    assert load(pinned + CASES).suite.baseline.revision.startswith("v")


def test_missing_revision(load, refused, head):
    text = head.replace(', revision: "714eb0fa89d2f80546fda750413ed43d93601a13"', "")
    assert "target 'a' names no revision" in load(text + CASES).suite.warnings[0]
    [problem] = refused(text + CASES + "require_pins: true\n").problems
    assert (problem.code, problem.line, problem.column) == ("E202", 5, 3)


def test_one_target(wrong, head):
    assert wrong("".join(head.splitlines(keepends=True)[:5]) + CASES) == [("E128", 4, 1)]


def test_everything_at_once_in_file_order(refused):
    text = """\
suite: Not A Name
task: text-clasification
targets:
  a: {url: "http://a.example", revision: main, provider: hf-endpoint, model: m}
  b: {revision: "x", provider: hf-endpont}
run: {concurrency: 0, repeat: 3}
cases:
  - {id: one, inputs: 010}
  - {id: one, expect: no, checks: [{check: regex, pattern: "(?=x)"}]}
"""
    error = refused(text)
    assert [(p.code, p.line, p.column) for p in error.problems] == [
        ("E124", 1, 8), ("E122", 2, 7),
        ("E119", 4, 12), ("E201", 4, 42),
        ("E123", 5, 3), ("E201", 5, 17), ("E122", 5, 32),
        ("E121", 6, 20), ("E102", 6, 23),
        ("E109", 8, 23), ("E123", 9, 5), ("E114", 9, 10), ("E108", 9, 23), ("E120", 9, 60),
    ]  # fmt: skip
