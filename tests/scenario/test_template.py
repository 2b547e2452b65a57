import datetime as dt
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from simtrain.errors import ScenarioError
from simtrain.scenario import catalogue
from simtrain.scenario.load import load
from simtrain.scenario.template import template
from tests.scenario.valid import TEXT, edited, written

BASES = [
    base if base in ("opt175b", "palm540b") else pytest.param(base, marks=pytest.mark.slow)
    for base in sorted(catalogue.packaged())
]


def test_it_loads_as_it_is(tmp_path: Path) -> None:
    scenario = load(written(tmp_path, template(), "mine.toml"))
    assert scenario.cluster.spares > 0
    assert {fault.effect for fault in scenario.fault.values()} == {"crash", "hang"}
    assert {fault.scope for fault in scenario.fault.values()} == {"host", "job"}
    assert scenario.people.when


def test_it_is_short_and_every_number_is_said_to_be_a_placeholder() -> None:
    lines = template().splitlines()
    numbers = [line for line in lines if re.search(r"=.*\d", line) and not line.startswith("#")]
    assert 20 <= len(numbers) <= 32
    header = ""
    for line in lines:
        header = line if line.startswith("[") else header
        if line in numbers:
            assert "replace by yours" in line + header, line
    assert max(map(len, lines)) <= 100
    assert "published" not in template()


OURS = {
    "cluster.hosts": 64,
    "cluster.spares": 2,
    "workload.parameters": 13e9,
    "workload.tokens": 1.5e12,
    "workload.mfu": 0.35,
    "workload.peak": "312 TFLOP/s",
}


def test_values_of_ones_own_are_no_placeholders(tmp_path: Path) -> None:
    text = template(given=OURS)
    mine, plain = (load(written(tmp_path, one, "mine.toml")) for one in (text, template()))
    assert mine.sha256 == plain.replace(OURS).sha256
    assert "parameters = 13e9     # those that a token uses" in text
    assert 'peak = "312 TFLOP/s"  # of an accelerator, dense\n' in text
    assert template().count("replace by yours") - text.count("replace by yours") == len(OURS)
    changed = set(text.splitlines()) - set(template().splitlines())
    assert len(changed) == len(OURS)


def test_a_value_that_is_not_accepted_is_reported(tmp_path: Path) -> None:
    for base in (None, "opt175b"):
        with pytest.raises(ScenarioError, match=r"init: workload.mfu: 1.4 is out of range"):
            template(base, OURS | {"workload.mfu": 1.4})


@pytest.mark.parametrize("base", BASES)
def test_with_a_packaged_base_it_has_its_numbers(base: str, tmp_path: Path) -> None:
    text = template(base)
    assert text == template(f"{base}.toml")
    mine, theirs = load(written(tmp_path, text, "mine.toml")), load(base)
    assert mine.title == "my cluster"
    ours, others = mine.meaning(), theirs.meaning()
    for table in set(ours) - {"start", "people", "stop", "change"}:
        assert ours[table] == others[table]
    assert ours["people"]["response"] == others["people"]["response"]
    assert {key for key, *_ in mine.unknown} <= {key for key, *_ in theirs.unknown}


@pytest.mark.parametrize("base", BASES)
def test_with_a_packaged_base_nothing_that_is_about_its_run_is_taken(base: str) -> None:
    text = template(base)
    values = tomllib.loads(text)
    assert {"published", "logbook", "sources", "extends"}.isdisjoint(values)
    assert list(dates(values)) == (["start"] if load(base).start else [])
    head, _, body = text.partition('title = "my cluster"')
    assert not re.search(r"20(1|2[0-5])\d?-\d\d", body)
    assert max(map(len, head.splitlines())) <= 100


def dates(value: object, path: str = "") -> Iterator[str]:
    if isinstance(value, dt.date):
        yield path
    elif isinstance(value, dict | list):
        rows = value.items() if isinstance(value, dict) else enumerate(value)
        for key, inner in rows:
            yield from dates(inner, f"{path}.{key}".removeprefix("."))


def test_what_is_left_out_of_a_packaged_base_is_said() -> None:
    head = template("opt175b").partition("\n\n")[0]
    text = " ".join(head.replace("#", " ").split())
    for part in (
        "Left out, since it is about that run alone: start: 2021-11-11T23:11:00-05:00",
        "people.holidays",
        "stop.instability: 2021-11-29",
        'stop."five hosts": 2021-12-06',
        "stop.deletion",
        "change 5 (2021-12-12T00:00:00): cluster.spares = 18",
        "published: how it went",
        "logbook:",
        "sources:",
    ):
        assert part in text


def test_the_kind_of_source_of_each_number_stands_beside_it() -> None:
    text = template("opt175b", {"cluster.hosts": 512})
    assert "recall = 0.55  # calibrated for opt175b\n" in text
    assert "hosts = 512\n" in text
    assert "owned" not in text


def test_a_speed_of_ones_own_takes_the_place_of_that_of_the_base(tmp_path: Path) -> None:
    mine = load(written(tmp_path, template("opt175b", OURS), "mine.toml"))
    assert mine.workload.ideal_s(64 * 8) == pytest.approx(
        6 * 13e9 * 1.5e12 / (64 * 8 * 0.35 * 312e12)
    )
    assert not any(mine.writes(f"workload.{key}") for key in ("flops", "achieved", "speed"))


def test_with_a_base_of_ones_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "odd 'name' \""
    folder.mkdir()
    base = written(folder, TEXT, "base.toml")
    monkeypatch.chdir(folder)
    text = template("base.toml")
    assert '[fault."loss spike"]' in text
    mine, theirs = load(written(tmp_path, text)), load(base)
    assert mine.meaning()["fault"] == theirs.meaning()["fault"]


def test_what_comes_at_a_progress_or_from_time_to_time_is_no_date(tmp_path: Path) -> None:
    more = """
[stop.upgrade]
every = "7 days"
duration = "2 h"

[stop.move]
at = "3 days"
duration = "1 h"

[[change]]
progress = 0.5
set = { "cluster.spares" = 6 }
"""
    base = written(tmp_path, template() + more, "base.toml")
    mine = load(written(tmp_path, template(str(base)), "mine.toml"))
    assert mine.sha256 == load(base).sha256


def test_a_change_of_what_is_left_out_is_left_out(tmp_path: Path) -> None:
    more = """
[[change]]
name = "half way"
progress = 0.5
set = { "cluster.spares" = 6, "people.when.1.response" = "20 min" }
"""
    holidays = 'holidays = [2026-04-03]\n\n[[people.when]]\nholidays = true\nresponse = "1 d"\n\n'
    own = template().replace("[[people.when]]", f"{holidays}[[people.when]]")
    base = written(tmp_path, own + more, "base.toml")
    text = template(str(base))
    mine = load(written(tmp_path, text, "mine.toml"))
    assert [change.set for change in mine.change] == [{"cluster.spares": 6}]
    assert [watch.holidays for watch in mine.people.when] == [False]
    assert '#   change 0 (half way): people.when.1.response = "20 min"' in text


def test_with_a_base_that_is_not_there_or_broken(tmp_path: Path) -> None:
    with pytest.raises(ScenarioError, match="there is no file"):
        template("nowhere")
    with pytest.raises(ScenarioError, match="out of range"):
        template(str(written(tmp_path, edited(("hosts = 124", "hosts = 0")))))
