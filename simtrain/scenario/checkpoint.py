"""`[checkpoint]` and `[restart]`: saving, loading, and starting again."""

from collections.abc import Iterator
from typing import Annotated

from pydantic import Field

from simtrain.scenario.exclusive import EXCLUSIVE
from simtrain.scenario.numbers import (
    LONGEST,
    NOTHING,
    TEN_MINUTES,
    WHOLE,
    Bandwidth,
    CheckpointInterval,
    Duration,
    DurationOnce,
    PositiveShare,
    Share,
    Size,
    exceed_one,
)
from simtrain.scenario.readers import Whole, YesOrNo
from simtrain.scenario.table import Broken, Table


class Checkpoint(Table):
    """Saving and loading the state of training."""

    interval: CheckpointInterval = Field(
        description="Training between two saves, as a duration or in steps."
    )
    stall: DurationOnce | None = Field(
        None,
        description="Time that training stands still for a save. By default "
        "`size` / `save_bandwidth`, or none.",
    )
    durability_lag: DurationOnce | None = Field(
        None,
        description="Time from the end of the stall until the copy is durable. By default "
        "`size` / `write_bandwidth`, or none.",
    )
    load: Duration | None = Field(
        None, description="Time to load. By default `size` / `load_bandwidth`, or none."
    )
    size: Size | None = Field(None, description="Size of a checkpoint, of the whole job.")
    save_bandwidth: Bandwidth | None = Field(
        None, description="Bandwidth of the blocking part of a save, of the whole job."
    )
    write_bandwidth: Bandwidth | None = Field(
        None, description="Bandwidth of the background write, of the whole job."
    )
    load_bandwidth: Bandwidth | None = Field(
        None, description="Bandwidth of loading, of the whole job."
    )
    write_slowdown: Share = Field(
        NOTHING, description="Fraction by which the background write slows training."
    )
    save_failure: Share = Field(NOTHING, description="Probability that a save is not usable.")
    save_failure_stops: YesOrNo = Field(
        False,
        description="Whether a save that is not usable ends training at the end of its stall, as a "
        "crash. Otherwise training goes on, and the copy is just missing later.",
    )
    save_hang: Share = Field(
        NOTHING, description="Probability that a save hangs from its start until `save_timeout`."
    )
    save_timeout: Duration = Field(
        TEN_MINUTES, description="When a hanging save is known, from its start."
    )
    load_failure: Share = Field(
        NOTHING, description="Probability that a load fails after its full time."
    )
    load_hang: Share = Field(
        NOTHING, description="Probability that a load hangs until `load_timeout`."
    )
    load_timeout: Duration = Field(TEN_MINUTES, description="When a hanging load is ended.")
    corrupt: Share = Field(
        NOTHING, description="Probability that a copy turns out corrupt after it was loaded."
    )
    keep: Annotated[int, Whole(1, 1_000_000)] | None = Field(
        None, description="How many usable copies are kept; all by default."
    )
    final_save: YesOrNo = Field(True, description="Whether the end of the work is saved too.")

    def broken_rules(self) -> Iterator[Broken]:
        """Bandwidths have a size to move, and a load can succeed."""
        for time, bandwidth in EXCLUSIVE["checkpoint"]:
            speed = getattr(self, bandwidth)
            if speed is None:
                continue
            if self.size is None:
                yield Broken(bandwidth, "has nothing to move", "give `size` as well")
            elif self.size.middle > speed.middle * LONGEST:
                yield Broken(bandwidth, "takes ages to move `size`", "a larger bandwidth")
            if getattr(self, time) is not None:
                yield Broken(bandwidth, f"contradicts `{time}`", "give only one of the two")
        if exceed_one(self.load_failure, self.load_hang):
            yield Broken(
                "load_failure",
                "`load_failure` and `load_hang` may exceed 1 together",
                "they exclude each other, so their sum is at most 1",
            )


class Restart(Table):
    """From enough hosts to the start of loading."""

    duration: Duration = Field(
        description="Scheduling, process start and collective set-up, for each try."
    )
    failure: Share = Field(NOTHING, description="Probability that a try fails, at its end.")
    tries: Annotated[int, Whole(1, 1000)] = Field(
        3, description="After how many failed tries in a row a person is called (again)."
    )
    warm_up: Duration = Field(NOTHING, description="Time of slower steps after a restart.")
    warm_up_speed: PositiveShare = Field(WHOLE, description="Speed in it, of the normal speed.")
    at_start: YesOrNo = Field(
        False, description="Whether the first launch costs a restart as well."
    )
