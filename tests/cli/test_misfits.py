"""What is accepted and hardly meant, as `check` and `run` say it."""

from __future__ import annotations

from pathlib import Path

import pytest

from simtrain.scenario.catalogue import packaged
from simtrain.scenario.load import load
from simtrain.scenario.misfits import misfits
from tests.cli.conftest import SMALL

LATE = f"""{SMALL}
[stop.audit]
at = "99 d"
duration = "1 h"

[[change]]
at = "200 years"
set.cluster.spares = 3
"""
NEVER = (
    "Note: `change.0` never comes: it is due 200 years after the start, and no trial is longer "
    "than 100 d."
)


def test_check_and_run_tell_what_never_comes(command, folder: Path) -> None:
    (folder / "late.toml").write_text(LATE)
    ran = command("run", "late.toml", "--trials", "2")
    for text in (command("check", "late.toml").stdout, ran.stdout):
        assert NEVER in " ".join(text.split())
    [note] = ran.stderr.splitlines()
    assert note.startswith("Note: `stop.audit` came in no trial: it is due 99 d after the start,")
    assert command("run", "late.toml", "--trials", "2", "-q").stderr == ""


@pytest.mark.parametrize("name", packaged())
def test_all_that_is_packaged_fits(name: str) -> None:
    assert misfits(load(f"{name}.toml")) == []
