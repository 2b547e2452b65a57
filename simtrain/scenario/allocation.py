"""`[allocation]`: how long the job may hold its hosts at a time, and how long it queues."""

from collections.abc import Iterator
from typing import Annotated, Literal

from pydantic import Field

from simtrain.scenario.calendar import HoursOf
from simtrain.scenario.domains import MAX_HOSTS
from simtrain.scenario.numbers import NOTHING, Duration, DurationOnce, PositiveDuration
from simtrain.scenario.readers import JsonSchema, Reader, Whole, YesOrNo
from simtrain.scenario.table import Broken, Table


class _SizesReader(Reader):
    """Reads from how many hosts to how many."""

    accepted = "two numbers of hosts, the smaller one first, such as [1, 16]"

    def parse(self, value: object) -> tuple[int, int]:
        if not isinstance(value, list | tuple) or len(value) != 2:
            raise ValueError("is not a list of two numbers of hosts")
        least, most = (Whole(1, MAX_HOSTS).parse(hosts) for hosts in value)
        if least > most:
            raise ValueError(f"from {least} to {most} is no number of hosts")
        return least, most

    def json_schema(self) -> JsonSchema:
        hosts = Whole(1, MAX_HOSTS).json_schema()
        return {"type": "array", "items": hosts, "minItems": 2, "maxItems": 2}

    def written(self, value: tuple[int, int]) -> list[int]:
        return list(value)


class Submission(HoursOf):
    """The wait of an allocation of some size that is queued for at some hours."""

    hosts: Annotated[tuple[int, int], _SizesReader()] | None = Field(
        None,
        description="From and to how many hosts of the job (`cluster.hosts` at that time, without "
        "spares), both included, such as [1, 16]; any number by default.",
    )
    wait: Duration = Field(description="Time in the queue if it begins then.")

    def fits(self, hosts: int) -> bool:
        """Whether it is for a job of so many hosts."""
        return self.hosts is None or self.hosts[0] <= hosts <= self.hosts[1]

    @property
    def needs_the_hour(self) -> bool:
        """Whether it is for some hours only."""
        return bool({"days", "hours"} & self.model_fields_set)


class Allocation(Table):
    """Allocations that the job runs in, one after the other, with a queue in between."""

    limit: PositiveDuration | None = Field(
        None,
        description="How long an allocation may last, from its grant on, as `--time` of Slurm. By "
        "default there is no limit.",
    )
    wait: Duration = Field(
        NOTHING, description="Time in the queue from the end of an allocation until the next grant."
    )
    when: tuple[Submission, ...] = Field(
        (),
        description="Times in the queue by how many hosts are asked for, and by the hour and the "
        "weekday at which it begins; the first row that fits, and `wait` if none does.",
    )
    save_before: DurationOnce | None = Field(
        None,
        description="How long before the limit the job begins to save, as `--signal` of Slurm. "
        "Once the copy is durable it stops. By default it does not save, and the limit cuts it "
        "off.",
    )
    on_fault: Literal["restart", "queue"] = Field(
        "restart",
        description="What the job does about a fault. `restart`: it goes on in the same "
        "allocation, if the hosts suffice; where they do not, it queues again. `queue`: it gives "
        "up the allocation once the fault is known, and queues again, as after `--requeue`.",
    )
    hosts: Literal["same", "others"] = Field(
        "same",
        description="`same`: hosts come from the same pool each time, and a bad one that nobody "
        "found comes again. `others`: each grant is of fresh hosts.",
    )
    wait_first: YesOrNo = Field(
        False,
        description="Whether the job queues for its first allocation as well. With "
        "`underway.elapsed` that lies behind.",
    )

    def broken_rules(self) -> Iterator[Broken]:
        """A save before the limit needs one that is later."""
        if self.save_before is None:
            return
        if self.limit is None:
            yield Broken("save_before", "goes with `limit`", "give that too, or neither")
        elif self.save_before.middle >= self.limit.middle:
            wrong = "is not shorter than the `limit`, and nothing is left to train in"
            yield Broken("save_before", wrong, "a shorter one")
