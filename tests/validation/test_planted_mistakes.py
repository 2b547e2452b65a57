"""Checks that pass for the engine fail for a wrong one: the proof of the proof.

Each mistake is planted into the engine or its books, and the check that is there to find it has to
fail. The same check, with the same trials and seeds, has to pass without the mistake.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import pytest

from simtrain.accounts.ledger import Category
from simtrain.sampling.engines import COMPILED
from simtrain.tables.answer import SIMPY
from simtrain.units import HOUR
from simtrain.validation.exact import RESULTS
from simtrain.validation.experiments import ExactResult
from simtrain.validation.trials import Trials
from tests.accounts import test_footprint
from tests.engine import (
    test_allocation,
    test_capacity,
    test_repair_hours,
    test_restart_loop,
    test_schedule,
)
from tests.engine.test_absences import (
    hosts_come_back_as_old_as_they_left,
    outages_on_the_calendar,
)
from tests.engine.test_calendar import (
    number_of_strikes_is_poisson,
    strikes_follow_the_hosts_that_stand,
)
from tests.engine.test_checks import (
    checks_are_at_the_risk_of_idle_hosts,
    checks_count_across_restarts,
    each_rollback_goes_further_back,
)
from tests.engine.test_downtime import (
    changes_come_where_their_trial_has_them,
    goes_back_before_the_margin,
)
from tests.engine.test_latent import only_noticed_taints_bind, slow_again, taints_survive_crashes
from tests.engine.test_weather import (
    hazard_left_is_spent_at_each_factor,
    repairs_take_what_their_span_says,
    spans_have_weathers_of_their_own,
    strikes_on_the_calendar_do_not_wait_for_the_job,
)
from tests.faults import test_sources
from tests.questions.test_plan_frontier import frontiers_are_those_of_a_brute_force
from tests.scenario import test_flops, test_parallelism, test_steps
from tests.validation import test_invariants
from tests.validation.mistakes import MISTAKES, counted_twice, mixed_up
from tests.validation.test_closed_forms import SHARE
from tests.validation.test_invariants import ALL_CATEGORIES, balanced, recorded

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from simtrain.validation.experiments import Experiment

FEW, MORE = 0.1, SHARE
"""Share of the trials of a check that finds a mistake: these mistakes are not small."""

# Mistake, check, share of its trials, and the number of that of its experiments which finds the
# mistake in the shortest time, by 3.5 standard errors and mostly by far more: no other is needed.
FOUND_BY = [
    ("age reset at each failure", "renewals", 0.03, 2),
    ("age reset at each failure", "minimal_repair", FEW, 0),
    ("age at the start ignored", "first_failures", FEW, 6),
    ("age at the start ignored", "other_laws", FEW, 3),
    ("stationary hosts taken for half as old", "stationary_age", FEW, 0),
    ("repair that keeps the age", "renewal", FEW, 0),
    ("no faults during load", "segments", FEW, 5),
    ("stalls dropped", "faultless", FEW, 0),
    ("stalls dropped", "segments", FEW, 1),
    ("last piece of work not saved", "faultless", FEW, 0),
    ("durability lag ignored", "durability", FEW, 0),
    ("timeout counted from the end of a stall", "hanging", MORE, 1),
    ("every other save may hang", "hanging", FEW, 2),
    ("saves that hang are just lost", "hanging", FEW, 2),
    ("saves that fail never stop", "stopping", FEW, 0),
    ("tiers that survive everything", "two_tiers", FEW, 1),
    ("a save to the last tier takes no time", "two_tiers", MORE, 1),
    ("every save goes to all tiers", "two_tiers", FEW, 1),
    ("near copies are back with the host", "two_tiers", FEW, 2),
    ("the number of a save never goes back", "two_tiers", 0.5, 3),
    ("back to the checkpoint before the last", "segments", FEW, 1),
    ("back to the checkpoint before the last", "ettr", FEW, 0),
    ("back to the checkpoint before the last", "growing", FEW, 0),
    ("restart not drawn anew at each try", "exponential_restarts", MORE, 1),
    ("restart not drawn anew at each try", "gamma_restarts", MORE, 0),
    ("failing tries dropped", "failing_restarts", MORE, 0),
    ("own restart tried again and again", "own_restarts", MORE, 0),
    ("processes outlive a swap that fails", "swaps", MORE, 1),
    ("processes end with a swap that is struck", "swaps", MORE, 0),
    ("called after one try more", "called_after_tries", FEW, 0),
    ("failing automatic recovery for nothing", "failing_automatic", MORE, 0),
    ("one spare too few", "erlang", MORE, 9),
    ("one spare too many", "erlang", MORE, 0),
    ("crews without end", "crews", FEW, 2),
    ("second replica forgotten", "replicas", FEW, 0),
    ("replicas that stand aside are struck for others", "replicas", FEW, 2),
    ("one replica fewer than needed", "replicas", FEW, 4),
    ("one crew", "replicas", FEW, 0),
    ("full speed with the replicas left", "in_allocations", FEW, 2),
    ("one replica fewer than needed", "in_allocations", MORE, 2),
    ("limit counted from the first start", "in_allocations", FEW, 1),
    ("struck launches always begin anew", "launches", MORE, 1),
    ("struck launches end all the same", "launches", MORE, 0),
    ("budget never given back", "budget", FEW, 0),
    ("one restart of the budget too few", "budget", FEW, 1),
    ("limit counted from the first start", "chains", FEW, 0),
    ("limit counted from the first start", "cut_off", 1.0, 0),
    ("limits that save all the same", "cut_off", 1.0, 0),
    ("shield ignored", "preempted", FEW, 1),
    ("calendar stops with the job", "spot", MORE, 2),
    ("granted without all hosts", "gangs", MORE, 0),
    ("short notice saves all the same", "lost_to_preemption", FEW, 1),
    ("grace ignored", "false_alarms", MORE, 0),
    ("grace of the first start only", "false_alarms", MORE, 0),
    ("weather drawn once for a trial", "weather", MORE, 2),
    ("calendar stops with the job", "calendar", FEW, 0),
    ("calendar strikes hosts in repair", "calendar_repaired", FEW, 1),
    ("calendar stops with the job", "outages", MORE, 1),
    ("all hosts back with the first outage", "outages", MORE, 0),
    ("slow factors multiply", "slow", MORE, 0),
    ("noticed after twice the latency", "swapped", MORE, 0),
    ("noticed after twice the latency", "corrupt", MORE, 0),
    ("back to the checkpoint before the last", "corrupt", MORE, 0),
    ("copy made at the onset not trusted", "corrupt", MORE, 0),
    ("onset taken for the last check", "checked", MORE, 0),
    ("noticed after twice the latency", "corrupt_copies", MORE, 2),
    ("corrupt copy good once it is found", "corrupt_copies", MORE, 2),
    ("burst strikes one host", "bursts", MORE, 0),
    ("racks held that the job began in", "racks", MORE, 2),
    ("spares in the rack spared", "racks", MORE, 1),
]


CHECKS = {result.name: result for result in RESULTS}


@cache
def experiment_of(check: str, number: int) -> ExactResult:
    """One experiment of a check, with the trials and seeds that it has as a part of it."""
    result = CHECKS[check]
    experiment = [*result.experiments()][number]

    def experiments() -> Iterator[Experiment]:
        yield experiment

    experiments.__name__ = result.name
    return ExactResult(result.title, experiments)


def holds(check: str, number: int, factor: float, engine: str = SIMPY) -> bool:
    scores = Trials((experiment_of(check, number),), 0, factor, engine).scores()
    return all(score.holds for _, score in scores)


@cache
def passes(check: str, number: int, factor: float) -> bool:
    """Whether a check holds, by the engine that tells the same trials in less time."""
    return holds(check, number, factor, COMPILED)


@cache
def has_held(check: Callable[[], None]) -> bool:
    """Whether a check holds; one that finds several mistakes is made once without them."""
    check()
    return True


def found(mistake: str, check: Callable[[], None], monkeypatch: pytest.MonkeyPatch) -> None:
    """A check holds, and fails once a mistake is planted."""
    assert has_held(check)
    MISTAKES[mistake](monkeypatch)
    with pytest.raises(AssertionError):
        check()


@pytest.mark.slow
@pytest.mark.parametrize(("mistake", "check", "factor", "number"), FOUND_BY)
def test_the_mistake_breaks_the_check(
    mistake: str, check: str, factor: float, number: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Those of `SHARE` are a test of their own.
    assert factor == SHARE or passes(check, number, factor)
    MISTAKES[mistake](monkeypatch)
    assert not holds(check, number, factor)


def test_every_check_finds_some_mistake() -> None:
    assert {check for _, check, _, _ in FOUND_BY} == set(CHECKS)


# --- the books ----------------------------------------------------------------------------------


def books_balance() -> bool:
    return balanced(*recorded(ALL_CATEGORIES, 0))


def test_the_books_balance_without_a_mistake() -> None:
    _, ledger, _ = recorded(ALL_CATEGORIES, 0)
    assert min(ledger.categories().values()) > 0.1 * HOUR
    assert books_balance()


@pytest.mark.parametrize("category", Category)
def test_a_category_counted_twice_upsets_the_books(
    category: Category, monkeypatch: pytest.MonkeyPatch
) -> None:
    counted_twice(category)(monkeypatch)
    assert not books_balance()


@pytest.mark.parametrize("other", [Category.LOST_WORK, Category.DEGRADED, Category.DETECTION])
def test_categories_mixed_up_upset_the_books_although_their_sum_is_right(
    other: Category, monkeypatch: pytest.MonkeyPatch
) -> None:
    mixed_up(Category.RESPONSE, other)(monkeypatch)
    assert not books_balance()


@pytest.mark.parametrize("mistake", ["stalls not booked", "half of the lost work booked"])
def test_booking_too_little_upsets_the_books(mistake: str, monkeypatch: pytest.MonkeyPatch) -> None:
    MISTAKES[mistake](monkeypatch)
    assert not books_balance()


# --- exact invariants ---------------------------------------------------------------------------


def does_the_work() -> None:
    of_trial = recorded(ALL_CATEGORIES, 0)
    test_invariants.a_trial_that_finishes_has_done_the_work(ALL_CATEGORIES, *of_trial)


def keeps_the_hazard_left_to_the_job() -> None:
    test_invariants.test_a_changed_rate_moves_a_fault_by_the_hazard_left_to_it_and_no_more()


def keeps_the_hazard_left_to_hosts() -> None:
    test_sources.test_the_hazard_left_is_spent_at_the_new_rate("weibull", 30)


def stops_go_back_before_their_margin() -> None:
    goes_back_before_the_margin("31 min", 1)


def addresses_draws() -> None:
    policy: dict[str, object] = {"checkpoint.load_failure": 0.5}
    test_invariants.test_policies_do_not_move_faults_in_their_time_at_risk(policy)


def goes_on_with_the_faults_of_one_that_waits() -> None:
    policy = test_invariants.ELASTIC
    test_invariants.test_a_job_that_goes_on_meets_the_faults_of_one_that_waits(policy)


def fails_at_times_of_its_hosts_own() -> None:
    test = (
        test_invariants.test_ageing_hosts_fail_at_the_same_time_of_their_own_whatever_the_job_does
    )
    test(test_invariants.ELASTIC)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("mistake", "check"),
    [
        ("draws in the order of their use", goes_on_with_the_faults_of_one_that_waits),
        ("age reset at each failure", fails_at_times_of_its_hosts_own),
        ("lost work reported from half the way back", does_the_work),
        ("hazard left forgotten at a change", keeps_the_hazard_left_to_the_job),
        ("hazard left forgotten at a change", keeps_the_hazard_left_to_hosts),
        ("draws in the order of their use", addresses_draws),
        ("calendar stops with the job", number_of_strikes_is_poisson),
        ("calendar strikes hosts in repair", strikes_follow_the_hosts_that_stand),
        ("calendar stops with the job", outages_on_the_calendar),
        ("all hosts back with the first outage", outages_on_the_calendar),
        ("hosts back as new", hosts_come_back_as_old_as_they_left),
        ("margins of stops ignored", stops_go_back_before_their_margin),
        ("changes at the middle of their progress", changes_come_where_their_trial_has_them),
        ("taint forgotten at a restart", taints_survive_crashes),
        ("recovery knows every onset", only_noticed_taints_bind),
        ("slow hosts not struck again", slow_again),
        ("checks begin anew with each restart", checks_count_across_restarts),
        ("checks trusted that are known to have missed", each_rollback_goes_further_back),
        ("checks at full risk", checks_are_at_the_risk_of_idle_hosts),
        ("weather drawn once for a trial", spans_have_weathers_of_their_own),
        ("weather at risk only", strikes_on_the_calendar_do_not_wait_for_the_job),
        ("calendar stops with the job", strikes_on_the_calendar_do_not_wait_for_the_job),
        ("thresholds drawn anew in each weather", hazard_left_is_spent_at_each_factor),
        ("weather of when a repair ends", repairs_take_what_their_span_says),
        (
            "restarted all the same after what ends the run",
            test_restart_loop.finishes_if_nothing_ends_it,
        ),
        ("hosts in repair left out of the count", test_capacity.one_in_repair_counts),
        ("repairs that go on at night", test_repair_hours.hosts_are_repaired_in_their_hours),
        ("sizes of queues ignored", test_allocation.waits_follow_the_size),
        ("counts that stop a job with hosts enough", test_capacity.spares_go_first),
    ],
)
def test_the_mistake_breaks_the_invariant(
    mistake: str, check: Callable[[], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    found(mistake, check, monkeypatch)


# --- energy, carbon and money -------------------------------------------------------------------


def is_what_a_sum_over_minutes_makes_it() -> None:
    test_footprint.agrees(test_footprint.job(**test_footprint.BY_HOUR), 0, 20)


def so_it_is_with_schedules() -> None:
    scheduled = test_footprint.BY_HOUR | test_footprint.SCHEDULED
    test_footprint.agrees(test_footprint.job(**scheduled), 0, 20)


def waiting_for_hosts_is_paid_as_said() -> None:
    test_footprint.test_waiting_before_the_first_launch_is_paid_as_the_terms_say(
        {"terms": "on demand"}, 64.0
    )


@pytest.mark.slow
@pytest.mark.parametrize(
    ("mistake", "check"),
    [
        ("lost work weighed at its loss", is_what_a_sum_over_minutes_makes_it),
        ("stalls at full power", is_what_a_sum_over_minutes_makes_it),
        ("spares draw nothing", is_what_a_sum_over_minutes_makes_it),
        ("building draws nothing", is_what_a_sum_over_minutes_makes_it),
        ("repair paid as work", is_what_a_sum_over_minutes_makes_it),
        ("lent spares paid as others", is_what_a_sum_over_minutes_makes_it),
        ("hours of another place", is_what_a_sum_over_minutes_makes_it),
        ("queueing paid as work", waiting_for_hosts_is_paid_as_said),
        ("pauses draw as stalls", so_it_is_with_schedules),
        ("pauses paid as work", so_it_is_with_schedules),
        ("limits draw full power", so_it_is_with_schedules),
        ("pauses last from their save", test_schedule.a_pause_ends_with_its_hours),
        ("limits never end", test_schedule.a_limit_ends_with_its_hours),
    ],
)
def test_the_mistake_upsets_what_a_trial_takes(
    mistake: str, check: Callable[[], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    found(mistake, check, monkeypatch)


# --- what a model card says ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("mistake", "check"),
    [
        ("steps as they are at the start", test_steps.saves_follow_the_ramp),
        ("rings that send everything twice", test_parallelism.parts_are_those_by_hand),
        ("bubble without its microbatches", test_parallelism.parts_are_those_by_hand),
        ("attention of the forward pass alone", test_flops.palm_has_its_published_mfu),
    ],
)
def test_the_mistake_misreads_a_model_card(
    mistake: str, check: Callable[[], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    found(mistake, check, monkeypatch)


# --- plans --------------------------------------------------------------------------------------


@pytest.mark.slow
@pytest.mark.parametrize(
    "mistake", ["as cheap in one key is not dominated", "longer intervals taken as dearer"]
)
def test_the_mistake_upsets_a_frontier(mistake: str, monkeypatch: pytest.MonkeyPatch) -> None:
    found(mistake, frontiers_are_those_of_a_brute_force, monkeypatch)
