"""How a model is split over accelerators, and what that costs a step, by hand."""

from __future__ import annotations

from typing import Any

import pytest

import simtrain
from simtrain.errors import ScenarioError
from simtrain.model.implied import implied
from simtrain.model.parameters import at_middle, mfu_of, parameters_of
from simtrain.scenario.interconnect import bubble_share, ring_s, step_of, tensor_s, within_step
from simtrain.scenario.notes import notes
from simtrain.scenario.scenario import Scenario
from simtrain.show.check.report import check_report

MODEL = {
    "parameters": 1e9,
    "tokens": 1.28e10,
    "layers": 10,
    "hidden": 1000,
    "sequence": 1000,
    "batch": 64,
    "mfu": 0.5,
    "peak": "100 TFLOP/s",
}
SPLIT = {"tensor": 4, "pipeline": 2, "within": "100 GB/s", "between": "10 GB/s"}


def job(split: dict[str, Any] | None, hosts: int = 8, **workload: Any) -> Scenario:
    """Eight hosts of four: 64,000 tokens are 3.84e14 FLOPs, and 0.24 s at 1.6e15 a second."""
    document = {
        "workload": {key: one for key, one in (MODEL | workload).items() if one is not None},
        "cluster": {"hosts": hosts, "accelerators_per_host": 4},
        "checkpoint": {"interval": "1 h"},
        "restart": {"duration": "5 min"},
    }
    return Scenario.from_document(document | ({"parallelism": split} if split else {}))


def test_a_ring_sends_all_but_its_own_part_twice() -> None:
    """Of 4 ranks each sends 3/4 of 8 GB to be added up and 3/4 of the sum: 12 GB at 10 GB/s."""
    assert ring_s(4, 8e9, 10e9) == pytest.approx(1.2)
    assert ring_s(1, 8e9, 10e9) == 0.0


def test_a_layer_reduces_twice_forward_and_twice_backward() -> None:
    """1000 tokens of width 500 in BF16 are 1 MB; 3 layers reduce them 12 times, or 18."""
    once = ring_s(2, 1e6, 1e9)
    assert tensor_s(2, 3, 1000, 500, 0.0, 1e9) == pytest.approx(12 * once)
    assert tensor_s(2, 3, 1000, 500, 1.0, 1e9) == pytest.approx(18 * once)


def test_stages_wait_for_the_first_microbatch_and_the_last() -> None:
    """Four stages and nine microbatches take twelve slots, of which each stage works in nine."""
    assert bubble_share(4, 9) == pytest.approx(3 / 12)
    assert bubble_share(1, 9) == 0.0
    assert step_of(9.0, 0.0, 3 / 12, 2.0) == (9.0, 0.0, pytest.approx(3.0), 2.0)
    assert within_step(14.0, 1.0, 3 / 12, 2.0) == (pytest.approx(8.0), 1.0, pytest.approx(3.0), 2.0)


def parts_are_those_by_hand() -> None:
    """Four replicas of 16 sequences each, over two stages of five layers.

    Tensors: 5 layers, 4 all-reduces of 16,000 tokens, 32 MB each, 2·3/4 of it at 100 GB/s.
    Gradients: 1e9 / 8 parameters of 4 bytes among 4 ranks, 2·3/4 of it at 10 GB/s.
    """
    added = job(SPLIT | {"costs": "added"})
    tensor, gradients = 5 * 4 * 1.5 * 32e6 / 100e9, 1.5 * 5e8 / 10e9
    bubble = (0.24 + tensor) / 16
    assert added.step_s == pytest.approx(0.24 + tensor + bubble + gradients)
    parts = implied(added).workload.step_parts
    assert parts is not None
    assert sum(parts.values()) == pytest.approx(1.0)
    for name, seconds in [("compute", 0.24), ("tensor", tensor), ("bubble", bubble),
                          ("gradients", gradients)]:  # fmt: skip
        assert parts[name] * added.step_s == pytest.approx(seconds)
    assert mfu_of(added, at_middle) == pytest.approx(0.5 * 0.24 / added.step_s)
    assert parameters_of(added, at_middle, added).work == pytest.approx(200_000 * added.step_s)
    assert implied(added).workload.tokens_per_second == pytest.approx(64_000 / added.step_s)


def test_the_parts_of_a_step_are_those_computed_by_hand() -> None:
    parts_are_those_by_hand()


@pytest.mark.parametrize(
    ("split", "workload", "key", "seconds"),
    [
        ({"overlap": 0.8}, {}, "gradients", 0.2 * 1.5 * 5e8 / 10e9),
        ({"gradient_bytes": 2}, {}, "gradients", 1.5 * 2.5e8 / 10e9),
        ({"tensor": 8}, {}, "tensor", 5 * 4 * 2 * 7 / 8 * 64e6 / 10e9),  # over two hosts
        ({"microbatch": 4}, {}, "bubble", None),
        ({"context": 2}, {}, "gradients", 2 * 3 / 4 * 5e8 / 10e9),  # as many ranks, fewer replicas
        ({}, {"recomputation": "full"}, "tensor", 5 * 6 * 1.5 * 32e6 / 100e9),
        ({}, {"recomputation": 0.5}, "tensor", 5 * 5 * 1.5 * 32e6 / 100e9),
    ],
)
def test_each_key_moves_its_part(
    split: dict[str, Any], workload: dict[str, Any], key: str, seconds: float | None
) -> None:
    added = job(SPLIT | {"costs": "added"} | split, **workload)
    parts = implied(added).workload.step_parts
    assert parts is not None
    assert added.step_s is not None
    if seconds is None:  # four microbatches and two stages
        worked = parts["compute"] + parts["tensor"]
        assert parts[key] / worked == pytest.approx(1 / 4)
    else:
        assert parts[key] * added.step_s == pytest.approx(seconds)


def test_costs_that_are_told_move_no_result() -> None:
    told, plain = job(SPLIT), job(None)
    assert told.ideal_s == plain.ideal_s
    assert parameters_of(told, at_middle, told).work == parameters_of(plain, at_middle, plain).work
    parts = implied(told).workload.step_parts
    assert parts is not None
    assert sum(parts.values()) == pytest.approx(1.0)
    assert parts["bubble"] * 0.24 == pytest.approx((0.24 - 0.075) / 17)
    assert implied(plain).workload.step_parts is None
    assert implied(job(SPLIT, batch=None)).workload.step_parts is None


@pytest.mark.parametrize(
    ("tensor", "pipeline", "per_host", "hosts"),
    [(8, 4, 8, 4), (8, 1, 8, 1), (4, 1, 8, 1), (4, 3, 8, 3), (1, 1, 4, 1), (16, 2, 4, 8)],
)
def test_hosts_that_share_a_replica_stop_together(
    tensor: int, pipeline: int, per_host: int, hosts: int
) -> None:
    """Replicas of 12 on hosts of 8: three hosts hold two of them, and none does without another."""
    document = {"tensor": tensor, "pipeline": pipeline}
    split = job(document, hosts=48, batch=1000).replace({"cluster.accelerators_per_host": per_host})
    assert split.hosts_per_replica == hosts
    assert job(None).hosts_per_replica is None


@pytest.mark.parametrize(
    ("split", "workload", "message"),
    [
        ({"tensor": 3}, {}, "makes replicas of 3 accelerators, and the job has 32"),
        ({"data": 8, "tensor": 8}, {}, "makes 64 accelerators, and the job has 32; 4, or leave"),
        ({"tensor": 2}, {"batch": 15}, r"workload\.batch: is less than 16, a microbatch for each"),
        (SPLIT | {"costs": "added"}, {"batch": None}, r"workload\.batch: is missing"),
        (SPLIT | {"costs": "added"}, {"hidden": None}, r"workload\.hidden: is missing"),
        ({"costs": "added"}, {}, r"parallelism\.between: is missing"),
        (SPLIT | {"costs": "added"}, {"mfu": None, "tokens_per_second": 1e5},
         '"added" needs the speed of computation alone'),
        ({"costs": "extra"}, {}, "costs"),
    ],
)  # fmt: skip
def test_a_split_that_does_not_fit_is_refused(
    split: dict[str, Any], workload: dict[str, Any], message: str
) -> None:
    with pytest.raises(ScenarioError, match=message):
        job(split, **workload)


def test_more_hosts_pay_more_for_the_interconnect_if_asked() -> None:
    """In milliseconds a step, of 200,000: 240 + 9.6 + 15.6 + 75, then 60 + 2.4 + 15.6 + 93.75."""
    for split, ideal in ((SPLIT, (48_000, 12_000)), (SPLIT | {"costs": "added"}, (68_040, 34_350))):
        swept = simtrain.sweep(job(split), {"cluster.hosts": [8, 32]}, trials=2, jobs=1)
        assert [results.ideal_s for results in swept.results] == pytest.approx(ideal)


def test_bandwidths_are_those_of_the_accelerator_unless_they_are_given() -> None:
    named = job({"tensor": 4}).replace({"cluster.accelerator": "h100", "workload.peak": None})
    assert named.value_at("parallelism.within") == "450 GB/s"
    own = named.replace({"parallelism.between": "20 GB/s"})
    assert own.value_at("parallelism.between") == "20 GB/s"
    [note] = [note for note in notes(named) if note.key == "cluster.accelerator"]
    assert "`parallelism.between` = 50 GB/s" in note.sentence
    assert "Not read" not in note.sentence
    [doubted] = [
        note
        for note in notes(named.replace({"cluster.accelerator": "mi300x"}))
        if note.key == "cluster.accelerator"
    ]
    assert "Not read in a document of its maker: `workload.peak`" in doubted.sentence


def test_an_interconnect_that_leaves_no_time_to_compute_is_told() -> None:
    slow = job(SPLIT | {"between": "1 GB/s"})
    assert [note.key for note in notes(slow)].count("parallelism") == 1
    assert "parallelism" not in [note.key for note in notes(job(SPLIT))]


def test_what_a_step_goes_into_is_explained() -> None:
    split = job(SPLIT | {"costs": "added"}, recomputation="full")
    lines = check_report(split, implied(split)).splitlines()
    found = {line[:36].split("  ")[0] or line.strip().split("  ")[0]: line for line in lines}
    assert "7.68e+19" in found["FLOPs of the model"]
    assert "2 hosts; any fault stops all" in found["replicas"]
    assert "with what is recomputed" in found["HFU"]
    assert "200,000" in found["steps"]
    assert any("the pipeline bubble" in line and "of a step" in line for line in lines)


def test_an_elastic_job_goes_on_without_replicas_of_its_model() -> None:
    """Replicas of 8 on hosts of 4: eight hosts are four groups of two."""
    elastic = {"recovery.policy": "elastic"}
    split = job(SPLIT).replace(elastic)
    assert split.recovery.replicas == 4
    assert "`recovery.replicas` = 4: groups of 2 hosts" in " ".join(
        note.sentence for note in notes(split)
    )
    halves = split.replace({"recovery.replicas": 2})
    assert halves.recovery.replicas == 2
    assert "recovery.replicas" not in [note.key for note in notes(halves)]
    with pytest.raises(ScenarioError, match=r"makes groups of 1 hosts, and \[parallelism\] replic"):
        split.replace({"recovery.replicas": 8})
    with pytest.raises(ScenarioError, match=r"recovery\.replicas: is missing"):
        job(None).replace(elastic)
    changed = split.replace({"change": [{"progress": 0.5, "set": {"workload.mfu": 0.4}}]})
    assert changed.after((0,)).recovery.replicas == 4
    assert simtrain.run(split, trials=1, jobs=1).metric("wall_clock_s")[0] > 0


def test_a_small_batch_is_slower_where_costs_are_added() -> None:
    """Half the batch: 120 + 4.8 + 15.6 + 75 ms for 32,000 tokens, in place of 340.2 for 64,000."""
    ramp = [{"progress": 0.5, "set": {"workload.batch": 64}}]
    for costs, speed in (("added", 2 * 215.4 / 340.2), ("told", 1.0)):
        ramped = job(SPLIT | {"costs": costs}, batch=32).replace({"change": ramp})
        after = parameters_of(ramped.after((0,)), at_middle, ramped)
        assert after.full_speed == pytest.approx(speed)
