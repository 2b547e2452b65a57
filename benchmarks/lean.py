"""The least that a fault can cost on SimPy in plain Python: as many events, draws and bookings.

What the OPT-like job makes per fault (9.5 events, 7.4 rows of draws, 5.3 lognormal durations, 6
phases, 9 moments, 3.6 changes of where hosts are, 0.7 rollbacks) is made here in straight lines:
no rules that change, no causes, no timeline, no ageing, no stops, and nothing else can happen.
"""

from __future__ import annotations

import math
import time
from collections import defaultdict
from collections.abc import Generator
from statistics import NormalDist
from typing import Any

from simpy import Environment, Event
from simpy.events import NORMAL, URGENT

from simtrain.engine.timer import Timer
from simtrain.model import streams
from simtrain.model.draws import Draws

HOSTS, SPARES = 124, 4
INTERVAL_S, STALL_S, SPEED, RATE = 1800.0, 300.0, 0.93, 2.3 / 86400
DETECTION_S, LOAD_S = 300.0, 600.0

JOB, IDLE, REPAIR = range(3)
SAVE, DETECTION, RESPONSE, DIAGNOSIS, HOST_WAIT, RESTART, LOAD, LOST = range(8)
FAULT, INTERRUPTION, ROLLBACK, CALLED, CORDON, SWAP_IN, LAUNCH, FAILED, MANUAL, RETURN = range(10)

_probit = NormalDist().inv_cdf


def lognormal(median: float, sigma: float, u: float) -> float:
    """Duration in seconds."""
    return median * math.exp(sigma * _probit(u))


class LeanJob:
    """A job that is struck by some faults, one after the other."""

    def __init__(self, faults: int):
        self.env = Environment()
        draws = Draws()
        draws.begin(0, 0)
        self._faults = draws.stream(streams.FAULT, "gpu")
        self._launches = draws.stream(streams.LAUNCH, "gpu")
        self._repairs = draws.stream(streams.REPAIR)
        self._swaps = draws.stream(streams.SWAP_IN)
        self._saves = draws.stream(streams.SAVE_FAILS)
        self.spent = [0.0] * 8
        self.badput: defaultdict[str, float] = defaultdict(float)
        self.counts = [0] * 10
        self.host_s = [0.0] * 3
        self._census = [HOSTS, SPARES, 0]
        self._census_taken = 0.0
        self._visits: defaultdict[int, int] = defaultdict(int)
        self._vacant: list[int] = []
        self._idle = list(range(HOSTS, HOSTS + SPARES))
        self.finished = Event(self.env)
        life = self._life(faults)
        self._timer = Timer(self.env, life.send, NORMAL)
        next(life)

    def _move(self, source: int, target: int) -> None:
        now = self.env.now
        seconds = now - self._census_taken
        if seconds:
            job, idle, repair = self._census
            host_s = self.host_s
            host_s[JOB] += job * seconds
            host_s[IDLE] += idle * seconds
            host_s[REPAIR] += repair * seconds
            self._census_taken = now
        self._census[source] -= 1
        self._census[target] += 1

    def _cordon(self, host: int) -> None:
        self.counts[CORDON] += 1
        self._vacant.append(host)
        self._move(JOB, REPAIR)
        visit = self._visit(host)
        next(visit)
        visit.send(Timer(self.env, visit.send, URGENT))

    def _visit(self, host: int) -> Generator[None, Timer, None]:
        timer = yield
        while True:
            self._visits[host] += 1
            block, at = self._repairs.row(host, self._visits[host])
            timer.set(lognormal(43200.0, 0.86, block[at]))
            yield
            if block[at + 1] >= 0.5:
                break
        self.counts[RETURN] += 1
        self._idle.append(host)
        self._move(REPAIR, IDLE)
        yield

    def _life(self, faults: int) -> Generator[None, Any, None]:
        spent, badput, counts = self.spent, self.badput, self.counts
        pieces: list[tuple[float, float, float]] = []
        at_risk = work = 0.0
        for number in range(faults):
            block, at = self._faults.row(number)
            strike = at_risk - math.log1p(-block[at]) / RATE
            next_strike = strike - math.log1p(-block[at + 1]) / RATE

            seconds = strike - at_risk
            self._timer.set(seconds)
            yield
            at_risk = strike
            saves = max(0, math.ceil((seconds - INTERVAL_S) / (INTERVAL_S + STALL_S)))
            done = SPEED * (seconds - saves * STALL_S)
            pieces.append((work, work + done, done))
            spent[SAVE] += saves * STALL_S
            badput["checkpoints"] += saves * STALL_S
            badput["speed"] += seconds - saves * STALL_S - done
            counts[FAULT] += 1
            counts[INTERRUPTION] += 1
            copies, first = self._saves.row(number)
            kept = work + max(0, saves - (copies[first] < 0.02)) * INTERVAL_S * SPEED
            start, end, done = pieces.pop()
            left = done * (kept - start) / (end - start)
            pieces.append((start, kept, left))
            spent[LOST] += done - left
            badput["gpu"] += done - left
            counts[ROLLBACK] += 1
            work = kept

            for state, seconds in (
                (DETECTION, DETECTION_S),
                (RESPONSE, lognormal(400.0, 1.2, block[at + 2])),
                (DIAGNOSIS, lognormal(1100.0, 0.8, block[at + 3])),
            ):
                self._timer.set(seconds)
                yield
                spent[state] += seconds
                badput["gpu"] += seconds
            counts[CALLED] += 1
            host = int(block[at + 5] * HOSTS)
            if block[at + 6] < 0.9:
                self._cordon(host)
            if block[at + 7] < 0.26:
                self._cordon((host + 1) % HOSTS)
            if self._vacant and self._idle:
                swaps, first = self._swaps.row(self._idle[0], number & 3)
                seconds = lognormal(300.0, 0.5, swaps[first])
                self._timer.set(seconds)
                yield
                spent[HOST_WAIT] += seconds
                badput["gpu"] += seconds
                while self._vacant and self._idle:
                    self._vacant.pop()
                    self._idle.pop(0)
                    counts[SWAP_IN] += 1
                    self._move(IDLE, JOB)

            failed, attempt = True, 0
            while failed:
                launch, first = self._launches.row(number, attempt)
                attempt += 1
                counts[LAUNCH] += 1
                failed = launch[first + 1] < 0.3
                for state, seconds in (
                    (RESTART, lognormal(2100.0, 0.47, launch[first])),
                    (LOAD, LOAD_S),
                ):
                    seconds = min(seconds, next_strike - at_risk)
                    self._timer.set(seconds)
                    yield
                    at_risk += seconds
                    spent[state] += seconds
                    badput["gpu"] += seconds
                    if failed:
                        break
                counts[FAILED] += failed
            counts[MANUAL] += 1
        self.finished.succeed()
        yield


def seconds_per_lean_fault(faults: int = 150, jobs: int = 20) -> float:
    """Time of a fault of some lean jobs, set-up included."""
    start = time.perf_counter()
    for _ in range(jobs):
        job = LeanJob(faults)
        job.env.run(until=job.finished)
    return (time.perf_counter() - start) / (faults * jobs)
