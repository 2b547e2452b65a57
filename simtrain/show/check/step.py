"""What the work is and what a step of it takes, as a table."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simtrain.show import words
from simtrain.show.table import Table, TableColumn

if TYPE_CHECKING:
    from collections.abc import Iterator

    from simtrain.model.implied.workload import ImpliedWorkload
    from simtrain.scenario.scenario import Scenario

_PARTS = {
    "compute": "computation",
    "tensor": "activations among tensor ranks",
    "bubble": "the pipeline bubble",
    "gradients": "gradients among replicas",
}
"""What the parts of a step are called."""


def step_table(scenario: Scenario, found: ImpliedWorkload) -> Table | None:
    """Rows on the work and its steps; none where nothing of it follows."""
    rows = list(_rows(scenario, found))
    if not rows:
        return None
    names, values, beside = zip(*rows, strict=True)
    return Table(
        TableColumn("", list(names), "<"),
        TableColumn("", list(values)),
        TableColumn("", list(beside), "<", least=20, wraps=True),
    )


def _rows(scenario: Scenario, found: ImpliedWorkload) -> Iterator[tuple[str, str, str]]:
    """Name, value and what stands beside it."""
    if found.flops is not None:
        attention = ", and attention" if scenario.workload.count_attention else ""
        how = "" if scenario.workload.flops else f"6 for each parameter and token{attention}"
        yield "FLOPs of the model", f"{found.flops:.3g}", how
    if found.mfu is not None:
        yield "MFU", words.share(found.mfu), "of whole steps"
    if found.hfu is not None:
        yield "HFU", words.share(found.hfu), "with what is recomputed"
    if found.tokens_per_second is not None:
        yield "tokens per second", f"{found.tokens_per_second:,.0f}", "of the whole job"
    if found.step_s is not None:
        yield "step", words.duration(found.step_s), _size(found)
    if found.steps is not None:
        ramped = len({phase.steps for phase in scenario.phases}) > 1
        yield "steps", f"{found.steps:,.0f}", "with the batch ramp" if ramped else ""
    if found.replicas is not None:
        yield "replicas", f"{found.replicas:,}", _replicas(found)
    spread = scenario.parallelism
    if spread is not None and found.step_parts is None:
        lost = spread.untold(scenario.cluster, scenario.workload)
        names = [key.removeprefix("workload.") for key in lost]
        yield "parts of a step", words.MISSING, f"give {words.listed(names)}" if names else ""
    for name, share in (found.step_parts or {}).items():
        if share:
            yield f"  {_PARTS[name]}", words.share(share), "of a step"


def _size(found: ImpliedWorkload) -> str:
    return "" if found.tokens_per_step is None else f"of {found.tokens_per_step:,.0f} tokens"


def _replicas(found: ImpliedWorkload) -> str:
    hosts = words.count(found.hosts_per_replica or 1, "host")
    return f"of {hosts}; any fault stops all" if found.replicas != 1 else f"of {hosts}"
