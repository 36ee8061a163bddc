"""Gates: what each metric is, and how a limit on it is decided."""

from harness.gates.defaults import default_gates, gates_of
from harness.gates.reach import unreachable

__all__ = ["default_gates", "gates_of", "unreachable"]
