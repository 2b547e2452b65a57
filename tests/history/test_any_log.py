"""Whatever rows a log has, it is taken apart, adds up, and makes a scenario that is accepted."""

from __future__ import annotations

from contextlib import suppress

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from simtrain.answers.fit import Fit
from simtrain.errors import InputError
from simtrain.history.fitted import Fitted
from simtrain.history.poisson import Interval
from simtrain.history.rows import _weather, scenario_of
from simtrain.history.statistics import statistics
from simtrain.history.weather import Weather
from simtrain.logs.reading import read_log
from simtrain.scenario.numbers import VARIATION
from simtrain.units import DAY
from tests.examples import examples
from tests.history.made import log_of

DAYS = 60
ROWS = st.lists(
    st.tuples(
        st.one_of(st.integers(0, 59).map(float), st.floats(0, 59.9)),
        st.integers(0, 6),
        st.one_of(
            st.just(0.0),
            st.just(np.nan),
            st.floats(0, 90),
            st.sampled_from([0.5, 1.0]),
            st.sampled_from([1 / 86400, 1 / 1440, 1 / 24]),
        ),
    ),
    min_size=1,
    max_size=60,
)


@examples(60)
@given(rows=ROWS, tells_returns=st.booleans())
def test_any_log_adds_up_and_makes_a_scenario(rows, tells_returns):
    kept = sorted(
        (at, host, at + (length if tells_returns else np.nan)) for at, host, length in rows
    )
    log = log_of(kept, hosts=9, days=DAYS)
    found = Fitted(log)
    assert abs(found.parts.total - log.events) < 1e-6 * log.events
    down = found.outages.down
    assert abs(down.mean * DAYS - found.outages.down_host_days) < 1e-6 * DAYS
    assert 0 <= down.most <= 9
    numbers = statistics(log)
    repeats = [numbers[key] for key in numbers if key.startswith("repeats")]
    assert repeats == sorted(repeats)
    assert len(repeats) == (3 if found.outages.knows_returns else 0)
    scenario = scenario_of(found, None, 8)
    assert scenario.cluster.hosts + scenario.cluster.spares == 9
    answer = Fit(found, found, scenario, {})
    assert f"{log.events} failure" in answer.report()
    assert answer.summary()["events"] == log.events
    assert "NaN" not in answer.to_json()


def test_repairs_of_minutes_and_of_weeks_make_a_scenario_with_their_percentiles():
    """The best law is log-normal with sigma 4, of which some draws take a million years."""
    minutes = [1, 2, 1, 3, 5, 2, 60, 120, *(1440 * days for days in (3, 10, 14, 21))]
    rows = [(4.0 * n, n % 7, 4.0 * n + length / 1440) for n, length in enumerate(minutes)]
    found = Fitted(log_of(rows, hosts=9, days=DAYS))
    assert found.repair.laws[0].kind == "lognormal"
    assert found.repair.laws[0].parameters["sigma"] > 4
    repair = scenario_of(found, None, 8).repair.automated
    assert repair.mean == pytest.approx(60 * np.mean(minutes), rel=0.01)


@pytest.mark.parametrize("ends", [(2.0, 9.0), (0.5, 40.0), (9.9, 30.0), (1e-4, 2e-3)])
def test_a_weather_that_hardly_anything_is_known_of_is_as_wide_as_a_scenario_takes(ends):
    cv = _weather(Weather(7 * DAY, 1.0, Interval(*ends), True))["cv"]
    low, high = map(float, (cv.split("..") * 2)[:2])
    assert low == pytest.approx(min(max(ends[0], 0.01), 10), rel=0.01)
    assert high <= min(max(ends[1], 0.01), 10) * 1.01
    assert VARIATION.parse(cv).mean <= 10


PECULIAR = (
    *("2024-01-02", "2024-01-02 03:04", "1704200000", "", "n1", '"', "NaT", "now", "2024-13-01"),
    *("0000-00-00", "0001-01-01", "9999-12-31", "99999999999999999999", "-1", "nan", "inf"),
)
CELL = st.one_of(
    st.text(max_size=6),
    st.sampled_from(PECULIAR),
)


@examples(100)
@given(rows=st.lists(st.lists(CELL, min_size=2, max_size=4), max_size=6), header=st.booleans())
def test_any_text_is_read_or_refused(tmp_path_factory, rows, header):
    file = tmp_path_factory.mktemp("any") / "log.csv"
    lines = [["time", "host", "class", "end"]] if header else []
    text = "\n".join(",".join(row) for row in lines + rows)
    file.write_text(text, encoding="utf-8", errors="replace", newline="")
    log = None
    with suppress(InputError):
        log = read_log(file, hosts=99, window="2024-01-01..2024-03-01")
    if log is not None:
        assert log.events
        assert np.all((log.time_s >= 0) & (log.time_s < log.window_s))
