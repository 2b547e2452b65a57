"""The pictures of a sweep."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from simtrain.show import stacked_bars, words
from simtrain.show.figure import about, nothing
from simtrain.show.sweep import best_point, heat_map, lines
from simtrain.show.sweep.axis import key_scale

if TYPE_CHECKING:
    from simtrain.answers.sweep import Sweep
    from simtrain.show.figure import Info


def pictures(swept: Sweep) -> dict[str, Info]:
    """Pictures of a sweep by the name of their file; more than two keys have none."""
    subtitle = about(swept.scenario, f"{words.count(swept.trials, 'trial')} a point", swept.seed)
    if swept.best is None:
        return {"sweep.png": nothing("No point is best", subtitle, best_point.conclusion(swept))}
    if len(swept.axes) == 1:
        return {"sweep.png": lines.info(swept, subtitle), "badput.png": _badput(swept, subtitle)}
    if len(swept.axes) == 2:
        return {"sweep.png": heat_map.info(swept, subtitle)}
    return {}


def _badput(swept: Sweep, subtitle: str) -> Info:
    """Where the time goes at each value; the title says where least is lost."""
    lost = stacked_bars.lost(swept.results)
    point, key = int(np.nanargmin(lost)), swept.axes[0]
    place = f"{key.key} = {best_point.values(swept, point)[0]}"
    title = f"Least time is lost at {place}: {words.duration(float(lost[point]))} on average"
    scale = key_scale(key, stacked_bars.INCHES)
    return stacked_bars.info(title, subtitle, swept.results, scale)
