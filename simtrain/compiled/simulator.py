"""Trials of a scenario by compiled code."""

from __future__ import annotations

from functools import cache, partial
from typing import TYPE_CHECKING

import numpy as np

from simtrain.accounts.timeline import Ending, EventKind, Verdict
from simtrain.compiled import layout
from simtrain.compiled.calls import pass_on
from simtrain.compiled.capacity import lay_out_capacity
from simtrain.compiled.checks import lay_out_checks
from simtrain.compiled.hidden import lay_out_hidden
from simtrain.compiled.hosts_at_start import ages_vary, lay_out_ages, lay_out_hosts
from simtrain.compiled.people import lay_out_people
from simtrain.compiled.planned import lay_out_planned
from simtrain.compiled.regimes import lay_out_regimes
from simtrain.compiled.room import CAPACITY, lay_out_room
from simtrain.compiled.rounds import cycle_of, lay_out_rounds
from simtrain.compiled.routines import from_python
from simtrain.compiled.schedules import lay_out_schedules
from simtrain.compiled.settling import FollowedNumbers, Settling, write_settled
from simtrain.compiled.sources_at_start import lay_out_sources
from simtrain.compiled.streams import lay_out_streams
from simtrain.compiled.trial import run
from simtrain.compiled.trial_memory import TrialMemory
from simtrain.compiled.unknown import NotFollowedError, Tape
from simtrain.compiled.weathers import lay_out_weathers
from simtrain.engine.numbers import NumbersOfTrial
from simtrain.engine.trial import Simulator

if TYPE_CHECKING:
    from collections.abc import Callable

    from simtrain.accounts.timeline import Sink
    from simtrain.compiled.settling import Settled, Wholes
    from simtrain.engine.numbers import Changes
    from simtrain.scenario.scenario import Scenario

    LayOut = Callable[[TrialMemory], None]

_VERDICTS = tuple(Verdict)
_run = from_python(run)
_ONE = np.zeros(1, np.int64)


class CompiledSimulator:
    """Runs trials of one scenario by compiled code.

    The trials are those of `simtrain.engine.trial.Simulator` with the same scenario and seed.

    A trial is laid out in memory, with all numbers that hold in it. Other trials have most of these
    in common: as long as the lay-out holds for them, only what follows from numbers that are not
    known is written anew.

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
        self.memory = TrialMemory(scenario, self.simulator, CAPACITY)
        state = self.memory.state
        state["tiers_n"] = len(list(scenario.checkpoint.tiers()))
        state["seed"] = np.uint64(seed).astype(np.int64)
        state["events"] = scenario.limits.faults
        self._regimes: list[Changes] = [tuple(range(n)) for n in range(len(scenario.change) + 1)]
        self._further: list[LayOut] = []
        self._followed, self._follows = FollowedNumbers(scenario), True
        self._settling: Settling | None = None
        self._draws_in_python = scenario.underway is not None or ages_vary(scenario)

    def run(self, trial: int, sink: Sink) -> Ending:
        """Simulate trial number `trial` and report it to `sink`."""
        ending = self.tell(trial)
        cycle = cache(partial(cycle_of, self.memory))
        pass_on(self.calls, self.segments, self.memory.names, sink, cycle)
        kind = EventKind.TRUNCATED if ending.truncated else EventKind.FINISH
        sink.happened(ending.wall_clock_s, kind, "")
        sink.close(ending.wall_clock_s)
        return ending

    def tell(self, trial: int) -> Ending:
        """Simulate trial number `trial`; its calls and segments can be read until the next one."""
        state = self.memory.state
        while True:
            settled = self.settled(np.array([trial]), _ONE)
            write_settled(
                settled.addresses.ctypes.data, settled.values.ctypes.data, len(settled.addresses)
            )
            _run(self.memory.address, trial)
            if not state["short"]:
                break
            self.provide()
        self.calls = self.memory.tables["calls"][: int(state["calls_n"])]
        self.segments = self.memory.tables["segments"][: int(state["segments_n"])]
        verdict = _VERDICTS[int(state["verdict"])]
        work = self.memory.tables["regime_table"]["work"][int(state["regime"])]
        return Ending(float(state["now"]), verdict, float(work))

    def settled(self, trials: Wholes, places: Wholes) -> Settled:
        """Lay out a trial, and settle the numbers of others for which that holds.

        Parameters
        ----------
        trials
            Numbers of trials.
        places
            Which of them are to be told: at least the first of these is settled.
        """
        if self._draws_in_python:
            places = places[:1]
        first = int(trials[places[0]])
        found = None if self._settling is None else self._settling.settled(trials, places)
        is_new = found is None or not len(found.places) or found.places[0] != places[0]
        if found is None or is_new:
            self._settling = None
            self._settling = self._laid_out(first)
            found = self._settling.settled(trials, places)
        if is_new or self._draws_in_python:
            self._draw_in_python(first)
        return found

    def provide(self) -> None:
        """Provide more of what the last trial was short of."""
        memory, short = self.memory, int(self.memory.state["short"])
        if short == layout.SHORT_OF_REGIMES:
            made = int(memory.state["changes_made"])
            wanted = tuple(memory.tables["changes"][:made].tolist())
            came = [wanted[:n] for n in range(1, made + 1)]
            self._regimes += [changes for changes in came if changes not in self._regimes]
        else:
            memory.capacity[short] = memory.capacity.get(short, 64) * 2
        self._settling = None

    def lay_out_further(self, lay_out: LayOut) -> None:
        """Let something else be laid out as well, from now on."""
        self._further.append(lay_out)
        self._settling = None

    def _laid_out(self, trial: int) -> Settling:
        """Lay out a trial, and note for which others that holds."""
        if self._follows:
            try:
                self._lay_out(self._followed, trial)
            except NotFollowedError:
                self._follows = False
            else:
                return Settling(self._followed.tape, self.memory.written, self._seed)
        self._lay_out(NumbersOfTrial(self.scenario), trial)
        return Settling(Tape(), {}, self._seed, only=trial)

    def _lay_out(self, numbers: NumbersOfTrial, trial: int) -> None:
        """Lay out all that holds in a trial, with its numbers."""
        memory = self.memory
        numbers.begin(self._seed, trial)
        memory.begin_layout(numbers, trial)
        regimes = {changes: numbers.parameters_after(changes) for changes in self._regimes}
        start, each = regimes[()], list(regimes.values())
        weathers = lay_out_weathers(memory, each)
        lay_out_streams(memory)
        lay_out_regimes(memory, regimes, weathers)
        lay_out_rounds(memory, each)
        lay_out_hosts(memory, each)
        lay_out_capacity(memory)
        lay_out_people(memory, each)
        lay_out_sources(memory, start)
        lay_out_checks(memory, each)
        end = lay_out_planned(memory, start, weathers)
        lay_out_schedules(memory, end)
        lay_out_room(memory)
        for lay_out in self._further:
            lay_out(memory)

    def _draw_in_python(self, trial: int) -> None:
        """Lay out what is drawn for a trial in Python."""
        self.simulator.numbers.begin(self._seed, trial)
        lay_out_ages(self.memory, trial)
        lay_out_hidden(self.memory, trial)
