"""`simtrain init`. Write a scenario to start from."""

from __future__ import annotations

import re
from pathlib import Path

import click

from simtrain.cli.files import whole_file
from simtrain.cli.outputs import note, say
from simtrain.errors import InputError, OutputError
from simtrain.scenario.accelerators import Accelerator, AcceleratorReader, accelerators
from simtrain.scenario.copied import LEFT_OUT, ORIGIN
from simtrain.scenario.load import assigned
from simtrain.scenario.model_card import MFU
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
    "sequence": "workload.sequence",
    "batch": "workload.batch",
    "layers": "workload.layers",
    "hidden": "workload.hidden",
    "start": "start",
}
"""Key of the scenario that each option gives."""
_OF_A_CARD = ("sequence", "batch", "layers", "hidden")
"""Options whose keys the template only has beside an accelerator."""


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
@click.option("--parameters", "--model", metavar="N", help="Parameters of the model, such as 70B.")
@click.option("--tokens", metavar="N", help="Tokens to train on, such as 2T.")
@click.option("--mfu", metavar="PART", help="Model FLOPs utilisation of a step, such as '40 %'.")
@click.option("--peak", metavar="SPEED", help="Peak of an accelerator, such as '989 TFLOP/s'.")
@click.option(
    "--accelerator",
    metavar="NAME",
    help="An accelerator such as h100, for its peak and how many there are in a host; then how the "
    "model is split is suggested too.",
)
@click.option("--sequence", metavar="N", help="With --accelerator: tokens in a sequence.")
@click.option("--batch", metavar="N", help="With --accelerator: sequences in a step.")
@click.option("--layers", metavar="N", help="With --accelerator: layers of the model.")
@click.option("--hidden", metavar="N", help="With --accelerator: its hidden size.")
@click.option("--start", metavar="DATE", help="When it begins, such as 2026-03-02T09:00:00+01:00.")
@click.argument("file", type=click.Path(path_type=Path, allow_dash=True))
def command(base: str | None, file: Path, accelerator: str | None, **options: str | None) -> None:
    """Write a documented scenario for your own cluster to FILE ("-" is stdout).

    What no option gives is a placeholder, or the number of the scenario that --from names.
    """
    found = None if accelerator is None else _named(accelerator)
    if found is not None:
        options = {key: text for key, text in options.items() if text}
        options = {"accelerators_per_host": str(found.per_host), "peak": found.peak, **options}
    elif base is None and (lost := next((key for key in _OF_A_CARD if options[key]), None)):
        raise InputError(f"--{lost} goes with --accelerator; give one such as h100")
    texts = [f"{_KEYS[name]}={_long(text)}" for name, text in options.items() if text is not None]
    text = template(base, assigned(texts, ORIGIN), found)
    if str(file) == "-":
        say(text)
        return
    if file.exists():
        raise OutputError(f"{file} exists and is not overwritten; name a new file")
    with whole_file(file) as draft:
        draft.write_text(text, encoding="utf-8")
    if found is not None and base is None and options.get("mfu") is None:
        note(f"No MFU is given, so {MFU} is assumed, as dense models have it; --mfu says another.")
    if found is not None and base is None and "[parallelism]" not in text:
        note("No split of the model is suggested: the smallest replica does not fill the job.")
    if LEFT_OUT in text:
        note("Left out what is about that run alone, such as its dates; the file lists it.")
    note(f"Wrote {file}. Change what differs, then: simtrain run {file}")


def _named(accelerator: str) -> Accelerator:
    """Accelerator of the catalogue with a name."""
    try:
        return accelerators()[AcceleratorReader().parse(accelerator)]
    except RefusedError as wrong:
        raise InputError(f"--accelerator: {wrong}; {wrong.accepted}") from None


def _long(text: str) -> str:
    """A number such as 70B or 2T as the file would have it."""
    found = _SHORT.fullmatch(text.strip())
    return found[1] + _THOUSANDS[found[2]] if found else text
