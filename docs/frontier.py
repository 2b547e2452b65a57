"""How much slower a job of replicas may be and still beat one that waits, as a picture."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from matplotlib.figure import Figure
from numpy.typing import NDArray

import simtrain

SCENARIO = Path(__file__).parent / "scenarios" / "elastic.toml"
MTBF = (10, 20, 40, 80, 160, 320, 640)
REPLICAS = (2, 4, 8, 16, 32, 64)
SPARES = (0, 2, 8)
LEVELS = (0.01, 0.03, 0.1, 0.3, 0.6)
TRIALS = 8


def break_even(spares: int) -> NDArray[np.float64]:
    """Loss of full speed at which elastic is no longer better, by MTBF and replicas."""
    scenario = simtrain.load(str(SCENARIO)).replace({"cluster.spares": spares})
    found = np.empty((len(MTBF), len(REPLICAS)))
    for row, days in enumerate(MTBF):
        there = scenario.replace({"fault.hardware.mtbf": f"{days} days"})
        waits = _goodput(there)
        for column, replicas in enumerate(REPLICAS):
            recovery = {"recovery.policy": "elastic", "recovery.replicas": replicas}
            found[row, column] = 1.0 - waits / _goodput(there.replace(recovery))
    return found


def draw(path: Path) -> None:
    """Draw a map for each number of spares."""
    figure = Figure(figsize=(10, 3.9), layout="constrained")
    axes = figure.subplots(1, len(SPARES), sharey=True)
    places = np.log2(REPLICAS)
    for axis, spares in zip(axes, SPARES, strict=True):
        loss = np.clip(break_even(spares), 1e-4, 1.0)
        shown = axis.contourf(
            places, MTBF, loss, levels=(0, *LEVELS, 1), colors=_COLOURS, extend="neither"
        )
        lines = axis.contour(places, MTBF, loss, levels=LEVELS, colors="black", linewidths=0.6)
        axis.clabel(lines, fmt=_percent, fontsize=8)
        axis.set_yscale("log")
        axis.set_yticks(MTBF, [str(days) for days in MTBF])
        axis.minorticks_off()
        axis.set_xticks(places, [f"{128 // count}" for count in REPLICAS])
        axis.set_xlabel("hosts of a replica")
        axis.set_title(f"{spares} spares" if spares else "no spares", fontsize=10)
    axes[0].set_ylabel("MTBF of a host, days")
    figure.colorbar(shown, ax=axes, label="loss of speed at break-even", format=_percent)
    figure.suptitle(
        "How much slower a job of replicas may be and still get more done than one that waits",
        x=0.01, ha="left", fontsize=11, fontweight="bold",
    )  # fmt: skip
    figure.savefig(path, dpi=110)


_COLOURS = ("#f7fbff", "#d6e6f4", "#abd0e6", "#6aaed6", "#3787c0", "#105ba4")


def _percent(level: float, _: object = None) -> str:
    return f"{100 * level:.0f} %"


def _goodput(scenario: simtrain.Scenario) -> float:
    metrics = simtrain.run(scenario, trials=TRIALS).summary()["metrics"]
    return float(metrics["goodput"]["mean"])


if __name__ == "__main__":
    draw(Path(__file__).parent / "images" / "elastic.png")
