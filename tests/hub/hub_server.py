"""A Hub of ours on loopback: models with histories, names, licences, and ways to refuse."""

import hashlib
import json
import re
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self
from urllib.parse import parse_qs, unquote, urlsplit

TOKEN = "hf_" + "t" * 30
_ROUTE = re.compile(
    r"/api/models/(?P<model>[^/]+(?:/[^/]+)??)(?:/(?P<what>revision|refs|commits|tree|auth-check)(?:/(?P<at>[^/]+))?)?"
)


def digest(text: str) -> str:
    return hashlib.sha1(text.encode()).hexdigest()


@dataclass(frozen=True, kw_only=True)
class Step:
    """One commit: its whole tree, path to content."""

    title: str
    files: Mapping[str, str]
    date: str = "2024-05-01T10:00:00.000Z"
    id: str = ""

    @property
    def commit(self) -> str:
        return self.id or digest(self.title + json.dumps(dict(self.files), sort_keys=True))


@dataclass(kw_only=True)
class Repo:
    """A model; `steps` is its main branch, oldest first."""

    steps: list[Step]
    branches: dict[str, str] = field(default_factory=dict)
    tags: dict[str, str] = field(default_factory=dict)
    pulls: dict[str, str] = field(default_factory=dict)
    aside: list[Step] = field(default_factory=list)
    """Commits that are on no branch but can be asked for."""
    licence: str | list[str] | None = "apache-2.0"
    facts: dict[str, Any] = field(default_factory=dict)
    is_shut: bool = False
    """Gated to the point that even the facts ask for a token."""
    is_disabled: bool = False
    is_closed: bool = False
    """Gated, and whoever asks is not let in to the files."""

    @property
    def head(self) -> str:
        return self.steps[-1].commit

    def names(self) -> dict[str, str]:
        pulls = {f"refs/pr/{number}": commit for number, commit in self.pulls.items()}
        return {"main": self.head} | self.branches | self.tags | pulls

    def resolve(self, revision: str) -> Step | None:
        """A name, a commit, or the beginning of one."""
        wanted = self.names().get(revision, revision)
        found = [s for s in (*self.steps, *self.aside) if s.commit.startswith(wanted)]
        return found[0] if len(found) == 1 and len(wanted) >= 4 else None

    def history(self, step: Step) -> list[Step]:
        if step in self.steps:
            return self.steps[: self.steps.index(step) + 1][::-1]
        return [step]


class HubServer:
    """Serves repositories from a thread; `asked` is everything it received."""

    def __init__(self, repos: Mapping[str, Repo], *, page_size: int = 2) -> None:
        self.repos = dict(repos)
        self.renamed: dict[str, str] = {}
        self.headers: dict[str, str] = {}
        """Sent with every answer."""
        self.script: list[tuple[int, dict[str, str]]] = []
        """Refusals and redirections that come before anything else."""
        self.asked: list[tuple[str, str]] = []
        """Path with query, and the authorization header."""
        self.page_size = page_size
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self._server.daemon_threads = False
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,))

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def answer(self, path: str, token: str) -> tuple[int, dict[str, str], Any]:
        """Give status, headers and body of a path with its query."""
        self.asked.append((path, token))
        if self.script:
            status, headers = self.script.pop(0)
            return status, headers, {"error": "scripted"}
        parts = urlsplit(path)
        if parts.path == "/api/models":
            return 200, {}, []
        if parts.path == "/api/whoami-v2":
            is_known = token == f"Bearer {TOKEN}"
            return (200, {}, {"name": "lab"}) if is_known else (401, {}, {"error": "Invalid"})
        route = _ROUTE.fullmatch(parts.path)
        if route is None:
            return 404, {}, {"error": "no such route"}
        model = unquote(route["model"])
        if model in self.renamed:
            there = path.replace(model, self.renamed[model], 1)
            return 307, {"location": there}, "Temporary Redirect"
        repo = self.repos.get(model)
        if repo is None:
            return 401 if not token else 404, {"x-error-code": "RepoNotFound"}, {"error": "none"}
        if repo.is_disabled:
            words = "Access to this resource is disabled."
            return 403, {"x-error-message": words}, {"error": words}
        if repo.is_shut and not token:
            return 401, {"x-error-code": "GatedRepo"}, {"error": f"{model} is gated"}
        if route["what"] == "auth-check":
            if repo.is_closed:
                words = "Access to this model is restricted"
                return 403, {"x-error-code": "GatedRepo", "x-error-message": words}, {}
            return 200, {}, {}
        if route["what"] == "refs":
            return 200, {}, _refs(repo)
        step = repo.resolve(unquote(route["at"])) if route["at"] else repo.steps[-1]
        if step is None:
            return 404, {"x-error-code": "RevisionNotFound"}, {"error": "Invalid rev id"}
        if route["what"] == "commits":
            return self._page(path, [_commit(s) for s in repo.history(step)])
        if route["what"] == "tree":
            return self._page(path, _tree(step))
        return 200, {}, _facts(model, repo, step, parse_qs(parts.query).get("expand", []))

    def _page(self, path: str, items: list[Any]) -> tuple[int, dict[str, str], Any]:
        number = int(parse_qs(urlsplit(path).query).get("p", ["0"])[0])
        start = number * self.page_size
        headers = {}
        if start + self.page_size < len(items):
            base = re.sub(r"[?&]p=\d+", "", path)
            joint = "&" if "?" in base else "?"
            headers["link"] = f'<{self.url}{base}{joint}p={number + 1}>; rel="next"'
        return 200, headers, items[start : start + self.page_size]


def _facts(model: str, repo: Repo, step: Step, wanted: list[str]) -> dict[str, Any]:
    every = {
        "sha": step.commit,
        "lastModified": step.date,
        "private": False,
        "disabled": False,
        "gated": False,
        "pipeline_tag": "text-classification",
        "library_name": "transformers",
        "tags": ["transformers"],
        "cardData": {"license": repo.licence} if repo.licence is not None else {},
        **repo.facts,
    }
    kept = {k: v for k, v in every.items() if not wanted or k in wanted}
    return {"_id": "621ffdc0", "id": model, **kept}


def _refs(repo: Repo) -> dict[str, Any]:
    def entries(names: Mapping[str, str], start: str) -> list[dict[str, str]]:
        return [{"name": n, "ref": start + n, "targetCommit": c} for n, c in names.items()]

    return {
        "branches": entries({"main": repo.head} | repo.branches, "refs/heads/"),
        "converts": [],
        "tags": entries(repo.tags, "refs/tags/"),
        "pullRequests": entries(repo.pulls, "refs/pr/"),
    }


def _commit(step: Step) -> dict[str, Any]:
    return {"id": step.commit, "title": step.title, "message": "", "date": step.date, "authors": []}


def _tree(step: Step) -> list[dict[str, Any]]:
    entries: list[dict[str, Any]] = [{"type": "directory", "oid": digest("d"), "path": "onnx"}]
    for path, content in step.files.items():
        entry = {"type": "file", "oid": digest(content), "size": len(content), "path": path}
        if path.endswith((".safetensors", ".bin")):
            content_id = hashlib.sha256(content.encode()).hexdigest()
            entry["lfs"] = {"oid": content_id, "size": len(content), "pointerSize": 134}
            entry["oid"] = digest("a pointer")
        entries.append(entry)
    return entries


def _handler(hub: HubServer) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            status, headers, body = hub.answer(self.path, self.headers.get("authorization", ""))
            text = body if isinstance(body, bytes) else json.dumps(body).encode()
            self.send_response(status)
            for name, value in {**hub.headers, **headers}.items():
                self.send_header(name, value)
            self.send_header("content-type", "application/json; charset=utf-8")
            self.send_header("content-length", str(len(text)))
            self.end_headers()
            self.wfile.write(text)

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - its name there
            pass

    return Handler
