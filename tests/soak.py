"""Both engines on scenarios and seeds without end, until the first difference.

Prints the scenario, its seed and its trials, and the one command that tells them once more (what
an engine keeps from one trial to the next may be what is wrong)::

    python -m tests.soak --minutes 60
    python -m tests.soak difference.toml --seed 5 --trials 0 3

What is drawn follows from `--start`, which is the time if it is not given, and is printed.
"""

from __future__ import annotations

import argparse
import time
from collections import Counter
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

import tomli_w
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

from simtrain.compiled.support import left_to_simpy
from simtrain.errors import InputError
from simtrain.model.draws import ECHO
from simtrain.scenario.catalogue import packaged
from simtrain.scenario.load import load
from simtrain.scenario.scenario import Scenario
from tests.compiled.comparison import Engines, first_difference
from tests.examples import draw_no_constants_of_modules
from tests.strategies import documents, documents_of_a_plain_cluster, documents_that_are_paid

if TYPE_CHECKING:
    from simtrain.scenario.document import Document

BATCH = 100
"""Scenarios that hypothesis draws before the time is looked at for a new start."""

PAGES = Path(__file__).parents[1] / "docs"
WORDS = st.integers(0, 2**64 - 1)
TRIALS = st.sampled_from([0, 1, 2, ECHO]) | st.integers(0, ECHO - 1)


ANY = documents() | documents_that_are_paid()
PLAIN = documents_of_a_plain_cluster()
DOCUMENTS = PLAIN | PLAIN | ANY


class Soak:
    """What was compared, and where the engines differ.

    Attributes
    ----------
    found
        Scenario, seed and trials up to a difference, and what it is.
    """

    def __init__(self, until: float):
        self._until = until
        self.counts: Counter[str] = Counter()
        self.reasons: Counter[str] = Counter()
        self.found: tuple[Document, int, list[int], str] | None = None

    @property
    def is_over(self) -> bool:
        return self.found is not None or time.monotonic() > self._until

    def compare(self, scenario: Scenario, seed: int, trials: list[int], document: Document) -> None:
        """Compare some trials of a scenario, and keep the first difference."""
        reasons = left_to_simpy(scenario)
        if reasons:
            self.counts["left to simpy"] += 1
            self.reasons.update(reasons)
            return
        self.counts["scenarios"] += 1
        engines = Engines(scenario, seed)
        for number, trial in enumerate(trials, 1):
            comparison = engines.compared(trial)
            self.counts["trials"] += 1
            self.counts["equal to the bit"] += comparison.to_the_bit
            if comparison.difference:
                self.found = document, seed, trials[:number], comparison.difference
                return

    def draw(self, start: int, phases: tuple[Phase, ...] = (Phase.generate,)) -> None:
        """Compare a batch of drawn scenarios; with more phases, look for a smaller one as well."""

        @seed(start)
        @settings(
            max_examples=BATCH, phases=phases, database=None, deadline=None,
            derandomize=False, report_multiple_bugs=False,
            suppress_health_check=list(HealthCheck),
        )  # fmt: skip
        @given(DOCUMENTS, WORDS, st.lists(TRIALS, min_size=3, max_size=3))
        def drawn(document: Document, seed: int, trials: list[int]) -> None:
            if Phase.shrink not in phases and self.is_over:
                return
            with suppress(InputError):  # some tables do not go together
                scenario = Scenario.from_document(document)
                before, self.found = self.found, None
                self.compare(scenario, seed, trials, document)
                differs = self.found is not None
                self.found = self.found or before
                assert not (differs and Phase.shrink in phases)

        with suppress(AssertionError):
            drawn()

    def files(self, start: int) -> None:
        """Compare packaged scenarios and those of pages."""
        for path in [*packaged().values(), *sorted(PAGES.glob("scenarios/*.toml"))]:
            if not self.is_over:
                self.compare(load(str(path)), start, [start % 997], {"extends": str(path)})


def main() -> None:
    """Run what the command line says."""
    parser = argparse.ArgumentParser(description=__doc__, prog="python -m tests.soak")
    parser.add_argument("file", nargs="?", help="scenario to tell once more")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--trials", type=int, nargs="+", default=[0])
    parser.add_argument("--minutes", type=float, default=10.0)
    parser.add_argument("--start", type=int, default=int(time.time()))
    parser.add_argument("--out", type=Path, default=Path("difference.toml"))
    given = parser.parse_args()
    if given.file:
        difference = first_difference(load(given.file), given.seed, given.trials)
        raise SystemExit(difference or "No difference.")
    draw_no_constants_of_modules()
    soak = Soak(time.monotonic() + 60.0 * given.minutes)
    print(f"Soaking from --start {given.start} for {given.minutes:g} minutes.", flush=True)
    batch = given.start
    while not soak.is_over:
        soak.files(batch)
        soak.draw(batch)
        print(_sum(soak), flush=True)
        batch += 1
    for reason, times in soak.reasons.most_common():
        print(f"  {times} × {reason}")
    if soak.found is None:
        return
    _tell(soak.found, given.out)
    print("Looking for a smaller one …", flush=True)
    soak.draw(batch - 1, (Phase.generate, Phase.shrink))
    _tell(soak.found, given.out.with_stem(f"{given.out.stem}-small"))
    raise SystemExit(1)


def _sum(soak: Soak) -> str:
    parts = ("scenarios", "trials", "equal to the bit", "left to simpy")
    return ", ".join(f"{part}: {soak.counts[part]:,}" for part in parts)


def _tell(found: tuple[Document, int, list[int], str], path: Path) -> None:
    document, seed, trials, difference = found
    path.write_text(tomli_w.dumps(_plain(document)))
    print(difference)
    listed = " ".join(map(str, trials))
    print(f"python -m tests.soak {path} --seed {seed} --trials {listed}", flush=True)


def _plain(value: Any) -> Any:
    """A document without what TOML has no word for."""
    if isinstance(value, dict):
        return {key: _plain(one) for key, one in value.items() if one is not None}
    return [_plain(one) for one in value] if isinstance(value, list | tuple) else value


if __name__ == "__main__":
    main()
