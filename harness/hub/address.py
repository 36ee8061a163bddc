"""Says where on the Hub a question is put, and refuses names that would lead elsewhere."""

import re
from collections.abc import Mapping
from urllib.parse import quote, urljoin, urlsplit

from harness.credentials import origin_of
from harness.emit import one_line
from harness.errors import UsageError

PUBLIC_HUB = "https://huggingface.co"
ADDRESS_VARIABLE = "HF_ENDPOINT"

_PART = r"[A-Za-z0-9_.-]{1,96}"
_NAME = re.compile(rf"{_PART}(?:/{_PART})?", re.ASCII)
_NEXT = re.compile(r'<([^<>]*)>\s*;[^,<]*\brel="?next\b')
_LONGEST_REVISION = 250
# Asked for by name: the mapping of inference providers is in no answer otherwise.
_WANTED = (
    "cardData", "disabled", "gated", "inference", "inferenceProviderMapping", "lastModified",
    "library_name", "pipeline_tag", "private", "sha", "tags",
)  # fmt: skip


def hub_address(environ: Mapping[str, str]) -> str:
    """Give the Hub's address, without a slash at its end: `HF_ENDPOINT`, else the public Hub.

    Raises UsageError for what is no address.
    """
    written = environ.get(ADDRESS_VARIABLE, "").strip().rstrip("/")
    if not written:
        return PUBLIC_HUB
    if origin_of(written) is None or urlsplit(written).query or urlsplit(written).fragment:
        raise UsageError(
            f"{ADDRESS_VARIABLE} is not an address of a Hub: {one_line(written)}; "
            "write it as https://hub.example"
        )
    return written


def is_model_name(name: str) -> bool:
    """Whether a text may name a model repository: `org/name`, or `name` of the oldest ones."""
    return _NAME.fullmatch(name) is not None and ".." not in name and name not in {".", ".."}


def is_revision_name(name: str) -> bool:
    """Whether a text may name a revision at all; git allows none with two dots in a row."""
    return 0 < len(name) <= _LONGEST_REVISION and ".." not in name and name.isprintable()


def model_url(hub: str, model: str, revision: str | None) -> str:
    """Give the address of a model's facts at a revision; None: at its head."""
    at = f"/revision/{_quoted(revision)}" if revision is not None else ""
    query = "&".join(f"expand={name}" for name in _WANTED)
    return f"{hub}/api/models/{model}{at}?{query}"


def anything_url(hub: str) -> str:
    """Give an address that every Hub answers, whoever asks."""
    return f"{hub}/api/models?limit=1"


def account_url(hub: str) -> str:
    """Give the address that says whose token it is."""
    return f"{hub}/api/whoami-v2"


def access_url(hub: str, model: str) -> str:
    """Give the address that says whether whoever asks may read a model's files."""
    return f"{hub}/api/models/{model}/auth-check"


def refs_url(hub: str, model: str) -> str:
    """Give the address of a model's branches, tags and pull requests."""
    return f"{hub}/api/models/{model}/refs?include_prs=1"


def commits_url(hub: str, model: str, revision: str) -> str:
    """Give the address of the history that leads to a revision, newest first."""
    return f"{hub}/api/models/{model}/commits/{_quoted(revision)}"


def tree_url(hub: str, model: str, revision: str) -> str:
    """Give the address of all files of a revision."""
    return f"{hub}/api/models/{model}/tree/{_quoted(revision)}?recursive=true"


def next_page(url: str, link: str) -> str:
    """Give the address of the page after `url`, from its `Link` header (RFC 8288); or nothing."""
    found = _NEXT.search(link)
    return urljoin(url, found.group(1)) if found else ""


def is_same_origin(url: str, other: str) -> bool:
    """Whether two addresses are of one scheme, host and port."""
    origin = origin_of(url)
    return origin is not None and origin == origin_of(other)


def _quoted(revision: str) -> str:
    return quote(revision, safe="")
