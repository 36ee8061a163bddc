"""Gates: what each metric is, and how a limit on it is decided."""

from harness.gates.asked import Asked
from harness.gates.defaults import default_gates, gates_of
from harness.gates.foretelling import foretold, gates_asked
from harness.gates.reach import unreachable

__all__ = ["Asked", "default_gates", "foretold", "gates_asked", "gates_of", "unreachable"]
