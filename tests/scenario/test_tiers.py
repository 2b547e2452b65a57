"""Rows of tiers: how they are addressed, what gives way to them, and what is said of them."""

from pathlib import Path
from typing import Any

import pytest

from simtrain.errors import ScenarioError
from simtrain.model.implied import implied
from simtrain.scenario.addresses import addressed
from simtrain.scenario.axes import axes_of, grid
from simtrain.scenario.document import PathError
from simtrain.scenario.inputs import inputs_of
from simtrain.scenario.load import load
from simtrain.scenario.notes import notes
from simtrain.scenario.scenario import Scenario
from simtrain.scenario.unsaid import unsaid
from tests.engine.runs import scenario

NEAR = {"name": "near", "stall": "1 min", "load": "1 min", "survives": "job"}
STORE = {"name": "store", "every": 4, "stall": "5 min", "load": "10 min", "keep": 3}
CRASH = {"break": {"mtbf": "30 h"}}


def tiered(*rows: dict[str, Any], **tables: Any) -> Scenario:
    checkpoint = {"interval": "1 h", "tier": list(rows or (NEAR, STORE))}
    return scenario(checkpoint=checkpoint, **{"fault": CRASH, **tables})


def test_a_row_is_known_by_its_name_or_its_number() -> None:
    document = {"checkpoint": {"tier": [NEAR, STORE]}}
    assert addressed(document, "checkpoint.tier.store.every") == "checkpoint.tier.1.every"
    assert addressed(document, "checkpoint.tier.1.every") == "checkpoint.tier.1.every"
    by_change = addressed(document, "change.0.set.checkpoint.tier.near.load")
    assert by_change == "change.0.set.checkpoint.tier.0.load"
    with pytest.raises(PathError, match="names no tier"):
        addressed(document, "checkpoint.tier.far.every")


def test_changes_sources_sweeps_and_sensitivities_speak_of_rows() -> None:
    simulated = tiered(
        change=[{"at": "5 h", "set": {"checkpoint.tier.store.every": 2}}],
        sources={"checkpoint.tier.near.load": {"assumed": "as measured", "range": "30 s..2 min"}},
    )
    assert simulated.after((0,)).checkpoint.tier[1].every == 2
    assert [one.key for one in simulated.unknown] == ["checkpoint.tier.0.load"]
    places = grid(tiered(), axes_of(tiered(), {"checkpoint.tier.store.every": "1,2,8"}))
    assert [place.scenario.checkpoint.tier[1].every for place in places] == [1, 2, 8]
    keys = {one.key for one in inputs_of(simulated, 0.2).varied}
    assert {"checkpoint.tier.0.stall", "checkpoint.tier.1.every", "checkpoint.tier.1.keep"} <= keys


def test_neither_the_rows_nor_what_they_survive_can_change_during_a_run() -> None:
    for path, value in [("checkpoint.tier", [NEAR]), ("checkpoint.tier.0.survives", "host")]:
        with pytest.raises(ScenarioError, match="cannot change"):
            tiered(change=[{"at": "5 h", "set": {path: value}}])


def test_what_was_said_of_one_tier_gives_way_to_rows() -> None:
    plain = scenario(checkpoint={"stall": "1 min", "keep": 3, "size": "1 TB"})
    rows = plain.replace({"checkpoint.tier": [NEAR, STORE]})
    assert [tier.name for tier in rows.checkpoint.tier] == ["near", "store"]
    assert rows.checkpoint.size is not None
    moved = rows.replace({"checkpoint.tier.near.save_bandwidth": "1 GB/s"})
    assert moved.checkpoint.tier[0].stall is None


def test_what_rows_say_is_not_unsaid() -> None:
    assert "checkpoint.stall" not in {one.key for one in unsaid(tiered())}
    assert "checkpoint.stall" in {one.key for one in unsaid(tiered({"name": "only"}))}


def test_no_formula_is_told_for_several_tiers() -> None:
    found = implied(tiered()).interval
    assert found.best_s is None
    assert found.saving == pytest.approx((1 + 5 / 4) / (60 + 1 + 5 / 4))


def sentences(simulated: Scenario) -> dict[str, str]:
    return {note.key: note.sentence for note in notes(simulated)}


def test_a_tier_that_is_never_loaded_from_is_told() -> None:
    assert sentences(tiered()) == {}
    peers = {**NEAR, "name": "peers", "survives": "cluster"}
    assert "never loaded from" in sentences(tiered(peers, STORE))["checkpoint.tier.1"]
    assert sentences(tiered({**peers, "keep": 2}, STORE)) == {}
    assert sentences(tiered({**peers, "every": 3}, STORE)) == {}


@pytest.mark.parametrize(
    ("tables", "key"),
    [
        ({}, "fault.break"),
        ({"fault": {"net": {"scope": "job", "mtbf": "9 h", "returns": "1 h"}}}, "fault.net"),
        (
            {
                "fault": {},
                "stop": {
                    "flood": {"kind": "incident", "at": "3 h", "duration": "1 h", "hosts": "all"}
                },
            },
            "stop.flood",
        ),
    ],
)
def test_what_no_tier_survives_is_told(tables: dict[str, Any], key: str) -> None:
    assert key in sentences(tiered(NEAR, **tables))["checkpoint.tier"]
    assert sentences(tiered(NEAR, STORE, **tables)) == {}


def test_a_fault_of_the_job_leaves_memory_and_a_host_that_is_struck_and_stays_does_not() -> None:
    crash = {"crash": {"scope": "job", "mtbf": "9 h"}}
    slip = {"slip": {"mtbf": "9 d", "needs_repair": 0}}
    peers = {**NEAR, "survives": "host"}
    assert sentences(tiered(NEAR, fault=crash)) == {}
    assert "fault.slip" in sentences(tiered(NEAR, fault=slip))["checkpoint.tier"]
    assert sentences(tiered(peers, fault=slip)) == {}


def test_the_tier_that_reaches_furthest_back_keeps_a_copy_from_before_a_spike() -> None:
    spike = {"spike": {"scope": "job", "mtbf": "99 h", "effect": "diverge", "detection": "7 h"}}
    near = {**NEAR, "keep": 2}
    assert "checkpoint.tier.0.keep" in sentences(tiered(near, fault=spike))
    assert not any("keep" in key for key in sentences(tiered(near, STORE, fault=spike)))


def test_the_page_shows_rows_that_can_be_written(tmp_path: Path) -> None:
    page = (Path(__file__).parent.parent.parent / "docs/tiers.md").read_text("utf-8")
    rows = page.partition("```toml\n")[2].partition("```")[0]
    file = tmp_path / "tiers.toml"
    file.write_text(rows)
    assert [tier.name for tier in load(str(file)).checkpoint.tier] == ["memory", "peers", "remote"]


def test_writes_that_would_share_a_store_are_told() -> None:
    """Each takes 500 s at 2 GB/s; both together 667 s at 3 GB/s."""
    moved = {"size": "1 TB", "write_bandwidth": "2 GB/s", "store_bandwidth": "3 GB/s"}
    near, far = {"name": "near", **moved}, {"name": "far", "every": 4, **moved}
    told = sentences(tiered(near, far))["checkpoint.tier.1.store_bandwidth"]
    assert "after 8.33 min" in told
    assert "takes 11.1 min" in told
    for wide in ("4 GB/s", "9 GB/s"):  # enough for both, or another store
        apart = {"store_bandwidth": wide}
        assert "checkpoint.tier.1.store_bandwidth" not in sentences(tiered(near | apart, far))
    assert "checkpoint.tier.1.store_bandwidth" not in sentences(
        tiered(*(one | {"store_bandwidth": "4 GB/s"} for one in (near, far)))
    )
