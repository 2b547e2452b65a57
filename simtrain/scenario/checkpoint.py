"""`[checkpoint]` and `[restart]`: saving, loading, and starting again."""

import math
import re
from collections.abc import Iterator
from typing import Annotated

from pydantic import Field

from simtrain.scenario.domains import SCOPES
from simtrain.scenario.exclusive import COPIES
from simtrain.scenario.numbers import (
    LONGEST,
    NOTHING,
    TEN_MINUTES,
    WHOLE,
    Bandwidth,
    CheckpointInterval,
    Duration,
    DurationOnce,
    PositiveDuration,
    PositiveShare,
    Share,
    Size,
    exceed_one,
)
from simtrain.scenario.readers import JsonSchema, NameReader, Whole, YesOrNo
from simtrain.scenario.table import Broken, Table

SURVIVED = tuple(sorted((one for one in SCOPES if one != "accelerator"), key=SCOPES.__getitem__))
"""Scopes of which copies survive one loss, beside domains. An accelerator takes its host along."""


MAX_ROUND = 10_000
"""Saves after which which tiers they go to repeats, at the most."""


class _TierName(NameReader):
    """Reads the name of a tier."""

    pattern = re.compile(r"[A-Za-z](?:[A-Za-z0-9_-]{0,39})")
    accepted = "letters, digits, _ and -, a letter first, at most 40 of them"
    brief = "name"


class _SurvivedScope(NameReader):
    """Reads the scope of which a copy survives a loss."""

    accepted = '"job", "host", the name of a `[[domain]]` such as "rack", or "cluster"'
    brief = "scope"

    def json_schema(self) -> JsonSchema:
        return {"anyOf": [{"enum": list(SURVIVED)}, super().json_schema()]}


TierName = Annotated[str, _TierName()]
SurvivedScope = Annotated[str, _SurvivedScope()]


class Copies(Table):
    """What copies of the state of training cost, and what becomes of them."""

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
    per_host: YesOrNo = Field(
        False, description="Whether these bandwidths are those of each host of the job."
    )
    store_bandwidth: Bandwidth | None = Field(
        None, description="Bandwidth of the store, which all hosts share: none of these is larger."
    )
    save_failure: Share = Field(NOTHING, description="Probability that a save is not usable.")
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
    corrupt_found_after: Duration | None = Field(
        None,
        description="Training on a corrupt copy until it is found to be one. By default that is "
        "found as it is loaded.",
    )
    keep: Annotated[int, Whole(1, 1_000_000)] | None = Field(
        None, description="How many usable copies are kept; all by default."
    )
    permanent_every: Annotated[int, Whole(1, 1_000_000)] | None = Field(
        None, description="Each n-th copy is kept for good, whatever `keep` says."
    )

    def broken_copies(self, path: str, size: Size | None) -> Iterator[Broken]:
        """Bandwidths have a size to move, and a load can succeed."""
        for time, bandwidth in COPIES:
            speed = getattr(self, bandwidth)
            if speed is None:
                continue
            if size is None:
                yield Broken(path + bandwidth, "has nothing to move", "give `size` as well")
            elif size.middle > speed.middle * LONGEST:
                yield Broken(path + bandwidth, "takes ages to move `size`", "a larger bandwidth")
            if getattr(self, time) is not None:
                yield Broken(path + bandwidth, f"contradicts `{time}`", "give only one of the two")
        if self.store_bandwidth is not None and not self._bandwidths:
            remedy = "give `save_bandwidth`, `write_bandwidth` or `load_bandwidth`"
            yield Broken(f"{path}store_bandwidth", "limits no other bandwidth", remedy)
        if self.per_host and not self._bandwidths:
            yield Broken(f"{path}per_host", "is said of no bandwidth", "give one, or leave it out")
        if exceed_one(self.load_failure, self.load_hang):
            yield Broken(
                f"{path}load_failure",
                "`load_failure` and `load_hang` may exceed 1 together",
                "they exclude each other, so their sum is at most 1",
            )
        if self.corrupt_found_after is not None and "corrupt" not in self.model_fields_set:
            wrong = "is said of copies that are never corrupt"
            yield Broken(f"{path}corrupt_found_after", wrong, "give `corrupt` as well")
        if self.permanent_every is not None and self.keep is None:
            remedy = "give `keep` as well, or leave it out"
            yield Broken(f"{path}permanent_every", "says nothing where all are kept", remedy)

    def stall_s(self, size: Size | None, hosts: int) -> float:
        """Middle of the time that training stands still for a save."""
        if self.stall is not None:
            return self.stall.middle
        return self.moved_s(self.save_bandwidth, size, hosts)

    def moved_s(self, bandwidth: Bandwidth | None, size: Size | None, hosts: int) -> float:
        """Middle of the time that it takes to move a checkpoint at one of its bandwidths."""
        if bandwidth is None or size is None:
            return 0.0
        speed = bandwidth.middle * (hosts if self.per_host else 1)
        if self.store_bandwidth is not None:
            speed = min(speed, self.store_bandwidth.middle)
        return size.middle / speed

    @property
    def _bandwidths(self) -> list[str]:
        return self.given(*(bandwidth for _, bandwidth in COPIES))


OF_ONE_TIER = tuple(key for key in Copies.model_fields if key != "size")
"""Keys of copies that give way in `[checkpoint]` to rows of tiers, which each have their own."""


class WhichTier(Table):
    """What makes a tier one of several; its keys come first in the file."""

    name: TierName = Field(description="Its name.")
    every: Annotated[int, Whole(1, MAX_ROUND)] = Field(
        1, description="Each n-th save goes to this tier."
    )
    survives: SurvivedScope = Field(
        "cluster",
        description='The largest loss that leaves its copies readable: `"job"`, the end of the '
        'processes and of no host, as in their memory; `"host"`, one host, as with peers '
        'elsewhere; the name of a `[[domain]]`, one such domain; `"cluster"`, any loss, as in a '
        "remote store.",
    )


class Tier(Copies, WhichTier):
    """A tier of copies: memory, peers, a local disk or a remote store; the fastest comes first."""


class WhenSaved(Table):
    """How often saves are made, which comes first in the file."""

    interval: CheckpointInterval = Field(
        description="Training between two saves, as a duration or in steps."
    )


class Checkpoint(Copies, WhenSaved):
    """Saving and loading the state of training."""

    write_slowdown: Share = Field(
        NOTHING, description="Fraction by which the background write slows training."
    )
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
    final_save: YesOrNo = Field(True, description="Whether the end of the work is saved too.")
    tier: tuple[Tier, ...] = Field(
        (), description="Tiers of copies, the fastest first; without any there is one."
    )

    def tiers(self) -> list[tuple[str, Tier]]:
        """Tiers with the paths of their keys; the only one has its keys in the table itself."""
        if self.tier:
            return [(f"checkpoint.tier.{number}", tier) for number, tier in enumerate(self.tier)]
        keys = {key: getattr(self, key) for key in Copies.model_fields}
        return [("checkpoint", Tier.model_construct(name="", **keys))]

    def broken_rules(self) -> Iterator[Broken]:
        """Each key stands in one place, and saves go to tiers in a round."""
        if not self.tier:
            yield from self.broken_copies("", self.size)
            return
        for key in sorted(self.model_fields_set.intersection(OF_ONE_TIER)):
            wrong = "belongs to one tier, but there are rows of tiers"
            yield Broken(key, wrong, f"give `{key}` in the rows of [[checkpoint.tier]]")
        for number, tier in enumerate(self.tier):
            yield from tier.broken_copies(f"tier.{number}.", tier.size or self.size)
        names = [tier.name for tier in self.tier]
        for number, name in enumerate(names):
            if name in names[:number]:
                yield Broken(f"tier.{number}.name", "is the name of a row above", "rename one")
        saves = math.lcm(*(tier.every for tier in self.tier))
        if saves > MAX_ROUND:
            wrong = f"lets saves go to the same tiers again only after {saves:,}"
            remedy = "multiples of each other, such as 1, 4 and 20"
            yield Broken(f"tier.{len(names) - 1}.every", wrong, remedy)


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
    budget: Annotated[int, Whole(0, 1_000_000)] | None = Field(
        None,
        description="How many restarts are allowed without a new durable copy. The failure after "
        "them, an interruption or a launch that fails or is struck, ends the run: it gave up. By "
        "default it never does.",
    )
    backoff: DurationOnce = Field(
        NOTHING,
        description="Wait before the second restart without a new durable copy. It doubles with "
        "each further one, up to `longest_backoff`.",
    )
    longest_backoff: PositiveDuration | None = Field(
        None, description="The longest that `backoff` becomes; it has no bound by default."
    )

    def broken_rules(self) -> Iterator[Broken]:
        """A bound belongs to what it bounds."""
        if self.longest_backoff is not None and "backoff" not in self.model_fields_set:
            yield Broken("longest_backoff", "goes with `backoff`", "give that too, or neither")
