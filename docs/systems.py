"""The table of systems.md: published figures that nothing is held against, from the files."""

from __future__ import annotations

from collections.abc import Callable

from markdown_table import table

import simtrain
from simtrain import Scenario
from simtrain.questions.scenarios import SystemsQuestion
from simtrain.scenario.catalogue import packaged
from simtrain.scenario.published import NotReproduced


def systems() -> dict[str, Scenario]:
    """Scenarios of the packaged systems, by name."""
    question = SystemsQuestion({name: simtrain.load(name) for name in packaged()})
    return {scenario.name.removesuffix(".toml"): scenario for scenario in question.scenarios}


def not_reproduced() -> str:
    """Table of published figures that nothing is held against, or that are missed."""
    rows = (
        (_link(name), one.figure, one.why, f"{one.source} ({one.certainty})")
        for name, scenario in systems().items()
        for one in (*scenario.not_reproduced, *_missed(scenario))
    )
    return table(("system", "published", "why", "source"), rows)


TABLES: dict[str, Callable[[], str]] = {"not_reproduced": not_reproduced}
"""What makes each table, by the name in its marker."""


def _missed(scenario: Scenario) -> list[NotReproduced]:
    """Outcomes that trials are held against, and of which it is known why they miss them."""
    return [missed for row in scenario.published if (missed := row.missed)]


def _link(name: str) -> str:
    return f"[{name}](../scenarios/{name}.toml)"
