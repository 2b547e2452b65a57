"""Processes that a test starts end with it, whatever becomes of the test.

Each leads a group of its own, as a command of a shell does, and the group is killed when the test
is over. Should the tests themselves be killed, the leader is killed by the kernel where it can be.
"""

from __future__ import annotations

import ctypes
import os
import shlex
import signal
import subprocess
import sys
import time
import traceback
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

import simtrain

if TYPE_CHECKING:
    from collections.abc import Callable

ROOT = Path(simtrain.__file__).parents[1]
ENVIRONMENT = {**os.environ, "PYTHONPATH": str(ROOT), "COLUMNS": "80"}

LIMIT_S = 300.0
"""Most that anything may take: on a machine that is busy with something else, it takes long."""

_PR_SET_PDEATHSIG = 1
_LIBC = ctypes.CDLL(None) if sys.platform == "linux" else None


class Children:
    """The processes of one test."""

    def __init__(self) -> None:
        self._started: list[subprocess.Popen[str]] = []
        self._leaders: list[int] = []

    def start(self, arguments: list[str], **options: Any) -> subprocess.Popen[str]:
        """Start a command, with its output piped to the test."""
        piped = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "env": ENVIRONMENT}
        process = subprocess.Popen(
            arguments,
            text=True,
            start_new_session=True,
            preexec_fn=_as_in_the_foreground,
            **(piped | options),
        )
        self._started.append(process)
        self.adopt(process.pid)
        return process

    def adopt(self, leader: int) -> None:
        """Have a group ended that somebody else has started for the test."""
        self._leaders.append(leader)

    def run(
        self, arguments: list[str], given: str | None = None, **options: Any
    ) -> subprocess.CompletedProcess[str]:
        """Start a command, give it a text to read, and wait for its end."""
        reads = {} if given is None else {"stdin": subprocess.PIPE}
        process = self.start(arguments, **reads, **options)
        stdout, stderr = process.communicate(given, timeout=LIMIT_S)
        return subprocess.CompletedProcess(arguments, process.returncode, stdout, stderr)

    def shell(self, line: str) -> subprocess.CompletedProcess[str]:
        """Run a line of shell; `simtrain` stands for the command."""
        python = shlex.quote(sys.executable)
        return self.run(["bash", "-c", f'simtrain() {{ {python} -m simtrain "$@"; }}\n{line}'])

    def fork(self, work: Callable[[], int]) -> int:
        """Do work in a fork of this process, and return its exit status; below 0 is a signal."""
        child = os.fork()
        if child == 0:
            status = os.EX_SOFTWARE
            try:
                status = work()
            except BaseException:
                traceback.print_exc()
            finally:
                os._exit(status)
        try:
            return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        except BaseException:
            os.kill(child, signal.SIGKILL)
            raise

    def end(self) -> None:
        """Kill all that is left of what was started."""
        for leader in self._leaders:
            with suppress(ProcessLookupError):
                os.killpg(leader, signal.SIGKILL)
        for process in self._started:
            with process:  # waits for it, and closes its pipes
                pass


def _as_in_the_foreground() -> None:
    # A job in the background of a script ignores Ctrl-C, and what it starts inherits that.
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    if _LIBC:
        _LIBC.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)


def until(true: Callable[[], object], process: subprocess.Popen[str] | None = None) -> None:
    """Wait for a condition; one that a process brings about does not come once that has ended."""
    deadline = time.monotonic() + LIMIT_S
    while not true():
        assert process is None or process.poll() is None, process.communicate()
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.02)


def members(leader: int) -> list[int]:
    """Living processes of a group."""
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            state, _, group = stat.read_text().rpartition(")")[2].split()[:3]
        except (FileNotFoundError, ProcessLookupError):
            continue
        if int(group) == leader and state != "Z":
            found.append(int(stat.parent.name))
    return found
