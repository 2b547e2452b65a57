"""What is decided is a function of the numbers in force and of one row of draws alone."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from simtrain.distributions import Exponential
from simtrain.model import launch, repair, response, streams
from tests.examples import examples
from tests.model.samples import DIAGNOSIS, FAULT, REPAIR, RESTART, TIER, seconds

if TYPE_CHECKING:
    from simtrain.model.draws import Row

Numbers = dict[str, Any]
Decision = Callable[[Numbers, "Row"], object]

OF_A_FAULT: dict[str, Decision] = {
    "needs repair": lambda n, row: response.needs_repair(n["fault"], row),
    "latency": lambda n, row: response.latency(n["fault"], row),
    "responder": lambda n, row: response.responder(n["fault"], row),
    "failed try": lambda n, row: response.failed_try(n["restart"], row),
    "diagnosis": lambda n, row: response.diagnosis_time(n["diagnosis"], n["by_hand"], row),
    "is found": lambda n, row: response.is_found(n["diagnosis"], row),
    "false blames": lambda n, row: response.false_blames(n["diagnosis"], n["hosts"], row),
    "first blamed": lambda n, row: response.first_blamed(n["hosts"], row),
}
OF_A_LAUNCH: dict[str, Decision] = {
    "attempt": lambda n, row: launch.attempt(n["restart"], row),
    "second response": lambda n, row: launch.second_response(row),
    "load": lambda n, row: launch.load(n["tier"], row),
}
OF_A_REPAIR: dict[str, Decision] = {
    "automated": lambda n, row: repair.automated_time(n["repair"], row),
    "after automated": lambda n, row: repair.after_automated(n["repair"], row, n["bad"]),
    "after manual": lambda n, row: repair.after_manual(n["repair"], n["provision"], row),
    "burn-in": lambda n, row: repair.burn_in_catches(n["repair"], row),
}
DECISIONS = OF_A_FAULT | OF_A_LAUNCH | OF_A_REPAIR
WIDTH = streams.FAULT.width

shares = st.floats(0, 1)
uniforms = st.floats(0, 1, exclude_max=True)
laws = st.builds(seconds, st.floats(0, 100)) | st.builds(Exponential, st.floats(1, 100))
numbers = st.fixed_dictionaries(
    {
        "fault": st.builds(
            lambda automatic, success, needs, law: replace(
                FAULT, automatic=automatic, automatic_success=success, needs_repair=needs,
                detection=law,
            ),
            shares, shares, shares, laws,
        ),
        "restart": st.builds(
            lambda law, failure, warm_up: replace(
                RESTART, duration=law, failure=failure, warm_up=warm_up
            ),
            laws, shares, laws,
        ),
        "diagnosis": st.builds(
            lambda automatic, manual, recall, blames: replace(
                DIAGNOSIS, automatic=automatic, manual=manual, recall=recall, false_blames=blames
            ),
            laws, laws, shares, st.floats(0, 3),
        ),
        "tier": st.builds(
            lambda law, failure, hang: replace(
                TIER, load=law, load_failure=failure, load_hang=hang
            ),
            laws, shares, shares,
        ),
        "repair": st.builds(
            lambda law, fails, misses, retire: replace(
                REPAIR, automated=law, automated_fails=fails, automated_misses=misses,
                retire=retire,
            ),
            laws, shares, shares, shares,
        ),
        "provision": st.none() | laws,
        "by_hand": st.booleans(),
        "bad": st.booleans(),
        "hosts": st.integers(1, 100),
    }
)  # fmt: skip


@examples(200)
@given(
    numbers,
    st.lists(uniforms, min_size=WIDTH, max_size=WIDTH),
    st.lists(uniforms, max_size=20),
    st.permutations(sorted(DECISIONS)),
)
def test_the_same_numbers_and_row_decide_the_same_whenever_wherever_and_after_whatever(
    numbers: Numbers, row: list[float], before: list[float], order: list[str]
) -> None:
    """In the order of the book from a row alone, then in any order from one inside a block."""
    first = {name: decide(numbers, (row, 0)) for name, decide in DECISIONS.items()}
    block = np.array([*before, *row, 0.5])
    untouched = block.copy()
    for name in order:
        assert DECISIONS[name](numbers, (block.data, len(before))) == first[name], name
    assert (block == untouched).all()


class Watched(Sequence[float]):
    """A row that knows which of its fields were read."""

    def __init__(self, row: list[float]):
        self._row = row
        self.read: set[int] = set()

    def __getitem__(self, field: Any) -> Any:
        self.read.add(field)
        return self._row[field]

    def __len__(self) -> int:
        return len(self._row)


def fields_read(decisions: dict[str, Decision], numbers: Numbers, row: list[float]) -> set[int]:
    read: set[int] = set()
    for decide in decisions.values():
        watched = Watched(row)
        decide(numbers, (watched, 0))
        read |= watched.read
    return read


def test_every_field_of_a_row_decides_something_and_nothing_is_read_behind_them() -> None:
    """When a fault strikes what is for its source; what a person takes depends on the hour too."""
    numbers = {
        "fault": FAULT, "restart": RESTART, "tier": TIER, "repair": REPAIR, "bad": True,
        "diagnosis": replace(DIAGNOSIS, false_blames=0.5), "hosts": 5, "by_hand": True,
        "provision": seconds(0.0),
    }  # fmt: skip
    elsewhere = {streams.THRESHOLD, streams.UNIT, streams.RESPONSE}
    for decisions, layout, others in (
        (OF_A_FAULT, streams.FAULT, elsewhere),
        (OF_A_LAUNCH, streams.LAUNCH, set()),
        (OF_A_REPAIR, streams.REPAIR, set()),
    ):
        read: set[int] = set()
        for uniform in (0.1, 0.3, 0.9):
            read |= fields_read(decisions, numbers, [uniform] * layout.width)
        assert read == set(range(len(layout.fields))) - others, layout.name
