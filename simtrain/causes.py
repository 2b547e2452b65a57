"""Causes of badput that are no fault or stop of a scenario, by name: policies and copies."""

CHECKPOINTS = "checkpoints"
WARM_UP = "warm-up"
SPEED = "speed"
BACKGROUND_WRITE = "background write"
START = "start"
CHANGES = "changes"

POLICIES = (CHECKPOINTS, WARM_UP, SPEED, BACKGROUND_WRITE, START, CHANGES)

CORRUPT_COPIES = "corrupt copies"
"""Copies that are found corrupt some training after their load, where a scenario has them."""

RESERVED = (*POLICIES, CORRUPT_COPIES)
"""Names that no fault, stop or check has."""
