"""Closed forms that a simulation has to agree with, and quick answers where they hold.

Common notation: faults strike the job as a whole with exponential gaps of mean M (`mtbf`) in time
at risk; τ of work (`interval`) is followed by a stall of C (`save`); a fault costs a downtime D in
which no fault strikes, then a restart or load R in which faults do strike. All times are in one
unit, the second unless the caller prefers another. Expected times too long for a float are
`math.inf`.

References
----------
J. W. Young, "A first order approximation to the optimum checkpoint interval", CACM 17 (1974).

J. T. Daly, "A higher order estimate of the optimum checkpoint interval for restart dumps",
Future Generation Computer Systems 22 (2006).

T. Hérault and Y. Robert (eds.), *Fault-Tolerance Techniques for High-Performance Computing*,
Springer (2015).
"""

from __future__ import annotations

import math
from itertools import count
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable


# --- the best interval --------------------------------------------------------------------------


def young_interval(save: float, mtbf: float) -> float:
    """Checkpoint interval √(2·C·M), the first-order optimum.

    Parameters
    ----------
    save : float
        Stall of one checkpoint, above 0.
    mtbf : float
        Mean time at risk between faults of the job, above 0.

    Returns
    -------
    float
        Work between the end of one save and the start of the next.

    Raises
    ------
    ValueError
        If an argument is not a finite number above 0.

    References
    ----------
    Young (1974).
    """
    _above_zero(save=save, mtbf=mtbf)
    return math.sqrt(2.0 * save * mtbf)


def daly_interval(save: float, mtbf: float) -> float:
    """Checkpoint interval by the higher-order estimate.

    √(2·C·M)·(1 + √(C/2M)/3 + (C/2M)/9) − C where C is below 2·M, and M from there on.

    Parameters
    ----------
    save : float
        Stall of one checkpoint, above 0.
    mtbf : float
        Mean time at risk between faults of the job, above 0.

    Returns
    -------
    float
        Work between the end of one save and the start of the next.

    Raises
    ------
    ValueError
        If an argument is not a finite number above 0.

    References
    ----------
    Daly (2006).
    """
    _above_zero(save=save, mtbf=mtbf)
    if save >= 2.0 * mtbf:
        return mtbf
    ratio = save / (2.0 * mtbf)
    return young_interval(save, mtbf) * (1.0 + math.sqrt(ratio) / 3.0 + ratio / 9.0) - save


def optimal_interval(save: float, mtbf: float) -> float:
    """Checkpoint interval that minimises the expected time per unit of work.

    Whatever D and R are, `expected_segment` over τ is least at τ = M·(1 + W₀(−e^(−1−C/M))), with
    W₀ the principal branch of Lambert's function. With t = (τ + C)/M this says
    t − 1 + e^(−t) = C/M, which Newton's method solves from above.

    Parameters
    ----------
    save : float
        Stall of one checkpoint, above 0.
    mtbf : float
        Mean time at risk between faults of the job, above 0.

    Returns
    -------
    float
        Work between the end of one save and the start of the next; below both `mtbf` and
        `young_interval`.

    Raises
    ------
    ValueError
        If an argument is not a finite number above 0.

    References
    ----------
    Daly (2006) for the equation; Hérault and Robert (2015), chapter 1, for its solution.
    """
    _above_zero(save=save, mtbf=mtbf)
    ratio = save / mtbf
    t = ratio + math.sqrt(2.0 * ratio)
    for _ in range(8):
        t += (t + math.expm1(-t) - ratio) / math.expm1(-t)
    return -mtbf * math.expm1(-t)


# --- expected times with memoryless faults ------------------------------------------------------


def expected_segment(
    interval: float, save: float, mtbf: float, downtime: float = 0.0, load: float = 0.0
) -> float:
    """Mean time to get one interval of work done and saved.

    (M + D)·e^(R/M)·(e^((τ+C)/M) − 1), for a segment that starts in a running job.

    A try that needs a fault-free time t takes M·(1 − e^(−t/M)) on average and fails with
    probability 1 − e^(−t/M). The first try needs τ + C. Each later one needs R + τ + C and
    follows a downtime D, so from a load on the expected time is
    E' = (M + D)·(e^((R+τ+C)/M) − 1), and in all (1 − e^(−(τ+C)/M))·(M + D + E').
    A segment that must itself begin with a load takes E'.

    Parameters
    ----------
    interval : float
        Work of the segment, above 0.
    save : float
        Stall of the checkpoint at its end, 0 or above.
    mtbf : float
        Mean time at risk between faults of the job, above 0.
    downtime : float
        Mean time from a fault to the start of a load, in which no fault strikes, 0 or above.
    load : float
        Constant duration of a restart or load, in which faults strike, 0 or above.

    Returns
    -------
    float
        Expected wall-clock.

    Raises
    ------
    ValueError
        If an argument is out of its range or not finite.

    References
    ----------
    Daly (2006); Hérault and Robert (2015), chapter 1.
    """
    restart = laplace_fixed(load, mtbf)
    return expected_segment_random(interval, save, mtbf, downtime, restart)


def expected_segment_hanging(
    interval: float,
    save: float,
    mtbf: float,
    hang: float,
    timeout: float,
    downtime: float = 0.0,
    load: float = 0.0,
) -> float:
    """Mean time to get one interval of work done and saved, where saves hang.

    A save hangs with probability p as it begins, and is known to after T, in which no fault
    strikes; D and R follow as after a fault, and the interval is done again. Without faults this is
    τ + C + p/(1 − p)·(τ + T + D + R). With faults it is {A + (1 − q)·((M + D)·e^(R/M) − M)} / q,
    where q = (1 − p)·e^(−(τ+C)/M) is the probability that a try comes through and
    A = M·(1 − e^(−τ/M)) + e^(−τ/M)·((1 − p)·M·(1 − e^(−C/M)) + p·T) its mean time.

    Parameters
    ----------
    interval, save, mtbf, downtime, load : float
        As for `expected_segment`; `mtbf` is infinite where nothing fails.
    hang : float
        Probability that a save hangs, below 1.
    timeout : float
        Time from the start of a save until it is known to hang.

    Returns
    -------
    float
        Expected time, from the start of the interval to the end of its save.
    """
    if mtbf == math.inf:
        again = hang / (1 - hang)
        return interval + save + again * (interval + timeout + downtime + load)
    through = (1 - hang) * math.exp(-(interval + save) / mtbf)
    reaches = math.exp(-interval / mtbf)
    saving = (1 - hang) * mtbf * -math.expm1(-save / mtbf) + hang * timeout
    mean_try = mtbf * -math.expm1(-interval / mtbf) + reaches * saving
    recovery = (mtbf + downtime) * math.exp(load / mtbf) - mtbf
    return (mean_try + (1 - through) * recovery) / through


def expected_segment_random(
    interval: float, save: float, mtbf: float, mean_downtime: float, restart_laplace: float
) -> float:
    """Mean time of a segment where the restart is drawn anew at each try.

    (M + E[D])·(e^((τ+C)/M) − 1) / φ with φ = E[e^(−L/M)], the probability that a restart of
    random duration L meets no fault. The derivation is that of `expected_segment`, where
    φ = e^(−R/M).

    Parameters
    ----------
    interval : float
        Work of the segment, above 0.
    save : float
        Stall of the checkpoint at its end, 0 or above.
    mtbf : float
        Mean time at risk between faults of the job, above 0.
    mean_downtime : float
        Mean time from a fault to the start of a restart, in which no fault strikes, 0 or above.
    restart_laplace : float
        φ, a probability, from `laplace_fixed`, `laplace_exponential` or `laplace_gamma`.

    Returns
    -------
    float
        Expected wall-clock.

    Raises
    ------
    ValueError
        If an argument is out of its range or not finite.

    References
    ----------
    Hérault and Robert (2015), chapter 1, for constant D and R; the same steps otherwise.
    """
    _above_zero(interval=interval, mtbf=mtbf)
    _from_zero(save=save, mean_downtime=mean_downtime)
    if not 0.0 <= restart_laplace <= 1.0:
        raise ValueError(f"restart_laplace must lie between 0 and 1, got {restart_laplace:g}")
    exponent = (interval + save) / mtbf
    if restart_laplace == 0.0 or exponent > 700.0:
        return math.inf
    return (mtbf + mean_downtime) / restart_laplace * math.expm1(exponent)


def laplace_fixed(duration: float, mtbf: float) -> float:
    """Probability e^(−R/M) that a restart of constant duration meets no fault.

    Parameters
    ----------
    duration : float
        Duration R of the restart, 0 or above.
    mtbf : float
        Mean time at risk between faults of the job, above 0.

    Returns
    -------
    float
        A probability.

    Raises
    ------
    ValueError
        If an argument is out of its range or not finite.
    """
    _above_zero(mtbf=mtbf)
    _from_zero(duration=duration)
    return math.exp(-duration / mtbf)


def laplace_exponential(mean: float, mtbf: float) -> float:
    """Probability 1 / (1 + mean/M) that an exponential restart meets no fault.

    Parameters
    ----------
    mean : float
        Mean duration of the restart, 0 or above.
    mtbf : float
        Mean time at risk between faults of the job, above 0.

    Returns
    -------
    float
        A probability.

    Raises
    ------
    ValueError
        If an argument is out of its range or not finite.
    """
    return laplace_gamma(mean, 1.0, mtbf)


def laplace_gamma(mean: float, shape: float, mtbf: float) -> float:
    """Probability (1 + mean/(k·M))^(−k) that a gamma restart of shape k meets no fault.

    Parameters
    ----------
    mean : float
        Mean duration of the restart, 0 or above.
    shape : float
        Shape k of the gamma law, a plain number above 0.
    mtbf : float
        Mean time at risk between faults of the job, above 0.

    Returns
    -------
    float
        A probability.

    Raises
    ------
    ValueError
        If an argument is out of its range or not finite.
    """
    _above_zero(shape=shape, mtbf=mtbf)
    _from_zero(mean=mean)
    return math.exp(-shape * math.log1p(mean / (shape * mtbf)))


def expected_wall_clock(
    work: float,
    interval: float,
    save: float,
    mtbf: float,
    downtime: float = 0.0,
    load: float = 0.0,
) -> float:
    """Mean time of a whole run: ⌈work/τ⌉ segments, each of them saved at its end.

    A segment starts where the one before was saved, with no load between them, and the first
    one starts without a load too: `expected_segment` holds for each, and they add up. The last
    one holds what work is left.

    Parameters
    ----------
    work : float
        Time that the run takes at full speed, without faults or saves, 0 or above.
    interval : float
        Work between the end of one save and the start of the next, above 0.
    save : float
        Stall of one checkpoint, 0 or above; the product of the run is the last one.
    mtbf : float
        Mean time at risk between faults of the job, above 0.
    downtime : float
        Mean time from a fault to the start of a load, in which no fault strikes, 0 or above.
    load : float
        Constant duration of a restart or load, in which faults strike, 0 or above.

    Returns
    -------
    float
        Expected wall-clock.

    Raises
    ------
    ValueError
        If an argument is out of its range or not finite.

    References
    ----------
    Daly (2006); Hérault and Robert (2015), chapter 1.
    """
    _from_zero(work=work)
    full = expected_segment(interval, save, mtbf, downtime, load)
    # A quotient that rounding puts a hair above a whole number is that number.
    segments = math.ceil(work / interval * (1.0 - 1e-12))
    if segments == 0:
        return 0.0
    last = expected_segment(work - (segments - 1) * interval, save, mtbf, downtime, load)
    return last if segments == 1 else (segments - 1) * full + last


def expected_ettr(
    hosts: int, failures_per_host: float, restart_overhead: float, interval: float, save: float
) -> float:
    """Effective training time ratio to expect, (1 − N·r·(u₀ + Δ/2)) / (1 + w/Δ).

    The exact value, `renewal_ettr`, to first order in x = N·r·(u₀ + Δ/2). It is too low by up to
    x²/2: by one point at x = 0.15, and from x = 1 on it is negative though the job gets on.

    Parameters
    ----------
    hosts : int
        Hosts N that the job needs, above 0.
    failures_per_host : float
        Failures r of one host per unit of time (per second if all else is in seconds), 0 or
        above.
    restart_overhead : float
        Time u₀ from a failure to training again, 0 or above.
    interval : float
        Time Δ between checkpoints, above 0.
    save : float
        Stall w of one checkpoint, 0 or above.

    Returns
    -------
    float
        Productive time over wall-clock without queueing, at most 1.

    Raises
    ------
    ValueError
        If an argument is out of its range or not finite.

    References
    ----------
    A. Kokolis et al., "Revisiting reliability in large-scale machine learning research clusters",
    arXiv 2410.21680 (2024).
    """
    _above_zero(hosts=hosts, interval=interval)
    _from_zero(failures_per_host=failures_per_host, restart_overhead=restart_overhead, save=save)
    lost = hosts * failures_per_host * (restart_overhead + 0.5 * interval)
    return (1.0 - lost) / (1.0 + save / interval)


def renewal_ettr(
    interval: float, save: float, mtbf: float, downtime: float = 0.0, load: float = 0.0
) -> float:
    """Effective training time ratio in the long run: an interval over its expected time.

    Δ / ((M + D)·e^(R/M)·(e^((Δ+w)/M) − 1)), for all segments are alike. With d = D/M and
    y = (Δ + w)/M it is e^(−(R/M) − y/2)·(y/2)/sinh(y/2) / ((1 + d)·(1 + w/Δ)), to second order
    e^(−x)·(1 + d²/2 − y²/24) / (1 + w/Δ) with x = (D + R)/M + y/2. `expected_ettr` has 1 − x in
    place of e^(−x).

    Parameters
    ----------
    interval : float
        Time Δ of training between the end of one save and the start of the next, above 0.
    save : float
        Stall w of one checkpoint, 0 or above.
    mtbf : float
        Mean time at risk M between faults of the job, 1/(N·r), above 0.
    downtime : float
        The part D of the restart overhead u₀ in which no fault strikes, 0 or above.
    load : float
        The constant rest R of it, in which faults do strike, 0 or above.

    Returns
    -------
    float
        Productive time over wall-clock, from 0 to 1.

    Raises
    ------
    ValueError
        If an argument is out of its range or not finite.

    References
    ----------
    The renewal-reward theorem, and `expected_segment`.

    Examples
    --------
    >>> f"{renewal_ettr(0.5, 0.003, 1.8, 0.03, 0.05):.6f}"
    '0.824265'
    """
    return interval / expected_segment(interval, save, mtbf, downtime, load)


# --- spares and repair --------------------------------------------------------------------------


def erlang_b(servers: int, load: float) -> float:
    """Probability that all servers of a loss system are busy.

    B(0) = 1 and B(n) = a·B(n−1) / (n + a·B(n−1)), which stays between 0 and 1 throughout.

    Parameters
    ----------
    servers : int
        Number of servers, 0 or above.
    load : float
        Offered load a: arrival rate times mean service time, a plain number, 0 or above.

    Returns
    -------
    float
        A probability, whatever the law of the service time.

    Raises
    ------
    ValueError
        If an argument is out of its range or not finite.

    References
    ----------
    A. K. Erlang (1917); the recursion is found in any text on teletraffic.
    """
    _from_zero(servers=servers, load=load)
    blocked = 1.0
    for n in range(1, servers + 1):
        blocked = load * blocked / (n + load * blocked)
    return blocked


def stalled_fraction(hosts: int, spares: int, rate: float, repair_mean: float) -> float:
    """Long-run share of time in which a job waits for a host, with repairs in parallel.

    Hosts fail only while the job runs, which it does until spares + 1 hosts are in repair. That
    is a loss system with spares + 1 servers and load N·r·m, and the job is stalled when it is
    full: Erlang's B(S+1, N·r·m), for repairs of any law.

    Parameters
    ----------
    hosts : int
        Hosts N that the job needs, above 0.
    spares : int
        Hosts S beyond these, 0 or above.
    rate : float
        Failures r of one host per unit of running time, 0 or above.
    repair_mean : float
        Mean time m from failure to being a spare again, 0 or above.

    Returns
    -------
    float
        A share of the wall-clock; a short run that starts with all hosts healthy lies below it.

    Raises
    ------
    ValueError
        If an argument is out of its range or not finite.

    References
    ----------
    B. A. Sevastyanov (1957) for the independence from the law of repair.
    """
    _above_zero(hosts=hosts)
    _from_zero(spares=spares, rate=rate, repair_mean=repair_mean)
    return erlang_b(spares + 1, hosts * rate * repair_mean)


def stalled_fraction_crews(
    hosts: int, spares: int, rate: float, repair_mean: float, crews: int
) -> float:
    """Long-run share of time in which a job waits for a host, with crews that repair one each.

    With exponential repairs the hosts in repair are the chain M/M/c/(S+1), and the job is stalled
    in its last state: π(k) ∝ Π(j ≤ k) N·r·m / min(j, c). With fewer crews than S + 1 the law of
    repair matters, and this is no longer the share for others.

    Parameters
    ----------
    hosts : int
        Hosts N that the job needs, above 0.
    spares : int
        Hosts S beyond these, 0 or above.
    rate : float
        Failures r of one host per unit of running time, 0 or above.
    repair_mean : float
        Mean time m of a repair, without the wait for a crew, 0 or above.
    crews : int
        Crews c, above 0.

    Returns
    -------
    float
        A share of the wall-clock.

    Raises
    ------
    ValueError
        If an argument is out of its range or not finite.

    Notes
    -----
    From c = S + 1 on it is `stalled_fraction`.

    References
    ----------
    L. Kleinrock, Queueing Systems I (1975), section 3.7.
    """
    _above_zero(hosts=hosts, crews=crews)
    _from_zero(spares=spares, rate=rate, repair_mean=repair_mean)
    load, weight, total = hosts * rate * repair_mean, 1.0, 1.0
    for in_repair in range(1, spares + 2):
        weight *= load / min(in_repair, crews)
        total += weight
    return weight / total


def elastic_share(
    replicas: int, at_least: int, rate: float, repair_mean: float, spares: int = 0
) -> float:
    """Long-run speed of a job that goes on with the replicas that are left, of that with all.

    A replica that trains fails at a rate, and is back as soon as it is repaired. The job goes on
    with the others at once, and stands still with fewer than `at_least`, when none fails. That is a
    loss system with a finite source and R − `at_least` + 1 servers: k replicas are away for a share
    π(k) ∝ C(R, k)·(λm)^k, for repairs of any law, and the speed is Σ π(k)·(R − k)/R over all but
    the last k. Down to a single replica that comes to 1 / (1 + λm).

    With S spares that step in at once i hosts in repair are k = max(0, i − S) replicas away, and
    π(i + 1) = π(i)·(R − k)·λm/(i + 1). Where hosts of a replica that is away are not struck, each
    such replica lacks one host.

    Parameters
    ----------
    replicas : int
        Replicas R of the job, above 0.
    at_least : int
        How many it needs, from 1 to R.
    rate : float
        Failures λ of one replica per unit of time in which it trains, 0 or above.
    repair_mean : float
        Mean time m until the host that failed is repaired, 0 or above.
    spares : int
        Hosts S that stand by, 0 or above.

    Returns
    -------
    float
        A fraction of full speed.

    Raises
    ------
    ValueError
        If an argument is out of its range or not finite.

    References
    ----------
    L. Kleinrock, Queueing Systems I (1975), section 3.9; B. A. Sevastyanov (1957) for the
    independence from the law of repair.

    Examples
    --------
    >>> f"{elastic_share(8, 5, 0.04, 20.0):.3f} {elastic_share(8, 1, 0.04, 20.0):.3f}"
    '0.459 0.556'
    """
    _above_zero(replicas=replicas, at_least=at_least)
    _from_zero(rate=rate, repair_mean=repair_mean, spares=spares)
    if at_least > replicas:
        raise ValueError(f"at_least: {at_least} is above the {replicas} replicas")
    load, weight = rate * repair_mean, 1.0
    all_of_it = working = 0.0
    for gone in range(spares + replicas - at_least + 1):
        left = replicas - max(0, gone - spares)
        all_of_it += weight
        working += weight * left
        weight *= left * load / (gone + 1)
        if weight > 1e200:
            all_of_it, working, weight = (part / 1e200 for part in (all_of_it, working, weight))
    return working / replicas / (all_of_it + weight)


def elastic_allocation_share(
    replicas: int, at_least: int, rate: float, limit: float, wait: float
) -> float:
    """Long-run work of a job whose replicas are only whole again in its next allocation.

    Each of R replicas fails at a rate λ, and is not repaired before the allocation ends: at its
    limit L, or with fewer than `at_least` replicas left. k of them are left for an expected time
    P(at most k − 1 of R live at L) / (λk), since each lives at L with probability e^(−λL) and
    C(R, k)·B(k, R − k + 1) = 1/k. The work of an allocation is the sum of that times k/R, its
    length the sum as it is, and the share work / (length + W).

    Parameters
    ----------
    replicas : int
        Replicas R of the job, above 0.
    at_least : int
        How many it needs, from 1 to R.
    rate : float
        Failures λ of one replica per unit of time in which it trains, above 0.
    limit : float
        Longest time L that an allocation is held, above 0; perhaps infinite.
    wait : float
        Mean wait W for the next one, 0 or above.

    Returns
    -------
    float
        A share of what the job would do at full strength in all of the wall-clock, whatever the law
        of the wait.

    Raises
    ------
    ValueError
        If an argument is out of its range.

    Examples
    --------
    >>> f"{elastic_allocation_share(8, 5, 0.02, 48.0, 6.0):.3f}"
    '0.663'
    """
    _above_zero(replicas=replicas, at_least=at_least, rate=rate)
    _from_zero(wait=wait)
    if at_least > replicas:
        raise ValueError(f"at_least: {at_least} is above the {replicas} replicas")
    if not limit > 0:
        raise ValueError(f"limit is {limit!r}, not above 0")
    lives = math.exp(-rate * limit)
    left = range(at_least, replicas + 1)
    work = [(1.0 - binomial_tail(replicas, k - 1, lives)) / rate for k in left]
    held = sum(seconds / k for seconds, k in zip(work, left, strict=True))
    return sum(work) / replicas / (held + wait)


def binomial_tail(trials: int, most: int, probability: float) -> float:
    """Probability that more than so many of independent trials succeed.

    So many of N + S hosts are gone at a time, each for a share p = ρ/(1 + ρ) of it, if each is
    struck while it stands: the job then lacks a host with probability P(more than S).

    Parameters
    ----------
    trials : int
        Number of trials, 0 or above.
    most : int
        The number that is not enough, 0 or above.
    probability : float
        Of success in each trial, from 0 to 1.

    Returns
    -------
    float
        A probability.

    Examples
    --------
    >>> f"{binomial_tail(2, 0, 0.5):.6f}"
    '0.750000'
    """
    if probability <= 0.0 or most >= trials:
        return 0.0
    if probability >= 1.0:
        return 1.0
    odds = math.log(probability) - math.log1p(-probability)
    none = trials * math.log1p(-probability)
    ways, terms = 0.0, []
    for won in range(trials + 1):
        terms.append(none + ways + won * odds)
        ways += math.log(trials - won) - math.log(won + 1) if won < trials else 0.0
    return min(1.0, math.fsum(math.exp(term) for term in terms[most + 1 :]))


def burst_takes_any(hosts: int, spares: int, struck: int) -> float:
    """Probability that a burst takes a host of the job, and so interrupts it.

    1 − C(S, h)/C(N + S, h) for h hosts among N of the job and S spares, all of which are alike. It
    takes h·N/(N + S) hosts of the job on average.

    Parameters
    ----------
    hosts : int
        Hosts of the job, 1 or above.
    spares : int
        Spares, 0 or above.
    struck : int
        Hosts that are struck, from 1 to all.

    Returns
    -------
    float
        A probability.

    Examples
    --------
    >>> f"{burst_takes_any(124, 10, 5):.9f}"
    '0.999999245'
    """
    _above_zero(hosts=hosts, struck=struck)
    _from_zero(spares=spares)
    none = 1.0
    for number in range(struck):
        none *= max(0, spares - number) / (hosts + spares - number)
    return 1.0 - none


def renewals_in(window: float, life: float, repair: float) -> float:
    """Expected faults of one host that is mended after each, from a start at which it stands.

    With exponential life and repair it stands at t with probability
    (1 + ρ·e^(−(1/a + 1/m)·t))/(1 + ρ), ρ = m/a, and the faults are 1/a by the integral of that.

    Parameters
    ----------
    window : float
        Time T that is watched, 0 or above.
    life : float
        Mean life a while it stands, above 0.
    repair : float
        Mean repair m, above 0.

    Returns
    -------
    float
        A number of faults, window/(life + repair) in the long run.

    Raises
    ------
    ValueError
        If an argument is out of its range or not finite.

    Examples
    --------
    >>> f"{renewals_in(300.0, 100.0, 10.0):.6f}"
    '2.735537'
    """
    _above_zero(life=life, repair=repair)
    _from_zero(window=window)
    ratio, speed = repair / life, 1 / life + 1 / repair
    standing = (window - ratio * math.expm1(-speed * window) / speed) / (1 + ratio)
    return standing / life


def busy_period(rate: float, mean: float) -> float:
    """Expected time from the first of several outages that overlap until none lasts.

    (e^(λm) − 1)/λ for outages that begin at rate λ at any time, so that none lasts for a share
    e^(−λm) of it (the busy period of M/G/∞).

    Parameters
    ----------
    rate : float
        Outages per time, 0 or above.
    mean : float
        Mean time that one lasts, in the same time, 0 or above.

    Returns
    -------
    float
        A time, whatever the law of the outages; infinite where it is beyond all numbers.

    Examples
    --------
    >>> f"{busy_period(0.05, 8.0):.6f}"
    '9.836494'
    """
    if rate * mean > 700.0:
        return math.inf
    return math.expm1(rate * mean) / rate if rate else mean


# --- copies that are kept ------------------------------------------------------------------------


def dispersion(mean: float, cv: float) -> float:
    """Variance over mean of a Poisson number whose rate is multiplied by a factor of mean 1.

    1 + μ·cv², also of the total of several such numbers, with `mean` that of one of them.

    Parameters
    ----------
    mean : float
        Expected number, from 0 on.
    cv : float
        Coefficient of variation of the factor, from 0 on.

    Returns
    -------
    float
        1 for a Poisson number.

    Raises
    ------
    ValueError
        If an argument is not finite, or below 0.
    """
    _from_zero(mean=mean, cv=cv)
    return 1.0 + mean * cv**2


def false_alarms(rate: float, grace: float, mtbf: float) -> float:
    """False alarms per time of training, none of them in a grace after it resumes.

    With a the rate, g the grace and M the mean time between other ends of training, a stretch of
    training lasts M(1 − e^(−g/M)) + e^(−g/M)/(a + 1/M) on average and ends with an alarm with
    probability e^(−g/M)·a/(a + 1/M).

    Parameters
    ----------
    rate : float
        Alarms per time of training after the grace, from 0 on.
    grace : float
        Time of training, from 0 on.
    mtbf : float
        Mean time of training until something else ends it, above 0; infinite if nothing does.

    Returns
    -------
    float
        Alarms per time of training.

    Raises
    ------
    ValueError
        If an argument is out of its range.
    """
    _from_zero(rate=rate, grace=grace)
    if not mtbf > 0.0:
        raise ValueError(f"mtbf is {mtbf}; it must be above 0")
    if not rate:
        return 0.0
    if mtbf == math.inf:
        return 1.0 / (grace + 1.0 / rate)
    passed = math.exp(-grace / mtbf)
    ends = rate + 1.0 / mtbf
    return passed * rate / ends / (-mtbf * math.expm1(-grace / mtbf) + passed / ends)


def no_copy_left(keep: int, interval: float, latency: float) -> float:
    """Probability that no copy from before a fault is kept when the fault is noticed.

    At that moment the copies that are kept were made a, a + τ, …, a + (k−1)·τ ago, with a uniform
    between 0 and τ. The oldest is younger than the fault if a + (k−1)·τ < L.

    Parameters
    ----------
    keep : int
        Copies k that are kept, above 0.
    interval : float
        Training τ between two saves, above 0.
    latency : float
        Training L from the moment that a copy must be older than until the fault is noticed, 0 or
        above.

    Returns
    -------
    float
        (L − (k−1)·τ)/τ, at least 0 and at most 1.

    Raises
    ------
    ValueError
        If an argument is out of its range or not finite.
    """
    _above_zero(keep=keep, interval=interval)
    _from_zero(latency=latency)
    return min(1.0, max(0.0, latency / interval - (keep - 1)))


def distance_to_copy(interval: float, save: float, mtbf: float) -> float:
    """Mean work since the last copy at the onset of a fault under which training goes on.

    [(1 − e^(−λτ))/λ − τ·e^(−λτ)] / (1 − e^(−λ(τ+C))) with λ = 1/M: an onset falls into the training
    of a segment, or into the stall at its end, and then the copy that is being made is trusted.

    Parameters
    ----------
    interval : float
        Training τ between two saves, above 0.
    save : float
        Stall C of one checkpoint, 0 or above.
    mtbf : float
        Mean training and saving until such an onset, above 0.

    Returns
    -------
    float
        A time of training, below τ/2.

    Raises
    ------
    ValueError
        If an argument is out of its range or not finite.

    Examples
    --------
    >>> f"{distance_to_copy(3.0, 0.5, 20.0):.6f}"
    '1.268922'
    """
    _above_zero(interval=interval, mtbf=mtbf)
    _from_zero(save=save)
    met = -mtbf * math.expm1(-interval / mtbf) - interval * math.exp(-interval / mtbf)
    return met / -math.expm1(-(interval + save) / mtbf)


def lost_in_stall(interval: float, save: float, mtbf: float) -> float:
    """Mean work of a whole interval that a fault loses which strikes in the stall at its end.

    τ(e^(−λτ) − e^(−λ(τ+C))) / (1 − e^(−λ(τ+C))) with λ = 1/M, averaged over all faults. With
    `distance_to_copy` it is the work that a fault loses which ends training and the save under way.

    Parameters
    ----------
    interval : float
        Training τ between two saves, above 0.
    save : float
        Stall C of one checkpoint, 0 or above.
    mtbf : float
        Mean training and saving M until a fault, above 0.

    Returns
    -------
    float
        A time of training, 0 or above.

    Raises
    ------
    ValueError
        If an argument is out of its range or not finite.
    """
    _above_zero(interval=interval, mtbf=mtbf)
    _from_zero(save=save)
    in_stall = math.exp(-interval / mtbf) - math.exp(-(interval + save) / mtbf)
    return interval * in_stall / -math.expm1(-(interval + save) / mtbf)


def held_share(rate: float, shield: float, limit: float, wait: float) -> float:
    """Long-run share of time in which a job holds its hosts that is preempted and queues again.

    An allocation is held for U = s + (1 − e^(−p(L − s)))/p on average, and the share is U/(U + W).

    Parameters
    ----------
    rate : float
        Preemptions p per unit of time that the hosts are held, above 0.
    shield : float
        Time s from a grant in which there is none, from 0 to the limit.
    limit : float
        Longest time L that an allocation is held, above 0.
    wait : float
        Mean wait W for the next one, 0 or above.

    Returns
    -------
    float
        A share of the wall-clock, whatever the law of the wait.

    Raises
    ------
    ValueError
        If an argument is out of its range or not finite, or the shield outlasts the limit.
    """
    _above_zero(rate=rate, limit=limit)
    _from_zero(shield=shield, wait=wait)
    if shield > limit:
        raise ValueError(f"shield is {shield!r}, longer than the limit {limit!r}")
    held = shield - math.expm1(-rate * (limit - shield)) / rate
    return held / (held + wait)


# --- hosts that age -----------------------------------------------------------------------------


def renewal_productive_share(
    interval: float,
    save: float,
    load: float,
    downtime: float,
    survival: Callable[[float], float],
    mean_life: float,
) -> float:
    """Long-run productive share of a job whose clock of age starts anew at each restart.

    A life X, at risk from the start of its load, completes every segment j with
    R + j·(τ + C) ≤ X; lives follow each other with a downtime D between them. Hence
    τ·Σ_{j≥1} S(R + j·(τ + C)) / (E[X] + D).

    Parameters
    ----------
    interval : float
        Work between the end of one save and the start of the next, above 0.
    save : float
        Stall of one checkpoint, 0 or above.
    load : float
        Constant duration of a restart or load, in which age advances, 0 or above.
    downtime : float
        Mean time from a fault to the start of a load, in which age stands still, 0 or above.
    survival : callable
        Probability S(age) to live beyond an age; falls from 1 to 0.
    mean_life : float
        E[X], the integral of `survival`, above 0.

    Returns
    -------
    float
        Productive time over wall-clock.

    Raises
    ------
    ValueError
        If an argument is out of its range or not finite, or `survival` promises more than
        `mean_life`.

    References
    ----------
    The renewal-reward theorem, as in S. M. Ross, *Stochastic Processes* (1996), chapter 3.
    """
    _above_zero(interval=interval, mean_life=mean_life)
    _from_zero(save=save, load=load, downtime=downtime)
    cycle = interval + save
    most = mean_life / cycle * (1.0 + 1e-6)
    return interval * _sum_survival(survival, load, cycle, most) / (mean_life + downtime)


def gives_up(
    mtbf: float, interval: float, save: float, restart: float, budget: int, segments: int
) -> float:
    """Probability that a job with a budget of restarts gives up before its work is done.

    It gives up in a segment if that fails, with probability 1 − e^(−(τ+C)/M), and so does each of B
    restarts before its save is made, 1 − e^(−(R+τ+C)/M). A save gives the whole budget back.

    Parameters
    ----------
    mtbf : float
        Mean time M between faults of the job, above 0.
    interval, save : float
        Training τ between two saves, above 0, and the stall C of one, 0 or above.
    restart : float
        Duration R of a restart, in which faults strike, 0 or above.
    budget : int
        Restarts B that are allowed without a new copy, 0 or above.
    segments : int
        Saves n until the work is done, above 0.

    Returns
    -------
    float
        1 − (1 − (1 − p₀)(1 − p)^B)^n for p₀ and p that a segment succeeds at first and later.

    Raises
    ------
    ValueError
        If an argument is out of its range or not finite.
    """
    _above_zero(mtbf=mtbf, interval=interval, segments=segments)
    _from_zero(save=save, restart=restart, budget=budget)
    at_first = math.exp(-(interval + save) / mtbf)
    later = math.exp(-(restart + interval + save) / mtbf)
    return float(1 - (1 - (1 - at_first) * (1 - later) ** budget) ** segments)


def _sum_survival(
    survival: Callable[[float], float], start: float, step: float, most: float
) -> float:
    total = 0.0
    for j in count(1):
        term = survival(start + j * step)
        total += term
        if total > most:
            raise ValueError("survival and mean_life do not belong to one law")
        # The factor j covers the rest of the sum even under a tail as heavy as a power.
        if j * term <= 1e-13 * total:
            break
    return total


def first_failure_weibull(n: int, shape: float, scale: float) -> float:
    """Scale η·n^(−1/k) of the time to the first failure among n new Weibull units.

    The smallest of n independent Weibull(k, η) lives is Weibull with the same shape.

    Parameters
    ----------
    n : int
        Number of units, above 0.
    shape : float
        Shape k, a plain number above 0.
    scale : float
        Scale η of one unit, above 0.

    Returns
    -------
    float
        Scale, in the unit of `scale`.

    Raises
    ------
    ValueError
        If an argument is not a finite number above 0.

    References
    ----------
    Survival functions multiply: exp(−n·(t/η)^k).
    """
    _above_zero(n=n, shape=shape, scale=scale)
    return float(scale * n ** (-1.0 / shape))


def _above_zero(**arguments: float) -> None:
    for name, value in arguments.items():
        if not 0.0 < value < math.inf:
            raise ValueError(f"{name} must be a finite number above 0, got {value:g}")


def _from_zero(**arguments: float) -> None:
    for name, value in arguments.items():
        if not 0.0 <= value < math.inf:
            raise ValueError(f"{name} must be a finite number, 0 or above, got {value:g}")
