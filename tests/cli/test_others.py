from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest
from click.shell_completion import ShellComplete

import simtrain
from simtrain.cli import main
from simtrain.scenario.catalogue import packaged
from tests.children import LIMIT_S, Children

COMMANDS = ("run", "timeline", "init", "check", "scenarios", "validate", "schema")


def test_help_lists_every_command(command) -> None:
    text = command("--help").stdout
    names = COMMANDS
    assert [text.index(f"\n  {name} ") for name in names] == sorted(
        text.index(f"\n  {name} ") for name in names
    )


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_help(command, name: str) -> None:
    for flag in ("-h", "--help"):
        result = command(name, flag)
        assert result.exit_code == 0
        assert result.stdout.startswith(f"Usage: main {name}")


def test_an_unknown_command_is_refused(command) -> None:
    result = command("rum")
    assert result.exit_code == 2
    assert "No such command 'rum'. Did you mean 'run'?" in result.stderr
    assert "Did you mean" not in command("xyzzy").stderr


def completed(*words: str) -> list[str]:
    """What the shell is offered for the last of some words, after those before it."""
    *before, incomplete = words
    found = ShellComplete(main, {}, "simtrain", "_SIMTRAIN_COMPLETE").get_completions(
        list(before), incomplete
    )
    return [item.value for item in found]


def test_the_shell_completes_commands_scenarios_and_keys() -> None:
    assert completed("sw") == ["sweep"]
    assert completed("run", "opt175b.") == ["opt175b.toml", "opt175b."]
    assert completed("run", "opt175b.toml", "--set", "cluster.hot") == ["cluster.hot_spares="]
    assert completed("sweep", "opt175b.toml", "fault.gpu.rat") == ["fault.gpu.rate="]
    assert completed("run", "none.toml", "--set", "fault.") == []
    assert completed("plan", "opt175b.toml", "--vary", "restart.f") == ["restart.failure="]


def test_a_local_file_is_found_without_its_ending(command) -> None:
    assert command("init", "llama.toml").exit_code == 0
    assert command("check", "llama").exit_code == 0
    assert command("check", "lama").exit_code == 2


def test_version(command) -> None:
    assert command("--version").stdout.split()[-1] == simtrain.__version__


def loaded_by(code: str, children: Children) -> set[str]:
    """Heavy libraries that are loaded after `code`, in a process of its own."""
    code += (
        "\nheavy = {'pandas', 'matplotlib', 'scipy', 'simpy', 'numpy', 'pydantic'}"
        "\nprint('loaded', *heavy & set(sys.modules))"
    )
    done = children.run([sys.executable, "-c", f"import sys\n{code}"])
    assert done.returncode == 0, done.stderr
    return set(done.stdout.splitlines()[-1].split()[1:])


def test_importing_the_package_is_light(children) -> None:
    assert loaded_by("import simtrain", children) == set()


def test_help_is_light(children) -> None:
    code = "from simtrain.cli import main\nmain(['--help'], standalone_mode=False)"
    assert loaded_by(code, children) == set()


def test_a_short_run_loads_neither_pandas_nor_matplotlib(children) -> None:
    code = "from simtrain.cli import main\nmain(['run', 'small.toml', '--trials', '3', '-j', '1'])"
    code = f"try:\n {code.replace(chr(10), chr(10) + ' ')}\nexcept SystemExit: pass"
    assert loaded_by(code, children) & {"pandas", "matplotlib"} == set()


@pytest.mark.slow
def test_a_folder_of_results_is_written_without_pandas(children) -> None:
    code = "from simtrain.cli import main\nmain(['run', 'small.toml', '--trials', '3', '-o', 'o'])"
    code = f"try:\n {code.replace(chr(10), chr(10) + ' ')}\nexcept SystemExit: pass"
    assert "pandas" not in loaded_by(code, children)


def test_a_command_is_known_by_the_first_line_of_its_module() -> None:
    folder = Path(simtrain.__file__).parent / "cli"
    heads = {file.stem: file.read_text().splitlines()[0] for file in folder.glob("*.py")}
    commands = {name for name, head in heads.items() if head.startswith('"""`simtrain ')}
    assert set(main.list_commands(None)) == commands  # type: ignore[arg-type]
    assert set(COMMANDS) <= commands
    for name in commands:
        command = main.get_command(None, name)  # type: ignore[arg-type]
        assert command is not None
        assert command.name == name


def test_the_door_names_what_it_holds() -> None:
    assert dir(simtrain) == simtrain.__all__
    assert all(getattr(simtrain, name) for name in simtrain.__all__)
    with pytest.raises(AttributeError, match="simulate"):
        simtrain.simulate  # noqa: B018


def test_python_dash_m(outside) -> None:
    process = outside("--version")
    assert process.communicate(timeout=LIMIT_S)[0].split()[-1] == simtrain.__version__


def test_check_says_ok(command) -> None:
    result = command("check", "small.toml", "hopeless.toml")
    assert result.exit_code == 0
    lines = result.stdout.splitlines()
    assert [line for line in lines if line.endswith(": ok")] == [
        "small.toml: ok",
        "hopeless.toml: ok",
    ]


def test_check_and_run_tell_what_is_not_said(command) -> None:
    text = "Not specified, so assumed perfect: repair always works; people act at once;"
    assert text in " ".join(command("check", "small.toml").stdout.split())
    run = command("run", "small.toml", "--trials", "5", "-j", "1", "-q")
    assert text in " ".join(run.stdout.split())
    assert run.stderr == ""


def test_a_quiet_check_says_ok_alone(command) -> None:
    assert command("check", "small.toml", "-q").stdout == "small.toml: ok\n"


def test_check_goes_on_after_a_mistake(command, folder: Path) -> None:
    (folder / "bad.toml").write_text("[cluster]\nhosts = 0\n")
    result = command("check", "bad.toml", "nowhere.toml", "small.toml")
    assert result.exit_code == 2
    assert result.stdout.splitlines()[0] == "small.toml: ok"
    assert "bad.toml:2: cluster.hosts: " in result.stderr
    assert "nowhere.toml: " in result.stderr


def test_check_wants_a_file(command) -> None:
    assert command("check").exit_code == 2


def test_scenarios_are_shown_with_what_they_take_or_listed(command, monkeypatch) -> None:
    few = ("t5-11b", "macaw-11b", "llm400")
    kept = {name: file for name, file in packaged().items() if name in few}
    monkeypatch.setattr("simtrain.questions.scenarios.packaged", lambda: kept)
    lines = command("scenarios", "--trials", "2").stdout.splitlines()
    first = {line.split()[0]: line for line in reversed(lines) if line}
    assert first["t5-11b"].split()[1] == "512"
    assert first["t5-11b"].endswith("2 of 2")
    assert first["macaw-11b"].endswith("–")
    assert lines[-1] == f"  llm400  {simtrain.load('llm400').title}"
    assert "not published: a guess" in " ".join(" ".join(lines).split())


def test_the_schema_is_json(command) -> None:
    schema = json.loads(command("schema").stdout)
    assert {"workload", "cluster", "checkpoint"} <= schema["properties"].keys()


@pytest.mark.parametrize("base", [(), ("--from", "small.toml")])
def test_init_writes_a_scenario_that_is_right(command, base: tuple[str, ...]) -> None:
    result = command("init", *base, "mine/own.toml")
    assert result.exit_code == 0
    assert result.stderr.startswith("Wrote mine/own.toml")
    assert command("check", "-q", "mine/own.toml").stdout == "mine/own.toml: ok\n"


def test_init_takes_numbers_of_ones_own(command, folder: Path) -> None:
    result = command(
        "init", "own.toml", "--hosts", "64", "--accelerators-per-host", "4", "--spares", "2",
        "--parameters", "13B", "--tokens", "1.5T", "--mfu", "35 %", "--peak", "312 TFLOP/s",
        "--start", "2027-01-04T08:00:00+01:00",
    )  # fmt: skip
    assert (result.exit_code, result.stderr.splitlines()[:-1]) == (0, [])
    mine = simtrain.load("own.toml")
    assert (mine.cluster.hosts, mine.cluster.spares) == (64, 2)
    assert mine.workload.ideal_s(64 * 4) == pytest.approx(
        6 * 13e9 * 1.5e12 / (64 * 4 * 0.35 * 312e12)
    )
    assert mine.start.isoformat() == "2027-01-04T08:00:00+01:00"
    assert command("run", "own.toml", "--trials", "2", "-q").exit_code == 0


def test_init_refuses_a_number_that_is_none(command, folder: Path) -> None:
    result = command("init", "own.toml", "--hosts", "many")
    assert result.exit_code == 2
    assert result.stderr.startswith('Error: init: cluster.hosts: "many" is not a whole number')
    assert not (folder / "own.toml").exists()


def test_init_says_that_something_is_left_out(command) -> None:
    note = "Left out what is about that run alone"
    assert note in command("init", "--from", "opt175b", "one.toml").stderr
    assert note not in command("init", "--from", "small.toml", "two.toml").stderr


def test_init_to_stdout(command) -> None:
    command("init", "own.toml")
    assert command("init", "-").stdout == Path("own.toml").read_text()


def test_init_never_overwrites(command, folder: Path) -> None:
    before = (folder / "small.toml").read_text()
    result = command("init", "small.toml")
    assert result.exit_code == 2
    assert result.stderr.startswith("Error: small.toml exists")
    assert (folder / "small.toml").read_text() == before


def test_init_from_an_unknown_scenario(command, folder: Path) -> None:
    result = command("init", "--from", "opt17b", "own.toml")
    assert result.exit_code == 2
    assert "opt17b" in result.stderr
    assert not (folder / "own.toml").exists()


def test_check_explains_what_the_numbers_imply(command) -> None:
    text = command("check", "--explain", "small.toml").stdout
    assert "MTBF of the job" in text
    assert "the best is 1.4 h" in " ".join(text.split())
    assert "repair.automated_misses    repair always works" in text
    assert "Rates are per time at risk" in text


def test_check_takes_values_in_place_of_those_in_the_file(command) -> None:
    explained = command("check", "--explain", "small.toml", "--set", "checkpoint.stall=20s")
    assert explained.exit_code == 0
    assert explained.stdout != command("check", "--explain", "small.toml").stdout
    wrong = command("check", "small.toml", "--set", "cluster.hosts=0")
    assert wrong.exit_code == 2
    assert "--set: cluster.hosts" in wrong.stderr


def test_check_as_json_has_every_file(command, folder: Path) -> None:
    (folder / "bad.toml").write_text("[cluster]\nhosts = 0\n")
    result = command("check", "--explain", "--json", "small.toml", "bad.toml")
    assert result.exit_code == 2
    found = json.loads(result.stdout)
    assert found["small.toml"]["ok"]
    assert found["small.toml"]["implied"]["mtbf_s"] == 2.5 * 86400
    assert found["small.toml"]["assumed"][0]["key"] == "repair.automated_misses"
    assert not found["bad.toml"]["ok"]
    assert "cluster.hosts" in [mistake["key"] for mistake in found["bad.toml"]["mistakes"]]
    assert "bad.toml:2: cluster.hosts: " in result.stderr


def test_init_makes_a_scenario_of_a_model_card(command, folder: Path) -> None:
    """16 bytes of state for each of 70e9 parameters fill half the memory of 28 H100s: 8 by 4."""
    card = ("--model", "70B", "--tokens", "15T", "--accelerator", "h100", "--hosts", "256")
    result = command("init", "own.toml", *card)
    assert result.exit_code == 0
    assert "No MFU is given, so 30..50 % is assumed" in result.stderr
    mine = simtrain.load("own.toml")
    assert (mine.parallelism.tensor, mine.parallelism.pipeline) == (8, 4)
    assert [one.keys for one in mine.unknown] == [("workload.mfu",)]
    text = command("check", "--explain", "own.toml").stdout
    for row in ("tokens per second", "of 8,388,608 tokens", "replicas", "give layers and hidden"):
        assert row in text
    assert command("run", "own.toml", "--trials", "2", "-q").exit_code == 0
    shape = ("--layers", "80", "--hidden", "8192", "--batch", "2048", "--mfu", "41 %")
    result = command("init", "whole.toml", *card, *shape)
    assert "MFU" not in result.stderr
    whole = simtrain.load("whole.toml")
    assert (whole.middle("workload.layers"), whole.middle("workload.batch")) == (80, 2048)
    assert "activations among tensor ranks" in command("check", "--explain", "whole.toml").stdout


def test_init_says_that_no_split_fits(command, folder: Path) -> None:
    card = ("--model", "70B", "--tokens", "1T", "--accelerator", "h100", "--hosts")
    assert "No split of the model is suggested" in command("init", "a.toml", *card, "25").stderr
    assert simtrain.load("a.toml").parallelism is None
    assert "No split" not in command("init", "b.toml", *card, "24").stderr


def test_init_wants_an_accelerator_for_the_shape_of_a_model(command, folder: Path) -> None:
    result = command("init", "own.toml", "--batch", "512")
    assert result.exit_code == 2
    assert "--batch goes with --accelerator" in result.stderr
    assert not (folder / "own.toml").exists()
