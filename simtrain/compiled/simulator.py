"""Trials of a scenario by compiled code: its numbers as records, and the memory of a trial."""

from __future__ import annotations

from functools import cache, partial
from typing import TYPE_CHECKING, Any

import numpy as np

from simtrain import causes
from simtrain.accounts.timeline import Ending, EventKind, Verdict
from simtrain.compiled import layout
from simtrain.compiled.allocation import lay_out_allocations
from simtrain.compiled.calls import CALL, SEGMENT, pass_on
from simtrain.compiled.capacity import lay_out_capacity
from simtrain.compiled.domain_spares import lay_out_domains
from simtrain.compiled.groups import lay_out_groups
from simtrain.compiled.hidden import lay_out_hidden
from simtrain.compiled.laws import LAW, NO_LAW, encode
from simtrain.compiled.parameters import (
    CHECK,
    FAULT,
    TIER,
    encode_allocation,
    encode_check,
    encode_cluster,
    encode_diagnosis,
    encode_fault,
    encode_recovery,
    encode_repair,
    encode_restart,
    encode_tier,
)
from simtrain.compiled.people import hours_of_people
from simtrain.compiled.planned import lay_out_planned
from simtrain.compiled.replay import LogOfSource, lay_out_logs
from simtrain.compiled.rounds import AMOUNTS
from simtrain.compiled.routines import from_python
from simtrain.compiled.schedules import lay_out_schedules
from simtrain.compiled.trial import run
from simtrain.compiled.trial_memory import TrialMemory, word
from simtrain.distributions import Gamma
from simtrain.engine.capacity import LOSS
from simtrain.engine.hosts_at_start import ages_at_start
from simtrain.engine.trial import Simulator
from simtrain.faults.frailty import Frailty
from simtrain.model import streams
from simtrain.model.on_call import seconds_of_day
from simtrain.model.saving import SaveCycle
from simtrain.model.weather import law_of_durations, law_of_hazards
from simtrain.scenario.recovery import WAIT

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from simtrain.accounts.timeline import Sink
    from simtrain.model.parameters import FaultParameters, Parameters
    from simtrain.model.replay import Log
    from simtrain.model.weather import WeatherParameters
    from simtrain.scenario.scenario import Scenario

_VERDICTS = tuple(Verdict)
_run = from_python(run)
_PARTIALS = 64
"""Floats that an exact sum comes to at the most, and some more."""


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
        self.memory = TrialMemory(scenario, self.simulator, _CAPACITY)
        self._regimes: list[tuple[int, ...]] = []
        self._weathers: dict[WeatherParameters, int] = {}
        self._days = 0
        self._tiers_n = len(list(scenario.checkpoint.tiers()))
        self.memory.state["tiers_n"] = self._tiers_n
        self._is_laid_out = False

    # --- trials ----------------------------------------------------------------------------------

    def run(self, trial: int, sink: Sink) -> Ending:
        """Simulate trial number `trial` and report it to `sink`."""
        ending = self.tell(trial)
        pass_on(self.calls, self.segments, self.memory.names, sink, cache(self.cycle))
        kind = EventKind.TRUNCATED if ending.truncated else EventKind.FINISH
        sink.happened(ending.wall_clock_s, kind, "")
        sink.close(ending.wall_clock_s)
        return ending

    def tell(self, trial: int) -> Ending:
        """Simulate trial number `trial`; its calls and segments can be read until the next one."""
        state = self.memory.state
        self._begin(trial)
        while True:
            _run(self.memory.address, trial)
            short = int(state["short"])
            if not short:
                break
            self._provide(short)
        self.calls = self.memory.tables["calls"][: int(state["calls_n"])]
        self.segments = self.memory.tables["segments"][: int(state["segments_n"])]
        verdict = _VERDICTS[int(state["verdict"])]
        work = self.memory.tables["regime_table"]["work"][int(state["regime"])]
        return Ending(float(state["now"]), verdict, float(work))

    @property
    def differs(self) -> bool:
        """Whether a trial needs other numbers laid out than the one before."""
        return self.memory.is_uncertain or self.scenario.underway is not None

    def _begin(self, trial: int) -> None:
        """Take the numbers of a trial, as far as they are not those of the one before."""
        numbers = self.simulator.numbers
        numbers.begin(self._seed, trial)
        if not self._is_laid_out or self.memory.is_uncertain:
            self.memory.trial_number = trial
            self._regimes = self._regimes or self._regimes_in_turn()
            self._lay_out()
            self._is_laid_out = True
        lay_out_hidden(self.memory, trial)

    def _regimes_in_turn(self) -> list[tuple[int, ...]]:
        """Parameters after no change, after the first, after the first two and so on."""
        return [tuple(range(n)) for n in range(len(self.scenario.change) + 1)]

    def _provide(self, short: int) -> None:
        """Provide more of what a trial was short of."""
        if short == layout.SHORT_OF_REGIMES:
            made = int(self.memory.state["changes_made"])
            wanted = tuple(self.memory.tables["changes"][:made].tolist())
            self._regimes += [
                wanted[:n] for n in range(1, made + 1) if wanted[:n] not in self._regimes
            ]
        else:
            self.memory.capacity[short] = self.memory.capacity.get(short, 64) * 2
        self._lay_out()

    # --- laying out ------------------------------------------------------------------------------

    def _lay_out(self) -> None:
        """Lay out all that holds in the trial."""
        self.memory.begin_layout()
        scenario, state = self.scenario, self.memory.state
        start = self.simulator.numbers.parameters_after(())
        numbers = self.simulator.numbers
        regimes = [numbers.parameters_after(changes) for changes in self._regimes]
        if not all(map(numbers.hold_in_all_trials, self._regimes)):
            self.memory.is_uncertain = True
        state["seed"] = np.uint64(self._seed).astype(np.int64)
        state["events"] = scenario.limits.faults
        self._lay_out_weathers(regimes)
        if not self.memory.origins:
            self._lay_out_streams()
        self._lay_out_regimes(regimes)
        self._lay_out_hosts(regimes)
        lay_out_capacity(self.memory)
        self._lay_out_people(regimes)
        self._lay_out_sources(start)
        self._lay_out_checks(start)
        end = lay_out_planned(self.memory, start, self._weathers)
        lay_out_schedules(self.memory, end)
        if self.memory.is_new("rest", ()):
            self._lay_out_rest()

    def _lay_out_weathers(self, regimes: Sequence[Parameters]) -> None:
        state = self.memory.state
        found: dict[WeatherParameters, int] = {}
        for parameters in regimes:
            for fault in parameters.faults.values():
                if fault.weather is not None:
                    found.setdefault(fault.weather, len(found))
        of_faults = len(found)
        for parameters in regimes:
            if parameters.repair.weather is not None:
                found.setdefault(parameters.repair.weather, len(found))
        table = self.memory.table("weathers", layout.WEATHER, len(found))
        for weather, number in found.items():
            record = table[number]
            record["every_s"], record["begun_s"] = weather.every_s, weather.begun_s
            record["stream"] = word(streams.WEATHER.name.format(weather.name))
            record["of_faults"] = number < of_faults
            record["hazards"] = encode(law_of_hazards(weather.cv), self.memory.held)
            record["durations"] = encode(law_of_durations(weather.cv), self.memory.held)
        if found != self._weathers:  # parts are written with the numbers of their weathers
            self.memory.write_all_anew()
        self._weathers = found
        state["weathers_n"] = len(found)
        of_repair = regimes[0].repair.weather
        state["repair_weather"] = -1 if of_repair is None else found[of_repair]

    def _lay_out_streams(self) -> None:
        scenario, state = self.scenario, self.memory.state
        classes = list(scenario.fault)
        for of_class in (
            streams.FAULT, streams.RELAPSE, streams.FAULT_OF_SPARE, streams.FAULT_OF_HOST,
            streams.FAULT_OF_SPARE_UNIT,
        ):  # fmt: skip
            for name in classes:
                self.memory.origin(of_class, name)
        for of_class in (streams.ONSET, streams.ONSET_AGAIN) if scenario.underway else ():
            for name in classes:
                self.memory.origin(of_class, name)
        for name in (*scenario.stop, *scenario.schedule):
            self.memory.origin(streams.STOP, name)
        state["origin_start"] = self.memory.origin(streams.START)
        state["origin_changes"] = self.memory.origin(streams.CHANGES)
        state["origin_hangs"] = self.memory.origin(streams.SAVE_HANGS)
        suffixes = [f": tier {tier}" if tier else "" for tier in range(self._tiers_n)]
        of_tiers = [self.memory.origin(streams.SAVE_STOPS, suffix) for suffix in suffixes]
        tiers = self.memory.table("tiers", layout.COPIES, self._tiers_n)
        for number, suffix in enumerate(suffixes):
            tiers[number]["origin_stops"] = of_tiers[number]
            tiers[number]["stream_fails"] = word(streams.SAVE_FAILS.name.format(suffix))
            tiers[number]["stream_corrupt"] = word(streams.COPY_IS_CORRUPT.name.format(suffix))
        state["origin_queue"] = self.memory.origin(streams.QUEUE)
        state["origin_capacity"] = self.memory.origin(streams.CAPACITY)
        state["origin_corrupt"] = self.memory.origin(streams.CORRUPT_COPY)
        checks = list(scenario.check)
        table = self.memory.table("streams", layout.STREAM, len(self.memory.origins))
        of_checks = self.memory.table(
            "numbers_of_checks", np.int64, len(self.memory.origins) * len(checks)
        )
        for number, origin in enumerate(self.memory.origins):
            record = table[number]
            record["id"] = word(origin)
            for field, of in (
                ("launch", streams.LAUNCH), ("reach", streams.REACH),
                ("burst", streams.FAULT_IN_BURST), ("returns", streams.RETURNS),
                ("slow", streams.SLOW), ("further", streams.FURTHER_TRY),
                ("reconfigured", streams.RECONFIGURATION),
            ):  # fmt: skip
                record[field] = word(of.name.format(origin))
            record["checks"] = number * len(checks)
            for place, check in enumerate(checks):
                name = streams.FOUND_BY_CHECK.name.format(f"{check}: {origin}")
                of_checks[number * len(checks) + place] = word(name)
        first = 3 * len(classes)
        for number, name in enumerate(classes):
            record = table[first + number]
            record["first_life"] = word(streams.FIRST_LIFE.name.format(name))
            record["later_life"] = word(streams.LATER_LIFE.name.format(name))
        state["stream_repair"] = word(streams.REPAIR.name)
        state["stream_swap"] = word(streams.SWAP_IN.name)
        state["stream_found"] = word(streams.FOUND.name)
        state["stream_hosts"] = word(streams.HOST.name)
        state["stream_rejoining"] = word(streams.REJOINING.name)
        state["stream_block"] = word(streams.BLOCK.name)

    def _lay_out_regimes(self, regimes: Sequence[Parameters]) -> None:
        state, scenario, memory = self.memory.state, self.scenario, self.memory
        classes = list(scenario.fault)
        special = "hang_class", "failure_class", "capacity_class", "latent_class"
        # Corrupt copies of all tiers come last: that of the first tier stands for them all.
        stride = len(classes) + len(special) - 1 + self._tiers_n
        state["classes"], state["plain_classes"] = stride, len(classes)
        for place, name in enumerate(special):
            state[name] = len(classes) + place
        table = self.memory.table("regime_table", layout.REGIME, len(regimes))
        self.memory.table("class_table", FAULT, stride * len(regimes))
        self.memory.table("tier_table", TIER, len(regimes) * self._tiers_n)
        self._lay_out_saves(regimes)
        waits = lay_out_allocations(self.memory, regimes)
        for number, parameters in enumerate(regimes):
            allocation = encode_allocation(parameters.allocation, memory.held, waits[number])
            table[number]["allocation"] = allocation
            if memory.has("regime_table", number, parameters):
                continue
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
            for field, part, encoded in (
                ("cluster", parameters.cluster, encode_cluster),
                ("restart", parameters.restart, encode_restart),
                ("diagnosis", parameters.diagnosis, encode_diagnosis),
                ("repair", parameters.repair, partial(encode_repair, weathers=self._weathers)),
            ):
                memory.write("regime_table", number, part, encoded, field)
            if scenario.recovery.policy != WAIT:
                recovery = parameters.recovery
                memory.write("regime_table", number, recovery, encode_recovery, "recovery")
            first = number * stride
            for place, name in enumerate(classes):
                self._write_fault(first + place, parameters.faults[name], memory.rank(name))
            hang, failure = checkpoint.hang, checkpoint.failure
            latent = [tier.latent or failure for tier in checkpoint.tiers]
            for place, fault in enumerate((hang, failure, LOSS, *latent)):
                self._write_fault(first + len(classes) + place, fault, 0)
            for place, tier in enumerate(checkpoint.tiers):
                latent_as = partial(encode_tier, latent=int(state["latent_class"]) + place)
                memory.write("tier_table", number * self._tiers_n + place, tier, latent_as)
            memory.note("regime_table", number, parameters)
        if memory.is_new("changes", tuple(self._regimes)):
            self._lay_out_changes(regimes)

    def _write_fault(self, number: int, fault: FaultParameters, rank: int) -> None:
        if self.memory.has("class_table", number, fault):
            return
        cause = self.memory.name(fault.name)
        encoded = partial(encode_fault, cause=cause, rank=rank, weathers=self._weathers)
        self.memory.write("class_table", number, fault, encoded)

    def _lay_out_changes(self, regimes: Sequence[Parameters]) -> None:
        """Lay out which change leads where, and what is the same after all of them."""
        state, scenario = self.memory.state, self.scenario
        changes = len(scenario.change)
        state["changes_n"] = changes
        following = self.memory.table("next_regime", np.int64, len(regimes) * changes)
        following[:] = -1
        for number, done in enumerate(self._regimes):
            for change in range(changes):
                if (*done, change) in self._regimes:
                    following[number * changes + change] = self._regimes.index((*done, change))
        self.memory.table("changes", np.int64, changes + 1)
        for field, name in (
            ("cause_start", causes.START), ("cause_changes", causes.CHANGES),
            ("cause_checkpoints", causes.CHECKPOINTS), ("cause_speed", causes.SPEED),
            ("cause_warm_up", causes.WARM_UP), ("cause_background", causes.BACKGROUND_WRITE),
            ("cause_corrupt", causes.CORRUPT_COPIES), ("cause_allocation", causes.ALLOCATION),
            ("cause_capacity", causes.CAPACITY),
        ):  # fmt: skip
            state[field] = self.memory.name(name)
        for place, tier in enumerate(regimes[0].checkpoint.tiers):
            self.memory.tables["tiers"][place]["name"] = (
                self.memory.name(tier.name) if tier.name else -1
            )
        if changes:
            first_name = self.memory.name("change 0")
            for change in range(1, changes):
                assert self.memory.name(f"change {change}") == first_name + change
            state["first_change_name"] = first_name
        state["holds_copies"] = any(
            tier.survives is not None for tier in regimes[0].checkpoint.tiers
        )
        state["any_slow"] = any(fault.effect.slows for fault in regimes[0].faults.values())
        state["on_calendar"] = any(fault.on_calendar for fault in regimes[0].faults.values())

    def _lay_out_saves(self, regimes: Sequence[Parameters]) -> None:
        """Lay out the rounds of saves, and room for what a trial makes of them."""
        rounds = [parameters.checkpoint for parameters in regimes]
        if not self.memory.is_new("saves", (), rounds):
            return
        state, table = self.memory.state, self.memory.tables["regime_table"]
        saves = self.memory.table("save_table", layout.SAVE, sum(len(one.saves) for one in rounds))
        first = 0
        for number, checkpoint in enumerate(rounds):
            table[number]["saves"], table[number]["saves_n"] = first, len(checkpoint.saves)
            for one, to_last in zip(checkpoint.saves, checkpoint.saves_to_last, strict=True):
                saves[first] = one.stall, one.lag, to_last.stall, to_last.lag
                first += 1
        longest = max(len(one.saves) for one in rounds)
        cap = self.memory.capacity[layout.SHORT_OF_ROUNDS] if longest > 1 else 1
        state["rounds_cap"] = cap
        self.memory.table("rounds", layout.ROUND, cap)
        self.memory.table("round_first", np.int64, cap + 1)[0] = 0
        for name in ("round_stall", "round_every", "round_write"):
            self.memory.table(name, np.float64, cap * longest)
        self.memory.table("round_sums", np.float64, AMOUNTS * 2 * cap * (longest + 1))
        self.memory.table("partials", np.float64, _PARTIALS)

    def cycle(self, number: int) -> SaveCycle:
        """Saves that differ in a segment of the last trial, by the number of their round."""
        one = self.memory.tables["rounds"][number]
        first, after = self.memory.tables["round_first"][number : number + 2]
        stall, every, write = (
            self.memory.tables[name][first:after].tolist()
            for name in ("round_stall", "round_every", "round_write")
        )
        slowdown = self.memory.tables["regime_table"]["write_slowdown"][one["regime"]]
        return SaveCycle(stall, every, write, float(one["speed"]), float(slowdown))

    def _lay_out_hosts(self, regimes: Sequence[Parameters]) -> None:
        state, scenario = self.memory.state, self.scenario
        most = max(one.cluster.hosts + one.cluster.spares for one in regimes)
        most = max(most, regimes[0].cluster.slots.count)
        cap = most + self.memory.capacity[layout.SHORT_OF_HOSTS]
        state["hosts_cap"] = cap
        self.memory.table("hosts", layout.HOST, cap)
        self.memory.table("vacant", np.int64, cap)
        self.memory.table("free", np.int64, cap)
        self.memory.table("answers", np.int64, cap)
        lay_out_domains(self.memory, regimes[0].cluster)
        lay_out_groups(self.memory, regimes[0].recovery)
        settle, cluster = self.memory.settle, scenario.cluster
        variance = settle("cluster.frailty", cluster.frailty).mean
        state["has_frailty"] = cluster.lemons is not None or variance != 0
        state["frail"] = variance > 0
        state["lemon_fraction"] = state["lemon_factor"] = 0.0
        state["frailty_law"] = NO_LAW
        if variance > 0:
            state["frailty_law"] = encode(Gamma(1 / variance, variance), self.memory.held)
        if cluster.lemons is not None:
            lemons = cluster.lemons
            state["lemon_fraction"] = settle("cluster.lemons.fraction", lemons.fraction).mean
            state["lemon_factor"] = settle("cluster.lemons.factor", lemons.factor).mean
        self.memory.table("frailty", np.float64, cap)

    def _lay_out_people(self, regimes: Sequence[Parameters]) -> None:
        state, people, start = self.memory.state, self.scenario.people, self.scenario.start
        watches = len(people.when)
        state["watches_n"] = watches
        laws = self.memory.table("response_table", LAW, len(regimes) * (watches + 1))
        for number, parameters in enumerate(regimes):
            for row, law in enumerate(parameters.responses):
                laws[number * (watches + 1) + row] = encode(law, self.memory.held)
        state["by_hour"] = bool(watches) or people.staffed is not None
        if not state["by_hour"]:
            return
        days = self.memory.capacity[layout.SHORT_OF_DAYS]
        state["days_cap"] = days
        rows = self.memory.table("days", np.int64, days * 24)
        openings = self.memory.table("openings", np.int64, days * 24)
        if self._days == days:
            return
        self._days = days
        state["since_midnight"] = seconds_of_day(start) if start else 0.0
        staffed = people.staffed
        state["opens"] = float(staffed.hours[0]) if staffed is not None else 0.0
        rows[: days * 24], openings[: days * 24] = hours_of_people(people, start, days)

    def _lay_out_sources(self, start: Parameters) -> None:
        state, cluster = self.memory.state, start.cluster
        has_frailty, cap = bool(state["has_frailty"]), int(state["hosts_cap"])
        faults = [
            (one.scope, one.effect, one.on_calendar, one.takes_all, one.law is None)
            for one in start.faults.values()
        ]
        blocks = [one.log.block for one in start.faults.values() if one.log is not None]
        key = cluster.hosts, cluster.spares, cluster.spares_within, has_frailty, faults, blocks
        if self.memory.is_new("sources", key):
            self._has_lives = self._lay_out_new_sources(start)
        self._lay_out_ages(start, self._has_lives, cap)

    def _lay_out_new_sources(self, start: Parameters) -> bool:
        """Lay out all sources; whether there are some with a life of each host."""
        state = self.memory.state
        members, cluster = start.cluster.hosts, start.cluster
        slots = cluster.slots
        number_of = {name: place for place, name in enumerate(start.faults)}
        classes = len(number_of)
        has_frailty = bool(state["has_frailty"])
        logs: list[Log] = []
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
            if fault.log is not None:
                of_log = {"clock": layout.CALENDAR_JOB, "kind": layout.REPLAY}
                logs.append(fault.log)
                together.append({**source, **of_log})
            elif fault.effect.after_grace:
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
        table = self.memory.table("sources", layout.SOURCE, len(every))
        of_host = self.memory.table("source_of", np.int64, len(per_host))
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
        replayed = [n for n, source in enumerate(every) if source["kind"] == layout.REPLAY]
        of_sources = list(map(LogOfSource, replayed, logs))
        lay_out_logs(self.memory, of_sources, members + cluster.spares)
        state["sources_n"], state["fixed_sources"] = len(every), len(fixed)
        state["slots"] = len(every)
        state["relapse_slots"] = len(every) + len(per_host) * (cap + 1)
        self.memory.table("stamps", np.int64, int(state["relapse_slots"]) + cap)
        clocks = self.memory.table("clocks", layout.CLOCK, layout.CLOCKS)
        entries = 2 * len(every) + 4 * cap * (1 + len(per_host)) + 256
        entries = max(entries, self.memory.capacity[layout.SHORT_OF_ENTRIES])
        for number in range(layout.CLOCKS):
            heap = self.memory.plain(f"entries {number}", layout.ENTRY, entries)
            clocks[number]["entries"], clocks[number]["cap"] = heap.ctypes.data, entries
        kept = self.memory.table("ages_kept", np.int64, 2)
        kept[:] = 0
        for source in per_host:
            kept[1 if source["clock"] == layout.CALENDAR_HOSTS else 0] = 1
        return bool(per_host)

    def _lay_out_ages(self, start: Parameters, has_ages: bool, cap: int) -> None:
        state = self.memory.state
        state["has_ages"] = has_ages
        self.memory.table("ages", layout.AGE, 2 * cap if has_ages else 1)
        ages_of_hosts = self.memory.table("ages_at_start", np.float64, cap)
        ages_of_hosts[:] = 0.0
        state["ages_alike"] = True
        age, underway = self.scenario.cluster.age, start.underway
        are_new = age == "new" and (underway is None or underway.aged is None)
        if not has_ages or age is None or are_new:
            return
        simulator, cluster = self.simulator, self.scenario.cluster
        draws = simulator.begin_draws(self.memory.trial_number)
        frailty = None
        if state["has_frailty"]:
            hosts = start.cluster.hosts + start.cluster.spares
            variance = self.memory.settle("cluster.frailty", cluster.frailty).mean
            lemons = float(state["lemon_fraction"]), float(state["lemon_factor"])
            frailty = Frailty(draws, hosts, *lemons, variance)
        ages = ages_at_start(cluster, self.memory.settle, start, frailty, draws)
        there = start.cluster.hosts + start.cluster.spares
        ages_of_hosts[:there] = ages
        if not isinstance(ages, float):
            state["ages_alike"] = False
            self.memory.is_uncertain = True

    def _table_of_lives(self, place: int, cap: int) -> NDArray[Any]:
        return self.memory.plain(f"lives {place}", layout.PER_HOST_LIFE, cap)

    def _lay_out_checks(self, start: Parameters) -> None:
        state = self.memory.state
        checks, scenario = start.checks, self.scenario
        regimes = [self.simulator.numbers.parameters_after(done) for done in self._regimes]
        numbers = {name: place for place, name in enumerate(scenario.fault)}
        numbers[causes.CORRUPT_COPIES] = int(state["latent_class"])
        state["checks_n"] = len(checks)
        table = self.memory.table("check_table", CHECK, len(regimes) * len(checks))
        for number, parameters in enumerate(regimes):
            for place, check in enumerate(parameters.checks):
                table[number * len(checks) + place] = encode_check(check, self.memory.held, numbers)
        made = self.memory.table("checks", layout.CHECKED, len(checks))
        names = self.memory.table("check_causes", np.int64, len(checks))
        cap = 64 * self.memory.capacity[layout.SHORT_OF_HOLDS]
        for place, check in enumerate(checks):
            made[place]["stream"] = word(streams.CHECK.name.format(check.name))
            passed = self.memory.plain(f"passed {place}", np.float64, cap)
            made[place]["passed"], made[place]["passed_cap"] = passed.ctypes.data, cap
            names[place] = self.memory.name(check.name)

    def _lay_out_rest(self) -> None:
        state, capacity = self.memory.state, self.memory.capacity
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
            ("looks", layout.LOOK, layout.SHORT_OF_LOOKS),
        ):
            table = self.memory.table(name, dtype, capacity[short])
            state[f"{name}_cap"] = len(table)
        state["batches_cap"] = capacity[layout.SHORT_OF_BATCHES]
        batches = self.memory.table("batches", layout.BATCH, self._tiers_n * state["batches_cap"])
        for tier in range(self._tiers_n):
            place = tier * int(state["batches_cap"]) * layout.BATCH.itemsize
            self.memory.tables["tiers"][tier]["batches"] = batches.ctypes.data + place
        # Lists that are made and thrown away in one go are not watched: they have room behind.
        room = 8 * (int(state["hosts_cap"]) + capacity[layout.SHORT_OF_LATENT])
        table = self.memory.table("numbers", np.int64, capacity[layout.SHORT_OF_NUMBERS] + room)
        state["numbers_cap"] = len(table) - room
        self.memory.table("latents", np.int64, capacity[layout.SHORT_OF_LATENT])
        table = self.memory.table("lasting", np.int64, capacity[layout.SHORT_OF_HOLDS])
        self.memory.table("lasting_until", np.float64, len(table))
        state["lasting_cap"] = len(table)
        self.memory.table("earlier", np.int64, 3 * capacity[layout.SHORT_OF_HOLDS])
        table = self.memory.table("suspects", np.int64, 2 * capacity[layout.SHORT_OF_HOLDS])
        state["suspects_cap"] = len(table) // 2
        table = self.memory.table("corrupt_found", np.int64, capacity[layout.SHORT_OF_BATCHES])
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
    layout.SHORT_OF_SPELLS: 64,
    layout.SHORT_OF_LOOKS: 64,
}
