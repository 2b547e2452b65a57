"""What a model card leaves open, suggested by simple rules that the text itself states."""

from __future__ import annotations

from collections.abc import Container
from typing import NamedTuple

from simtrain.scenario.accelerators import Accelerator
from simtrain.units import SIZE

STATE_BYTES = 16
"""For each parameter: weights and gradients in BF16, and the weights and two moments in FP32."""
MEMORY_SHARE = 0.5
"""Part of the memory that the state may take; the rest is for activations and buffers."""
MFU = "30..50 %"
"""Assumed of dense models where none is measured: PaLM 540B has 46 %, Llama 3 405B 38 to 43 %."""
_BATCH, _SEQUENCE = 1024, 8192
_MOST_STAGES = 256


class Split(NamedTuple):
    """Accelerators that share each layer, and stages that the layers are split into."""

    tensor: int
    pipeline: int


def suggested_split(parameters: float, found: Accelerator, accelerators: int) -> Split | None:
    """The smallest replica whose memory holds the state of the model; None if none does.

    Layers are shared within a host first, over 1, 2, 4 … accelerators; then they are split into 2,
    4, 8 … stages.

    Parameters
    ----------
    parameters
        Of the model.
    found
        The accelerator.
    accelerators
        How many the job has, of which replicas take all.
    """
    needed = parameters * STATE_BYTES / (MEMORY_SHARE * SIZE.parse(found.memory))
    split = Split(1, 1)
    while split.tensor * split.pipeline < needed:
        if split.tensor < found.per_host:
            split = split._replace(tensor=split.tensor * 2)
        elif split.pipeline < _MOST_STAGES:
            split = split._replace(pipeline=split.pipeline * 2)
        else:
            return None
    return None if accelerators % (split.tensor * split.pipeline) else split


def with_card(
    text: str,
    given: Container[str],
    found: Accelerator,
    parameters: float,
    accelerators: int,
) -> str:
    """The text of a template with what belongs to a model card beside its parameters and tokens.

    Parameters
    ----------
    text
        The template.
    given
        Paths of values that the user gives.
    found, parameters, accelerators
        As for `suggested_split`.
    """
    split = suggested_split(parameters, found, accelerators)
    batch = _BATCH
    while split and batch * split.tensor * split.pipeline < accelerators:
        batch *= 2
    model = [
        f"sequence = {_SEQUENCE}       # replace by yours: tokens in a sequence",
        f"batch = {batch:<13} # replace by yours: sequences in a step, of the whole job",
    ]
    model += [
        f"{key} = 1            # of the model"
        for key in ("layers", "hidden")
        if f"workload.{key}" in given
    ]
    text = _after(text, "peak = ", model)
    if "workload.mfu" not in given:
        [mfu] = [line for line in text.splitlines() if line.startswith("mfu = ")]
        assumed = f'mfu = "{MFU}"      # assumed, as dense models have it; replace by yours'
        text = text.replace(mfu, assumed)
    if split is None:
        return text
    rows = [
        "[parallelism]         # suggested: the fewest of which half the memory holds 16 bytes for",
        "                      # each parameter; replace by yours",
        f"tensor = {split.tensor:<12} # accelerators that share each layer",
        f"pipeline = {split.pipeline:<10} # stages that the layers are split into",
    ]
    rows += [
        f'{link} = "{bandwidth}"   # of an accelerator, in one direction'
        for link in ("within", "between")
        if (bandwidth := getattr(found, link))
    ]
    return text.replace("[fault.hardware]", "\n".join([*rows, "", "[fault.hardware]"]), 1)


def _after(text: str, start: str, lines: list[str]) -> str:
    """The text with some lines below the one that begins so."""
    found = text.splitlines()
    [place] = [number for number, line in enumerate(found) if line.startswith(start)]
    return "\n".join([*found[: place + 1], *lines, *found[place + 1 :]]) + "\n"
