"""`[recovery]`: what the job does about faults, missing hosts and launches that fail."""

from typing import Annotated

from pydantic import Field

from simtrain.errors import shown
from simtrain.plugins import is_name
from simtrain.scenario.readers import JsonSchema, Reader
from simtrain.scenario.table import Table

WAIT = "wait"


class _PolicyReader(Reader):
    """Reads the name of a policy: one that comes with simtrain, or one of the user's own."""

    accepted = f'"{WAIT}", or a class of your own as "module:Class"'
    brief = f'"{WAIT}" or "module:Class"'

    def parse(self, value: object) -> str:
        if isinstance(value, str) and (value == WAIT or is_name(value)):
            return value
        raise ValueError(f"{shown(value)} is no policy")

    def json_schema(self) -> JsonSchema:
        return {"anyOf": [{"const": WAIT}, {"type": "string", "pattern": r"^[\w.]+:[\w.]+$"}]}


class Recovery(Table):
    """What the job does about faults, missing hosts and launches that fail."""

    policy: Annotated[str, _PolicyReader()] = Field(
        WAIT,
        description='"wait": the synchronous job, which stops without one of its hosts and waits '
        'for it. A class of your own, "module:Class", has the methods of '
        "`simtrain.model.policies.Policy`, can be imported on every worker, is made without "
        "arguments, and remembers nothing from trial to trial.",
    )
