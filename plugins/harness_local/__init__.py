"""Models on this machine as targets, each in a process of its own."""
