"""Holds licences against those a suite allows: `licenses: {allow: [apache-2.0, mit]}`."""

from collections.abc import Mapping, Sequence

from harness.jsonvalue import Json
from harness.suitefile.keys.models import LicencePolicy
from harness.suitefile.keys.translate import validated
from harness.suitefile.tree.review import Review

POLICY_KEY = "licenses"


def read_policy(review: Review, data: Mapping[str, Json]) -> tuple[str, ...]:
    """Give the allowed licences in lower case, none when the suite says nothing of them."""
    if POLICY_KEY not in data:
        return ()
    model = validated(review, LicencePolicy, data[POLICY_KEY], (POLICY_KEY,), POLICY_KEY)
    return tuple(name.lower() for name in model.allow) if model is not None else ()


def licence_problem(licences: Sequence[str], allowed: Sequence[str]) -> str:
    """Say what is wrong with a model's licences; empty when all are allowed, or any would be.

    A model that states no licence is refused: nobody may assume one.
    """
    if not allowed:
        return ""
    listed = ", ".join(allowed)
    if not licences:
        return f"states no licence; the suite allows {listed}"
    refused = [name for name in licences if name.lower() not in {a.lower() for a in allowed}]
    if not refused:
        return ""
    return f"licence {', '.join(refused)} is not allowed; the suite allows {listed}"
