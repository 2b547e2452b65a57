from __future__ import annotations

import doctest
import heapq
import math
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import integrate, optimize, special  # type: ignore[import-untyped]

from simtrain import theory

if TYPE_CHECKING:
    from collections.abc import Callable

MINUTE, HOUR = 60.0, 3600.0


# --- the best interval --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("mtbf", "published"), [(24 * HOUR, 117.0), (6 * HOUR, 57.0), (0.25 * HOUR, 9.1)]
)
def test_intervals_that_daly_published(mtbf: float, published: float) -> None:
    half_a_digit = 0.5 if published > 10 else 0.05
    found = theory.daly_interval(5 * MINUTE, mtbf) / MINUTE
    assert found == pytest.approx(published, abs=half_a_digit)


def test_daly_gives_the_mtbf_when_a_save_takes_twice_as_long() -> None:
    assert theory.daly_interval(201.0, 100.0) == 100.0
    assert theory.daly_interval(200.0, 100.0) == 100.0


def test_young() -> None:
    assert theory.young_interval(5 * MINUTE, 24 * HOUR) == pytest.approx(120 * MINUTE)


@pytest.mark.parametrize("ratio", [1e-4, 1e-2, 0.3, 1.0, 3.0, 10.0])
def test_optimal_interval_by_direct_minimisation(ratio: float) -> None:
    def slowness(interval: float) -> float:
        return theory.expected_segment(interval, 50.0 * ratio, 50.0, 20.0, 7.0) / interval

    least = optimize.minimize_scalar(
        slowness, bounds=(0.0, 100.0), method="bounded", options={"xatol": 1e-9}
    )
    # A minimum is flat: its place is known to half of the digits only.
    assert theory.optimal_interval(50.0 * ratio, 50.0) == pytest.approx(least.x, rel=1e-5)


@given(st.floats(-6, 5))
def test_optimal_interval_is_lamberts(exponent: float) -> None:
    ratio = 10.0**exponent
    exact = 7.0 * float(special.lambertw(-math.exp(-1.0 - ratio)).real + 1.0)
    assert theory.optimal_interval(7.0 * ratio, 7.0) == pytest.approx(exact, rel=1e-9)


def test_the_three_intervals_meet_where_saves_are_short() -> None:
    save, mtbf = 1e-9, 1.0
    optimum = theory.optimal_interval(save, mtbf)
    assert theory.daly_interval(save, mtbf) == pytest.approx(optimum, rel=1e-9)
    assert theory.young_interval(save, mtbf) == pytest.approx(optimum, rel=1e-4)


@given(st.floats(-8, 3))
def test_daly_costs_little_more_than_the_optimum(exponent: float) -> None:
    save = 10.0**exponent

    def slowness(interval: float) -> float:
        return theory.expected_segment(interval, save, 1.0) / interval

    optimum = theory.optimal_interval(save, 1.0)
    assert optimum <= min(1.0, theory.young_interval(save, 1.0))
    if save < 100.0:
        assert slowness(optimum) <= slowness(theory.daly_interval(save, 1.0)) * (1 + 1e-9)
        assert slowness(theory.daly_interval(save, 1.0)) <= 1.01 * slowness(optimum)


# --- memoryless faults, by brute force ----------------------------------------------------------


def simulate_run(
    rng: np.random.Generator,
    segments: list[float],
    save: float,
    mtbf: float,
    downtime: Callable[[], float],
    restart: Callable[[], float],
) -> float:
    """Wall-clock of one run that loses its segment at each fault."""
    clock, fault = 0.0, rng.exponential(mtbf)
    for work in segments:
        need = work + save
        while fault < need:
            clock += fault + downtime()
            fault = rng.exponential(mtbf)
            need = restart() + work + save
        clock += need
        fault -= need
    return clock


def assert_mean(sample: list[float], expected: float) -> None:
    error = np.std(sample) / math.sqrt(len(sample))
    assert abs(np.mean(sample) - expected) < 3.3 * error
    assert error < 0.01 * expected


def test_expected_wall_clock_by_brute_force() -> None:
    rng = np.random.default_rng(1)
    runs = [
        simulate_run(rng, [10.0, 10.0, 10.0, 4.0], 2.0, 15.0, lambda: 3.0, lambda: 5.0)
        for _ in range(20_000)
    ]
    assert_mean(runs, theory.expected_wall_clock(34.0, 10.0, 2.0, 15.0, 3.0, 5.0))


def test_expected_segment_by_brute_force() -> None:
    rng = np.random.default_rng(2)
    runs = [simulate_run(rng, [10.0], 2.0, 12.0, lambda: 3.0, lambda: 5.0) for _ in range(30_000)]
    assert_mean(runs, theory.expected_segment(10.0, 2.0, 12.0, 3.0, 5.0))


@pytest.mark.parametrize("shape", [1.0, 0.5, 4.0])
def test_expected_segment_with_random_restart_by_brute_force(shape: float) -> None:
    rng = np.random.default_rng(3)
    runs = [
        simulate_run(
            rng, [10.0], 2.0, 12.0, lambda: 6.0 * rng.random(), lambda: rng.gamma(shape, 5 / shape)
        )
        for _ in range(20_000)
    ]
    restart = theory.laplace_gamma(5.0, shape, 12.0)
    assert_mean(runs, theory.expected_segment_random(10.0, 2.0, 12.0, 3.0, restart))


def test_a_first_load_would_cost_more_than_the_formula() -> None:
    segment = theory.expected_segment(10.0, 2.0, 12.0, 3.0, 5.0)
    with_load = theory.expected_segment(15.0, 2.0, 12.0, 3.0)
    retries = 1.0 - math.exp(-12.0 / 12.0)
    assert segment == pytest.approx(retries * (12.0 + 3.0 + with_load))


def test_laplace_transforms_agree_where_they_meet() -> None:
    assert theory.laplace_gamma(5.0, 1.0, 12.0) == pytest.approx(12.0 / 17.0)
    assert theory.laplace_exponential(5.0, 12.0) == pytest.approx(12.0 / 17.0)
    assert theory.laplace_gamma(5.0, 1e9, 12.0) == pytest.approx(theory.laplace_fixed(5.0, 12.0))
    expected = theory.expected_segment(10.0, 2.0, 12.0, 3.0, 5.0)
    fixed = theory.laplace_fixed(5.0, 12.0)
    assert theory.expected_segment_random(10.0, 2.0, 12.0, 3.0, fixed) == pytest.approx(expected)


def test_wall_clock_without_faults_is_work_and_stalls() -> None:
    never = 1e15
    assert theory.expected_wall_clock(100.0, 10.0, 1.0, never) == pytest.approx(110.0)
    assert theory.expected_wall_clock(101.0, 10.0, 1.0, never) == pytest.approx(112.0)
    assert theory.expected_wall_clock(5.0, 10.0, 1.0, never) == pytest.approx(6.0)
    assert theory.expected_wall_clock(0.0, 10.0, 1.0, never) == 0.0


def test_rounding_makes_no_segment_of_its_own() -> None:
    for pieces in range(1, 200):
        work = sum([0.1] * pieces)
        expected = pieces * theory.expected_segment(0.1, 0.05, 3.0)
        assert theory.expected_wall_clock(work, 0.1, 0.05, 3.0) == pytest.approx(expected)


def test_hopeless_runs_take_for_ever() -> None:
    assert theory.expected_segment(1e6, 1.0, 1.0) == math.inf
    assert theory.expected_segment(1.0, 1.0, 1.0, load=1e6) == math.inf
    assert theory.expected_wall_clock(1e7, 1e6, 1.0, 1.0) == math.inf
    assert theory.expected_wall_clock(1.0, 1e6, 1.0, 1.0) < 10.0


def test_expected_ettr_is_the_exact_one_where_faults_are_rare() -> None:
    hosts, rate, overhead, interval, save = 2048, 1e-11, 600.0, 3600.0, 4.0
    exact = interval / theory.expected_segment(interval, save, 1 / (hosts * rate), overhead)
    found = theory.expected_ettr(hosts, rate, overhead, interval, save)
    assert 1 - found == pytest.approx(1 - exact, rel=1e-3)


def test_the_ettr_of_renewal_is_what_the_formula_is_the_first_order_of() -> None:
    """The formula is too low, by one point at x = 0.15 and by x²/2 at most, and ends at x = 1."""
    save, downtime, load = 0.003, 2 / 60, 3 / 60
    for interval in (0.1, 0.5, 1.0):
        for x in (0.01, 0.05, 0.15, 0.5, 1.0):
            mtbf = (downtime + load + interval / 2) / x
            exact = theory.renewal_ettr(interval, save, mtbf, downtime, load)
            formula = theory.expected_ettr(1, 1 / mtbf, downtime + load, interval, save)
            assert -save / mtbf < exact - formula < x**2 / 2
            second = math.exp(-x - save / 2 / mtbf) / (1 + save / interval)
            assert exact == pytest.approx(second, abs=x**2 / 6)
            if x == 0.15:
                assert 0.006 < exact - formula < 0.011
            if x == 1.0:
                assert abs(formula) < 1e-12
                assert exact > 0.3


def test_the_ettr_of_renewal_has_a_closed_form_with_the_hyperbolic_sine() -> None:
    interval, save, mtbf, downtime, load = 0.7, 0.02, 0.9, 0.1, 0.2
    y = (interval + save) / mtbf
    closed = math.exp(-load / mtbf - y / 2) * (y / 2) / math.sinh(y / 2)
    closed /= (1 + downtime / mtbf) * (1 + save / interval)
    assert theory.renewal_ettr(interval, save, mtbf, downtime, load) == pytest.approx(closed)


@pytest.mark.parametrize(
    ("per_1000_node_days", "accelerators", "hours"),
    [(6.50, 16_384, 1.80), (6.50, 131_072, 0.225), (2.34, 16_384, 5.01), (2.34, 131_072, 0.626)],
)
def test_the_time_to_failure_of_a_job_at_published_rates(
    per_1000_node_days: float, accelerators: int, hours: float
) -> None:
    """1/(N·r): 1.8 h at 16,384 GPUs and 0.23 h at 131,072 are stated of the first cluster."""
    hosts = accelerators // 8
    assert 24_000 / (hosts * per_1000_node_days) == pytest.approx(hours, rel=0.005)


def test_expected_ettr_in_its_own_words() -> None:
    rate = 6.5e-3 / (24 * HOUR)
    found = theory.expected_ettr(1000, rate, 5 * MINUTE, HOUR, 5 * MINUTE)
    assert found == pytest.approx((1 - 6.5 * 35 / 1440) / (1 + 5 / 60))


# --- spares and repair --------------------------------------------------------------------------


@given(st.integers(0, 60), st.floats(0.01, 100.0))
def test_erlang_b_is_the_truncated_poisson_law(servers: int, load: float) -> None:
    terms = [load**n / math.factorial(n) for n in range(servers + 1)]
    assert theory.erlang_b(servers, load) == pytest.approx(terms[-1] / sum(terms), rel=1e-12)


@pytest.mark.parametrize(("hosts", "spares", "p"), [(21, 1, 1 / 11), (6, 5, 0.9), (500, 9, 0.01)])
def test_the_binomial_tail_is_the_sum_of_its_terms(hosts: int, spares: int, p: float) -> None:
    more = range(spares + 1, hosts + 1)
    tail = sum(math.comb(hosts, k) * p**k * (1 - p) ** (hosts - k) for k in more)
    assert theory.binomial_tail(hosts, spares, p) == pytest.approx(tail, rel=1e-9)


def test_the_binomial_tail_and_the_busy_period_at_their_ends() -> None:
    assert theory.binomial_tail(5, 5, 0.5) == theory.binomial_tail(5, 0, 0.0) == 0.0
    assert theory.binomial_tail(5, 4, 1.0) == 1.0
    assert theory.busy_period(0.0, 3.0) == 3.0
    assert theory.busy_period(1e-15, 3.0) == pytest.approx(3.0)
    assert theory.busy_period(1.0, 1000.0) == math.inf


def test_outages_leave_none_on_for_as_long_as_busy_periods_leave() -> None:
    busy = theory.busy_period(0.05, 8.0)
    assert 20.0 / (20.0 + busy) == pytest.approx(math.exp(-0.4))


def test_erlang_b_at_its_ends() -> None:
    assert theory.erlang_b(0, 3.0) == 1.0
    assert theory.erlang_b(5, 0.0) == 0.0
    assert theory.erlang_b(2000, 1900.0) < 0.01


def simulate_stalls(rng: np.random.Generator, spares: int, rate: float, repair: float) -> float:
    """Stalled share with constant repairs, over many faults."""
    clock, stalled = 0.0, 0.0
    back: list[float] = []
    for fault in rng.exponential(1 / rate, 60_000):
        clock += fault
        while back and back[0] <= clock:
            heapq.heappop(back)
        heapq.heappush(back, clock + repair)
        if len(back) > spares:
            stalled += back[0] - clock
            clock = heapq.heappop(back)
    return stalled / clock


def test_stalled_fraction_by_brute_force_with_constant_repair() -> None:
    # Ten parts of a long run give the error: 60,000 faults leave about 1 % of the share.
    rng = np.random.default_rng(4)
    parts = [simulate_stalls(rng, 2, 20 * 0.01, 8.0) for _ in range(10)]
    error = np.std(parts, ddof=1) / math.sqrt(len(parts))
    expected = theory.stalled_fraction(20, 2, 0.01, 8.0)
    assert abs(np.mean(parts) - expected) < 4.0 * error
    assert error < 0.01 * expected


def test_preemption_with_the_numbers_of_the_page() -> None:
    assert theory.held_share(0.5, 2.0, 6.0, 1.0) == pytest.approx(0.789, abs=5e-4)
    assert theory.held_share(0.5, 0.0, 6.0, 1.0) == pytest.approx(0.655, abs=5e-4)
    lost = theory.distance_to_copy(3.0, 0.2, 2.0) + theory.lost_in_stall(3.0, 0.2, 2.0)
    assert lost == pytest.approx(1.188, abs=5e-4)
    with pytest.raises(ValueError, match="longer than the limit"):
        theory.held_share(0.5, 7.0, 6.0, 1.0)


def test_without_spares_the_job_waits_for_every_repair() -> None:
    assert theory.stalled_fraction(10, 0, 0.01, 5.0) == pytest.approx(0.5 / 1.5)


# --- hosts that age -----------------------------------------------------------------------------


@pytest.mark.parametrize("shape", [0.7, 2.5])
def test_renewal_share_by_brute_force(shape: float) -> None:
    scale, interval, save, load, downtime = 100.0, 10.0, 1.0, 4.0, 7.0
    lives = scale * np.random.default_rng(5).weibull(shape, 400_000)
    done = interval * np.maximum(np.floor((lives - load) / (interval + save)), 0.0)
    mean_life = scale * math.gamma(1 + 1 / shape)
    expected = theory.renewal_productive_share(
        interval, save, load, downtime, lambda t: math.exp(-((t / scale) ** shape)), mean_life
    )
    share = done.mean() / (lives.mean() + downtime)
    error = np.std(done - share * lives) / math.sqrt(lives.size) / (mean_life + downtime)
    assert abs(share - expected) < 3.3 * error
    assert error < 0.002 * expected


def test_renewal_share_of_memoryless_lives_is_result_of_the_segment() -> None:
    share = theory.renewal_productive_share(10, 2, 5, 3, lambda t: math.exp(-t / 12), 12.0)
    assert share == pytest.approx(10.0 / theory.expected_segment(10, 2, 12, 3, 5), rel=1e-12)


def test_renewal_share_under_a_power_tail() -> None:
    def survival(age: float) -> float:
        return float((1.0 + age) ** -6.0)

    share = theory.renewal_productive_share(1.0, 0.0, 0.0, 0.0, survival, 0.2)
    assert share == pytest.approx((special.zeta(6.0) - 1.0) / 0.2, rel=1e-10)


def test_a_life_too_short_for_a_segment_is_never_productive() -> None:
    share = theory.renewal_productive_share(10, 1, 0, 1, lambda t: float(t < 5.0), 5.0)
    assert share == 0.0


def test_a_survival_without_end_is_refused() -> None:
    with pytest.raises(ValueError, match="do not belong to one law"):
        theory.renewal_productive_share(10, 1, 0, 1, lambda t: 1.0, 100.0)


def test_first_of_many_weibull_units() -> None:
    scale = theory.first_failure_weibull(50, 0.7, 100.0)
    mean, _ = integrate.quad(lambda t: math.exp(-50.0 * (t / 100.0) ** 0.7), 0.0, 100.0)
    assert scale * math.gamma(1 + 1 / 0.7) == pytest.approx(mean, rel=1e-6)


# --- arguments ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: theory.young_interval(0.0, 1.0), "save must be a finite number above 0, got 0"),
        (lambda: theory.daly_interval(1.0, -1.0), "mtbf"),
        (lambda: theory.optimal_interval(1.0, math.inf), "mtbf"),
        (lambda: theory.expected_segment(0.0, 1.0, 1.0), "interval"),
        (lambda: theory.expected_segment(1.0, 1.0, 1.0, load=-1.0), "duration"),
        (lambda: theory.expected_segment_random(1.0, 1.0, 1.0, 0.0, 1.5), "restart_laplace"),
        (lambda: theory.expected_wall_clock(math.nan, 1.0, 1.0, 1.0), "work"),
        (lambda: theory.laplace_gamma(1.0, 0.0, 1.0), "shape"),
        (lambda: theory.erlang_b(-1, 1.0), "servers must be a finite number, 0 or above, got -1"),
        (lambda: theory.stalled_fraction(0, 1, 1.0, 1.0), "hosts"),
        (lambda: theory.first_failure_weibull(0, 1.0, 1.0), "n must be"),
        (lambda: theory.expected_ettr(1, 1.0, 1.0, 0.0, 1.0), "interval"),
    ],
)
def test_arguments_out_of_range_are_named(call: Callable[[], float], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        call()


# --- examples -----------------------------------------------------------------------------------


def test_the_examples_of_the_formulas_are_what_they_give() -> None:
    found = doctest.testmod(theory)
    assert found.attempted > 5
    assert not found.failed
