"""From random words to numbers, by transforms of our own: the same bits give the same numbers on every machine.

Only +, -, *, /, square roots, shifts and frexp/ldexp are used, which IEEE 754 defines to the bit; a library's log or
exp may differ in the last bit from one release or processor to the next, and would move a workload with it.
"""

from __future__ import annotations

from fractions import Fraction
from functools import lru_cache
from itertools import accumulate
from math import lcm

import numpy as np
import numpy.typing as npt

from ddbload.values.philox import Words

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]

_LN2_HIGH = float.fromhex("0x1.62e42fee00000p-1")  # 33 bits, so that k * _LN2_HIGH is exact for |k| < 2**20
_LN2_LOW = float.fromhex("0x1.a39ef35793c76p-33")
_SQRT_HALF = 0.7071067811865476
_LOW = np.uint64(0xFFFFFFFF)
_HALF = np.uint64(32)


def unit(word: Words) -> Floats:
    """Uniform numbers strictly between 0 and 1: (k + 1/2) / 2**52 for the upper 52 bits k."""
    return ((word >> np.uint64(12)).astype(np.float64) + 0.5) * 2.0**-52


def below(word: Words, n: int) -> Integers:
    """Uniform whole numbers 0 .. n-1 (n <= 2**63): the upper 64 bits of word * n.

    Every number has a probability of floor or ceil(2**64 / n) / 2**64: off by less than n / 2**64, relatively.
    """
    if not 1 <= n <= 2**63:
        raise ValueError(f"cannot choose below {n}: it must lie between 1 and 2**63")
    low, high = word & _LOW, word >> _HALF
    n_low, n_high = np.uint64(n & 0xFFFFFFFF), np.uint64(n >> 32)
    middle = high * n_low + ((low * n_low) >> _HALF)
    if not n_high:
        return (middle >> _HALF).astype(np.int64)
    cross = (middle & _LOW) + low * n_high
    upper: Words = high * n_high + (middle >> _HALF) + (cross >> _HALF)
    return upper.astype(np.int64)


@lru_cache(maxsize=1024)
def thresholds(weights: tuple[float, ...]) -> Words:
    """For `weighted`: the words below thresholds[i] and not below thresholds[i-1] choose i. Exact to 2**-64."""
    fractions = [Fraction(weight) for weight in weights]
    scale = lcm(*(fraction.denominator for fraction in fractions))
    whole = [fraction.numerator * (scale // fraction.denominator) for fraction in fractions]
    total = sum(whole)
    if min(whole) < 0 or not total:
        raise ValueError(f"weights must not be negative nor all zero, found {list(weights)}")
    last = max(i for i, weight in enumerate(whole) if weight)  # it takes all that is left, and needs no threshold
    marks = [min((reached << 64) // total, 2**64 - 1) for reached in accumulate(whole[:last])]
    return np.array(marks, dtype=np.uint64)


def weighted(word: Words, marks: Words) -> Integers:
    """Positions chosen with the probabilities behind `thresholds`."""
    return np.searchsorted(marks, word, side="right").astype(np.int64)


def log(x: Floats) -> Floats:
    """Natural logarithm of positive finite numbers; relative error below 1e-15.

    x = m * 2**e with m in [sqrt(1/2), sqrt(2)); ln m = 2 artanh(f) with f = (m-1)/(m+1), |f| < 0.172, as a series.
    """
    m, e = np.frexp(x)
    small = m < _SQRT_HALF
    m = np.where(small, m * 2.0, m)
    e = e - small
    f = (m - 1.0) / (m + 1.0)
    square = f * f
    series = np.full_like(f, 1.0 / 23.0)
    for k in range(21, 0, -2):
        series = series * square + 1.0 / k
    return e * _LN2_HIGH + (2.0 * f * series + e * _LN2_LOW)


def exp(x: Floats) -> Floats:
    """The exponential function for |x| < 700; relative error below 1e-15.

    x = k ln 2 + r with |r| <= ln(2)/2; e ** r is its series.
    """
    k = np.rint(x * (1.0 / 0.6931471805599453))
    r = (x - k * _LN2_HIGH) - k * _LN2_LOW
    series = np.ones_like(r)
    for i in range(14, 0, -1):
        series = 1.0 + series * r / i
    return np.ldexp(series, k.astype(np.int32))


def exponential(word: Words) -> Floats:
    """Exponential gaps of mean 1, by inversion: -ln(u). At most 36.8."""
    return -log(unit(word))


# Rational approximations of the normal quantile, fitted for this file (least squares with Lawson weights on Chebyshev
# nodes). Centre: z = q P(q^2) / Q(q^2) with q = u - 1/2; beyond |q| = 0.425: z = P(t) / Q(t) with t = sqrt(-2 ln tail).
_CENTRE = 0.425
_CENTRE_P = (2.506628281631, -21.8140091928, 62.00689970279, -61.28967155755, 11.89626396299)
_CENTRE_Q = (1.0, -9.749727576206, 32.64412489796, -42.43278669202, 16.16937509638)
_TAIL_P = (-3.167387206532, -7.688718007428, 2.54719089319, 4.302213757878, 0.8288475719376, 0.03269352127441)
_TAIL_Q = (1.0, 5.305259358052, 4.469995546653, 0.8294107665733, 0.03269009805839)


def normal(word: Words) -> Floats:
    """Standard normal numbers by inversion; absolute error below 1e-9, from -8.2 to 8.2."""
    return normal_quantile(unit(word))


def normal_quantile(u: Floats) -> Floats:
    """The z below which a share u (2**-53 <= u <= 1 - 2**-53) of the standard normal distribution lies."""
    q = u - 0.5
    square = q * q
    z = q * _polynomial(_CENTRE_P, square) / _polynomial(_CENTRE_Q, square)
    far = np.abs(q) > _CENTRE
    if far.any():
        t = np.sqrt(-2.0 * log(np.minimum(u[far], 1.0 - u[far])))
        z[far] = np.copysign(_polynomial(_TAIL_P, t) / _polynomial(_TAIL_Q, t), q[far])
    return z


def normal_cdf(z: Floats) -> Floats:
    """The share of the standard normal distribution below z; absolute error below 1e-15. 0 and 1 beyond |z| = 9.

    1/2 + phi(z) (z + z^3/3 + z^5/(3*5) + ...), whose terms all have the sign of z (Abramowitz and Stegun, 26.2.11).
    """
    z = np.clip(z, -_CDF_ENDS, _CDF_ENDS)
    square = z * z
    term, series = z, z
    for k in range(3, 2 * _CDF_TERMS, 2):
        term = term * square / k
        series = series + term
    return np.clip(0.5 + _PHI_0 * exp(-0.5 * square) * series, 0.0, 1.0)


_PHI_0 = 0.3989422804014327  # 1 / sqrt(2 pi)
_CDF_ENDS, _CDF_TERMS = 9.0, 160


def _polynomial(coefficients: tuple[float, ...], x: Floats) -> Floats:
    value = np.full_like(x, coefficients[-1])
    for coefficient in coefficients[-2::-1]:
        value = value * x + coefficient
    return value
