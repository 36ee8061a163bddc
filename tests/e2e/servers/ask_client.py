"""Asks with the Hub's own client: run by the Python of the environment that has it.

    python ask_client.py < {"answers": [[url, task, text], ...], "models": [[name, revision], ...]}

Writes `{"version", "answers": [...], "models": [commit or error]}` to stdout.
"""

import json
import sys

import huggingface_hub
from huggingface_hub import HfApi, InferenceClient
from huggingface_hub.errors import HfHubHTTPError


def answer(url, task, text):
    """Give what the client's method for the task returns, as JSON."""
    client = InferenceClient(model=url)
    if task == "text-classification":
        return [[one.label, one.score] for one in client.text_classification(text, top_k=2)]
    return client.summarization(text).summary_text


def commit(name, revision):
    """Give the commit a name stands for, or the error the client raises."""
    try:
        return HfApi(token=False).model_info(name, revision=revision).sha
    except HfHubHTTPError as error:
        return type(error).__name__


asked = json.load(sys.stdin)
told = {
    "version": huggingface_hub.__version__,
    "answers": [answer(*one) for one in asked.get("answers", [])],
    "models": [commit(*one) for one in asked.get("models", [])],
}
json.dump(told, sys.stdout)
