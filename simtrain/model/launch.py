"""How a try to start the job goes: the restart, the load, and the warm-up behind them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simtrain.model.streams import (
    LOAD,
    LOAD_OUTCOME,
    LOAD_TIMEOUT,
    RESTART,
    RESTART_FAILS,
    SECOND_RESPONSE,
    WARM_UP,
)

if TYPE_CHECKING:
    from simtrain.model.draws import Row
    from simtrain.model.parameters import RestartParameters, TierParameters


def attempt(restart: RestartParameters, row: Row) -> tuple[float, bool, float]:
    """Try to start the job.

    Returns
    -------
    seconds
        Of scheduling, process start and collective set-up.
    fails
        Whether it fails at the end of that.
    warm_up
        Seconds of slower steps that follow if it works.
    """
    block, at = row
    return (
        restart.duration.quantile(block[at + RESTART]),
        block[at + RESTART_FAILS] < restart.failure,
        restart.warm_up.quantile(block[at + WARM_UP]),
    )


def backoff(restart: RestartParameters, failures: int) -> float:
    """Seconds to wait before the restart after so many failures in a row; none before the first.

    Twice as long each time, up to a bound.
    """
    if not restart.backoff or failures < 2:
        return 0.0
    return float(min(restart.backoff * 2.0 ** min(failures - 2, 1000), restart.longest_backoff))


def second_response(row: Row) -> float:
    """Quantile of the response of a person who is called since tries failed."""
    block, at = row
    return block[at + SECOND_RESPONSE]


def load(tier: TierParameters, row: Row) -> tuple[float, bool]:
    """Load from a tier: it fails after its full time, hangs until a timeout, or works.

    Returns
    -------
    seconds, works
        How long it takes, and whether the copy is loaded then.
    """
    block, at = row
    outcome = block[at + LOAD_OUTCOME] - tier.load_failure
    if 0.0 <= outcome < tier.load_hang:
        return tier.load_timeout.quantile(block[at + LOAD_TIMEOUT]), False
    return tier.load.quantile(block[at + LOAD]), outcome >= tier.load_hang
