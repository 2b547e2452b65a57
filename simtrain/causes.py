"""Causes of badput that are no fault or stop of a scenario: policies, by name."""

CHECKPOINTS = "checkpoints"
WARM_UP = "warm-up"
SPEED = "speed"
BACKGROUND_WRITE = "background write"
START = "start"
CHANGES = "changes"

POLICIES = (CHECKPOINTS, WARM_UP, SPEED, BACKGROUND_WRITE, START, CHANGES)
