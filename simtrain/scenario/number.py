"""A number of a scenario: known, not known but for a range, or drawn from a law."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Literal

from simtrain.distributions import Fixed, Law
from simtrain.laws import build

Per = Literal["occurrence", "trial"]

NEARLY_NEVER = 1e-9
"""Probability beyond which the tail of a law is not looked at."""
SELDOM = 1e-4
"""The same for a range, which is drawn once per trial and not at each occurrence."""


@dataclass(frozen=True, slots=True)
class Number:
    """A number of the scenario in base units.

    Parameters
    ----------
    law
        The law it is drawn from; `Fixed` for a plain number.
    per
        Whether it is drawn at each occurrence, or once for a whole trial because it is not known
        exactly (parameter uncertainty).
    is_range
        Whether it was written as a range, so that its law is that of `laws.between`.
    shared
        Name under which it shares its quantile with other numbers; empty if it has its own.
    unknown
        Parameters of the law that are not known, by name: each is a range, settled once per trial
        before the law is drawn from at each occurrence. `law` has them at their middles.
    """

    law: Law
    per: Per
    is_range: bool = False
    shared: str = ""
    unknown: UnknownLaw | None = None

    @property
    def mean(self) -> float:
        """Mean of its law, in base units."""
        return self.law.mean

    @property
    def middle(self) -> float:
        """One value in place of all, in base units: the median of a range, the mean of a law."""
        return self.law.quantile(0.5) if self.is_range else self.law.mean

    @property
    def is_fixed(self) -> bool:
        """Whether the number is known exactly."""
        return isinstance(self.law, Fixed)

    @property
    def is_certain(self) -> bool:
        """Whether its law is the same in all trials."""
        return not self.unknown and (self.per == "occurrence" or isinstance(self.law, Fixed))

    @property
    def most(self) -> float:
        """Value that is never exceeded, or the upper end of a range."""
        return self.law.quantile(0.95) if self.is_range else self.law.support[1]

    def addresses(self, path: str) -> list[str]:
        """Names of the quantiles that settle it in a trial; none if it is known."""
        if self.unknown:
            return [range_.address(f"{path}.{name}") for name, range_ in self.unknown.ranges]
        uncertain = self.per == "trial" and not self.is_fixed
        return [self.address(path)] if uncertain else []

    def address(self, path: str) -> str:
        """Name of its quantile: that which it shares with others, or its own path."""
        return f"shared {self.shared}" if self.shared else path

    def written(self, text: str) -> str | dict[str, str]:
        """What a file says in place of it where it has the range `text`, by the name it shares."""
        return {"range": text, "shared": self.shared} if self.shared else text

    def settled(self, path: str, quantile: Callable[[str], float]) -> Law:
        """Law of the number in one trial.

        Parameters
        ----------
        path
            Where it stands in the scenario, without the change that sets it.
        quantile
            Uniform number of the trial for an address.
        """
        if self.unknown:
            return self.unknown.settled(path, quantile)
        if self.is_certain:
            return self.law
        return Fixed(self.law.quantile(quantile(self.address(path))))


@dataclass(frozen=True, slots=True)
class PerAccelerator(Number):
    """A rate of one accelerator: a host's is as many times as high as it has accelerators."""


@dataclass(frozen=True, slots=True)
class PerUnit(Number):
    """A rate that says what it is of, such as a host or a rack.

    Parameters
    ----------
    subject
        What it is of, as it was written.
    """

    subject: str = ""


@dataclass(frozen=True, slots=True)
class UnknownLaw:
    """A law of which some parameters are ranges.

    Parameters
    ----------
    kind
        Kind of law.
    known
        Parameters that are plain numbers, by name.
    ranges
        The others, by name.
    """

    kind: str
    known: tuple[tuple[str, float], ...]
    ranges: tuple[tuple[str, Number], ...]

    def settled(self, path: str, quantile: Callable[[str], float]) -> Law:
        """Law with what its ranges come to in one trial."""
        return self.at(
            number.law.quantile(quantile(number.address(f"{path}.{name}")))
            for name, number in self.ranges
        )

    def at(self, values: Iterable[float]) -> Law:
        """Law with these values in place of its ranges."""
        names = (name for name, _ in self.ranges)
        return build(self.kind, **dict(self.known) | dict(zip(names, values, strict=True)))
