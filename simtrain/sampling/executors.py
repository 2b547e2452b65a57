"""Spreading work over processes through `concurrent.futures`, and outliving their deaths."""

from __future__ import annotations

import gc
import os
import signal
import threading
from collections import Counter, deque
from concurrent.futures import (
    FIRST_COMPLETED,
    BrokenExecutor,
    CancelledError,
    Executor,
    Future,
    ProcessPoolExecutor,
    wait,
)
from contextlib import ExitStack, contextmanager, suppress
from itertools import islice
from multiprocessing import parent_process
from typing import TYPE_CHECKING, Any, TypeVar

from simtrain.errors import InputError, WorkerError, reason
from simtrain.sampling import interrupts

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterable, Iterator
    from contextlib import AbstractContextManager
    from typing import Self, TypeAlias

    Pool: TypeAlias = Callable[[int], AbstractContextManager[Executor]]
    """Makes an executor with that many workers; leaving its context ends it."""

POOL_PAYS_S = 0.5
"""Work that is worth the start of other processes."""
RESULT_BYTES = 15_000
"""Size of a result, so that it goes through a pipe in one write: were a worker killed in the midst
of a longer one, the pool would wait for the rest of it for ever."""
DEATHS = 3
"""How often a worker may die over the same piece of work."""

_LOOK_S = 1.0
"""How often to look whether an executor is lost while it says nothing."""
_AHEAD = 2
"""Pieces of work out per worker: one in hand and one waiting, so that no worker idles."""

Piece = TypeVar("Piece")
Result = TypeVar("Result")


def processors() -> int:
    """Count the processors that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def processes(jobs: int) -> Executor:
    """Pool of `jobs` worker processes, started as the platform does by default.

    Raises
    ------
    WorkerError
        If they cannot be started, now or at the first call of `submit`.
    """
    try:
        return _Processes(jobs, initializer=_become_worker)
    except OSError as error:  # there are no pipes to be had
        raise _no_start(jobs, error) from None


class _Processes(ProcessPoolExecutor):
    """Worker processes, none of which is left over if not all of them can be started."""

    def submit(self, fn: Callable[..., Result], /, *args: Any, **kwargs: Any) -> Future[Result]:
        """Have something done; a `WorkerError` if there are no processes to be had for it."""
        try:
            return super().submit(fn, *args, **kwargs)
        except BrokenExecutor:
            raise
        except (OSError, MemoryError, RuntimeError) as error:
            own: Any = self  # some is known to Python alone
            manager = own._executor_manager_thread
            if self._shutdown_thread:
                raise
            for process in self._processes.values():
                process.kill()
                process.join()
            if manager is not None and not manager.is_alive():
                own._executor_manager_thread = None  # else it is joined, though it never began
            raise _no_start(own._max_workers, error) from None


def _no_start(jobs: int, error: BaseException) -> WorkerError:
    why = reason(error) if isinstance(error, OSError) else str(error) or "there is no memory for it"
    return WorkerError(f"cannot start {jobs} worker processes: {why}; try fewer, by -j")


class Held:
    """A pool whose executor stays open from one body of work to the next.

    Elsewhere a cluster may be started for it, which takes minutes. It is closed when this context
    is left, when it broke, and when more workers are asked for.

    Parameters
    ----------
    pool
        What is held.
    """

    def __init__(self, pool: Pool):
        self.pool = pool
        self._stack = ExitStack()
        self._executor: Executor | None = None
        self._jobs = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self._close()

    @contextmanager
    def __call__(self, jobs: int) -> Iterator[Executor]:
        """Yield the executor. After an error it is not used again."""
        if self._executor is not None and jobs > self._jobs:
            self._close()
        if self._executor is None:
            self._executor = self._stack.enter_context(self.pool(jobs))
            self._jobs = jobs
        try:
            yield self._executor
        except BaseException as error:
            self._executor = None
            self._stack.__exit__(type(error), error, error.__traceback__)
            raise

    def _close(self) -> None:
        self._executor = None
        self._stack.close()


def spread(
    work: Callable[[Piece], Result], pieces: Iterable[Piece], jobs: int, pool: Pool = processes
) -> Generator[Result, None, None]:
    """Do `work` on each piece, in parallel; results come in any order.

    When a worker dies, the executor is broken and cannot say whose fault it was. What it had in
    hand is then done again in a fresh one, piece by piece with nothing beside it, so that a piece
    which kills its worker does not take others with it.

    An executor reports a loss by `BrokenExecutor`, by cancelling what it cannot do any more, or by
    the exceptions in its attribute `losses`. If its attribute `is_lost` is true, nothing more is
    waited for. If it has an attribute `num_workers`, so many workers are kept busy, and `jobs`
    otherwise.

    Parameters
    ----------
    work
        What to do; it travels to the workers.
    pieces
        What to do it on. They are taken when there is room for them, and not far ahead, so that
        their size can follow from earlier results.
    jobs, pool
        Number of workers, and what makes an executor with so many.

    Raises
    ------
    InputError
        If the executor takes no work, because it is shut down.
    WorkerError
        If a worker died over the same piece `DEATHS` times.
    """
    source = iter(pieces)
    waiting = deque(islice(source, 1))
    deaths: Counter[Piece] = Counter()
    while waiting:
        lost: list[Piece] = []
        with suppress(_BrokenError), pool(jobs) as executor:
            try:
                lost = yield from _until_broken(executor, work, waiting, source, deaths, jobs)
                if lost:
                    raise _BrokenError
            except BaseException as error:
                executor.shutdown(cancel_futures=True)  # it ends at once
                if isinstance(error, Exception) and _is_interrupt(error):
                    raise KeyboardInterrupt from error
                raise
        deaths.update(lost)
        for piece in lost:
            if deaths[piece] >= DEATHS:
                raise WorkerError(_words(piece))
        waiting.extendleft(reversed(lost))


def _is_interrupt(error: BaseException | None) -> bool:
    """Whether an error came of Ctrl-C: two of them at once make a wait end with another one."""
    while error is not None and not isinstance(error, KeyboardInterrupt):
        error = error.__context__
    return error is not None


class _BrokenError(Exception):
    """Leaves the context of an executor that is not to be used again."""


def _until_broken(
    executor: Executor,
    work: Callable[[Piece], Result],
    waiting: deque[Piece],
    source: Iterator[Piece],
    suspects: Counter[Piece],
    jobs: int,
) -> Generator[Result, None, list[Piece]]:
    """Results of one executor, and the pieces that it lost when it broke."""
    losses = (BrokenExecutor, CancelledError, *getattr(executor, "losses", ()))
    running: dict[Future[Result], Piece] = {}
    lost: list[Piece] = []

    def room() -> int:
        return _room(waiting, running, suspects, getattr(executor, "num_workers", jobs))

    while running or (waiting and not lost):
        while waiting and not lost and len(running) < room():
            piece = waiting.popleft()
            try:
                with interrupts.put_off():
                    future = executor.submit(work, piece)
            except BrokenExecutor:
                lost.append(piece)
            except RuntimeError as error:  # as every executor says once it is shut down
                raise InputError(
                    f"the executor takes no work: {error}; what makes it has to make a new "
                    "one each time"
                ) from error
            else:
                running[future] = piece
            if not waiting:
                waiting.extend(islice(source, 1))
        done = _done(running, executor)
        if not done:
            lost += running.values()
            running.clear()
        for future in done:
            piece = running.pop(future)
            try:
                result = future.result()
            except losses:
                lost.append(piece)
            else:
                yield result
    return lost


def _done(running: Iterable[Future[Result]], executor: Executor) -> set[Future[Result]]:
    """Wait for results; there are none if the executor is lost."""
    while not (done := wait(running, _LOOK_S, FIRST_COMPLETED).done):
        if getattr(executor, "is_lost", False):
            break
    return done


def _room(
    waiting: deque[Piece], running: dict[Future[Result], Piece], suspects: Counter[Piece], jobs: int
) -> int:
    alone = waiting[0] in suspects or any(piece in suspects for piece in running.values())
    return 1 if alone else _AHEAD * jobs


def _become_worker() -> None:
    # Ctrl-C reaches every process of the terminal: the parent speaks, and ends the workers once
    # they have done what they have in hand. One that ended on its own could do so in the midst of
    # sending its result, and leave the parent waiting for the rest of it.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    threading.Thread(target=_end_with_parent, daemon=True).start()
    gc.freeze()  # what a fork was given is looked through for garbage no more, nor copied for that


def _end_with_parent() -> None:
    # The pipes of a pool do not show that its parent was killed: workers would wait for ever.
    parent = parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def _words(piece: object) -> str:
    return (
        f"a worker died {DEATHS} times over {piece}; it may have run out of memory: try fewer "
        "workers on a machine, by -j where they are processes of this one. A script that runs "
        'trials in parallel processes needs `if __name__ == "__main__":` around its work'
    )
