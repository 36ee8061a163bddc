"""Providers that come with revgate, one a file."""
