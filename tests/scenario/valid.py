"""A valid scenario that uses every table of the format, for tests that break it."""

from collections.abc import Iterable
from pathlib import Path

import pytest

from simtrain.errors import Mistake, ScenarioError
from simtrain.scenario.load import load

TEXT = """\
title = "a valid scenario"
start = 2026-03-02T09:00:00+01:00

[workload]
ideal_time = "34 days"
steps = 100_000
speed = 0.9

[cluster]
hosts = 124
accelerators_per_host = 8
spares = 8
hot_spares = 2
lent_spares = 3
owned = 150
swap = "1 min"
age = "new"
lemons = { fraction = 0.01, factor = 3 }

[[domain]]
name = "rack"
hosts = 4

[[domain]]
name = "pod"
hosts = 16

[fault.gpu]
mtbf = { law = "gamma", mean = "62 days", cv = 0.2, per = "trial" }
automatic = 0.5

varies = { cv = 0.8, every = "7 days" }

[weather.monsoon]
cv = 0.5
every = "30 days"

[fault.old]
varies = "monsoon"
law = "weibull"
shape = 0.7
scale = "400 days"
effect = "hang"

[fault.power]
scope = "rack"
mtbf = "900 days"
hosts = "50 %"

[fault."loss spike"]
scope = "job"
effect = "diverge"
rate = "0.1 per day"
margin = "1 h"

[detection]
crash = "2 min"

[checkpoint]
interval = "250 steps"
stall = "1 min"
size = "1.6 TB"
load_bandwidth = "40 GB/s"
load_failure = 0.1
load_hang = "5 %"
keep = 10
final_save = true

[restart]
duration = { law = "lognormal", mean = "20 min", p90 = "40 min" }
tries = 2

[people]
response = "1 h"
holidays = [2026-04-03, 2026-05-01]

[people.staffed]
days = ["mon", "tue"]
hours = [7, 20]

[[people.when]]
holidays = true
response = "4 h"

[[people.when]]
days = ["sat", "sun"]
hours = [22, 8]
response = "2 h"

[diagnosis]
recall = 0.9

[repair]
automated = "4 h"
automated_fails = 0.3
automated_misses = 0.2

[check.evaluation]
every = "1000 steps"
duration = "5 min"
finds = ["diverge"]
chance = 0.4

[stop.upgrade]
at = 2026-03-10T08:00:00
duration = "4 h"

[stop.flood]
kind = "incident"
progress = 0.5
duration = "1 day"
hosts = 10
unfit = 4

[stop.weekly]
kind = "pause"
every = "1 week"
duration = "1 h"

[power]
training = "6 kW per host"
stalled = "200..300 W"
pue = 1.1

[carbon]
intensity = "429 g/kWh"
embodied = "1.2 t per host"
lifetime = "5 years"

[[carbon.when]]
months = ["jun", "jul"]
hours = [10, 16]
intensity = "0.25 t/MWh"

[price]
accelerator = "2.1 USD per accelerator-hour"
terms = "on demand"
idle = "1 USD per accelerator-hour"
energy = { hourly = [80, 95.5, 60], unit = "USD/MWh", begins = 2026-01-01 }

[[change]]
at = 2026-03-20
set = { "cluster.spares" = 16 }

[[change]]
at = "25 days"
[change.set]
"fault.gpu.automatic" = 0.9
"restart.duration.mean" = "30 min"

[[change]]
progress = 0.6
set = { "people.response" = "30 min" }

[[correlated]]
numbers = ["power.stalled", "restart.duration"]
correlation = -0.5

[limits]
wall_clock = "300 days"
faults = 5000

[sources]
"cluster.hosts" = { published = "a report" }
"restart.duration" = { assumed = "no figure is published" }
"""


def written(folder: Path, text: str, name: str = "scenario.toml") -> Path:
    """File with this text."""
    file = folder / name
    file.write_bytes(text.encode())
    return file


def edited(*edits: tuple[str, str]) -> str:
    """The valid text with the first of each `old` replaced by `new`."""
    text = TEXT
    for old, new in edits:
        assert old in text, old
        text = text.replace(old, new, 1)
    return text


def line_of(text: str, part: str) -> int:
    """Number of the first line that contains `part`."""
    return text[: text.index(part)].count("\n") + 1


def mistakes_in(file: Path | str, overrides: Iterable[str] = ()) -> tuple[Mistake, ...]:
    """What `load` finds wrong."""
    with pytest.raises(ScenarioError) as caught:
        load(file, overrides)
    assert caught.value.mistakes
    for mistake in caught.value.mistakes:
        assert mistake.accepted, f"no remedy: {mistake}"
        assert "\n" not in str(mistake)
    return caught.value.mistakes
