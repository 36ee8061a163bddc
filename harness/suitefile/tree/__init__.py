"""Reads YAML into a tree in which every key and value knows its place."""
