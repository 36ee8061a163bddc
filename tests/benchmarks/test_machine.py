"""What is said of the machine and its load: a median first, then least and most."""

from benchmarks.machine import load_line, looking_line, machine
from tests.benchmarks.measured import measured


def test_loads_are_told_by_their_median_and_from_least_to_most() -> None:
    assert load_line([9.0, 0.5, 2.0]) == "load average 2.0 (0.5 to 9.0)"
    assert load_line([1.0, 3.0]) == "load average 2.0 (1.0 to 3.0)"
    assert load_line([]) == "no load was seen"


def test_looking_is_told_as_a_share_of_the_time_of_those_that_were_looked_at() -> None:
    rounds = [
        measured("revgate", wall_s=wall_s, looking_cpu_s=cpu_s)
        for wall_s, cpu_s in ((2.0, 0.04), (10.0, 0.05), (4.0, 0.04), (4.0, 0.0))
    ]
    assert looking_line(rounds) == "took 1.0% of one core (0.5% to 2.0%)"
    assert looking_line(rounds[3:]) == "nobody looked"


def test_the_machine_is_told_in_a_line_with_the_python_that_runs() -> None:
    line = machine()
    assert " cores, " in line
    assert ", Python 3." in line
    assert "\n" not in line
