"""Measures revgate against bare loops and other programs, as ratios within one run."""
