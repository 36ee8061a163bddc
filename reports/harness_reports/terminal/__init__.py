"""The report in the terminal: what the page says, in its order, as lines."""

from harness_reports.terminal.whole import case_screen, screen

__all__ = ["case_screen", "screen"]
