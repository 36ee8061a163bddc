"""Templates substitute; anything else is refused before it could do anything."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.suitefile.cases.template import (
    FillError,
    Template,
    TemplateError,
    columns,
    fill,
    read_template,
)

REFUSED = [
    "{{ 7*7 }}",
    "{{ a() }}",
    "{{ a.b() }}",
    "{{ a|upper }}",
    "{{ a | attr('__class__') }}",
    "{{ a['b'] }}",
    "{{ a[0] }}",
    "{{ ''.__class__ }}",
    "{{ a.__class__.__mro__ }}",
    "{{ a._private }}",
    "{{ self.__init__.__globals__ }}",
    "{{ cycler.__init__.__globals__.os.popen('id').read() }}",
    "{{ lipsum.__globals__ }}",
    "{{ config.items() }}",
    "{{ 'a'*30000000 }}",
    "{{ range(10**9) }}",
    "{% for x in y %}{% endfor %}",
    "{% raw %}{{ a }}{% endraw %}",
    "{% include 'x' %}",
    "{% set a = 1 %}",
    "{# comment #}",
    "{{ a if b else c }}",
    "{{ a ~ b }}",
    "{{ not a }}",
    "{{ true }}",
    "{{ none }}",
    "{{ 1 }}",
    "{{ 'text' }}",
    "{{ }}",
    "{{",
    "{{ a",
    "{{ a }",
    "{{- a -}}",
    "{{{ a }}}",
    "{{ {{ a }} }}",
    "{{ a, b }}",
    "{{ (a) }}",
    "{{ " + "(" * 50_000,
    "{{ " + "9" * 5_000 + " }}",
    "{{ '\\d' }}",
    "{{ a.b.c.__d }}",
    "{{ ä }} {{ a-b }}",
    "a {% b",
    "{{ a }}{%",
    "{{ a }}{{{ b }}{",
]


@pytest.mark.parametrize("text", REFUSED, ids=range(len(REFUSED)))
def test_more_than_substitution_is_refused(text):
    with pytest.raises(TemplateError):
        read_template(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("{{ a }}", 1),
        ("{{a}}", 1),
        ("{{\n a }}", 1),
        ("x{{ a }}", "x1"),
        ("{{ a }}{{ a }}", "11"),
        ("{{ b.c.d }}", [None]),
        ("<{{ b.c }}>", '<{"d":[null]}>'),
        ("{{ t }}\n", "<b>&\n"),
        ("}} {{ a }} { } %} #}", "}} 1 { } %} #}"),
        ("{{ items }} {{ b.items }}", "i j"),
        ("{{ class }}", "k"),
        ("{{ _id }}", 5),
        ("{{ f }} ", "false "),
        ("\r\n{{ a }}\r\n", "\r\n1\r\n"),
    ],
)
def test_substitution(text, expected):
    row = {
        "a": 1, "b": {"c": {"d": [None]}, "items": "j"}, "t": "<b>&", "items": "i",
        "class": "k", "_id": 5, "f": False,
    }  # fmt: skip
    assert fill(read_template(text), row) == expected


def test_text_without_a_place_stays_text():
    assert read_template("plain } text {") == "plain } text {"


@pytest.mark.parametrize(
    "text", ["{{ a.b }}", "{{ keys }}", "{{ t.upper }}", "{{ b }}", "x{{ b }}"]
)
def test_what_a_row_lacks_is_an_error(text):
    with pytest.raises(FillError):
        fill(read_template(text), {"a": {}, "t": "x"})


def test_templates_inside_values():
    filler = {"x": [read_template("{{ a }}"), 3], "y": read_template("-{{ b.c }}-")}
    assert list(columns(filler)) == [("a",), ("b", "c")]
    assert fill(filler, {"a": True, "b": {"c": 2}}) == {"x": [True, 3], "y": "-2-"}


@given(st.text(alphabet="{}%#ab. _'|()*\n", max_size=30))
def test_any_text_is_copied_filled_or_refused(text):
    try:
        template = read_template(text)
    except TemplateError:
        return
    if isinstance(template, str):
        assert template == text
        return
    assert isinstance(template, Template)
    for part in template.parts:
        assert isinstance(part, tuple) or "{{" not in part


@given(st.text())
def test_values_come_out_as_they_went_in(value):
    assert fill(read_template("[{{ a }}]"), {"a": value}) == f"[{value}]"


def test_positions_in_a_suite(refused, head):
    text = head + (
        "dataset:\n  file: d.jsonl\n  inputs: |\n    Say {{ a }}\n    and {{ a|upper }}\n"
        '  parameters: {k: ["{{ b }}"]}\n'
    )
    first, second = refused(text, files={"d.jsonl": '{"a": "x"}\n'}).problems
    assert (first.code, first.line, first.column, first.width) == ("E115", 11, 9, 13)
    assert (second.code, second.line, second.column) == ("E115", 12, 24)
