import tomllib
from pathlib import Path

import pytest

from simtrain.errors import ScenarioError
from simtrain.scenario.load import load
from simtrain.scenario.reference import tables
from tests.scenario.breakages import BROKEN, Broken
from tests.scenario.valid import TEXT, edited, line_of, mistakes_in, written


@pytest.mark.parametrize("broken", BROKEN, ids=lambda broken: f"{broken.key}-{broken.wrong}"[:60])
def test_one_mistake_is_reported_with_its_line_its_key_and_a_remedy(
    broken: Broken, tmp_path: Path
) -> None:
    text = edited((broken.old, broken.new))
    file = written(tmp_path, text)
    place = f"{file}:{_line_meant(text, broken)}"
    mistakes = mistakes_in(file)
    found = [m for m in mistakes if m.key == broken.key and broken.wrong in m.wrong]
    assert found, "\n".join(map(str, mistakes))
    assert broken.accepted in found[0].accepted, found[0]
    assert found[0].place == place, found[0]


def _line_meant(text: str, broken: Broken) -> int:
    if broken.at:
        return line_of(text, broken.at)
    return text[: TEXT.index(broken.old)].count("\n") + 1


def test_there_are_enough_of_them_and_the_text_they_break_is_valid(tmp_path: Path) -> None:
    load(written(tmp_path, TEXT))
    assert len(BROKEN) > 180


@pytest.mark.parametrize(
    ("old", "new", "key"),
    [
        ("weibull", "lognormal", "fault.old.shape"),
        ("shape = 0.7", "sigma = 0.7", "fault.old.sigma"),
        ('law = "weibull"\nshape = 0.7', 'scope = "job"\nlaw = "weibull"', "fault.old.shape"),
        ("shape = 0.7", "", "fault.old.shape"),
    ],
)
def test_one_mistake_in_a_law_is_reported_once(
    old: str, new: str, key: str, tmp_path: Path
) -> None:
    text = edited((old, new), ('scale = "400 days"', 'mtbf = "400 days"'))
    assert [mistake.key for mistake in mistakes_in(written(tmp_path, text))] == [key]


def test_a_list_whose_only_value_is_wrong_is_not_empty(tmp_path: Path) -> None:
    file = written(tmp_path, edited(('["diverge"]', '["crash"]')))
    assert [one.key for one in mistakes_in(file)] == ["check.evaluation.finds.0"]


def test_mistakes_of_a_file_are_reported_together_in_the_order_of_its_lines(tmp_path: Path) -> None:
    edits = [
        ("hosts = 124", "hosts = 0"),
        ("tries = 2", "tries = 0"),
        ("recall = 0.9", "recall = 9"),
        ("cluster.spares", "cluster.spars"),
        ('"cluster.hosts" =', '"cluster.hots" ='),
        ("34 days", "34 m"),
        ("[restart]", "[restrat]"),
    ]
    mistakes = mistakes_in(written(tmp_path, edited(*edits)))
    lines = [int(mistake.place.rpartition(":")[2]) for mistake in mistakes]
    assert lines == sorted(lines)
    assert [mistake.key for mistake in mistakes] == [
        "restart",
        "workload.ideal_time",
        "cluster.hosts",
        "restrat",
        "diagnosis.recall",
        "change.0.set.cluster.spars",
        "sources.cluster.hots",
    ]


def test_a_message_is_one_line_for_each_mistake(tmp_path: Path) -> None:
    text = edited(("hosts = 124", "hosts = 0"), ("tries = 2", "tries = 0"))
    file = written(tmp_path, text)
    with pytest.raises(ScenarioError) as caught:
        load(file)
    first, second = str(caught.value).split("\n")
    number = line_of(text, "hosts = 0")
    assert first == (
        f"{file}:{number}: cluster.hosts: 0 is out of range; a whole number from 1 to 1048576"
    )
    assert "restart.tries" in second


def test_a_flood_of_mistakes_is_cut_short(tmp_path: Path) -> None:
    text = "".join(f"[a{number}]\n" for number in range(1000))
    with pytest.raises(ScenarioError) as caught:
        load(written(tmp_path, text))
    assert len(caught.value.mistakes) == 1004
    assert str(caught.value).count("\n") == 100
    assert str(caught.value).endswith("… and 904 more")


DATES = {"start", "at", "holidays"}
JUNK_FOR_ALL = [
    "[]",
    "[[1]]",
    "{}",
    '""',
    "nan",
    "-inf",
    "-1",
    "09:00:00",
    '"1 parsec"',
    '"\\u0000"',
]
JUNK_UNLESS_TEXT = ['"nonsense"', '"1e999 s"', "2e300", "{ law = 'nonsense' }"]
TEXTS = {"title", "system", "figure", "why", "published", "assumed", "calibrated", "source", "miss",
         "name", "cause", "scope", "spares_within", "whole", "survives", "log", "columns",
         }  # fmt: skip
BY_NAME = {"bad_hosts", "seen", "at_risk", "since_stop", "first_stop"}
LISTS = {"holidays", "failed", "further_tries", "in_repair"}
KEYS = [
    (table.header, key.name)
    for table in tables()
    for key in table.keys
    if not (table.header.startswith("[sources") or key.name == "set")
]


@pytest.mark.slow
@pytest.mark.parametrize(("header", "key"), KEYS, ids=lambda it: it)
def test_every_key_refuses_what_is_nothing_of_its_kind(
    header: str, key: str, tmp_path: Path
) -> None:
    if key in TEXTS:
        junk = [value for value in JUNK_FOR_ALL if "parsec" not in value and "0000" not in value]
    elif key in LISTS:
        junk = [value for value in (*JUNK_FOR_ALL, *JUNK_UNLESS_TEXT) if value != "[]"]
    elif key in BY_NAME:  # by class of faults or by stop
        junk = [value for value in (*JUNK_FOR_ALL, *JUNK_UNLESS_TEXT) if value != "{}"]
    else:
        junk = [*JUNK_FOR_ALL, *JUNK_UNLESS_TEXT]
    header = header.replace("NAME", "x")
    for value in junk:
        text = f"{header}\n\n{key} = {value}\n"
        tomllib.loads(text)
        file = written(tmp_path, text)
        path = ".".join([header.strip("[]"), *(["0"] if "[[" in header else []), key]).strip(".")
        found = [m for m in mistakes_in(file) if f"{m.key}.".startswith(f"{path}.")]
        assert found, f"{path} = {value} is accepted"
        assert found[0].place == f"{file}:3", found[0]
