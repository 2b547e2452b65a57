"""Draw the pictures of the pages: ``python docs/images.py``, or `make refresh`."""

from __future__ import annotations

import shlex
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import frontier
from asked import asked

FOLDER = Path(__file__).parent / "images"
GRID, RACKS = (
    shlex.quote(str(Path(__file__).parent / "scenarios" / name))
    for name in ("grid.toml", "racks.toml")
)
LOGS = Path(__file__).parent / "logs"
LOG, RUN, STEPS, FAULTS = (
    shlex.quote(str(LOGS / name)) for name in ("cluster.csv", "run.toml", "run.csv", "faults.csv")
)

DRAWN = {
    "run opt175b.toml -o out": {
        "progress.png": "progress.png",
        "gaps.png": "gaps.png",
        "badput.png": "badput.png",
        "time.png": "time.png",
        "wall_clock.png": "wall_clock.png",
    },
    "sweep opt175b.toml checkpoint.interval=10min..8h:log:25 -o out": {
        "sweep.png": "sweep.png",
        "badput.png": "sweep_badput.png",
    },
    "plan opt175b.toml --target 'p90(wall_clock) <= 60 d' --vary cluster.spares=0..40 "
    "--throughout --set cluster.owned=164 -o out": {"plan.png": "plan.png"},
    "plan opt175b.toml --target 'p90(wall_clock) <= 60 d' --vary cluster.spares=0..16 "
    "--vary checkpoint.interval=20min..4h:log:6 --throughout -o out": {
        "plan_frontier.png": "plan_frontier.png",
    },
    "scale opt175b.toml 1k..128k --trials 20 -o out": {"scale.png": "scale.png"},
    "compare opt175b.toml --with cluster.spares=12 --trials 200 -o out": {
        "difference.png": "difference.png",
    },
    "sensitivity opt175b.toml -o out": {"tornado.png": "tornado.png"},
    "run opt175b-doubt.toml -o out": {"spread.png": "spread.png"},
    "run llama3-405b.toml --trials 500 -o out": {
        "spread.png": "llama_spread.png",
        "time.png": "llama_time.png",
    },
    "scenarios --trials 100 -o out": {"published.png": "systems.png"},
    "run glm130b.toml --trials 200 -o out": {"progress.png": "glm_progress.png"},
    "run gpt3-175b.toml --trials 200 -o out": {"footprint.png": "footprint.png"},
    "sweep gpt3-175b.toml cluster.spares=6..42/3 --of cost_usd --without-doubt -o out": {
        "sweep.png": "money_spares.png"
    },
    f'run {GRID} --set \'schedule.dirty={{intensity_above="467 g/kWh", at_least="2 h"}}\' '
    "--trials 100 -o out": {"power.png": "power.png"},
    f"schedule {GRID} --quantiles 70%,90% --windows 4 --limit 70%:85% "
    "--start 2026-02-15..2026-06-15/30d --trials 100 -o out": {"schedule.png": "schedule.png"},
    f"sweep {RACKS} domain.rack.hosts=2,4,8,16,32 cluster.spares=0,2,4,8,16,32 "
    "--trials 40 -o out": {"sweep.png": "racks.png"},
    "timeline llm400.toml --trial 31 -o out/timeline.png": {"timeline.png": "spares_timeline.png"},
    f"forecast {RUN} --progress {STEPS} --log {FAULTS} --with 'checkpoint.interval=500 steps' "
    "--with people.response=5min --levers 20% --history 1d --by 2026-04-28 --trials 200 -o out": {
        "forecast.png": "forecast.png",
        "history.png": "forecast_history.png",
        "levers.png": "forecast_levers.png",
    },
    f"fit {LOG} --hosts 200 --window 2025-01-06..2025-07-05 --plots out": {
        "events.png": "fit_events.png",
        "hosts_down.png": "fit_hosts_down.png",
    },
    "timeline opt175b.toml --trial 7 -o out/timeline.png": {"timeline.png": "timeline.png"},
}
"""By the command that draws them, pictures that are kept and the names they are kept under."""


def draw(command: str, names: dict[str, str]) -> None:
    """Run a command in a folder of its own and keep some of what it draws."""
    with tempfile.TemporaryDirectory() as folder:
        arguments = [sys.executable, "-m", "simtrain", *shlex.split(command)]
        subprocess.run(arguments, cwd=folder, check=True, stdout=subprocess.DEVNULL)
        for drawn, kept in names.items():
            shutil.copyfile(Path(folder) / "out" / drawn, FOLDER / kept)


if __name__ == "__main__":
    elastic = "elastic.png"
    wanted = asked(
        __doc__, [elastic, *(kept for names in DRAWN.values() for kept in names.values())]
    )
    if elastic in wanted:
        frontier.draw(FOLDER / elastic)
    for command, names in DRAWN.items():
        if named := {drawn: kept for drawn, kept in names.items() if kept in wanted}:
            draw(command, named)
