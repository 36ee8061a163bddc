"""The incomplete beta function: chances of counts, Student's t, exact limits of a share.

scipy is imported where it is first needed: it takes a quarter of a second, and not every verb
decides something.
"""


def beta_share(a: float, b: float, x: float) -> float:
    """Give the regularised incomplete beta function I_x(a, b), for a > 0, b > 0, x in [0, 1]."""
    from scipy.special import betainc

    return float(betainc(a, b, x))


def beta_quantile(a: float, b: float, share: float) -> float:
    """Give the x in [0, 1] at which I_x(a, b) is `share`, in (0, 1); a and b at least 1."""
    from scipy.special import betaincinv

    return float(betaincinv(a, b, share))


def count_share(count: int, n: int, share: float) -> float:
    """Give P(Binomial(n, share) <= count), `share` in [0, 1]."""
    from scipy.special import betaincc

    if count < 0 or count >= n:
        return 0.0 if count < 0 else 1.0
    return float(betaincc(count + 1, n - count, share))


def student_tails(t: float, freedom: float) -> float:
    """Give P(|T| >= |t|) for Student's t with that many degrees of freedom, > 0."""
    from scipy.special import stdtr

    return float(2 * stdtr(freedom, -abs(t)))
