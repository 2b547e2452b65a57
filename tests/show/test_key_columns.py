"""What stands above the values of keys."""

from __future__ import annotations

import pytest

from simtrain.scenario.scenario import Scenario
from simtrain.show.key_columns import key_columns
from simtrain.show.table import Table
from tests.show.samples import scenario

RACKS = {"domain": [{"name": "rack", "hosts": 2}]}


def above(keys: list[str], one: Scenario) -> list[str]:
    columns = key_columns(one, keys, [["1", "2"]] * len(keys))
    return Table(*columns).lines(80)[:-2]


@pytest.mark.parametrize(
    ("keys", "lines"),
    [
        (["cluster.spares", "checkpoint.interval"], ["spares  interval"]),
        (["domain.rack.hosts", "cluster.spares"], [" rack", "hosts  spares"]),
        (["checkpoint.tier.remote.every"], ["remote", " every"]),
        (["people.when.0.response"], ["people.when.0.response"]),
        (['fault."a.b".mtbf'], ['fault."a.b".mtbf']),
        (["power.idle", "price.idle"], ["power.idle  price.idle"]),
    ],
)
def test_a_key_is_told_by_its_last_part_below_the_name_of_what_has_it(
    keys: list[str], lines: list[str]
) -> None:
    assert above(keys, scenario()) == lines


def test_a_row_that_is_known_by_its_number_is_told_by_its_name() -> None:
    assert above(["domain.0.hosts"], scenario().replace(RACKS)) == [" rack", "hosts"]


def test_what_all_rates_are_per_is_told_once() -> None:
    (column,) = key_columns(scenario(), ["fault.node.rate"], [["5 per h", "7 per h"]])
    assert Table(column).lines(80) == ["node rate", "    per h", "        5", "        7"]
