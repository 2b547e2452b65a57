"""`[parallelism]`: how the model is split over accelerators, and what talking costs them."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import Field

from simtrain.scenario.interconnect import (
    StepParts,
    bubble_share,
    ring_s,
    step_of,
    tensor_s,
    within_step,
)
from simtrain.scenario.number import Number
from simtrain.scenario.numbers import NOTHING, Bandwidth, Share
from simtrain.scenario.readers import Whole
from simtrain.scenario.table import Broken, Table

if TYPE_CHECKING:
    from simtrain.scenario.hosts import Cluster
    from simtrain.scenario.workload import Workload

Ways = Annotated[int, Whole(1, 1_000_000)]
WAYS = ("tensor", "pipeline", "context", "data", "microbatch", "gradient_bytes")
"""Keys of how the model is split and trained."""
Value = Callable[[str], float]
"""Value of a number of the scenario, by its path."""


class Parallelism(Table):
    """How the model is split over accelerators; a fault of any of them stops all."""

    tensor: Ways = Field(1, description="Accelerators that share each layer.")
    pipeline: Ways = Field(1, description="Stages that the layers are split into.")
    context: Ways = Field(1, description="Parts that each sequence is split into.")
    data: Ways | None = Field(
        None, description="Replicas of the model; by default as many as the accelerators make."
    )
    microbatch: Ways = Field(1, description="Sequences that go through a replica at once.")
    within: Bandwidth | None = Field(
        None,
        description="Bandwidth of an accelerator to others of its host, in one direction. By "
        "default that of `cluster.accelerator`.",
    )
    between: Bandwidth | None = Field(
        None,
        description="Bandwidth of an accelerator to other hosts, in one direction. By default "
        "that of `cluster.accelerator`.",
    )
    gradient_bytes: Annotated[int, Whole(1, 8)] = Field(
        4, description="Bytes of a gradient when replicas are reduced: 4 in FP32, 2 in BF16."
    )
    overlap: Share = Field(
        NOTHING,
        description="Part of the all-reduce of gradients that runs beside the backward pass.",
    )
    costs: Literal["told", "added"] = Field(
        "told",
        description="Whether the speed in `[workload]` is that of whole steps, so that what the "
        "interconnect costs is in it and only told; or that of computation alone, so that it is "
        "added to each step.",
    )

    @property
    def accelerators_per_replica(self) -> int:
        """Accelerators that hold one replica of the model together."""
        return self.tensor * self.pipeline * self.context

    def hosts_per_replica(self, accelerators_per_host: int) -> int:
        """Hosts that are of no use without each other: the fewest that hold whole replicas."""
        held = math.lcm(self.accelerators_per_replica, accelerators_per_host)
        return held // accelerators_per_host

    def replicas(self, accelerators: int) -> int:
        """Replicas of the model on so many accelerators."""
        return accelerators // self.accelerators_per_replica

    def broken_with(self, cluster: Cluster, workload: Workload) -> Iterator[Broken]:
        """Replicas fill the job, and what is added to a step can be told."""
        each, accelerators = self.accelerators_per_replica, _accelerators(cluster)
        least = self.replicas(accelerators) * self.microbatch
        if accelerators % each:
            wrong = f"makes replicas of {each:,} accelerators, and the job has {accelerators:,}"
            yield Broken("parallelism", wrong, f"a number of them that {each:,} divides")
        elif self.data is not None and self.data * each != accelerators:
            wrong = f"makes {self.data * each:,} accelerators, and the job has {accelerators:,}"
            yield Broken("parallelism.data", wrong, f"{accelerators // each}, or leave it out")
        elif workload.batch is not None and workload.batch.most < least:
            wrong = f"is less than {least:,}, a microbatch for each replica"
            yield Broken("workload.batch", wrong, "a larger batch, or fewer replicas")
        elif self.costs == "added" and workload.window is None:
            speeds = workload.given("mfu", "hfu", "achieved")
            if workload.tokens is None or not speeds:
                wrong = '"added" needs the speed of computation alone'
                remedy = "give `tokens`, and `mfu`, `hfu` or `achieved`"
                yield Broken("parallelism.costs", wrong, remedy)
                return
            for key in self.untold(cluster, workload):
                yield Broken(key, "is missing", f"give `{key}`, or leave out `parallelism.costs`")

    def untold(self, cluster: Cluster, workload: Workload) -> list[str]:
        """Paths that are not given without which the parts of a step cannot be told."""
        needed = ["workload.batch", "workload.sequence"]
        links = []
        if self.tensor > 1:
            needed += ["workload.layers", "workload.hidden"]
            links.append(self._link(self.tensor, cluster))
        if self._reduced(cluster) > 1:
            needed.append("workload.parameters")
            links.append(self._link(_accelerators(cluster), cluster))
        needed += [f"parallelism.{link}" for link in dict.fromkeys(links)]
        tables = {"workload": workload, "parallelism": self}
        paths = ((path, path.partition(".")) for path in needed)
        return [path for path, (table, _, key) in paths if getattr(tables[table], key) is None]

    def slowdown(self, cluster: Cluster, workload: Workload, value: Value) -> float:
        """By what the time of a step is longer than that of its computation, if that is given."""
        if self.costs == "told" or workload.tokens is None or self.untold(cluster, workload):
            return 1.0
        tokens = value("workload.batch") * value("workload.sequence")
        of_workload = _of_workload(value)
        work, speed = workload.amount_and_speed(_accelerators(cluster), of_workload)
        compute = work / speed * tokens / value("workload.tokens")
        return step_of(compute, *self._costs(cluster, workload, value)).total / compute

    def parts(
        self, cluster: Cluster, workload: Workload, value: Value, step_s: float
    ) -> StepParts | None:
        """What the seconds of a step go into; None where that cannot be told."""
        if self.untold(cluster, workload):
            return None
        return within_step(step_s, *self._costs(cluster, workload, value))

    def _costs(
        self, cluster: Cluster, workload: Workload, value: Value
    ) -> tuple[float, float, float]:
        """Seconds of tensors, share of the bubble, and seconds of gradients of a step."""
        sequences = value("workload.batch") / self.replicas(_accelerators(cluster))
        tensor = gradients = 0.0
        if self.tensor > 1:
            tensor = tensor_s(
                self.tensor,
                value("workload.layers") / self.pipeline,
                sequences * value("workload.sequence") / self.context,
                value("workload.hidden"),
                _repeated(workload, value),
                value(f"parallelism.{self._link(self.tensor, cluster)}"),
            )
        ranks = self._reduced(cluster)
        if ranks > 1:
            size = value("workload.parameters") / (self.tensor * self.pipeline)
            link = self._link(_accelerators(cluster), cluster)
            gradients = ring_s(ranks, size * self.gradient_bytes, value(f"parallelism.{link}"))
            gradients *= 1 - value("parallelism.overlap")
        return tensor, bubble_share(self.pipeline, sequences / self.microbatch), gradients

    def _reduced(self, cluster: Cluster) -> int:
        """Accelerators that hold the same part of the model, and add up their gradients."""
        return _accelerators(cluster) // (self.tensor * self.pipeline)

    def _link(self, ranks: int, cluster: Cluster) -> str:
        """Key of the slowest bandwidth that so many neighbours have among each other."""
        return "within" if ranks <= cluster.accelerators_per_host else "between"


def _accelerators(cluster: Cluster) -> int:
    return cluster.hosts * cluster.accelerators_per_host


def _of_workload(value: Value) -> Value:
    return lambda key: value(f"workload.{key}")


def _repeated(workload: Workload, value: Value) -> float:
    """Part of the forward pass that is computed again."""
    if isinstance(workload.recomputation, Number):
        return value("workload.recomputation")
    return 1.0 if workload.recomputation == "full" else 0.0
