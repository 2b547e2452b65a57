"""A log of failures is replayed: as it is, against a count by hand, or in blocks drawn anew.

Blocks are held against a simulation of their own, in which outages of a host are joined by hand.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import simtrain
from simtrain.accounts.hosts_down import mean_down, most_down, time_down
from simtrain.accounts.ledger import Ledger
from simtrain.accounts.timeline import EventKind
from simtrain.engine.trial import Simulator
from simtrain.errors import ScenarioError
from simtrain.logs.outages import outages
from simtrain.model import replay
from simtrain.scenario.load import load
from simtrain.scenario.notes import notes
from simtrain.scenario.scenario import Scenario
from tests.engine.runs import HOUR, run, scenario
from tests.history.made import log_of

if TYPE_CHECKING:
    from pathlib import Path

    from simtrain.model.replay import Log

DAYS = 4
WINDOW = "2024-01-01..2024-01-05"


def replayed(rows: list[tuple[str, int, float, float]], **tables: Any) -> Scenario:
    """Four hosts and a spare, with outages of class, host, hour and hours away."""
    log = [[name, host, at * HOUR, away * HOUR] for name, host, at, away in rows]
    table = {"log": log, "hosts": 5, "window": WINDOW, **tables.pop("faults_from", {})}
    cluster = {"hosts": 4, "spares": 1, **tables.pop("cluster", {})}
    return scenario(faults_from=table, cluster=cluster, **tables)


# --- as it is -----------------------------------------------------------------------------------


def test_a_log_of_three_outages_gives_the_course_that_one_counts_by_hand() -> None:
    # 2.5 h: host 1 goes, the spare steps in, half an hour is lost, a restart of 0.25 h.
    # 3 h: host 2 goes, 0.25 h after training resumed; nobody is left, and host 1 is back at 6.5 h.
    # 7.75 h: one hour after the restart until 6.75 h; the idle spare's outage at 8 h stops nothing.
    found = run(
        replayed(
            [("gpu", 1, 2.5, 4.0), ("nic", 2, 3.0, 100.0), ("gpu", 1, 60.0, 1.0)],
            restart={"duration": "15 min"},
        )
    )
    assert found.spent == {
        "productive": 10.0, "lost_work": 0.75, "restart": 0.5, "host_wait": 3.5,
    }  # fmt: skip
    assert found.hours == 14.75
    assert found.ledger.badput["gpu"] == pytest.approx(0.75 * HOUR)
    assert found.ledger.badput["nic"] == pytest.approx(4.0 * HOUR)
    assert [event.cause for event in found.moments(EventKind.FAULT)] == ["gpu", "nic"]


def test_hosts_of_the_log_that_the_cluster_does_not_own_are_left_out() -> None:
    """It owns five, of which the last is a spare, and the log knows six."""
    rows = [("gpu", 5, 1.0, 3.0), ("gpu", 4, 2.0, 3.0)]
    found = run(replayed(rows, faults_from={"hosts": 6}))
    assert found.count(EventKind.SPARE_FAULT) == 1
    assert found.count(EventKind.FAULT) == 0
    assert found.hours == 10.0


def test_an_outage_of_an_idle_spare_stops_nothing_and_takes_it_away() -> None:
    found = run(replayed([("gpu", 4, 1.0, 3.0), ("gpu", 0, 2.0, 1.0)]))
    assert found.count(EventKind.SPARE_FAULT) == 1
    assert found.spent["host_wait"] == 1.0


def test_hosts_that_fall_at_one_instant_fall_as_one_and_each_comes_back_by_itself() -> None:
    # The spare falls with two hosts of the job, and host 3, which is away already, stays away until
    # the later of its returns; host 1 is back at once.
    rows = [("gpu", 0, 2.5, 2.0), ("gpu", 1, 2.5, 0.0), ("gpu", 3, 1.5, 2.0), ("gpu", 3, 2.5, 9.0),
            ("gpu", 4, 2.5, 4.0)]  # fmt: skip
    found = run(replayed(rows, cluster={"spares": 2}, faults_from={"hosts": 6}))
    assert found.count(EventKind.INTERRUPTION) == 2
    assert found.count(EventKind.STRUCK_TOO) == 2
    back = {event.host: event.time / HOUR for event in found.moments(EventKind.BACK)}
    assert back == {0: 4.5, 3: 11.5, 4: 6.5}


def test_outages_of_one_host_that_overlap_are_one() -> None:
    found = run(replayed([("gpu", 0, 1.0, 2.0), ("gpu", 0, 2.0, 3.0)], cluster={"spares": 0}))
    assert found.count(EventKind.INTERRUPTION) == 1
    assert found.spent["host_wait"] == 4.0


def test_hosts_of_the_log_that_the_cluster_has_not_are_left_out() -> None:
    rows = [("gpu", 4, 1.0, 3.0), ("gpu", 2, 2.0, 3.0)]
    simulated = replayed(rows, cluster={"hosts": 3, "spares": 0})
    assert run(simulated).count(EventKind.FAULT, EventKind.SPARE_FAULT) == 1


def test_each_class_of_a_log_may_say_how_recovery_from_it_goes() -> None:
    rows = [("gpu", 0, 1.5, 1.0), ("nic", 1, 5.5, 1.0)]
    found = run(
        replayed(
            rows,
            faults_from={"automatic": 1.0},
            fault={"nic": {"automatic": 0.0, "restart": "30 min"}},
            people={"response": "2 h"},
        )
    )
    assert found.spent["response"] == 2.0
    assert found.spent["restart"] == 0.5


@st.composite
def logs(draw: st.DrawFn) -> list[tuple[float, int, float]]:
    """Times in days, hosts, and returns in days, some of them behind the window."""
    row = st.tuples(st.integers(0, 95), st.integers(0, 4), st.integers(1, 48))
    rows = draw(st.lists(row, min_size=1, max_size=12, unique_by=lambda one: one[:2]))
    return sorted((at / 24, host, (at + away) / 24) for at, host, away in rows)


@given(logs())
def test_hosts_down_at_once_are_those_of_the_log(rows: list[tuple[float, int, float]]) -> None:
    log = log_of(rows, hosts=5, days=DAYS)
    told = outages(log)
    names = [int(name[1:]) for name in log.host_names]
    hours = [
        ("x", names[host], begun / HOUR, (ended - begun) / HOUR)
        for host, begun, ended in zip(told.host, told.begun_s, told.ended_s, strict=True)
    ]
    simulated = replayed(hours, workload={"ideal_time": None, "window": f"{DAYS} days"})
    found = run(simulated)
    assert down(found.ledger) == pytest.approx(told.down.mean)
    assert most_down(time_down(found.ledger.time_by_census)) == told.down.most
    # The job waits as long as more hosts are down than it has spares.
    too_few = told.down.lasting_s[told.down.levels > 1].sum() / HOUR
    assert found.spent.get("host_wait", 0.0) == pytest.approx(too_few)


def down(ledger: Ledger) -> float:
    return mean_down(time_down(ledger.time_by_census))


# --- in blocks ----------------------------------------------------------------------------------

ROWS = [("gpu", 0, 3.0, 5.0), ("gpu", 1, 20.0, 40.0), ("gpu", 2, 50.0, 2.0), ("gpu", 3, 90.0, 9.0)]
BLOCK, LENGTH, TRIALS = 30.0, 24.0 * DAYS, 1500


def in_blocks() -> Scenario:
    return replayed(
        ROWS,
        faults_from={"resample": f"{BLOCK} h"},
        workload={"ideal_time": None, "window": f"{LENGTH} h"},
    )


def by_brute_force(trials: int) -> np.ndarray[Any, Any]:
    """Hosts down in the mean of each of some trials, by hand."""
    random, found = np.random.default_rng(0), []
    for _ in range(trials):
        until, total, first = dict.fromkeys(range(5), 0.0), 0.0, 0.0
        while first < LENGTH:
            begin = random.uniform(0.0, LENGTH)
            struck = sorted(((at - begin) % LENGTH, host, away) for _, host, at, away in ROWS)
            for after, host, away in struck:
                at = first + after
                if after >= BLOCK or at >= LENGTH:
                    continue
                end = min(max(until[host], at + away), LENGTH)
                total += end - max(until[host], at)
                until[host] = max(until[host], at + away)
            first += BLOCK
        found.append(total / LENGTH)
    return np.array(found)


def hosts_down(trials: int) -> np.ndarray[Any, Any]:
    simulator, found = Simulator(in_blocks(), 0), []
    for trial in range(trials):
        ledger = Ledger()
        simulator.run(trial, ledger)
        found.append(down(ledger))
    return np.array(found)


def blocks_agree() -> bool:
    """Mean of hosts down, within 3.3 standard errors, of which one is 1 % of it."""
    ours, theirs = hosts_down(TRIALS), by_brute_force(4 * TRIALS)
    error = np.hypot(ours.std() / np.sqrt(len(ours)), theirs.std() / np.sqrt(len(theirs)))
    return bool(abs(ours.mean() - theirs.mean()) < 3.3 * error)


@pytest.mark.slow
def test_blocks_of_a_log_agree_with_brute_force() -> None:
    assert blocks_agree()


@pytest.mark.slow
@pytest.mark.parametrize("mistake", ["repairs end with their block", "the log does not wrap"])
def test_a_wrong_reading_of_blocks_is_found(mistake: str, monkeypatch: pytest.MonkeyPatch) -> None:
    right = replay.block_of

    def cut(log: Log, number: int, row: Any) -> Any:
        assert log.block is not None
        for one in right(log, number, row):
            yield one._replace(away=min(one.away, (number + 1) * log.block - one.time))

    def unwrapped(log: Log, number: int, row: Any) -> Any:
        assert log.block is not None
        [start] = row[0][row[1] : row[1] + 1]
        share = (log.window - log.block) / log.window
        return right(log, number, ([float(start) * share], 0))

    wrong = cut if mistake.startswith("repairs") else unwrapped
    monkeypatch.setattr("simtrain.faults.replay.block_of", wrong)
    assert not blocks_agree()


def test_trials_differ_with_blocks_and_are_alike_without() -> None:
    assert len({round(one, 9) for one in hosts_down(5)}) == 5
    as_it_is = Simulator(replayed(ROWS), 3)
    assert as_it_is.run(0, Ledger()) == as_it_is.run(1, Ledger())


# --- from a file --------------------------------------------------------------------------------

LOG = "time,host,class,repair_end\n2024-01-01 01:30,n7,GPU: lost,2024-01-01 02:30\n"
FILE = """
[workload]
ideal_time = "10 h"
[cluster]
hosts = 2
[faults_from]
log = "log.csv"
hosts = 2
window = "2024-01-01..2024-01-05"
[checkpoint]
interval = "1 h"
[restart]
duration = "0 s"
"""


def test_a_log_stands_beside_its_scenario(tmp_path: Path) -> None:
    (tmp_path / "log.csv").write_text(LOG, encoding="utf-8")
    (tmp_path / "mine.toml").write_text(FILE, encoding="utf-8")
    found = run(load(tmp_path / "mine.toml"))
    assert found.spent == {"productive": 10.0, "lost_work": 0.5, "host_wait": 1.0}
    assert set(found.ledger.badput) == {"GPU lost"}


@pytest.mark.parametrize(
    ("file", "log", "wrong"),
    [
        (FILE.replace("log.csv", "none.csv"), LOG, "none.csv"),
        (FILE.replace("hosts = 2\nwindow", "hosts = 1\nwindow"), LOG, "fewer than the 2 hosts"),
        (FILE.replace("2024-01-05", "2023-01-05"), LOG, "faults_from.window"),
        (FILE.replace("2024-01-01..2024-01-05", "2025-01-01..2025-01-05"), LOG, "none of 1 rows"),
        (FILE.replace("hosts = 2\nwindow", "window"), LOG, "faults_from.hosts"),
        (FILE, LOG.replace("01:30", "1 am"), "log.csv:2"),
        (FILE, LOG.replace("host", "rack"), "faults_from.columns"),
        (FILE + '[fault."GPU lost"]\nrate = "1 per day"\n', LOG, "contradicts"),
        (FILE.replace("log.csv", ""), LOG, "faults_from.log: "),
        (FILE.replace("window", "columns = 3\nwindow"), LOG, "columns: 3 is not a text"),
        (FILE + '[[change]]\nat = "1 h"\nset = { "faults_from.hosts" = 9 }\n', LOG, "change"),
        (FILE.replace("[checkpoint]", 'resample = "9 days"\n[checkpoint]'), LOG, "than the log"),
    ],
)  # fmt: skip
def test_a_log_that_cannot_be_taken_is_told_with_its_key(
    file: str, log: str, wrong: str, tmp_path: Path
) -> None:
    (tmp_path / "log.csv").write_text(log, encoding="utf-8")
    (tmp_path / "mine.toml").write_text(file, encoding="utf-8")
    with pytest.raises(ScenarioError) as caught:
        load(tmp_path / "mine.toml")
    assert wrong in str(caught.value)
    assert "mine.toml:" in str(caught.value)


@pytest.mark.parametrize(
    ("names", "numbers"),
    [
        (["n0", "n3"], [0, 3]),  # the numbers of the hosts, from 0 on
        (["n2", "n4"], [1, 3]),  # from 1 on
        (["n1", "n2"], [0, 2]),  # hosts that failed were numbered
        (["east", "west"], [0, 2]),
        (["east1", "west1"], [0, 2]),
        (["n1", "n2", "n3", "n4"], [0, 1, 2, 3]),
    ],
)
def test_hosts_of_a_log_have_the_numbers_in_their_names_or_are_spread_evenly(
    names: list[str], numbers: list[int], tmp_path: Path
) -> None:
    log = LOG.splitlines()[0] + "".join(f"\n2024-01-01 0{n}:00,{name},x," for n, name in
                                        enumerate(names, 1))  # fmt: skip
    (tmp_path / "log.csv").write_text(log, encoding="utf-8")
    (tmp_path / "mine.toml").write_text(FILE.replace("hosts = 2\nwindow", "hosts = 4\nwindow"))
    table = load(tmp_path / "mine.toml").faults_from
    assert table is not None
    assert [row.host for row in table.log] == numbers


IN_RACKS = """\
time,host,rack,class,repair_end
2024-01-01 02:30,east,r3,power,2024-01-01 06:30
2024-01-01 02:30,west,r3,power,2024-01-01 06:30
2024-01-01 09:00,,r1,switch,2024-01-01 12:00
2024-01-01 20:00,south,r1,disk,2024-01-01 21:00
"""
OF_RACKS = FILE.replace("hosts = 2\n[faults", "hosts = 6\nspares = 2\n[faults").replace(
    "hosts = 2\nwindow", "hosts = 8\nwindow"
) + '[[domain]]\nname = "rack"\nhosts = 2\n'  # fmt: skip


def of_racks(folder: Path, log: str, file: str = OF_RACKS) -> Scenario:
    (folder / "log.csv").write_text(log, encoding="utf-8")
    (folder / "mine.toml").write_text(file, encoding="utf-8")
    return load(folder / "mine.toml")


def test_hosts_of_one_rack_of_the_log_stand_in_one_rack_and_a_row_without_a_host_takes_all_of_it(
    tmp_path: Path,
) -> None:
    """Two spares stand in for a rack at 2.5 h; at 9 h they are in the job, and two are back."""
    simulated = of_racks(tmp_path, IN_RACKS)
    assert simulated.faults_from is not None
    struck = [(row.cause, row.host) for row in simulated.faults_from.log]
    assert struck == [("power", 4), ("power", 5), ("switch", 0), ("switch", 1), ("disk", 0)]
    found = run(simulated)
    assert found.count(EventKind.INTERRUPTION) == 2
    assert most_down(time_down(found.ledger.time_by_census)) == 2
    assert found.spent.get("host_wait", 0.0) == 0.0
    # With spares for one of both alone, the job waits for the rack; with spares of its own rack it
    # waits as well, as there is none in that of the hosts which fell.
    within = OF_RACKS.replace("spares = 2", 'spares = 2\nspares_within = "rack"')
    assert run(of_racks(tmp_path, IN_RACKS, within)).spent["host_wait"] > 3.9


def test_domains_of_a_log_lie_in_those_around_them_and_their_columns_may_be_named(
    tmp_path: Path,
) -> None:
    log = IN_RACKS.replace("rack", "Cage No,pod").replace(",r1", ",r1,b").replace(",r3", ",r3,a")
    log += "2024-01-02 03:00,,,b,pdu,2024-01-02 04:00\n"
    file = OF_RACKS.replace("window =", 'columns = "rack=Cage No"\nwindow =')
    file += '[[domain]]\nname = "pod"\nhosts = 4\n'
    table = of_racks(tmp_path, log, file).faults_from
    assert table is not None
    struck = [(row.cause, row.host) for row in table.log]
    # Pods a and b are the first and second; a rack alone in its pod is the first of it.
    assert struck[:5] == [("power", 0), ("power", 1), ("switch", 4), ("switch", 5), ("disk", 4)]
    assert struck[5:] == [("pdu", host) for host in (4, 5, 6, 7)]


@pytest.mark.parametrize(
    ("log", "wrong"),
    [
        (
            IN_RACKS + "2024-01-02,north,r3,x,\n",
            'log.csv names 3 hosts in rack "r3", more than the 2',
        ),
        (IN_RACKS.replace("r3", "r1"), 'names 3 hosts in rack "r1"'),
        (
            IN_RACKS + "".join(f"2024-01-02,,q{n},x,\n" for n in range(3)),
            "names 5 racks, more than",
        ),
        (IN_RACKS.replace("west,r3", "west,"), 'log.csv:3: the rack of "west" is missing'),
        (IN_RACKS + "2024-01-02,east,r1,x,\n", 'log.csv:6: "east" stood elsewhere in a row above'),
        (IN_RACKS.replace(",,r1", ",,"), "log.csv:4: the host is missing"),
    ],
)
def test_hosts_that_cannot_stand_where_the_log_says_are_refused(
    log: str, wrong: str, tmp_path: Path
) -> None:
    with pytest.raises(ScenarioError, match=r"mine.toml:\d+: faults_from.log: ") as caught:
        of_racks(tmp_path, log)
    assert wrong in str(caught.value)


@pytest.mark.parametrize(
    ("of_log", "names"),
    [
        (["Störung", "PSU #2: über 90 °C"], ["Storung", "PSU 2 uber 90 C"]),
        (["79", "停止", "故障"], ["class 79", "class 2", "class 3"]),
        (["speed"], ["class speed"]),  # what is lost with slow training is called so
    ],
)
def test_classes_of_a_log_have_names_that_a_scenario_takes(
    of_log: list[str], names: list[str], tmp_path: Path
) -> None:
    rows = [f"2024-01-01 0{n}:00,n{n},{name}," for n, name in enumerate(of_log, 1)]
    log = "\n".join([LOG.splitlines()[0], *rows])
    (tmp_path / "log.csv").write_text(log, encoding="utf-8")
    (tmp_path / "mine.toml").write_text(FILE.replace("hosts = 2\nwindow", "hosts = 4\nwindow"))
    assert list(load(tmp_path / "mine.toml").fault) == names


@pytest.mark.parametrize("value", ["hosts=9", "window=2024-01-02..2024-01-09", "log=other.csv"])
def test_a_log_that_was_read_is_not_given_other_hosts_or_dates(value: str, tmp_path: Path) -> None:
    (tmp_path / "log.csv").write_text(LOG, encoding="utf-8")
    (tmp_path / "mine.toml").write_text(FILE, encoding="utf-8")
    with pytest.raises(ScenarioError, match="cannot change once the log is read"):
        load(tmp_path / "mine.toml", [f"faults_from.{value}"])


def test_classes_of_a_log_are_set_by_their_names_and_no_others_are() -> None:
    rows = [("gpu", 0, 1.5, 1.0), ("nic", 1, 5.5, 1.0)]
    by_hand = replayed(rows).replace({"fault.nic.automatic": 0.5})
    assert by_hand.fault["nic"].automatic.mean == 0.5
    with pytest.raises(ScenarioError, match="there are gpu, nic"):
        replayed(rows).replace({"fault.disk.automatic": 0.5})


@pytest.mark.parametrize(
    "said",
    [
        {"mtbf": "5 days"},
        {"returns": "9 days"},
        {"scope": "job"},
        {"effect": "preempt"},
        {"varies": {"cv": 0.5, "every": "7 days"}},
    ],
    ids=lambda said: next(iter(said)),
)
def test_what_a_log_tells_of_a_class_is_not_said_again(said: dict[str, Any]) -> None:
    key = next(iter(said))
    with pytest.raises(ScenarioError, match=rf"fault\.gpu\.{key}: is told by `faults_from\.log`"):
        replayed([("gpu", 0, 1.5, 1.0)], fault={"gpu": said})


def test_a_log_is_not_scaled_to_another_size() -> None:
    with pytest.raises(ScenarioError, match="faults_from: is of hosts as they were"):
        simtrain.scale(replayed([("gpu", 0, 1.5, 1.0)]), [8, 16], trials=2)


def test_a_run_that_begins_on_another_date_than_its_log_is_told_so() -> None:
    rows = [("gpu", 0, 1.5, 1.0)]
    here, later = (replayed(rows, start=f"2024-0{month}-01T08:00+09:00") for month in (1, 3))
    assert "faults_from.window" not in [note.key for note in notes(here)]
    [told] = [note for note in notes(later) if note.key == "faults_from.window"]
    assert "2024-01-01, and the run on 2024-03-01" in told.sentence


def test_a_class_of_hosts_that_the_cluster_has_not_never_strikes() -> None:
    rows = [("gpu", 4, 1.0, 3.0), ("nic", 1, 2.0, 1.0)]
    blocks = {"resample": "2 days"}
    simulated = replayed(rows, cluster={"hosts": 3, "spares": 0}, faults_from=blocks)
    assert run(simulated).ledger.badput.get("gpu", 0.0) == 0.0
