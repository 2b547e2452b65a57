"""What `-o` writes: the scenario, the summary, tables and figures of each command."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simtrain.cli.files import LAST

if TYPE_CHECKING:
    from pathlib import Path

    import pandas as pd

    from simtrain.answers.compare import Comparison
    from simtrain.answers.plan import Decision
    from simtrain.answers.scale import Scaling
    from simtrain.answers.sensitivity import Sensitivity
    from simtrain.answers.sweep import Sweep
    from simtrain.sampling.trajectories import Trajectories
    from simtrain.scenario.scenario import Scenario
    from simtrain.tables.results import Results


def write_run(results: Results, courses: Trajectories, folder: Path) -> None:
    """Write everything about a run."""
    from simtrain.show.run.figures import write_course_figures, write_run_figures

    _write_scenario(results.scenario, folder / "scenario.toml")
    _write_table(results.to_frame().reset_index(), folder / "trials.csv")
    write_run_figures(results, folder)
    write_course_figures(results, courses, folder)
    _write_summary(results.to_json(), folder)


def write_sweep(swept: Sweep, folder: Path) -> None:
    """Write everything about a sweep."""
    from simtrain.show.sweep.figures import write_sweep_figures

    _write_answer(swept, folder, "sweep.csv")
    _write_table(swept.trials_frame(), folder / "trials.csv")
    write_sweep_figures(swept, folder)


def write_plan(decision: Decision, folder: Path) -> None:
    """Write everything about a plan."""
    from simtrain.show.plan.figure import draw_plan

    _write_answer(decision, folder, "plan.csv")
    draw_plan(decision, folder / "plan.png")


def write_scale(scaling: Scaling, folder: Path) -> None:
    """Write everything about a scaling."""
    from simtrain.show.scale.figure import draw_scale

    _write_answer(scaling, folder, "scale.csv")
    draw_scale(scaling, folder / "scale.png")


def write_compare(compared: Comparison, folder: Path) -> None:
    """Write everything about a comparison."""
    from simtrain.show.compare.figures import write_compare_figures

    for letter, scenario in zip(compared.letters, compared.scenarios, strict=True):
        _write_scenario(scenario, folder / f"scenario_{letter}.toml")
    _write_table(compared.to_frame(), folder / "compare.csv")
    _write_table(compared.trials_frame(), folder / "trials.csv")
    write_compare_figures(compared, folder)
    _write_summary(compared.to_json(), folder)


def write_sensitivity(found: Sensitivity, folder: Path) -> None:
    """Write everything about a sensitivity."""
    from simtrain.show.sensitivity.figure import write_sensitivity_figure

    _write_answer(found, folder, "sensitivity.csv")
    write_sensitivity_figure(found, folder)


def _write_answer(
    answer: Decision | Scaling | Sensitivity | Sweep, folder: Path, table: str
) -> None:
    """Write the scenario, the summary and the table of an answer."""
    _write_scenario(answer.scenario, folder / "scenario.toml")
    _write_table(answer.to_frame(), folder / table)
    _write_summary(answer.to_json(), folder)


def _write_scenario(scenario: Scenario, file: Path) -> None:
    file.write_text(scenario.to_toml(), encoding="utf-8")


def _write_summary(summary: str, folder: Path) -> None:
    (folder / LAST).write_text(summary, encoding="utf-8")


def _write_table(table: pd.DataFrame, file: Path) -> None:
    table.to_csv(file, lineterminator="\n", index=False)
