"""The way in from Python: what is exported, how it is asked, and how answers present themselves."""

from __future__ import annotations

import inspect
import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from matplotlib.figure import Figure

import simtrain
from simtrain import errors, presenter
from simtrain.questions.question import ask
from tests.cli.conftest import SMALL
from tests.show import samples

QUESTIONS = ("run", "sweep", "plan", "compare", "scale", "sensitivity", "schedule", "scenarios")
DATED = f"start = 2026-03-02T09:00:00+01:00\n{SMALL}".replace("A small run", "A <small> run")


class Texts(HTMLParser):
    """Texts of the cells of each table, row by row, and those outside of tables."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tables: list[list[list[str]]] = []
        self.paragraphs: list[str] = []

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self.open.append(tag)
        if tag == "table":
            self.tables.append([])
        elif tag == "tr":
            self.tables[-1].append([])
        elif tag in ("td", "th"):
            self.tables[-1][-1].append("")

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self.open[-1:] == ["p"]:
            self.paragraphs.append(data)
        elif self.open[-1:] in (["td"], ["th"]):
            self.tables[-1][-1][-1] = data


def texts(answer: Any) -> Texts:
    parser = Texts()
    parser.feed(answer._repr_html_())
    parser.close()
    assert parser.open == []
    return parser


GRID = [
    'power.training="700 W"',
    'carbon={intensity={hourly=[1, 2, 3], unit="kg/kWh"}}',
]


def words(text: str) -> list[str]:
    return text.split()


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("python") / "small.toml"
    file.write_text(DATED)
    return file


@pytest.fixture(scope="module")
def answers(file: Path) -> dict[str, Any]:
    """An answer of every kind, each asked about a file."""
    spares = {"cluster.spares": [0, 1]}
    few: dict[str, Any] = {"trials": 4, "jobs": 1}
    return {
        "run": simtrain.run(file, **few),
        "sweep": simtrain.sweep(str(file), spares, **few),
        "plan": simtrain.plan(file, target="wall_clock <= 30 d", vary=spares, **few),
        "compare": simtrain.compare([file, file], **few),
        "scale": simtrain.scale(file, "128,256", **few),
        "sensitivity": simtrain.sensitivity(file, **few | {"trials": 2}),
        "schedule": simtrain.schedule(simtrain.load(file, GRID), windows=[6], **few),
        "scenarios": simtrain.scenarios([simtrain.load(file, ["system=Small"])], **few),
        "timeline": simtrain.timeline(file),
    }


# --- asking ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", QUESTIONS)
def test_a_question_names_each_of_its_options_and_says_what_it_is(name: str) -> None:
    function = getattr(simtrain, name)
    parameters = inspect.signature(function).parameters
    assert all(one.kind is not one.VAR_KEYWORD for one in parameters.values())
    docstring = inspect.getdoc(function)
    assert docstring is not None
    for parameter in parameters:
        assert re.search(rf"^{parameter}\n    \S", docstring, re.MULTILINE), parameter
    asked = inspect.signature(ask).parameters
    shared = [option for option in parameters if option in asked]
    assert shared[:5] == ["seed", "jobs", "progress", "pool", "store"]
    for option in shared:
        assert parameters[option].default == asked[option].default
        [said] = re.findall(rf"^{option}\n(?: {{4}}.+\n)+", inspect.getdoc(ask) or "", re.MULTILINE)
        assert said in docstring


def test_a_scenario_a_file_and_a_name_are_asked_about_alike(file: Path) -> None:
    loaded = simtrain.load(file)
    asked = [simtrain.run(one, trials=2, jobs=1) for one in (loaded, file, str(file))]
    assert len({results.to_json() for results in asked}) == 1
    assert simtrain.load(loaded) is loaded
    named = simtrain.timeline("opt175b").scenario
    assert named.sha256 == simtrain.load("opt175b.toml").sha256


def test_errors_that_docstrings_name_are_exported() -> None:
    named = {
        error
        for question in QUESTIONS
        for error in re.findall(
            r"^(\w+Error)$", inspect.getdoc(getattr(simtrain, question)) or "", re.M
        )
    }
    assert {"InputError", "OutputError", "WorkerError", "UndefinedError"} <= named
    assert named <= set(simtrain.__all__)


def test_the_tree_of_errors_is_drawn_as_it_is() -> None:
    drawn = re.findall(r"^( *[│├└─ ]*)(\w+Error) ", errors.__doc__ or "", re.MULTILINE)
    above: list[tuple[int, type]] = []
    for branch, name in drawn:
        error, depth = getattr(simtrain, name), len(branch)
        above = [one for one in above if one[0] < depth]
        assert error.__bases__ == ((above[-1][1],) if above else (Exception,))
        above.append((depth, error))
    classes = {one for one in vars(errors).values() if isinstance(one, type)}
    raised = {one.__name__ for one in classes if issubclass(one, errors.SimtrainError)}
    assert {name for _, name in drawn} == raised


# --- answers --------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", [*QUESTIONS, "timeline"])
def test_every_answer_has_a_report_as_text_and_as_html(kind: str, answers: dict[str, Any]) -> None:
    answer = answers[kind]
    assert answer.kind == kind
    assert max(map(len, answer.report(64).splitlines())) <= max(
        map(len, answer.report(120).splitlines())
    )
    report, shown = " ".join(words(answer.report(400))), texts(answer)
    assert shown.tables
    cells = [cell for table in shown.tables for row in table for cell in row if cell]
    for text in (*shown.paragraphs, *cells):
        assert " ".join(words(text)) in report
    assert not any("<small>" in part for part in answer._repr_html_().splitlines())


def test_html_has_the_table_of_the_report_with_its_numbers(answers: dict[str, Any]) -> None:
    [metrics, *_] = texts(answers["run"]).tables
    assert metrics[0] == ["", "mean ± 95 %", "P5", "P50", "P95"]
    [line] = [line for line in answers["run"].report().splitlines() if "wall-clock, d" in line]
    assert words(line) == words(" ".join(metrics[1]))


@pytest.mark.parametrize("kind", [*QUESTIONS, "timeline"])
def test_every_answer_has_pictures_by_name(kind: str, answers: dict[str, Any]) -> None:
    answer = answers[kind]
    assert answer.plots
    figure = answer.plot()
    assert isinstance(figure, Figure)
    assert figure.info.title == answer.plot(answer.plots[0]).info.title
    with pytest.raises(simtrain.InputError) as refused:
        answer.plot("nowhere")
    assert all(name in str(refused.value) for name in answer.plots)


def test_a_run_has_a_picture_of_its_progress(answers: dict[str, Any]) -> None:
    results = answers["run"]
    assert results.plots == ("wall_clock", "goodput", "time", "progress")
    titles = [results.plot(name).info.title for name in results.plots]
    assert titles[-1].startswith("Half of the trials finish within")
    assert len({*titles[1:]}) == 3


def test_a_notebook_shows_a_picture_without_a_backend(answers: dict[str, Any]) -> None:
    assert answers["plan"].plot()._repr_png_().startswith(b"\x89PNG")


def test_a_sweep_of_three_keys_has_no_picture_and_says_so(file: Path) -> None:
    ranges = {"cluster.spares": [1], "checkpoint.interval": ["1 h"], "restart.duration": ["9 min"]}
    swept = simtrain.sweep(file, ranges, trials=1, jobs=1)
    assert swept.plots == ()
    with pytest.raises(simtrain.InputError, match="there is no picture of <Sweep of cluster"):
        swept.plot()


def test_answers_are_presented_by_a_module_that_does_all_of_it() -> None:
    found = presenter.presenter()
    asked = [name for name, one in vars(presenter.Presenter).items() if inspect.isfunction(one)]
    for name in (one for one in asked if not one.startswith("_")):
        ours, theirs = getattr(presenter.Presenter, name), getattr(found, name)
        assert list(inspect.signature(ours).parameters)[1:] == list(
            inspect.signature(theirs).parameters
        )


# --- dates ----------------------------------------------------------------------------------------


def test_moments_are_dates_of_the_run(answers: dict[str, Any]) -> None:
    start = pd.Timestamp("2026-03-02T09:00:00+01:00")
    trials = answers["run"].to_frame(dates=True)
    late = (trials.finish - start).dt.total_seconds() - trials.wall_clock_s
    assert late.abs().max() <= 0.5
    events = answers["timeline"].to_frame(dates=True)
    assert ((events.date - start).dt.total_seconds() - events.time_s).abs().max() <= 0.5
    spans = answers["timeline"].spans_frame(dates=True)
    assert spans.start.iloc[0] == start
    assert (spans.start.iloc[1:].array == spans.end.iloc[:-1].array).all()
    assert answers["sweep"].to_frame(dates=True).finish_p95.notna().all()
    assert answers["plan"].to_frame(dates=True).finish.min() > start


def test_what_did_not_finish_has_no_date(file: Path) -> None:
    cut = simtrain.load(file).replace(limits__wall_clock="5 days")
    assert simtrain.run(cut, trials=2, jobs=1).to_frame(dates=True).finish.isna().all()


def test_dates_that_are_not_there_are_refused(file: Path, answers: dict[str, Any]) -> None:
    assert "finish" not in answers["run"].to_frame()
    for kind in ("compare", "scale", "sensitivity"):
        with pytest.raises(simtrain.InputError, match="nothing in this table is a moment"):
            answers[kind].to_frame(dates=True)
    undated = simtrain.load(file).replace(start=None)
    with pytest.raises(simtrain.InputError, match="small has no `start`"):
        simtrain.timeline(undated).to_frame(dates=True)


# --- timelines ------------------------------------------------------------------------------------


def test_a_timeline_is_the_trial_of_the_run(file: Path) -> None:
    row = simtrain.run(file, trials=3, seed=5, jobs=1).to_frame().loc[2]
    one = simtrain.timeline(file, trial=2, seed=5)
    events = one.to_frame()
    assert one.summary()["wall_clock_s"] == row.wall_clock_s == events.time_s.iloc[-1]
    assert (events.event == "interruption").sum() == row.interruptions
    spans = one.spans_frame()
    assert spans.end_s.iloc[-1] == row.wall_clock_s
    assert "trial 2" in repr(one)


@pytest.mark.parametrize("wrong", [{"trial": -1}, {"trial": 1.5}, {"seed": -1}])
def test_a_timeline_refuses_what_is_no_trial(file: Path, wrong: dict[str, Any]) -> None:
    with pytest.raises(simtrain.InputError):
        simtrain.timeline(file, **wrong)


# --- names ----------------------------------------------------------------------------------------


def names(scenarios: Any, **options: Any) -> tuple[str, ...]:
    return simtrain.compare(scenarios, trials=1, jobs=1, **options).names


def test_compared_scenarios_are_told_apart(file: Path) -> None:
    base = simtrain.load(file)
    more = base.replace(cluster__spares=3)
    both = more.replace(checkpoint__interval="2 h")
    assert names([base, more, both]) == (
        "small",
        "small with cluster.spares=3",
        "small with cluster.spares=3, checkpoint.interval=2 h",
    )
    assert names([base, base, base]) == (
        "small",
        "small (again)",
        "small (3)",
    )
    assert names({"as it is": file, "more spares": more}) == ("as it is", "more spares")
    assert names([base, more.named("more spares")]) == ("small", "more spares")
    assert names([base, more], names=["one", "two"]) == ("one", "two")
    with pytest.raises(simtrain.InputError, match="names are given twice"):
        names({"one": base, "two": more}, names=["one", "two"])


def test_a_name_is_kept_when_values_are_replaced_and_moves_no_result(file: Path) -> None:
    base = simtrain.load(file)
    other = base.named("mine")
    assert (other.name, other.replace(cluster__spares=2).name) == ("mine", "mine")
    assert other.sha256 == base.sha256
    assert base.name == "small"


def test_completion_offers_our_own_names(file: Path) -> None:
    scenario = simtrain.load(file)
    offered = [name for name in dir(scenario) if not name.startswith("_")]
    assert {"cluster", "workload", "fault", "replace", "named", "to_toml", "sha256"} <= set(offered)
    assert not [name for name in offered if name.startswith(("model_", "parse_", "construct"))]
    assert {"copy", "json", "dict", "schema"}.isdisjoint(offered)
    assert all(hasattr(scenario, name) for name in dir(scenario))
    assert [name for name in dir(scenario.restart) if not name.startswith("_")] == sorted(
        type(scenario.restart).model_fields
    )


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (
            lambda one: simtrain.run(one.replace(start="2026-01-01"), trials=1, by=5),
            "by: 5 is not a date; use a date such as 2026-07-01",
        ),
        (
            lambda one: simtrain.plan(one, target="goodput >= 0.5", vary="cluster.spares=0..4"),
            'is not a mapping; use {"cluster.spares": "0..4"}',
        ),
        (lambda one: simtrain.sweep(one, ["cluster.spares"]), "is not a mapping"),
        (lambda _: simtrain.run(5), "5 is neither a scenario nor the path of one; give a file"),
        (lambda one: simtrain.compare(one), "give a list of at least two"),
        (lambda one: simtrain.run(one, trials=1, of=5), "5 is no number of the trials"),
        (lambda one: simtrain.plan(one, target=5, vary={}), "is not a text; use one such as"),
        (lambda one: simtrain.run(one, trials=1).wall_clock(150), "150 is not above 0 and below"),
        (
            lambda one: simtrain.run(one.replace(start="2026-01-01"), trials=1).finish.at(150),
            "percentile: 150 is not above 0 and below 100; give one such as 90",
        ),
    ],
)
def test_arguments_of_another_kind_are_refused_with_the_remedy(call: Any, words: str) -> None:
    with pytest.raises(simtrain.InputError) as refused:
        call(samples.scenario())
    assert words in str(refused.value)


def test_a_metric_that_there_is_not_is_a_short_key_error_with_a_suggestion() -> None:
    found = simtrain.run(samples.scenario(), trials=1)
    with pytest.raises(KeyError, match="unknown metric `godput`; did you mean `goodput`"):
        found.metric("godput")
    with pytest.raises(KeyError) as refused:
        found.metric("nope")
    assert len(str(refused.value)) < 120
