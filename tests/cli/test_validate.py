"""`simtrain validate`, with few of the exact results and few trials: all of them are CI's."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from simtrain.cli import validate
from simtrain.scenario import catalogue
from simtrain.scenario.load import load
from simtrain.validation import outcomes
from simtrain.validation.exact import RESULTS, Exact
from tests.cli.conftest import SMALL
from tests.validation.mistakes import MISTAKES

FEW = tuple(one for one in RESULTS if one.name in ("faultless", "called_after_tries"))
ROWS = 12


def few(factor: float) -> Exact:
    return Exact(factor / 20, FEW)


@pytest.fixture(autouse=True)
def _few_results(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(validate, "Exact", few)
    monkeypatch.setattr(catalogue, "packaged", dict)


def test_the_table_goes_to_stdout_and_nothing_to_stderr(command) -> None:
    result = command("validate", "-j", "1")
    assert result.exit_code == 0
    assert result.stderr == ""
    assert result.stdout.endswith(f"\n{ROWS} rows: {ROWS} ok.\n")
    for one in FEW:
        assert f"\n{one.title}\n" in result.stdout


def test_json_holds_the_same_rows(command) -> None:
    result = command("validate", "--json", "--seed", "5", "-j", "1")
    answer = json.loads(result.stdout)
    assert (answer["seed"], answer["full"], answer["failed"]) == (5, False, False)
    assert answer["rows"] == [row.as_dict() for row in few(1.0).part(seed=5, jobs=1).rows]
    assert len(answer["rows"]) == ROWS


def test_engines_move_no_row_and_are_told(command) -> None:
    by_simpy, by_compiled = (
        json.loads(command("validate", "--json", "-j", "1", "--engine", engine).stdout)
        for engine in ("simpy", "compiled")
    )
    assert (by_simpy.pop("engine"), by_compiled.pop("engine")) == ("simpy", "compiled")
    assert by_simpy == by_compiled


def test_jobs_move_nothing(command) -> None:
    alone, together = (command("validate", "--json", "-j", jobs) for jobs in ("1", "2"))
    assert alone.stdout == together.stdout


@pytest.mark.slow
def test_full_makes_ten_times_the_trials(command) -> None:
    quick, full = (
        json.loads(command("validate", "--json", "-j", "1", *option).stdout)
        for option in ((), ("--full",))
    )
    assert (quick["full"], full["full"]) == (False, True)
    assert few(validate.FULL).trials - len(full["rows"]) + 1 == 10 * (
        few(1.0).trials - len(quick["rows"]) + 1
    )
    assert full["rows"][-1]["tolerance"] == pytest.approx(
        quick["rows"][-1]["tolerance"] / 10**0.5, rel=0.3
    )


@pytest.mark.parametrize("form", [(), ("--json",), ("--quiet",)])
def test_a_wrong_engine_is_reported_by_the_exit_code_and_in_its_rows(
    command, monkeypatch: pytest.MonkeyPatch, form: tuple[str, ...]
) -> None:
    MISTAKES["stalls dropped"](monkeypatch)
    result = command("validate", "-j", "1", *form)
    assert result.exit_code == 1
    assert result.stderr == ""
    # Of the faultless runs only those without stalls are still right.
    if "--json" in form:
        answer = json.loads(result.stdout)
        assert answer["failed"]
        verdicts = [row["verdict"] for row in answer["rows"]]
        assert verdicts == [*["FAIL"] * 5, "ok", *["FAIL"] * 4, "ok", "ok"]
    else:
        assert result.stdout.endswith(f"\n{ROWS} rows: 3 ok and 9 FAIL.\n")


@pytest.mark.parametrize(
    "words", [("--seed", "-1"), ("-j", "0"), ("--trials", "5"), ("nowhere.toml",)]
)
def test_what_it_does_not_know_is_refused(command, words: tuple[str, ...]) -> None:
    result = command("validate", *words)
    assert result.exit_code == 2
    assert result.stdout == ""
    assert words[0] in result.stderr


# --- published outcomes ---------------------------------------------------------------------------

ROW = """
[[published]]
quantity = "launches"
value = {value}
{more}
source = "a report"
certainty = "certain"
role = "follows"
"""


@pytest.fixture
def _short(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outcomes, "TRIALS", 60)


def published(folder: Path, value: int, more: str = "") -> str:
    file = folder / "run.toml"
    file.write_text(SMALL + ROW.format(value=value, more=more))
    return str(file)


@pytest.mark.usefixtures("_short")
@pytest.mark.parametrize(
    ("value", "more", "code", "verdict"),
    [
        (5, "", 0, "1 ok"),
        (90, "", 1, "1 FAIL"),
        (90, 'miss = "it counts otherwise"', 0, "1 miss (expected)"),
        (5, 'miss = "it counts otherwise"', 0, "1 ok"),
    ],
)
def test_claims_of_a_scenario_decide_the_exit_code(
    command, tmp_path: Path, value: int, more: str, code: int, verdict: str
) -> None:
    result = command("validate", published(tmp_path, value, more), "-j", "1")
    assert (result.exit_code, result.stderr) == (code, "")
    assert result.stdout.endswith(f"\n1 row: {verdict}.\n")
    assert "P5–P95" in result.stdout


@pytest.mark.usefixtures("_short")
def test_packaged_scenarios_come_after_the_theory(
    command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = {"plain": tmp_path / "plain.toml", "run": Path(published(tmp_path, 5))}
    files["plain"].write_text(SMALL)
    monkeypatch.setattr(catalogue, "packaged", lambda: files)
    answer = json.loads(command("validate", "--json", "-j", "1").stdout)
    assert len(answer["rows"]) == ROWS + 1
    assert answer["rows"][-1]["name"] == "launches"
    assert answer["rows"][-1]["tolerance"] == "P5–P95"


@pytest.mark.usefixtures("_short")
def test_what_two_packaged_scenarios_publish_is_held_against_the_one_without_doubt(
    command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = Path(published(tmp_path, 5))
    doubt = tmp_path / "doubt.toml"
    doubt.write_text('extends = "run.toml"\ntitle = "in doubt"\nrestart.duration = "5..20 min"\n')
    monkeypatch.setattr(catalogue, "packaged", lambda: {"doubt": doubt, "run": run})
    [_, source] = validate._all(1.0)
    assert source.scenario.name == "run"


@pytest.mark.usefixtures("_short")
def test_where_numbers_are_not_known_the_trials_that_tell_doubt_are_counted_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outcomes, "TRIALS_IN_DOUBT", 200)
    doubted = load(published(tmp_path, 5)).replace({"restart.duration": "5..20 min"})
    source, done = outcomes.PublishedOutcomes(doubted), []
    part = source.part(seed=0, jobs=1, progress=done.append)
    assert sum(done) == source.trials > 200
    assert part.rows[0].about.endswith("200 trials")


def test_a_scenario_without_outcomes_cannot_be_checked(command, tmp_path: Path) -> None:
    file = tmp_path / "plain.toml"
    file.write_text(SMALL)
    result = command("validate", str(file))
    assert (result.exit_code, result.stdout) == (2, "")
    assert "plain.toml: published: is missing" in result.stderr


LEFT_OUT = """
[[not_reproduced]]
figure = "1,287 GWh"
why = "a slip for MWh"
source = "a newspaper"
certainty = "weak"
"""


@pytest.mark.usefixtures("_short")
@pytest.mark.parametrize("row", ["", ROW.format(value=5, more="")])
def test_what_is_not_reproduced_is_listed_with_and_without_rows(
    command, tmp_path: Path, row: str
) -> None:
    file = tmp_path / "run.toml"
    file.write_text(SMALL + row + LEFT_OUT)
    told = command("validate", str(file), "-j", "1").stdout
    assert "1,287 GWh: a slip for MWh (a newspaper, weak)" in told
    answer = json.loads(command("validate", str(file), "--json", "-j", "1").stdout)
    [left_out] = answer["not_reproduced"]
    assert (left_out["about"], left_out["figure"]) == ("A small run", "1,287 GWh")
    assert [row["role"] for row in answer["rows"]] == (["follows"] if row else [])


@pytest.mark.usefixtures("_short")
def test_what_is_missed_as_expected_is_listed_with_the_reason(command, tmp_path: Path) -> None:
    file = published(tmp_path, 90, 'miss = "it counts otherwise"')
    told = command("validate", file, "-j", "1").stdout
    assert "launches: 90: it counts otherwise (a report, certain)" in told


def test_two_systems_of_which_the_same_is_not_reproduced_are_both_listed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = {name: tmp_path / f"{name}.toml" for name in ("large", "small")}
    for name, file in files.items():
        file.write_text(f'system = "{name}"\n' + SMALL + LEFT_OUT)
    monkeypatch.setattr(catalogue, "packaged", lambda: files)
    _, *sources = validate._all(1.0)
    assert [source.scenario.name for source in sources] == ["large", "small"]
