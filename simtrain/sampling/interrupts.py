"""Ctrl-C at a moment that can bear it."""

from __future__ import annotations

import signal
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_NUMBERS = (signal.SIGINT, signal.SIGTERM)


@contextmanager
def put_off() -> Iterator[None]:
    """Let Ctrl-C, and what is heard like it, wait until the end.

    In the midst of a fork, or while some libraries load, it would get lost. Where the platform can,
    processes that are started here never see it.
    """
    if threading.current_thread() is not threading.main_thread():  # it hears of none
        yield
        return
    heard: list[int] = []
    handlers = {number: signal.getsignal(number) for number in _NUMBERS}
    own = [number for number, handler in handlers.items() if callable(handler)]
    with _blocked():  # this thread alone: others, which libraries start, may still get the signal
        for number in own:
            signal.signal(number, lambda number, frame: heard.append(number))
        try:
            yield
        finally:
            for number in own:
                signal.signal(number, handlers[number])
            if heard:
                signal.raise_signal(heard[0])


@contextmanager
def _blocked() -> Iterator[None]:
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
