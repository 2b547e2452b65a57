"""Exact results on spares and repair. All times are in hours."""

from __future__ import annotations

from collections.abc import Iterator

from simtrain import theory
from simtrain.validation import readings
from simtrain.validation.experiments import Claim, Experiment
from simtrain.validation.small import HUGE, hours, scenario

SHOPS = [
    (100, 0, 0.05),
    (100, 2, 1.0),
    (100, 4, 5.0),  # nearly all in use
    (50, 6, 3.0),
    (10, 1, 6.0),
]
"""Hosts, spares, and hosts in repair if there were always enough."""

REPAIR, SETTLED = 10.0, 200.0
REPAIRS: dict[str, object] = {
    "exponential": {"law": "exponential", "mean": hours(REPAIR)},
    "constant": hours(REPAIR),
    "lognormal": {"law": "lognormal", "mean": hours(REPAIR), "cv": 1.5},
}


def erlang() -> Iterator[Experiment]:
    """The job is stalled for a share B(S + 1, N·r·m) of the time, whatever the law of repair.

    The share is found with an error of 2 % to 12 % in the quick form, and of 30 % where it is
    itself rare (6 spares at load 3).
    """
    for hosts, spares, load in SHOPS:
        until = SETTLED + 300 * REPAIR / max(load, 0.3)
        exact = theory.stalled_fraction(hosts, spares, load / (hosts * REPAIR), REPAIR)
        for name, law in REPAIRS.items():
            if name == "lognormal" and spares != 4:
                continue
            simulated = scenario(
                workload={"ideal_time": HUGE},
                cluster={"hosts": hosts, "spares": spares},
                checkpoint={"interval": "1000 h"},
                fault={"break": {"mtbf": hours(hosts * REPAIR / load)}},
                repair={"automated": law},
                limits={"wall_clock": hours(until)},
            )
            claim = Claim(f"N={hosts} S={spares} a={load:g}, {name} repair", exact)
            yield Experiment(simulated, 100, readings.waiting_share(SETTLED, until), (claim,))


CREWS = [
    (10, 4, 1.6, 2),
    (50, 6, 3.0, 3),
    (20, 2, 1.5, 1),
]
"""Hosts, spares, hosts in repair if there were always enough and no crew were waited for, crews."""


def crews() -> Iterator[Experiment]:
    """With c crews the job is stalled for the last share of the chain M/M/c/(S + 1)."""
    for hosts, spares, load, crews in CREWS:
        until = SETTLED + 300 * REPAIR
        rate = load / (hosts * REPAIR)
        exact = theory.stalled_fraction_crews(hosts, spares, rate, REPAIR, crews)
        simulated = scenario(
            workload={"ideal_time": HUGE},
            cluster={"hosts": hosts, "spares": spares},
            checkpoint={"interval": "1000 h"},
            fault={"break": {"mtbf": hours(1 / rate)}},
            repair={"automated": REPAIRS["exponential"], "crews": crews},
            limits={"wall_clock": hours(until)},
        )
        claim = Claim(f"N={hosts} S={spares} a={load:g} c={crews}", exact)
        yield Experiment(simulated, 100, readings.waiting_share(SETTLED, until), (claim,))
