"""Hypothesis strategies for small scenarios that are valid and quick to simulate.

`scenarios` use any of the features of the format: the work takes one to five days, and a trial
meets some tens of faults. `memoryless_scenarios` are the simple kind of which theorems hold:
exponential faults of hosts, no calendar, perfect diagnosis.
"""

import datetime as dt
from functools import cache
from typing import Any

from hypothesis import strategies as st

from simtrain.effects import EFFECTS
from simtrain.scenario.checks import LATENT
from simtrain.scenario.document import Document
from simtrain.scenario.domains import SCOPES
from simtrain.scenario.faults import LAW_KEYS, Detection
from simtrain.scenario.recovery import ELASTIC, POLICIES, SWAP, WAIT
from simtrain.scenario.scenario import Scenario

Strategy = st.SearchStrategy[Any]

START = dt.datetime(2026, 3, 2, 9, 0, tzinfo=dt.timezone(dt.timedelta(hours=1)))
MAX_DAYS = 5
MAX_HOSTS = 12
MAX_SPARES = 4


def scenarios() -> st.SearchStrategy[Scenario]:
    """Small scenarios with any of the features there are."""
    return documents().map(Scenario.from_document)


def documents_of_a_plain_cluster() -> st.SearchStrategy[Document]:
    """Documents of one job with any policy, and perhaps with a log and schedules."""

    def with_more(
        document: Document, staffed: Document, schedules: Document, log: Document
    ) -> Document:
        more = {"repair": document["repair"] | staffed, "schedule": schedules}
        return document | more | log

    staffed = st.sampled_from([{}, {"staffed": SHIFT}, {"staffed": NIGHTS_OF_REPAIR}])
    return st.builds(with_more, documents(), staffed, SCHEDULES, logs())


def logs() -> st.SearchStrategy[Document]:
    """Logs of four days to replay, as they are or in blocks; often none."""
    quarter = 900.0
    row = st.tuples(
        st.sampled_from(["gpu", "nic"]),
        st.integers(0, MAX_HOSTS + MAX_SPARES - 1),
        st.integers(0, 4 * 96 - 1).map(lambda n: n * quarter),
        st.sampled_from([0.0, 2 * quarter, 29 * quarter, 400 * quarter]),
    )
    watched = {"hosts": 2 * MAX_HOSTS, "window": "2024-01-01..2024-01-05"}
    blocks = st.sampled_from([{}, {"resample": "7 h"}, {"resample": "2 days"}])
    log = st.lists(row, min_size=1, max_size=20).map(lambda rows: [list(one) for one in rows])
    replayed = st.builds(lambda rows, more: {"log": rows} | watched | more, log, blocks)
    return st.none().map(lambda _: {}) | replayed.map(lambda table: {"faults_from": table})


def scenarios_of_one_size() -> st.SearchStrategy[Scenario]:
    """Small scenarios of jobs that train with all their hosts, as many as from the start."""

    def fixed(document: Document) -> Document:
        kept = [
            {**one, "set": {key: one["set"][key] for key in one["set"] if key != "cluster.hosts"}}
            for one in document["change"]
        ]
        return {**_without(document, "recovery"), "change": kept}

    return documents().map(fixed).map(Scenario.from_document)


def scenarios_that_keep_their_hosts() -> st.SearchStrategy[Scenario]:
    """Small scenarios without changes, in which no host is retired."""
    steady = {"change": [], "repair.retire": 0}
    steady |= dict.fromkeys(["repair.retire_at", "repair.retire_within"])

    def kept(document: Document) -> Document:
        allocation = document.get("allocation")
        same = {"allocation": {**allocation, "hosts": "same"}} if allocation else {}
        return document | same

    return documents().map(kept).map(Scenario.from_document).map(lambda one: one.replace(steady))


def memoryless_scenarios() -> st.SearchStrategy[Scenario]:
    """Small scenarios of exponential faults of hosts, without calendar, perfectly diagnosed."""
    return memoryless_documents().map(Scenario.from_document)


def _without(table: Document, *keys: str) -> Document:
    return {name: value for name, value in table.items() if name not in keys}


@cache
def durations(low: int, high: int) -> Strategy:
    """Minutes between two bounds, plain or the mean of a law."""
    minutes = st.integers(low, high).map("{} min".format)
    law = st.sampled_from(
        [
            {"law": "exponential"},
            {"law": "lognormal", "cv": 0.8},
            {"law": "gamma", "shape": 2},
            {"law": "weibull", "shape": 1.5, "per": "trial"},
        ]
    )
    laws = st.builds(lambda law, mean: {**law, "mean": mean}, law, minutes)
    return minutes if low == 0 else minutes | laws


@cache
def uncertain(low: int, high: int) -> Strategy:
    """Minutes between two bounds, plain or not known exactly."""
    minutes = st.integers(low, high).map("{} min".format)
    return minutes | minutes.map(lambda mean: {"law": "lognormal", "mean": mean, "cv": 0.2})


@cache
def shares(high: float) -> Strategy:
    """Probabilities up to a bound, plain or not known exactly."""
    plain = st.sampled_from([0, high / 4, high / 2, high])
    return plain | plain.map(lambda top: {"law": "uniform", "low": 0, "high": top})


SPEEDS = st.sampled_from([1, 0.9, 0.5, {"law": "uniform", "low": 0.5, "high": 1}])
WEATHERS = st.sampled_from(
    ["monsoon", {"cv": 0.8, "every": "1 day"}, {"cv": "0.3..2", "every": "7 h"}]
)
SLOW_SPEED = {"law": "uniform", "low": 0.3, "high": 0.9}
FAULTS = st.fixed_dictionaries(
    {},
    optional={
        "automatic": shares(1),
        "automatic_success": shares(1),
        "clock": st.sampled_from(["at risk", "calendar"]),
        "varies": WEATHERS,
        "restart": durations(1, 20),
        "restart_success": shares(1),
        "further_tries": st.just([0.5, 0.3]),
        "in_budget": st.booleans(),
        "ends_run": st.sampled_from([False, False, False, False, True]),
        "skips": st.just(100),
    },
)
HOST_FAULTS = st.fixed_dictionaries(
    {},
    optional={
        "needs_repair": shares(1),
        "diagnose": st.booleans(),
        "detection": durations(1, 20),
        "ends_write": st.booleans(),
    },
)
CLUSTER = st.fixed_dictionaries(
    {"age": st.sampled_from(["new", "stationary", "10 days"])},
    optional={
        "swap": durations(1, 10),
        "notice": durations(1, 60),
        "provision": durations(60, 600),
        "idle_hazard": shares(1),
        "frailty": st.sampled_from([0, 0.5]),
        "lemons": st.just({"fraction": 0.2, "factor": 3}),
        "in_repair": st.integers(0, MAX_SPARES),
    },
)
SOONER = {"crash": (1, 10), "hang": (5, 30), "diverge": (10, 90)}
DETECTION = st.fixed_dictionaries(
    {},
    optional={one: durations(*SOONER.get(one, (10, 600))) for one in Detection.model_fields},
)
INTERVALS = uncertain(10, 180) | st.integers(5, 100).map("{} steps".format)
MOVED = {
    "size": "1 TB",
    "save_bandwidth": "40 GB/s",
    "write_bandwidth": "2 GB/s",
    "load_bandwidth": "5 GB/s",
    "store_bandwidth": "3 GB/s",
}
TIMED = {"stall": "1 min", "durability_lag": "10 min", "load": "5 min"}
SAVING = {
    "write_slowdown": shares(0.2),
    "save_failure_stops": st.booleans(),
    "save_hang": shares(0.2),
    "save_timeout": durations(5, 60),
    "final_save": st.booleans(),
}
COPIES = {
    "save_failure": shares(0.3),
    "load_failure": shares(0.3),
    "load_hang": shares(0.3),
    "load_timeout": durations(5, 30),
    "corrupt": shares(0.3),
    "corrupt_found_after": durations(10, 300),
    "keep": st.integers(1, 3),
    "permanent_every": st.integers(2, 4),
}


def _copies(times: Document, rest: Document) -> Document:
    """Keys of copies, with those that some of them need beside them."""
    more = {"corrupt": 0.1} if "corrupt_found_after" in rest else {}
    if "keep" not in rest:
        rest = _without(rest, "permanent_every")
    return {**times, **more, **rest}


ONE_TIER = st.builds(
    _copies,
    st.sampled_from([{}, TIMED, MOVED]),
    st.fixed_dictionaries({"interval": INTERVALS}, optional=SAVING | COPIES),
)


def _tier(survives: list[str], moved: dict[str, Any]) -> Strategy:
    return st.builds(
        _copies,
        st.sampled_from([TIMED, moved]),
        st.fixed_dictionaries(
            {"survives": st.sampled_from(survives), "every": st.integers(1, 4)}, optional=COPIES
        ),
    )


MANY_TIERS = st.builds(
    lambda rest, near, far: {
        **rest, "size": "1 TB",
        "tier": [{"name": f"tier{n}", **row} for n, row in enumerate((*near, far))],
    },
    st.fixed_dictionaries({"interval": INTERVALS}, optional=SAVING),
    st.lists(_tier(["job", "host"], {"load_bandwidth": "1 GB/s", "per_host": True}), max_size=2),
    _tier(["host", "cluster", "cluster"], {key: MOVED[key] for key in MOVED if key != "size"}),
)  # fmt: skip
CHECKPOINT = ONE_TIER | MANY_TIERS
RESTART = st.fixed_dictionaries(
    {"duration": durations(1, 40)},
    optional={
        "failure": shares(0.4),
        "tries": st.integers(1, 4),
        "warm_up": durations(1, 20),
        "warm_up_speed": SPEEDS,
        "at_start": st.booleans(),
        "budget": st.integers(8, 20),
        "backoff": durations(1, 3),
        "longest_backoff": durations(5, 30),
    },
).map(lambda restart: restart if "backoff" in restart else _without(restart, "longest_backoff"))
NIGHT = {"hours": [22, 8], "response": "90 min"}
WEEKEND = {"days": ["sat", "sun"], "response": {"law": "exponential", "mean": "2 h"}}
HOLIDAY = {"holidays": True, "response": "4 h"}
PEOPLE = st.fixed_dictionaries(
    {"holidays": st.just([dt.date(2026, 3, 4)])},
    optional={
        "response": durations(1, 60),
        "when": st.lists(st.sampled_from([NIGHT, WEEKEND, HOLIDAY]), min_size=1, max_size=3),
        "staffed": st.just({"days": ["mon", "tue", "wed", "thu", "fri"], "hours": [7, 20]}),
    },
)
DIAGNOSIS = st.fixed_dictionaries(
    {},
    optional={
        "automatic": durations(1, 10),
        "manual": durations(1, 60),
        "recall": st.sampled_from([1, 0.8, 0.6]),
        "precision": st.sampled_from([1, 0.8, 0.6]),
    },
)
REPAIR = st.fixed_dictionaries(
    {},
    optional={
        "automated": durations(10, 600),
        "automated_fails": shares(0.5),
        "automated_misses": shares(0.4),
        "manual": durations(60, 2000),
        "manual_misses": shares(0.3),
        "retire": shares(0.2),
        "burn_in": durations(1, 60),
        "burn_in_catches": shares(1),
        "bad_host_mtbf": uncertain(360, 1440),
        "varies": WEATHERS,
        "crews": st.integers(1, 3),
        "retire_at": st.integers(2, 4),
        "retire_within": st.just("2 days"),
    },
).map(lambda repair: repair if "retire_at" in repair else _without(repair, "retire_within"))
SHIFT = {"days": ["mon", "tue", "wed", "thu", "fri"], "hours": [8, 18]}
NIGHTS_OF_REPAIR = {"days": ["tue", "fri", "sat"], "hours": [22, 6]}
SUBMISSIONS = [
    {"hours": [8, 18]}, {"days": ["sat", "sun"]}, {"hosts": [1, 4]},
    {"hosts": [5, 9], "days": ["mon"]},
]  # fmt: skip
ALLOCATIONS = st.none() | st.fixed_dictionaries(
    {"limit": st.integers(200, 2000).map("{} min".format)},
    optional={
        "wait": durations(1, 300),
        "save_before": st.integers(1, 90).map("{} min".format),
        "on_fault": st.sampled_from(["restart", "queue"]),
        "hosts": st.sampled_from(["same", "others"]),
        "wait_first": st.booleans(),
        "when": st.lists(
            st.builds(
                lambda fits, wait: {**fits, "wait": wait},
                st.sampled_from(SUBMISSIONS),
                durations(1, 300),
            ),
            max_size=2,
        ),
    },
)
RECOVERIES = st.fixed_dictionaries(
    {
        "policy": st.just("elastic"),
        "at_least": st.integers(1, 4),
        "reconfigure": st.sampled_from([0, "10 min"]),
        "reconfigure_success": st.sampled_from([0.5, 1]),
        "rejoin": st.sampled_from(["at once", "at a checkpoint"]),
        "rejoin_stall": st.sampled_from([0, "10 min"]),
        "state": st.sampled_from(["replicated", "sharded"]),
        "batch": st.sampled_from(["kept", "shrunk"]),
        "regroup": st.booleans(),
        "struck_launch": st.sampled_from(["anew", "goes on"]),
    }
)
"""Numbers of an elastic job, but for its replicas; they are more than it may have."""


SWAPS = st.fixed_dictionaries(
    {"policy": st.just("swap")},
    optional={"swap_restart": durations(1, 20), "swap_success": st.sampled_from([0.5, 0.9])},
)
"""Of a job whose other hosts keep their processes where a spare takes the place of one."""


def in_replicas(recovery: Document, hosts: int, pick: int) -> Document:
    """Numbers of an elastic job of so many hosts, with one of the numbers of replicas it may have.

    Parameters
    ----------
    pick
        Which one, from the most replicas on.
    """
    divisors = [number for number in range(1, hosts + 1) if not hosts % number]
    replicas = divisors[-1 - pick % len(divisors)]
    return recovery | {"replicas": replicas, "at_least": min(recovery["at_least"], replicas)}


PARTS = st.sampled_from([0.1, 0.2, 0.5, 0.8])
HOURS = st.integers(1, 24 * MAX_DAYS)
DATES = HOURS.map(lambda hour: START + dt.timedelta(hours=hour))
MOMENTS = st.one_of(
    st.fixed_dictionaries({"progress": PARTS}),
    st.fixed_dictionaries({"at": DATES}),
    st.fixed_dictionaries({"at": HOURS.map("{} h".format)}),
)
TAKEN = st.sampled_from([{"hosts": 1}, {"hosts": 1, "unfit": 1}, {"hosts": "all", "unfit": 1}])
STOPS = st.fixed_dictionaries(
    {},
    optional={
        "upgrade": st.fixed_dictionaries(
            {"every": st.just("25 h"), "duration": durations(10, 120)},
            optional={"first": st.one_of(DATES, HOURS.map("{} h".format))},
        ),
        "look around": st.builds(
            lambda moment, save: {"kind": "pause", "duration": "3 h", **moment, **save},
            MOMENTS,
            st.sampled_from(
                [
                    {"save_first": True},
                    {"save_first": False},
                    {"save_first": False, "margin": "4 h"},
                ]
            ),
        ),
        "flood": st.builds(
            lambda moment, taken: {"kind": "incident", "duration": "5 h", **moment, **taken},
            MOMENTS,
            TAKEN,
        ),
    },
)
CHECKS = st.fixed_dictionaries(
    {},
    optional={
        "evaluation": st.fixed_dictionaries(
            {"every": st.sampled_from(["300 steps", "7 h"]), "duration": durations(1, 60)}
        ),
        "test": st.fixed_dictionaries(
            {"every": st.just("12 h"), "duration": durations(1, 60),
             "finds": st.just(LATENT)},
            optional={"chance": shares(1), "back_to": st.sampled_from(["onset", "last check"])},
        ),
    },
)  # fmt: skip
CHANGED = st.fixed_dictionaries(
    {"workload.speed": st.sampled_from([0.8, 1])},
    optional={
        "cluster.spares": st.integers(MAX_SPARES, 6),
        "checkpoint.interval": st.sampled_from(["20 min", "2 h"]),
        "restart.duration": durations(1, 20),
        "people.response": durations(1, 30),
    },
)


DOMAINS: list[list[Document]] = [
    [],
    [{"name": "rack", "hosts": 3}],
    [{"name": "rack", "hosts": 2}, {"name": "pod", "hosts": 4}],
]
OF_DOMAINS: list[Document] = [
    {"scope": "rack"},
    {"scope": "rack", "hosts": "50 %"},
    {"scope": "cluster", "hosts": 2},
    {"scope": "cluster", "hosts": {"law": "uniform", "low": 1, "high": 4}},
    {"scope": "cluster"},
    {"scope": "accelerator"},
]
DRAWN_SCOPES = {"host", "job", *(one["scope"] for one in OF_DOMAINS)}
OF_DOMAINS += [{"scope": scope} for scope in SCOPES if scope not in DRAWN_SCOPES]


@st.composite
def _counts(draw: st.DrawFn, days: int, owned: int) -> list[list[Any]]:
    """Rows of a trace of capacity, the last of which has enough hosts; often none."""
    if not draw(st.integers(0, 2)):
        hours = sorted(draw(st.sets(st.integers(0, 48 * days), min_size=1, max_size=6)))
        rows = [[f"{hour}.37 h", draw(st.integers(0, owned + 1))] for hour in hours]
        return [*rows, [f"{48 * days + 1} h", owned]]
    return []


@st.composite
def documents(draw: st.DrawFn) -> Document:
    """Documents of small scenarios with any of the features there are."""
    days = draw(st.integers(1, MAX_DAYS))
    hosts = draw(st.integers(1, MAX_HOSTS))
    spares = draw(st.integers(0, MAX_SPARES))
    hot = draw(st.integers(0, spares))
    size = {"hosts": hosts, "spares": spares, "hot_spares": hot, "lent_spares": (spares - hot) // 2}
    faults = draw(_faults(days, hosts))
    domains = draw(st.sampled_from(DOMAINS))
    if domains:
        faults |= draw(_faults_of_domains(days, hosts + spares))
    changes = draw(_changes(hosts, sorted(faults)))
    is_fixed = not any({"cluster.hosts", "cluster.spares"} & row["set"].keys() for row in changes)
    cluster = size | draw(CLUSTER)
    cluster["in_repair"] = min(spares, cluster.get("in_repair", 0))
    if domains and is_fixed and hosts >= MAX_SPARES:
        cluster |= draw(st.sampled_from([{}, {"spares_within": "rack"}]))
        size = domains[0]["hosts"]
        if not hosts % size and not spares % size and "spares_within" not in cluster:
            cluster["whole"] = "rack"
    if sum("law" in fault for fault in faults.values()) > 1 and cluster["age"] == "stationary":
        cluster["age"] = "new"  # stationary ages are only known for one law of ageing
    allocation = draw(ALLOCATIONS)
    counts = draw(_counts(days, hosts + spares))
    if allocation and counts:
        allocation["hosts"] = "same"
    if allocation and {"spares_within", "whole"} & cluster.keys():
        allocation["hosts"] = "same"
    policy = draw(st.sampled_from([*sorted(POLICIES), WAIT]))
    recovery = {}
    if policy == ELASTIC and is_fixed and "whole" not in cluster:
        recovery = in_replicas(draw(RECOVERIES), hosts, draw(st.integers(0, 6)))
    elif policy not in (ELASTIC, WAIT):
        recovery = draw(SWAPS) if policy == SWAP else {"policy": policy}
    if "spares_within" in cluster and "regroup" in recovery:
        recovery["regroup"] = False
    return {
        **({"recovery": recovery} if recovery else {}),
        **({"allocation": allocation} if allocation else {}),
        **({"capacity": {"trace": counts}} if counts else {}),
        "title": "drawn by hypothesis",
        "start": START,
        "workload": {"ideal_time": f"{days} days", "steps": 1000 * days, "speed": draw(SPEEDS)},
        "cluster": cluster,
        "domain": domains,
        "fault": faults,
        "weather": {"monsoon": {"cv": 0.5, "every": "2 days"}},
        "detection": draw(DETECTION),
        "checkpoint": draw(CHECKPOINT),
        "restart": draw(RESTART),
        "people": draw(PEOPLE),
        "diagnosis": draw(DIAGNOSIS),
        "repair": draw(REPAIR),
        "stop": draw(STOPS),
        "check": draw(CHECKS),
        "change": changes,
        "limits": {"wall_clock": f"{20 * days} days"},
    }


@st.composite
def memoryless_documents(draw: st.DrawFn) -> Document:
    """Documents of small scenarios of exponential faults of hosts, without calendar."""
    hosts = draw(st.integers(1, MAX_HOSTS))
    breaks = [name for name, effect in EFFECTS.items() if effect.breaks]
    effects = draw(st.lists(st.sampled_from(breaks), min_size=1, max_size=3))
    return {
        "workload": {"ideal_time": f"{draw(st.integers(1, MAX_DAYS))} days"},
        "cluster": {"hosts": hosts, "spares": draw(st.integers(0, 3))},
        "fault": {
            f"class {number}": {
                "effect": effect,
                "mtbf": f"{draw(st.integers(8, 100)) * hosts} h",
                "automatic": draw(st.sampled_from([0, 0.5, 1])),
            }
            for number, effect in enumerate(effects)
        },
        "detection": {"crash": draw(durations(0, 10)), "hang": "10 min"},
        "checkpoint": {
            "interval": f"{draw(st.integers(10, 120))} min",
            "stall": f"{draw(st.integers(0, 10))} min",
            "load": draw(durations(0, 20)),
        },
        "restart": {"duration": draw(durations(1, 40))},
        "people": {"response": draw(durations(0, 60))},
        "repair": {"automated": draw(durations(30, 1200))},
    }


@st.composite
def _faults(draw: st.DrawFn, days: int, hosts: int) -> Document:
    """None to three classes of faults, of each some one to four in the time of the work."""
    faults = {}
    for number in range(draw(st.integers(0, 3))):
        hours = draw(st.integers(6, 24)) * days
        fault = draw(st.sampled_from(_classes_of_job(hours) + _classes_of_hosts(hours * hosts)))
        is_of_host = fault.get("scope") != "job"
        row = draw(FAULTS) | fault | (draw(HOST_FAULTS) if is_of_host else {})
        returns = draw(st.none() | durations(20, 1200))
        effect = EFFECTS[fault.get("effect", "crash")]
        if effect.after_grace:
            row.pop("clock", None)
        if effect.slows:
            row.pop("diagnose", None)
        if effect.preempts:
            row = {key: row[key] for key in row if key not in ("needs_repair", "diagnose")}
            row["returns"] = "2 h"
        if returns is not None and effect.breaks:
            row = {key: row[key] for key in row if key not in ("needs_repair", "diagnose")}
            row["returns"] = returns
        faults[f"class {number}"] = _that_fit(row)
    return faults


def _that_fit(row: Document) -> Document:
    """A class of faults without the keys that do not go with others of it."""
    effect = EFFECTS[row.get("effect", "crash")]
    wrong = {
        "restart_success": "restart" not in row,
        "skips": "skips" not in effect.keys,
        "ends_run": effect.slows or not row.get("in_budget", True),
    }
    return {key: row[key] for key in row if not wrong.get(key)}


@st.composite
def _faults_of_domains(draw: st.DrawFn, days: int, owned: int) -> Document:
    """One class of faults of racks, pods or the cluster, some two in the time of the work."""
    there = [one for one in OF_DOMAINS if one.get("hosts") != 2 or owned >= 2]
    fault = draw(FAULTS) | draw(st.sampled_from(there)) | {"mtbf": f"{12 * days} h"}
    ending = draw(st.sampled_from([{}, {"returns": "5 h"}, {"needs_repair": 0.5}]))
    return {"of domains": _that_fit(fault | ending)}


def _without_a_row(rows: list[Document], scope: str) -> list[Document]:
    """Keys of classes with the effects that no row by hand has."""
    drawn = {one.get("effect", "crash") for one in rows}
    return [
        {"scope": scope, "effect": name} | ({"speed": 0.5} if effect.slows else {})
        for name, effect in EFFECTS.items()
        if effect.only in ("", scope) and name not in drawn
    ]


def _classes_of_job(hours: int) -> list[Document]:
    by_hand: list[Document] = [
        {"scope": "job", "mtbf": f"{hours} h"},
        {"scope": "job", "law": "gamma", "shape": 3, "mtbf": f"{hours} h"},
        {"scope": "job", "mtbf": f"{hours} h", "effect": "hang", "diagnose": True},
        {"scope": "job", "mtbf": f"{hours} h", "effect": "false alarm", "grace": "90 min"},
        {"scope": "job", "mtbf": f"{hours} h", "effect": "preempt", "shield": "2 h"},
        {"scope": "job", "mtbf": f"{hours} h", "effect": "preempt", "notice": "30 min"},
        {"scope": "job", "law": "fixed", "mtbf": f"{hours} h", "effect": "false alarm"},
        {"scope": "job", "rate": f"1 per {2 * hours} h", "effect": "diverge"},
        {"scope": "job", "rate": f"1 per {2 * hours} h", "effect": "diverge", "margin": "40 min"},
    ]
    return by_hand + [{"mtbf": f"{hours} h", **one} for one in _without_a_row(by_hand, "job")]


def _classes_of_hosts(hours: int) -> list[Document]:
    mean = f"{hours} h"
    by_hand: list[Document] = [
        {"mtbf": mean},
        {"mtbf": {"law": "gamma", "mean": mean, "cv": 0.3}},
        {"rate": f"1 per {hours} h", "effect": "hang"},
        {"law": "weibull", "shape": 0.6, "mtbf": mean},
        {"law": "weibull", "shape": 2, "scale": mean},
        {"law": "gamma", "shape": 0.7, "mtbf": mean, "effect": "hang"},
        {"law": "lognormal", "sigma": 1, "mtbf": mean},
        {"mtbf": mean, "effect": "corrupt"},
        {"mtbf": mean, "effect": "preempt", "notice": "20 min", "shield": "1 h"},
        {"mtbf": mean, "effect": "slow", "speed": 0.5},
        {"mtbf": mean, "effect": "slow", "speed": SLOW_SPEED, "lasts": "5 h"},
    ]
    drawn = {"exponential", "fixed", *(one.get("law") for one in by_hand)}
    others = [
        {"law": law} | dict.fromkeys(keys & {"shape", "sigma"}, 2)
        for law, keys in LAW_KEYS.items()
        if law not in drawn
    ]
    others += _without_a_row(by_hand, "host")
    return by_hand + [{"mtbf": mean, **one} for one in others]


@st.composite
def _changes(draw: st.DrawFn, hosts: int, faults: list[str]) -> list[Document]:
    """Up to two changes by date and two by progress, in order."""
    dates = sorted(draw(st.lists(DATES, max_size=2)))
    parts = sorted(draw(st.lists(PARTS, max_size=2)))
    more = {f"fault.{name}.automatic": 0.75 for name in faults}
    more |= draw(st.sampled_from([{}, {"cluster.hosts": hosts + 1}]))
    moments = [{"at": date} for date in dates] + [{"progress": part} for part in parts]
    return [moment | {"set": draw(CHANGED) | more} for moment in moments]


# --- energy, carbon and money -------------------------------------------------------------------

WATTS = st.sampled_from(["400 W", "150..300 W", "3 kW per host", "0"])
DOLLARS = st.sampled_from(["2 USD per accelerator-hour", "10..20 USD/host-hour", 0])
NIGHTS = {"hours": [22, 6]}
WINTER = {"months": ["mar"], "days": ["mon", "wed"], "hours": [8, 18]}


def _weights(key: str, unit: str) -> Strategy:
    """A table's weight of energy: flat, by rows, or hourly values."""
    plain = st.sampled_from([f"0.4 {unit}", f"0.2..0.5 {unit}", 0])
    rows = st.lists(
        st.builds(
            lambda hours, value: {**hours, key: value}, st.sampled_from([NIGHTS, WINTER]), plain
        ),
        max_size=2,
    )
    hourly = st.builds(
        lambda values, begins: {key: {"hourly": values, "unit": unit} | begins},
        st.lists(st.sampled_from([0.0, 0.1, 0.25, 0.7]), min_size=1, max_size=30),
        st.sampled_from([{}, {"begins": START.date()}, {"begins": dt.date(2025, 1, 1)}]),
    )
    return st.builds(lambda value, when: {key: value, "when": when}, plain, rows) | hourly


POWER = st.fixed_dictionaries(
    {"training": WATTS},
    optional=dict.fromkeys(("stalled", "idle", "repair", "paused"), WATTS)
    | {"pue": st.sampled_from([1, 1.5])},
)
CARBON = st.builds(
    lambda weights, made: {**weights, **made},
    _weights("intensity", "kg/kWh"),
    st.sampled_from([{}, {"embodied": "150 kg", "lifetime": "5 years"}]),
)
PRICE = st.builds(
    lambda hosts, weights: {**hosts, **weights},
    st.fixed_dictionaries(
        {"accelerator": DOLLARS, "terms": st.sampled_from(["reserved", "on demand"])},
        optional=dict.fromkeys(("idle", "lent", "repair", "away", "queue", "paused"), DOLLARS),
    ),
    st.just({}) | _weights("energy", "USD/kWh"),
)
SCHEDULES = st.fixed_dictionaries(
    {},
    optional={
        "peak": st.just({"hours": [16, 20]}),
        "evening": st.just({"hours": [18, 23], "power": 0.5, "speed": "0.6..0.8"}),
        "night": st.just({**NIGHTS, "days": ["mon"], "power": "0.4..0.8", "speed": 1}),
    },
)
DEARER = {"price.accelerator": "3 USD per accelerator-hour", "power.training": "500 W"}


def scenarios_that_are_paid() -> st.SearchStrategy[Scenario]:
    """Small scenarios with any features there are, and with power, carbon, prices, schedules."""
    return documents_that_are_paid().map(Scenario.from_document)


@st.composite
def documents_that_are_paid(draw: st.DrawFn) -> Document:
    """Documents of such scenarios."""
    document = draw(documents())
    changes = [
        {**change, "set": change["set"] | draw(st.sampled_from([{}, DEARER]))}
        for change in document["change"]
    ]
    tables = {"power": draw(POWER), "carbon": draw(CARBON), "price": draw(PRICE)}
    tables["schedule"] = draw(SCHEDULES)
    return document | tables | {"change": changes}
