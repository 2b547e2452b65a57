"""The catalogue of accelerators, and what it fills in where a scenario only names one."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import NamedTuple

from simtrain.errors import shown
from simtrain.scenario.document import Document, value_at, with_values
from simtrain.scenario.readers import JsonSchema, Reader, RefusedError

KEY = "cluster.accelerator"


class Accelerator(NamedTuple):
    """An accelerator of the catalogue.

    Parameters
    ----------
    name
        By which a scenario calls it.
    title
        What it is called in full.
    peak, memory
        Dense peak in BF16, and memory, as a file would say them.
    per_host
        How many are usually in a host.
    source
        Where the figures are from.
    power
        Its TDP, or the most that was measured, without its share of the host; empty where none is
        published.
    within, between
        Its bandwidth in one direction to others of its host, and to other hosts; empty where it is
        not known.
    unconfirmed
        Keys whose figures were read elsewhere than in a document of its maker.
    """

    name: str
    title: str
    peak: str
    memory: str
    per_host: int
    source: str
    power: str = ""
    within: str = ""
    between: str = ""
    unconfirmed: Sequence[str] = ()


class Filled(NamedTuple):
    """A value that the catalogue fills in."""

    key: str
    value: str | int


class AcceleratorReader(Reader):
    """Reads the name of an accelerator of the catalogue."""

    @property
    def accepted(self) -> str:
        """What is accepted, in words."""
        return f"one of {', '.join(accelerators())}"

    @property
    def brief(self) -> str:
        """What is accepted, in a word or two."""
        return ", ".join(f'"{name}"' for name in accelerators())

    def parse(self, value: object) -> str:
        """Read a name."""
        if isinstance(value, str) and value in accelerators():
            return value
        raise RefusedError(f"{shown(value)} is not an accelerator of the catalogue", self.accepted)

    def json_schema(self) -> JsonSchema:
        """JSON Schema of what is accepted."""
        return {"enum": list(accelerators())}


@cache
def accelerators() -> dict[str, Accelerator]:
    """The catalogue, by name."""
    rows = tomllib.loads(Path(__file__).with_suffix(".toml").read_text(encoding="utf-8"))
    return {name: Accelerator(name, **row) for name, row in rows.items()}


def with_accelerator(document: Document) -> Document:
    """`document` with what its accelerator says where it says nothing itself."""
    filled = [(key, value) for key, value in filled_in(document)]
    return with_values(document, filled) if filled else document


def filled_in(document: Document) -> Iterator[Filled]:
    """What the catalogue fills in: hosts' size, a peak that the work needs, power, bandwidths."""
    named = value_at(document, KEY)
    found = accelerators().get(named) if isinstance(named, str) else None
    if found is None:
        return
    if value_at(document, "cluster.accelerators_per_host") is None:
        yield Filled("cluster.accelerators_per_host", found.per_host)
    workload = document.get("workload")
    if isinstance(workload, dict) and "peak" not in workload and _WITH_PEAK & workload.keys():
        yield Filled("workload.peak", found.peak)
    power = document.get("power")
    if isinstance(power, dict) and "training" not in power and found.power:
        yield Filled("power.training", found.power)
    parallelism = document.get("parallelism")
    for link in ("within", "between"):
        bandwidth = getattr(found, link)
        if isinstance(parallelism, dict) and link not in parallelism and bandwidth:
            yield Filled(f"parallelism.{link}", bandwidth)


_WITH_PEAK = {"mfu", "hfu", "achieved", "tokens_per_second"}
"""Keys of the workload beside which a peak means something."""
