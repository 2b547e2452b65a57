"""The folder of a comparison: what `simtrain compare -o` writes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simtrain.cli.files import LAST, told

if TYPE_CHECKING:
    from pathlib import Path

    from simtrain.montecarlo.compared import Comparison


def write(compared: Comparison, folder: Path, path: Path) -> None:
    """Write everything about a comparison into `folder`, which will be called `path`.

    Raises
    ------
    OutputError
        If the disk is full, or the like.
    """
    from simtrain.show.compare_figures import write_compare_figures

    with told(path):
        for letter, scenario in zip(compared.letters, compared.scenarios, strict=True):
            file = folder / f"scenario_{letter}.toml"
            file.write_text(scenario.to_toml(), encoding="utf-8")
        (folder / LAST).write_text(compared.to_json(), encoding="utf-8")
        compared.to_frame().to_csv(folder / "compare.csv", lineterminator="\n", index=False)
        compared.trials_frame().to_csv(folder / "trials.csv", lineterminator="\n", index=False)
        write_compare_figures(compared, folder)
