"""Pictures and sentences on a log say what is in it, and where there is nothing to say."""

from __future__ import annotations

import numpy as np
import pytest

import simtrain
from simtrain.show.elements import Bars, Line, Strokes
from simtrain.show.fit.figures import pictures
from tests.history.made import DAY, Truth, log_of, made, written
from tests.history.test_traps import rows_of
from tests.show.samples import drawn

WINDOW = "2024-01-01..2024-07-01"


def fit(folder, log, **options):
    file = written(folder, rows_of(log))
    return simtrain.fit(file, hosts=100, window=WINDOW, **({"windows": 0} | options))


def elements(panel, kind, label: str):
    return [one for one in panel.elements if isinstance(one, kind) and one.style.label == label]


def test_every_failure_is_drawn_in_the_row_of_its_host(tmp_path):
    found = fit(tmp_path, made(Truth(days=182, burst_rate=0.05), seed=1))
    _, rows = pictures(found)["events.png"].panels
    [alone] = elements(rows, Line, "failure of a host alone")
    [together] = elements(rows, Line, "failure of a host in a group")
    [down] = elements(rows, Strokes, "down")
    assert len(alone.x) + len(together.x) == len(down.x0) == len(found.whole.outages.first)
    assert len(together.x) == found.whole.groups.hosts
    # The host with the most failures has the first row, where the axis begins.
    worst = int(np.argmax(found.log.per_host))
    assert np.sum(down.y0 == 0) == np.sum(found.whole.outages.host == worst)
    title = pictures(found)["events.png"].title
    assert title.startswith(f"{found.log.events} failures of {len(found.log.host_names)} hosts")


def test_curves_fall_from_all_and_the_best_law_is_in_the_title(tmp_path):
    found = fit(tmp_path, made(Truth(days=182, rate=0.01), seed=2))
    info = pictures(found)["survival.png"]
    assert len(info.panels) == 2
    for panel in info.panels:
        [log] = elements(panel, Line, "log")
        assert np.all(np.diff(log.y) <= 1e-9)
        assert log.y[0] == 100
    summary = found.summary()
    laws = (summary["gap_laws"], summary["repair"]["laws"])
    gap, repair = (one[0]["law"].replace("lognormal", "log-normal") for one in laws)
    title = info.title.lower().replace("an exp", "a exp")
    assert (
        title
        == f"a {gap} law fits times between failures of one host best, and a {repair} law repairs"
    )


def test_hosts_down_are_drawn_with_simulated_windows_behind(tmp_path):
    found = fit(tmp_path, made(Truth(days=182), seed=3), windows=20, jobs=1)
    over_time, shares = pictures(found)["hosts_down.png"].panels
    [line] = [one for one in over_time.elements if isinstance(one, Line)]
    assert max(line.y) == found.whole.outages.down.most
    assert len(elements(shares, Bars, "simulated windows, P5 to P95")) == 1
    assert found.plots == ("events", "survival", "hosts_down")
    assert drawn(pictures(found)["hosts_down.png"]).written


def test_a_log_without_returns_says_so_in_place_of_a_picture(tmp_path):
    file = written(tmp_path, "time,host\n2024-02-01,a\n2024-03-01,b\n")
    found = simtrain.fit(file, hosts=9, window=WINDOW, windows=0)
    assert "does not tell when hosts were back" in pictures(found)["hosts_down.png"].title
    assert "too few failures" in str(pictures(found)["survival.png"].panels[0].elements[0].text)
    text = " ".join(found.report().split())
    assert "The log tells no returns, so the scenario has a placeholder." in text
    assert found.scenario.source_of("repair.automated") == "assumed"
    for name in found.plots:
        found.plot(name)


def test_the_report_is_html_in_a_notebook(tmp_path):
    found = fit(tmp_path, made(Truth(days=182), seed=4))
    assert found._repr_html_().count("<table>") == 2
    assert repr(found) == f"<Fit of {found.log.events} failures of 100 hosts>"
    assert list(found.to_frame().columns)[:2] == ["class", "events"]


@pytest.mark.parametrize("days", [1.0, 3.0])
def test_a_log_of_one_failure_has_a_report_all_the_same(tmp_path, days):
    found = fit(tmp_path, log_of([(days, 0, days + 1)], hosts=100, days=182))
    assert found.log.time_s[0] == days * DAY
    text = " ".join(found.report().split())
    assert "1 failure of 100 hosts" in text
    assert "Too few failures" in text
