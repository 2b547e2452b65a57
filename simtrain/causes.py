"""Causes of badput that are no fault or stop of a scenario, by name: policies and the like."""

CHECKPOINTS = "checkpoints"
WARM_UP = "warm-up"
SPEED = "speed"
BACKGROUND_WRITE = "background write"
START = "start"
CHANGES = "changes"
ELASTIC = "elastic"

POLICIES = (CHECKPOINTS, WARM_UP, SPEED, BACKGROUND_WRITE, START, CHANGES)

CORRUPT_COPIES = "corrupt copies"
"""Copies that are found corrupt some training after their load, where a scenario has them."""

ALLOCATION = "allocation"
"""The limit of an allocation and the queue for the next one, where a scenario has them."""

CAPACITY = "capacity"
"""Hosts that a trace of counts takes away, where a scenario has one."""

RESERVED = (*POLICIES, ELASTIC, CORRUPT_COPIES, ALLOCATION, CAPACITY)
"""Names that no fault, stop or check has."""
