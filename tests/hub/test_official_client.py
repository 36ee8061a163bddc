"""The Hub's own client, which none of us wrote, reads our Hub as ours does."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from harness.hub import HubFault, ModelFacts
from tests.hub.hub_server import HubServer
from tests.hub.world import GONE, MODEL, OLD, OLD_NAME, asking

pytestmark = pytest.mark.e2e
_ASK = """
import json, sys
from huggingface_hub import HfApi
from huggingface_hub.errors import HfHubHTTPError
api, (model, revisions) = HfApi(), json.loads(sys.argv[1])
found = {}
for revision in revisions:
    try:
        info = api.model_info(model, revision=revision)
        found[str(revision)] = [info.id, info.sha]
    except HfHubHTTPError as error:
        found[str(revision)] = type(error).__name__
refs = api.list_repo_refs(model, include_pull_requests=True)
found["refs"] = sorted([r.name, r.target_commit] for r in refs.branches + refs.tags)
found["commits"] = [commit.commit_id for commit in api.list_repo_commits(model)]
found["files"] = sorted(
    [f.path, f.lfs.sha256 if f.lfs else f.blob_id]
    for f in api.list_repo_tree(model, recursive=True) if hasattr(f, "blob_id")
)
try:
    api.auth_check(model)
    found["access"] = "open"
except HfHubHTTPError as error:
    found["access"] = type(error).__name__
print(json.dumps(found))
"""


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that holds the official client and what it needs."""
    folder = tmp_path_factory.mktemp("hub-client")
    command = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    named = ["--root-user-action=ignore", "--target", str(folder), "huggingface_hub==2.4.0"]
    subprocess.run([*command, *named], check=True, timeout=240)
    return folder


@pytest.mark.timeout(300)
@pytest.mark.parametrize(("model", "is_closed"), [(MODEL, False), (OLD_NAME, True)])
def test_both_clients_resolve_to_the_same(
    server: HubServer, site: Path, tmp_path: Path, model: str, is_closed: bool
) -> None:
    server.repos[MODEL].is_closed = is_closed
    revisions = [None, "main", "next", "v1.0", OLD[:7], OLD, "refs/pr/3", "v9", GONE]
    environ = {k: v for k, v in os.environ.items() if not k.startswith(("HF_", "PYTHON"))}
    environ |= {"HF_ENDPOINT": server.url, "HF_HOME": str(tmp_path), "PYTHONPATH": str(site)}
    done = subprocess.run(
        [sys.executable, "-c", _ASK, json.dumps([model, revisions])],
        env=environ, capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    theirs = json.loads(done.stdout)
    with asking(server) as hub:
        for revision in revisions:
            facts = hub.model_facts(model, revision)
            if isinstance(facts, ModelFacts):
                assert theirs[str(revision)] == [facts.model, facts.commit]
            else:
                assert facts.kind == "revision_not_found"
                assert theirs[str(revision)] == "RevisionNotFoundError"
        refs = hub.refs(model)
        commits = hub.commits_between(model, GONE, server.repos[MODEL].head)
        files = hub.files(model, "main")
        refused = hub.access_fault(model)
    assert (refused is not None) is is_closed
    assert theirs["access"] == ("GatedRepoError" if is_closed else "open")
    assert not isinstance(refs, HubFault)
    assert not isinstance(commits, HubFault)
    assert not isinstance(files, HubFault)
    named = [[r.name, r.commit] for r in refs if r.kind in {"branch", "tag"}]
    assert theirs["refs"] == sorted(named)
    assert theirs["commits"] == [commit.id for commit in commits.items]
    assert theirs["files"] == sorted([path, oid] for path, oid in files.items())
