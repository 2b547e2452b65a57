"""A scenario that is written as TOML is short, and reads back as the same."""

from __future__ import annotations

import tomllib

import tomli_w
from hypothesis import given
from hypothesis import strategies as st

from simtrain.scenario.compact import compact
from tests.examples import examples

SCALARS = st.one_of(
    st.integers(-9, 10**9),
    st.floats(allow_nan=False, allow_infinity=False),
    st.booleans(),
    st.sampled_from(
        ["[", "a = [", "],", "]", "a, b", "\u2028", '"', "'", "\n", "\\", "two words", ""]
    ),
    st.text(max_size=5),
    st.dates(),
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.one_of(
        st.lists(inner, max_size=12),
        st.dictionaries(st.sampled_from(["a", "b c", "[", "d.e"]), inner, max_size=3),
    ),
    max_leaves=30,
)


@examples(150)
@given(st.dictionaries(st.sampled_from(["x", "y z", "w"]), VALUES, max_size=3))
def test_whatever_is_written_reads_back_as_the_same(document):
    text = compact(document)
    assert tomllib.loads(text) == tomllib.loads(tomli_w.dumps(document))
    assert compact(tomllib.loads(text)) == text


def test_rows_have_a_line_each_and_long_lists_fill_their_lines():
    rows = [["power supply", 0, 771748.0, 138952.0], ["GPU", 11, 6730919.0, 53702.0]] * 2
    text = compact({"log": rows, "short": [1, 2], "long": [10**9] * 9, "none": []})
    assert text.splitlines() == [
        "log = [",
        '    ["power supply", 0, 771748.0, 138952.0],',
        '    ["GPU", 11, 6730919.0, 53702.0],',
        '    ["power supply", 0, 771748.0, 138952.0],',
        '    ["GPU", 11, 6730919.0, 53702.0],',
        "]",
        "short = [1, 2]",
        "long = [",
        "    " + " ".join(["1000000000,"] * 8),
        "    1000000000,",
        "]",
        "none = []",
    ]
