"""Hosts that are down at once, over the time of a trial."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from scipy import stats

from simtrain.accounts.hosts_down import mean_down, most_down, time_down
from simtrain.accounts.ledger import Ledger
from simtrain.accounts.timeline import Census, EventKind
from simtrain.engine.trial import Simulator
from simtrain.questions.run import run as simulate
from simtrain.tables.statistic import parse
from simtrain.tables.targets import parse_target
from tests.engine.runs import HOUR, run, scenario


def test_time_is_weighed_by_the_hosts_in_repair_and_away() -> None:
    spent = {
        Census(4, 1, 0, 0): 98.0, Census(4, 0, 1, 0): 1.0, Census(3, 0, 1, 1): 0.5,
        Census(3, 1, 1, 0): 0.5,
    }  # fmt: skip
    seconds = time_down(spent)
    assert seconds == {0: 98.0, 1: 1.5, 2: 0.5}
    assert mean_down(seconds) == pytest.approx((1.5 + 2 * 0.5) / 100)
    assert [most_down(seconds, share) for share in (0.98, 0.99, 0.995, 1.0)] == [0, 1, 1, 2]


def test_of_no_time_nothing_is_down() -> None:
    assert (mean_down({}), most_down({})) == (0.0, 0)


@pytest.mark.parametrize(
    ("fault", "hours"), [({}, 5.0), ({"returns": "5 h"}, 5.0), ({"needs_repair": 0}, 0.0)]
)
def test_a_host_is_down_from_its_cordon_or_the_strike_that_took_it(
    fault: dict[str, Any], hours: float
) -> None:
    """Detection and diagnosis take 3 h more than the 5 h that it is in repair or away."""
    found = run(
        scenario(
            cluster={"hosts": 1, "spares": 1},
            detection={"crash": "2 h"},
            diagnosis={"manual": "1 h"},
            repair={"automated": "5 h"},
            fault={"x": {"mtbf": "8 h", **fault}},
        ),
        trial=3,
    )
    struck = found.moments(EventKind.FAULT)
    assert len(struck) == 1
    down = time_down(found.ledger.time_by_census)
    assert down.get(1, 0.0) / HOUR == pytest.approx(hours)


def hosts_down_are_binomial(repair: object) -> None:
    """Forty hosts, each struck once in 100 h that it stands, and then down for 10 h: P = 1/11.

    Whatever the law of repair: the mean, and the shares of time with at most 3 and 6 of them down,
    found to some 2 %. All hosts stand at the start, which 10 of 2,000 h have forgotten.
    """
    simulator = Simulator(
        scenario(
            workload={"ideal_time": "1 year"},
            cluster={"hosts": 30, "spares": 10},
            fault={"net": {"mtbf": "100 h", "clock": "calendar"}},
            repair={"automated": repair},
            limits={"wall_clock": "2000 h", "faults": 100_000},
        ),
        seed=1,
    )
    law = stats.binom(40, 1 / 11)
    found = []
    for trial in range(20):
        ledger = Ledger()
        simulator.run(trial, ledger)
        seconds = time_down(ledger.time_by_census)
        shares = [
            sum(lasted for down, lasted in seconds.items() if down <= most) / sum(seconds.values())
            for most in (3, 6)
        ]
        found.append([mean_down(seconds), *shares])
    values = np.array(found)
    errors = values.std(axis=0, ddof=1) / math.sqrt(len(values))
    z = (values.mean(axis=0) - [law.mean(), law.cdf(3), law.cdf(6)]) / errors
    assert np.abs(z).max() < 3.3, z


@pytest.mark.slow
@pytest.mark.parametrize("repair", ["10 h", {"law": "lognormal", "mean": "10 h", "cv": 1.5}])
def test_hosts_down_are_binomial_whatever_the_law_of_repair(repair: object) -> None:
    hosts_down_are_binomial(repair)


def test_targets_and_statistics_may_be_about_hosts_down() -> None:
    """Trials are few: what is asked is told in hosts, whole or not."""
    results = simulate(
        scenario(
            cluster={"hosts": 4, "spares": 4},
            fault={"x": {"mtbf": "8 h"}},
            repair={"automated": "6 h"},
        ),
        trials=20,
    )
    table = results.columns()
    assert table["hosts_down_max"].dtype == np.int64
    assert (table["hosts_down_mean"] < table["hosts_down_max"]).all()
    assert (table["hosts_down_p99"] <= table["hosts_down_max"]).all()
    target = parse_target("p90(hosts_down_mean) <= 2.5")
    assert target.condition.bound == 2.5
    most = parse("median(hosts_down_max)").of(results.by_trial("hosts_down_max"))
    assert most.value == np.median(table["hosts_down_max"])
