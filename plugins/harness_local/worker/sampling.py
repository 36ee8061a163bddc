"""Parameters of generation in the words of transformers, as the hosted API means them."""

from collections.abc import Mapping
from typing import Any

NEW_TOKENS = 100
"""Where nobody says how many."""

_OWN = ("return_full_text", "max_tokens", "max_completion_tokens", "stop", "details")
_SAMPLING = ("temperature", "top_p", "top_k", "typical_p")


def asked_for(given: Mapping[str, Any], tokenizer: Any) -> dict[str, Any]:
    """Give the arguments of `generate`.

    Nothing is sampled unless `do_sample`, or a parameter of sampling, asks for it; a temperature
    of 0 asks for none. `stop` may be a text or several.
    """
    result = {key: value for key, value in given.items() if key not in _OWN}
    tokens = given.get(
        "max_new_tokens", given.get("max_tokens", given.get("max_completion_tokens"))
    )
    if tokens is not None or "max_length" not in given:
        result["max_new_tokens"] = NEW_TOKENS if tokens is None else tokens
    if result.get("temperature") == 0:
        del result["temperature"]
        result["do_sample"] = False
    result.setdefault("do_sample", any(name in result for name in _SAMPLING))
    if not result["do_sample"]:
        result = {key: value for key, value in result.items() if key not in _SAMPLING}
    stop = given.get("stop")
    if stop:
        result["stop_strings"] = [stop] if isinstance(stop, str) else list(stop)
        result["tokenizer"] = tokenizer
    return result
