"""Examples that properties are shown, which do not depend on what else is loaded."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.examples import examples

CONSTANT = 918_273_645_546_372_819
LARGE = st.integers(CONSTANT - 10**9, CONSTANT + 10**9)


def test_no_constant_of_a_module_is_drawn(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Of a thousand integers about as large, fifty or so would be this one."""
    name = "module_of_the_project"
    (tmp_path / f"{name}.py").write_text(f"NUMBER = {CONSTANT}\n")
    monkeypatch.syspath_prepend(tmp_path)
    drawn: list[int] = []

    @examples(100)
    @given(st.lists(LARGE, min_size=50, max_size=50))
    def draw(numbers: list[int]) -> None:
        drawn.extend(numbers)

    try:
        __import__(name)
        draw()
    finally:
        sys.modules.pop(name, None)
    assert len(drawn) >= 1000
    assert CONSTANT not in drawn
