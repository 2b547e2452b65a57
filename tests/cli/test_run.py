from __future__ import annotations

import csv
import errno
import json
import os
import signal
from pathlib import Path

import pytest

import simtrain
from simtrain.cli import session
from simtrain.errors import WorkerError
from simtrain.tables.results import Results
from tests.children import LIMIT_S, members, until
from tests.cli.conftest import listing
from tests.pictures import PICTURES

FILES = sorted([*PICTURES, "scenario.toml", "summary.json", "trials.csv"])
INPUTS = ["hopeless.toml", "small.toml"]


def forbid_simulation(monkeypatch: pytest.MonkeyPatch) -> None:
    def run(*args: object, **kwargs: object) -> None:
        pytest.fail("simulated although it was clear that results could not be written")

    monkeypatch.setattr(session, "ask", run)


def fill_the_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    def columns(self: Results) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(Results, "columns", columns)


def test_the_report_goes_to_stdout_and_nothing_to_stderr(command) -> None:
    result = command("run", "small.toml", "--trials", "20", "-j", "1")
    assert result.exit_code == 0
    assert "wall-clock" in result.stdout
    assert "goodput" in result.stdout
    assert result.stderr == ""


def test_json_is_the_summary_of_the_same_run_in_python(command) -> None:
    result = command("run", "small.toml", "--trials", "20", "--seed", "5", "--json")
    scenario = simtrain.load("small.toml")
    results = simtrain.run(scenario, trials=20, seed=5)
    assert result.stdout == results.to_json()
    assert json.loads(result.stdout) == results.summary()


def test_json_is_the_same_to_the_byte_whatever_the_jobs(command, monkeypatch) -> None:
    monkeypatch.setattr("simtrain.sampling.points._STEP_S", 0.0)
    monkeypatch.setattr("simtrain.sampling.points.POOL_PAYS_S", 0.0)
    texts = {
        command("run", "small.toml", "--trials", "60", "--json", "-j", jobs).stdout
        for jobs in ("1", "2", "3")
    }
    assert len(texts) == 1


def test_set_and_seed_change_the_run(command) -> None:
    base = ("run", "small.toml", "--trials", "20", "--json")
    plain, other_seed, more_spares = (
        json.loads(command(*base, *extra).stdout)
        for extra in ((), ("--seed", "1"), ("--set", "cluster.spares=9"))
    )
    assert plain["scenario_sha256"] == other_seed["scenario_sha256"]
    assert plain["metrics"] != other_seed["metrics"]
    assert plain["scenario_sha256"] != more_spares["scenario_sha256"]
    assert plain["time_s"]["host_wait"] > more_spares["time_s"]["host_wait"]


def test_a_run_directory_holds_all_of_the_run(command) -> None:
    result = command("run", "small.toml", "--trials", "20", "--json", "-o", "runs/first")
    assert result.exit_code == 0
    assert result.stderr == "Wrote runs/first.\n"
    first = Path("runs/first")
    assert listing(first) == FILES
    assert listing(Path("runs")) == ["first"]
    assert (first / "summary.json").read_text() == result.stdout
    for figure in first.glob("*.png"):
        assert figure.read_bytes().startswith(b"\x89PNG")


def test_processes_that_draw_at_once_move_no_byte(command) -> None:
    for jobs in ("1", "2"):
        command("run", "small.toml", "--trials", "5", "-j", jobs, "-o", jobs)
    one, two = ([(Path(jobs) / name).read_bytes() for name in FILES] for jobs in ("1", "2"))
    assert one == two


def test_a_dollar_in_a_title_is_no_mathematics(command) -> None:
    words = ("--set", 'title="$x^{$"', "--trials", "5", "-q")
    result = command("run", "small.toml", *words, "-o", "out")
    assert (result.exit_code, result.stderr) == (0, "")
    assert listing(Path("out")) == FILES


def test_a_figure_that_fails_takes_nothing_else_with_it(command, monkeypatch) -> None:
    def fail(*_: object) -> None:
        raise ValueError("no such colour")

    monkeypatch.setattr("simtrain.show.picture_file.save", fail)
    result = command("run", "small.toml", "--trials", "5", "--json", "-o", "out")
    assert result.exit_code == 0
    assert "wall_clock.png could not be drawn (ValueError('no such colour'))" in result.stderr
    assert listing(Path("out")) == [file for file in FILES if not file.endswith(".png")]
    assert Path("out/summary.json").read_text() == result.stdout


@pytest.mark.usefixtures("blank_pictures")
def test_the_table_of_trials_reads_back(command) -> None:
    command("run", "small.toml", "--trials", "20", "-o", "out")
    frame = simtrain.run(simtrain.load("small.toml"), trials=20).to_frame()
    with Path("out/trials.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row.pop("trial") for row in rows] == [str(trial) for trial in range(20)]
    assert {row.pop("truncated") for row in rows} == {"False"}
    assert {row.pop("program_goodput") for row in rows} == {""}
    numbers = frame.drop(columns=["truncated", "program_goodput"])
    assert [[float(text) for text in row.values()] for row in rows] == numbers.values.tolist()


@pytest.mark.usefixtures("blank_pictures")
def test_the_written_scenario_gives_the_same_run(command) -> None:
    more = ("--trials", "20", "--json", "-q")
    first = command("run", "small.toml", "--set", "cluster.spares=2", "-o", "out", *more)
    again = command("run", "out/scenario.toml", *more)
    one, other = json.loads(first.stdout), json.loads(again.stdout)
    assert one | {"scenario": ""} == other | {"scenario": ""}


@pytest.mark.usefixtures("blank_pictures")
def test_quiet_means_no_notes(command) -> None:
    assert command("run", "small.toml", "--trials", "5", "-q", "-o", "out").stderr == ""


@pytest.mark.usefixtures("blank_pictures")
def test_an_empty_folder_is_filled(command, folder: Path) -> None:
    (folder / "out").mkdir()
    before = (folder / "out").stat().st_ino
    assert command("run", "small.toml", "--trials", "5", "-o", "out").exit_code == 0
    assert listing(folder / "out") == FILES
    assert (folder / "out").stat().st_ino == before


@pytest.mark.parametrize(
    ("where", "message"),
    [
        ("taken", "taken is not empty, and results are never overwritten; name a new folder"),
        ("small.toml", "small.toml is a file; name a new folder"),
        ("small.toml/out", "cannot write small.toml/out: not a directory"),
        ("/proc/out", "cannot write /proc/out: no such file or directory"),
        ("o" * 300, "file name too long"),
    ],
    ids=["taken", "file", "below a file", "read-only", "long"],
)
def test_a_folder_that_cannot_be_written_is_known_at_once(
    command, folder: Path, monkeypatch, where: str, message: str
) -> None:
    forbid_simulation(monkeypatch)
    (folder / "taken").mkdir()
    (folder / "taken" / "summary.json").write_text("{}")
    result = command("run", "small.toml", "-o", where)
    assert result.exit_code == 2
    assert result.stderr.startswith("Error: ")
    assert message in result.stderr
    assert result.stderr.count("\n") == 1
    assert listing(folder) == sorted([*INPUTS, "taken"])
    assert listing(folder / "taken") == ["summary.json"]


@pytest.mark.usefixtures("blank_pictures")
@pytest.mark.parametrize("where", ["out", "new/parents/out", "empty"])
def test_a_full_disk_leaves_the_report_and_the_trials(
    command, folder: Path, monkeypatch, where: str
) -> None:
    (folder / "empty").mkdir()
    with monkeypatch.context() as full:
        fill_the_disk(full)
        result = command("run", "small.toml", "--trials", "5", "-o", where)
    assert result.exit_code == 2
    assert "wall-clock" in result.stdout
    assert result.stderr == (
        f"Error: cannot write {where}: no space left on device\n"
        "What was finished is kept; go on with: simtrain run small.toml --trials 5 "
        f"-o {where} --resume\n"
    )
    assert listing(folder / where) == []
    assert command("run", "small.toml", "--trials", "5", "-o", where, "--resume").exit_code == 0
    assert listing(folder / where) == FILES


def test_an_error_of_our_own_leaves_no_results_either(command, folder: Path, monkeypatch) -> None:
    monkeypatch.setattr(Results, "columns", lambda self: 1 / 0)
    result = command("run", "small.toml", "--trials", "5", "-o", "new/out")
    assert isinstance(result.exception, ZeroDivisionError)
    assert listing(folder / "new/out") == []


def test_the_report_outlives_workers_that_die_once_it_is_known(
    command, folder: Path, monkeypatch
) -> None:
    def dies(*args: object, **kwargs: object) -> None:
        raise WorkerError("a worker process died 3 times over trials 8 to 11")

    monkeypatch.setattr(session, "draw", dies)
    result = command("run", "small.toml", "--trials", "5", "-o", "out")
    assert result.exit_code == 1
    assert "wall-clock" in result.stdout
    assert result.stderr == (
        "Error: a worker process died 3 times over trials 8 to 11\n"
        "What was finished is kept; go on with: simtrain run small.toml --trials 5 -o out "
        "--resume\n"
    )
    assert listing(folder / "out") == []


def test_ctrl_c_writes_nothing(command, folder: Path, monkeypatch) -> None:
    def run(*args: object, **kwargs: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(session, "ask", run)
    result = command("run", "small.toml", "-o", "new/out")
    assert result.exit_code == 130
    assert result.stdout == ""
    assert result.stderr == "\nInterrupted: nothing was written.\n"
    assert listing(folder) == INPUTS


@pytest.mark.slow
@pytest.mark.parametrize("whole_group", [True, False])
def test_ctrl_c_in_the_midst_of_a_parallel_run(outside, folder: Path, whole_group: bool) -> None:
    process = outside("run", "small.toml", "--trials", "1000000", "-j", "2", "-o", "new/out")
    until(lambda: len(list(folder.glob("new/out/*/*/*.npz"))) >= 4, process)
    (os.killpg if whole_group else os.kill)(process.pid, signal.SIGINT)
    stdout, stderr = process.communicate(timeout=LIMIT_S)
    assert process.returncode == 130
    assert stdout == ""
    assert stderr.startswith("\nInterrupted: what was finished is kept; go on with: simtrain run ")
    assert listing(folder / "new/out") == []


@pytest.mark.slow
@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="needs /proc")
def test_workers_end_with_a_parent_that_is_killed(outside) -> None:
    process = outside("run", "small.toml", "--trials", "1000000", "-j", "2")
    until(lambda: len(members(process.pid)) >= 3, process)
    os.kill(process.pid, signal.SIGKILL)
    process.communicate(timeout=LIMIT_S)
    until(lambda: not members(process.pid))


def test_workers_that_keep_dying_are_reported(command, monkeypatch) -> None:
    def run(*args: object, **kwargs: object) -> None:
        raise WorkerError("a worker process died 3 times over trials 8 to 11")

    monkeypatch.setattr(session, "ask", run)
    result = command("run", "small.toml")
    assert result.exit_code == 1
    assert result.stderr == "Error: a worker process died 3 times over trials 8 to 11\n"


def test_trials_that_cannot_finish_get_a_verdict(command) -> None:
    words = ("run", "hopeless.toml", "--trials", "3", "--set", "limits.faults=200")
    report, as_json = command(*words), command(*words, "--json")
    assert report.exit_code == as_json.exit_code == 0
    assert "did not finish" in report.output or "finished" in report.output
    assert "3 of 3 trials did not finish" in as_json.stderr
    summary = json.loads(as_json.stdout)
    assert (summary["trials"], summary["truncated_trials"]) == (3, 3)
    assert summary["metrics"]["wall_clock_s"]["mean"] is None


@pytest.mark.parametrize(
    "words",
    [
        ("--trials", "0"),
        ("--trials", "10000001"),
        ("--trials", "many"),
        ("--seed", "-1"),
        ("--seed", str(2**63)),
        ("--jobs", "0"),
        ("--jobs", "1025"),
        ("--colour",),
        ("another.toml",),
    ],
    ids=" ".join,
)
def test_bad_options_are_refused(command, words: tuple[str, ...]) -> None:
    result = command("run", "small.toml", *words)
    assert result.exit_code == 2
    assert "Error: " in result.stderr
    assert result.stdout == ""


@pytest.mark.parametrize(
    "words",
    [
        ("nowhere.toml",),
        ("",),
        (".",),
        ("small.toml", "--set", "cluster.hosts=0"),
        ("small.toml", "--set", "cluster.hsots=4"),
        ("small.toml", "--set", "nonsense"),
    ],
    ids=" ".join,
)
def test_a_bad_scenario_is_one_message(command, folder: Path, words: tuple[str, ...]) -> None:
    result = command("run", *words, "-o", "out")
    assert result.exit_code == 2
    assert result.stderr.startswith("Error: ")
    assert result.stderr.count("\n") == 1
    assert listing(folder) == INPUTS


def test_all_mistakes_of_a_scenario_are_reported(command, folder: Path) -> None:
    text = (folder / "small.toml").read_text()
    (folder / "bad.toml").write_text(text.replace("16", "-1").replace("1 h", "1 parsec"))
    result = command("run", "bad.toml")
    first, *mistakes = result.stderr.splitlines()
    assert first == "Error: the scenario has 2 mistakes"
    assert [mistake.split(": ")[0] for mistake in mistakes] == ["bad.toml:7", "bad.toml:15"]


@pytest.mark.slow
def test_a_pipe_that_nobody_reads_is_no_error(children) -> None:
    done = children.shell("simtrain run small.toml --trials 5 --json | true")
    assert done.stderr == ""


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
def test_a_full_disk_behind_stdout_is_one_message(children) -> None:
    done = children.shell("simtrain run small.toml --trials 5 --json > /dev/full")
    assert done.returncode == 2
    assert done.stderr == "Error: cannot write to standard output: no space left on device\n"


# --- the statistic that is asked for --------------------------------------------------------------


def test_precision_takes_as_many_trials_as_it_needs(command) -> None:
    words = ("run", "small.toml", "--precision", "3%", "--of", "p90(wall_clock)", "-j", "1")
    answer = json.loads(command(*words, "--json").stdout)
    assert answer["trials"] % 100 == 0
    assert answer["asked"]["half_width"] <= 0.03
    assert answer["asked"]["value"] == answer["metrics"]["wall_clock_s"]["p90"]
    text = " ".join(command(*words).stdout.split())
    assert "p90(wall_clock) is " in text
    assert "within the requested 3 %" in text


def test_an_answer_that_is_not_precise_or_not_shown_says_so(command) -> None:
    words = ("run", "small.toml", "-j", "1")
    few = command(*words, "--precision", "0.01%", "--max-trials", "40")
    assert "40 trials are not enough for the requested 0.01 %; raise `--max-trials`" in " ".join(
        few.stdout.split()
    )
    rare = command(*words, "--trials", "40", "--of", "p99(wall_clock)")
    text = " ".join(rare.stdout.split())
    assert "p99(wall_clock) is not shown: its confidence interval takes at least 368" in text


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("--precision", "1%", "--trials", "5"), "both given"),
        (("--precision", "100%"), "'100%' is not above 0 % and below 100 %"),
        (("--max-trials", "5"), "no precision for it to end"),
        (("--of", "p90(wallclock)"), "did you mean `wall_clock`?"),
    ],
)
def test_what_cannot_be_asked_is_refused(command, folder: Path, words, message: str) -> None:
    result = command("run", "small.toml", *words, "-o", "new/out")
    assert result.exit_code == 2
    assert message in result.stderr
    assert result.stdout == ""
    assert not (folder / "new").exists()


@pytest.mark.slow
def test_what_is_not_known_splits_the_spread_into_chance_and_doubt(command, tmp_path: Path) -> None:
    ranges = ("--set", "restart.duration=1 min..2 h", "--set", "checkpoint.stall=10 s..1 min")
    options = (*ranges, "--trials", "60", "-j", "1", "-q")
    summary = json.loads(command("run", "small.toml", *options, "--json").stdout)
    spread = summary["spread"]
    assert spread["metric"] == "wall_clock_s"
    assert spread["chance"] + spread["doubt"] == pytest.approx(1)
    assert {one["key"] for one in spread["numbers"]} == {"restart.duration", "checkpoint.stall"}
    assert all(one["ci95"][0] <= one["share"] <= one["ci95"][1] for one in spread["numbers"])
    assert spread["echo_trials"] == 60

    report = command("run", "small.toml", *options, "-o", "out")
    assert "is doubt about uncertain numbers" in " ".join(report.stdout.split())
    assert (Path("out") / "spread.png").stat().st_size
    resumed = command("run", "small.toml", *options, "-o", "out", "--resume")
    assert (resumed.exit_code, resumed.stdout) == (0, report.stdout)


def test_without_doubt_every_number_is_known(command) -> None:
    options = ("--set", "restart.duration=5 min..20 min", "--trials", "20", "-j", "1", "-q")
    doubtful = command("run", "small.toml", *options, "--without-doubt", "--json")
    known = command("run", "small.toml", "--set", "restart.duration=10 min", *options[2:], "--json")
    assert "spread" not in json.loads(doubtful.stdout)
    assert json.loads(doubtful.stdout)["metrics"] == json.loads(known.stdout)["metrics"]


def test_few_trials_do_not_split_the_spread(command) -> None:
    options = ("--set", "restart.duration=1 min..2 h", "--trials", "10", "-j", "1", "-q")
    assert "use 40 or more" in " ".join(command("run", "small.toml", *options).stdout.split())


@pytest.mark.parametrize(
    "words",
    [
        ("sweep", "cluster.spares=1,2"),
        ("plan", "--target", "goodput >= 1 %", "--vary", "cluster.spares=1,2"),
        ("compare", "--with", "cluster.spares=1"),
    ],
)
def test_every_question_can_be_asked_without_doubt(command, words: tuple[str, ...]) -> None:
    name, *rest = words
    options = ("--set", "restart.duration=5 min..20 min", "--trials", "2", "-j", "1", "-q")
    doubtful = command(name, "small.toml", *rest, *options).stdout
    assert "1 number is uncertain" in " ".join(doubtful.split())
    known = command(name, "small.toml", *rest, *options, "--without-doubt")
    assert (known.exit_code, "uncertain:" in known.stdout) == (0, False)


def test_a_size_that_is_set_and_that_the_time_does_not_follow_is_noted(command) -> None:
    words = ("run", "small.toml", "--trials", "2", "-j", "1", "--set", "cluster.hosts=8")
    result = command(*words)
    assert result.exit_code == 0
    assert result.stderr.startswith("Note: cluster.hosts = 8 does not move `workload.ideal_time`")
    assert command(*words, "-q").stderr == ""
    follows = command(*words, "--set", "workload.ideal_time=20 d")
    assert "does not move" not in follows.stderr
