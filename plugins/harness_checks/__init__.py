"""The checks that come with revgate, one a file."""
