"""`[workload]`: what is to be computed."""

from collections.abc import Iterable, Iterator
from typing import Any

from pydantic import Field

from simtrain.scenario.numbers import (
    WHOLE,
    Count,
    Flops,
    PositiveDuration,
    PositiveShare,
    Speed,
)
from simtrain.scenario.table import Broken, Table
from simtrain.units import HOUR

FLOPS_PER_PARAMETER_AND_TOKEN = 6.0

_WAYS = {
    "ideal_time": (),
    "accelerator_hours": (),
    "flops": ("achieved",),
    "tokens": ("parameters", "mfu", "peak"),
    "step_time": ("steps",),
    "window": (),
}
"""Ways of saying how much work there is, each with the keys that it goes with.

`tokens` goes with `tokens_per_second` alone as well.
"""
_AMOUNTS = {
    "ideal_time": ("ideal_time",),
    "accelerator_hours": ("accelerator_hours",),
    "flops": ("flops",),
    "tokens": ("tokens", "parameters"),
    "step_time": ("steps",),
    "window": ("window",),
}
"""Keys of each way that are work, and not speed."""
AMOUNTS = tuple(dict.fromkeys(key for keys in _AMOUNTS.values() for key in keys))
"""All keys that can say how much work there is, or how long to watch."""


class Workload(Table):
    """What is to be computed, in one of several ways, or for how long to watch."""

    ideal_time: PositiveDuration | None = Field(
        None, description="Time the work takes without any fault, save or stop, at full speed."
    )
    accelerator_hours: Count | None = Field(
        None,
        description="Hours that the work takes at full speed, times accelerators. Published ones "
        "often hold lost time too.",
    )
    flops: Flops | None = Field(None, description="Work to do; goes with `achieved`.")
    achieved: Speed | None = Field(
        None, description="Achieved speed of one accelerator while a step runs; goes with `flops`."
    )
    tokens: Count | None = Field(
        None,
        description="Tokens to train on; goes with `parameters`, `mfu` and `peak`, or with "
        "`tokens_per_second`.",
    )
    tokens_per_second: Count | None = Field(
        None,
        description="Tokens that the whole job trains on in a second while a step runs, as it was "
        "measured; goes with `tokens`.",
    )
    parameters: Count | None = Field(
        None, description="Parameters of the model; the work is 6 FLOPs per parameter and token."
    )
    mfu: PositiveShare | None = Field(
        None, description="Model FLOPs utilisation while a step runs."
    )
    peak: Speed | None = Field(
        None, description="Peak speed of one accelerator. With `achieved` it gives the MFU."
    )
    steps: Count | None = Field(
        None,
        description="Number of steps: the work itself with `step_time`, else only what "
        "a step is worth, for intervals in steps.",
    )
    step_time: PositiveDuration | None = Field(
        None, description="Time of a step at full speed; goes with `steps`."
    )
    window: PositiveDuration | None = Field(
        None, description="Watch the job for a fixed time of calendar instead of finishing work."
    )
    speed: PositiveShare = Field(
        WHOLE,
        description="Fraction of full speed at which the job trains: slowness that was read off "
        "a run and is not explained by a fault. The loss is `degraded`.",
    )

    def broken_rules(self) -> Iterator[Broken]:
        """Exactly one way of saying how much work there is."""
        ways = self.given(*_WAYS)
        if "window" in ways and "step_time" in ways:
            ways.remove("step_time")  # then it only says what a step is
        for extra in ways[1:]:
            yield Broken(extra, f"contradicts `{ways[0]}`", f"give only one of {_named(_WAYS)}")
        if not ways:
            yield Broken("", "does not say how much work there is", f"give one of {_named(_WAYS)}")
            return
        yield from self._wrong_throughput(ways[0])
        if self.window is not None and self.window.is_range:
            yield Broken("window", "is a range, but how long to watch is chosen", "one duration")
        for partner in () if self.tokens_per_second else _WAYS[ways[0]]:
            if getattr(self, partner) is None:
                yield Broken(
                    partner, "is missing", f"give `{partner}`, which `{ways[0]}` goes with"
                )

    def _wrong_throughput(self, way: str) -> Iterator[Broken]:
        if self.tokens_per_second is None:
            return
        if way != "tokens":
            yield Broken("tokens_per_second", f"means nothing beside `{way}`", "give `tokens`")
        if self.mfu is not None:
            yield Broken("mfu", "contradicts `tokens_per_second`", "give only one of the two")

    @property
    def amount(self) -> tuple[str, ...]:
        """Keys that say how much work there is, or how long to watch; the others how fast."""
        [way, *_] = sorted(self.given(*_WAYS), key=lambda way: way != "window")
        return _AMOUNTS[way]

    @property
    def work(self) -> dict[str, Any]:
        """How much work there is, or how long to watch, by the keys that say so."""
        return {key: getattr(self, key) for key in self.amount}

    def ideal_s(self, accelerators: int) -> float:
        """Mean time at full speed on so many accelerators, in seconds; of a window, its length."""
        if self.accelerator_hours:
            return self.accelerator_hours.middle * HOUR / accelerators
        if self.tokens and self.tokens_per_second:
            return self.tokens.middle / self.tokens_per_second.middle
        if self.flops and self.achieved:
            return self.flops.middle / (self.achieved.middle * accelerators)
        if self.tokens and self.parameters and self.mfu and self.peak:
            flops = FLOPS_PER_PARAMETER_AND_TOKEN * self.tokens.middle * self.parameters.middle
            return flops / (self.peak.middle * self.mfu.middle * accelerators)
        if self.step_time and self.steps and not self.window:
            return self.step_time.middle * self.steps.middle
        time = self.ideal_time or self.window
        assert time is not None
        return time.middle

    def step_s(self, accelerators: int) -> float | None:
        """Mean time of a step at full speed, in seconds; None if nothing gives it."""
        if self.step_time:
            return self.step_time.middle
        if self.steps and not self.window:
            return self.ideal_s(accelerators) / self.steps.middle
        return None


def _named(keys: Iterable[str]) -> str:
    return ", ".join(f"`{key}`" for key in keys)
