"""Waivers: known differences a person accepted, read, matched, taken out of the gates."""

from harness.waivers.applying import as_unchanged, marked
from harness.waivers.checking import CaseDigests, problems_of
from harness.waivers.keeping import EVENT, waivers_from_json, waivers_to_json
from harness.waivers.reading import ReadWaivers, read_waivers, waivers_path
from harness.waivers.settling import SeenCases, Settled, in_force, settle
from harness.waivers.writing import Accepted, waivers_text

__all__ = [
    "EVENT", "Accepted", "CaseDigests", "ReadWaivers", "SeenCases", "Settled", "as_unchanged",
    "in_force", "marked", "problems_of", "read_waivers", "settle", "waivers_from_json",
    "waivers_path", "waivers_text", "waivers_to_json",
]  # fmt: skip
