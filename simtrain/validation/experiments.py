"""An experiment: trials of a small scenario, and what exact results claim of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from simtrain.scenario.scenario import Scenario
from simtrain.validation.readings import Reading
from simtrain.validation.scores import Estimator, ExactScore, Values, mean


@dataclass(frozen=True)
class Claim:
    """A value that must come out of an experiment.

    Parameters
    ----------
    case
        The numbers for which it is claimed.
    expected
        The exact value.
    estimate
        What is made of the values that were read off the trials.
    """

    case: str
    expected: float
    estimate: Estimator = mean

    def score(self, values: Values) -> ExactScore:
        """What came out beside what is claimed."""
        return ExactScore(self.case, self.expected, *self.estimate(values))


@dataclass(frozen=True)
class Experiment:
    """Trials of one scenario, what is read off each, and what must come out.

    Parameters
    ----------
    scenario
        What is simulated.
    trials
        How often, in the quick form.
    read
        What is read off a trial: one or two numbers.
    claims
        What must come out; the case of the first identifies the experiment.
    """

    scenario: Scenario
    trials: int
    read: Reading
    claims: tuple[Claim, ...]

    def times(self, factor: float) -> int:
        """Number of trials, `factor` times those of the quick form; a single one stays single.

        Of several there are at least two, as a standard error takes.
        """
        return self.trials if self.trials == 1 else max(2, int(self.trials * factor))


@dataclass(frozen=True)
class ExactResult:
    """An exact result of the theory, and the experiments that show it.

    Parameters
    ----------
    title
        Quantity, unit and conditions, as the table prints them.
    experiments
        Makes the experiments anew; a function of a module, so that it can travel to a worker.
    """

    title: str
    experiments: Callable[[], Iterator[Experiment]]

    @property
    def name(self) -> str:
        """Name of the result in code; it is part of the seeds of its trials."""
        return self.experiments.__name__
