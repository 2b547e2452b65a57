"""`--engine`: what tells the trials of a command, what it says of that, and going on by another."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from simtrain import laws
from simtrain.distributions import Uniform
from simtrain.model.policies import Swap, named
from simtrain.sampling import engines
from simtrain.scenario import numbers, recovery

if TYPE_CHECKING:
    from collections.abc import Callable

    from click.testing import Result

RUN = ("run", "small.toml", "--json", "-j", "1")


@pytest.fixture
def left(folder: Path) -> str:
    """Name of a scenario that the compiled engine cannot tell."""
    text = Path("small.toml").read_text()
    checks = [f'[check.{name}]\nevery = "10 h"\nduration = "1 min"\n' for name in "abcdefghi"]
    (folder / "left.toml").write_text("\n".join([text, *checks]))
    return "left.toml"


@pytest.mark.slow
def test_trials_that_one_engine_has_told_are_gone_on_with_by_the_other(
    command: Callable[..., Result],
) -> None:
    whole = command(*RUN, "--trials", "8", "-o", "whole", "--engine", "simpy")
    assert command(*RUN, "--trials", "4", "-o", "parts", "--engine", "simpy").exit_code == 0
    parts = command(*RUN, "--trials", "8", "-o", "parts", "--engine", "compiled", "--resume")
    assert parts.exit_code == 0
    assert Path("parts/trials.csv").read_bytes() == Path("whole/trials.csv").read_bytes()
    told = [json.loads(one.stdout) for one in (whole, parts)]
    assert [one.pop("engine") for one in told] == ["simpy", "compiled"]
    assert told[0] == told[1]


def test_a_scenario_that_is_left_to_simpy_is_one_message_with_the_remedy(
    command: Callable[..., Result], left: str
) -> None:
    refused = command("run", left, "--engine", "compiled")
    assert refused.exit_code == 2
    assert "does not have more than eight checks; leave out --engine compiled" in refused.stderr
    assert refused.stdout == ""
    assert command("run", left, "--trials", "2", "-j", "1").exit_code == 0


def test_check_explains_what_leaves_a_scenario_to_simpy(
    command: Callable[..., Result], left: str
) -> None:
    lines = " ".join(command("check", "--explain", left).stdout.split())
    assert "The engine on SimPy simulates it" in lines
    assert "does not have more than eight checks." in lines
    assert "SimPy" not in command("check", "--explain", "small.toml").stdout
    found = json.loads(command("check", "--explain", "--json", left, "small.toml").stdout)
    left_to_simpy = [one["left_to_simpy"] for one in found.values()]
    assert left_to_simpy == [["more than eight checks"], []]


class Hasty(Swap):
    """Swaps hosts, and calls a person at once."""

    def on_failed_launch(self, restart: object, tries: int) -> bool:
        return True


@dataclass(frozen=True, slots=True)
class Even(Uniform):
    """A law of a class of its own."""


@pytest.fixture
def hasty(monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """What sets a policy that is new in the product: a class, and its short name in two lists."""
    monkeypatch.setattr(recovery, "POLICIES", (*recovery.POLICIES, "hasty"))
    monkeypatch.setitem(named._BY_NAME, "hasty", Hasty())
    return {"recovery.policy": '"hasty"'}


@pytest.fixture
def even(monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """What sets a law that is new in the product: a class, and its parameters."""
    parameters = {**laws.PARAMETERS, "even": (("low",), ("high",))}
    monkeypatch.setattr(laws, "PARAMETERS", parameters)
    monkeypatch.setattr(numbers, "PARAMETERS", parameters)
    monkeypatch.setattr(numbers, "KINDS", (*numbers.KINDS, "even"))
    monkeypatch.setitem(laws._MAKERS, ("even", "low", "high"), Even)  # type: ignore[arg-type]
    return {"people.response": '{law = "even", low = "1 h", high = "9 h"}'}


@pytest.mark.parametrize(
    ("new", "reason"),
    [("hasty", "recovery.policy = 'hasty'"), ("even", "law = 'even'")],
)
def test_what_is_new_in_the_product_is_left_to_simpy_until_it_is_compiled(
    new: str,
    reason: str,
    command: Callable[..., Result],
    request: pytest.FixtureRequest,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    values = {"restart.failure": "0.5", "people.response": '"1 h"', **request.getfixturevalue(new)}
    words = [word for key, value in values.items() for word in ("--set", f"{key}={value}")]
    monkeypatch.setattr(engines, "_pays", lambda *_: True)
    trials = (*RUN, "--trials", "12")
    usual, auto = command(*trials, "-o", "usual"), command(*trials, *words, "-o", "auto")
    assert (usual.exit_code, auto.exit_code) == (0, 0)
    assert [json.loads(one.stdout)["engine"] for one in (usual, auto)] == ["compiled", "simpy"]
    assert command(*trials, *words, "-o", "simpy", "--engine", "simpy").exit_code == 0
    rows = [Path(one, "trials.csv").read_bytes() for one in ("auto", "simpy", "usual")]
    assert rows[0] == rows[1] != rows[2]
    refused = command(*trials, *words, "--engine", "compiled")
    assert (refused.exit_code, refused.stdout) == (2, "")
    assert f"does not have {reason}; leave out --engine compiled" in refused.stderr
