"""A scenario to begin with, for one's own cluster."""

from collections.abc import Iterator
from itertools import groupby, islice
from operator import itemgetter
from pathlib import Path
from typing import Any

from simtrain.scenario import catalogue
from simtrain.scenario.document import Document
from simtrain.scenario.inline import as_key, inline
from simtrain.scenario.load import load, read

_OWN = """\
# A scenario for a cluster of one's own.
#
# No number here was measured anywhere: they are placeholders of a plausible size, each to be
# replaced by yours. `simtrain check FILE` says what is wrong with the file, `simtrain schema`
# has every key there is.

title = "my cluster"
start = 2026-03-02T09:00:00+00:00  # replace by yours: when it begins, with the offset from UTC

[workload]
ideal_time = "30 days"  # replace by yours: on so many hosts, without any fault, save or stop

[cluster]
hosts = 128  # replace by yours: hosts that the job needs, all at once
spares = 4   # replace by yours: healthy hosts standing by

[fault.hardware]      # a host crashes
mtbf = "400 days"     # replace by yours: mean time to failure of one host
automatic = 0.8       # replace by yours: how often the job is restarted without a person

[fault.hang]          # a host hangs in a collective
effect = "hang"
mtbf = "2000 days"    # replace by yours: mean time to failure of one host
automatic = 0.5       # replace by yours

[fault.software]      # the job crashes, and no host is to blame
scope = "job"
mtbf = "10 days"      # replace by yours: mean time to failure of the job
automatic = 0.9       # replace by yours

[detection]
crash = "1 min"       # replace by yours: until a crash is known
hang = "10 min"       # replace by yours: the collective timeout

[checkpoint]
interval = "30 min"   # replace by yours: training between two saves
stall = "30 s"        # replace by yours: how long training stands still for a save
load = "3 min"        # replace by yours

[restart]             # replace by yours: scheduling, process start and collective set-up
duration = { law = "lognormal", mean = "15 min", p90 = "25 min" }

[people]
response = "2 h"      # replace by yours: at night and at weekends

[[people.when]]       # replace by yours: and while somebody is at work
days = ["mon", "tue", "wed", "thu", "fri"]
hours = [9, 18]
response = "10 min"

[repair]
automated = "4 h"     # replace by yours: reboot, tests, and back to the spares
automated_fails = 0.3 # replace by yours: how often that does not help
manual = "5 days"     # replace by yours: by hand, or by the vendor
"""

_CHANGED_FIRST = {
    "workload": (
        "ideal_time",
        "accelerator_hours",
        "flops",
        "achieved",
        "tokens",
        "parameters",
        "tokens_per_second",
        "mfu",
        "peak",
        "steps",
        "step_time",
        "window",
    ),
    "cluster": ("hosts", "spares"),
    "fault": ("rate", "mtbf", "scale"),
    "checkpoint": ("interval", "stall", "size"),
    "restart": ("duration",),
    "people": ("response",),
    "repair": ("automated", "manual"),
}
_MOST_FAULTS = 4


def template(base: str | None = None) -> str:
    """Text of a scenario file to begin with.

    Parameters
    ----------
    base
        Name of a scenario to extend; its numbers that one would change first are repeated to be
        changed, so that the text as it stands is the same scenario.

    Raises
    ------
    ScenarioError
        If there is no such scenario, or it cannot be read.
    """
    return _OWN if base is None else _extending(catalogue.find(base))


def _extending(file: Path) -> str:
    load(file)  # what is wrong with it is better said now than in the file that extends it
    document, _ = read(file)
    lines = [
        f"# What is not said here is as in {file.name}. The numbers below are its own:",
        "# replace them by yours, or leave out the lines that shall stay.",
        "",
        f"extends = {inline(_name_for_all(file))}",
        'title = "my cluster"',
        *_overrides(document, file.stem),
    ]
    return "\n".join(lines) + "\n"


def _name_for_all(file: Path) -> str:
    """Name `file` in a way that is understood in every folder."""
    is_packaged = file in catalogue.packaged().values()
    return file.name if is_packaged else str(file.resolve())


def _overrides(document: Document, base: str) -> Iterator[str]:
    """Write the numbers that one would change first, table by table, each beside a copy."""
    for table, numbers in groupby(_changed_first(document), key=itemgetter(0)):
        yield from ("", f"[{'.'.join(map(as_key, table))}]")
        for _, key, value in numbers:
            yield f"{key} = {inline(value)}  # in {base}: {inline(value)}"


def _changed_first(document: Document) -> Iterator[tuple[tuple[str, ...], str, Any]]:
    """Find table, key and value of the numbers of `document` that one would change first."""
    for root, keys in _CHANGED_FIRST.items():
        tables: dict[tuple[str, ...], Document] = {(root,): document.get(root, {})}
        if root == "fault":
            faults = islice(document.get(root, {}).items(), _MOST_FAULTS)
            tables = {(root, name): fault for name, fault in faults}
        for path, table in tables.items():
            yield from ((path, key, table[key]) for key in keys if key in table)
