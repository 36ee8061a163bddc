"""Adds up one side's answers: states, latencies, identity, usage and cost."""
