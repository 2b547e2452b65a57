"""`[fault.NAME]` and `[detection]`: what breaks, how often, and how soon it is known."""

import math
from collections.abc import Iterator
from typing import Annotated, Any, Literal, Self

from pydantic import Field, model_validator

from simtrain import laws
from simtrain.effects import EFFECTS, OWN_KEYS, Effect, such_as
from simtrain.errors import shown
from simtrain.scenario.domains import SCOPES, HowManyHosts, ScopeName
from simtrain.scenario.exclusive import EXCLUSIVE
from simtrain.scenario.number import Number, PerAccelerator, PerUnit
from simtrain.scenario.numbers import (
    NOTHING,
    TEN_MINUTES,
    WHOLE,
    Duration,
    DurationOnce,
    Lifetime,
    Parameter,
    PartialSpeed,
    Rate,
    Share,
)
from simtrain.scenario.readers import JsonSchema, Reader, Whole, YesOrNo
from simtrain.scenario.table import Broken, Table
from simtrain.scenario.weather import VariesOrName

LAW_KEYS = {
    "exponential": {"rate", "mtbf"},
    "weibull": {"mtbf", "scale", "shape"},
    "gamma": {"mtbf", "scale", "shape"},
    "lognormal": {"mtbf", "sigma"},
    "fixed": {"mtbf"},
}
"""Laws of the time to failure, each with the keys that it takes."""

EffectName = Literal[*EFFECTS]  # type: ignore[valid-type]
LawName = Literal[*LAW_KEYS]  # type: ignore[valid-type]

_CALLED = {"diverge": "a loss spike", "false alarm": "a false alarm"}
"""Effects that have other words in a sentence than their names."""
_HOSTS = {"host", "node", "server", "machine"}
"""What a host is called in a rate."""


class _ChancesReader(Reader):
    """Reads a list of probabilities."""

    accepted = "a list of fractions from 0 to 1, such as [0.5, 0.2]"
    brief = "list of fractions"

    def parse(self, value: object) -> tuple[float, ...]:
        given: list[Any] = [*value] if isinstance(value, list | tuple) else [value]
        for one in given:
            if isinstance(one, bool) or not isinstance(one, int | float) or not 0 <= one <= 1:
                raise ValueError(f"{shown(one)} is no fraction from 0 to 1")
        return tuple(float(one) for one in given)

    def json_schema(self) -> JsonSchema:
        return {"type": "array", "items": {"type": "number", "minimum": 0, "maximum": 1}}


class FaultClass(Table):
    """A class of faults, named by its table: `[fault.NAME]`."""

    scope: ScopeName = Field(
        "host",
        description="What breaks: an `accelerator` (and its host with it), a `host`, a domain such "
        "as a rack by its name, the whole `cluster`, or the `job` itself (software, loss spikes).",
    )
    hosts: HowManyHosts | None = Field(
        None,
        description="How many hosts of the domain or cluster a fault takes: a number, a share such "
        'as "30 %" (rounded, at least 1), or a law of the number; each host of it alike. All by '
        "default.",
    )
    effect: EffectName = Field(
        "crash",
        description="`crash`: training stops at once. `hang`: it stops, and nobody knows until a "
        "timeout. `diverge`: training goes on, to be rolled back behind the spike once noticed. "
        "`corrupt`: a host computes wrong, and training goes on until that is noticed, to be "
        "rolled back behind the onset. `slow`: a host is slow, and so is the job. "
        "`false alarm`: a watchdog or a person stops a job that is well; known at once. "
        "`preempt`: hosts are taken away for others, all of an allocation (`scope` the job or "
        "the cluster) or single ones; known at once.",
    )
    rate: Rate | None = Field(
        None,
        description="Faults per time at risk of one unit of the scope: a host, an accelerator, a "
        "domain, the cluster, or the job. Or give `mtbf`.",
    )
    mtbf: Lifetime | None = Field(
        None,
        description="Mean time to failure of a new host (or of another unit of the scope), in "
        "time at risk.",
    )
    scale: Lifetime | None = Field(
        None, description="Scale of a Weibull or gamma law, instead of `mtbf`."
    )
    law: LawName = Field(
        "exponential",
        description="Law of the time to failure: of a host since it was new or repaired, of the "
        "job since its last fault of the class, and first since its start; of a false alarm since "
        "the end of its grace, and only there `fixed`, with its `mtbf`. Other scopes are "
        "exponential.",
    )
    grace: DurationOnce = Field(
        NOTHING,
        description="For `false alarm`: time since training resumed in which there is none.",
    )
    clock: Literal["at risk", "calendar"] = Field(
        "at risk",
        description="Clock that the rate is counted on. `at risk`: while the job works, and as "
        "`cluster.idle_hazard` says otherwise. `calendar`: always, whatever the job does, spares "
        "at the full rate; hosts in repair or away are never struck. A `preempt` is on the "
        "calendar by default.",
    )
    varies: VariesOrName | None = Field(
        None,
        description="Weather: the rate is multiplied by a factor, gamma-distributed with mean 1, "
        "drawn anew for each span of calendar. Or the name of a `[weather.NAME]`.",
    )
    shape: Parameter | None = Field(None, description="Shape of a Weibull or gamma law.")
    sigma: Parameter | None = Field(None, description="Sigma of a lognormal law.")
    automatic: Share = Field(
        NOTHING,
        description="Probability that a supervisor takes on the recovery, not a person. "
        "1 by default for a false alarm and for `preempt`.",
    )
    automatic_success: Share = Field(
        WHOLE,
        description="Probability that such an automatic recovery works. One that does not costs a "
        "restart, and then a person is called.",
    )
    further_tries: Annotated[tuple[float, ...], _ChancesReader()] = Field(
        (),
        description="Probabilities that further automatic tries work, such as `[0.5, 0.2]`, one "
        "after the other, where the first has failed. Each that does not costs a restart; after "
        "the last one a person is called.",
    )
    restart: Duration | None = Field(
        None,
        description="Duration of the first try to start the job again, instead of that of "
        "`[restart]`: the process in place, the pod, or the whole allocation. Also where a host "
        "was replaced; if it fails, `[restart]` follows.",
    )
    restart_success: Share | None = Field(
        None,
        description="Probability that this first try works; 1 by default. Goes with `restart`.",
    )
    needs_repair: Share | None = Field(
        None,
        description="Probability that the host really needs repair; otherwise the restart cures "
        "it and the host keeps its age. 1 by default for hosts; a fault of the job has no host. "
        "Of a domain that is struck as a whole, all hosts need repair or none.",
    )
    diagnose: YesOrNo | None = Field(
        None,
        description="Whether recovery looks for a bad host. By default for faults of hosts only.",
    )
    detection: Duration | None = Field(
        None,
        description="Latency of detection, instead of that of the effect in `[detection]`; none "
        "by default for a false alarm and for `preempt`.",
    )
    returns: Duration | None = Field(
        None,
        description="Time from the strike until the hosts that it took away are back by "
        "themselves, without diagnosis or repair (power, network). A fault of the job takes all "
        "hosts, as one of the cluster does. For `preempt`: until the next allocation is granted, "
        "or until single hosts are back; by default the `wait` of `[allocation]`.",
    )
    notice: DurationOnce = Field(
        NOTHING,
        description="For `preempt`: how long before the hosts leave it is known. If that suffices "
        "for a save to the deepest tier, stall and lag, the job saves at once and leaves; else it "
        "leaves as without a notice.",
    )
    ends_run: YesOrNo = Field(
        False,
        description="Whether it ends the run with its first interruption, since no restart would "
        "help: the trial gave up.",
    )
    in_budget: YesOrNo = Field(
        True,
        description="Whether an interruption by it is a failure for `restart.budget` and "
        "`restart.backoff`; also one of a launch that it strikes.",
    )
    shield: DurationOnce = Field(
        NOTHING,
        description="For `preempt`: time since the last grant of an allocation in which there is "
        "none.",
    )
    ends_write: YesOrNo = Field(
        True, description="Whether the fault ends a checkpoint's background write."
    )
    margin: DurationOnce = Field(
        NOTHING,
        description="For `diverge`: how far before the spike, in training at full speed, the "
        "checkpoint must lie.",
    )

    skips: Annotated[int, Whole(0, 1_000_000_000)] = Field(
        0,
        description="For `diverge`: batches that are skipped once the spike is noticed. They are "
        "counted, and cost neither time nor work.",
    )
    speed: PartialSpeed | None = Field(
        None,
        description="For `slow`: speed of the host as a fraction of that of others, drawn at the "
        "onset if it has a law. Of several slow hosts the slowest counts.",
    )
    lasts: Duration | None = Field(
        None,
        description="For `slow`: time, in wall-clock, after which it passes by itself. By default "
        "it never does.",
    )

    @model_validator(mode="after")
    def _by_effect(self) -> Self:
        """Give the default that hangs on the effect; the table is frozen from here on."""
        if self.does.is_told and "automatic" not in self.model_fields_set:
            self.__dict__["automatic"] = WHOLE
        if self.does.preempts and "clock" not in self.model_fields_set:
            self.__dict__["clock"] = "calendar"
        return self

    def broken_rules(self) -> Iterator[Broken]:
        """One rate, the parameters its law needs, and no host for a fault of the job."""
        broken = [*self.exactly_one(*EXCLUSIVE["fault"][0]), *self._wrong_parameters()]
        yield from broken or self._impossible_law()
        if self.scope == "job" and isinstance(self.rate, PerAccelerator):
            yield Broken("rate", "is of an accelerator, but the job fails as a whole", "per day")
        if not self.strikes_hosts and self.needs_repair is not None:
            yield Broken("needs_repair", "belongs to faults of hosts", "leave it out")
        if self.restart_success is not None and self.restart is None:
            yield Broken("restart_success", "goes with `restart`", "give that too, or neither")
        if self.returns is not None:
            yield from self._not_with_returns()
        yield from self._not_with_scope()
        yield from self._not_of_the_effect()
        if self.ends_run and self.does.slows:
            wrong = f"does not go with `{self.effect}`, which stops nothing"
            yield Broken("ends_run", wrong, "leave it out")
        if self.ends_run and not self.in_budget:
            yield Broken("in_budget", "does not go with `ends_run`", "leave one of them out")
        if self.does.preempts:
            yield from self._wrong_preemption()
        yield from self._wrong_alarm()

    def _not_of_the_effect(self) -> Iterator[Broken]:
        """Another scope than its only one, what belongs to others, and what it lacks."""
        if self.does.only not in ("", "host" if self.is_of_one_host else self.scope):
            what = "stops" if self.does.stops else "is a fault of"
            whose = "the job" if self.does.only == "job" else "a host"
            yield Broken("scope", f"{self._called} {what} {whose}", f'`scope = "{self.does.only}"`')
        for key in OWN_KEYS:
            if key not in self.does.keys and key in self.model_fields_set:
                yield Broken(key, f"belongs to {such_as(key)}", "leave it out")
        if self.does.slows and self.speed is None:
            yield Broken("speed", "is missing", "give the speed of the slow host, such as 0.6")
        if self.does.slows and self.diagnose is not None:
            wrong = f"does not go with `{self.effect}`: the host is known once it is noticed"
            yield Broken("diagnose", wrong, "leave it out")

    @property
    def _called(self) -> str:
        return _CALLED.get(self.effect, f"`{self.effect}`")

    def _wrong_preemption(self) -> Iterator[Broken]:
        """What does not go with hosts that are well, and shields that would renew a law."""
        for key in ("needs_repair", "diagnose"):
            if getattr(self, key) is not None:
                wrong = f"does not go with `{self.effect}`: its hosts are well"
                yield Broken(key, wrong, "leave it out")
        if self.law != "exponential" and "shield" in self.model_fields_set:
            remedy = "leave one of them out"
            yield Broken("shield", "is only known with an exponential law", remedy)

    @property
    def slow_speed(self) -> Number:
        """Speed while it lasts, as a fraction: full speed unless it is `slow`."""
        return WHOLE if self.speed is None else self.speed

    @property
    def does(self) -> Effect:
        """What it does at the moment that it strikes."""
        return EFFECTS[self.effect]

    def _wrong_alarm(self) -> Iterator[Broken]:
        if not self.does.after_grace:
            if self.law == "fixed":
                yield Broken("law", f"`fixed` belongs to {such_as('grace')}", "another law")
            return
        if self.clock != "at risk":
            yield Broken("clock", f"{self._called} comes while the job trains", "leave it out")
        if self.returns is not None:
            yield Broken("returns", f"does not go with `{self.effect}`", '`effect = "crash"`')

    @property
    def looks_for_a_host(self) -> bool:
        """Whether recovery from it looks for a bad host."""
        if self.diagnose is None:
            return self.breaks_hosts and not self.does.slows
        return self.diagnose

    def _not_with_scope(self) -> Iterator[Broken]:
        """What does not go with a scope: a part of one host, laws of domains, rates of others."""
        if self.hosts is not None and not self.is_of_domain:
            remedy = 'leave it out, or give a domain or "cluster" as `scope`'
            yield Broken("hosts", f"does not go with a fault of the scope {self.scope}", remedy)
        if self.law != "exponential" and self.scope not in ("host", "job"):
            wrong = (
                f"is not exponential, but the age of a unit of the scope {self.scope} is not kept"
            )
            yield Broken("law", wrong, '"exponential", or `scope = "host"`')
        if self.is_of_domain and isinstance(self.rate, PerAccelerator):
            wrong = f"is of an accelerator, but the scope is {self.scope}"
            yield Broken("rate", wrong, "per day")
        if isinstance(self.rate, PerUnit) and not self._is_of_scope(self.rate.subject):
            wrong = f"is of a {self.rate.subject}, but the scope is {self.scope}"
            yield Broken("rate", wrong, f'a rate of one {self.scope}, such as "2 per 1000 days"')

    def _is_of_scope(self, subject: str) -> bool:
        """Whether a word is one for a unit of the scope."""
        if self.scope == "host":
            return subject.removesuffix("s") in _HOSTS
        return subject.removesuffix("s") == self.scope.lower().removesuffix("s")

    def _not_with_returns(self) -> Iterator[Broken]:
        """What does not go with hosts that are away and come back as they were."""
        if self.needs_repair is not None:
            yield Broken("needs_repair", "does not go with `returns`", "leave it out")
        if self.diagnose:
            yield Broken("diagnose", "does not go with `returns`", "leave it out")
        if not self.does.stops:
            wrong = f"does not go with `{self.effect}`"
            yield Broken("returns", wrong, '`effect = "crash"`')

    def accelerators(self, per_host: int) -> int:
        """Number of what is at risk in a host with so many accelerators, if hosts are struck."""
        of_accelerator = isinstance(self.rate, PerAccelerator) or self.scope == "accelerator"
        return per_host if of_accelerator else 1

    @property
    def takes_all(self) -> bool:
        """Whether all hosts there are go away at once, if it takes hosts away."""
        return self.scope == "job" or (self.scope == "cluster" and self.hosts is None)

    @property
    def strikes_hosts(self) -> bool:
        """Whether it strikes hosts, one or many at once, and not the job itself."""
        return self.scope != "job"

    @property
    def breaks_hosts(self) -> bool:
        """Whether hosts that it strikes may need repair: they are neither away nor preempted."""
        return self.strikes_hosts and self.returns is None and not self.does.preempts

    @property
    def is_of_one_host(self) -> bool:
        """Whether a fault strikes one host, or an accelerator in it."""
        return SCOPES.get(self.scope) == 1

    @property
    def is_of_domain(self) -> bool:
        """Whether it strikes a domain of hosts, the whole cluster included."""
        return SCOPES.get(self.scope, math.inf) > 1

    @property
    def ages_hosts(self) -> bool:
        """Whether a host has an age that counts for its faults."""
        return self.scope == "host" and self.law != "exponential"

    @property
    def renews_job(self) -> bool:
        """Whether the job has an age that counts for its faults: the time since the last one."""
        return self.scope == "job" and self.law != "exponential" and not self.does.after_grace

    def _wrong_parameters(self) -> Iterator[Broken]:
        """Parameters that the law does not take; where there are none, those that it lacks."""
        accepted = LAW_KEYS[self.law]
        needed = [key for key in ("shape", "sigma") if key in accepted]
        missing = [key for key in needed if getattr(self, key) is None]
        extra = [
            key for key in self.given("rate", "scale", "shape", "sigma") if key not in accepted
        ]
        for key in extra:
            words = ", ".join(f"`{name}`" for name in sorted(accepted))
            yield Broken(key, f"does not belong to the {self.law} law", f"it takes {words}")
        if {"shape", "sigma"} & set(extra):
            return  # the other one was meant
        for key in missing:
            yield Broken(key, "is missing", f"give `{key}`, the {self.law} law needs it")

    def _impossible_law(self) -> Iterator[Broken]:
        parameters = {
            key: getattr(self, key).middle for key in self.given("scale", "shape", "sigma")
        }
        if self.mtbf is not None:
            parameters["mean"] = self.mtbf.middle
        if not parameters or self.law == "fixed":
            return
        try:
            laws.build(self.law, **parameters)
        except ValueError as wrong:
            yield Broken("law", str(wrong), "other parameters of the law")


class Detection(Table):
    """Latency from a fault to knowing of it, by effect."""

    crash: Duration = Field(NOTHING, description="Until a crash is known.")
    hang: Duration = Field(
        TEN_MINUTES,
        description="Until a hang is known. The default is the collective timeout of PyTorch.",
    )
    diverge: Duration = Field(
        NOTHING, description="Until a loss spike is noticed, in time of training."
    )
    corrupt: Duration | None = Field(
        None,
        description="Until a corruption is noticed, in time of training. By default only a check "
        "or the end of the work brings it to light.",
    )
    slow: Duration | None = Field(
        None,
        description="Until a slow host is noticed, in wall-clock. By default nobody ever notices.",
    )

    def of(self, effect: str) -> Number | None:
        """Latency of an effect, if it is ever noticed; false alarms and preemptions are told."""
        latency: Number | None = NOTHING if EFFECTS[effect].is_told else getattr(self, effect)
        return latency
