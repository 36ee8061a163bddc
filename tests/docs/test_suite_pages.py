"""The suites of the pages beside the suite page are valid as they stand there."""

import re
from contextlib import closing
from pathlib import Path

import pytest

from harness.data.suite import Target
from harness.registry import Registry
from harness.store import RunWriter, codec
from harness.suitefile import load_suite
from tests.store import nouns

DOCS = Path(__file__).parents[2] / "docs"
HEAD = "suite: page\ntask: translation\ncases: [{inputs: x, parameters: {max_new_tokens: 20}}]\n"


def fragments(page: str) -> list[str]:
    text = (DOCS / page).read_text(encoding="utf-8")
    return re.findall(r"```yaml\n(.*?)```", text, re.DOTALL)


def test_the_suite_of_the_page_on_stored_targets(tmp_path: Path, installed: Registry) -> None:
    (suite,) = fragments("stored.md")
    written = re.search(r'run: "([^#"]+)#(\w+)"', suite)
    assert written is not None
    folder = tmp_path / written[1]
    folder.mkdir(parents=True)
    kept = Target(name=written[2], provider="hf-inference", model="m", revision="a" * 40)
    header = nouns.header(
        suite=codec.suite_to_json(nouns.suite(task="translation", targets=(kept,)))
    )
    with closing(RunWriter(folder, create=True)) as writer:
        writer.put_header(header)
        writer.put_plan([])
    path = tmp_path / "suite.yaml"
    path.write_text(HEAD + suite, encoding="utf-8")
    loaded = load_suite(path, installed, environ={}).suite
    assert loaded.baseline.revision == "a" * 40
    assert loaded.targets[1].model == "google/flan-t5-small"


@pytest.mark.parametrize("has_file", [False, True])
def test_the_prices_of_the_page_on_cost(
    tmp_path: Path, installed: Registry, *, has_file: bool
) -> None:
    inline, prices = fragments("cost.md")
    (tmp_path / "prices.yaml").write_text(prices, encoding="utf-8")
    price = "target:\n  price: {file: prices.yaml}\n" if has_file else inline
    keys = price + "  provider: hf-inference\n  model: some/model\n"
    path = tmp_path / "suite.yaml"
    path.write_text(
        HEAD + keys + "targets: {a: {}, b: {}}\nrun: {max_cost_usd: 2}\n", encoding="utf-8"
    )
    found = load_suite(path, installed, environ={}).suite.baseline.price
    assert found is not None
    assert found.as_of == "2026-11-21"
    assert (found.per_second > 0) == has_file
