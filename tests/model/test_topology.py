"""Where hosts stand, which slots are a domain, and how many hosts of one a fault takes."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simtrain.distributions import Exponential, Fixed
from simtrain.model.streams import STRUCK, UNIT
from simtrain.model.topology import (
    ALL,
    CLUSTER,
    HOST,
    JOB,
    Part,
    Scope,
    Slots,
    numbers_struck,
    scope_of,
)
from simtrain.scenario.domains import Domain, hosts_by_scope
from tests.model.samples import row


@st.composite
def slots(draw: st.DrawFn) -> Slots:
    job, spares = draw(st.integers(1, 60)), draw(st.integers(0, 40))
    within = draw(st.sampled_from([0, 2, 3, 5, 16]))
    within *= not within or job >= -(-(job + spares) // within)
    return Slots(job, job + spares, within)


@given(there=slots(), size=st.integers(2, 40))
def test_every_host_stands_in_a_slot_of_its_own(there: Slots, size: int) -> None:
    of_hosts = [there.of_host(host) for host in range(there.hosts)]
    assert len(set(of_hosts)) == there.hosts
    assert set(of_hosts) <= set(range(there.count))
    assert [there.host_in(slot) for slot in of_hosts] == list(range(there.hosts))
    empty = set(range(there.count)) - set(of_hosts)
    assert {there.host_in(slot) for slot in empty} <= {-1}
    units = [there.of_unit(size, unit) for unit in range(there.units(size))]
    assert [slot for unit in units for slot in unit] == list(range(there.count))
    for unit in units:
        filled = [slot for slot in unit if slot not in empty]
        assert there.filled(unit) == len(filled)
        in_job = [slot for slot in filled if there.host_in(slot) < there.job]
        assert there.in_job(unit) == len(in_job)
        assert [there.filled_slot(unit, number) for number in range(len(filled))] == filled


@given(there=slots(), size=st.integers(2, 40))
def test_the_first_units_hold_the_job_at_the_start(there: Slots, size: int) -> None:
    of_job = {there.of_host(host) // size for host in range(there.job)}
    first = there.units_of_job(size)
    assert of_job <= set(range(first))
    if size == there.within or not there.within:
        assert of_job == set(range(first))


@given(there=slots())
def test_spares_of_a_domain_are_dealt_evenly_and_stand_at_its_end(there: Slots) -> None:
    if not there.within:
        assert [there.of_host(host) for host in range(there.hosts)] == list(range(there.hosts))
        return
    domains = [there.of_unit(there.within, unit) for unit in range(there.units(there.within))]
    hosts = [[h for slot in unit if (h := there.host_in(slot)) >= 0] for unit in domains]
    spares = [sum(host >= there.job for host in of_one) for of_one in hosts]
    assert max(spares) - min(spares) <= 1
    assert max(map(len, hosts)) - min(map(len, hosts)) <= 1
    assert all(before < after for of_one in hosts for before, after in pairwise(of_one))
    assert all(of_one[0] < there.job for of_one in hosts)


def test_scopes_by_name() -> None:
    sizes = hosts_by_scope([Domain(name="rack", hosts=16), Domain(name="pod", hosts=64)])
    assert [scope_of(name, sizes) for name in ("accelerator", "host", "rack", "pod")] == [
        HOST, HOST, Scope(16), Scope(64),
    ]  # fmt: skip
    assert scope_of("cluster", sizes) == CLUSTER == Scope(ALL)
    assert scope_of("job", sizes) == JOB
    assert [scope.is_domain for scope in (JOB, HOST, Scope(16), CLUSTER)] == [
        False,
        False,
        True,
        True,
    ]


@pytest.mark.parametrize(
    ("share", "there", "struck"), [(0.3, 16, 5), (0.3, 5, 2), (0.01, 16, 1), (1.0, 16, 16)]
)
def test_a_share_is_rounded_and_at_least_one_host(share: float, there: int, struck: int) -> None:
    part = Part(Fixed(share), is_share=True)
    assert part.hosts(there, row({STRUCK: 0.5})) == struck
    assert part.numbers(there) == {struck: 1.0}


@pytest.mark.parametrize(("number", "struck"), [(5.0, 5), (40.0, 16), (0.2, 1)])
def test_no_more_hosts_are_struck_than_there_are(number: float, struck: int) -> None:
    assert Part(Fixed(number), is_share=False).hosts(16, row({STRUCK: 0.5})) == struck


def test_a_law_of_the_number_is_drawn_for_each_fault() -> None:
    part = Part(Exponential(4.0), is_share=False)
    assert [part.hosts(16, row({STRUCK: u})) for u in (0.01, 0.5, 0.999999)] == [1, 3, 16]
    numbers = part.numbers(10**6)
    assert sum(numbers.values()) == pytest.approx(1.0)
    assert sum(number * share for number, share in numbers.items()) == pytest.approx(4.0, abs=0.2)


def test_numbers_struck_differ_and_are_alike() -> None:
    rows = [row({UNIT: u}) for u in (0.0, 0.0, 0.99, 0.5)]
    assert list(numbers_struck(4, rows)) == [0, 1, 3, 2]
    assert list(numbers_struck(10, rows[:2])) == [0, 1]
    every = [tuple(numbers_struck(3, [row({UNIT: a / 3}), row({UNIT: b / 2})]))
             for a in range(3) for b in range(2)]  # fmt: skip
    assert sorted(every) == [(a, b) for a in range(3) for b in range(3) if a != b]
