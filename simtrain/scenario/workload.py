"""`[workload]`: what is to be computed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Annotated, Any

from pydantic import Field

from simtrain.scenario.flops import (
    PER_PARAMETER,
    RecomputationReader,
    Recomputed,
    TokenFlops,
    attention_flops,
)
from simtrain.scenario.number import Number
from simtrain.scenario.numbers import (
    WHOLE,
    Count,
    Flops,
    PositiveDuration,
    PositiveShare,
    Speed,
)
from simtrain.scenario.readers import YesOrNo
from simtrain.scenario.table import Broken, Table
from simtrain.units import HOUR

Value = Callable[[str], float]
"""Value of a number of the workload, by its key."""
Recomputation = Annotated[Recomputed, RecomputationReader()]

_WAYS = {
    "ideal_time": (),
    "accelerator_hours": (),
    "flops": (),
    "tokens": (),
    "step_time": ("steps",),
    "window": (),
}
"""Ways of saying how much work there is, each with the keys that it goes with."""
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
DIVISIBLE = ("ideal_time", "accelerator_hours", "flops", "tokens", "steps")
"""Keys that say how much work there is, or into how many steps it is cut: of each of them a part of
the work has that part."""
_SPEEDS = {
    "achieved": (),
    "mfu": ("peak",),
    "hfu": ("peak", "parameters", "recomputation"),
    "tokens_per_second": (),
}
"""Ways of saying how fast FLOPs or tokens are worked off, each with the keys that it goes with."""
SHAPE = ("layers", "hidden", "attention_width", "sequence", "batch")
"""Keys of what the model is like, and of how it is trained."""


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
        None,
        description="Achieved speed of one accelerator while a step runs; goes with `flops`, or "
        "with `tokens` and `parameters`.",
    )
    tokens: Count | None = Field(
        None,
        description="Tokens to train on; goes with `parameters`, and `mfu`, `hfu` or `achieved`, "
        "or with `tokens_per_second`.",
    )
    tokens_per_second: Count | None = Field(
        None,
        description="Tokens that the whole job trains on in a second while a step runs, as it was "
        "measured; goes with `tokens`.",
    )
    parameters: Count | None = Field(
        None,
        description="Parameters of the model, those that a token uses; the work is 6 FLOPs per "
        "parameter and token.",
    )
    count_attention: YesOrNo = Field(
        False,
        description="Whether the work is also 12 FLOPs per token, layer, unit of `attention_width` "
        "and token of a sequence, as PaLM counts its MFU.",
    )
    layers: Count | None = Field(None, description="Layers of the model.")
    hidden: Count | None = Field(None, description="Width of the model, its hidden size.")
    attention_width: Count | None = Field(
        None, description="Heads times the size of one; by default `hidden`."
    )
    sequence: Count | None = Field(None, description="Tokens in a sequence.")
    batch: Count | None = Field(
        None,
        description="Sequences in a step, of the whole job. Beside `tokens` and `sequence` it "
        "gives the number of steps; a change may set it, as in a ramp.",
    )
    recomputation: Recomputation | None = Field(
        None,
        description="What is computed again in the backward pass, by which the HFU is above the "
        'MFU: the whole forward pass (`"full"`), its attention (`"selective"`), or a share of it.',
    )
    mfu: PositiveShare | None = Field(
        None, description="Model FLOPs utilisation while a step runs; goes with `peak`."
    )
    hfu: PositiveShare | None = Field(
        None,
        description="Hardware FLOPs utilisation while a step runs, which counts what is recomputed "
        "as well; in place of `mfu`.",
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
        """Exactly one way of saying how much work there is, and how fast it is done."""
        ways = self.given(*_WAYS)
        if "window" in ways and "step_time" in ways:
            ways.remove("step_time")  # then it only says what a step is
        for extra in ways[1:]:
            yield Broken(extra, f"contradicts `{ways[0]}`", f"give only one of {_named(_WAYS)}")
        if not ways:
            yield Broken("", "does not say how much work there is", f"give one of {_named(_WAYS)}")
            return
        yield from self._wrong_speed(ways[0])
        yield from self._wrong_flops()
        yield from self._wrong_steps()
        if self.window is not None and self.window.is_range:
            yield Broken("window", "is a range, but how long to watch is chosen", "one duration")
        for partner in _WAYS[ways[0]]:
            if getattr(self, partner) is None:
                yield self._missing(partner, ways[0])

    def _wrong_speed(self, way: str) -> Iterator[Broken]:
        """One way of saying how fast it is, with all that it goes with."""
        speeds = self.given(*_SPEEDS)
        if self.tokens_per_second is not None and way != "tokens":
            yield Broken("tokens_per_second", f"means nothing beside `{way}`", "give `tokens`")
            return
        for extra in speeds[:-1]:
            yield Broken(extra, f"contradicts `{speeds[-1]}`", "give only one of the two")
        if way not in ("flops", "tokens"):
            return
        if not speeds:
            yield self._missing("achieved" if way == "flops" else "mfu", way)
            speeds = ["mfu"] if way == "tokens" else []
        partners = list(_SPEEDS[speeds[-1]]) if speeds else []
        if way == "tokens" and self.tokens_per_second is None and "parameters" not in partners:
            partners.insert(0, "parameters")
        for partner in partners:
            if getattr(self, partner) is None:
                yield self._missing(partner, speeds[-1] if partner != "parameters" else way)

    def _missing(self, key: str, beside: str) -> Broken:
        return Broken(key, "is missing", f"give `{key}`, which `{beside}` goes with")

    def _wrong_flops(self) -> Iterator[Broken]:
        """Attention is counted of a model whose shape is known."""
        if self.count_attention:
            for key in ("layers", "sequence"):
                if getattr(self, key) is None:
                    yield self._missing(key, "count_attention")
            if self.hidden is None and self.attention_width is None:
                yield self._missing("attention_width", "count_attention")
            if self.parameters is None:
                yield self._missing("parameters", "count_attention")
        elif self.recomputation == "selective":
            wrong = '"selective" computes attention again, which is not counted'
            yield Broken("recomputation", wrong, "give `count_attention = true`")

    def _wrong_steps(self) -> Iterator[Broken]:
        """A batch has sequences of a known length, and steps are said once."""
        if self.batch is None:
            return
        if self.sequence is None:
            yield self._missing("sequence", "batch")
        if self.tokens is not None and self.steps is not None:
            follows = "follows from `tokens`, `batch` and `sequence`"
            yield Broken("steps", follows, "leave it out, or leave out `batch`")

    @property
    def amount(self) -> tuple[str, ...]:
        """Keys that say how much work there is, or how long to watch; the others how fast."""
        [way, *_] = sorted(self.given(*_WAYS), key=lambda way: way != "window")
        return _AMOUNTS[way]

    @property
    def work(self) -> dict[str, Any]:
        """How much work there is, or how long to watch, by the keys that say so."""
        return {key: getattr(self, key) for key in self.amount}

    def middle(self, key: str) -> float:
        """One value in place of all that a number of this table may be, in base units."""
        value: float = getattr(self, key).middle
        return value

    def amount_and_speed(self, accelerators: int, value: Value) -> tuple[float, float]:
        """How much work there is, and how much of it is done in a second at full speed.

        It is in FLOPs, tokens or whatever unit the file has; of a window, in seconds of it, or in
        steps if the time of one is given.
        """
        if self.accelerator_hours is not None:
            return value("accelerator_hours") * HOUR, accelerators
        if self.tokens_per_second is not None:
            return value("tokens"), value("tokens_per_second")
        if self.flops is not None:
            return value("flops"), self._flops_per_second(accelerators, value)
        if self.tokens is not None:
            flops = self.token_flops(value).model * value("tokens")
            return flops, self._flops_per_second(accelerators, value)
        if self.ideal_time is not None:
            return value("ideal_time"), 1.0
        if self.step_time is not None:
            steps = value("steps") if self.window is None else 1.0
            return steps * value("step_time"), 1.0
        return value("window"), 1.0

    def _flops_per_second(self, accelerators: int, value: Value) -> float:
        if self.achieved is not None:
            return accelerators * value("achieved")
        if self.mfu is not None:
            return accelerators * value("peak") * value("mfu")
        return accelerators * value("peak") * value("hfu") / self.recomputed(value)

    def token_flops(self, value: Value) -> TokenFlops:
        """FLOPs of the model for each token; its parameters have to be given."""
        matrices = PER_PARAMETER * value("parameters")
        if not self.count_attention:
            return TokenFlops(matrices)
        width = value("hidden" if self.attention_width is None else "attention_width")
        attention = attention_flops(value("layers"), width, value("sequence"))
        return TokenFlops(matrices, attention)

    def recomputed(self, value: Value) -> float:
        """FLOPs that the hardware does for each of the model; 1 if none are done again."""
        how = self.recomputation
        if how is None or self.parameters is None:
            return 1.0
        flops = self.token_flops(value)
        share = value("recomputation") if isinstance(how, Number) else 0.0
        return flops.hardware(how, share) / flops.model

    def mfu_on(self, accelerators: int, value: Value) -> float | None:
        """Model FLOPs utilisation at full speed; None if it is neither given nor follows."""
        if self.mfu is not None:
            return value("mfu")
        if self.peak is None:
            return None
        if self.hfu is not None:
            return value("hfu") / self.recomputed(value)
        if self.achieved is not None:
            return value("achieved") / value("peak")
        tokens = self._measured_tokens_per_second(value)
        if tokens is None or self.parameters is None:
            return None
        return self.token_flops(value).model * tokens / (value("peak") * accelerators)

    def tokens_per_second_on(self, accelerators: int, value: Value) -> float | None:
        """Tokens of the whole job in a second at full speed; None if nothing gives them."""
        if self.tokens is not None:
            work, speed = self.amount_and_speed(accelerators, value)
            return value("tokens") * speed / work
        return self._measured_tokens_per_second(value)

    def _measured_tokens_per_second(self, value: Value) -> float | None:
        if self.tokens_per_second is not None:
            return value("tokens_per_second")
        tokens = self.tokens_per_step(value)
        if self.step_time is None or tokens is None:
            return None
        return tokens / value("step_time")

    def tokens_per_step(self, value: Value) -> float | None:
        """Tokens in a step; None if the batch is not given."""
        if self.batch is None or self.sequence is None:
            return None
        return value("batch") * value("sequence")

    def steps_of_this_size(self, value: Value) -> float | None:
        """Steps that the whole work takes at this batch; None if there are none, or no end."""
        if self.window is not None:
            return None
        if self.steps is not None:
            return value("steps")
        tokens = self.tokens_per_step(value)
        return None if tokens is None or self.tokens is None else value("tokens") / tokens

    @property
    def steps_at_start(self) -> float | None:
        """Steps that the work would take as they are at the start; None if it has none."""
        return self.steps_of_this_size(self.middle)

    def ideal_s(self, accelerators: int) -> float:
        """Mean time at full speed on so many accelerators, in seconds; of a window, its length."""
        if self.window is not None:
            return self.window.middle
        work, speed = self.amount_and_speed(accelerators, self.middle)
        return work / speed

    def step_s(self, accelerators: int) -> float | None:
        """Mean time of a step at full speed, in seconds; None if nothing gives it."""
        if self.step_time is not None:
            return self.step_time.middle
        steps = self.steps_at_start
        return None if steps is None else self.ideal_s(accelerators) / steps


def _named(keys: Iterable[str]) -> str:
    return ", ".join(f"`{key}`" for key in keys)
