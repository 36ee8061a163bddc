"""Columns that take next to nothing while they have few different values."""

from array import array
from collections import Counter
from collections.abc import Hashable, Iterator, Sequence
from itertools import repeat
from typing import TYPE_CHECKING, Any, Generic, TypeVar, overload

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_Value = TypeVar("_Value", bound=Hashable)

NAN = float("nan")
_MOST_CODES = 256


class SharedColumn(Sequence[_Value], Generic[_Value]):
    """Values many rows share: nothing a row while all are alike, a byte up to 256 of them, then 4.

    A float that is no number must be `NAN`, the same object each time.
    """

    __slots__ = ("_alike", "_code_of", "_codes", "_known")

    def __init__(self) -> None:
        self._known: list[_Value] = []
        self._code_of: dict[_Value, int] = {}
        self._codes: array[int] | None = None
        self._alike = 0
        """Rows so far, while there is one value only."""

    def append(self, value: _Value) -> None:
        """Take in one more row's value."""
        code = self._code_of.get(value)
        if code is None:
            code = self._new_code(value)
        if self._codes is None:
            self._alike += 1
        else:
            self._codes.append(code)

    def took(self, value: _Value) -> bool:
        """Take in one more row's value if some row before had it; whether that was so."""
        code = self._code_of.get(value)
        if code is None:
            return False
        if self._codes is None:
            self._alike += 1
        else:
            self._codes.append(code)
        return True

    def replace(self, row: int, value: _Value) -> None:
        """Take another value for a row that is there."""
        code = self._code_of.get(value)
        if code is None:
            code = self._new_code(value)
        if self._codes is not None:
            self._codes[row] = code

    def fill(self, value: _Value, rows: int) -> None:
        """Add so many rows of one value."""
        if rows > 0:
            self.append(value)
            if self._codes is None:
                self._alike += rows - 1
            else:
                self._codes.extend(self._codes[-1:] * (rows - 1))

    def has(self, value: _Value) -> bool:
        """Whether some row had it."""
        return value in self._code_of

    def _new_code(self, value: _Value) -> int:
        code = self._code_of[value] = len(self._known)
        self._known.append(value)
        if code == 1:
            self._codes = array("B", bytes(self._alike))
        elif code == _MOST_CODES and self._codes is not None:
            self._codes = array("I", self._codes)
        return code

    @property
    def different(self) -> Sequence[_Value]:
        """Every value there is, once, in the order they came."""
        return self._known

    def counts(self) -> dict[_Value, int]:
        """Give how many rows have each value."""
        if self._codes is None:
            return dict.fromkeys(self._known, self._alike)
        return {self._known[code]: rows for code, rows in sorted(Counter(self._codes).items())}

    def coded(self) -> "NDArray[np.intp]":
        """Give each row's place in `different`, shape (rows,)."""
        import numpy as np

        if self._codes is None:
            return np.zeros(self._alike, dtype=np.intp)
        return np.array(self._codes, dtype=np.intp)

    def __len__(self) -> int:
        return self._alike if self._codes is None else len(self._codes)

    @overload
    def __getitem__(self, row: int) -> _Value: ...
    @overload
    def __getitem__(self, row: slice) -> list[_Value]: ...
    def __getitem__(self, row: int | slice) -> "_Value | list[_Value]":
        if self._codes is None:
            places = range(self._alike)[row]
            return self._known[0] if isinstance(places, int) else self._known[:1] * len(places)
        if isinstance(row, slice):
            return [self._known[code] for code in self._codes[row]]
        return self._known[self._codes[row]]

    def __iter__(self) -> Iterator[_Value]:
        if self._codes is None:
            return repeat(self._known[0], self._alike) if self._alike else iter(())
        return map(self._known.__getitem__, self._codes)


class CodedColumn(Sequence[float]):
    """Numbers of which many rows have the same; eight bytes a row beyond 256 of them."""

    __slots__ = ("_shared", "_wide")

    def __init__(self) -> None:
        self._shared: SharedColumn[float] = SharedColumn()
        self._wide: array[float] | None = None

    def append(self, value: float) -> None:
        """Take in one more row's number."""
        if self._shared.took(value):
            return
        if value != value:
            value = NAN
        if self._wide is None and self._fits(value):
            self._shared.append(value)
        else:
            self._widened().append(value)

    def replace(self, row: int, value: float) -> None:
        """Take another number for a row that is there."""
        if value != value:
            value = NAN
        if self._wide is None and self._fits(value):
            self._shared.replace(row, value)
        else:
            self._widened()[row] = value

    def fill(self, rows: int) -> None:
        """Add so many rows without a number: NaN."""
        if self._wide is None and self._fits(NAN):
            self._shared.fill(NAN, rows)
        else:
            self._widened().extend(repeat(NAN, rows))

    def _fits(self, value: float) -> bool:
        return len(self._shared.different) < _MOST_CODES or self._shared.has(value)

    def _widened(self) -> "array[float]":
        """Give the column as eight bytes a row, from now on kept so."""
        if self._wide is None:
            self._wide = array("d", self._shared)
            self._shared = SharedColumn()
        return self._wide

    def __len__(self) -> int:
        return len(self._shared if self._wide is None else self._wide)

    @overload
    def __getitem__(self, row: int) -> float: ...
    @overload
    def __getitem__(self, row: slice) -> Sequence[float]: ...
    def __getitem__(self, row: int | slice) -> float | Sequence[float]:
        return self._shared[row] if self._wide is None else self._wide[row]

    def __iter__(self) -> Iterator[float]:
        return iter(self._shared if self._wide is None else self._wide)

    def __array__(  # as numpy calls it
        self,
        dtype: Any = None,
        copy: bool | None = None,  # noqa: FBT001
    ) -> "NDArray[np.float64]":
        """Give the column as numpy takes it."""
        import numpy as np

        if self._wide is not None:
            return np.array(self._wide, dtype=dtype or np.float64)
        known = np.array(self._shared.different or [NAN], dtype=dtype or np.float64)
        return known[self._shared.coded()]
