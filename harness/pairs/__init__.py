"""Holds the answers of two sides against each other, case by case."""
