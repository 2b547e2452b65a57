"""Single steps against what is known by hand, by formula or from scipy."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from simtrain.history.poisson import dispersion, exact_interval
from simtrain.history.survival import fitted_laws, kaplan_meier
from simtrain.logs.outages import longest_quiet_s, most_within, outages
from tests.history.made import DAY, log_of


@pytest.mark.parametrize("count", [0, 1, 7, 312, 2478])
def test_exact_intervals_leave_out_half_of_the_rest_on_either_side(count):
    low, high = exact_interval(count)
    assert stats.poisson.cdf(count, high) == pytest.approx(0.025)
    if count:
        assert stats.poisson.sf(count - 1, low) == pytest.approx(0.025)


def test_dispersion_of_poisson_counts_is_one_and_its_z_is_normal():
    """Mean of z over 2,000 rows of 60 counts: 0 ± 0.022; a tenth more dispersion moves it by 0.5.

    Its standard deviation is 1 to 5 %.
    """
    random = np.random.default_rng(1)
    z = [dispersion(random.poisson(2.0, 60)).z for _ in range(2000)]
    assert abs(np.mean(z)) < 3.3 / np.sqrt(len(z))
    assert np.std(z) == pytest.approx(1.0, abs=0.06)
    assert dispersion([3, 3, 3]).ratio == 0.0
    assert dispersion([0, 0]) is None


@pytest.mark.parametrize(("total", "spans"), [(2, 8), (20, 180), (300, 25)])
def test_poisson_counts_are_called_others_hardly_more_than_once_in_a_hundred(
    total: int, spans: int
) -> None:
    """Also where there are few of them: two of a week in eight are no spell. Of 1,000, 10 ± 3."""
    random = np.random.default_rng(3)
    counts = random.multinomial(total, [1 / spans] * spans, size=1000)
    found = [dispersion(one) for one in counts]
    assert sum(one is not None and not one.is_poisson for one in found) <= 20
    assert not dispersion([total, *[0] * 999]).is_poisson


def test_hosts_down_are_counted_over_time_by_hand():
    """Days: none for 1, one for 1, two for 2, one for 2, none for 4."""
    log = log_of([(1.0, 0, 4.0), (2.0, 1, 6.0)], hosts=3, days=10)
    down = outages(log).down
    assert down.mean == pytest.approx(0.7)
    assert down.most == 2
    assert (down.share(0), down.share(1)) == pytest.approx((0.5, 0.8))
    assert [down.quantile(part) for part in (0.5, 0.79, 0.81)] == [0, 1, 2]


def test_what_is_not_over_lasts_to_the_end_of_the_window():
    log = log_of([(1.0, 0, np.nan), (8.0, 1, 20.0)], hosts=2, days=10)
    found = outages(log)
    assert found.down_host_days == pytest.approx(9 + 2)
    assert len(found.gaps.length_s) == 0


def test_repeats_count_from_the_return():
    log = log_of([(1.0, 0, 5.0), (5.5, 0, 6.0), (30.0, 0, 31.0), (2.0, 1, 3.0)], 2, 40)
    found = outages(log)
    assert [found.repeats(days * DAY) for days in (0.4, 1, 7, 30)] == [0, 1, 1, 2]
    assert list(found.gaps.length_s / DAY) == [0.5, 24.0, 9.0, 37.0]
    assert list(found.gaps.ended) == [True, True, False, False]


def test_quiet_times_and_crowds():
    assert longest_quiet_s([2.0, 3.0], 10.0) == 7.0
    assert most_within([0.0, 1.0, 1.5, 2.0, 9.0], 1.0) == 3
    assert most_within([], 1.0) == 0


def test_kaplan_and_meier_by_hand():
    """Of 4, one ends at 1; one of 3 is over without an end at 2; one of 2 ends at 3."""
    curve = kaplan_meier(np.array([1.0, 2.0, 3.0, 4.0]), np.array([True, False, True, False]))
    assert curve.survival[:-1] == pytest.approx([0.75])
    assert curve.weights == pytest.approx([0.25, 0.75])


def test_without_open_times_a_curve_has_the_mean_and_quantiles_of_its_values():
    values = np.random.default_rng(2).lognormal(size=501)
    curve = kaplan_meier(values, np.ones(501, dtype=bool))
    assert curve.mean == pytest.approx(values.mean())
    for part in (0.0, 0.1, 0.5, 0.937, 1.0):
        assert curve.quantile(part) == pytest.approx(np.quantile(values, part))


@pytest.mark.parametrize(
    ("kind", "law", "free"),
    [
        ("exponential", stats.expon, {"floc": 0}),
        ("weibull", stats.weibull_min, {"floc": 0}),
        ("gamma", stats.gamma, {"floc": 0}),
        ("lognormal", stats.lognorm, {"floc": 0}),
    ],
)
def test_laws_have_the_likelihood_of_scipy_on_censored_data(kind, law, free):
    random = np.random.default_rng(3)
    times = 40 * DAY * random.weibull(0.7, 400)
    limit = random.uniform(5, 90, 400) * DAY
    observed = times <= limit
    seen = np.minimum(times, limit)
    mine = next(one for one in fitted_laws(seen, observed) if one.kind == kind)
    data = stats.CensoredData.right_censored(seen / DAY, ~observed)
    fitted = law.fit(data, **free)
    theirs = law.logpdf(seen[observed] / DAY, *fitted).sum()
    theirs += law.logsf(seen[~observed] / DAY, *fitted).sum()
    assert mine.log_likelihood == pytest.approx(theirs, abs=1e-3)
    assert mine.law.quantile(0.5) / DAY == pytest.approx(law.ppf(0.5, *fitted), rel=2e-3)
    assert mine.aic == pytest.approx(2 * (1 if kind == "exponential" else 2) - 2 * theirs, abs=2e-3)
