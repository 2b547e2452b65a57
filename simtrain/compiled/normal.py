"""The normal law in compiled code: its quantile to the bit, and hazards without underflow."""

from __future__ import annotations

import math

from simtrain.compiled.caching import kernel

_LOG_2 = math.log(2.0)
_SQRT_2 = math.sqrt(2.0)
_LOG_SQRT_TAU = 0.5 * math.log(math.tau)
_FAR = 37.0
"""Standard deviations beyond which a float can hardly hold what lies above them."""


@kernel
def probit(p: float, mu: float, sigma: float) -> float:
    """Quantile of a normal law: the standard library's, operation by operation.

    Parameters
    ----------
    p
        Probability above 0 and below 1.
    mu, sigma
        Mean and standard deviation.

    References
    ----------
    M. J. Wichura, "Algorithm AS 241: the percentage points of the normal distribution", Applied
    Statistics 37 (3), 1988.
    """
    q = p - 0.5
    if math.fabs(q) <= 0.425:
        r = 0.180625 - q * q
        num = (
            ((((((2.5090809287301226727e3 * r + 3.3430575583588128105e4) * r
            + 6.7265770927008700853e4) * r + 4.5921953931549871457e4) * r
            + 1.3731693765509461125e4) * r + 1.9715909503065514427e3) * r
            + 1.3314166789178437745e2) * r + 3.3871328727963666080e0
        ) * q  # fmt: skip
        den = (
            ((((((5.2264952788528545610e3 * r + 2.8729085735721942674e4) * r
            + 3.9307895800092710610e4) * r + 2.1213794301586595867e4) * r
            + 5.3941960214247511077e3) * r + 6.8718700749205790830e2) * r
            + 4.2313330701600911252e1) * r + 1.0
        )  # fmt: skip
        return mu + (num / den) * sigma
    r = p if q <= 0.0 else 1.0 - p
    r = math.sqrt(-math.log(r))
    if r <= 5.0:
        r = r - 1.6
        num = (
            ((((((7.74545014278341407640e-4 * r + 2.27238449892691845833e-2) * r
            + 2.41780725177450611770e-1) * r + 1.27045825245236838258e0) * r
            + 3.64784832476320460504e0) * r + 5.76949722146069140550e0) * r
            + 4.63033784615654529590e0) * r + 1.42343711074968357734e0
        )  # fmt: skip
        den = (
            ((((((1.05075007164441684324e-9 * r + 5.47593808499534494600e-4) * r
            + 1.51986665636164571966e-2) * r + 1.48103976427480074590e-1) * r
            + 6.89767334985100004550e-1) * r + 1.67638483018380384940e0) * r
            + 2.05319162663775882187e0) * r + 1.0
        )  # fmt: skip
    else:
        r = r - 5.0
        num = (
            ((((((2.01033439929228813265e-7 * r + 2.71155556874348757815e-5) * r
            + 1.24266094738807843860e-3) * r + 2.65321895265761230930e-2) * r
            + 2.96560571828504891230e-1) * r + 1.78482653991729133580e0) * r
            + 5.46378491116411436990e0) * r + 6.65790464350110377720e0
        )  # fmt: skip
        den = (
            ((((((2.04426310338993978564e-15 * r + 1.42151175831644588870e-7) * r
            + 1.84631831751005468180e-5) * r + 7.86869131145613259100e-4) * r
            + 1.48753612908506148525e-2) * r + 1.36929880922735805310e-1) * r
            + 5.99832206555887937690e-1) * r + 1.0
        )  # fmt: skip
    x = num / den
    if q < 0.0:
        x = -x
    return mu + x * sigma


@kernel
def normal_hazard(z: float) -> float:
    """-log P(Z > z) of a standard normal Z."""
    if z < 0.0:
        return -math.log1p(-0.5 * math.erfc(-z / _SQRT_2))
    if z < _FAR:
        return -math.log(0.5 * math.erfc(z / _SQRT_2))
    return 0.5 * z * z + math.log(z) + _LOG_SQRT_TAU - math.log(_mills(z))


@kernel
def normal_at(hazard: float) -> float:
    """Inverse of `normal_hazard`."""
    if hazard < _LOG_2:
        return probit(-math.expm1(-hazard), 0.0, 1.0) if hazard > 0.0 else -math.inf
    if hazard < 700.0:
        return -probit(math.exp(-hazard), 0.0, 1.0)
    if hazard == math.inf:
        return math.inf
    z = math.sqrt(2.0 * hazard - math.log(2.0 * hazard) - 2.0 * _LOG_SQRT_TAU)
    for _ in range(3):  # Newton's steps; the first guess is already right to one in 10⁵
        z -= (normal_hazard(z) - hazard) * _mills(z) / z
    return z


@kernel
def _mills(z: float) -> float:
    """P(Z > z)·z / φ(z) far out, by its asymptotic series."""
    x = 1.0 / (z * z)
    return 1.0 - x * (
        1.0 - 3.0 * x * (1.0 - 5.0 * x * (1.0 - 7.0 * x * (1.0 - 9.0 * x * (1.0 - 11.0 * x))))
    )
