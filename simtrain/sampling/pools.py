"""Pools by name: where trials can be simulated, besides in processes of this machine."""

from __future__ import annotations

from concurrent.futures import Executor
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from simtrain.errors import InputError, shown
from simtrain.plugins import attribute_of, is_name, said
from simtrain.sampling.executors import Held, processes

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from contextlib import AbstractContextManager

    from simtrain.sampling.executors import Pool

PROCESSES = "processes"
_DASK = "dask"
_ACCEPTED = f"{PROCESSES}, {_DASK}://HOST:PORT, or MODULE:ATTRIBUTE"


class Elsewhere:
    """Workers that are not ours: what is to be done goes to them, however little it is.

    Parameters
    ----------
    name
        What the user calls them.
    start
        Called with a number of workers, gives an executor or a context manager that yields one.
    """

    def __init__(self, name: str, start: Callable[[int], AbstractContextManager[Executor]]):
        self.name = name
        self._start = start

    @contextmanager
    def __call__(self, jobs: int) -> Iterator[Executor]:
        """Yield an executor.

        Raises
        ------
        InputError
            If there is none to be had, or its workers have no simtrain.
        """
        with ExitStack() as stack:
            try:
                made = self._start(jobs)
                executor = stack.enter_context(made) if hasattr(made, "__enter__") else made
            except InputError:
                raise
            except (Exception, SystemExit) as error:
                raise InputError(f"executor {self.name} does not start: {said(error)}") from error
            if not isinstance(executor, Executor):
                kind = type(executor).__name__
                raise InputError(
                    f"executor {self.name} gives a {kind}, which is no concurrent.futures.Executor"
                )
            try:
                yield executor
            except ModuleNotFoundError as error:
                raise InputError(
                    f"the workers of {self.name} have no module {error.name}; install the same "
                    "version of simtrain there"
                ) from None


def is_elsewhere(pool: Pool) -> bool:
    """Whether a pool has workers that are not ours."""
    return isinstance(pool.pool if isinstance(pool, Held) else pool, Elsewhere)


def is_own(pool: Pool) -> bool:
    """Whether a pool is of processes that we start on this machine."""
    return (pool.pool if isinstance(pool, Held) else pool) is processes


def pool_of(pool: Pool | str) -> Pool:
    """Pool that is given, or named as ``--executor`` takes it; else an `InputError`."""
    if not isinstance(pool, str):
        return pool
    if pool == PROCESSES:
        return processes
    if pool.startswith(f"{_DASK}://"):
        return Elsewhere(pool, _dask(pool))
    return Elsewhere(pool, _attribute(pool))


def _dask(name: str) -> Callable[[int], AbstractContextManager[Executor]]:
    try:
        place = urlsplit(name)
        host, port = place.hostname, place.port
    except ValueError:
        host = port = None
    if not host or not port or name != f"{_DASK}://{place.netloc}":
        raise _unknown(name)
    try:
        from simtrain.sampling.dask_cluster import connected
    except ImportError as error:
        if error.name not in ("dask", "distributed"):
            raise
        remedy = "python3 -m pip install 'simtrain[dask]'"
        raise InputError(f"executor {name} needs Dask, which is not here; {remedy}") from None
    return lambda jobs: connected(host, port)


def _attribute(name: str) -> Callable[[int], AbstractContextManager[Executor]]:
    if not is_name(name):
        raise _unknown(name)
    start = attribute_of(name, "executor")
    if not callable(start):
        attribute = name.partition(":")[2]
        raise InputError(f"executor {name}: {attribute} cannot be called with a number of workers")
    made: Callable[[int], AbstractContextManager[Executor]] = start
    return made


def _unknown(name: str) -> InputError:
    return InputError(f"executor {shown(name)} is not known; {_ACCEPTED} are accepted")
