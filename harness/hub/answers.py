"""Types what the Hub answers; ValueError for what is none of its answers."""

from collections.abc import Iterator, Mapping
from typing import Literal

from harness.emit import one_line
from harness.hub.address import is_model_name
from harness.hub.nouns import Commit, Gating, ModelFacts, Reference, ServedBy, is_commit_id
from harness.jsonvalue import Json, as_object, parse_json

_REFERENCES: tuple[tuple[str, Literal["branch", "conversion", "pull request", "tag"]], ...] = (
    ("branches", "branch"),
    ("tags", "tag"),
    ("converts", "conversion"),
    ("pullRequests", "pull request"),
)
_SPELLED_OUT = ("refs/heads/", "refs/tags/")


def read_model(body: bytes) -> ModelFacts:
    """Give the facts in an answer of `/api/models/...`."""
    given = as_object(parse_json(body))
    model, commit = _text(given.get("id") or given.get("modelId")), _text(given.get("sha"))
    if not is_model_name(model) or not is_commit_id(commit):
        raise ValueError("the answer names no model, or no whole commit")
    return ModelFacts(
        model=model,
        commit=commit,
        licences=_licences(given),
        gated=_gating(given.get("gated")),
        is_disabled=given.get("disabled") is True,
        is_private=given.get("private") is True,
        task=_text(given.get("pipeline_tag")),
        library=_text(given.get("library_name")),
        inference=_text(given.get("inference")),
        providers=_providers(given.get("inferenceProviderMapping")),
        last_modified=_text(given.get("lastModified")),
    )


def read_references(body: bytes) -> tuple[Reference, ...]:
    """Give the references in an answer of `/refs`: branches, tags, conversions, requests."""
    given = as_object(parse_json(body))
    return tuple(
        Reference(kind=kind, name=_short(entry), commit=commit)
        for key, kind in _REFERENCES
        for entry in _objects(given.get(key))
        if is_commit_id(commit := _text(entry.get("targetCommit")))
    )


def read_commits(body: bytes) -> tuple[Commit, ...]:
    """Give the commits of one page of a history."""
    commits = tuple(
        Commit(
            id=_text(entry.get("id")),
            title=_text(entry.get("title")),
            date=_text(entry.get("date")),
        )
        for entry in _listed(body)
    )
    if not all(is_commit_id(commit.id) for commit in commits):
        raise ValueError("the history names something that is no commit")
    return commits


def read_files(body: bytes) -> dict[str, str]:
    """Give the files of one page of a tree: path to what identifies the content."""
    return {
        _text(entry.get("path")): _text(as_object(entry.get("lfs")).get("oid") or entry.get("oid"))
        for entry in _listed(body)
        if entry.get("type") == "file"
    }


def _listed(body: bytes) -> Iterator[Mapping[str, Json]]:
    value = parse_json(body)
    if not isinstance(value, list):
        raise ValueError("the answer is not a list")
    return _objects(value)


def _objects(value: Json) -> Iterator[Mapping[str, Json]]:
    return (as_object(item) for item in value) if isinstance(value, list) else iter(())


def _text(value: Json) -> str:
    return one_line(value) if isinstance(value, str) else ""


def _short(entry: Mapping[str, Json]) -> str:
    """Give what a revision is asked for by: a branch's or tag's name, the whole of any other."""
    name, ref = _text(entry.get("name")), _text(entry.get("ref"))
    return name if ref.startswith(_SPELLED_OUT) else ref or name


def _licences(given: Mapping[str, Json]) -> tuple[str, ...]:
    """Give the licences of the model card; where it states none, those among the tags."""
    stated = as_object(given.get("cardData")).get("license")
    names = [_text(item) for item in (stated if isinstance(stated, list) else [stated])]
    if not any(names):
        tags = given.get("tags")
        texts = [_text(tag) for tag in tags] if isinstance(tags, list) else []
        names = [tag.removeprefix("license:") for tag in texts if tag.startswith("license:")]
    return tuple(sorted({name.lower() for name in names if name}))


def _gating(value: Json) -> Gating:
    if value == "manual":
        return "manual"
    return "auto" if value == "auto" or value is True else ""


def _providers(value: Json) -> tuple[ServedBy, ...]:
    """Read the mapping of inference providers: an object by name, or a list of objects."""
    entries = (
        [(name, as_object(entry)) for name, entry in value.items()]
        if isinstance(value, dict)
        else [(_text(entry.get("provider")), entry) for entry in _objects(value)]
    )
    found = {
        ServedBy(
            provider=one_line(name),
            status=_text(entry.get("status")),
            task=_text(entry.get("task")),
        )
        for name, entry in entries
        if name
    }
    return tuple(sorted(found, key=lambda served: (served.provider, served.task, served.status)))
