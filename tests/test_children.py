"""What a test starts ends with it: when it fails, waits in vain, or is ended itself."""

from __future__ import annotations

import ast
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.children import LIMIT_S, Children, members, until

STARTS = ("os.fork", "os.posix_spawn", "subprocess.Popen", "multiprocessing.Process")

WITH_CHILDREN = """\
import os
import subprocess
from pathlib import Path

import pytest

from tests.children import until
from tests.conftest import children


@pytest.fixture
def started(children):
    process = children.start(["bash", "-c", {line!r}])
    until(lambda: Path("ready").exists(), process)
    Path("group").write_text(str(process.pid))
    return process


def test_fails(started):
    assert not "well"


def test_waits_in_vain(started, monkeypatch):
    monkeypatch.setattr("tests.children.LIMIT_S", 0.1)
    until(lambda: False, started)


def test_hangs(started):
    started.communicate()
"""
STUBBORN = "trap '' INT TERM HUP; sleep 5000 & touch ready; wait"
PLAIN = "touch ready; exec sleep 5000"

pytestmark = pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="needs /proc")


def inner(children: Children, folder: Path, test: str, line: str) -> subprocess.Popen[str]:
    """Run one of the tests above in a pytest of its own."""
    (folder / "test_inner.py").write_text(WITH_CHILDREN.format(line=line))
    words = ["-m", "pytest", "-p", "no:cacheprovider", "-p", "no:hypothesispytest"]
    return children.start([sys.executable, *words, f"test_inner.py::{test}"], cwd=folder)


@pytest.mark.slow
@pytest.mark.parametrize("test", ["test_fails", "test_waits_in_vain"])
def test_children_of_a_failed_test_die_with_it(
    children: Children, tmp_path: Path, test: str
) -> None:
    done = inner(children, tmp_path, test, STUBBORN)
    stdout, _ = done.communicate(timeout=LIMIT_S)
    assert "1 failed" in stdout
    assert members(int((tmp_path / "group").read_text())) == []


@pytest.mark.slow
@pytest.mark.parametrize(
    ("sign", "line"),
    [(signal.SIGINT, STUBBORN), (signal.SIGTERM, PLAIN), (signal.SIGKILL, PLAIN)],
    ids=["interrupted", "terminated", "killed"],
)
def test_children_die_with_the_tests(
    children: Children, tmp_path: Path, sign: signal.Signals, line: str
) -> None:
    running = inner(children, tmp_path, "test_hangs", line)
    group = tmp_path / "group"
    until(lambda: group.exists() and group.read_text(), running)
    assert members(int(group.read_text()))
    running.send_signal(sign)
    running.communicate(timeout=LIMIT_S)
    until(lambda: not members(int(group.read_text())))


def test_a_child_hears_ctrl_c_where_the_tests_ignore_it(children: Children) -> None:
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        process = children.start(["sleep", "5000"])
    finally:
        signal.signal(signal.SIGINT, before)
    process.send_signal(signal.SIGINT)
    assert process.wait(timeout=LIMIT_S) == -signal.SIGINT


def test_a_fork_that_fails_does_not_go_on_as_a_second_pytest(children: Children, capfd) -> None:
    assert children.fork(lambda: 7) == 7
    assert children.fork(lambda: 1 // 0) == os.EX_SOFTWARE
    assert "ZeroDivisionError" in capfd.readouterr().err


def test_no_other_test_starts_processes_of_its_own() -> None:
    """`subprocess.run` is well: it kills what it started before an error leaves it."""
    starts = {
        file.name
        for file in Path(__file__).parent.rglob("*.py")
        if any(start in (text := file.read_text("utf-8")) for start in STARTS)
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.Call) and ast.unparse(node.func) in STARTS
    }
    assert starts == {"children.py"}
