"""The folder of a sweep: what `simtrain sweep -o` writes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simtrain.cli.files import LAST

if TYPE_CHECKING:
    from pathlib import Path

    from simtrain.montecarlo.swept import Sweep


def write(swept: Sweep, folder: Path) -> None:
    """Write everything about a sweep into `folder`."""
    from simtrain.show.sweep_figures import write_sweep_figures

    (folder / "scenario.toml").write_text(swept.scenario.to_toml(), encoding="utf-8")
    (folder / LAST).write_text(swept.to_json(), encoding="utf-8")
    swept.to_frame().to_csv(folder / "sweep.csv", lineterminator="\n", index=False)
    swept.trials_frame().to_csv(folder / "trials.csv", lineterminator="\n", index=False)
    write_sweep_figures(swept, folder)
