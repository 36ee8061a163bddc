"""v2: the Open Inference Protocol, as somebody who needs it would write its provider."""

from dataclasses import dataclass
from typing import Any

from harness.api import (
    Call,
    Identity,
    Json,
    Provider,
    Request,
    Response,
    canonical,
    hookimpl,
    parse_json,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """Keys of a target of this provider."""

    url: str


def request(call: Call) -> Request:
    """Give `POST {url}/v2/models/{model}/versions/{revision}/infer` with the rows as one tensor."""
    payload: Any = call.payload.value
    columns = payload["inputs"]["data"].values()
    rows = [[float(cell) for cell in row] for row in zip(*columns, strict=True)]
    tensor = {"name": "rows", "datatype": "FP64", "shape": [len(rows), len(columns)], "data": rows}
    target = call.target
    url = f"{target.options['url']}/v2/models/{target.model}/versions/{target.revision}/infer"
    body: Json = {"inputs": [tensor], "outputs": [{"name": "predict"}]}
    return Request(url=url, headers={"content-type": "application/json"}, body=canonical(body))


def output(response: Response) -> Json:
    """Give the classes, one a row."""
    value: Any = parse_json(response.body)
    classes: Json = value["outputs"][0]["data"]
    return classes


def served(response: Response) -> Identity | None:
    """Give the version the answer states: what the server was told it has, no more."""
    value: Any = parse_json(response.body)
    version = value.get("model_version")
    if not version:
        return None
    return Identity(revision=version, source="model_version", is_proof=False)


@hookimpl
def harness_providers() -> list[Provider]:
    """Give this provider."""
    return [
        Provider(
            name="v2",
            request=request,
            output=output,
            served=served,
            options=Options,
            tasks=("tabular-classification",),
        )
    ]
