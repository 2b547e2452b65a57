"""Pages on logs and on runs in flight show what their commands print, of what they name."""

from __future__ import annotations

import csv
import math
import re
import sys
from pathlib import Path
from shutil import copy

import pytest

import simtrain
from simtrain.logs.reading import columns_of, read_log
from tests.children import Children
from tests.commands import output, quick
from tests.shapes import words

DOCS = Path(__file__).parent.parent / "docs"
sys.path.insert(0, str(DOCS))
sys.path.insert(0, str(DOCS / "logs"))
import console  # noqa: E402
import make  # noqa: E402


@pytest.mark.slow
@pytest.mark.parametrize(("page", "commands"), [(console.FIT, 5), (console.FORECAST, 7)])
def test_each_command_works_on_what_the_ones_before_it_left(
    page: Path,
    commands: int,
    children: Children,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    for log in console.INPUTS:
        copy(log, tmp_path)
    shown = console.shown(page.read_text("utf-8"))
    assert len(shown) == commands
    for command, below in shown:
        printed = output(children, quick(re.sub("--windows 400", "--windows 40", command)))
        assert words(printed) == words(below), command


KERNEL = """\
2025-01-07T10:00:00+0100 n1 kernel: NVRM: Xid (PCI:0000:3b:00): 79, pid=12, GPU fell off the bus.
2025-01-07T10:00:09+0100 n1 kernel: NVRM: Xid (PCI:0000:3b:00): 79, pid=12, GPU fell off the bus.
2025-01-07T11:00:00+0100 n2 kernel: NVRM: Xid (PCI:0000:3b:00): 31, pid=13, Ch 00000008, MMU Fault
2025-01-08T10:00:00+0100 n1 kernel: NVRM: Xid (PCI:0000:3b:00): 48, DBE (double bit error)
2025-01-08T10:00:01+0100 n1 kernel: usb 1-1: new high-speed USB device
"""
JOBS = """\
End|FailedNode|State
2025-01-07T09:00:00|n1|NODE_FAIL
2025-01-08T09:00:00|n1|NODE_FAIL
"""
STATES = """\
time,node,state
2025-01-07 08:00,n1,idle
2025-01-08 00:00,n2,allocated
2025-01-07 09:00,n1,down
2025-01-07 10:00,n1,down
2025-01-08 09:00,n1,NotReady
2025-01-08 12:00,n1,idle
2025-01-09 09:00,n2,drained
2025-01-09 09:00,n1,down
2025-01-10 09:00,n1,idle
"""


def test_recipes_make_logs_of_what_other_tools_export(
    children: Children, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for name, text in (("kernel", KERNEL), ("jobs", JOBS), ("states.csv", STATES)):
        (tmp_path / name).write_text(text)
    blocks = re.findall(r"```(sh|python)\n(.*?)```", console.FIT.read_text("utf-8"), re.DOTALL)
    recipes = [
        text for _, text in blocks if any(f"{file}.csv" in text for file in ("xid", "states"))
    ]
    [of_jobs] = [text for _, text in blocks if "sacct " in text]
    commands = 'journalctl() { cat kernel; }; sacct() { cat jobs; }; simtrain() { echo "$@"; }\n'
    xid, states = recipes
    done = children.shell(commands + xid + of_jobs)
    assert done.returncode == 0, done.stderr
    assert "NODE_FAIL" in (tmp_path / "jobs.txt").read_text()
    exec(states, {})
    window = {"hosts": 9, "window": "2025-01-06..2025-07-05"}
    columns = columns_of(re.search(r"--columns (\S+)", done.stdout)[1])
    logs = [
        read_log(Path("xid.csv"), **window),
        read_log(Path("jobs.txt"), **window, columns=columns),
        read_log(Path("failures.csv"), **window),
    ]
    days = [
        [(log.host_names[host], at / 86400) for host, at in zip(log.host, log.time_s, strict=True)]
        for log in logs
    ]
    assert days == [[("n1", 1.375), ("n1", 2.375)]] * 2 + [
        [("n1", 1.375), ("n1", 3.375), ("n2", 3.375)]
    ]
    assert [log.classes for log in logs] == [
        ("Xid 48", "Xid 79"),
        ("NODE_FAIL",),
        ("down", "drained"),
    ]
    ended = (logs[2].back_s - logs[2].time_s) / 86400
    assert list(ended[:2]) == [1.125, 1.0]
    assert math.isnan(ended[2])


def test_a_log_with_racks_strikes_hosts_of_those_racks(tmp_path: Path) -> None:
    [log] = re.findall(
        r"```text\n(time,host,rack.*?)```", console.FIT.read_text("utf-8"), re.DOTALL
    )
    text = (DOCS / "logs" / "replay.toml").read_text("utf-8").replace("cluster.csv", "racks.csv")
    (tmp_path / "racks.csv").write_text(log)
    (tmp_path / "racks.toml").write_text(f'{text}\n[[domain]]\nname = "rack"\nhosts = 4\n')
    table = simtrain.load(tmp_path / "racks.toml").faults_from
    assert table is not None
    struck = [(row.cause, row.host) for row in table.log]
    # Racks r2 and r4 are the second and the fourth; of the 19th host of all nothing else is known.
    assert struck == [("GPU", 4), *(("power", host) for host in (12, 13, 14, 15))]


def test_the_log_is_of_the_cluster_that_the_page_names() -> None:
    with (DOCS / "logs" / "cluster.csv").open(encoding="utf-8") as file:
        header, *rows = csv.reader(file)
    assert header == ["time", "host", "class", "repair_end"]
    assert [tuple(row) for row in rows] == make.rows()


def test_the_run_in_flight_is_a_trial_of_the_scenario_that_the_page_names() -> None:
    steps, faults = make.run()
    for name, made in (("run.csv", steps), ("faults.csv", faults)):
        with (DOCS / "logs" / name).open(encoding="utf-8") as file:
            assert [tuple(row) for row in csv.reader(file)][1:] == made
