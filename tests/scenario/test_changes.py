import difflib
import pickle
from pathlib import Path
from typing import Any

import pytest

from simtrain.engine.trial import Simulator
from simtrain.errors import ScenarioError
from simtrain.scenario import changes as scenario_changes
from simtrain.scenario.document import Document
from simtrain.scenario.load import load
from simtrain.scenario.models import elapsed
from simtrain.scenario.notes import notes
from simtrain.scenario.scenario import Scenario
from tests.scenario.valid import TEXT, edited, line_of, mistakes_in, written


def test_after_applies_changes_in_the_order_given(tmp_path: Path) -> None:
    scenario = load(written(tmp_path, TEXT))
    assert scenario.after(()) == scenario
    assert scenario.after((0,)).cluster.spares == 16
    later = scenario.after((2, 0, 1))
    assert later.fault["gpu"].automatic.mean == 0.9
    assert later.restart.duration.mean == pytest.approx(1800)
    assert (later.people.response.mean, later.cluster.spares) == (1800, 16)
    assert scenario.cluster.spares == 8


def test_the_later_of_two_changes_counts() -> None:
    scenario = _with_changes([("at", "1 d", 5), ("at", "2 d", 6)])
    assert scenario.after((0, 1)).cluster.spares == 6
    assert scenario.after((1, 0)).cluster.spares == 5


@pytest.mark.parametrize(
    "text", ['"cluster.spares" = 18', "cluster.spares = 18", "cluster = { spares = 18 }"]
)
def test_the_quotes_of_a_path_may_be_left_out(text: str, tmp_path: Path) -> None:
    scenario = load(written(tmp_path, edited(('"cluster.spares" = 16', text))))
    assert dict(scenario.change[0].set) == {"cluster.spares": 18}
    assert scenario.after((0,)).cluster == scenario.replace(cluster__spares=18).cluster
    mistaken = edited(('"cluster.spares" = 16', text.replace("18", "1.5")))
    (mistake,) = mistakes_in(file := written(tmp_path, mistaken))
    assert mistake.key == "change.0.set.cluster.spares"
    assert mistake.place == f"{file}:{line_of(mistaken, '1.5')}"


def test_changes_in_any_possible_order_are_checked(tmp_path: Path) -> None:
    changes = """
[[change]]
at = "5 d"
set = { "cluster.hot_spares" = 8, "cluster.spares" = 18 }
[[change]]
progress = 0.5
set = { "cluster.spares" = 6 }
[[change]]
at = "9 d"
set = { "cluster.hot_spares" = 0, "cluster.spares" = 6 }
"""
    text = TEXT[: TEXT.index("[[change]]")] + changes
    (mistake,) = mistakes_in(file := written(tmp_path, text))
    assert mistake.key == "change.1.set.cluster.spares"
    assert mistake.place == f"{file}:{line_of(text, '= 6 }')}"
    load(written(tmp_path, text.replace('hot_spares" = 8', 'hot_spares" = 2')))


def test_an_order_other_than_that_of_the_file_is_named() -> None:
    with pytest.raises(ScenarioError, match="in another order"):
        _document_with(
            [
                {"progress": 0.5, "set": {"cluster.spares": 0}},
                {"at": "5 d", "set": {"cluster.spares": 4, "cluster.hot_spares": 3}},
            ]
        )


def test_an_incident_may_take_hosts_that_come_later(tmp_path: Path) -> None:
    text = edited(("owned = 150\n", ""), ("hosts = 10\n", "hosts = 141\n"))
    (mistake,) = mistakes_in(written(tmp_path, text))
    assert mistake.wrong == "141 are more than the 140 hosts there ever are"
    load(written(tmp_path, text.replace('"cluster.spares" = 16', '"cluster.spares" = 17')))


def test_a_faulty_order_among_very_many_is_found() -> None:
    """26 by date and 25 by progress, one order of which leaves 4 hot of 2 spares."""
    changes = [{"at": f"{day} d", "set": {"cluster.spares": 4 + day % 5}} for day in range(1, 26)]
    changes += [{"at": "26 d", "set": {"cluster.hot_spares": 4, "cluster.spares": 4}}]
    changes += [
        {"progress": share / 100, "set": {"cluster.hot_spares": 0, "cluster.spares": share}}
        for share in range(3, 27)
    ]
    _document_with(changes)
    with pytest.raises(ScenarioError, match="in another order") as refusal:
        _document_with([*changes, {"progress": 0.9, "set": {"cluster.spares": 2}}])
    [mistake] = refusal.value.mistakes
    assert mistake.key.startswith("change.")
    assert "4" in mistake.wrong


def test_an_order_that_was_not_tried_is_reported_with_its_change(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(scenario_changes, "_MOST_STEPS", 0)
    scenario = _document_with(
        [
            {"progress": 0.5, "set": {"cluster.spares": 0}},
            {"at": "5 d", "set": {"cluster.spares": 4, "cluster.hot_spares": 3}},
        ]
    )
    with pytest.raises(ScenarioError, match="in another order") as refusal:
        scenario.after((1, 0))
    assert refusal.value.mistakes[0].key == "change.0.set.cluster.spares"


def test_orders_that_were_not_tried_are_noted_and_a_wrong_one_has_its_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(scenario_changes, "_MOST_STEPS", 0)
    changes = """
[[change]]
progress = 0.5
set = { "cluster.spares" = 6 }
[[change]]
at = "5 d"
set = { "cluster.hot_spares" = 8, "cluster.spares" = 18 }
"""
    text = TEXT[: TEXT.index("[[change]]")] + changes
    scenario = load(written(tmp_path, text))
    [note] = [note for note in notes(scenario) if note.key == "change"]
    assert "in more orders than are tried beforehand" in note.sentence
    sent = pickle.loads(pickle.dumps(scenario))
    for one in (scenario, scenario.replace(cluster__swap="1 min"), sent):
        with pytest.raises(ScenarioError) as refusal:
            one.after((1, 0))
        [mistake] = refusal.value.mistakes
        assert mistake.place.endswith(f".toml:{line_of(text, '= 6 }')}")


def test_orders_that_were_all_tried_are_no_note() -> None:
    changes = [
        {"progress": 0.5, "set": {"cluster.spares": 0}},
        {"at": "5 d", "set": {"cluster.spares": 4}},
    ]
    assert "change" not in {note.key for note in notes(_document_with(changes))}


@pytest.mark.slow
def test_the_cost_of_changes_grows_as_their_number(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is checked for each does not contain all the others."""
    sizes: list[int] = []
    applied = scenario_changes._applied

    def watched(document: Document, *others: Any) -> Any:
        sizes.append(len(str(document)))
        return applied(document, *others)

    monkeypatch.setattr(scenario_changes, "_applied", watched)
    scenario = _with_changes([("at", f"{hour} h", hour % 7) for hour in range(1, 201)])
    assert len(sizes) == 200
    assert scenario.after(tuple(range(200))).cluster.spares == 200 % 7
    assert len(sizes) == 400
    assert max(sizes) < 2000
    Simulator(scenario, 0)
    assert scenario.sha256
    assert len(sizes) == 400  # what changes make of it is kept


def test_after_a_hundred_mistakes_nothing_is_suggested(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    def close(word: str, *others: Any, **options: Any) -> list[str]:
        asked.append(word)
        return []

    monkeypatch.setattr(difflib, "get_close_matches", close)
    document = _document([]) | {f"unknown{number}": 1 for number in range(500)}
    document["change"] = [{"at": f"{hour} h", "set": {"x": 1}} for hour in range(1, 99)]
    with pytest.raises(ScenarioError) as refusal:
        Scenario.from_document(document)
    assert len(refusal.value.mistakes) == 500
    assert len(asked) == 100


def test_many_changes_are_read_in_time() -> None:
    changes: list[tuple[str, str | float, int]] = [
        ("at", f"{day} d", day % 7) for day in range(1, 40)
    ]
    changes += [("progress", share / 100, share % 5) for share in range(1, 40)]
    assert len(_with_changes(changes).change) == 78


@pytest.mark.parametrize(
    ("start", "moment", "seconds"),
    [
        ("2026-03-02T09:00:00+01:00", "2026-03-02T09:00:00+01:00", 0),
        ("2026-03-02T09:00:00+01:00", "2026-03-02T09:00:00", 0),
        ("2026-03-02T09:00:00+01:00", "2026-03-02T09:00:00Z", 3600),
        ("2026-03-02T09:00:00+01:00", "2026-03-03", 15 * 3600),
        ("2026-03-02", "2026-03-03T01:00:00", 25 * 3600),
        ("2026-03-02", '"36 h"', 36 * 3600),
    ],
)
def test_moments(start: str, moment: str, seconds: float, tmp_path: Path) -> None:
    text = edited(
        ("2026-03-02T09:00:00+01:00", start), ("at = 2026-03-10T08:00:00", f"at = {moment}")
    )
    scenario = load(written(tmp_path, text))
    at = scenario.stop["upgrade"].at
    assert at is not None
    assert elapsed(at, scenario.start) == seconds


def test_an_offset_needs_an_offset_to_compare_with(tmp_path: Path) -> None:
    text = edited(
        ("2026-03-02T09:00:00+01:00", "2026-03-02"),
        ("at = 2026-03-20", "at = 2026-03-20T00:00:00Z"),
    )
    (mistake,) = mistakes_in(written(tmp_path, text))
    assert mistake.key == "change.0.at"
    assert mistake.wrong == "has an offset from UTC, but `start` has none"


def test_dates_and_hours_need_a_start(tmp_path: Path) -> None:
    mistakes = mistakes_in(written(tmp_path, edited(("start = 2026-03-02T09:00:00+01:00\n", ""))))
    assert [mistake.key for mistake in mistakes] == [
        "people.staffed",
        "people.when",
        "stop.upgrade.at",
        "carbon.when",
        "price.energy",
        "change.0.at",
    ]


def _with_changes(changes: list[tuple[str, str | float, int]]) -> Scenario:
    return _document_with(
        [{key: moment, "set": {"cluster.spares": spares}} for key, moment, spares in changes]
    )


def _document_with(changes: list[Document]) -> Scenario:
    return Scenario.from_document(_document(changes))


def _document(changes: list[Document]) -> Document:
    return {
        "workload": {"ideal_time": "100 d"},
        "cluster": {"hosts": 3, "spares": 2},
        "checkpoint": {"interval": "1 h"},
        "restart": {"duration": "1 min"},
        "change": changes,
    }


def test_the_name_of_a_change_moves_no_result() -> None:
    base = {
        "workload": {"ideal_time": "2 days"},
        "cluster": {"hosts": 4},
        "checkpoint": {"interval": "1 h"},
        "restart": {"duration": "5 min"},
    }
    change = {"at": "1 day", "set": {"cluster.spares": 2}}
    plain = Scenario.from_document({**base, "change": [change]})
    named = Scenario.from_document({**base, "change": [{**change, "name": "more spares"}]})
    assert named.sha256 == plain.sha256
    assert named.change[0].name == "more spares"
