"""What a run takes, in its report and in its picture."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

import pytest

import simtrain
from simtrain.show.run.figures import pictures
from simtrain.show.run.footprint import Shares, deciding, footprint
from simtrain.show.run.report import run_report
from simtrain.show.table import Table
from simtrain.validation.small import scenario
from tests.show.samples import drawn, words_of

if TYPE_CHECKING:
    from simtrain.tables.results import Results

POWER = {"training": "700 W", "stalled": "300 W"}
PRICE = {"accelerator": "2000 USD per accelerator-hour"}


@cache
def trials(*tables: str) -> Results:
    """Trials of a job of four hosts that fail, with some of the tables."""
    said: dict[str, Any] = {
        "power": POWER,
        "carbon": {"intensity": "429 g/kWh", "embodied": "150 kg", "lifetime": "5 years"},
        "price": PRICE,
    }
    paid = scenario(
        workload={"ideal_time": "60 h"},
        cluster={"hosts": 4, "spares": 1},
        checkpoint={"interval": "1 h", "stall": "2 min", "load": "5 min"},
        restart={"duration": "10 min"},
        fault={"break": {"mtbf": "60 h"}, "bug": {"scope": "job", "mtbf": "30 h"}},
        repair={"automated": "20 h"},
        **{name: said[name] for name in tables},
    )
    return simtrain.run(paid, trials=40, jobs=1)


def test_a_run_without_tables_says_nothing_of_it() -> None:
    results = trials()
    assert footprint(results) == []
    assert "footprint.png" not in pictures(results)
    assert "ideal  " not in run_report(results)
    assert not {"energy_mwh", "cost_usd"} & results.summary()["metrics"].keys()
    assert list(results.summary()["ideal"]) == ["wall_clock_s"]


def test_only_what_is_said_is_measured() -> None:
    results = trials("power")
    assert [measure.name for measure in results.measured] == ["energy"]
    assert deciding(results).name == "energy"
    assert "cost_usd" not in results.summary()["metrics"]
    assert not any("usd" in column for column in results.to_frame().columns)
    paid = trials("price")
    assert "energy_mwh" not in paid.summary()["metrics"]
    assert paid.summary()["ideal"]["cost_usd"] == pytest.approx(60 * 4 * 8 * 2000)


def test_causes_and_all_else_add_up_to_the_mean() -> None:
    results = trials("power", "carbon", "price")
    for measure in results.measured:
        shares = Shares.of(results, measure)
        parts = shares.productive + shares.badput + sum(shares.others.values())
        assert parts == pytest.approx(results.metric(measure.column).mean())
        assert set(shares.by_cause) == {"break", "bug", "checkpoints"}


def test_the_report_has_a_row_for_each_measure_and_each_cause() -> None:
    results = trials("power", "carbon", "price")
    whole, [title, by_cause] = footprint(results)
    assert isinstance(whole[0], Table)
    assert isinstance(by_cause, Table)
    names = [line.split("  ")[0] for line in whole[0].lines(100)[1:]]
    assert names == ["energy, MWh", "carbon, t", "cost, million USD"]
    assert title == "What each cause took, in the mean of 40 trials"
    rows = [line.strip().split("  ")[0] for line in by_cause.lines(100)[1:]]
    assert rows[0] == "productive"
    assert set(rows[1:4]) == {"break", "bug", "checkpoints"}
    assert rows[4:] == ["spares standing by", "hosts in repair", "making the hosts", "all"]


def test_the_picture_names_causes_and_what_hosts_did() -> None:
    info = pictures(trials("power", "carbon", "price"))["footprint.png"]
    text = " ".join(words_of(info))
    assert "cost of" in info.title
    for word in ("by cause", "by what hosts did", "million USD"):
        assert word in text
    drawn(info)
    causes, accounts = info.panels
    assert list(causes.y.names) == list(
        Shares.of(trials("power", "carbon", "price"), deciding(trials("power", "price"))).by_cause
    )
    assert {"productive", "lost work", "stalled", "idle", "repair"} == set(accounts.y.names)
