"""How a generated answer ended, read from the words servers have for it."""

from collections.abc import Mapping

from harness.api import Finish, Json

_ENDS: Mapping[str, Finish] = {
    **dict.fromkeys(
        ("stop", "eos", "eos_token", "stop_sequence", "end_turn", "tool_calls", "function_call",
         "tool_use"),
        "stop",
    ),
    **dict.fromkeys(("length", "max_tokens", "model_length"), "length"),
    **dict.fromkeys(("content_filter", "refusal"), "refused"),
}  # fmt: skip


def finish_of(reason: Json, refusal: Json = None) -> Finish:
    """Give how a message ended, of its `finish_reason` and `refusal`; empty: nobody said.

    A reason that is none of those known says nothing: it may be an error of the server's own.
    """
    if isinstance(refusal, str) and refusal:
        return "refused"
    return _ENDS.get(reason.lower(), "") if isinstance(reason, str) else ""


def finish_in(answer: Mapping[str, Json]) -> Finish:
    """Give how a text ended, where `details`, the first of `choices` or the object itself says."""
    match answer:
        case {"details": {"finish_reason": reason}}:
            return finish_of(reason)
        case {"choices": [{"finish_reason": reason, "message": {"refusal": refusal}}, *_]}:
            return finish_of(reason, refusal)
        case {"choices": [{"finish_reason": reason}, *_]} | {"finish_reason": reason}:
            return finish_of(reason)
    return ""
