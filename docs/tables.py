"""Run what the tables of the pages show and write them into the pages.

`make refresh` does it. Each table stands between a marker with its name and the next end marker.
Those of opt175b.md are made here, those of exact results in `exact`, that of glm130b.md in
`glm130b`.
"""

from __future__ import annotations

import datetime as dt
import re
import tomllib
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import exact
import glm130b
import systems
from asked import asked
from markdown_table import table

import simtrain
from simtrain.scenario.models import elapsed
from simtrain.tables.scores import Score, Standing
from simtrain.units import short_date

if TYPE_CHECKING:
    from simtrain import Results, Scenario

FOLDER = Path(__file__).parent
PAGE = FOLDER / "opt175b.md"
_NAMES = ("opt175b", "llama3-405b", "glm130b", "trust", "systems")
PAGES = tuple(FOLDER / f"{name}.md" for name in _NAMES)
RUN = "opt175b.toml"

FORECASTS = {
    "dec3-no-tooling": "Dec 3, no tooling",
    "dec3-some-tooling": "Dec 3, tooling of unknown effect",
    "dec3-perfect-tooling": "Dec 3, perfect tooling",
    "dec16": "Dec 16, as things stood",
}
"""What each forecast in `scenarios` tells, by its name without ending."""

CALIBRATED = {
    "time to swap in a host": ("cluster.swap",),
    "rate of hardware faults": ("fault.gpu.rate", "fault.network.rate", "fault.machine.rate"),
    "precision of diagnosis": ("diagnosis.precision",),
    "recall of diagnosis": ("diagnosis.recall",),
    "restarts that fail": ("restart.failure",),
    "time of automated repair": ("repair.automated",),
    "bad hosts missed by it": ("repair.automated_misses",),
}
"""Keys of each calibrated number."""

ASSUMED = {
    "time until a bad host fails": ("repair.bad_host_mtbf",),
    "time of manual repair": ("repair.manual",),
    "bad hosts missed by manual repair": ("repair.manual_misses",),
    "time of diagnosis by hand": ("diagnosis.manual",),
    "response of people": ("people.response", *(f"people.when.{row}.response" for row in range(3))),
    "rate of software faults": ("fault.software.rate",),
}
"""Keys of assumed numbers that may matter."""

TOOLING = {
    "none": (),
    "bad hosts are found and replaced at once": (
        "cluster.swap",
        "diagnosis.manual",
        "diagnosis.recall",
    ),
    "burn-in tests only": ("repair.burn_in_catches",),
}
"""What the scripts and tests of late November might have done instead of all of it."""

HINDSIGHT: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "nothing": ((), ()),
    "the tooling of late November": (
        ("cluster.swap", "diagnosis.manual", "diagnosis.recall", "repair.burn_in_catches"),
        (),
    ),
    "the speed of Dec 5": (("workload.speed",), ()),
    "the spares of Dec 12 and 23": (("cluster.spares",), ()),
    "the supervisor of Dec 24": (
        tuple(f"fault.{name}.automatic" for name in ("gpu", "network", "machine", "software")),
        (),
    ),
    "the instability, the five hosts and the deletion": (
        ("fault.divergence.rate",),
        ("five hosts", "deletion"),
    ),
}
"""What the forecast from Dec 3 is given, each after all before: changed keys, and stops."""

_POINTS = (5, 50, 95)
_FORECAST = (
    "end: P5",
    "P50",
    "P95",
    "Jan 6 at",
    "done on Dec 16: P5",
    "P50",
    "P95",
    "56.5 % at",
)
_SENSITIVITY = (
    "number",
    "by",
    "wall-clock, d",
    "done on Dec 3, %",
    "done on Dec 16, %",
    "launches",
    "hosts cycled",
    "what no longer holds",
)
_NUMBER = re.compile(r"[0-9.]+")
_MARKED = re.compile(r"(<!-- table: (\w+)[^>]*-->\n).*?(<!-- end of table -->)", re.DOTALL)


def forecasts(trials: int = 2000) -> str:
    """Table of the forecasts, each with and without the deletion of the cluster."""
    rows = (
        (FORECASTS[name], values, *_forecast(variant, trials))
        for name in FORECASTS
        for values, variant in _variants(_loaded(name))
    )
    return table(("from", "deletion", *_FORECAST), rows)


def hindsight(trials: int = 1000) -> str:
    """Table of the forecast from Dec 3 without tooling, given bit by bit what came."""
    scenario, run = _loaded("dec3-no-tooling"), simtrain.load(RUN)
    rows = []
    keys: list[str] = []
    for what, (more, stops) in HINDSIGHT.items():
        keys += more
        moments = {f"stop.{name}.at": run.stop[name].at for name in stops}
        values = {} if stops else {"stop.deletion": None}
        informed = scenario.replace({**_after(run, scenario, keys), **moments, **values})
        rows.append((what, *_forecast(informed, trials)))
    return table(("told of", *_FORECAST), rows)


def sensitivity(trials: int = 500) -> str:
    """Table of what becomes of the outcomes if one calibrated number is 30 % off."""
    scenario = simtrain.load(RUN)
    runs = [("as calibrated", "", scenario), *_off(scenario, CALIBRATED)]
    return table(_SENSITIVITY, (_sensitivity(*run, trials) for run in runs))


def assumptions(trials: int = 500) -> str:
    """Table of what becomes of the outcomes if an assumption is 30 % off, or another."""
    scenario = simtrain.load(RUN)
    runs = _off(scenario, ASSUMED)
    (row, tooling), *_ = (
        (row, change)
        for row, change in enumerate(scenario.change)
        if "repair.burn_in_catches" in change.set
    )
    for what, keys in TOOLING.items():
        kept = {key: tooling.set[key] for key in keys}
        # A change sets something: what holds already, if nothing else.
        kept = kept or {"repair.burn_in_catches": 0}
        changes = _value(tomllib.loads(scenario.to_toml()), "change")
        changes[row]["set"] = kept
        runs.append((f"tooling: {what}", "", scenario.replace({"change": changes})))
    return table(_SENSITIVITY, (_sensitivity(*run, trials) for run in runs))


TABLES: dict[str, Callable[[], str]] = {
    "forecasts": forecasts,
    "hindsight": hindsight,
    "sensitivity": sensitivity,
    "assumptions": assumptions,
    **exact.TABLES,
    **glm130b.TABLES,
    **systems.TABLES,
}
"""What makes each table, by the name in its marker."""


def refreshed(text: str) -> str:
    """The page with its tables as they come out today."""
    return _MARKED.sub(lambda match: match[1] + "\n" + TABLES[match[2]]() + "\n\n" + match[3], text)


def _loaded(name: str) -> Scenario:
    return simtrain.load(FOLDER / "scenarios" / f"{name}.toml")


def _variants(scenario: Scenario) -> Iterator[tuple[str, Scenario]]:
    yield "unknown", scenario.replace({"stop.deletion": None})
    yield "known", scenario


def _after(run: Scenario, scenario: Scenario, keys: Iterable[str]) -> dict[str, Any]:
    """What the changes of `run` made of some keys by the start of `scenario`, and make later."""
    values: dict[str, Any] = {}
    later = []
    for change in run.change:
        kept = {path: value for path, value in change.set.items() if path in keys}
        assert change.at is not None
        if elapsed(change.at, scenario.start) <= 0:
            values |= kept
        elif kept:
            later.append({"at": change.at, "set": kept})
    return {**values, "change": later}


def _forecast(scenario: Scenario, trials: int) -> tuple[str, ...]:
    """Cells of `_FORECAST`."""
    scores = _by_quantity(simtrain.run(scenario, trials=trials))
    end = scores["wall_clock"]
    return (
        *(_date(scenario, _point(end, at)) for at in _POINTS),
        _percentile(end),
        *_progress(scores.get("progress"), _steps(scenario)),
    )


def _progress(score: Score | None, steps: float) -> tuple[str, ...]:
    """Progress of the whole run, of which a forecast sees the `steps` that are left."""
    if score is None:
        return ("",) * 4
    left = steps / _steps(simtrain.load(RUN))
    points = (100 * (1 - left) + left * _point(score, at) for at in _POINTS)
    return (*(f"{point:.1f} %" for point in points), _percentile(score))


def _sensitivity(name: str, change: str, scenario: Scenario, trials: int) -> tuple[str, ...]:
    results = simtrain.run(scenario, trials=trials)
    dec_3, dec_16 = [
        f"{_point(score, 50):.1f}" for score in results.scores() if score.row.quantity == "progress"
    ][1:]
    scores = _by_quantity(results)
    return (
        name,
        change,
        f"{_point(scores['wall_clock'], 50):.1f}",
        dec_3,
        dec_16,
        f"{_point(scores['launches'], 50):.0f}",
        f"{_point(scores['hosts_cycled'], 50):.0f}",
        "; ".join(
            score.row.label.removesuffix(f", {score.row.unit}")
            for score in results.scores()
            if score.standing is not Standing.HOLDS
        ),
    )


def _off(
    scenario: Scenario, numbers: Mapping[str, tuple[str, ...]]
) -> list[tuple[str, str, Scenario]]:
    """Name, change and scenario for each of some numbers 30 % lower and higher."""
    return [
        (name, f"{100 * factor - 100:+.0f} %".replace("-", "−"), _with(scenario, keys, factor))
        for name, keys in numbers.items()
        for factor in (0.7, 1.3)
    ]


def _with(scenario: Scenario, keys: Iterable[str], factor: float) -> Scenario:
    document = tomllib.loads(scenario.to_toml())
    return scenario.replace({key: _scaled(_value(document, key), factor) for key in keys})


def _value(document: Any, key: str) -> Any:
    for part in key.split("."):
        document = document[int(part) if isinstance(document, list) else part]
    return document


def _scaled(value: Any, factor: float) -> Any:
    """A number of the file, a text with its unit or a law in its own unit, `factor` times."""
    if isinstance(value, dict):
        return {
            key: inner if key == "law" else _scaled(inner, factor) for key, inner in value.items()
        }
    if isinstance(value, str):
        return _NUMBER.sub(lambda match: f"{float(match[0]) * factor:.6g}", value, count=1)
    return value * factor


def _by_quantity(results: Results) -> dict[str, Score]:
    """First score of each quantity."""
    return {score.row.quantity: score for score in reversed(results.scores())}


def _point(score: Score, percent: float) -> float:
    point = score.point(percent)
    assert point is not None, f"no trial tells {score.row.quantity}"
    return point


def _steps(scenario: Scenario) -> float:
    assert scenario.workload.steps is not None
    return scenario.workload.steps.mean


def _date(scenario: Scenario, days: float) -> str:
    assert scenario.start is not None
    return short_date(scenario.start + dt.timedelta(days=days))


def _percentile(score: Score) -> str:
    return f"P{score.percentile:.0f}"


if __name__ == "__main__":
    for page in (FOLDER / f"{name}.md" for name in asked(__doc__, _NAMES)):
        page.write_text(refreshed(page.read_text(encoding="utf-8")), encoding="utf-8")
