"""The full validation: SIMTRAIN_FULL=1 makes many times the trials and prints the scores."""

import os

import pytest

from simtrain.validation.scores import ExactScore
from tests.validation.tables import table

FULL = os.environ.get("SIMTRAIN_FULL", "") not in ("", "0")
SCORES: list[ExactScore] = []
TWINS: list[ExactScore] = []


@pytest.fixture(scope="session")
def trials_factor() -> float:
    return 10.0 if FULL else 1.0


@pytest.fixture(scope="session")
def record_scores() -> list[ExactScore]:
    return SCORES


@pytest.fixture(scope="session")
def record_twins() -> list[ExactScore]:
    return TWINS


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    if FULL and SCORES:
        terminalreporter.section("exact results")
        terminalreporter.write_line(table(SCORES))
    if FULL and TWINS:
        terminalreporter.section("the engine and its twin")
        terminalreporter.write_line(table(TWINS, "twin", "engine"))
