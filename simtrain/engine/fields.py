"""What each uniform in a row decides. A row belongs to one fault, launch, repair or stop."""

from __future__ import annotations

# Of a fault: when the next of its class comes, what it strikes, and how the recovery goes.
FAULT_WIDTH = 16
(
    THRESHOLD, UNIT, NEEDS_REPAIR, DETECTION, AUTOMATIC, AUTOMATIC_SUCCESS, FAILED_RESTART,
    RESPONSE, DIAGNOSIS, RECALL, FALSE_BLAMES, FALSE_HOST,
) = range(12)  # fmt: skip

# Of a launch (the first four) and of a load (the rest), each counted within its recovery.
LAUNCH_WIDTH = 8
(
    RESTART, RESTART_FAILS, SECOND_RESPONSE, WARM_UP,
    LOAD, LOAD_OUTCOME, LOAD_TIMEOUT,
) = range(7)  # fmt: skip

# Of a visit of a host to the repair shop.
REPAIR_WIDTH = 8
(
    AUTOMATED, AUTOMATED_OUTCOME, MANUAL, MANUAL_MISSES, RETIRED, BURN_IN, BURN_IN_CATCHES,
    PROVISION,
) = range(8)  # fmt: skip

# Of a stop.
STOP_DURATION, STOP_FIRST_PLACE = range(2)

# Of a swap of a host into the job.
SWAP, NOTICE = range(2)

# Of what a host is like from the start.
LEMON, FRAILTY = range(2)
