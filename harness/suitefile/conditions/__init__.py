"""Reads what must hold: checks on an answer, gates on the comparison."""
