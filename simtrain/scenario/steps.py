"""Steps of a run whose batch changes: at which progress each step is.

A batch ramp is some changes of `workload.batch` at a step, or at a progress. A step is as much of
the work as its tokens are of all tokens, so that progress is linear in steps between two changes.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from simtrain.scenario.document import Document, value_at, with_values
from simtrain.scenario.doubt import number_at
from simtrain.scenario.ramp import RAMPED


class Phase(NamedTuple):
    """Steps of one size: where they begin, as a progress and as a step.

    `steps` is how many of them the whole work would take.
    """

    progress: float
    step: float
    steps: float

    def progress_at(self, step: float) -> float:
        """Progress at a step of this phase."""
        return self.progress + (step - self.step) / self.steps

    def step_at(self, progress: float) -> float:
        """Step at a progress of this phase."""
        return self.step + (progress - self.progress) * self.steps


def progress_at(phases: Sequence[Phase], step: float) -> float:
    """Progress at a step, by phases in their order."""
    return next(one for one in reversed(phases) if one.step <= step).progress_at(step)


def phases_of(document: Document) -> list[Phase]:
    """Phases of a document in their order; none where it does not say what a step is.

    Numbers that are not exactly known are at their middle. A change that comes beyond the end, or
    before the one above it, begins none.
    """
    return [phase for _, phase in _phases(document)]


def with_progress(document: Document) -> Document:
    """`document` with the progress of each change in place of its step, where it can be told."""
    rows = document.get("change")
    if not isinstance(rows, list) or not any(
        isinstance(row, dict) and "step" in row for row in rows
    ):
        return document
    known = {number: phase.progress for number, phase in _phases(document) if number is not None}
    return document | {
        "change": [_placed(row, known[number]) if number in known else row
                   for number, row in enumerate(rows)]
    }  # fmt: skip


def _placed(row: Document, progress: float) -> Document:
    if "step" not in row:
        return row
    return {key: value for key, value in row.items() if key != "step"} | {"progress": progress}


def _phases(document: Document) -> Iterator[tuple[int | None, Phase]]:
    """Phases, each with the number of the change that begins it.

    A change of anything else at a step or a progress begins one too, of steps as they were.
    """
    steps = _steps(document)
    if steps is None:
        return
    phase = Phase(0.0, 0.0, steps)
    yield None, phase
    rows = document.get("change")
    for number, row in enumerate(rows if isinstance(rows, list) else ()):
        values = row.get("set") if isinstance(row, dict) else None
        if not isinstance(values, dict):
            continue
        progress = _progress(number, row, phase)
        if progress is None or not phase.progress <= progress < 1:
            continue
        ramped = [(path, values[path]) for path in RAMPED if path in values]
        document = with_values(document, ramped) if ramped else document
        steps = _steps(document)
        if steps is None:
            return
        phase = Phase(progress, phase.step_at(progress), steps)
        yield number, phase


def _progress(number: int, row: Mapping[str, Any], phase: Phase) -> float | None:
    """Progress at which the n-th change comes; None if it comes at a date, or is not right."""
    if "at" in row or ("step" in row and "progress" in row):
        return None
    step = row.get("step")
    if type(step) is int and step >= max(1.0, phase.step):
        return phase.progress_at(step)
    progress = number_at(f"change.{number}.progress", row.get("progress"))
    return None if progress is None else progress.middle


def _steps(document: Document) -> float | None:
    """Steps that the whole work would take at the batch of a document."""
    keys = ("window", "steps", "tokens", "batch", "sequence")
    written = ((f"workload.{key}", value_at(document, f"workload.{key}")) for key in keys)
    numbers = (number_at(path, value) for path, value in written)
    window, steps, *model = (None if one is None else one.middle for one in numbers)
    if window is not None or steps is not None:
        return steps if window is None else None
    tokens, batch, sequence = model
    return tokens / (batch * sequence) if tokens and batch and sequence else None
