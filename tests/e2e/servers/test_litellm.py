"""A LiteLLM proxy: two deployments, a dead one with a fallback, one that refuses all."""

import secrets
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.e2e.servers.environments import Environment
from tests.e2e.servers.processes import Server, free_ports
from tests.e2e.servers.suites import Ran, run_suite
from tests.e2e.sides import AFTER, BEFORE

pytestmark = pytest.mark.e2e
ENVIRONMENT = "litellm"
OLD, NEW = "Paris, says the older model.", "Paris, says the newer model."
# Deployments carry the commit they were started from as their id: all the proxy can say of it.
CONFIG = """
model_list:
  - model_name: before
    litellm_params: {{model: openai/before-1, api_key: none, mock_response: "{old}"}}
    model_info: {{id: "{before}"}}
  - model_name: after
    litellm_params: {{model: openai/after-1, api_key: none, mock_response: "{new}"}}
    model_info: {{id: "{after}"}}
  - model_name: dead
    litellm_params: {{model: openai/dead-1, api_key: none, api_base: "http://127.0.0.1:{nobody}"}}
    model_info: {{id: "{after}"}}
  - model_name: nameless
    litellm_params: {{model: openai/nameless-1, api_key: none, mock_response: "{old}"}}
  - model_name: limited
    litellm_params:
      {{model: openai/limited-1, api_key: none, mock_response: "litellm.RateLimitError"}}
router_settings: {{fallbacks: [{{dead: [before]}}], num_retries: 0, disable_cooldowns: true}}
litellm_settings: {{telemetry: false}}
general_settings: {{master_key: "{key}"}}
"""
ENVIRON = {"LITELLM_LOCAL_MODEL_COST_MAP": "True", "LITELLM_TELEMETRY": "False"}


@pytest.fixture(scope="module")
def key() -> str:
    return f"sk-{secrets.token_hex(16)}"


@pytest.fixture(scope="module")
def proxy(
    environment: Environment,
    start: Callable[..., Server],
    tmp_path_factory: pytest.TempPathFactory,
    key: str,
) -> Server:
    folder = tmp_path_factory.mktemp("litellm")
    port, nobody = free_ports(2)
    config = CONFIG.format(old=OLD, new=NEW, before=BEFORE, after=AFTER, nobody=nobody, key=key)
    (folder / "gateway.yaml").write_text(config)
    words = ["--config", "gateway.yaml", "--host", "127.0.0.1", "--port", str(port)]
    command = [environment.python, environment.python.with_name("litellm"), *words]
    return start(*command, port=port, folder=folder, ready="/health/liveliness", environ=ENVIRON)


@pytest.fixture
def ask(
    proxy: Server, key: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Callable[..., Ran]:
    """Runs a suite of three cases over two targets of the proxy."""
    monkeypatch.setenv("OPENAI_API_KEY", key)

    def run(baseline: str, candidate: str, *, name: str = "out") -> Ran:
        suite = f"""
suite: gateway
task: chat-completion
target: {{provider: openai, base_url: "{proxy.url}/v1"}}
targets:
  baseline: {{{baseline}}}
  candidate: {{{candidate}}}
checks: [{{check: contains, value: Paris}}]
run: {{attempts: 2, concurrency: 2}}
gates: [{{metric: regressions, max: 0}}, {{metric: error_rate, max: 0}}]
cases:
  - {{id: france, inputs: "What is the capital of France?"}}
  - {{id: again, inputs: "And once more, the capital of France?"}}
  - {{id: seine, inputs: "Which capital is on the Seine?"}}
"""
        return run_suite(suite, tmp_path, out=name)

    return run


PINNED = {
    "before": f'model: before, revision: "{BEFORE}"',
    "after": f'model: after, revision: "{AFTER}"',
    "dead": f'model: dead, revision: "{AFTER}"',
}


@pytest.mark.parametrize("stream", ["", ", stream: true"])
def test_two_deployments_are_compared(ask: Callable[..., Ran], stream: str) -> None:
    ran = ask(PINNED["before"], PINNED["after"] + stream)
    assert ran.code == 0
    assert ran.counts("answered", "passed", "attempts") == [6, 6, 6]
    assert ran.proofs() == ["declared", "declared"]
    assert ran.target("baseline")["served"] == [BEFORE]
    assert ran.target("candidate")["served"] == [AFTER]
    outputs = [{row["output"] for row in ran.rows(name)} for name in ("baseline", "candidate")]
    assert all(OLD in output for output in outputs[0])
    assert all(NEW in output for output in outputs[1])


@pytest.mark.parametrize("stream", ["", ", stream: true"])
def test_a_fallback_is_an_answer_of_somebody_else(ask: Callable[..., Ran], stream: str) -> None:
    ran = ask(PINNED["before"], PINNED["dead"] + stream)
    assert ran.code == 11
    assert ran.result["verdict"] == "invalid"
    assert ran.proofs() == ["declared", "mismatch"]
    assert ran.target("candidate")["served"] == [BEFORE]
    assert ran.counts("answered", "passed") == [6, 6]


def test_an_unpinned_fallback_shows_who_answered(ask: Callable[..., Ran]) -> None:
    ran = ask("model: nameless", "model: dead")
    assert ran.proofs() == ["opaque", "opaque"]
    assert ran.target("baseline")["served"] == []
    assert ran.target("candidate")["served"] == [BEFORE]


def test_refusals_of_the_proxy_are_told_apart(
    ask: Callable[..., Ran], monkeypatch: pytest.MonkeyPatch
) -> None:
    limited = ask(PINNED["before"], "model: limited", name="limited")
    assert limited.counts("faults") == [3]
    assert {r.partition(":")[0] for r in limited.reasons("candidate")} == {"rate_limited"}
    unknown = ask(PINNED["before"], "model: nobody", name="unknown")
    assert {r.partition(":")[0] for r in unknown.reasons("candidate")} == {"config"}
    assert all("Invalid model name" in reason for reason in unknown.reasons("candidate"))
    monkeypatch.setenv("OPENAI_API_KEY", f"sk-{'0' * 32}")
    stranger = ask(PINNED["before"], PINNED["after"], name="stranger")
    assert stranger.code == 12
    assert stranger.counts("answered") == [0]


def test_the_key_of_the_proxy_is_in_nothing_that_is_kept(
    ask: Callable[..., Ran], key: str, capfd: pytest.CaptureFixture[str]
) -> None:
    ran = ask(PINNED["before"], PINNED["after"])
    said = capfd.readouterr()
    assert key not in said.out + said.err
    for path in ran.folder.iterdir():
        assert key.encode() not in path.read_bytes()
