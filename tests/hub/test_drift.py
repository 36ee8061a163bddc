"""What changed between two commits, by what it means for the answers."""

import pytest

from harness.hub import Drift, FileChange, HubFault, drift_between
from harness.hub.drift import kind_of
from tests.hub.hub_server import HubServer
from tests.hub.world import GONE, HEAD, MODEL, OLD, PROPOSED, SECOND, asking


def test_commits_and_files_between_a_pin_and_the_head(server: HubServer) -> None:
    with asking(server) as hub:
        drift = drift_between(hub, MODEL, OLD, HEAD)
    assert isinstance(drift, Drift)
    assert [commit.title for commit in drift.commits.items] == [
        "Write a better card",
        "Train longer",
    ]
    assert drift.files == (
        FileChange(path="model.safetensors", how="changed", kind="weights"),
        FileChange(path="generation_config.json", how="added", kind="generation config"),
        FileChange(path="README.md", how="changed", kind="other"),
    )
    assert drift.touches_answers


def test_a_commit_of_another_line_is_said_to_be_one(server: HubServer) -> None:
    with asking(server) as hub:
        drift = drift_between(hub, MODEL, PROPOSED.commit, HEAD)
    assert isinstance(drift, Drift)
    assert not drift.commits.has_end
    assert drift.commits.is_whole
    removed = [change.path for change in drift.files if change.how == "removed"]
    assert removed == []


def test_a_vanished_commit_is_a_fault(server: HubServer) -> None:
    with asking(server) as hub:
        fault = drift_between(hub, MODEL, GONE, HEAD)
    assert isinstance(fault, HubFault)
    assert fault.kind == "revision_not_found"


def test_a_new_card_alone_touches_no_answer(server: HubServer) -> None:
    server.repos[MODEL].steps[-1] = type(SECOND)(
        title="Card", files={**SECOND.files, "README.md": "z"}
    )
    with asking(server) as hub:
        drift = drift_between(hub, MODEL, SECOND.commit, server.repos[MODEL].head)
    assert isinstance(drift, Drift)
    assert not drift.touches_answers


@pytest.mark.parametrize(
    ("kind", "paths"),
    [
        ("weights", "model.safetensors pytorch_model-00001-of-00002.bin onnx/model.onnx m.gguf"),
        ("weights", "model.safetensors.index.json pytorch_model.bin.index.json tf_model.h5"),
        ("config", "config.json preprocessor_config.json 1_Pooling/config.json modules.json"),
        ("generation config", "generation_config.json"),
        ("tokenizer", "tokenizer.json tokenizer_config.json vocab.txt merges.txt spiece.model"),
        ("tokenizer", "special_tokens_map.json added_tokens.json chat_template.jinja vocab.json"),
        ("code", "modeling_custom.py"),
        ("other", "README.md .gitattributes LICENSE training_args.bin optimizer.pt"),
    ],
)
def test_files_are_told_apart_by_name(kind: str, paths: str) -> None:
    assert {path: kind_of(path) for path in paths.split()} == dict.fromkeys(paths.split(), kind)
