"""Ctrl-C in the second after the last trial."""

from __future__ import annotations

import os
import signal

import pytest

from simtrain.cli.group import INTERRUPTED
from simtrain.show import answers


@pytest.mark.usefixtures("in_the_foreground")
def test_ctrl_c_while_libraries_load_is_heard_once_they_are_there(
    command, monkeypatch: pytest.MonkeyPatch
) -> None:
    load, loaded = answers.import_module, list[str]()

    def interrupted(name: str) -> object:
        os.kill(os.getpid(), signal.SIGINT)
        module = load(name)
        loaded.append(name)
        return module

    monkeypatch.setattr(answers, "import_module", interrupted)
    result = command("run", "small.toml", "--trials", "3", "-o", "out")
    assert loaded == ["simtrain.show.run.figures"]
    assert result.exit_code == INTERRUPTED
    assert result.stderr.splitlines()[-1] == (
        "Interrupted: what was finished is kept; go on with: simtrain run small.toml --trials 3 "
        "-o out --resume"
    )
