"""The folder of a plan: what `simtrain plan -o` writes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simtrain.cli.files import LAST, told

if TYPE_CHECKING:
    from pathlib import Path

    from simtrain.montecarlo.decision import Decision


def write(decision: Decision, folder: Path, path: Path) -> None:
    """Write everything about a plan into `folder`, which will be called `path`.

    Raises
    ------
    OutputError
        If the disk is full, or the like.
    """
    from simtrain.show.plan_figure import draw_plan

    with told(path):
        (folder / "scenario.toml").write_text(decision.scenario.to_toml(), encoding="utf-8")
        (folder / LAST).write_text(decision.to_json(), encoding="utf-8")
        decision.to_frame().to_csv(folder / "plan.csv", lineterminator="\n", index=False)
        draw_plan(decision, folder / "plan.png")
