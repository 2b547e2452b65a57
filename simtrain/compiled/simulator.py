"""Trials of a scenario by compiled code: its numbers as records, and the memory of a trial."""

from __future__ import annotations

import ctypes
import math
from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np

from simtrain import causes
from simtrain.accounts.timeline import Ending, EventKind, Verdict
from simtrain.compiled import layout
from simtrain.compiled.calls import CALL, SEGMENT, pass_on
from simtrain.compiled.laws import LAW, NO_LAW, encode
from simtrain.compiled.parameters import (
    CHECK,
    FAULT,
    TIER,
    encode_check,
    encode_cluster,
    encode_diagnosis,
    encode_fault,
    encode_repair,
    encode_restart,
    encode_tier,
)
from simtrain.compiled.people import hours_of_people
from simtrain.compiled.rounds import AMOUNTS
from simtrain.compiled.trial import run
from simtrain.distributions import Fixed, Gamma
from simtrain.engine.dates import planned_events
from simtrain.engine.hosts_at_start import ages_at_start
from simtrain.engine.trial import Simulator
from simtrain.faults.frailty import Frailty
from simtrain.model import streams
from simtrain.model.draws import stream_id
from simtrain.model.on_call import seconds_of_day
from simtrain.model.saving import SaveCycle
from simtrain.model.weather import law_of_durations, law_of_hazards

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from simtrain.accounts.timeline import Sink
    from simtrain.distributions import Law
    from simtrain.engine.dates import PlannedEvent, StopParameters
    from simtrain.model.parameters import Parameters
    from simtrain.model.streams import Layout
    from simtrain.model.weather import WeatherParameters
    from simtrain.scenario.number import Number
    from simtrain.scenario.scenario import Scenario

_VERDICTS = tuple(Verdict)
_run = ctypes.CFUNCTYPE(None, ctypes.c_int64, ctypes.c_int64)(run.address)  # type: ignore[attr-defined]
_PARTIALS = 64
"""Floats that an exact sum comes to at the most, and some more."""
_KINDS = {"maintenance": 0, "pause": 1, "incident": 2}


def _word(name: str) -> int:
    """Address of a stream, as the signed number of the same bits."""
    return int(np.uint64(stream_id(name)).astype(np.int64))


class CompiledSimulator:
    """Runs trials of one scenario by compiled code.

    The trials are those of `simtrain.engine.trial.Simulator` with the same scenario and seed.

    Parameters
    ----------
    scenario
        What to simulate; nothing in it may be left to the engine on SimPy.
    seed
        Seed from 0 to 2**64 - 1.
    ideal_s
        As in `simtrain.engine.trial.Simulator`.
    """

    def __init__(self, scenario: Scenario, seed: int, ideal_s: float | None = None):
        self.scenario = scenario
        self._seed = seed
        self.simulator = Simulator(scenario, seed, ideal_s=ideal_s)
        self.names: list[str] = list(self.simulator.causes)
        self._held: list[NDArray[Any]] = []
        self._origins: list[str] = []
        self._tables: dict[str, NDArray[Any]] = {}
        self._capacity = dict(_CAPACITY)
        self._trial = np.zeros(1, layout.TRIAL)
        self._address = self._trial.ctypes.data
        self._uncertain = False
        self._regimes: list[tuple[int, ...]] = []
        self._weathers: dict[WeatherParameters, int] = {}
        self._days = 0
        self._tiers_n = len(list(scenario.checkpoint.tiers()))
        self._trial[0]["tiers_n"] = self._tiers_n
        self._is_laid_out = False

    # --- trials ----------------------------------------------------------------------------------

    def run(self, trial: int, sink: Sink) -> Ending:
        """Simulate trial number `trial` and report it to `sink`."""
        ending = self.tell(trial)
        pass_on(self.calls, self.segments, self.names, sink, cache(self.cycle))
        kind = EventKind.TRUNCATED if ending.truncated else EventKind.FINISH
        sink.happened(ending.wall_clock_s, kind, "")
        sink.close(ending.wall_clock_s)
        return ending

    def tell(self, trial: int) -> Ending:
        """Simulate trial number `trial`; its calls and segments can be read until the next one."""
        state = self._trial[0]
        self._begin(trial)
        while True:
            _run(self._address, trial)
            short = int(state["short"])
            if not short:
                break
            self._provide(short)
        self.calls = self._tables["calls"][: int(state["calls_n"])]
        self.segments = self._tables["segments"][: int(state["segments_n"])]
        verdict = _VERDICTS[int(state["verdict"])]
        work = self._tables["regime_table"]["work"][int(state["regime"])]
        return Ending(float(state["now"]), verdict, float(work))

    def _begin(self, trial: int) -> None:
        """Take the numbers of a trial, as far as they are not those of the one before."""
        numbers = self.simulator.numbers
        numbers.begin(self._seed, trial)
        if self._is_laid_out and not self._uncertain:
            return
        self._trial_number = trial
        self._regimes = self._regimes or self._regimes_in_turn()
        self._lay_out()
        self._is_laid_out = True

    def _regimes_in_turn(self) -> list[tuple[int, ...]]:
        """Parameters after no change, after the first, after the first two and so on."""
        return [tuple(range(n)) for n in range(len(self.scenario.change) + 1)]

    def _provide(self, short: int) -> None:
        """Provide more of what a trial was short of."""
        if short == layout.SHORT_OF_REGIMES:
            made = int(self._trial[0]["changes_made"])
            wanted = tuple(self._tables["changes"][:made].tolist())
            self._regimes += [
                wanted[:n] for n in range(1, made + 1) if wanted[:n] not in self._regimes
            ]
        else:
            self._capacity[short] = self._capacity.get(short, 64) * 2
        self._lay_out()

    # --- laying out ------------------------------------------------------------------------------

    def _settle(self, path: str, number: Number) -> Law:
        if number.addresses(path):
            self._uncertain = True
        return self.simulator.numbers.settle(path, number)

    def _table(self, name: str, dtype: Any, size: int) -> NDArray[Any]:
        """Table of a size, whose address the trial has; kept if it is there already."""
        table = self._tables.get(name)
        if table is None or len(table) < size or table.dtype != dtype:
            table = self._tables[name] = np.zeros(max(size, 1), dtype)
            self._trial[0][name] = table.ctypes.data
        return table

    def _name(self, name: str) -> int:
        """Number of a name."""
        if name not in self.names:
            self.names.append(name)
        return self.names.index(name)

    def _rank(self, name: str) -> int:
        return sorted({*self.scenario.fault, *self.scenario.stop, *self.scenario.schedule}).index(
            name
        )

    def _lay_out(self) -> None:
        """Lay out all that holds in the trial."""
        self._held.clear()
        scenario, state = self.scenario, self._trial[0]
        start = self.simulator.numbers.parameters_after(())
        numbers = self.simulator.numbers
        regimes = [numbers.parameters_after(changes) for changes in self._regimes]
        if not all(map(numbers.hold_in_all_trials, self._regimes)):
            self._uncertain = True
        state["seed"] = np.uint64(self._seed).astype(np.int64)
        state["events"] = scenario.limits.faults
        self._lay_out_weathers(regimes)
        if not self._origins:
            self._lay_out_streams()
        self._lay_out_regimes(regimes)
        self._lay_out_hosts(regimes)
        self._lay_out_people(regimes)
        self._lay_out_sources(start)
        self._lay_out_checks(start)
        self._lay_out_dates(start)
        self._lay_out_rest()

    def _lay_out_weathers(self, regimes: Sequence[Parameters]) -> None:
        state = self._trial[0]
        found: dict[WeatherParameters, int] = {}
        for parameters in regimes:
            for fault in parameters.faults.values():
                if fault.weather is not None:
                    found.setdefault(fault.weather, len(found))
        of_faults = len(found)
        for parameters in regimes:
            if parameters.repair.weather is not None:
                found.setdefault(parameters.repair.weather, len(found))
        table = self._table("weathers", layout.WEATHER, len(found))
        for weather, number in found.items():
            record = table[number]
            record["every_s"] = weather.every_s
            record["stream"] = _word(streams.WEATHER.name.format(weather.name))
            record["of_faults"] = number < of_faults
            record["hazards"] = encode(law_of_hazards(weather.cv), self._held)
            record["durations"] = encode(law_of_durations(weather.cv), self._held)
        self._weathers = found
        state["weathers_n"] = len(found)
        of_repair = regimes[0].repair.weather
        state["repair_weather"] = -1 if of_repair is None else found[of_repair]

    def _origin(self, layout_of: Layout, of: str = "") -> int:
        """Number of a stream that outages begin with."""
        self._origins.append(layout_of.name.format(of))
        return len(self._origins) - 1

    def _lay_out_streams(self) -> None:
        scenario, state = self.scenario, self._trial[0]
        classes = list(scenario.fault)
        for of_class in (
            streams.FAULT, streams.RELAPSE, streams.FAULT_OF_SPARE, streams.FAULT_OF_HOST,
            streams.FAULT_OF_SPARE_UNIT,
        ):  # fmt: skip
            for name in classes:
                self._origin(of_class, name)
        self._stop_origins = {name: self._origin(streams.STOP, name) for name in self._stop_names()}
        state["origin_start"] = self._origin(streams.START)
        state["origin_changes"] = self._origin(streams.CHANGES)
        state["origin_hangs"] = self._origin(streams.SAVE_HANGS)
        suffixes = [f": tier {tier}" if tier else "" for tier in range(self._tiers_n)]
        of_tiers = [self._origin(streams.SAVE_STOPS, suffix) for suffix in suffixes]
        tiers = self._table("tiers", layout.COPIES, self._tiers_n)
        for number, suffix in enumerate(suffixes):
            tiers[number]["origin_stops"] = of_tiers[number]
            tiers[number]["stream_fails"] = _word(streams.SAVE_FAILS.name.format(suffix))
            tiers[number]["stream_corrupt"] = _word(streams.COPY_IS_CORRUPT.name.format(suffix))
        state["origin_corrupt"] = self._origin(streams.CORRUPT_COPY)
        checks = list(scenario.check)
        table = self._table("streams", layout.STREAM, len(self._origins))
        of_checks = self._table("numbers_of_checks", np.int64, len(self._origins) * len(checks))
        for number, origin in enumerate(self._origins):
            record = table[number]
            record["id"] = _word(origin)
            for field, of in (
                ("launch", streams.LAUNCH), ("reach", streams.REACH),
                ("burst", streams.FAULT_IN_BURST), ("returns", streams.RETURNS),
                ("slow", streams.SLOW), ("further", streams.FURTHER_TRY),
            ):  # fmt: skip
                record[field] = _word(of.name.format(origin))
            record["checks"] = number * len(checks)
            for place, check in enumerate(checks):
                name = streams.FOUND_BY_CHECK.name.format(f"{check}: {origin}")
                of_checks[number * len(checks) + place] = _word(name)
        first = 3 * len(classes)
        for number, name in enumerate(classes):
            record = table[first + number]
            record["first_life"] = _word(streams.FIRST_LIFE.name.format(name))
            record["later_life"] = _word(streams.LATER_LIFE.name.format(name))
        state["stream_repair"] = _word(streams.REPAIR.name)
        state["stream_swap"] = _word(streams.SWAP_IN.name)
        state["stream_found"] = _word(streams.FOUND.name)
        state["stream_hosts"] = _word(streams.HOST.name)

    def _stop_names(self) -> list[str]:
        return [*self.scenario.stop, *self.scenario.schedule]

    def _lay_out_regimes(self, regimes: Sequence[Parameters]) -> None:
        state, scenario, held = self._trial[0], self.scenario, self._held
        classes = list(scenario.fault)
        special = "hang_class", "failure_class", "latent_class"
        # Corrupt copies of all tiers come last: that of the first tier stands for them all.
        stride = len(classes) + len(special) - 1 + self._tiers_n
        state["classes"], state["plain_classes"] = stride, len(classes)
        for place, name in enumerate(special):
            state[name] = len(classes) + place
        table = self._table("regime_table", layout.REGIME, len(regimes))
        faults = self._table("class_table", FAULT, stride * len(regimes))
        tiers = self._table("tier_table", TIER, len(regimes) * self._tiers_n)
        self._lay_out_saves(regimes)
        for number, parameters in enumerate(regimes):
            checkpoint = parameters.checkpoint
            record = table[number]
            record["work"], record["full_speed"] = parameters.work, parameters.full_speed
            record["speed"], record["interval"] = parameters.speed, checkpoint.interval
            record["write_slowdown"] = checkpoint.write_slowdown
            record["save_hangs"] = checkpoint.save_hangs
            record["in_work"], record["final_save"] = checkpoint.in_work, checkpoint.final_save
            record["end_training"] = checkpoint.end_training
            record["counts_failures"] = parameters.restart.counts_failures
            record["swap_takes_time"] = bool(parameters.cluster.swap.mean)
            record["cluster"] = encode_cluster(parameters.cluster, held)
            record["restart"] = encode_restart(parameters.restart, held)
            record["diagnosis"] = encode_diagnosis(parameters.diagnosis, held)
            record["repair"] = encode_repair(parameters.repair, held, self._weathers)
            first = number * stride
            for place, name in enumerate(classes):
                faults[first + place] = encode_fault(
                    parameters.faults[name],
                    held,
                    self._name(name),
                    self._rank(name),
                    self._weathers,
                )
            hang, failure = checkpoint.hang, checkpoint.failure
            latent = [tier.latent or failure for tier in checkpoint.tiers]
            for place, fault in enumerate((hang, failure, *latent)):
                faults[first + len(classes) + place] = encode_fault(
                    fault, held, self._name(fault.name), 0, self._weathers
                )
            for place, tier in enumerate(checkpoint.tiers):
                corrupt = int(state["latent_class"]) + place
                tiers[number * self._tiers_n + place] = encode_tier(tier, held, corrupt)
        changes = len(scenario.change)
        state["changes_n"] = changes
        following = self._table("next_regime", np.int64, len(regimes) * changes)
        following[:] = -1
        for number, done in enumerate(self._regimes):
            for change in range(changes):
                if (*done, change) in self._regimes:
                    following[number * changes + change] = self._regimes.index((*done, change))
        self._table("changes", np.int64, changes + 1)
        for field, name in (
            ("cause_start", causes.START), ("cause_changes", causes.CHANGES),
            ("cause_checkpoints", causes.CHECKPOINTS), ("cause_speed", causes.SPEED),
            ("cause_warm_up", causes.WARM_UP), ("cause_background", causes.BACKGROUND_WRITE),
            ("cause_corrupt", causes.CORRUPT_COPIES),
        ):  # fmt: skip
            state[field] = self._name(name)
        for place, tier in enumerate(regimes[0].checkpoint.tiers):
            self._tables["tiers"][place]["name"] = self._name(tier.name) if tier.name else -1
        if changes:
            first_name = self._name("change 0")
            for change in range(1, changes):
                assert self._name(f"change {change}") == first_name + change
            state["first_change_name"] = first_name
        state["holds_copies"] = any(
            tier.survives is not None for tier in regimes[0].checkpoint.tiers
        )
        state["any_slow"] = any(fault.effect.slows for fault in regimes[0].faults.values())
        state["on_calendar"] = any(fault.on_calendar for fault in regimes[0].faults.values())

    def _lay_out_saves(self, regimes: Sequence[Parameters]) -> None:
        """Lay out the rounds of saves, and room for what a trial makes of them."""
        state, table = self._trial[0], self._tables["regime_table"]
        rounds = [parameters.checkpoint for parameters in regimes]
        saves = self._table("save_table", layout.SAVE, sum(len(one.saves) for one in rounds))
        first = 0
        for number, checkpoint in enumerate(rounds):
            table[number]["saves"], table[number]["saves_n"] = first, len(checkpoint.saves)
            for one, to_last in zip(checkpoint.saves, checkpoint.saves_to_last, strict=True):
                saves[first] = one.stall, one.lag, to_last.stall, to_last.lag
                first += 1
        longest = max(len(one.saves) for one in rounds)
        cap = self._capacity[layout.SHORT_OF_ROUNDS] if longest > 1 else 1
        state["rounds_cap"] = cap
        self._table("rounds", layout.ROUND, cap)
        self._table("round_first", np.int64, cap + 1)[0] = 0
        for name in ("round_stall", "round_every", "round_write"):
            self._table(name, np.float64, cap * longest)
        self._table("round_sums", np.float64, AMOUNTS * 2 * cap * (longest + 1))
        self._table("partials", np.float64, _PARTIALS)

    def cycle(self, number: int) -> SaveCycle:
        """Saves that differ in a segment of the last trial, by the number of their round."""
        one = self._tables["rounds"][number]
        first, after = self._tables["round_first"][number : number + 2]
        stall, every, write = (
            self._tables[name][first:after].tolist()
            for name in ("round_stall", "round_every", "round_write")
        )
        slowdown = self._tables["regime_table"]["write_slowdown"][one["regime"]]
        return SaveCycle(stall, every, write, float(one["speed"]), float(slowdown))

    def _lay_out_hosts(self, regimes: Sequence[Parameters]) -> None:
        state, scenario = self._trial[0], self.scenario
        most = max(one.cluster.hosts + one.cluster.spares for one in regimes)
        cap = most + self._capacity[layout.SHORT_OF_HOSTS]
        state["hosts_cap"] = cap
        self._table("hosts", layout.HOST, cap)
        self._table("vacant", np.int64, cap)
        self._table("free", np.int64, cap)
        self._table("answers", np.int64, cap)
        settle, cluster = self._settle, scenario.cluster
        variance = settle("cluster.frailty", cluster.frailty).mean
        state["has_frailty"] = cluster.lemons is not None or variance != 0
        state["frail"] = variance > 0
        state["lemon_fraction"] = state["lemon_factor"] = 0.0
        state["frailty_law"] = NO_LAW
        if variance > 0:
            state["frailty_law"] = encode(Gamma(1 / variance, variance), self._held)
        if cluster.lemons is not None:
            lemons = cluster.lemons
            state["lemon_fraction"] = settle("cluster.lemons.fraction", lemons.fraction).mean
            state["lemon_factor"] = settle("cluster.lemons.factor", lemons.factor).mean
        self._table("frailty", np.float64, cap)

    def _lay_out_people(self, regimes: Sequence[Parameters]) -> None:
        state, people, start = self._trial[0], self.scenario.people, self.scenario.start
        watches = len(people.when)
        state["watches_n"] = watches
        laws = self._table("response_table", LAW, len(regimes) * (watches + 1))
        for number, parameters in enumerate(regimes):
            for row, law in enumerate(parameters.responses):
                laws[number * (watches + 1) + row] = encode(law, self._held)
        state["by_hour"] = bool(watches) or people.staffed is not None
        if not state["by_hour"]:
            return
        days = self._capacity[layout.SHORT_OF_DAYS]
        state["days_cap"] = days
        rows = self._table("days", np.int64, days * 24)
        openings = self._table("openings", np.int64, days * 24)
        if self._days == days:
            return
        self._days = days
        state["since_midnight"] = seconds_of_day(start) if start else 0.0
        staffed = people.staffed
        state["opens"] = float(staffed.hours[0]) if staffed is not None else 0.0
        rows[: days * 24], openings[: days * 24] = hours_of_people(people, start, days)

    def _lay_out_sources(self, start: Parameters) -> None:
        state = self._trial[0]
        members, cluster = start.cluster.hosts, start.cluster
        slots = cluster.slots
        number_of = {name: place for place, name in enumerate(start.faults)}
        classes = len(number_of)
        has_frailty = bool(state["has_frailty"])
        together: list[dict[str, int]] = []
        per_host: list[dict[str, int]] = []
        alarms: list[dict[str, int]] = []
        spares: list[dict[str, int]] = []
        for name, fault in start.faults.items():
            number = number_of[name]
            of_hosts, on_calendar = bool(fault.scope.hosts), fault.on_calendar
            if on_calendar and fault.takes_all:
                clock = layout.CALENDAR_JOB
            elif not of_hosts:
                clock = layout.CLOCK_JOB
            else:
                clock = layout.CALENDAR_HOSTS if on_calendar else layout.CLOCK_HOSTS
            source = {"fault": number, "clock": clock, "stream": number, "first": 0}
            if fault.effect.after_grace:
                alarms.append({**source, "kind": layout.ALARM})
            elif not of_hosts and fault.law is not None:
                together.append({**source, "kind": layout.RENEWAL})
            elif fault.scope.is_domain:
                size = fault.scope.hosts
                first = slots.units_of_job(size)
                domains = {**source, "kind": layout.POISSON, "among": layout.AMONG_DOMAINS}
                together.append({**domains, "units": first})
                further = {"units": slots.units(size) - first, "first": first}
                together.append({**domains, **further, "stream": 4 * classes + number})
            elif not of_hosts or (not has_frailty and fault.law is None):
                poisson = {**source, "kind": layout.POISSON, "among": layout.AMONG_JOB}
                together.append({**poisson, "units": members if of_hosts else 1})
                if of_hosts:
                    clock = layout.CALENDAR_SPARES if on_calendar else layout.CLOCK_SPARES
                    idle = {"clock": clock, "stream": 2 * classes + number, "units": 0}
                    spares.append({**poisson, **idle, "among": layout.AMONG_IDLE})
            else:
                per_host.append({**source, "kind": layout.PER_HOST, "stream": 3 * classes + number})
        fixed = [*together, *per_host, *alarms]
        every = [*fixed, *spares]
        cap = int(state["hosts_cap"])
        table = self._table("sources", layout.SOURCE, len(every))
        of_host = self._table("source_of", np.int64, len(per_host))
        lives = [self._table_of_lives(place, cap) for place in range(len(per_host))]
        for number, source in enumerate(every):
            table[number] = np.zeros(1, layout.SOURCE)[0]
            table[number]["slot"] = number
            for field, value in source.items():
                table[number][field] = value
            table[number]["units_at_start"] = source.get("units", 0)
            if source["kind"] == layout.PER_HOST:
                place = per_host.index(source)
                slot = len(every) + place * (cap + 1)
                table[number]["slot"], table[number]["refill_slot"] = slot, slot + cap
                table[number]["lives"] = lives[place].ctypes.data
                of_host[place] = number
        state["sources_n"], state["fixed_sources"] = len(every), len(fixed)
        state["slots"] = len(every)
        state["relapse_slots"] = len(every) + len(per_host) * (cap + 1)
        self._table("stamps", np.int64, int(state["relapse_slots"]) + cap)
        clocks = self._table("clocks", layout.CLOCK, layout.CLOCKS)
        entries = 2 * len(every) + 4 * cap * (1 + len(per_host)) + 256
        entries = max(entries, self._capacity[layout.SHORT_OF_ENTRIES])
        for number in range(layout.CLOCKS):
            heap = self._plain_table(f"entries {number}", layout.ENTRY, entries)
            clocks[number]["entries"], clocks[number]["cap"] = heap.ctypes.data, entries
        self._lay_out_ages(start, bool(per_host), cap)
        kept = self._table("ages_kept", np.int64, 2)
        kept[:] = 0
        for source in per_host:
            kept[1 if source["clock"] == layout.CALENDAR_HOSTS else 0] = 1

    def _lay_out_ages(self, start: Parameters, has_ages: bool, cap: int) -> None:
        state = self._trial[0]
        state["has_ages"] = has_ages
        self._table("ages", layout.AGE, 2 * cap if has_ages else 1)
        ages_of_hosts = self._table("ages_at_start", np.float64, cap)
        ages_of_hosts[:] = 0.0
        state["ages_alike"] = True
        if not has_ages or self.scenario.cluster.age is None or self.scenario.cluster.age == "new":
            return
        simulator, cluster = self.simulator, self.scenario.cluster
        draws = simulator.begin_draws(self._trial_number)
        frailty = None
        if state["has_frailty"]:
            hosts = start.cluster.hosts + start.cluster.spares
            variance = self._settle("cluster.frailty", cluster.frailty).mean
            lemons = float(state["lemon_fraction"]), float(state["lemon_factor"])
            frailty = Frailty(draws, hosts, *lemons, variance)
        ages = ages_at_start(cluster, self._settle, start, frailty, draws)
        there = start.cluster.hosts + start.cluster.spares
        ages_of_hosts[:there] = ages
        if not isinstance(ages, float):
            state["ages_alike"] = False
            self._uncertain = True

    def _plain_table(self, name: str, dtype: Any, size: int) -> NDArray[Any]:
        table = self._tables.get(name)
        if table is None or len(table) < size:
            table = self._tables[name] = np.zeros(size, dtype)
        return table

    def _table_of_lives(self, place: int, cap: int) -> NDArray[Any]:
        return self._plain_table(f"lives {place}", layout.PER_HOST_LIFE, cap)

    def _lay_out_checks(self, start: Parameters) -> None:
        state = self._trial[0]
        checks, scenario = start.checks, self.scenario
        regimes = [self.simulator.numbers.parameters_after(done) for done in self._regimes]
        numbers = {name: place for place, name in enumerate(scenario.fault)}
        numbers[causes.CORRUPT_COPIES] = len(numbers) + 2
        state["checks_n"] = len(checks)
        table = self._table("check_table", CHECK, len(regimes) * len(checks))
        for number, parameters in enumerate(regimes):
            for place, check in enumerate(parameters.checks):
                table[number * len(checks) + place] = encode_check(check, self._held, numbers)
        made = self._table("checks", layout.CHECKED, len(checks))
        names = self._table("check_causes", np.int64, len(checks))
        cap = 64 * self._capacity[layout.SHORT_OF_HOLDS]
        for place, check in enumerate(checks):
            made[place]["stream"] = _word(streams.CHECK.name.format(check.name))
            passed = self._plain_table(f"passed {place}", np.float64, cap)
            made[place]["passed"], made[place]["passed_cap"] = passed.ctypes.data, cap
            names[place] = self._name(check.name)

    def _lay_out_dates(self, start: Parameters) -> None:
        state, scenario, simulator = self._trial[0], self.scenario, self.simulator
        window = scenario.workload.window
        if window is not None:
            end, verdict = self._settle("workload.window", window).mean, Verdict.WINDOW_CLOSED
        else:
            limit = scenario.limits.wall_clock
            end, verdict = simulator.limit_s, Verdict.OUT_OF_TIME
            if limit is not None:
                end = self._settle("limits.wall_clock", limit).mean
        state["end_verdict"] = _VERDICTS.index(verdict)
        draws = simulator.begin_draws(getattr(self, "_trial_number", 0))
        planned = planned_events(scenario, self._settle, draws, start, end)
        self._stops: list[StopParameters] = []
        dated = [one for one in planned.dated if one.weather is None]
        recurring = {
            one.stop.name for one in dated if one.stop is not None and one.following is not None
        }
        dates = self._table("dates", layout.PLANNED, len(dated) + len(self._weathers))
        for number, event in enumerate(dated):
            self._write(dates[number], event)
        n = len(dated)
        for event in planned.dated:
            if event.weather is not None:
                self._write(dates[n], event)
                dates[n]["weather"] = self._weathers[event.weather]
                n += 1
        state["dates_n"] = n
        placed = self._table("placed", layout.PLANNED, len(planned.placed))
        ordered = sorted(planned.placed, key=lambda one: (one.at, one.order))
        for number, event in enumerate(ordered):
            self._write(placed[number], event)
        state["placed_n"] = len(ordered)
        cap = n + 64 + self._capacity[layout.SHORT_OF_PLANNED]
        self._table("dated", layout.PLANNED, cap)
        state["dated_cap"] = cap
        stops = self._table("stops", layout.STOP, len(self._stops))
        for number, stop in enumerate(self._stops):
            record = stops[number]
            record["margin"] = stop.margin
            record["until"] = math.nan if stop.until is None else stop.until
            record["kind"], record["save_first"] = _KINDS[stop.kind], stop.save_first
            record["hosts"], record["unfit"] = stop.hosts, stop.unfit
            record["cause"], record["rank"] = self._name(stop.name), self._rank(stop.name)
            record["origin"] = self._stop_origins[stop.name]
            record["duration"] = encode(stop.duration, self._held)
            record["recurs"] = stop.name in recurring
            record["every"] = NO_LAW
            if stop.name in recurring:
                every = scenario.stop[stop.name].every
                assert every is not None
                law = self._settle(f"stop.{stop.name}.every", every)
                law = Fixed(law.mean) if isinstance(law, Fixed) else law
                record["every"] = encode(law, self._held)

    def _write(self, record: np.void, event: PlannedEvent) -> None:
        stop, at = -1, event.at
        if event.stop is not None:
            self._stops.append(event.stop)
            stop = len(self._stops) - 1
            if event.following is not None and self.scenario.stop[event.stop.name].first is None:
                at = math.nan
        record["at"], record["order"], record["change"], record["stop"] = (
            at, event.order, event.change, stop,
        )  # fmt: skip
        record["occurrence"], record["weather"] = event.occurrence, -1

    def _lay_out_rest(self) -> None:
        state, capacity = self._trial[0], self._capacity
        for name, dtype, short in (
            ("calls", CALL, layout.SHORT_OF_CALLS),
            ("segments", SEGMENT, layout.SHORT_OF_SEGMENTS),
            ("outages", layout.OUTAGE, layout.SHORT_OF_OUTAGES),
            ("timers", layout.TIMER, layout.SHORT_OF_TIMERS),
            ("latent", layout.LATENT, layout.SHORT_OF_LATENT),
            ("holds", layout.HOLD, layout.SHORT_OF_HOLDS),
            ("incidents", layout.INCIDENT, layout.SHORT_OF_HOLDS),
            ("absences", layout.ABSENCE, layout.SHORT_OF_HOLDS),
            ("losses", layout.LOSS, layout.SHORT_OF_LOSSES),
            ("cordons", layout.CORDONED, layout.SHORT_OF_CORDONS),
        ):
            table = self._table(name, dtype, capacity[short])
            state[f"{name}_cap"] = len(table)
        state["batches_cap"] = capacity[layout.SHORT_OF_BATCHES]
        batches = self._table("batches", layout.BATCH, self._tiers_n * state["batches_cap"])
        for tier in range(self._tiers_n):
            place = tier * int(state["batches_cap"]) * layout.BATCH.itemsize
            self._tables["tiers"][tier]["batches"] = batches.ctypes.data + place
        # Lists that are made and thrown away in one go are not watched: they have room behind.
        room = 8 * (int(state["hosts_cap"]) + capacity[layout.SHORT_OF_LATENT])
        table = self._table("numbers", np.int64, capacity[layout.SHORT_OF_NUMBERS] + room)
        state["numbers_cap"] = len(table) - room
        self._table("latents", np.int64, 2 * capacity[layout.SHORT_OF_LATENT])
        table = self._table("lasting", np.int64, capacity[layout.SHORT_OF_HOLDS])
        self._table("lasting_until", np.float64, len(table))
        state["lasting_cap"] = len(table)
        table = self._table("suspects", np.int64, 2 * capacity[layout.SHORT_OF_HOLDS])
        state["suspects_cap"] = len(table) // 2
        table = self._table("corrupt_found", np.int64, capacity[layout.SHORT_OF_BATCHES])
        state["corrupt_found_cap"] = len(table)


_CAPACITY = {
    layout.SHORT_OF_CALLS: 4096,
    layout.SHORT_OF_SEGMENTS: 1024,
    layout.SHORT_OF_HOSTS: 64,
    layout.SHORT_OF_OUTAGES: 512,
    layout.SHORT_OF_TIMERS: 256,
    layout.SHORT_OF_LATENT: 256,
    layout.SHORT_OF_BATCHES: 1024,
    layout.SHORT_OF_ENTRIES: 256,
    layout.SHORT_OF_NUMBERS: 4096,
    layout.SHORT_OF_HOLDS: 256,
    layout.SHORT_OF_LOSSES: 1024,
    layout.SHORT_OF_DAYS: 366,
    layout.SHORT_OF_PLANNED: 64,
    layout.SHORT_OF_CORDONS: 64,
    layout.SHORT_OF_ROUNDS: 16,
}
