"""The folder of a scaling: what `simtrain scale -o` writes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simtrain.cli.files import LAST, told

if TYPE_CHECKING:
    from pathlib import Path

    from simtrain.montecarlo.scaling import Scaling


def write(scaling: Scaling, folder: Path, path: Path) -> None:
    """Write everything about a scaling into `folder`, which will be called `path`.

    Raises
    ------
    OutputError
        If the disk is full, or the like.
    """
    from simtrain.show.scale_figure import draw_scale

    with told(path):
        (folder / "scenario.toml").write_text(scaling.scenario.to_toml(), encoding="utf-8")
        (folder / LAST).write_text(scaling.to_json(), encoding="utf-8")
        scaling.to_frame().to_csv(folder / "scale.csv", lineterminator="\n", index=False)
        draw_scale(scaling, folder / "scale.png")
