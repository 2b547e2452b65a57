"""docs/allocations.md says what its scenario holds, in keys that there are."""

import re
from pathlib import Path

import pytest
from scipy import stats  # type: ignore[import-untyped]

import simtrain
from simtrain import theory
from simtrain.scenario.reference import field_at

DOCS = Path(__file__).parent.parent / "docs"
PAGE = (DOCS / "allocations.md").read_text("utf-8")
CHAIN = simtrain.load(DOCS / "scenarios" / "tr1-13b.toml")
SAMPLES, PER_SECOND, HOURS_IN_24 = 145e6, 24.5, 20


def test_the_work_is_what_was_published() -> None:
    days = SAMPLES / PER_SECOND / 86_400
    assert CHAIN.workload.ideal_time is not None
    assert CHAIN.workload.ideal_time.mean / 86_400 == pytest.approx(days, abs=0.05)
    assert f"{days:.1f} days of work" in PAGE
    assert f"{days * 24 / HOURS_IN_24:.0f} days" in PAGE


def test_the_range_of_the_wait_holds_the_four_hours_that_were_reckoned_with() -> None:
    assert CHAIN.allocation is not None
    assert CHAIN.allocation.wait.middle / 3600 == pytest.approx(12**0.5, abs=0.01)
    assert CHAIN.source_of("allocation.wait") == "assumed"
    assert CHAIN.source_of("allocation.limit") == "published"


def test_a_copy_each_half_hour_costs_what_the_renewal_argument_says() -> None:
    tuned = simtrain.load(DOCS / "scenarios" / "finetune.toml")
    results = simtrain.run(tuned, trials=200, jobs=1)
    hours = 97 * theory.expected_segment(0.5, 0.0, 1 / 0.15)
    assert results.metric("wall_clock_s").mean() / 3600 == pytest.approx(hours, abs=0.2)
    assert results.metric("cost_usd").mean() == pytest.approx(0.35 * hours, abs=0.07)
    assert f"takes {hours:.1f} h and {0.35 * hours:.1f}" in PAGE
    assert f"{theory.expected_segment(48.5, 0.0, 1 / 0.15) / 24:.0f} days on average" in PAGE


def test_ten_spares_are_enough_for_what_the_page_says() -> None:
    job = simtrain.load(DOCS / "scenarios" / "allocation512.toml").cluster
    failed = stats.poisson(24e-3 * job.hosts / 2)
    assert f"{failed.mean():.1f} nodes fail in 12 hours" in PAGE
    assert failed.sf(job.spares) == pytest.approx(0.05, abs=0.005)


def test_each_word_of_another_system_leads_to_a_key_that_there_is() -> None:
    table = PAGE.partition("| there | here |")[2]
    tables = "allocation|restart|recovery|repair|cluster|capacity|diagnosis|limits"
    keys = re.findall(rf"`((?:{tables})\.\w+)", table)
    assert len(set(keys)) > 10
    for key in keys:
        assert field_at(tuple(key.split("."))) is not None, key
    for key in ("notice", "shield", "in_budget", "ends_run"):
        assert f"`{key}" in table
        assert field_at(("fault", "name", key)) is not None
