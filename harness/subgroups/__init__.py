"""Subgroups: searches the cases of a run for groups that got worse."""

from harness.subgroups.features import Features, Group
from harness.subgroups.search import Found, Searched, search

__all__ = ["Features", "Found", "Group", "Searched", "search"]
