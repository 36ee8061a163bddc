"""Reads who is compared: targets, their addresses and pins."""
