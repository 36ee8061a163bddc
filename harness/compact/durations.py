"""Columns of what most often is whole microseconds, and of places in a row."""

from array import array
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, overload

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_PER_SECOND = 1e6
_MOST = (1 << 32) - 1


class DurationColumn(Sequence[float]):
    """Seconds, exactly as given: four bytes a row while all are whole microseconds, then eight."""

    __slots__ = ("_micros", "_seconds")

    def __init__(self) -> None:
        self._micros = array("I")
        self._seconds: array[float] | None = None

    def append(self, seconds: float) -> None:
        """Take in one more row's, finite."""
        if self._seconds is None:
            micros = round(seconds * _PER_SECOND)
            if 0 <= micros <= _MOST and micros / _PER_SECOND == seconds:
                self._micros.append(micros)
                return
            self._seconds = array("d", self)
            self._micros = array("I")
        self._seconds.append(seconds)

    def __len__(self) -> int:
        return len(self._micros if self._seconds is None else self._seconds)

    @overload
    def __getitem__(self, row: int) -> float: ...
    @overload
    def __getitem__(self, row: slice) -> "array[float]": ...
    def __getitem__(self, row: int | slice) -> "float | array[float]":
        if self._seconds is not None:
            return self._seconds[row]
        if isinstance(row, slice):
            return array("d", [micros / _PER_SECOND for micros in self._micros[row]])
        return self._micros[row] / _PER_SECOND

    def __iter__(self) -> Iterator[float]:
        if self._seconds is not None:
            return iter(self._seconds)
        return (micros / _PER_SECOND for micros in self._micros)

    def __array__(  # as numpy calls it
        self,
        dtype: Any = None,
        copy: bool | None = None,  # noqa: FBT001
    ) -> "NDArray[np.float64]":
        """Give the column as numpy takes it."""
        import numpy as np

        if self._seconds is not None:
            return np.array(self._seconds, dtype=dtype or np.float64)
        seconds = np.array(self._micros, dtype=dtype or np.float64)
        seconds /= _PER_SECOND
        return seconds


class StepColumn(Sequence[int]):
    """Whole numbers of 32 bits: nothing a row while each is one step more than the one before."""

    __slots__ = ("_numbers", "_steps")

    def __init__(self) -> None:
        self._steps = range(0)
        self._numbers: array[int] | None = None

    def append(self, number: int) -> None:
        """Take in one more row's."""
        if self._numbers is None:
            steps = self._steps
            if not steps:
                self._steps = range(number, number + 1)
                return
            step = steps.step if len(steps) > 1 else number - steps[0]
            if step > 0 and number == steps[-1] + step:
                self._steps = range(steps[0], number + 1, step)
                return
            self._numbers = array("I", steps)
        self._numbers.append(number)

    def __len__(self) -> int:
        return len(self._steps if self._numbers is None else self._numbers)

    @overload
    def __getitem__(self, row: int) -> int: ...
    @overload
    def __getitem__(self, row: slice) -> Sequence[int]: ...
    def __getitem__(self, row: int | slice) -> int | Sequence[int]:
        return self._steps[row] if self._numbers is None else self._numbers[row]

    def __iter__(self) -> Iterator[int]:
        return iter(self._steps if self._numbers is None else self._numbers)

    def __array__(  # as numpy calls it
        self,
        dtype: Any = None,
        copy: bool | None = None,  # noqa: FBT001
    ) -> "NDArray[np.int64]":
        """Give the column as numpy takes it."""
        import numpy as np

        if self._numbers is not None:
            return np.array(self._numbers, dtype=dtype or np.int64)
        steps = self._steps
        return np.arange(steps.start, steps.stop, steps.step, dtype=dtype or np.int64)
