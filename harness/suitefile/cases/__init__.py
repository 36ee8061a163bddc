"""Reads what is asked: cases in the suite, rows of a dataset, files beside it."""
