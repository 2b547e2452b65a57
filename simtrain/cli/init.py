"""`simtrain init`. Write a scenario to start from."""

from __future__ import annotations

import re
from pathlib import Path

import click

from simtrain.cli.files import whole_file
from simtrain.cli.outputs import note, say
from simtrain.errors import InputError, OutputError
from simtrain.scenario.accelerators import AcceleratorReader, accelerators
from simtrain.scenario.copied import LEFT_OUT, ORIGIN
from simtrain.scenario.load import assigned
from simtrain.scenario.readers import RefusedError
from simtrain.scenario.template import template

_THOUSANDS = {"k": "e3", "M": "e6", "B": "e9", "T": "e12"}
_SHORT = re.compile(r"([0-9]+(?:\.[0-9]+)?) ?([kMBT])")
_KEYS = {
    "hosts": "cluster.hosts",
    "accelerators_per_host": "cluster.accelerators_per_host",
    "spares": "cluster.spares",
    "parameters": "workload.parameters",
    "tokens": "workload.tokens",
    "mfu": "workload.mfu",
    "peak": "workload.peak",
    "start": "start",
}
"""Key of the scenario that each option gives."""


@click.command("init")
@click.option(
    "--from",
    "base",
    metavar="NAME",
    help="A scenario whose numbers to begin with, such as opt175b; its dates are left out.",
)
@click.option("--hosts", metavar="N", help="Hosts that the job needs.")
@click.option("--accelerators-per-host", metavar="N", help="Accelerators of a host.")
@click.option("--spares", metavar="N", help="Healthy hosts standing by.")
@click.option("--parameters", metavar="N", help="Parameters of the model, such as 70B.")
@click.option("--tokens", metavar="N", help="Tokens to train on, such as 2T.")
@click.option("--mfu", metavar="PART", help="Model FLOPs utilisation of a step, such as '40 %'.")
@click.option("--peak", metavar="SPEED", help="Peak of an accelerator, such as '989 TFLOP/s'.")
@click.option(
    "--accelerator",
    metavar="NAME",
    help="An accelerator such as h100, for its peak and how many there are in a host.",
)
@click.option("--start", metavar="DATE", help="When it begins, such as 2026-03-02T09:00:00+01:00.")
@click.argument("file", type=click.Path(path_type=Path, allow_dash=True))
def command(base: str | None, file: Path, accelerator: str | None, **options: str | None) -> None:
    """Write a documented scenario for your own cluster to FILE ("-" is stdout).

    What no option gives is a placeholder, or the number of the scenario that --from names.
    """
    if accelerator is not None:
        options = _of(accelerator) | {key: text for key, text in options.items() if text}
    texts = [f"{_KEYS[name]}={_long(text)}" for name, text in options.items() if text is not None]
    text = template(base, assigned(texts, ORIGIN))
    if str(file) == "-":
        say(text)
        return
    if file.exists():
        raise OutputError(f"{file} exists and is not overwritten; name a new file")
    with whole_file(file) as draft:
        draft.write_text(text, encoding="utf-8")
    if LEFT_OUT in text:
        note("Left out what is about that run alone, such as its dates; the file lists it.")
    note(f"Wrote {file}. Change what differs, then: simtrain run {file}")


def _of(accelerator: str) -> dict[str, str | None]:
    """What the catalogue says of an accelerator, by option."""
    try:
        found = accelerators()[AcceleratorReader().parse(accelerator)]
    except RefusedError as wrong:
        raise InputError(f"--accelerator: {wrong}; {wrong.accepted}") from None
    return {"accelerators_per_host": str(found.per_host), "peak": found.peak}


def _long(text: str) -> str:
    """A number such as 70B or 2T as the file would have it."""
    found = _SHORT.fullmatch(text.strip())
    return found[1] + _THOUSANDS[found[2]] if found else text
