"""The folder of a sensitivity: what `simtrain sensitivity -o` writes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simtrain.cli.files import LAST, told

if TYPE_CHECKING:
    from pathlib import Path

    from simtrain.montecarlo.effects import Sensitivity


def write(found: Sensitivity, folder: Path, path: Path) -> None:
    """Write everything about a sensitivity into `folder`, which will be called `path`.

    Raises
    ------
    OutputError
        If the disk is full, or the like.
    """
    from simtrain.show.sensitivity_figure import write_sensitivity_figure

    with told(path):
        (folder / "scenario.toml").write_text(found.scenario.to_toml(), encoding="utf-8")
        (folder / LAST).write_text(found.to_json(), encoding="utf-8")
        found.to_frame().to_csv(folder / "sensitivity.csv", lineterminator="\n", index=False)
        write_sensitivity_figure(found, folder)
