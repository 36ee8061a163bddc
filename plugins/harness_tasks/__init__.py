"""The tasks that come with revgate, one a file."""
