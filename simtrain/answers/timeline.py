"""`Timeline`: one trial in full."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from simtrain.accounts.recount import badput, recount
from simtrain.tables.answer import Answer, Columns, frame, with_dates
from simtrain.version import __version__

if TYPE_CHECKING:
    import pandas as pd

    from simtrain.accounts.recorder import Recorder
    from simtrain.accounts.timeline import Ending
    from simtrain.model.weather import WeatherOfTrial
    from simtrain.scenario.scenario import Scenario


@dataclass(frozen=True, eq=False)
class Timeline(Answer):
    """One trial in full: what happened, and what the job did from moment to moment.

    Parameters
    ----------
    scenario
        The scenario that was simulated.
    seed, trial
        Which of its trials it is; `run` with this seed has the same one.
    recording
        Everything that happened in it.
    ending
        How it ended, and when.
    weathers
        The factor of each span of what varies with a weather.
    """

    kind = "timeline"

    scenario: Scenario
    seed: int
    trial: int
    recording: Recorder
    ending: Ending
    weathers: tuple[WeatherOfTrial, ...] = ()

    def __repr__(self) -> str:
        return f"<Timeline of trial {self.trial} of {self.scenario.name}, seed {self.seed}>"

    def columns(self) -> Columns:
        """One row for each event: when it came, what it was, its cause, and the host or -1."""
        return {
            "time_s": [event.time for event in self.recording.moments],
            "event": [event.what.name.lower() for event in self.recording.moments],
            "cause": [event.cause for event in self.recording.moments],
            "host": [event.host for event in self.recording.moments],
        }

    def moments(self) -> Columns:
        """When each event came."""
        return {"date": self.columns()["time_s"]}

    def spans(self) -> Columns:
        """One row for each span of what the job did, with the position of its work."""
        intervals = self.recording.intervals()
        return {
            "start_s": [span.start for span in intervals],
            "end_s": [span.end for span in intervals],
            "state": [span.state.name.lower() for span in intervals],
            "cause": [span.cause for span in intervals],
            "work_start_s": [span.work_start for span in intervals],
            "work_end_s": [span.work_end for span in intervals],
        }

    def spans_frame(self, *, dates: bool = False) -> pd.DataFrame:
        """One row for each span of what the job did; with `dates` also as dates of the run."""
        spans = self.spans()
        moments = {"start": spans["start_s"], "end": spans["end_s"]}
        return frame(with_dates(spans, moments, self.scenario) if dates else spans)

    def weather(self) -> Columns:
        """One row for each span of a weather: what it is over, when it began, and its factor."""
        rows = [
            (" ".join(one.over), begins_s, factor)
            for one in self.weathers
            for begins_s, factor in zip(one.begins_s, one.factors, strict=True)
        ]
        return {
            "over": [over for over, _, _ in rows],
            "start_s": [begins_s for _, begins_s, _ in rows],
            "factor": [factor for _, _, factor in rows],
        }

    @property
    def tables(self) -> dict[str, Columns]:
        """The table of events, that of spans, and that of the weather if there is any."""
        weather = {"weather": self.weather()} if self.weathers else {}
        return {**super().tables, "spans": self.spans(), **weather}

    @cached_property
    def _summary(self) -> dict[str, Any]:
        return {
            "scenario": self.scenario.name,
            "scenario_sha256": self.scenario.sha256,
            "version": __version__,
            "seed": self.seed,
            "trial": self.trial,
            "verdict": str(self.ending.verdict),
            "wall_clock_s": self.ending.wall_clock_s,
            "time_s": {str(name): spent for name, spent in recount(self.recording).items()},
            "badput_by_cause_s": badput(self.recording),
            "scope_of_faults": self.scenario.scopes,
        }
