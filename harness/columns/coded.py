"""Columns that take one byte a row while they have few different values."""

from array import array
from collections.abc import Hashable, Iterator, Sequence
from typing import TYPE_CHECKING, Any, Generic, TypeVar, overload

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_Value = TypeVar("_Value", bound=Hashable)

NAN = float("nan")
_MOST_CODES = 256


class CodedColumn(Sequence[float]):
    """Numbers: one byte a row up to 256 different ones, eight from then on. NaN is one of them."""

    __slots__ = ("_code_of", "_codes", "_known", "_wide")

    def __init__(self) -> None:
        self._known = array("d")
        self._code_of: dict[float, int] = {}
        self._codes = bytearray()
        self._wide: array[float] | None = None

    def append(self, value: float) -> None:
        """Take in one more row's number."""
        code = self._code_of.get(value)
        if code is None and self._wide is None:
            code = self._new_code(value)
        if code is not None:
            self._codes.append(code)
        else:
            self._widened().append(value)

    def replace(self, row: int, value: float) -> None:
        """Take another number for a row that is there."""
        code = self._code_of.get(value)
        if code is None and self._wide is None:
            code = self._new_code(value)
        if code is not None:
            self._codes[row] = code
        else:
            self._widened()[row] = value

    def fill(self, rows: int) -> None:
        """Add so many rows without a number: NaN."""
        if rows > 0:
            self.append(NAN)
            column: bytearray | array[Any] = self._codes if self._wide is None else self._wide
            column.extend(column[-1:] * (rows - 1))

    def _new_code(self, value: float) -> int | None:
        """Give the code of a number that seems new, None when there is no byte left for it."""
        if value != value:
            value = NAN  # NaN is found by being the same object only
            if value in self._code_of:
                return self._code_of[value]
        code = len(self._known)
        if code == _MOST_CODES:
            return None
        self._code_of[value] = code
        self._known.append(value)
        return code

    def _widened(self) -> "array[float]":
        """Give the column as eight bytes a row, from now on kept so."""
        if self._wide is None:
            self._wide = array("d", self)
            self._codes, self._code_of, self._known = bytearray(), {}, array("d")
        return self._wide

    def __len__(self) -> int:
        return len(self._codes if self._wide is None else self._wide)

    @overload
    def __getitem__(self, row: int) -> float: ...
    @overload
    def __getitem__(self, row: slice) -> "array[float]": ...
    def __getitem__(self, row: int | slice) -> "float | array[float]":
        if self._wide is not None:
            return self._wide[row]
        if isinstance(row, slice):
            return array("d", map(self._known.__getitem__, self._codes[row]))
        return self._known[self._codes[row]]

    def __iter__(self) -> Iterator[float]:
        if self._wide is not None:
            return iter(self._wide)
        return map(self._known.__getitem__, self._codes)

    def __array__(  # as numpy calls it
        self,
        dtype: Any = None,
        copy: bool | None = None,  # noqa: FBT001
    ) -> "NDArray[np.float64]":
        """Give the column as numpy takes it."""
        import numpy as np

        if self._wide is not None:
            return np.array(self._wide, dtype=dtype or np.float64)
        known = np.array(self._known, dtype=dtype or np.float64)
        return known[np.frombuffer(self._codes, np.uint8)]


class SharedColumn(Sequence[_Value], Generic[_Value]):
    """Values of which many rows have the same: one byte a row up to 256 of them, then four."""

    __slots__ = ("_code_of", "_codes", "_known")

    def __init__(self) -> None:
        self._known: list[_Value] = []
        self._code_of: dict[_Value, int] = {}
        self._codes = array("B")

    def append(self, value: _Value) -> None:
        """Take in one more row's value."""
        code = self._code_of.get(value)
        if code is None:
            code = self._code_of[value] = len(self._known)
            self._known.append(value)
            if code == _MOST_CODES:
                self._codes = array("I", self._codes)
        self._codes.append(code)

    @property
    def different(self) -> Sequence[_Value]:
        """Every value there is, once, in the order they came."""
        return self._known

    def __len__(self) -> int:
        return len(self._codes)

    @overload
    def __getitem__(self, row: int) -> _Value: ...
    @overload
    def __getitem__(self, row: slice) -> list[_Value]: ...
    def __getitem__(self, row: int | slice) -> "_Value | list[_Value]":
        if isinstance(row, slice):
            return [self._known[code] for code in self._codes[row]]
        return self._known[self._codes[row]]

    def __iter__(self) -> Iterator[_Value]:
        return map(self._known.__getitem__, self._codes)
