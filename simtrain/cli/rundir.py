"""The folder of a run: what `simtrain run -o` writes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simtrain.cli.files import LAST

if TYPE_CHECKING:
    from pathlib import Path

    from simtrain.montecarlo.courses import Courses
    from simtrain.montecarlo.results import Results


def write(results: Results, courses: Courses, folder: Path) -> None:
    """Write everything about a run into `folder`."""
    from simtrain.show.figures import write_course_figures, write_run_figures

    (folder / "scenario.toml").write_text(results.scenario.to_toml(), encoding="utf-8")
    (folder / LAST).write_text(results.to_json(), encoding="utf-8")
    results.to_frame().to_csv(folder / "trials.csv", lineterminator="\n")
    write_run_figures(results, folder)
    write_course_figures(results, courses, folder)
