import tomllib
from typing import Any

import pytest
import tomli_w
from hypothesis import given
from hypothesis import strategies as st

from simtrain.scenario.lines import index
from tests.examples import examples

EVERYTHING = '''\
# a comment with a "quote, a [bracket] and key = 1
extends = "x.toml"  # ] } "

[workload]
ideal_time = "34 days" # = 3
note = """
[not.a.header]
key = 1 \\""" still the text """""
raw = \'\'\'
[nor.this]
\'\'\'\'
"quoted key" = 1
'single.quoted' = 2
dotted . "key" . here = 3

[ "fault" . gpu ]
rate = { law = "gamma", mean = [
    "1 per day",
    { deep = "x" },
  ] }
[[change]]
at = 2026-03-02 09:00:00+00:00
[change.set]
"cluster.spares" = 18
[[change]]
set = { "cluster.spares" = 4, "a" = [ [1], [
  2] ] }
[[people.when]]
response = 1.5
[[people.when]]
response = 0x1F
[people.when.inner]
x = 1
[people]
response = 2
'''


@pytest.mark.parametrize(
    ("key", "line"),
    [
        ("extends", 2),
        ("workload", 4),
        ("workload.ideal_time", 5),
        ("workload.note", 6),
        ("workload.raw", 9),
        ("workload.quoted key", 12),
        ("workload.single.quoted", 13),
        ("workload.dotted", 14),
        ("workload.dotted.key.here", 14),
        ("fault", 16),
        ("fault.gpu", 16),
        ("fault.gpu.rate", 17),
        ("fault.gpu.rate.mean", 17),
        ("fault.gpu.rate.mean.0", 18),
        ("fault.gpu.rate.mean.1", 19),
        ("fault.gpu.rate.mean.1.deep", 19),
        ("change.0", 21),
        ("change.0.at", 22),
        ("change.0.set", 23),
        ("change.0.set.cluster.spares", 24),
        ("change.1", 25),
        ("change.1.set", 26),
        ("change.1.set.a", 26),
        ("change.1.set.a.1.0", 27),
        ("people.when.0.response", 29),
        ("people.when.1", 30),
        ("people.when.1.response", 31),
        ("people.when.1.inner.x", 33),
        ("people.response", 35),
    ],
)
def test_line_of_each_key(key: str, line: int) -> None:
    assert index(EVERYTHING)[key] == line


def test_windows_line_ends_and_odd_separators_do_not_shift_lines() -> None:
    text = "# \u2028 \x0b \x85\r\na = 1\r\n\r\n[b]\r\nc = 'x'\r\n"
    assert index(text) == {"a": 2, "b": 4, "b.c": 5}


def test_no_keys_in_nothing() -> None:
    assert index("") == {}
    assert index("# only a comment") == {}


VALUES = st.recursive(
    st.integers() | st.booleans() | st.text() | st.dates() | st.floats(allow_nan=False),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


@examples(100)
@given(st.dictionaries(st.text(min_size=1), VALUES), st.booleans())
def test_every_key_that_a_writer_wrote_is_found(document: dict[str, Any], multiline: bool) -> None:
    text = tomli_w.dumps(document, multiline_strings=multiline)
    tomllib.loads(text)
    lines = index(text)
    for key in document:
        assert key in lines
        assert 1 <= lines[key] <= text.count("\n") + 1
