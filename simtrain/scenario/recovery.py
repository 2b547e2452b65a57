"""`[recovery]`: what the job does about faults, missing hosts and launches that fail."""

from collections.abc import Iterator, Mapping
from typing import Annotated, Literal

from pydantic import Field

from simtrain.errors import shown
from simtrain.plugins import is_name
from simtrain.scenario.domains import MAX_HOSTS
from simtrain.scenario.hosts import Cluster
from simtrain.scenario.numbers import NOTHING, WHOLE, Duration, Share
from simtrain.scenario.readers import JsonSchema, Reader, Whole, YesOrNo
from simtrain.scenario.table import Broken, Table

WAIT, SWAP, ELASTIC = "wait", "swap", "elastic"
POLICIES = (WAIT, SWAP, ELASTIC)
"""Policies that come with simtrain."""


class _PolicyReader(Reader):
    """Reads the name of a policy: one that comes with simtrain, or one of the user's own."""

    accepted = f'{", ".join(map(shown, POLICIES))}, or a class of your own as "module:Class"'
    brief = f'{", ".join(map(shown, POLICIES))} or "module:Class"'

    def parse(self, value: object) -> str:
        if isinstance(value, str) and (value in POLICIES or is_name(value)):
            return value
        raise ValueError(f"{shown(value)} is no policy")

    def json_schema(self) -> JsonSchema:
        named = {"type": "string", "pattern": r"^[\w.]+:[\w.]+$"}
        return {"anyOf": [*({"const": name} for name in POLICIES), named]}


class Recovery(Table):
    """What the job does about faults, missing hosts and launches that fail."""

    policy: Annotated[str, _PolicyReader()] = Field(
        WAIT,
        description='"wait": the synchronous job, which stops without one of its hosts and waits '
        'for it. "swap": it stops as well, but where a spare stands by, only that is started and '
        'the other hosts keep their processes. "elastic": the job goes on with the replicas that '
        "are left. A class of your own, "
        '"module:Class", has the methods of `simtrain.model.policies.Policy`, can be imported on '
        "every worker, is made without arguments, and remembers nothing from trial to trial.",
    )
    swap_restart: Duration = Field(
        NOTHING,
        description="How long it takes to start the job again where the other hosts keep their "
        "processes: start those of the spare, and set up the collectives. It takes the place of "
        "the `duration` of `[restart]`; `restart` of the class comes before both.",
    )
    swap_success: Share = Field(
        WHOLE, description="Probability that this works. Otherwise the whole job is launched."
    )
    replicas: Annotated[int, Whole(1, MAX_HOSTS)] | None = Field(
        None,
        description="Data-parallel replicas: groups of `cluster.hosts` / `replicas` hosts that "
        "follow each other, each of which needs all of its hosts. An elastic job needs it, unless "
        "`[parallelism]` makes them; one that waits may have it.",
    )
    at_least: Annotated[int, Whole(1, MAX_HOSTS)] = Field(
        1, description="Replicas that an elastic job trains with, and is launched with, at least."
    )
    reconfigure: Duration = Field(
        NOTHING,
        description="How long an elastic job stands still, once a fault is detected, to go on "
        "without the replicas struck. `restart` of the class comes before it.",
    )
    reconfigure_success: Share = Field(
        WHOLE, description="Probability that this works. Otherwise the job is interrupted."
    )
    rejoin: Literal["at once", "at a checkpoint"] = Field(
        "at once", description="When a replica that is complete again trains with the others."
    )
    rejoin_stall: Duration = Field(
        NOTHING, description="How long the others stand still while replicas come back."
    )
    state: Literal["replicated", "sharded"] = Field(
        "replicated",
        description='Where the state of training is: "replicated", each replica holds all of it '
        'and no work is lost with another; "sharded", spread over all, so that what goes on loads '
        "a copy.",
    )
    struck_launch: Literal["anew", "goes on"] = Field(
        "anew",
        description='What a fault of hosts does to a launch of an elastic job. "anew": it ends the '
        'launch, and the next one is of the replicas that are complete then. "goes on": the others '
        "stand still as they do where it ends training, and end the launch without the replicas "
        "struck, if they are `at_least` so many.",
    )
    batch: Literal["kept", "shrunk"] = Field(
        "kept",
        description="The batch without some replicas. Work goes on at (replicas left) / "
        '(replicas) in any case: "kept", a step takes as much longer; "shrunk", it takes as long '
        "and does less, so that saves that come every so many steps hold less work.",
    )
    regroup: YesOrNo = Field(
        False,
        description="Whether hosts of replicas that are not complete complete each other, without "
        "any delay.",
    )

    @property
    def waits(self) -> bool:
        """Whether the job waits for all its hosts."""
        return self.policy in (WAIT, SWAP)

    def broken_rules(self) -> Iterator[Broken]:
        """An elastic job has replicas, and as many as it needs."""
        if self.policy == ELASTIC and self.replicas is None:
            remedy = "give how many groups the hosts of the job make up"
            yield Broken("replicas", 'is missing, and `policy` is "elastic"', remedy)
        if self.replicas is not None and self.at_least > self.replicas:
            wrong = f"{self.at_least} are more than the {self.replicas} replicas"
            yield Broken("at_least", wrong, f"at most {self.replicas}")

    def broken_replicas(self, cluster: Cluster, sizes: Mapping[str, int]) -> Iterator[Broken]:
        """Replicas are of one size, and fit into the domains that spares are bound to.

        Parameters
        ----------
        sizes
            Hosts in a domain of each level.
        """
        if self.replicas is None:
            return
        if cluster.hosts % self.replicas:
            hosts = cluster.hosts
            divisors = [n for n in range(1, hosts + 1) if not hosts % n]
            low = max(n for n in divisors if n <= self.replicas)
            high = min((n for n in divisors if n >= self.replicas), default=hosts)
            yield Broken(
                "recovery.replicas",
                f"{hosts} hosts do not make {self.replicas} replicas of one size",
                f"a divisor of {hosts}, such as {low} or {high}",
            )
            return
        key = "whole" if cluster.whole else "spares_within"
        level = cluster.whole or cluster.spares_within
        if level is not None and self.regroup:
            wrong = f"contradicts `cluster.{key}`"
            yield Broken("recovery.regroup", wrong, "leave one of the two out")
        size, hosts = sizes.get(level or "", 1), cluster.hosts // self.replicas
        if cluster.whole and hosts % size:
            yield Broken(
                "recovery.replicas",
                f"makes replicas of {hosts} hosts, and the job takes whole domains of {size} "
                f"(`whole` is {shown(level)})",
                "replicas of whole domains",
            )
