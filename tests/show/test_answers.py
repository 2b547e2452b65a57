"""What every answer is shown by, so that none is forgotten."""

from __future__ import annotations

import pkgutil
from importlib import import_module

import pytest

import simtrain.answers
from simtrain.tables.answer import Answer
from simtrain.tables.results import Results


def kinds() -> list[str]:
    modules = [
        import_module(found.name)
        for found in pkgutil.iter_modules(simtrain.answers.__path__, "simtrain.answers.")
    ]
    classes = [one for module in modules for one in vars(module).values() if isinstance(one, type)]
    answers = [one for one in (Results, *classes) if issubclass(one, Answer) and one is not Answer]
    return sorted({one.kind for one in answers if hasattr(one, "kind")})


def test_there_are_answers_of_many_kinds() -> None:
    assert {"run", "sweep", "plan_for", "forecast"} < {*kinds()}


@pytest.mark.parametrize("kind", kinds())
def test_an_answer_has_a_report_and_pictures_by_its_kind(kind: str) -> None:
    report = import_module(f"simtrain.show.{kind}.report")
    figures = import_module(f"simtrain.show.{kind}.figures")
    assert callable(getattr(report, f"{kind}_report"))
    assert callable(figures.pictures)
