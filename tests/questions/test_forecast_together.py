"""Two numbers that progress tells of together: of one in place of the other."""

from __future__ import annotations

import datetime as dt
import math
from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from scipy import stats

import simtrain
from simtrain.engine.trial import Simulator
from simtrain.history import pairs, together
from simtrain.history.together import ENOUGH, MOST, Together, told_together
from simtrain.history.trials_until_now import TrialsUntilNow
from simtrain.logs.progress import Progress
from simtrain.model.quantiles import quantiles
from simtrain.questions import learning
from simtrain.questions.in_flight import in_flight
from simtrain.questions.learning import learnt
from simtrain.units import DAY
from tests.questions.test_forecast import START, is_uniform, planned
from tests.questions.test_forecast_progress import run_until
from tests.wall_clocks import wall_clocks

if TYPE_CHECKING:
    from collections.abc import Callable

    from simtrain.history.pairs import Pair
    from simtrain.scenario.scenario import Scenario
    from simtrain.tables.results import Results

NOW, STOPS = 26 * DAY, 8
NUMBERS = ("workload.speed", "stop.weekend.duration.mean")


def stopped(**tables: Any) -> Scenario:
    """A run that loses time to low speed and to stops every three days, and to nothing else.

    By day 26 there were eight stops, whose time is their mean times a gamma of shape 8.
    """
    stop = {"every": "3 days", "duration": {"law": "exponential", "mean": "1..8 h"}}
    document = {
        "workload": {"ideal_time": "40 days", "speed": "0.75..0.95"},
        "fault": {},
        "stop": {"weekend": stop},
        "checkpoint": {"interval": "4 h", "stall": "0 s"},
        "restart": {"duration": "0 s"},
    }
    return planned(**{**document, **tables})


@cache
def until_now(trials: int = 400) -> Results:
    """Trials of such runs until day 26."""
    found = in_flight(stopped(), Progress(np.array([NOW]), np.array([0.5])), None, NOW).until_now
    assert found is not None
    return simtrain.run(found, trials=trials, seed=99, jobs=1, engine="compiled")


def exact(done: float) -> Together:
    """Means, deviations and correlation of both scores, by quadrature on a fine grid."""
    grid = np.linspace(-6.0, 6.0, 601)
    whole = stopped()
    unknown = whole.stop["weekend"].duration.unknown
    assert unknown is not None
    laws = (whole.workload.speed.law, unknown.ranges[0][1].law)
    speed, mean_s = (
        np.array([law.quantile(float(stats.norm.cdf(score))) for score in grid]) for law in laws
    )
    stood_s = NOW - done * 40 * DAY / speed
    log = stats.gamma.logpdf(stood_s[:, None], STOPS, scale=mean_s) - np.log(speed)[:, None]
    log -= (grid[:, None] ** 2 + grid**2) / 2
    weights = np.exp(log - log.max())
    weights /= weights.sum()
    margins = weights.sum(1), weights.sum(0)
    means = [float(one @ grid) for one in margins]
    sds = [
        math.sqrt(float(one @ (grid - mean) ** 2)) for one, mean in zip(margins, means, strict=True)
    ]
    both = float((grid - means[0]) @ weights @ (grid - means[1])) / (sds[0] * sds[1])
    return Together((means[0], means[1]), (sds[0], sds[1]), both, 0, (), math.inf, 0)


def of_run(done: float) -> Together:
    """What a forecast takes for known of a run that has done so much."""
    progress = Progress(np.array([NOW]), np.array([done]))
    found = learnt(in_flight(stopped(), progress, None, NOW), until_now()).together
    assert found is not None
    assert found.pair.names == NUMBERS
    return found.known


def errors(found: Together, right: Together, sample: float) -> list[float]:
    """Differences, in standard errors of a sample of independent draws of the right law."""
    r = right.correlation
    of_means = [
        (one - other) / sd * math.sqrt(sample)
        for one, other, sd in zip(found.means, right.means, right.sds, strict=True)
    ]
    of_sds = [
        (one / other - 1) * math.sqrt(2 * sample)
        for one, other in zip(found.sds, right.sds, strict=True)
    ]
    return [*of_means, *of_sds, (found.correlation - r) / (1 - r**2) * math.sqrt(sample)]


# --- against quadrature -------------------------------------------------------------------------


@pytest.mark.slow
@pytest.mark.parametrize("done", [0.44, 0.48, 0.51, 0.54])
def test_both_numbers_are_narrowed_as_quadrature_says(done: float) -> None:
    """Within 3.3 standard errors of 100 draws of the exact law: as good as weighted trials."""
    found, right = of_run(done), exact(done)
    assert right.correlation > 0.4
    assert max(map(abs, errors(found, right, ENOUGH))) < 3.3


def test_numbers_that_are_taken_apart_or_scatter_that_is_taken_as_even_would_be_seen() -> None:
    right = exact(0.51)
    apart = right._replace(correlation=0.0)
    assert max(map(abs, errors(apart, right, ENOUGH))) > 5
    found = of_run(0.51)
    assert max(map(abs, errors(found._replace(sds=(1.0, 1.0)), right, ENOUGH))) > 5


@pytest.mark.slow
@pytest.mark.parametrize("before", [0.0, 0.6])
def test_normal_scores_and_a_linear_progress_give_the_normal_law_that_is_exact(
    before: float,
) -> None:
    """Means over 40 tables of 400 trials, |z| < 3.3 for each of five numbers."""
    random = np.random.default_rng(2)
    weights, noise, seen = np.array([0.04, -0.03]), 0.02, 0.55
    prior = np.array([[1.0, before], [before, 1.0]])
    gain = prior @ weights / (weights @ prior @ weights + noise**2)
    mean, cov = gain * (seen - 0.5), prior - np.outer(gain, weights @ prior)
    sds = np.sqrt(np.diag(cov))
    right = [*mean, *sds, cov[0, 1] / sds.prod()]
    found = []
    for _ in range(40):
        scores = random.multivariate_normal([0.0, 0.0], prior, 400)
        done = 0.5 + scores @ weights + noise * random.normal(size=400)
        one = told_together(TrialsUntilNow(NUMBERS, scores, done, seen), before)
        assert one is not None
        found.append([*one.means, *one.sds, one.correlation])
    z = (np.mean(found, 0) - right) / (np.std(found, 0, ddof=1) / math.sqrt(40))
    # A cubic that is fitted to 400 trials leaves a little more scatter than there is: below 1 %.
    assert np.abs(np.mean(found, 0) - right).max() < 0.02
    assert np.abs(z[:2]).max() < 3.3


def test_the_number_of_faults_that_was_seen_says_how_progress_depends_on_a_number() -> None:
    """Each fault costs a restart: with twelve of them a slow one costs thrice what it does with 4.

    Without the term of both the slope would be that of the trials' mean of 8.
    """
    random = np.random.default_rng(6)
    scores, faults = random.normal(size=(2_000, 2)), random.poisson(8.0, 2_000).astype(float)
    lost = faults * (1.0 + 0.3 * scores[:, 0])
    done = 1.0 - 0.01 * lost + 0.02 * scores[:, 1] + 0.01 * random.normal(size=2_000)
    for seen in (4, 12):
        trials = TrialsUntilNow(NUMBERS, scores, done, 1.0 - 0.01 * seen, faults, seen)
        found = told_together(trials, 0.0)
        assert found is not None
        slope, other, noise = 0.003 * seen, 0.02, 0.01
        variance = slope**2 + other**2 + noise**2
        left = [1 - slope**2 / variance, 1 - other**2 / variance]
        right = slope * other / variance / math.sqrt(left[0] * left[1])
        assert found.sds == pytest.approx(np.sqrt(left), abs=0.03)
        assert found.correlation == pytest.approx(right, abs=0.05)


def test_progress_without_chance_tells_of_no_pair() -> None:
    scores = np.random.default_rng(1).normal(size=(400, 2))
    for few, done in ((scores, np.full(400, 0.5)), (scores[:8], scores[:8, 0])):
        assert told_together(TrialsUntilNow(NUMBERS, few, done, 0.5), 0.0) is None


# --- which numbers, and how many trials ---------------------------------------------------------


def of_addresses(found: Pair | None) -> tuple[str, str]:
    assert found is not None
    return found.addresses


def test_the_two_numbers_that_are_told_most_of_are_the_pair() -> None:
    whole = planned(
        workload={"ideal_time": "20 days", "speed": "0.8..0.95"},
        restart={"duration": "1..8 h"},
        people={"response": "5..60 min"},
    )
    wide, middle, narrow = (0.05, 0.4, 0.9), (0.1, 0.4, 0.8), (0.4, 0.5, 0.6)
    speed, restart, people = "workload.speed", "restart.duration", "people.response"
    ends = {speed: middle, restart: wide, people: narrow}
    assert set(of_addresses(pairs.pair_of(whole, ends))) == {speed, people}
    assert pairs.pair_of(whole, {speed: middle}) is None
    row = {"numbers": [restart, people], "correlation": 0.5}
    bound = pairs.pair_of(whole.replace({"correlated": [row]}), ends)
    assert bound is not None
    assert (set(bound.addresses), bound.correlation) == ({restart, people}, 0.5)


def test_what_was_correlated_before_is_so_by_what_is_known_now() -> None:
    rows = [
        {"numbers": ["restart.duration", "workload.speed"], "correlation": 0.5},
        {"numbers": ["people.response", "fault.crash.rate"], "correlation": 0.2},
    ]
    whole = planned(
        workload={"ideal_time": "20 days", "speed": "0.8..0.95"},
        restart={"duration": "1..8 h"},
        people={"response": "5..60 min"},
        correlated=rows,
    )
    pair = pairs.pair_of(
        whole, {"workload.speed": (0.1, 0.5, 0.8), "restart.duration": (0.1, 0.5, 0.8)}
    )
    assert pair is not None
    known = Together(
        (0.0, 0.0), (0.5, 0.5), -0.25, 1, ((-1.0, 0.25, 0.9), (1.0, -0.25, 0.9)), 200.0, 400
    )
    again = pairs.ToldPair(pair, known).in_scenario(whole)
    first, second = again.correlated
    assert first.correlation == 0.2
    assert second.numbers == pair.names[::-1]
    assert second.conditional == known.given
    assert pairs.pair_of(again, dict.fromkeys(pair.addresses, (0.1, 0.5, 0.8))) is None


@pytest.mark.parametrize(
    ("effective", "trials", "wanted"),
    [(150.0, 400, None), (80.0, 400, 650), (50.0, 400, 1040), (10.0, 400, None)],
)
def test_more_trials_are_drawn_where_a_bounded_number_is_enough(
    effective: float, trials: int, wanted: int | None
) -> None:
    known = Together((0.0, 0.0), (1.0, 1.0), 0.0, 0, (), effective, trials)
    assert known.wanted == wanted
    assert wanted is None or wanted <= MOST * trials


# --- what is told -------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def halfway(tmp_path_factory: pytest.TempPathFactory) -> Callable[[], simtrain.Forecast]:
    """A forecast of a run of which half was done, made anew at each call."""
    file = tmp_path_factory.mktemp("halfway") / "run.csv"
    date = START + dt.timedelta(seconds=NOW)
    file.write_text(f"time,progress\n{date.isoformat()},0.5\n", encoding="utf-8")
    whole = stopped()
    return lambda: simtrain.forecast(whole, progress_file=file, trials=300, engine="compiled")


@pytest.fixture(scope="module")
def found(halfway: Callable[[], simtrain.Forecast]) -> simtrain.Forecast:
    return halfway()


@pytest.mark.slow
def test_report_and_summary_say_which_numbers_are_narrowed_together(
    found: simtrain.Forecast,
) -> None:
    told = found.summary()["together"]
    assert told["keys"] == [*NUMBERS]
    assert told["is_used"]
    assert told["effective_sample"] >= ENOUGH
    assert 0.4 < told["correlation"] < 1
    [row] = found.here.scenario.correlated
    assert row.numbers == NUMBERS[::-1]
    report = " ".join(found.report().split())
    assert f"tells of {NUMBERS[0]} and {NUMBERS[1]} together: they are correlated by +0." in report


@pytest.mark.slow
def test_too_few_trials_like_the_run_are_made_up_for_or_said(
    found: simtrain.Forecast,
    halfway: Callable[[], simtrain.Forecast],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert found.together is not None
    assert found.together.known.trials > 300
    assert found.together.known.is_enough
    monkeypatch.setattr(together, "MOST", 1)
    lacking = halfway()
    assert lacking.here.scenario.correlated == ()
    assert len(lacking.updates) == 2
    assert lacking.summary()["together"]["is_used"] is False
    assert "each is narrowed by itself" in " ".join(lacking.report().split())


# --- calibration --------------------------------------------------------------------------------


@pytest.fixture
def same_trials(monkeypatch: pytest.MonkeyPatch) -> None:
    """Read the numbers of trials once for all runs, which differ in what they have done alone."""
    first = in_flight(stopped(), Progress(np.array([NOW]), np.array([0.5])), None, NOW)
    trials = learning._trials(first, (until_now(1_200),))
    monkeypatch.setattr(
        learning, "_trials", lambda known, _: replace(trials, seen_done=known.standing.done)
    )


def ranks(truths: int, places: int = 9) -> tuple[list[float], list[float]]:
    """Rank of the finish of runs among forecasts, and how often either number lies in its range."""
    whole, found, held = stopped(), [], []
    simulator = Simulator(whole, 1)
    true = stats.norm.ppf(quantiles(1, truths, NUMBERS, {}))
    for trial in range(truths):
        cut = run_until(simulator, trial, NOW)
        if cut is None:
            continue
        progress, _, end = cut
        known = learnt(in_flight(whole, progress, None, NOW), until_now(1_200))
        forecasts = wall_clocks(known.told, 2 + trial, places)
        found.append(sum(NOW + one < end for one in forecasts) / (places + 1))
        if known.together is not None and known.together.known.is_enough:
            law = known.together.known
            away = (true[trial] - law.means) / law.sds
            held.append(np.abs(away) < stats.norm.ppf(0.95))
    return found, [float(one) for one in np.mean(held, 0)] if held else []


def narrowness(found: list[float], places: int = 9) -> float:
    """Standard errors by which ranks lie nearer to the ends than uniform ones do.

    It is of the mean square of their distance from the middle; negative where they lie nearer to
    that, as forecasts that are too wide have it.
    """
    of_all = (np.arange(places + 1) - places / 2) ** 2
    away = (np.round(np.array(found) * (places + 1)) - places / 2) ** 2
    return float((away.mean() - of_all.mean()) / of_all.std() * math.sqrt(len(found)))


@pytest.mark.slow
@pytest.mark.usefixtures("same_trials")
def test_the_truth_has_a_uniform_rank_where_two_numbers_are_narrowed_together() -> None:
    """150 runs that were cut at one date; each number lies in nine of ten of its narrowed ranges.

    Within 3.3 standard errors, one of them 0.025. Ranks with the numbers taken apart are seen to
    lie too near to the middle, and those of a normal law with the same correlation are not uniform
    either (of 250 runs: χ² 47 and 31 of ten bins; 7 where they bend).
    """
    found, held = ranks(150)
    assert len(found) > 140
    assert is_uniform(found)
    assert abs(narrowness(found)) < 3.3
    assert max(abs(one - 0.9) for one in held) < 0.081


@pytest.mark.slow
@pytest.mark.usefixtures("same_trials")
def test_forecasts_are_too_wide_where_numbers_are_taken_apart(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(learning, "pair_of", lambda _scenario, _ends: None)
    assert narrowness(ranks(160)[0]) < -3.3
