"""The table of systems.md: published figures that nothing is held against, from the files."""

from __future__ import annotations

from collections.abc import Callable

from markdown_table import table

import simtrain
from simtrain import Scenario
from simtrain.questions.scenarios import SystemsQuestion
from simtrain.scenario.catalogue import packaged


def systems() -> dict[str, Scenario]:
    """Scenarios of the packaged systems, by name."""
    question = SystemsQuestion({name: simtrain.load(name) for name in packaged()})
    return {scenario.name.removesuffix(".toml"): scenario for scenario in question.scenarios}


def not_reproduced() -> str:
    """Table of published figures that nothing is held against."""
    rows = (
        (_link(name), one.figure, one.why, f"{one.source} ({one.certainty})")
        for name, scenario in systems().items()
        for one in scenario.not_reproduced
    )
    return table(("system", "published", "why nothing is held against it", "source"), rows)


TABLES: dict[str, Callable[[], str]] = {"not_reproduced": not_reproduced}
"""What makes each table, by the name in its marker."""


def _link(name: str) -> str:
    return f"[{name}](../scenarios/{name}.toml)"
