"""`[cluster]`, `[diagnosis]` and `[repair]`: the hosts and what is done about bad ones."""

from collections.abc import Iterator
from typing import Annotated

from pydantic import Field

from simtrain.scenario.accelerators import AcceleratorReader
from simtrain.scenario.calendar import HoursOf
from simtrain.scenario.domains import MAX_HOSTS, DomainName
from simtrain.scenario.numbers import (
    NOTHING,
    SIX_HOURS,
    WHOLE,
    Duration,
    Factor,
    InitialAge,
    Lifetime,
    PositiveDuration,
    PositiveShare,
    Share,
    exceed_one,
)
from simtrain.scenario.portions import WholeOrShare
from simtrain.scenario.readers import Whole
from simtrain.scenario.table import Broken, Table
from simtrain.scenario.weather import VariesOrName

Hosts = Annotated[int, Whole(1, MAX_HOSTS)]
Spares = Annotated[int, WholeOrShare(Whole(0, MAX_HOSTS), of="hosts")]
HotSpares = Annotated[int, WholeOrShare(Whole(0, MAX_HOSTS), of="spares")]
LentSpares = Annotated[int, WholeOrShare(Whole(0, MAX_HOSTS), of="spares", up=False)]
"""Rounded down, so that shares of hot and lent spares that make up a whole fit together."""


class Lemons(Table):
    """Hosts that fail more often than the rest, for good."""

    fraction: Share = Field(description="Fraction of all hosts that are lemons.")
    factor: Factor = Field(description="Their hazard as a multiple of that of the other hosts.")


class Cluster(Table):
    """The hosts: how many the job needs at once and how many stand by."""

    hosts: Hosts = Field(description="Hosts the job needs, all at once.")
    accelerators_per_host: Annotated[int, Whole(1, 4096)] = Field(
        8, description="Accelerators in each host."
    )
    accelerator: Annotated[str, AcceleratorReader()] | None = Field(
        None,
        description="Name of an accelerator of the catalogue, which fills in what is not given: "
        "`accelerators_per_host`, `workload.peak` beside a speed, and `training` of "
        "`[power]` if there is one.",
    )
    spares: Spares = Field(
        0,
        description='Further hosts, healthy at the start. A share such as "5 %" is one of `hosts`, '
        "rounded up, and grows with them.",
    )
    hot_spares: HotSpares = Field(
        0,
        description="How many of the spares belong to the allocation: no `swap` time. A share is "
        'one of `spares`, rounded up: "100 %" is all of them.',
    )
    lent_spares: LentSpares = Field(
        0,
        description="How many of the spares run preemptible work until after a `notice`. A share "
        "is one of `spares`, rounded down.",
    )
    in_repair: Annotated[int, Whole(0, MAX_HOSTS)] = Field(
        0,
        description="How many of the spares are in repair at the start, each for a whole repair "
        "from then on.",
    )
    owned: Hosts | None = Field(None, description="Hosts there are in all; a check on the rest.")
    spares_within: DomainName | None = Field(
        None,
        description="Level of domains within which a spare steps in: each domain has its own, "
        "dealt as evenly as can be, and waits when they are gone. By default a spare steps in "
        "anywhere, and spares stand behind the hosts of the job.",
    )
    whole: DomainName | None = Field(
        None,
        description="Level of domains that the job takes as a whole: one that lacks a host is "
        "replaced by one of spares that stands by as a whole, or waited for. `hosts` and `spares` "
        "are whole domains then.",
    )
    swap: Duration = Field(NOTHING, description="Time to put an idle spare into the job.")
    notice: Duration = Field(NOTHING, description="Time until a lent spare can be had.")
    provision: Duration | None = Field(
        None, description="Time until a new host comes for a retired one; without it none comes."
    )
    idle_hazard: Share = Field(
        NOTHING,
        description="Hazard of a host that is not working (a spare, or any host while the job is "
        "detecting, answering, diagnosing, waiting or stopped) as a fraction of the full hazard.",
    )
    age: InitialAge | None = Field(
        None,
        description='Age of the hosts at the start in time at risk: "new", "stationary" (in '
        "service for long), a duration or a law drawn for each host. Required if any fault "
        "of hosts has a law other than exponential.",
    )
    lemons: Lemons | None = Field(None, description="Hosts that fail more often than the rest.")
    frailty: Factor = Field(
        NOTHING,
        description="Variance of a gamma-distributed factor of mean 1 on the hazard of each host.",
    )

    def broken_rules(self) -> Iterator[Broken]:
        """No more hosts needed, hot or lent than there are."""
        if self.hosts + self.spares > MAX_HOSTS:
            yield Broken("spares", "are too many", f"at most {MAX_HOSTS} hosts and spares together")
        if self.in_repair > self.spares:
            wrong = f"are more than the {self.spares} spares"
            yield Broken("in_repair", wrong, "at most as many: a job that lacks hosts does not run")
        if self.owned is not None and self.hosts + self.spares > self.owned:
            yield Broken(
                "owned",
                f"{self.hosts} hosts and {self.spares} spares are more than the {self.owned} owned",
                "`hosts` + `spares` may not exceed it",
            )
        if self.hot_spares + self.lent_spares > self.spares:
            yield Broken(
                "spares",
                f"{self.hot_spares} hot and {self.lent_spares} lent spares are more than the "
                f"{self.spares} there are",
                "`hot_spares` + `lent_spares` may not exceed `spares`; a share follows it, such as "
                'hot_spares = "100 %"',
            )


class Diagnosis(Table):
    """Finding the bad host."""

    automatic: Duration = Field(NOTHING, description="Duration in an automatic recovery.")
    manual: Duration = Field(NOTHING, description="Duration when a person recovers.")
    recall: Share = Field(WHOLE, description="Probability that a bad host is found.")
    precision: PositiveShare = Field(
        WHOLE, description="Fraction of the blamed hosts that are bad: TP / (TP + FP)."
    )


class Repair(Table):
    """What happens to a cordoned host: automated repair first, then by hand."""

    automated: Duration = Field(NOTHING, description="Duration of the automated stage.")
    automated_fails: Share = Field(
        NOTHING, description="Probability that it fails and knows: on to the manual stage."
    )
    automated_misses: Share = Field(
        NOTHING, description="Probability that it fails unnoticed: a bad host returns."
    )
    manual: Duration = Field(NOTHING, description="Duration of the stage by hand or vendor.")
    manual_misses: Share = Field(
        NOTHING, description="Probability that the fault is still there after it."
    )
    retire: Share = Field(NOTHING, description="Probability that the manual stage retires it.")
    burn_in: Duration = Field(NOTHING, description="Duration of the test before a host returns.")
    burn_in_catches: Share = Field(
        NOTHING, description="Probability that it catches a bad host, which goes back to repair."
    )
    bad_host_mtbf: Lifetime = Field(
        SIX_HOURS,
        description="Mean time at risk until a bad host in the job fails again.",
    )
    crews: Hosts | None = Field(
        None,
        description="How many hosts are repaired at a time. A crew has a host from the automated "
        "stage on until it is repaired or retired, and hosts wait for one in the order in which "
        "they were cordoned. By default there are crews without end.",
    )
    staffed: HoursOf | None = Field(
        None,
        description="Hours in which hosts are repaired by hand, and where `crews` are given in the "
        "automated stage too. What is not done by their end goes on when the next ones begin, so "
        "that durations are times of work. By default somebody works at any hour.",
    )
    retire_at: Annotated[int, Whole(1, 1000)] | None = Field(
        None,
        description="A host that is cordoned for the n-th time within `retire_within` is retired "
        "at once and not repaired again. By default no host is.",
    )
    retire_within: PositiveDuration | None = Field(
        None, description="Span for `retire_at`; the whole run by default."
    )
    varies: VariesOrName | None = Field(
        None,
        description="Weather: stages of repair that begin in a span of calendar take a factor as "
        "long, log-normal with mean 1, drawn anew for each span. Or the name of a "
        "`[weather.NAME]`.",
    )

    def broken_rules(self) -> Iterator[Broken]:
        """Probabilities of one outcome do not exceed 1 together, and repair can end."""
        if exceed_one(self.automated_fails, self.automated_misses):
            yield Broken(
                "automated_fails",
                "`automated_fails` and `automated_misses` may exceed 1 together",
                "they exclude each other, so their sum is at most 1",
            )
        if self.retire_within is not None and self.retire_at is None:
            yield Broken("retire_within", "goes with `retire_at`", "give that too, or neither")
