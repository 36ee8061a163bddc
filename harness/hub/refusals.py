"""Reads why the Hub refused: its error code first, then the status."""

from harness.data.exchange import Fault, Response
from harness.emit import one_line
from harness.faults import error_text, fault_of
from harness.hub.nouns import HubFault, HubFaultKind

_CODES: dict[str, HubFaultKind] = {
    "reponotfound": "repo_not_found",
    "revisionnotfound": "revision_not_found",
    "entrynotfound": "entry_not_found",
    "gatedrepo": "gated",
}
_DISABLED = "access to this resource is disabled"
_BAD_TOKEN = "invalid credentials in authorization header"  # noqa: S105 - what the Hub says

_HINTS: dict[HubFaultKind, str] = {
    "auth": "set HF_TOKEN to a token that may read this repository",
    "disabled": "the Hub or its authors switched the repository off: choose another model",
    "gated": "accept the model's conditions on its page, with the account of HF_TOKEN",
    "rate_limited": "try again later, or set HF_TOKEN: with one, more requests are allowed",
    "repo_not_found": "check the model's name; a private repository needs HF_TOKEN",
    "revision_not_found": "check the branch, tag or commit on the model's page",
    "unreachable": "see whether the Hub is up, and what HF_ENDPOINT says",
}


def refusal(response: Response) -> HubFault:
    """Give the fault of an answer that is neither a success nor a redirection.

    The order is the one of `huggingface_hub.utils.hf_raise_for_status`: `X-Error-Code`, the words
    for a disabled repository, then 401, with which the Hub hides what a stranger may not see.
    """
    kind = _kind(response)
    message, _ = error_text(response)
    return hub_fault(kind, f"HTTP {response.status}: {message or 'no message'}", response.status)


def failure(fault: Fault) -> HubFault:
    """Give the fault of a request that brought no answer back."""
    kind: HubFaultKind = "malformed" if fault.kind in {"malformed", "config"} else "unreachable"
    return hub_fault(kind, fault.message, fault.status)


def hub_fault(kind: HubFaultKind, message: str, status: int | None = None) -> HubFault:
    """Give a fault with the usual advice for its kind."""
    return HubFault(kind=kind, message=one_line(message), hint=_HINTS.get(kind, ""), status=status)


def _kind(response: Response) -> HubFaultKind:
    code = response.headers.get("x-error-code", "").strip().lower()
    if code in _CODES:
        return _CODES[code]
    words = error_text(response)[0].lower()
    if _DISABLED in words:
        return "disabled"
    if response.status == 401:
        return "auth" if _BAD_TOKEN in words else "repo_not_found"
    if response.status == 404:
        return "repo_not_found"
    if response.status == 429:
        return "rate_limited"
    found = fault_of(response).kind
    if found in {"auth", "gated"}:
        return "gated" if found == "gated" else "auth"
    return "unreachable" if response.status >= 500 else "refused"
