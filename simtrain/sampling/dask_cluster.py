"""The workers of a Dask cluster as a `concurrent.futures.Executor`."""

from __future__ import annotations

import asyncio
import logging
import pickle
import socket
import time
from concurrent.futures import (
    BrokenExecutor,
    CancelledError,
    Executor,
    Future,
    ThreadPoolExecutor,
)
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING, Any
from weakref import WeakSet

from distributed import Client
from distributed.core import rpc
from distributed.scheduler import KilledWorker

from simtrain.errors import InputError, reason

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from simtrain.sampling.executors import Result

_PATIENCE_S = 3
"""How long to wait for an answer: of the port, of who listens there, and of the scheduler."""
_NEWS_S = 2.0
"""How old the number of workers may be: asking takes a while, and they come and go."""


@contextmanager
def connected(host: str, port: int) -> Iterator[ClusterExecutor]:
    """Yield the workers of a cluster.

    Raises
    ------
    InputError
        If its scheduler cannot be reached.
    """
    address = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
    try:
        _heard(host, port)
        _refuse_other(address)
        client = Client(address, timeout=_PATIENCE_S, set_as_default=False)
    except OSError as error:  # also Dask's own, and after the time is over
        raise InputError(
            f"the Dask scheduler at {address} cannot be reached: {reason(error)}"
        ) from None
    with _quiet(), client, ClusterExecutor(client) as executor:
        yield executor


def _heard(host: str, port: int) -> None:
    """Wait for the first word of a scheduler: Dask itself waits for ever if another one listens."""
    with socket.create_connection((host, port), timeout=_PATIENCE_S) as connection:
        if not connection.recv(1):
            raise ConnectionError("it hangs up")


def _refuse_other(address: str) -> None:
    """Refuse what speaks, but is no scheduler: a client of it could not even be closed in peace."""
    # In a thread, as this one may have a loop of its own, such as that of a notebook.
    with ThreadPoolExecutor(1) as thread:
        kind = thread.submit(asyncio.run, _kind_of(address)).result()
    if kind != "Scheduler":
        raise ConnectionError("no scheduler answers there")


async def _kind_of(address: str) -> str:
    """What a server says it is; nothing if it does not speak like one of Dask."""
    try:
        async with rpc(address, timeout=_PATIENCE_S) as server:
            identity = await asyncio.wait_for(server.identity(), _PATIENCE_S)
        return str(identity["type"])
    except Exception:  # of whatever Dask makes of other words
        return ""


class _Call:
    """Something that is done when it is unpickled, which gives its result.

    So Dask carries nothing but bytes. What it can unpack it unpacks on the scheduler too, which
    would have to have the same version of simtrain as the workers; and a worker that cannot ends.
    """

    def __init__(self, fn: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]):
        self._call = partial(fn, *args, **kwargs)

    def __reduce__(self) -> tuple[Callable[[], Any], tuple[()]]:
        return self._call, ()


@contextmanager
def _quiet() -> Iterator[None]:
    """Keep Dask from logging a lost scheduler, which we raise as an error."""
    log = logging.getLogger("distributed.client")
    level = log.level
    log.setLevel(logging.CRITICAL)
    try:
        yield
    finally:
        log.setLevel(level)


class ClusterExecutor(Executor):
    """The workers of a cluster.

    A task whose worker dies is done again by Dask itself, and given up once that happened often.

    Parameters
    ----------
    client
        Connected to their scheduler.
    """

    losses = (KilledWorker,)

    def __init__(self, client: Client):
        self._client = client
        self._asked: WeakSet[Any] = WeakSet()
        self._is_shut = False
        self._workers = 1
        self._news_s = -_NEWS_S

    @property
    def num_workers(self) -> int:
        """How many threads the workers have, at least 1: there may be none yet."""
        now = time.monotonic()
        if now - self._news_s >= _NEWS_S and self._connected:
            self._workers = max(1, sum(self._client.nthreads().values()))
            self._news_s = now
        return self._workers

    @property
    def is_lost(self) -> bool:
        """Whether the connection to the scheduler is lost."""
        return not self._connected

    @property
    def _connected(self) -> bool:
        return bool(self._client.status == "running")

    def submit(self, fn: Callable[..., Result], /, *args: Any, **kwargs: Any) -> Future[Result]:
        """Have something done.

        Raises
        ------
        BrokenExecutor
            If the scheduler is lost.
        """
        if self._is_shut:
            raise RuntimeError("cannot schedule new futures after shutdown")
        if not self._connected:
            raise BrokenExecutor("the scheduler is lost")
        content = pickle.dumps(_Call(fn, args, kwargs))
        # Not pure: a piece that is done again must not get the failure that Dask remembers of it.
        asked = self._client.submit(pickle.loads, content, pure=False)
        self._asked.add(asked)
        future: Future[Result] = Future()
        self._client.loop.add_callback(_hand_over, asked, future)
        return future

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """Give up what is not done."""
        if not self._is_shut and self._connected:
            self._client.cancel(list(self._asked))
        self._is_shut = True


async def _hand_over(asked: Any, future: Future[Any]) -> None:
    """Give `future` what becomes of a task; Dask's own executor leaves it if fetching fails."""
    try:
        result = await asked._result(raiseit=False)
    except BaseException as error:
        future.set_exception(BrokenExecutor(f"its result cannot be fetched: {error!r}"))
        return
    if asked.status == "finished":
        future.set_result(result)
    elif asked.status == "error":
        future.set_exception(result[1].with_traceback(result[2]))
    else:
        future.set_exception(CancelledError())
