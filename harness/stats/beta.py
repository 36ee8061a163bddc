"""The incomplete beta function: Student's t, exact limits of a share.

scipy is imported where it is first needed: it takes a quarter of a second, and not every verb
decides something.
"""

import os
from functools import cache
from typing import Any


@cache
def _special() -> Any:
    """Give scipy.special; what it brings along dies of a SOURCE_DATE_EPOCH that is no number."""
    stated = os.environ.pop("SOURCE_DATE_EPOCH", None)
    try:
        import scipy.special
    finally:
        if stated is not None:
            os.environ["SOURCE_DATE_EPOCH"] = stated
    return scipy.special


def beta_share(a: float, b: float, x: float) -> float:
    """Give the regularised incomplete beta function I_x(a, b), for a > 0, b > 0, x in [0, 1]."""
    return float(_special().betainc(a, b, x))


def beta_quantile(a: float, b: float, share: float) -> float:
    """Give the x in [0, 1] at which I_x(a, b) is `share`, in (0, 1); a and b at least 1."""
    return float(_special().betaincinv(a, b, share))


def student_tails(t: float, freedom: float) -> float:
    """Give P(|T| >= |t|) for Student's t with that many degrees of freedom, > 0."""
    return float(2 * _special().stdtr(freedom, -abs(t)))
