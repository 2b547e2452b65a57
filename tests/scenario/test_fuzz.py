"""A valid scenario after random damage is a scenario or a `ScenarioError`, and nothing else."""

import copy
import datetime as dt
from typing import Any

import pytest
import tomli_w
from hypothesis import given
from hypothesis import strategies as st

from simtrain.errors import ScenarioError
from simtrain.scenario.load import load
from simtrain.scenario.reference import tables
from tests.examples import examples
from tests.scenario.valid import TEXT, written
from tests.strategies import documents

WORDS = sorted({key.name for table in tables() for key in table.keys})
SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-3, 3),
    st.integers(10**17, 10**40),
    st.floats(),
    st.text(max_size=5),
    st.dates(),
    st.datetimes(timezones=st.none() | st.just(dt.UTC)),
    st.times(),
    st.sampled_from(["1 h", "5 %", "1 per day", "2 TB", "1e300 years", "all", "new", "mon", "job"]),
)
LAWS = st.builds(
    lambda law, parameters: {"law": law, **parameters},
    st.sampled_from(["fixed", "weibull", "gamma", "lognormal", "uniform", "beta", "exponential"]),
    st.dictionaries(
        st.sampled_from(["mean", "cv", "shape", "p90", "low", "high", "a", "b", "per", "value"]),
        SCALARS | st.sampled_from(["trial", "2 h", 0.5]),
        max_size=3,
    ),
)
JUNK = st.recursive(
    SCALARS | LAWS,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(WORDS) | st.text(max_size=3), inner, max_size=3)
    ),
    max_leaves=5,
)


@st.composite
def damaged(draw: st.DrawFn) -> dict[str, Any]:
    """A valid document of which a few values are deleted, replaced, or joined by others."""
    document = copy.deepcopy(draw(documents()))
    for _ in range(draw(st.integers(1, 3))):
        place: Any = document
        while True:
            keys = list(place) if isinstance(place, dict) else list(range(len(place)))
            if not keys:
                break
            key = draw(st.sampled_from(keys))
            if isinstance(place[key], dict | list) and draw(st.integers(0, 4)):
                place = place[key]
                continue
            if draw(st.booleans()):
                place[key] = draw(JUNK)
            else:
                del place[key]
            break
        if isinstance(place, dict) and draw(st.booleans()):
            place[draw(st.sampled_from(WORDS))] = draw(JUNK)
    return document


@pytest.mark.slow
@examples(100)
@given(damaged())
def test_a_damaged_document(
    tmp_path_factory: pytest.TempPathFactory, document: dict[str, Any]
) -> None:
    text = tomli_w.dumps(_without_none(document))
    _load(written(tmp_path_factory.getbasetemp(), text, "damaged.toml"))


@pytest.mark.slow
@examples(200)
@given(
    st.lists(
        st.tuples(st.integers(0, len(TEXT)), st.integers(0, 12), st.text(max_size=3)),
        min_size=1,
        max_size=3,
    )
)
def test_a_damaged_text(
    tmp_path_factory: pytest.TempPathFactory, cuts: list[tuple[int, int, str]]
) -> None:
    text = TEXT
    for start, length, instead in cuts:
        text = text[:start] + instead + text[start + length :]
    _load(written(tmp_path_factory.getbasetemp(), text, "damaged.toml"))


@examples(100)
@given(st.permutations(TEXT.splitlines(keepends=True)), st.integers(1, 30))
def test_lines_in_disorder(
    tmp_path_factory: pytest.TempPathFactory, lines: list[str], count: int
) -> None:
    _load(written(tmp_path_factory.getbasetemp(), "".join(lines[:count]), "damaged.toml"))


def _load(file: Any) -> None:
    try:
        load(file)
    except ScenarioError as error:
        for mistake in error.mistakes:
            assert mistake.place.startswith(str(file))
            assert mistake.accepted


def _without_none(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _without_none(inner) for key, inner in value.items() if inner is not None}
    if isinstance(value, list):
        return [_without_none(inner) for inner in value if inner is not None]
    return value
