"""Steps follow the batch, and a change comes at the step that it says."""

from __future__ import annotations

from itertools import pairwise
from math import log
from typing import Any

import pytest

import simtrain
from simtrain.accounts.recorder import Recorder
from simtrain.engine.trial import Simulator
from simtrain.errors import ScenarioError
from simtrain.model.parameters import at_middle, parameters_of
from simtrain.scenario.inputs import inputs_of
from simtrain.scenario.scenario import Scenario
from simtrain.scenario.steps import progress_at
from tests.scenario.test_flops import PALM, job, without

RAMP = [
    {"step": 50_000, "set": {"workload.batch": 1024}},
    {"step": 115_000, "set": {"workload.batch": 2048}},
]
"""Batches of PaLM 540B: 512 sequences, from step 50k on 1024, and from step 115k on 2048."""


def small(change: list[dict[str, Any]], **workload: Any) -> Scenario:
    """Twelve million tokens at 1000 a second, 100 of them in a step: a step takes 0.1 s."""
    work = {"tokens": 12e6, "tokens_per_second": 1000, "sequence": 10, "batch": 10, **workload}
    return job(work, hosts=2, change=change, checkpoint={"interval": "5000 steps"})


def test_palm_takes_its_published_number_of_steps() -> None:
    """255k; the steps of a run without a ramp are those of its batch."""
    palm = job(PALM | {"batch": 512}, change=RAMP)
    assert palm.phases[-1].step_at(1.0) == pytest.approx(255_000, rel=0.005)
    assert progress_at(palm.phases, 50_000) == pytest.approx(50_000 * 512 * 2048 / 780e9)
    assert progress_at(palm.phases, 115_000) == palm.change[1].progress.middle
    assert palm.step_s == pytest.approx(512 * 2048 / 238.3e3)
    assert palm.after((0, 1)).step_s == pytest.approx(2048 * 2048 / 238.3e3)
    constant = job(PALM | {"batch": 2048})
    assert constant.workload.steps_at_start == pytest.approx(780e9 / 2048**2)
    assert constant.ideal_s == palm.ideal_s  # a ramp does not change how fast tokens are done


def saves_follow_the_ramp() -> None:
    """20,000 steps of 100 tokens, 20,000 of 200, and 15,000 of 400: saved every 5,000 steps."""
    ramp = [{"step": 20_000, "set": {"workload.batch": 20}},
            {"step": 40_000, "set": {"workload.batch": 40}}]  # fmt: skip
    simulated = small(ramp)
    assert simulated.phases[-1].step_at(1.0) == pytest.approx(55_000)
    assert simulated.ideal_s == pytest.approx(12_000)
    for changes, step_s in (((), 0.1), ((0,), 0.2), ((0, 1), 0.4)):
        now = parameters_of(simulated.after(changes), at_middle, simulated)
        assert now.checkpoint.interval == pytest.approx(5000 * step_s)
    results = simtrain.run(simulated, trials=1, jobs=1)
    assert results.metric("saves")[0] == 11
    assert results.metric("wall_clock_s")[0] == pytest.approx(12_000)
    # without the ramp: 24 saves of 500 s each, as 120,000 steps take
    assert simtrain.run(small([]), trials=1, jobs=1).metric("saves")[0] == 24


def test_saves_follow_the_ramp() -> None:
    saves_follow_the_ramp()


def test_a_ramp_by_progress_is_the_same_ramp() -> None:
    by_step = small([{"step": 20_000, "set": {"workload.batch": 20}}])
    by_progress = small([{"progress": 1 / 6, "set": {"workload.batch": 20}}])
    assert by_step.phases == by_progress.phases
    assert "step = 20000" in by_step.to_toml()


def test_a_step_moves_with_the_tokens_and_any_key_may_change_at_one() -> None:
    longer = small([{"step": 30_000, "set": {"checkpoint.interval": "10 min"}}])
    assert longer.change[0].progress.middle == pytest.approx(0.25)
    twice = longer.replace({"workload.tokens": 24e6})
    assert twice.change[0].progress.middle == pytest.approx(0.125)
    counted = {"tokens": None, "tokens_per_second": None, "sequence": None, "batch": None}
    plain = small([{"step": 300, "set": {"checkpoint.interval": "10 min"}}],
                  **counted, ideal_time="1 day", steps=1000)  # fmt: skip
    assert plain.change[0].progress.middle == 0.3


@pytest.mark.parametrize(
    ("change", "workload", "message"),
    [
        ({"step": 120_001, "set": {"workload.batch": 20}}, {}, r"step: .*after the end"),
        ({"step": 5, "set": {"workload.batch": 20}}, {"batch": None}, r"step: .*`batch`"),
        ({"step": 5, "progress": 0.5, "set": {"workload.batch": 20}}, {}, "only one of"),
        ({"at": "9 min", "set": {"workload.batch": 20}}, {}, "comes at a date, so that nobody"),
        ({"step": 0, "set": {"workload.batch": 20}}, {}, r"change\.0\.step: 0 is out of range"),
    ],
)  # fmt: skip
def test_what_no_step_can_be_told_of_is_refused(
    change: dict[str, Any], workload: dict[str, Any], message: str
) -> None:
    with pytest.raises(ScenarioError, match=message):
        small([change, {"progress": 0.9, "set": {"workload.mfu": 0.3}}][:1], **workload)


def test_steps_out_of_order_are_refused_and_so_is_a_ramp_of_given_steps() -> None:
    with pytest.raises(ScenarioError, match=r"change\.1\.step: comes before the change above"):
        small([{"step": 500, "set": {"workload.batch": 20}},
               {"step": 400, "set": {"workload.batch": 40}}])  # fmt: skip
    given = without(PALM, "tokens", "tokens_per_second", "sequence")
    given |= {"steps": 1000, "step_time": "3 s", "batch": 8, "sequence": 2048}
    with pytest.raises(ScenarioError, match=r"changes nothing about `workload\.steps`"):
        job(given, change=[{"progress": 0.5, "set": {"workload.batch": 20}}])


def test_the_time_of_a_step_gives_tokens_per_second_and_the_mfu() -> None:
    """4.19e6 tokens in 17.6 s are the 238.3e3 a second of PaLM."""
    model = without(PALM, "tokens", "tokens_per_second")
    palm = job(model | {"steps": 255_000, "step_time": "17.6 s", "batch": 2048})
    value = palm.workload.middle
    assert palm.workload.tokens_per_second_on(6144, value) == pytest.approx(238.3e3, rel=1e-3)
    assert palm.workload.mfu_on(6144, value) == pytest.approx(0.462, abs=0.001)


@pytest.mark.parametrize("parts", [1, 4])
def test_a_ramp_in_proportion_to_samples_takes_the_steps_of_logarithmic_means(parts: int) -> None:
    """From 10 to 40 over the first quarter: 300,000 sequences at ds/db = 1e4, so 1e4 ln 4 steps."""
    ends = [10 * 4 ** (part / parts) for part in range(parts + 1)]
    means = [(high - low) / log(high / low) for low, high in pairwise(ends)]
    shares = [(end - 10) / 30 / 4 for end in ends[1:]]
    rows = [{"progress": share, "set": {"workload.batch": batch}}
            for share, batch in zip(shares, [*means[1:], 40.0], strict=True)]  # fmt: skip
    ramped = small(rows, batch=means[0])
    steps = ramped.phases[-1].step_at(1.0)
    assert steps == pytest.approx(1e4 * log(4) + 900_000 / 40)


def test_facts_of_the_model_and_steps_of_changes_are_no_doubtful_inputs() -> None:
    ramped = job(PALM | {"batch": 512}, change=RAMP, parallelism={"tensor": 12})
    varied, left_out = inputs_of(ramped, 0.5)
    told = {one.key for one in varied if one.key.startswith(("workload", "change", "parallelism"))}
    assert told == {"workload.peak", "workload.tokens_per_second"}
    reasons = {one.key: one.why for one in left_out}
    assert reasons["workload.layers"] == "a fact of the model or its training"
    assert reasons["parallelism.tensor"] == "a fact of the model or its training"
    assert reasons["change.0.step"] == "a moment"


@pytest.mark.parametrize(("step", "back_to_s"), [(200, 50.0), (201, 100.0)])
def test_a_batch_that_changes_at_a_saved_step_puts_it_off(step: int, back_to_s: float) -> None:
    """100 steps of 50 take 50 s, and 100 of 200 take 200 s: stopped at 250 s, before the next."""
    ramp = [{"step": step, "set": {"workload.batch": 200}}]
    stop = {"kind": "pause", "at": "250 s", "duration": "1 s", "save_first": False}
    of = Scenario.from_document(
        {
            "workload": {"tokens": 1e6, "sequence": 10, "batch": 50, "tokens_per_second": 1000},
            "cluster": {"hosts": 2},
            "checkpoint": {"interval": "100 steps"},
            "restart": {"duration": "1 s"},
            "change": ramp,
            "stop": {"look": stop},
        }
    )
    recorder = Recorder()
    Simulator(of, 0).run(0, recorder)
    assert [back.work for back in recorder.rollbacks] == pytest.approx([back_to_s])
