"""Nothing simulated is lost, whatever ends the command, and nothing half-done looks whole."""

from __future__ import annotations

import json
import os
import shutil
import signal
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from simtrain.cli import main, output_folder, session
from simtrain.cli.output_folder import LAST, TRIALS
from simtrain.sampling import batch, points, store
from tests.children import LIMIT_S, Children, until

forked = pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")

AS_IS = ("cluster.hosts=16", "checkpoint.stall=1 min")
"""Two keys as they are: a sweep of three keys has no picture, which takes longest of all."""

SWEEP = (
    *("sweep", "small.toml", "cluster.spares=1,2", *AS_IS),
    *("--trials", "6", "--json", "-j", "1"),
)
RUN = ("run", "small.toml", "--trials", "6", "--json", "-j", "1")
both = pytest.mark.parametrize(
    "words",
    [pytest.param(SWEEP, id="sweep"), pytest.param(RUN, id="run", marks=pytest.mark.slow)],
)


def contents(folder: Path) -> dict[str, bytes]:
    """Everything in a folder but the trials of its results."""
    return {file.name: file.read_bytes() for file in folder.iterdir() if file.name != TRIALS}


def whole_tree(folder: Path) -> dict[Path, bytes]:
    return {file: file.read_bytes() for file in folder.rglob("*") if file.is_file()}


@pytest.fixture
def small_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Put every trial on disk by itself."""
    monkeypatch.setattr(points, "_STEP_S", 0.0)


@pytest.fixture
def simulated(monkeypatch: pytest.MonkeyPatch) -> list[tuple[int, int]]:
    """Point and number of every trial that is simulated in this process."""
    seen: list[tuple[int, int]] = []
    simulate = points.simulate

    def watched(chunk: batch.Chunk, *sinks: Any) -> batch.Batch:
        seen.extend((chunk.point, trial) for trial in chunk.trials)
        return simulate(chunk, *sinks)

    monkeypatch.setattr(points, "simulate", watched)
    return seen


def interrupted(*words: Any) -> None:
    raise KeyboardInterrupt


def die_at(step: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Have this process killed at some step on disk; a file that is then written stays half."""
    left = [step]

    def deadly(name: str) -> Callable[..., Any]:
        method = getattr(Path, name)

        def call(path: Path, *words: Any, **options: Any) -> Any:
            left[0] -= 1
            if left[0] < 0:
                if name.startswith("write"):
                    method(path, words[0][: len(words[0]) // 2], **options)
                os.kill(os.getpid(), signal.SIGKILL)
            return method(path, *words, **options)

        return call

    for name in ("mkdir", "rename", "replace", "rmdir", "unlink", "write_bytes", "write_text"):
        monkeypatch.setattr(Path, name, deadly(name))


Survives = Callable[[int, tuple[str, ...]], bool]


@pytest.fixture
def survives(children: Children, monkeypatch: pytest.MonkeyPatch) -> Survives:
    """Run a command in a process that dies at some step; whether it came to its end before."""

    def run(step: int, words: tuple[str, ...]) -> bool:
        def work() -> int:
            die_at(step, monkeypatch)
            return CliRunner().invoke(main, words).exit_code

        status = children.fork(work)
        assert status in (0, -signal.SIGKILL)
        return status == 0

    return run


@forked
@pytest.mark.slow
def test_killed_at_any_step_a_sweep_goes_on_to_the_same_bytes(
    command, small_chunks: None, survives: Survives
) -> None:
    words = (*SWEEP, "--trials", "2")
    whole = command(*words, "-o", "whole").stdout
    step = 0
    while not survives(step, (*words, "-o", "out")):
        if (Path("out") / LAST).exists():
            assert contents(Path("out")) == contents(Path("whole"))
        again = command(*words, "-o", "out", "--resume")
        assert (again.exit_code, again.stdout) == (0, whole), f"after {step} steps"
        assert contents(Path("out")) == contents(Path("whole"))
        shutil.rmtree("out")
        step += 1
    assert step > 30


@forked
@pytest.mark.slow
def test_killed_at_any_step_a_finished_sweep_never_looks_whole_and_mixed(
    command, survives: Survives
) -> None:
    states = {}
    for trials in ("3", "5"):
        command(*SWEEP, "--trials", trials, "-o", trials)
        states[(Path(trials) / LAST).read_bytes()] = contents(Path(trials))
    step = 0
    done = False
    while not done:
        shutil.copytree("3", "out")
        done = survives(step, (*SWEEP, "--trials", "5", "-o", "out", "--resume"))
        found = contents(Path("out"))
        assert LAST not in found or found == states[found[LAST]], f"after {step} steps"
        command(*SWEEP, "--trials", "5", "-o", "out", "--resume")
        assert contents(Path("out")) == contents(Path("5"))
        shutil.rmtree("out")
        step += 1
    assert step > 20


@pytest.mark.slow
def test_a_parallel_sweep_that_is_killed_from_outside_goes_on(command, outside) -> None:
    """It is killed with a third of one point, and goes on to fewer trials of both."""
    process = outside(*SWEEP, "--trials", "1500", "-j", "2", "-o", "out")
    words = (*SWEEP, "--trials", "600", "-j", "2")
    until(lambda: len(list(Path("out").glob(f"{TRIALS}/*/*.npz"))) >= 4, process)
    os.killpg(process.pid, signal.SIGKILL)
    process.communicate(timeout=LIMIT_S)
    assert not (Path("out") / LAST).exists()
    again = command(*words, "-o", "out", "--resume")
    assert again.exit_code == 0
    assert again.stdout == command(*words, "-o", "whole").stdout
    assert contents(Path("out")) == contents(Path("whole"))


@both
@pytest.mark.parametrize("state", ["missing", "empty", "finished", "trials without a manifest"])
def test_resume_in_any_state_of_the_folder(
    command, words: tuple[str, ...], state: str, request: pytest.FixtureRequest
) -> None:
    if state != "finished":  # there pictures are drawn, and are the same to the byte
        request.getfixturevalue("blank_pictures")
    whole = command(*words, "-o", "whole").stdout
    if state == "empty":
        Path("out").mkdir()
    if state == "finished":
        command(*words, "-o", "out")
    if state == "trials without a manifest":
        (Path("out") / TRIALS).mkdir(parents=True)
    result = command(*words, "-o", "out", "--resume")
    assert (result.exit_code, result.stdout) == (0, whole)
    assert contents(Path("out")) == contents(Path("whole"))


def test_only_what_is_missing_is_simulated(
    command, small_chunks: None, simulated: list[tuple[int, int]]
) -> None:
    command(*SWEEP, "-o", "out")
    assert sorted(simulated) == [(point, trial) for point in (0, 1) for trial in range(6)]
    simulated.clear()
    command(*SWEEP, "-o", "out", "--resume")
    assert simulated == []
    command(*SWEEP, "-o", "out", "--resume", "--trials", "8")
    assert sorted(simulated) == [(0, 6), (0, 7), (1, 6), (1, 7)]


def test_a_sweep_that_grows_simulates_the_points_that_are_new(
    command, small_chunks: None, simulated: list[tuple[int, int]]
) -> None:
    command(*SWEEP, "-o", "out")
    simulated.clear()
    wider = ("sweep", "small.toml", "cluster.spares=1,2,3", *SWEEP[3:])
    more = command(*wider, "-o", "out", "--resume")
    assert sorted(simulated) == [(2, trial) for trial in range(6)]
    assert more.stdout == command(*wider, "-o", "whole").stdout
    assert contents(Path("out")) == contents(Path("whole"))


@pytest.mark.parametrize("target", ["goodput >= 10 %", "goodput >= 99 %"])
def test_a_plan_may_aim_at_another_target(command, target: str) -> None:
    words = ("plan", "small.toml", "--vary", "cluster.spares=0..9", "--trials", "5", "--json")
    command(*words, "--target", "goodput >= 90 %", "-o", "out")
    again = command(*words, "--target", target, "-o", "out", "--resume")
    assert (again.exit_code, again.stdout) == (0, command(*words, "--target", target).stdout)


QUESTIONS = {
    "plan": ("--target", "goodput >= 90 %", "--vary", "cluster.spares=0..9"),
    "compare": ("--with", "cluster.spares=3"),
    "sensitivity": (),
    "scale": ("128,256",),
    "schedule": (
        "--set",
        'power.training="700 W"',
        "--set",
        'carbon={intensity={hourly=[1, 1, 1, 3, 3, 3], unit="kg/kWh"}}',
    ),
}


@pytest.mark.parametrize(
    "name",
    [
        *("plan", "schedule"),
        *(pytest.param(one, marks=pytest.mark.slow) for one in ("compare", "sensitivity", "scale")),
    ],
)
@pytest.mark.usefixtures("blank_pictures")
def test_every_question_goes_on(
    command, small_chunks: None, simulated: list[tuple[int, int]], name: str, monkeypatch
) -> None:
    """The first trials are there, then the disk is full; later the rest is simulated, once."""
    words = (name, "small.toml", *QUESTIONS[name], "--trials", "4", "--json", "-j", "1")
    whole = command(*words, "-o", "whole").stdout
    once = len(simulated)
    simulated.clear()
    keep = store.Shelf.keep

    def keep_some(shelf: store.Shelf, kept: batch.Batch) -> Path:
        if len(simulated) == 3:
            raise KeyboardInterrupt
        return keep(shelf, kept)

    monkeypatch.setattr(store.Shelf, "keep", keep_some)
    stopped = command(*words, "-o", "out")
    assert "what was finished is kept; go on with: simtrain " in stopped.stderr
    monkeypatch.setattr(store.Shelf, "keep", keep)
    again = command(*words, "-o", "out", "--resume")
    assert (again.exit_code, again.stdout) == (0, whole)
    assert len(simulated) == once + 1
    assert contents(Path("out")) == contents(Path("whole"))


def test_who_comes_second_leaves_what_is_there(command, monkeypatch: pytest.MonkeyPatch) -> None:
    """Another command takes the folder just after this one found it free."""
    refuse = output_folder._refuse_taken
    looked: list[bool] = []

    def late(folder: output_folder.OutputFolder, resume: bool) -> None:
        refuse(folder, resume)
        if not looked:
            looked.append(True)
            command(*SWEEP, "--seed", "1", "-o", "out")

    monkeypatch.setattr(output_folder, "_refuse_taken", late)
    result = command(*SWEEP, "-o", "out")
    assert result.exit_code == 2
    assert "out is not empty, and results are never overwritten" in result.stderr
    command(*SWEEP, "--seed", "1", "-o", "theirs")
    assert contents(Path("out")) == contents(Path("theirs"))
    assert list(Path("out").glob(f"{TRIALS}/*/*.npz"))


@pytest.mark.usefixtures("blank_pictures")
def test_results_that_are_whole_are_reported_as_whole(command, monkeypatch) -> None:
    def say(text: str) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(session, "say", say)
    result = command(*RUN, "-o", "out")
    assert (result.exit_code, result.stderr) == (130, "\nInterrupted: out is whole.\n")
    assert (Path("out") / LAST).exists()


@pytest.mark.slow
def test_two_commands_do_not_share_a_folder(command, outside, monkeypatch) -> None:
    monkeypatch.setattr(output_folder, "_PATIENCE_S", 0.1)
    words = ("run", "small.toml", "--trials", "300000", "-j", "1", "-o", "out")
    process = outside(*words)
    until(lambda: list(Path("out").glob(f"{TRIALS}/*/*.npz")), process)
    result = command(*words, "--resume")
    assert result.exit_code == 2
    assert result.stderr == (
        "Error: another command is at work in out; wait for it, or name a new folder\n"
    )


@both
@pytest.mark.parametrize("trials", ["4", "9"])
@pytest.mark.usefixtures("blank_pictures")
def test_another_number_of_trials_comes_to_the_same_as_from_scratch(
    command, words: tuple[str, ...], trials: str
) -> None:
    command(*words, "-o", "out")
    more = command(*words, "--trials", trials, "-o", "out", "--resume")
    assert more.stdout == command(*words, "--trials", trials, "-o", "whole").stdout
    assert contents(Path("out")) == contents(Path("whole"))
    back = command(*words, "-o", "out", "--resume")
    assert back.stdout == command(*words).stdout


def test_pictures_of_an_older_result_do_not_stay(command) -> None:
    words = ("sweep", "hopeless.toml", "fault.gpu.mtbf=20 min,40 days", "-j", "1", "-o", "out")
    command(*words, "--trials", "3", "--set", "limits.faults=200")
    shutil.copy("out/badput.png", "mine.png")
    shutil.copy("mine.png", "out/mine.png")
    shutil.copy("mine.png", "out/older.png")
    index = Path("out") / TRIALS / "results.json"
    index.write_text(index.read_text().replace("[", '["older.png", '))
    command(*words, "--trials", "3", "--set", "limits.faults=200", "--resume")
    assert "mine.png" in contents(Path("out"))
    assert "older.png" not in contents(Path("out"))


def test_a_file_of_the_user_is_never_overwritten(command, monkeypatch) -> None:
    """It came after the command was stopped; once it is elsewhere, nothing is simulated again."""
    whole = command(*SWEEP, "-o", "whole").stdout
    with monkeypatch.context() as patch:
        patch.setattr(store.Shelf, "settle", interrupted)
        assert command(*SWEEP, "-o", "out").exit_code == 130
    mine = {"trials.csv": b"my trials", "sweep.csv": b"my sweep", "notes.txt": b"my notes"}
    for name, content in mine.items():
        (Path("out") / name).write_bytes(content)
    result = command(*SWEEP, "-o", "out", "--resume")
    assert (result.exit_code, result.stdout) == (2, whole)
    assert result.stderr.splitlines()[0] == (
        "Error: out holds what is not known to be an earlier result: sweep.csv, trials.csv; move "
        "it elsewhere, or name a new folder"
    )
    assert contents(Path("out")) == mine
    for name in ("trials.csv", "sweep.csv"):
        (Path("out") / name).unlink()
    monkeypatch.setattr(points, "simulate", interrupted)
    assert command(*SWEEP, "-o", "out", "--resume").exit_code == 0
    assert contents(Path("out")) == contents(Path("whole")) | {"notes.txt": b"my notes"}


def test_what_can_be_refused_is_refused_before_it_is_simulated(
    command, small_chunks: None, simulated: list[tuple[int, int]]
) -> None:
    command(*SWEEP, "-o", "out")
    (Path("out") / TRIALS / "results.json").unlink()
    before = whole_tree(Path("out"))
    simulated.clear()
    result = command(*SWEEP, "--trials", "9", "-o", "out", "--resume")
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.startswith(
        f"Error: out holds what is not known to be an earlier result: {LAST};"
    )
    assert simulated == []
    assert whole_tree(Path("out")) == before


def test_an_index_names_files_of_its_folder_only(command, folder: Path) -> None:
    whole = command(*SWEEP, "-o", "out").stdout
    results = contents(Path("out"))
    (folder / "victim").write_text("not a result")
    (folder / "out" / "mine").mkdir()
    (folder / "out" / "mine" / "victim").write_text("no result either")
    names = [
        "../victim",
        f"{folder}/victim",
        "mine/victim",
        "mine",
        "..",
        ".",
        "",
        "a\0b",
        None,
        [],
    ]
    index = folder / "out" / TRIALS / "results.json"
    index.write_text(json.dumps([*names, *json.loads(index.read_text())]))
    again = command(*SWEEP, "-o", "out", "--resume")
    assert (again.exit_code, again.stdout) == (0, whole)
    assert (folder / "victim").read_text() == "not a result"
    assert (folder / "out" / "mine" / "victim").read_text() == "no result either"
    shutil.rmtree("out/mine")
    assert contents(Path("out")) == results


@pytest.mark.parametrize("content", ["", "[", "7", "null", '"trials.csv"', "\x00"])
def test_an_index_that_cannot_be_read_names_nothing(command, content: str) -> None:
    """What is there is then refused; once it is elsewhere, the folder goes on."""
    whole = command(*SWEEP, "-o", "out").stdout
    results = contents(Path("out"))
    (Path("out") / TRIALS / "results.json").write_text(content)
    refused = command(*SWEEP, "-o", "out", "--resume")
    assert refused.exit_code == 2
    assert "not known to be an earlier result" in refused.stderr
    assert contents(Path("out")) == results
    for name in results:
        (Path("out") / name).unlink()
    assert command(*SWEEP, "-o", "out", "--resume").stdout == whole
    assert contents(Path("out")) == results


def test_what_a_killed_command_left_half_written_is_cleared_away(command) -> None:
    command(*SWEEP, "-o", "out")
    before = whole_tree(Path("out"))
    shelves = {file.parent for file in Path("out").glob(f"{TRIALS}/*/*.npz")}
    for folder in (Path("out") / TRIALS, *shelves):
        (folder / "0123456789abcdef.part").write_text("half")
    (Path("out") / "mine.part").write_text("mine")
    assert command(*SWEEP, "-o", "out", "--resume").exit_code == 0
    (Path("out") / "mine.part").unlink()
    assert whole_tree(Path("out")) == before


def test_a_lock_that_cannot_be_had_is_reported(command) -> None:
    command(*SWEEP, "-o", "out")
    lock = Path("out") / TRIALS / "lock"
    lock.unlink(missing_ok=True)
    lock.mkdir()
    result = command(*SWEEP, "-o", "out", "--resume")
    assert (result.exit_code, result.stderr.count("\n")) == (2, 1)
    assert result.stderr.startswith("Error: cannot write out: ")


def test_a_chunk_that_is_cut_off_or_damaged_is_simulated_again(
    command, small_chunks: None, simulated: list[tuple[int, int]]
) -> None:
    whole = command(*SWEEP, "-o", "whole").stdout
    for damage in (
        lambda content: content[:-1],
        lambda content: b"",
        lambda content: content[:300] + bytes([content[300] ^ 1]) + content[301:],
    ):
        shutil.copytree("whole", "out")
        file, _ = Path("out").glob(f"{TRIALS}/*/*.npz")
        file.write_bytes(damage(file.read_bytes()))
        simulated.clear()
        assert command(*SWEEP, "-o", "out", "--resume").stdout == whole
        [point] = {point for point, _ in simulated}
        assert simulated == [(point, trial) for trial in range(6)]
        assert contents(Path("out")) == contents(Path("whole"))
        shutil.rmtree("out")


def test_other_work_is_refused_and_nothing_changes(command, folder: Path, monkeypatch) -> None:
    command(*SWEEP, "-o", "out")
    before = whole_tree(Path("out"))
    other = ("--resume", "-o", "out")
    for words, message in (
        ((*SWEEP, "--seed", "1", *other), "with seed 0, and this is 1"),
        (
            (*SWEEP, "--set", "cluster.swap=1min", *other),
            "of another scenario: it has changed since",
        ),
        ((*RUN, *other), "of a sweep, and this is a run"),
    ):
        result = command(*words)
        assert result.exit_code == 2
        assert result.stderr == f"Error: {result.stderr.splitlines()[0][7:]}\n"
        assert result.stderr.startswith("Error: out/.trials holds trials ")
        assert message in result.stderr
        assert "name a new folder" in result.stderr
    monkeypatch.setattr(store, "__version__", "99.0")
    result = command(*SWEEP, *other)
    assert result.exit_code == 2
    assert "of simtrain 0.1.0, and this is 99.0" in result.stderr
    monkeypatch.undo()
    monkeypatch.chdir(folder)
    monkeypatch.setattr(store, "CODE", "of another checkout")
    result = command(*SWEEP, *other)
    assert result.exit_code == 2
    assert "of other sources of simtrain 0.1.0: it has changed since; go on" in result.stderr
    assert whole_tree(Path("out")) == before


@pytest.mark.usefixtures("blank_pictures")
def test_a_range_that_a_source_gives_is_part_of_what_trials_mean(command, folder: Path) -> None:
    source = '[sources]\n"checkpoint.stall" = {{ assumed = "a guess", range = "{}" }}\n'
    plain = (folder / "small.toml").read_text()
    (folder / "small.toml").write_text(plain + source.format("10 s..5 min"))
    command(*RUN, "-o", "out")
    for words, text in (
        (RUN, plain + source.format("10 s..9 min")),
        (RUN, plain),
        ((*RUN, "--without-doubt"), plain + source.format("10 s..5 min")),
    ):
        (folder / "small.toml").write_text(text)
        result = command(*words, "-o", "out", "--resume")
        assert result.exit_code == 2
        assert "of another scenario: it has changed since" in result.stderr


def test_a_scenario_that_was_only_worded_otherwise_goes_on(
    command, folder: Path, monkeypatch
) -> None:
    whole = command(*SWEEP, "-o", "out").stdout
    text = (folder / "small.toml").read_text()
    retitled = text.replace("A small run", "Another title")
    assert retitled != text
    (folder / "small.toml").write_text(f"# A comment.\n{retitled}\n[sources]\n")
    monkeypatch.setattr(points, "simulate", None)  # nothing is left to do
    assert command(*SWEEP, "-o", "out", "--resume").stdout == whole


def test_a_manifest_that_cannot_be_read_is_refused(command) -> None:
    command(*SWEEP, "-o", "out")
    (Path("out") / TRIALS / store.MANIFEST).write_text("{")
    result = command(*SWEEP, "-o", "out", "--resume")
    assert result.exit_code == 2
    assert "out/.trials/work.json cannot be read; name a new folder" in result.stderr


def test_a_folder_of_something_else_is_refused(command, folder: Path) -> None:
    (folder / "out").mkdir()
    (folder / "out" / "thesis.tex").write_text("\\title{")
    before = whole_tree(folder)
    result = command(*SWEEP, "-o", "out", "--resume")
    assert result.exit_code == 2
    assert result.stderr == (
        "Error: out is not empty, and holds nothing to go on with; name a new folder\n"
    )
    assert whole_tree(folder) == before


def test_without_resume_a_folder_that_could_go_on_is_refused_and_reported(command) -> None:
    command(*SWEEP, "-o", "out")
    before = whole_tree(Path("out"))
    result = command(*SWEEP, "-o", "out")
    assert result.exit_code == 2
    assert result.stderr == (
        "Error: out is not empty, and results are never overwritten; name a new folder, or go on "
        "with what is there by --resume\n"
    )
    assert whole_tree(Path("out")) == before


def test_resume_needs_a_folder(command) -> None:
    result = command(*SWEEP, "--resume")
    assert result.exit_code == 2
    assert result.stderr == (
        "Error: --resume goes on with what a folder holds; name it with -o DIR\n"
    )


def test_before_the_first_trial_is_done_nothing_is_left(command, folder: Path, monkeypatch) -> None:
    def simulate(chunk: batch.Chunk) -> batch.Batch:
        raise KeyboardInterrupt

    monkeypatch.setattr(points, "simulate", simulate)
    result = command(*SWEEP, "-o", "new/out")
    assert result.exit_code == 130
    assert result.stderr == "\nInterrupted: nothing was written.\n"
    assert sorted(file.name for file in folder.iterdir()) == ["hopeless.toml", "small.toml"]


@pytest.mark.parametrize(
    "sign", [signal.SIGINT, pytest.param(signal.SIGTERM, marks=pytest.mark.slow)]
)
def test_who_interrupts_is_told_how_to_go_on(command, outside, sign: signal.Signals) -> None:
    words = ("run", "small.toml", "--trials", "300000", "-j", "1")
    process = outside(*words, "-o", "my out")
    until(lambda: len(list(Path("my out").glob(f"{TRIALS}/*/*.npz"))) >= 2, process)
    process.send_signal(sign)
    stdout, stderr = process.communicate(timeout=LIMIT_S)
    assert (process.returncode, stdout) == (130, "")
    assert stderr == (
        "\nInterrupted: what was finished is kept; go on with: simtrain run small.toml --trials "
        "300000 -j 1 -o 'my out' --resume\n"
    )
