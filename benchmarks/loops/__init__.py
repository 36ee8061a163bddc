"""Programs that do nothing but call; each runs in a process of its own."""
