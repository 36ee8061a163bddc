"""What a parameter means at a backend, where that is nothing or something else."""

from collections.abc import Iterator
from typing import Any

from harness.api import Call
from harness_providers._reading import at

_GENERATOR_PARAMETERS = frozenset(
    {
        "adapter_id", "best_of", "decoder_input_details", "details", "do_sample",
        "frequency_penalty", "grammar", "max_new_tokens", "repetition_penalty",
        "return_full_text", "seed", "stop", "stream", "temperature", "top_k", "top_n_tokens",
        "top_p", "truncate", "typical_p", "watermark",
    }
)  # fmt: skip
_ROOT_PARAMETERS = frozenset(
    {
        "dimensions",
        "encoding_format",
        "normalize",
        "prompt_name",
        "truncate",
        "truncation_direction",
    }
)
_GENERATING = frozenset({"text-generation", "chat-completion"})
_OWN_NAMES = {"max_new_tokens": "max_tokens", "max_length": "max_tokens"}


def lint_endpoint(call: Call) -> Iterator[str]:
    """Say what is passed over by what serves at an endpoint, or read as something else."""
    serves = call.target.options.get("serves") or "auto"
    given = _parameters(call)
    if call.task == "text-generation" and serves in {"tgi", "auto"}:
        if "max_length" in given:
            yield (
                "`max_length` is passed over by text-generation-inference, and counts the prompt "
                "too elsewhere: `max_new_tokens` is read by all"
            )
        unknown = sorted(given.keys() - _GENERATOR_PARAMETERS - {"max_length"})
        if serves == "tgi" and unknown:
            yield f"text-generation-inference passes over {_listed(unknown)}"
    yield from _about_chat(call)
    yield from _about_embeddings(call)
    inputs = at(call.payload.value, "inputs")
    if call.task == "text-classification" and serves == "auto" and _is_pair(inputs):
        yield (
            "text-embeddings-inference reads a list of two texts as one pair, other servers as two "
            "texts: say `serves: tei` or `serves: hf`, or write `{text: ..., text_pair: ...}`"
        )


def lint_serverless(call: Call) -> Iterator[str]:
    """Say what the serverless API limits, or does not read where it stands."""
    given = _parameters(call)
    length = given.get("max_length")
    if call.task == "text-generation" and "max_length" in given:
        yield (
            "`max_length` is passed over where text-generation-inference answers, and counts the "
            "prompt too elsewhere: `max_new_tokens` is read by all"
        )
    elif isinstance(length, int) and not isinstance(length, bool) and not 1 <= length <= 500:
        yield f"`max_length: {length}`: servers of the serverless API take 1 to 500"
    yield from _about_chat(call)
    yield from _about_embeddings(call)


def lint_chat(call: Call) -> Iterator[str]:
    """Say which parameters a chat does not have."""
    yield from _about_chat(call)


def lint_openai(call: Call) -> Iterator[str]:
    """Say which parameters have another name in the OpenAI protocol."""
    yield from _about_chat(call)
    given = _parameters(call)
    if call.task == "text-generation" and "max_length" in given:
        yield "`max_length` is not read by this protocol: it has `max_tokens`"
    if call.task == "text-generation" and "return_full_text" in given:
        yield "`return_full_text` is not read by this protocol: it has `echo`"
    if call.task == "feature-extraction" and "normalize" in given:
        yield "`normalize` is not read by this protocol's embeddings"


def _about_chat(call: Call) -> Iterator[str]:
    if call.task != "chat-completion":
        return
    given = _parameters(call)
    for name, own in _OWN_NAMES.items():
        if name in given:
            yield f"`{name}` is not read by chat completions: they have `{own}`"
    if "return_full_text" in given:
        yield "`return_full_text` is not read by chat completions"


def _about_embeddings(call: Call) -> Iterator[str]:
    """Say which parameters stand where embedders do not look."""
    nested = at(call.payload.value, "parameters")
    if call.task == "feature-extraction" and isinstance(nested, dict):
        named = sorted(nested.keys() & _ROOT_PARAMETERS)
        if named:
            yield f"{_listed(named)}: embedders read them at the root, not among `parameters`"
    unknown = sorted(_parameters(call).keys() - _ROOT_PARAMETERS)
    if call.task == "feature-extraction" and unknown:
        yield f"embedders do not read {_listed(unknown)}"


def _parameters(call: Call) -> dict[str, Any]:
    return {name: value for name, value in call.case.parameters.items() if value is not None}


def _is_pair(inputs: Any) -> bool:
    return isinstance(inputs, list) and len(inputs) == 2 and all(isinstance(i, str) for i in inputs)


def _listed(names: list[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)
