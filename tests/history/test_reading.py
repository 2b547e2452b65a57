"""A log is read whatever its columns are called and its times look like, or refused by its line."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from simtrain.errors import InputError
from simtrain.logs.reading import columns_of, read_log, window_of
from tests.history.made import DAY, written

WINDOW = "2024-03-30..2024-09-20"
GIVEN = {"time": "began", "host": "machine no", "class": "what", "end": "over"}
HEAD = "time,host,class,repair_end\n"


def read(folder: Path, lines: str, hosts: int = 400, **options):
    return read_log(written(folder, lines), hosts=hosts, window=WINDOW, **options)


@pytest.mark.parametrize(
    "text",
    [
        "2024-04-02 21:29:31",
        "2024-04-02T21:29:31",
        "2024-04-02T21:29:31.000",
        "2024-04-02T21:29:31Z",
        "2024-04-02T23:29:31+02:00",
        "2024/04/02 21:29:31",
        "02.04.2024 21:29:31",
        "Apr 02 2024 21:29:31",
        "02 Apr 2024 21:29:31",
        "Tue Apr 02 21:29:31 2024",
        "2024-04-02 21:29:31 UTC",
        '"Apr 2, 2024 09:29:31 PM"',
        "02-Apr-2024 21:29:31",
        '"Tue, 02 Apr 2024 21:29:31 GMT"',
        "1712093371",
        "1712093371000",
        "1712093371000000",
        "1712093371000000000",
    ],
)
def test_a_time_is_the_same_in_each_usual_form(tmp_path, text):
    log = read(tmp_path, f"time,host\n{text},a\n")
    assert log.time_s == pytest.approx([3 * DAY + 21 * 3600 + 29 * 60 + 31])


@pytest.mark.parametrize(("later", "month"), [("04/13/2024 08:00 AM", 4), ("13/04/2024 08:00", 4)])
def test_one_day_above_the_twelfth_tells_whether_the_month_comes_first(tmp_path, later, month):
    other = "04/02/2024 08:00 AM" if later.startswith("04") else "02/04/2024 08:00"
    log = read(tmp_path, f"time,host\n{other},a\n{later},b\n")
    assert log.time_s / DAY == pytest.approx([3 + 1 / 3, 14 + 1 / 3])


@pytest.mark.parametrize(
    ("header", "columns"),
    [
        ("time,host,class,repair_end", None),
        ("Timestamp,Node,Reason,Returned", None),
        ("Start Time,Hostname,Error Type,End Time", None),
        ("began,machine no,what,over", GIVEN),
    ],
)
def test_columns_are_found_by_their_names_or_given(tmp_path, header, columns):
    row = "2024-04-02 21:00:00,n1,GPU,2024-04-03 21:00:00"
    log = read(tmp_path, f"{header}\n{row}\n", columns=columns)
    assert (log.host_names, log.classes) == (("n1",), ("GPU",))
    assert log.back_s - log.time_s == pytest.approx([DAY])


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
def test_cells_may_be_cut_by_commas_semicolons_tabs_or_bars(tmp_path, separator):
    rows = [["time", "host", "class"], ["2024-04-02", '"a, b"', "x"], ["2024-04-01", "c", "y"]]
    log = read(tmp_path, "\n".join(separator.join(row) for row in rows))
    assert log.host_names == ("a, b", "c")
    assert np.all(np.diff(log.time_s) > 0)
    assert [log.classes[cause] for cause in log.cause] == ["y", "x"]


def test_a_log_without_classes_and_returns_has_one_class_and_tells_no_returns(tmp_path):
    log = read(tmp_path, "time,host\n2024-04-02,a\n\n2024-04-03,b\n")
    assert (log.classes, log.back_s, log.tells_classes) == (("fault",), None, False)


def test_an_end_may_be_missing(tmp_path):
    log = read(tmp_path, f"{HEAD}2024-04-02,a,x,\n2024-04-03,b,x,2024-04-04\n2024-04-05,c,x,NA\n")
    assert list(np.isnan(log.back_s)) == [True, False, True]


@pytest.mark.parametrize(
    ("lines", "words"),
    [
        ("", "is empty; its first line names the columns"),
        (HEAD, "has no rows"),
        ("when,who\n1,2\n", "no column is known as that of the time"),
        ("time,who\n2024-04-02,2\n", "--columns host=NAME"),
        (f"{HEAD}2024-04-02,a,x,\n2024-04-03,a\n", "log.csv:3: has 2 cells where line 1 names 4"),
        (f"{HEAD}2024-04-02,a,x,\n,b,x,\n", "log.csv:3: the time is missing"),
        (f"{HEAD}2024-04-02,a,x,\n\n2024-04-03,,x,\n", "log.csv:4: the host is missing"),
        (f"{HEAD}2024-04-02,a,x,\nyesterday,b,x,\n", 'log.csv:3: "yesterday" is no time'),
        (f"{HEAD}2024-04-02,a,x,soon\n", 'log.csv:2: "soon" is no end of repair'),
        (f"{HEAD}2024-04-02,a,x,2024-04-01\n", "log.csv:2: the repair ends before it begins"),
        (f"{HEAD}2023-04-02,a,x,\n", "none of 1 rows lies in the window"),
        ("time,host\n04/02/2024,a\n", "may be of two days, by month or by day first"),
        ("time,host\n12,a\n", 'log.csv:2: "12" is no time'),
        ('time,host\n2024-04-02,"a\n', "close what is quoted"),
    ],
)
def test_a_broken_log_gets_one_message_with_its_line_and_the_remedy(tmp_path, lines, words):
    with pytest.raises(InputError, match=r"^[^\n]*$") as refused:
        read(tmp_path, lines)
    assert words in str(refused.value)
    assert "log.csv" in str(refused.value)


def test_the_events_of_slurm_are_read_as_they_are(tmp_path):
    text = (
        "NodeName|TimeStart|TimeEnd|Reason\n"
        "gpu-01|2024-04-02T21:29:31|2024-04-03T08:00:00|Xid 79, fell off the bus\n"
        "gpu-07|2024-04-05T01:00:00|Unknown|Not responding\n"
    )
    log = read(tmp_path, text)
    assert log.host_names == ("gpu-01", "gpu-07")
    assert log.classes == ("Not responding", "Xid 79, fell off the bus")
    assert list(np.isnan(log.back_s)) == [False, True]


def test_more_hosts_than_were_watched_are_refused(tmp_path):
    with pytest.raises(InputError, match="names 2 hosts in the window, more than the 1 of --hosts"):
        read(tmp_path, "time,host\n2024-04-02,a\n2024-04-03,b\n", hosts=1)


def test_what_is_no_text_or_no_file_is_refused(tmp_path):
    (tmp_path / "log.csv").write_bytes(b"time,host\n2024-04-02,\xff\n")
    with pytest.raises(InputError, match=r"log.csv:2: is not text in UTF-8"):
        read_log(tmp_path / "log.csv", hosts=1, window=WINDOW)
    with pytest.raises(InputError, match=r"cannot read .*nothing.csv: no such file"):
        read_log(tmp_path / "nothing.csv", hosts=1, window=WINDOW)


@pytest.mark.parametrize(
    ("window", "words"),
    [
        ("2024-03-30", "is not a window"),
        ("2024-03-30..soon", "is not a date"),
        ("2024-09-20..2024-03-30", "is shorter than a day"),
        ("2024-03-30..2024-03-30", "is shorter than a day"),
    ],
)
def test_a_window_has_two_ends_in_order(window, words):
    with pytest.raises(InputError, match=words):
        window_of(window)


def test_columns_of_the_option():
    assert columns_of("time=Start, host=Node") == {"time": "Start", "host": "Node"}
    with pytest.raises(InputError, match="is none of time=NAME, host=NAME, class=NAME, end=NAME"):
        columns_of("date=Start")
