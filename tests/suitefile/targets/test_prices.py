"""What targets cost: written on them, or in a price file."""

import pytest

from harness.data.suite import Price

CASES = 'cases: [{id: one, inputs: "x"}]\n'
NOVEMBER_21 = 1795219200.0
PRICES = """\
as_of: "2026-11-01"
models:
  hf-endpoint/m: {per_million_input_tokens: 0.5, per_million_output_tokens: 1.5}
  m: {per_call: 9}
  other: {per_second: 0.25, as_of: "2026-10-01"}
"""


def priced(head: str, price: str, model: str = "m") -> str:
    return head.replace("model: m}", f"model: {model}, price: {price}}}") + CASES


def test_an_inline_price(load, head):
    text = priced(head, '{per_call: 0.001, per_image: 2, as_of: "2026-11-20"}')
    expected = Price(per_call=0.001, per_image=2.0, as_of="2026-11-20")
    assert [t.price for t in load(text, now=NOVEMBER_21).suite.targets] == [expected] * 2


def test_free_is_a_price_and_none_is_none(load, head):
    assert load(priced(head, "{per_call: 0}")).suite.baseline.price == Price()
    assert load(head + CASES).suite.baseline.price is None


def test_a_price_file_is_matched_by_provider_and_model_then_by_model(load, head):
    def of(model: str) -> Price | None:
        text = priced(head, "{file: prices.yaml}", model)
        loaded = load(text, files={"prices.yaml": PRICES}, now=NOVEMBER_21)
        return loaded.suite.baseline.price

    assert of("m") == Price(
        per_million_input_tokens=0.5, per_million_output_tokens=1.5, as_of="2026-11-01"
    )
    assert of("other") == Price(per_second=0.25, as_of="2026-10-01")


def test_a_model_without_a_price_names_near_ones(refused, head):
    error = refused(priced(head, "{file: prices.yaml}", "othre"), files={"prices.yaml": PRICES})
    assert {(p.code, p.line) for p in error.problems} == {("E132", 3)}
    [problem] = error.problems
    assert problem.message == "the price file has no 'othre' of provider 'hf-endpoint'"
    assert "did you mean 'other'?" in problem.help
    assert problem.source_line[problem.column - 1 :].startswith("prices.yaml")


@pytest.mark.parametrize(
    ("as_of", "warned"), [("2026-08-23", False), ("2026-08-22", True), ("2026-12-01", False)]
)
def test_a_price_older_than_90_days_is_warned_about_once(load, head, as_of, warned):
    files = {"prices.yaml": PRICES.replace("2026-11-01", as_of)}
    loaded = load(priced(head, "{file: prices.yaml}"), files=files, now=NOVEMBER_21)
    warnings = ("the price of 'a', 'b' is 91 days old: look it up again",)
    assert loaded.suite.warnings == (warnings if warned else ())


@pytest.mark.parametrize(
    ("price", "code", "at"),
    [
        ("0.5", "E124", "0.5"),
        ("{}", "E123", "{}"),
        ('{as_of: "2026-11-21"}', "E123", "{as"),
        ("{per_cal: 1}", "E102", "per_cal"),
        ("{per_call: -1}", "E121", "-1"),
        ("{per_call: .inf}", "E121", ".inf"),
        ("{per_call: 1, as_of: 2026-11-21}", "E109", "2026"),
        ('{per_call: 1, as_of: "2026-02-30"}', "E124", '"2026'),
        ('{per_call: 1, as_of: "20261121"}', "E124", '"2026'),
        ("{file: prices.yaml, per_call: 1}", "E102", "per_call"),
        ("{file: nowhere.yaml}", "E117", "nowhere"),
        ("{file: ../prices.yaml}", "E118", "../"),
    ],
)
def test_what_is_no_price_is_refused_at_its_place(wrong, head, price, code, at):
    text = priced(head, price)
    line = text.split("\n")[2]
    found = wrong(text, files={"prices.yaml": PRICES})
    assert found == [(code, 3, line.index(at, line.index("price")) + 1)]


@pytest.mark.parametrize(
    ("body", "code", "line"),
    [
        ("", "E110", 1),
        ("- x\n", "E124", 1),
        ("models: {m: {per_call: 1}}\n", "E123", 1),
        ('as_of: "2026-11-01"\n', "E123", 1),
        ('as_of: "2026-11-01"\nmodels:\n  m: {per_cal: 1}\n', "E102", 3),
        ('as_of: "2026-11-01"\nmodels:\n  m: {per_call: 1}\n  m: {per_call: 2}\n', "E101", 4),
        ('as_of: "2026-11-01"\nmodels:\n  m: {}\n', "E123", 3),
        ('as_of: "2026-11-01"\nmodels: [m]\n', "E124", 2),
        ('as_of: "2026-11-01"\nkey: hf_' + "a1" * 15 + "\nmodels: {m: {per_call: 1}}\n", "E116", 2),
        ("as_of: \x00\n", "E112", 1),
    ],
)
def test_mistakes_in_a_price_file_are_placed_in_it(refused, head, body, code, line, tmp_path):
    error = refused(priced(head, "{file: prices.yaml}"), files={"prices.yaml": body})
    assert (code, line) in {(p.code, p.line) for p in error.problems}
    assert {p.file for p in error.problems} == {str(tmp_path / "prices.yaml")}
    assert "a1a1" not in str(error)
