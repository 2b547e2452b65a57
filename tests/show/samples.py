"""Small results and recordings whose numbers are known."""

from __future__ import annotations

import warnings
from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from matplotlib.backends.backend_agg import RendererAgg

from simtrain.accounts.recorder import Recorder
from simtrain.accounts.timeline import (
    Census,
    EventKind,
    Segment,
    Sink,
    State,
    Verdict,
)
from simtrain.model.saving import CheckpointSchedule
from simtrain.questions.plan_for import PlanForQuestion
from simtrain.questions.plan_frontier import PlanFrontierQuestion
from simtrain.scenario.scenario import Scenario
from simtrain.show.canvas import Canvas
from simtrain.show.elements import Text
from simtrain.show.figure import draw
from simtrain.show.png import DPI
from simtrain.show.style import Style
from simtrain.tables.columns import NAMES
from simtrain.tables.results import Results

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from simtrain.answers.plan_for import Decisions
    from simtrain.answers.plan_frontier import Frontier
    from simtrain.show.figure import Info

MINUTE, HOUR, DAY = 60.0, 3600.0, 86400.0

SMALL: dict[str, Any] = {
    "title": "A small run",
    "workload": {"ideal_time": "10 days"},
    "cluster": {"hosts": 16, "spares": 2},
    "fault": {"gpu": {"mtbf": "100 days"}, "software": {"scope": "job", "rate": "1 per day"}},
    "checkpoint": {"interval": "30 min"},
    "restart": {"duration": "5 min"},
}


def scenario(**tables: Any) -> Scenario:
    return Scenario.from_document(SMALL | tables, name="small")


_scenario = cache(scenario)


def results(
    days: Sequence[float], truncated: Sequence[bool] = (), of: Scenario | None = None
) -> Results:
    """Trials of so many days: ten are productive, of the rest three fifths are spent in restart
    and two fifths are lost work; five sixths of it are due to gpu, the rest to software.
    """
    of = of or _scenario()
    values = np.zeros((len(days), len(NAMES)))
    wall_clock = np.array(days) * DAY
    lost = wall_clock - np.minimum(wall_clock, 10 * DAY)
    columns = {
        "wall_clock_s": wall_clock,
        "goodput": (wall_clock - lost) / wall_clock,
        "productive_s": wall_clock - lost,
        "restart_s": 0.6 * lost,
        "lost_work_s": 0.4 * lost,
        "interruptions": np.arange(len(days)) + 1,
        "longest_run_s": np.full(len(days), 30 * HOUR),
    }
    for name, column in columns.items():
        values[:, NAMES.index(name)] = column
    cut = np.array(truncated or [False] * len(days))
    return Results(
        scenario=of,
        seed=7,
        ideal_s=10 * DAY,
        values=values,
        badput=np.stack([lost * 5 / 6, lost / 6, 0 * lost], axis=1),
        outcomes=np.empty((len(days), 0)),
        causes=("gpu", "software", "checkpoints"),
        truncated=cut,
        verdicts=tuple(Verdict.OUT_OF_TIME if one else Verdict.FINISHED for one in cut),
    )


def words_of(info: Info) -> list[str]:
    """Everything that is written in a picture."""
    texts = [info.title, info.subtitle, *info.legend.labels]
    for panel in info.panels:
        texts += [one.text for one in panel.elements if isinstance(one, Text)]
        texts += [line.text for line in panel.words] + [mark.text for mark in panel.marks]
        texts += [*panel.x.names, *panel.y.names, panel.x.label, panel.y.label]
    return texts


def element(info: Info, label: str) -> Any:
    """What a picture draws under a name of its legend, the first of them."""
    every = (one for panel in info.panels for one in panel.elements)
    return next(one for one in every if getattr(one, "style", Style("")).label == label)


class Written(NamedTuple):
    """A line of a picture as matplotlib measures it, in inches from the lower left corner."""

    text: str
    size: float
    left: float
    bottom: float
    right: float
    top: float

    def overlaps(self, other: Written) -> bool:
        apart = (
            self.right <= other.left,
            other.right <= self.left,
            self.top <= other.bottom,
            other.top <= self.bottom,
        )
        return not any(apart)


class Renderer(RendererAgg):
    """A renderer that keeps what it writes."""

    def __init__(self, width: float, height: float):
        super().__init__(int(width * DPI), int(height * DPI), DPI)
        self.inches = width, height
        self.written: list[Written] = []

    def draw_text(
        self, gc: Any, x: Any, y: Any, s: Any, prop: Any, angle: Any, **more: Any
    ) -> None:
        super().draw_text(gc, x, y, s, prop, angle, **more)
        wide, high, below = self.get_text_width_height_descent(s, prop, False)
        x0, y0, x1, y1 = 0.0, -below, wide, high - below
        if angle:
            x0, y0, x1, y1 = below - high, 0.0, below, wide
        ends = (x + x0, self.height - y + y0, x + x1, self.height - y + y1)
        self.written.append(Written(s, prop.get_size(), *(end / DPI for end in ends)))


def drawn(info: Info) -> Renderer:
    """A picture on a canvas, drawn without a warning."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        renderer = Renderer(info.width, info.places()[1])
        draw(info, Canvas(renderer, DPI))
    assert np.asarray(renderer.buffer_rgba()).std() > 1
    return renderer


def train(sink: Sink, start: float, end: float, work: float) -> None:
    """Train at full speed and without saves."""
    span = end - start
    manner = CheckpointSchedule(span, span, 0.0, 1.0, 0.0, 0.0, 0.0, 1.0)
    segment = Segment(start, end, work, work + span, span, 0.0, 0, span, (), manner)
    sink.trained(segment)


def recording() -> Recorder:
    """The trial of `record_five_hours`, in full."""
    recorder = Recorder()
    record_five_hours(recorder)
    return recorder


def record_five_hours(sink: Sink) -> None:
    """A fault after two hours loses half an hour, and takes an hour to recover from."""
    sink.census(0.0, Census(16, 2, 0, 0))
    sink.happened(0.0, EventKind.LAUNCH, "start")
    train(sink, 0.0, 2 * HOUR, 0.0)
    sink.happened(2 * HOUR, EventKind.FAULT, "gpu", 3)
    sink.happened(2 * HOUR, EventKind.INTERRUPTION, "gpu")
    sink.rolled_back(2 * HOUR, 1.5 * HOUR, "gpu")
    sink.happened(2 * HOUR, EventKind.ROLLBACK, "gpu")
    sink.spent(State.DETECTION, "gpu", 2 * HOUR, 2 * HOUR + 2 * MINUTE)
    sink.happened(2 * HOUR + 2 * MINUTE, EventKind.PERSON_CALLED, "gpu")
    sink.spent(State.RESPONSE, "gpu", 2 * HOUR + 2 * MINUTE, 2 * HOUR + 32 * MINUTE)
    sink.happened(2 * HOUR + 32 * MINUTE, EventKind.CORDON, "gpu", 3)
    sink.happened(2 * HOUR + 32 * MINUTE, EventKind.SWAP_IN, "gpu", 16)
    sink.census(2 * HOUR + 32 * MINUTE, Census(16, 1, 1, 0))
    sink.happened(2 * HOUR + 32 * MINUTE, EventKind.LAUNCH, "gpu")
    sink.spent(State.RESTART, "gpu", 2 * HOUR + 32 * MINUTE, 2 * HOUR + 46 * MINUTE)
    sink.happened(2 * HOUR + 46 * MINUTE, EventKind.FAILED_LAUNCH, "gpu")
    sink.happened(2 * HOUR + 46 * MINUTE, EventKind.LAUNCH, "gpu")
    sink.spent(State.RESTART, "gpu", 2 * HOUR + 46 * MINUTE, 3 * HOUR)
    sink.happened(3 * HOUR, EventKind.MANUAL_RESTART, "gpu")
    train(sink, 3 * HOUR, 4 * HOUR, 1.5 * HOUR)
    sink.happened(4 * HOUR, EventKind.RETURN, "gpu", 3)
    sink.census(4 * HOUR, Census(16, 2, 0, 0))
    train(sink, 4 * HOUR, 5 * HOUR, 2.5 * HOUR)
    sink.happened(5 * HOUR, EventKind.FINISH, "")
    sink.close(5 * HOUR)


def planned_for(
    days: Mapping[int, Sequence[float]], target: str = "wall_clock <= 14 d"
) -> Decisions:
    """Plans for numbers of hosts in which so many spares have these mean wall-clocks in days.

    Their confidence is ± 0.28 d.
    """
    document = {
        "workload": {"accelerator_hours": 1e5},
        "cluster": {"hosts": 16},
        "fault": {"gpu": {"mtbf": "100 days"}, "software": {"scope": "job", "rate": "1 per day"}},
        "checkpoint": {"interval": "30 min"},
        "restart": {"duration": "5 min"},
        "limits": {"wall_clock": "200 d"},
    }
    scenario = Scenario.from_document(document, name="small")
    values = list(range(len(next(iter(days.values())))))
    cases = {"cluster.hosts": list(days)}
    question = PlanForQuestion(scenario, cases, target, {"cluster.spares": values}, 5)

    def simulate(scenarios: Sequence[Scenario], numbers: range) -> list[Results]:
        means = [days.get(one.cluster.hosts, [14.0])[one.cluster.spares] for one in scenarios]
        return [
            results([mean + apart for apart in (-0.3, -0.1, 0.0, 0.1, 0.3)], of=one)
            for mean, one in zip(means, scenarios, strict=True)
        ]

    return question.answered(simulate)


def frontier_of(
    days: Mapping[str, Sequence[float]],
    keys: Sequence[str] = ("cluster.spares", "checkpoint.interval"),
    cheaper: Mapping[str, str] | None = None,
) -> Frontier:
    """A frontier of spares and intervals at which so many spares have these mean wall-clocks.

    Days are given by interval, their confidence is ± 0.28 d, and the target is 14 d.
    """
    document = {
        "workload": {"ideal_time": "10 d"},
        "cluster": {"hosts": 16},
        "fault": {"gpu": {"mtbf": "100 days"}, "software": {"scope": "job", "rate": "1 per day"}},
        "checkpoint": {"interval": next(iter(days))},
        "restart": {"duration": "5 min"},
        "limits": {"wall_clock": "200 d"},
    }
    scenario = Scenario.from_document(document, name="small")
    spares = list(range(len(next(iter(days.values())))))
    values = {"cluster.spares": spares, "checkpoint.interval": list(days)}
    vary = {key: values[key] for key in keys}
    question = PlanFrontierQuestion(scenario, "wall_clock <= 14 d", vary, cheaper, 5)

    def simulate(scenarios: Sequence[Scenario], numbers: range) -> list[Results]:
        means = [days[one.value_at("checkpoint.interval")][one.cluster.spares] for one in scenarios]
        return [
            results([mean + apart for apart in (-0.3, -0.1, 0.0, 0.1, 0.3)], of=one)
            for mean, one in zip(means, scenarios, strict=True)
        ]

    return question.answered(simulate)
