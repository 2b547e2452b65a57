"""A scenario to begin with, for one's own cluster."""

import re
import tomllib
from collections.abc import Container, Iterator, Mapping
from typing import Any

from simtrain.scenario import catalogue
from simtrain.scenario.accelerators import Accelerator
from simtrain.scenario.copied import ORIGIN, copied
from simtrain.scenario.inline import spelled
from simtrain.scenario.model_card import with_card
from simtrain.scenario.scenario import Scenario

_OWN = """\
# A scenario for a cluster of one's own.
#
# No number here was measured anywhere: they are placeholders of a plausible size, each to be
# replaced by yours. `simtrain check FILE` says what is wrong with the file, `simtrain schema`
# has every key there is: an editor that knows TOML completes and checks them after
# `simtrain schema > simtrain.schema.json`, if the file begins with the line
# #:schema ./simtrain.schema.json

title = "my cluster"
start = 2026-03-02T09:00:00+00:00  # replace by yours: when it begins, with the offset from UTC

[workload]
parameters = 70e9     # replace by yours: those that a token uses, if the model has experts
tokens = 2e12         # replace by yours: tokens to train on, at 6 FLOPs per parameter and token
mfu = 0.4             # replace by yours: of a step alone, without saves, restarts and faults
peak = "989 TFLOP/s"  # replace by yours: of an accelerator, dense; here an H100 in BF16
# If the time is known and not these four: ideal_time = "24 days", without any fault or save

[cluster]
hosts = 128           # replace by yours: hosts that the job needs, all at once
accelerators_per_host = 8  # replace by yours: GPUs of a host
spares = 4            # replace by yours: healthy hosts standing by

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

_LINE = re.compile(r"(?P<key>\w+)(?P<is> *= *)[^#]+# (?P<comment>.*)")
_OURS, _PLACEHOLDER = "replace by yours: ", "; here "
"""What comments say of a placeholder, before and after what they say of the key."""


def template(
    base: str | None = None,
    given: Mapping[str, Any] | None = None,
    accelerator: Accelerator | None = None,
) -> str:
    """Text of a scenario file to begin with, which is right as it stands.

    Parameters
    ----------
    base
        Name of a scenario whose numbers it has, instead of placeholders; see `copied`.
    given
        Values of one's own, by the dotted path of a key that the text has.
    accelerator
        What the hosts have. Then the text has what a model card says beside parameters and tokens,
        and a suggestion of how the model is split.

    Raises
    ------
    ScenarioError
        If there is no such scenario, it cannot be read, or a value is not accepted.
    """
    values = given or {}
    if base is not None:
        return copied(catalogue.find(base), values)
    text = _OWN
    own = Scenario.from_document(tomllib.loads(text))
    if accelerator is not None:
        size = own.overridden(_of_text(values, own), ORIGIN)
        parameters = size.workload.middle("parameters")
        text = with_card(text, values, accelerator, parameters, size.accelerators)
        own = Scenario.from_document(tomllib.loads(text))
    own = own.overridden(values.items(), ORIGIN)
    return "".join(f"{_filled(line, path, own, values)}\n" for path, line in _lines(text))


def _of_text(values: Mapping[str, Any], own: Scenario) -> list[tuple[str, Any]]:
    """Values that a scenario has as well."""
    return [(path, value) for path, value in values.items() if own.writes(path)]


def _lines(text: str) -> Iterator[tuple[str, str]]:
    """Lines of a template, each with the dotted path of the value it gives, if it gives one."""
    table = ""
    for line in text.splitlines():
        if line.startswith("["):
            table = line.partition("]")[0].lstrip("[") + "."
        found = _LINE.fullmatch(line)
        yield f"{table}{found['key']}" if found else "", line


def _filled(line: str, path: str, own: Scenario, given: Container[str]) -> str:
    """The line with the value of one's own if it is given, which is no placeholder any more."""
    found = _LINE.fullmatch(line)
    if found is None or path not in given:
        return line
    assignment = f"{found['key']}{found['is']}{spelled(own.value_at(path))}"
    comment = found["comment"].removeprefix(_OURS).partition(_PLACEHOLDER)[0]
    return f"{assignment:{line.index('#') - 2}}  # {comment}"
