"""What runs in the process of a model; it imports nothing of revgate, and torch only to load."""
