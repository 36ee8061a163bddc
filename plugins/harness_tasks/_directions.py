"""Every measure of every task by name, and which way it is better."""

from typing import Literal

Direction = Literal["higher", "lower", "neither"]

DIRECTIONS: dict[str, Direction] = {
    "agreement": "higher",
    "aggregator_agreement": "higher",
    "anls": "higher",
    "answer_f1": "higher",
    "box_f1": "higher",
    "bytes_ratio": "neither",
    "cell_f1": "higher",
    "cer": "lower",
    "chrf": "higher",
    "cosine": "higher",
    "dimension_agreement": "higher",
    "duration_ratio": "neither",
    "entity_label_agreement": "higher",
    "exact_match": "higher",
    "json_agreement": "higher",
    "label_agreement": "higher",
    "label_flip": "lower",
    "length_ratio": "neither",
    "level_drift_db": "neither",
    "mask_iou": "higher",
    "max_difference": "lower",
    "mean_difference": "lower",
    "mean_iou": "higher",
    "neighbour_agreement": "higher",
    "new_refusal_phrase": "lower",
    "perceptual_distance": "lower",
    "pixel_ratio": "neither",
    "probability_shift": "lower",
    "rank_correlation": "higher",
    "rouge_l": "higher",
    "row_agreement": "higher",
    "score_drift": "neither",
    "similarity": "higher",
    "span_f1": "higher",
    "spectral_distance_db": "lower",
    "start_drift_s": "lower",
    "structural_similarity": "higher",
    "tool_argument_agreement": "higher",
    "tool_call_agreement": "higher",
    "tool_name_agreement": "higher",
    "top_agreement": "higher",
    "top_k_overlap": "higher",
    "wer": "lower",
}
"""One name means the same in every task that has it."""


def directions(*names: str) -> dict[str, Direction]:
    """Give the measures of a task by name; every task has `agreement`."""
    return {name: DIRECTIONS[name] for name in ("agreement", *names)}
