"""Turns a dossier into the page: a frozen tree of finished strings that templates only place."""
