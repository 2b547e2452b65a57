from __future__ import annotations

import os
import signal
import threading
import time
from concurrent.futures import BrokenExecutor, CancelledError, Executor, Future
from contextlib import contextmanager
from functools import partial
from multiprocessing import active_children
from multiprocessing.process import BaseProcess
from typing import TYPE_CHECKING

import pytest

from simtrain.errors import WorkerError
from simtrain.sampling import executors, interrupts
from simtrain.sampling.executors import DEATHS, Held, processes, processors, spread
from tests.children import LIMIT_S, until

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

SPANS = [range(first, first + 3) for first in range(0, 30, 3)]


def total(trials: range) -> tuple[range, int]:
    return trials, sum(trials)


def die_once(scar: Path, trials: range) -> tuple[range, int]:
    if 12 in trials and not scar.exists():
        scar.touch()
        os.kill(os.getpid(), signal.SIGKILL)
    return total(trials)


def die_always(trials: range) -> tuple[range, int]:
    if 12 in trials:
        os.kill(os.getpid(), signal.SIGKILL)
    return total(trials)


def fail(trials: range) -> int:
    raise ZeroDivisionError(f"in {trials.start}")


def begin(folder: Path, trials: range) -> None:
    (folder / str(trials.start)).touch()
    time.sleep(0.2)


class Inline(Executor):
    """Does the work at once, in this process; breaks at the spans it is told to."""

    def __init__(self, log: list[range], breaks: set[range] | None = None):
        self.log = log
        self.breaks = breaks or set()
        self.broken = False

    def submit(self, work, span):  # type: ignore[no-untyped-def, override]
        self.log.append(span)
        future: Future[object] = Future()
        self.broken |= span in self.breaks
        if self.broken:
            future.set_exception(BrokenExecutor())
        else:
            future.set_result(work(span))
        return future


def test_every_span_is_done_once() -> None:
    found = dict(spread(total, SPANS, 2))
    assert found == {span: sum(span) for span in SPANS}


def test_any_executor_will_do() -> None:
    log: list[range] = []
    found = dict(spread(total, SPANS, 3, pool=lambda jobs: Inline(log)))
    assert len(found) == len(log) == len(SPANS)


def test_nothing_is_sent_far_ahead() -> None:
    log: list[range] = []
    source = iter(SPANS)
    first = next(spread(total, source, 2, pool=lambda jobs: Inline(log)))
    assert first[0] in SPANS
    assert len(log) == 4
    assert list(source) == SPANS[5:]  # one more is at hand


def test_a_killed_worker_costs_nothing_but_time(tmp_path: Path) -> None:
    scar = tmp_path / "scar"
    found = list(spread(partial(die_once, scar), SPANS, 2))
    assert scar.exists()
    assert sorted(found, key=lambda one: one[0].start) == [(span, sum(span)) for span in SPANS]


def test_a_worker_that_dies_again_and_again_is_reported_with_its_trials() -> None:
    with pytest.raises(WorkerError, match=r"a worker died 3 times over range\(12, 15\)") as refusal:
        list(spread(die_always, SPANS, 2))
    assert refusal.value.exit_code == 1


def test_only_the_guilty_span_is_blamed() -> None:
    log: list[range] = []
    guilty = SPANS[4]
    found = []
    with pytest.raises(WorkerError, match=r"range\(12, 15\)"):
        found.extend(spread(total, SPANS, 4, pool=lambda jobs: Inline(log, {guilty})))
    assert log.count(guilty) == DEATHS


def test_a_pool_that_is_held_opens_once_and_again_only_when_it_broke() -> None:
    opened: list[int] = []
    closed: list[int] = []

    @contextmanager
    def pool(jobs: int) -> Iterator[Executor]:
        opened.append(jobs)
        with Inline([], {SPANS[2]} if len(opened) == 1 else set()) as executor:
            yield executor
        closed.append(jobs)

    with Held(pool) as held:
        for jobs in (2, 1, 2):
            assert len(list(spread(total, SPANS[:2], jobs, held))) == 2
        assert (opened, closed) == ([2], [])
        assert len(list(spread(total, SPANS, 2, held))) == len(SPANS)
        assert opened == [2, 2]
        list(spread(total, SPANS[:2], 3, held))
        assert (opened, closed) == ([2, 2, 3], [2])
    assert closed == [2, 3]


def test_what_is_held_tells_of_errors(tmp_path: Path) -> None:
    """They pass through the context of the pool, which may say them better."""

    @contextmanager
    def pool(jobs: int) -> Iterator[Executor]:
        try:
            with Inline([]) as executor:
                yield executor
        except ZeroDivisionError:
            raise WorkerError("by nothing") from None

    with Held(pool) as held, pytest.raises(WorkerError, match="by nothing"):
        list(spread(lambda span: 1 / 0, SPANS, 2, held))


def test_a_pool_that_breaks_between_spans_is_replaced() -> None:
    pools = []

    class Fragile(Inline):
        def submit(self, work, span):  # type: ignore[no-untyped-def, override]
            if len(self.log) == 3:
                raise BrokenExecutor
            return super().submit(work, span)

    def pool(jobs: int) -> Executor:
        pools.append(Fragile([]))
        return pools[-1]

    assert dict(spread(total, SPANS, 2, pool=pool)) == {span: sum(span) for span in SPANS}
    assert len(pools) > 1


@pytest.mark.parametrize("loss", [CancelledError, EOFError])
def test_an_executor_tells_of_a_loss_in_its_own_way(loss: type[Exception]) -> None:
    seen: list[range] = []

    class Losing(Inline):
        losses = (EOFError,)

        def submit(self, work, span):  # type: ignore[no-untyped-def, override]
            future = super().submit(work, span)
            if span == SPANS[4] and seen.count(span) < DEATHS - 1:
                future = Future()
                future.set_exception(loss())
            seen.append(span)
            return future

    found = dict(spread(total, SPANS, 2, pool=lambda jobs: Losing([])))
    assert found == {span: sum(span) for span in SPANS}
    assert seen.count(SPANS[4]) == DEATHS


def test_as_many_workers_are_kept_busy_as_the_executor_has() -> None:
    log: list[range] = []

    class Large(Inline):
        num_workers = 4

    next(spread(total, SPANS, 1, pool=lambda jobs: Large(log)))
    assert len(log) == 8


def test_an_error_in_the_work_comes_through() -> None:
    with pytest.raises(ZeroDivisionError, match="in "):
        list(spread(fail, SPANS, 2))


@pytest.mark.usefixtures("in_the_foreground")
def test_ctrl_c_ends_the_work_once_what_is_in_hand_is_done(tmp_path: Path) -> None:
    def interrupt() -> None:
        until(lambda: any(tmp_path.iterdir()))
        os.kill(os.getpid(), signal.SIGINT)

    threading.Thread(target=interrupt).start()
    with pytest.raises(KeyboardInterrupt):
        list(spread(partial(begin, tmp_path), [range(n, n + 1) for n in range(500)], 2))
    assert 1 <= len(list(tmp_path.iterdir())) < 250


@pytest.mark.usefixtures("in_the_foreground")
@pytest.mark.parametrize("elsewhere", [False, True])
def test_ctrl_c_can_be_put_off(elsewhere: bool) -> None:
    """Also if the system tells another thread of it, such as those of numpy."""
    log: list[str] = []
    begun = threading.Event()

    def interrupt() -> None:
        begun.wait(LIMIT_S)
        hears = threading.current_thread() if elsewhere else threading.main_thread()
        signal.pthread_kill(hears.ident or 0, signal.SIGINT)

    thread = threading.Thread(target=interrupt)  # one that is started below would be deaf as well
    thread.start()

    def work() -> None:
        with interrupts.put_off():
            begun.set()
            thread.join()
            log.append("undisturbed")
        log.append("never reached")

    with pytest.raises(KeyboardInterrupt):
        work()
    assert log == ["undisturbed"]
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


def test_ctrl_c_is_left_to_the_parent(capfd: pytest.CaptureFixture[str]) -> None:
    with processes(1) as pool:
        worker = pool.submit(os.getpid).result()
        os.kill(worker, signal.SIGINT)
        assert pool.submit(os.getpid).result(timeout=LIMIT_S) == worker
    assert capfd.readouterr() == ("", "")


def test_processors_are_those_this_process_may_use() -> None:
    assert processors() >= 1
    if hasattr(os, "sched_setaffinity"):
        mine = os.sched_getaffinity(0)
        os.sched_setaffinity(0, {min(mine)})
        try:
            assert processors() == 1
        finally:
            os.sched_setaffinity(0, mine)


def test_an_executor_that_is_lost_without_a_word_is_not_waited_for(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(executors, "_LOOK_S", 0.01)
    opened: list[Executor] = []

    class Mute(Inline):
        is_lost = False

        def submit(self, work, span):  # type: ignore[no-untyped-def, override]
            if len(opened) > 1 or span != SPANS[4]:
                return super().submit(work, span)
            self.is_lost = True
            return Future()

    def pool(jobs: int) -> Executor:
        opened.append(Mute([]))
        return opened[-1]

    assert dict(spread(total, SPANS, 2, pool=pool)) == {span: sum(span) for span in SPANS}
    assert len(opened) == 2


@pytest.mark.parametrize("error", [OSError(24, "Too many open files"), MemoryError()])
def test_processes_that_cannot_be_started_are_reported_and_none_is_left(
    monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    start, started = BaseProcess.start, list[BaseProcess]()

    def at_most_two(process: BaseProcess) -> None:
        if len(started) == 2:
            raise error
        start(process)
        started.append(process)

    monkeypatch.setattr(BaseProcess, "start", at_most_two)
    reason = "too many open files" if isinstance(error, OSError) else "there is no memory for it"
    with pytest.raises(WorkerError) as refusal:
        list(spread(total, SPANS, 5))
    assert str(refusal.value) == f"cannot start 5 worker processes: {reason}; try fewer, by -j"
    assert [process.exitcode for process in started] == [-signal.SIGKILL] * 2


def test_a_manager_that_cannot_be_started_leaves_no_process(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def fails(thread: threading.Thread) -> None:
        raise RuntimeError("can't start new thread")

    monkeypatch.setattr(threading.Thread, "start", fails)
    before = set(active_children())
    with pytest.raises(WorkerError, match="cannot start 2 worker processes: can't start new"):
        list(spread(total, SPANS, 2))
    assert set(active_children()) <= before


def test_a_pool_without_pipes_is_reported(monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*arguments: object, **options: object) -> None:
        raise OSError(24, "Too many open files")

    monkeypatch.setattr(executors, "_Processes", full)
    with pytest.raises(WorkerError, match="cannot start 2 worker processes: too many open files"):
        list(spread(total, SPANS, 2))
