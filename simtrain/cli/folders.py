"""What `-o` writes: scenarios, tables, summary and figures of each command."""

from __future__ import annotations

from functools import partial
from importlib import import_module
from typing import TYPE_CHECKING, Any

from simtrain.cli.files import LAST
from simtrain.cli.words import note
from simtrain.errors import SimtrainError

if TYPE_CHECKING:
    from pathlib import Path

    from simtrain.sampling.trajectories import Trajectories
    from simtrain.scenario.scenario import Scenario
    from simtrain.tables.results import Results


def write_run(results: Results, courses: Trajectories, folder: Path) -> None:
    """Write everything about a run."""
    from simtrain.show.run import figures

    _write_answer(results, {"trials.csv": results.to_frame().reset_index()}, folder)
    _draw(figures, (results, courses), folder)


def _write(kind: str, answer: Any, folder: Path) -> None:
    """Write everything about an answer of another kind, whose figures live in the room of it."""
    tables = {f"{kind}.csv": answer.to_frame()}
    if hasattr(answer, "trials_frame"):
        tables["trials.csv"] = answer.trials_frame()
    _write_answer(answer, tables, folder)
    _draw(import_module(f"simtrain.show.{kind}.figures"), (answer,), folder)


write_sweep = partial(_write, "sweep")
write_plan = partial(_write, "plan")
write_scale = partial(_write, "scale")
write_compare = partial(_write, "compare")
write_sensitivity = partial(_write, "sensitivity")


def _write_answer(answer: Any, tables: dict[str, Any], folder: Path) -> None:
    for name, scenario in _scenarios(answer).items():
        (folder / name).write_text(scenario.to_toml(), encoding="utf-8")
    for name, table in tables.items():
        table.to_csv(folder / name, lineterminator="\n", index=False)
    (folder / LAST).write_text(answer.to_json(), encoding="utf-8")


def _scenarios(answer: Any) -> dict[str, Scenario]:
    """Scenarios of an answer by the name of their file; those of a comparison have letters."""
    if not hasattr(answer, "letters"):
        return {"scenario.toml": answer.scenario}
    pairs = zip(answer.letters, answer.scenarios, strict=True)
    return {f"scenario_{letter}.toml": scenario for letter, scenario in pairs}


def _draw(figures: Any, answer: tuple[Any, ...], folder: Path) -> None:
    """Draw the figures of an answer; one that fails takes nothing else with it."""
    from simtrain.show.figure import save

    try:
        for name, info in figures.pictures(*answer).items():
            save(info, folder / name)
    except (OSError, SimtrainError):
        raise
    except Exception as error:
        note(f"Note: not all figures could be drawn ({error!r}); tables and summary are whole.")
