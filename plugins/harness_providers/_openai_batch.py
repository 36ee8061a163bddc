"""Several texts in one request of the embeddings route."""

from collections.abc import Callable, Sequence
from functools import partial

from harness.api import Batch, Call, Json, Payload, Request, Response, parse_json, replace
from harness_providers import _hub_batch
from harness_providers._reading import at, count_of
from harness_providers._shares import as_many, shares


def embeddings_batch(request: Callable[[Call], Request]) -> Batch:
    """Give how the embedding calls of a provider travel together."""
    return Batch(tasks=frozenset({"feature-extraction"}), join=partial(join, request), split=split)


def join(request: Callable[[Call], Request], calls: Sequence[Call]) -> Request | None:
    """Give the request with every call's text in one list; None where parameters differ."""
    first = calls[0]
    texts: list[Json] = []
    for call in calls:
        value, text = call.payload.value, call.case.inputs
        if not isinstance(text, str) or not isinstance(value, dict):
            return None
        if call.case.parameters != first.case.parameters:
            return None
        texts.append(text)
    value = first.payload.value
    body: dict[str, Json] = {**(value if isinstance(value, dict) else {}), "inputs": texts}
    case = replace(first.case, inputs=texts)
    return request(replace(first, case=case, payload=Payload(value=body)))


def split(response: Response, count: int) -> Sequence[Response]:
    """Give each text's answer, by the `index` it has; raises ValueError where that fails.

    What was consumed is stated for all together, and stays with the first.
    """
    value = parse_json(response.body)
    if isinstance(value, list):
        return _hub_batch.split(response, count)
    if not isinstance(value, dict):
        raise ValueError("the answer is no object with `data`")
    entries = as_many(value.get("data"), count)
    ordered = sorted(entries, key=lambda entry: count_of(at(entry, "index")) or 0)
    places = [count_of(at(entry, "index")) for entry in ordered]
    if places != list(range(count)):
        raise ValueError(f"the answers have the places {places[:9]}, not 0 to {count - 1}")
    head = {key: item for key, item in value.items() if key not in {"data", "usage"}}
    answers: list[Json] = [{**head, "data": [_first(entry)]} for entry in ordered]
    if answers and isinstance(answers[0], dict) and "usage" in value:
        answers[0]["usage"] = value["usage"]
    return shares(response, answers)


def _first(entry: Json) -> Json:
    return {**entry, "index": 0} if isinstance(entry, dict) else entry
