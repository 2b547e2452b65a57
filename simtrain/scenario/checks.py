"""`[check.NAME]`: what is done every so often while training stands still, as evaluations are."""

from collections.abc import Iterator
from typing import Literal

from pydantic import Field

from simtrain.effects import EFFECTS
from simtrain.scenario.numbers import WHOLE, CheckpointInterval, Duration, Share
from simtrain.scenario.table import Broken, Table

_OF_HOSTS_FIRST = sorted(EFFECTS, key=lambda name: EFFECTS[name].only)
LATENT = [name for name in _OF_HOSTS_FIRST if not EFFECTS[name].stops]
"""Effects under which training goes on."""
LatentEffect = Literal[*LATENT]  # type: ignore[valid-type]


class Check(Table):
    """A check or an evaluation that comes again and again, named by its table."""

    every: CheckpointInterval = Field(
        description="Training between two of them, as a duration or in steps."
    )
    duration: Duration = Field(
        description="How long training stands still for it. It goes on without a restart."
    )
    finds: tuple[LatentEffect, ...] | None = Field(
        None,
        min_length=1,
        description='Effects of faults that it brings to light, such as `["corrupt"]`; none by '
        "default, as an evaluation does.",
    )
    chance: Share = Field(
        WHOLE, description="Probability that it finds what it looks for, of each host that has it."
    )
    back_to: Literal["onset", "last check"] = Field(
        "onset",
        description="How far back the work is trusted once it finds that it is tainted: up to the "
        "`onset`, if that can be told, or up to the `last check` that found nothing.",
    )

    def broken_rules(self) -> Iterator[Broken]:
        """Keys of finding something belong to checks that do."""
        for key in ("chance", "back_to") if not self.finds else ():
            if key in self.model_fields_set:
                wrong = "means nothing, since the check finds nothing"
                yield Broken(key, wrong, 'leave it out, or give `finds = ["corrupt"]`')
