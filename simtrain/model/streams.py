"""The address book of the draws: every stream, its rows, and what each uniform in a row decides.

An address is (seed, trial, stream, occurrence, row, field). Layouts are fixed for good: another
width or another name would move every draw that follows.
"""

from __future__ import annotations

from typing import NamedTuple


class Layout(NamedTuple):
    """Layout of the rows of a stream.

    Parameters
    ----------
    name
        Name of the stream; ``{}`` stands for the class, stop, path or stream that it belongs to.
    row
        What a row belongs to, and its occurrence where there is one.
    fields
        What the uniforms of a row decide, in order.
    width
        Uniforms set aside for a row.
    shift
        Rows are drawn in blocks of ``1 << shift``: many where neighbours are likely to be asked
        for too. Moves no draw.
    """

    name: str
    row: str
    fields: tuple[str, ...]
    width: int = 4
    shift: int = 4


# Fields of a row of a fault. When the next of its class comes and what it strikes, and then how
# the recovery goes.
(
    THRESHOLD, UNIT, NEEDS_REPAIR, DETECTION, AUTOMATIC, AUTOMATIC_SUCCESS, FAILED_RESTART,
    RESPONSE, DIAGNOSIS, RECALL, FALSE_BLAMES, FALSE_HOST,
) = range(12)  # fmt: skip
_FAULT = (
    "threshold on the hazard", "unit struck", "needs repair", "detection", "automatic",
    "automatic success", "failed restart", "response", "diagnosis", "recall", "false blames",
    "first host falsely blamed",
)  # fmt: skip

# Fields of a row of a launch (the first four) and of a load (the rest).
(
    RESTART, RESTART_FAILS, SECOND_RESPONSE, WARM_UP,
    LOAD, LOAD_OUTCOME, LOAD_TIMEOUT,
) = range(7)  # fmt: skip

# Fields of a row of a repair.
(
    AUTOMATED, AUTOMATED_OUTCOME, MANUAL, MANUAL_MISSES, RETIRED, BURN_IN, BURN_IN_CATCHES,
    PROVISION,
) = range(8)  # fmt: skip

# Fields of a row of a planned stop, of a swap of a host into the job, of a host, of its return by
# itself, of a span of a weather, of a slow host, of how far a fault of a domain reaches, of a
# check, of a block of a log, and of the save before the start of a run in flight.
STOP_DURATION, STOP_FIRST_PLACE, STOP_DUE = range(3)
SWAP, NOTICE = range(2)
LEMON, FRAILTY = range(2)
(RETURN,) = range(1)
(FACTOR,) = range(1)
SLOW_SPEED, SLOW_LASTS = range(2)
STRUCK, SPARES_STRUCK = range(2)
(CHECK_DURATION,) = range(1)
(CHECK_FINDS,) = range(1)
(BLOCK_START,) = range(1)
(SINCE_SAVE,) = range(1)
IS_BAD, BAD_PLACE = range(2)
STOPPED_DUE, STOPPED_LASTS, STOPPED_LAUNCH, STOPPED_LOAD = range(4)
LOST_NUMBER, LOST_TIME = range(2)
GRANT_WAIT, GRANT_LAUNCH, GRANT_LOAD, ENDING_FAULT = range(4)
(QUEUE_WAIT,) = range(1)
TRY_WORKS, TRY_RESTART = range(2)
RECONFIGURE, RECONFIGURE_WORKS = range(2)
(REJOIN,) = range(1)

ROWS_PER_HOST = 1 << 20
"""Rows set aside for each host in a stream of faults that belong to hosts."""

FAULT = Layout("fault: {}", "n-th fault of the class", _FAULT, 16)
FAULT_OF_SPARE = Layout("fault of a spare: {}", "n-th fault of an idle spare", _FAULT, 16)
FAULT_OF_HOST = Layout(
    "fault of a host: {}", f"host × {ROWS_PER_HOST} + number of its life", _FAULT, 16, 0
)
RELAPSE = Layout(
    "fault of a bad host: {}", f"host × {ROWS_PER_HOST} + number of its relapse", _FAULT, 16, 2
)
FIRST_LIFE = Layout("life of a host: {}", "host", ("threshold on the hazard",))
LATER_LIFE = Layout(
    "later life of a host: {}", "host; number of its life", ("threshold on the hazard",), 4, 0
)
FOUND = Layout("bad host is found", "host; n-th diagnosis", ("recall",), 4, 0)
FAULT_OF_SPARE_UNIT = Layout(
    "fault of a further unit: {}", "n-th fault of a domain that held no host of the job at first",
    _FAULT, 16,
)  # fmt: skip
REACH = Layout(
    "reach: {}",
    "the row of a fault of a domain",
    ("how many hosts are struck", "whether a domain of spares alone is, by its idle hazard"),
    4,
    0,
)
FAULT_IN_BURST = Layout(
    "fault of a host together with others: {}", "the row of the fault; n-th host struck", _FAULT,
    16, 0,
)  # fmt: skip
LAUNCH = Layout(
    "launch: {}",
    "the row that began the outage; n-th launch, or n-th load, of its recovery",
    (
        "restart", "restart fails", "response after failed tries", "warm-up",
        "load", "outcome of the load", "timeout of the load",
    ),
    8,
)  # fmt: skip
REPAIR = Layout(
    "repair of a host",
    "host; n-th repair",
    (
        "automated repair", "its outcome", "manual repair", "manual repair misses", "retired",
        "burn-in", "burn-in catches", "provision of another host",
    ),
    8,
    5,
)  # fmt: skip
SWAP_IN = Layout("swap of a host", "host; n-th swap", ("swap", "notice of a lent spare"), 4, 6)
RETURNS = Layout("return: {}", "the row that began the absence", ("time away",), 4, 3)
SLOW = Layout("slow: {}", "the row that began it", ("speed", "how long it lasts"), 4, 0)
CHECK = Layout("check: {}", "n-th check", ("duration",))
FOUND_BY_CHECK = Layout(
    "found by a check: {}",
    "the row that began what is looked for; n-th check for it",
    ("found",),
    4,
    0,
)
RECONFIGURATION = Layout(
    "reconfiguration: {}", "the row that began the outage", ("reconfigure", "works"), 4, 0
)
REJOINING = Layout("rejoining", "n-th time that replicas come back", ("stall",))
STOP = Layout(
    "stop: {}",
    "n-th stop",
    ("duration", "first place that an incident takes", "when it is due after the one before"),
)
PHASE = Layout("phase of the save", "0", ("part of the interval since the last save",))
ONSET = Layout(
    "unnoticed until now: {}", "n-th fault before the start, the last one first", _FAULT, 16
)
BAD_HOST = Layout("bad host until now: {}", "0", ("whether there is one", "which one"))
ONSET_AGAIN = Layout(
    "unnoticed again until now: {}",
    f"fault before the start × {ROWS_PER_HOST} + number of its relapse",
    _FAULT,
    16,
    0,
)
LIFE_BEFORE = Layout(
    "life until now",
    "place of the job; then hosts of the job + n-th host that stepped in before the start",
    ("threshold on the hazard of its age", "threshold on that of other faults"),
    2,
)
STOPPED = Layout(
    "stop until now: {}",
    "n-th attempt to draw the time before the start; n-th stop, 0 if the last one is known",
    ("when it is due after the one before, or what is left of that", "duration", "launch", "load"),
)
ALLOCATED = Layout(
    "allocation until now",
    "n-th attempt to draw the time before the start; n-th allocation",
    ("wait for it", "launch", "load", "fault that ends it"),
)
LOST_BEFORE = Layout(
    "lost until now",
    "n-th attempt to draw the time before the start",
    ("number of faults within allocations", "time that they took"),
    2,
)
PREEMPTED = Layout(
    "preempted until now: {}",
    "n-th attempt to draw the time before the start; n-th allocation",
    ("how long after the shield",),
    1,
)
BLOCK = Layout("block of the log", "n-th block", ("where it begins in the log",), 1)
FURTHER_TRY = Layout(
    "further automatic try: {}",
    "the row of the fault; n-th further try",
    ("works", "failed restart"),
    4,
    0,
)
QUEUE = Layout("queue", "number of the allocation that ended", ("wait for the next one",), 4, 0)
CAPACITY = Layout("capacity", "row of the trace", _FAULT, 16, 0)
START = Layout("start", "0", ())
CHANGES = Layout("changes", "number of the change", ())
# The first tier has no suffix, later ones their number.
SAVE_FAILS = Layout("save fails{}", "number of the save", ("fails",), 1, 8)
SAVE_HANGS = Layout("save hangs", "n-th save that hangs", _FAULT, 16)
SAVE_STOPS = Layout("save stops training{}", "n-th save that fails and stops training", _FAULT, 16)
COPY_IS_CORRUPT = Layout("copy is corrupt{}", "number of the save", ("corrupt",), 1, 8)
CORRUPT_COPY = Layout("corrupt copy that is not found at once", "n-th load of one", _FAULT, 16)
WEATHER = Layout("weather: {}", "n-th span", ("factor on hazard or on repair",), 1)
UNCERTAIN = Layout("scenario: {}", "0", ("quantile of the number in this trial",))
HOST = Layout("factors of a host", "host", ("lemon", "frailty"))
AGE = Layout("age of a host", "host", ("age at the start", "age since, of a stationary one"))

LAYOUTS = (
    FAULT, FAULT_OF_SPARE, FAULT_OF_HOST, RELAPSE, FIRST_LIFE, LATER_LIFE, FOUND,
    FAULT_OF_SPARE_UNIT, REACH, FAULT_IN_BURST, LAUNCH, REPAIR, SWAP_IN, RETURNS, SLOW, CHECK,
    FOUND_BY_CHECK, RECONFIGURATION, REJOINING, STOP, START, CHANGES, SAVE_FAILS, SAVE_HANGS,
    SAVE_STOPS, COPY_IS_CORRUPT, CORRUPT_COPY, QUEUE, FURTHER_TRY, CAPACITY,
    WEATHER, UNCERTAIN, HOST, AGE, BLOCK, PHASE, ONSET, ONSET_AGAIN, BAD_HOST,
    STOPPED, ALLOCATED, LOST_BEFORE, PREEMPTED, LIFE_BEFORE,
)  # fmt: skip
"""Every stream there is."""
