"""The way from a question to what the user gets, which all commands that simulate share."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from functools import wraps
from typing import TYPE_CHECKING, Any, TypeVar

from simtrain.cli import options
from simtrain.cli.output_folder import output_folder
from simtrain.cli.words import note, progress_bar, say, width
from simtrain.errors import SimtrainError
from simtrain.questions.question import ask
from simtrain.sampling.executors import Held

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path
    from typing import Protocol

    from simtrain.questions.question import Question
    from simtrain.sampling.executors import Pool

    class ToldAsJson(Protocol):
        """An answer that is also told to programs."""

        def to_json(self) -> str:
            """Everything, as text."""


Answer = TypeVar("Answer", bound="ToldAsJson")


@dataclass(frozen=True)
class Session:
    """How a command is to simulate, and where its answer goes.

    Parameters
    ----------
    seed, jobs, pool
        The means to simulate trials.
    out, resume
        The folder for the results, and whether it holds trials already.
    as_json, quiet
        What is told.
    """

    seed: int
    jobs: int | None
    pool: Pool
    out: Path | None
    resume: bool
    as_json: bool
    quiet: bool

    def answer(
        self,
        question: Question[Answer],
        *,
        kind: str,
        report: Callable[[Answer, int], str],
        write: Callable[[Answer, Path], None],
        remark: Callable[[Answer], str] | None = None,
    ) -> None:
        """Simulate, tell the answer, and write it.

        Parameters
        ----------
        question
            What is asked.
        kind
            What the trials are for, in a folder of them.
        report
            Tells the answer in text of some width.
        write
            Writes the results into a folder.
        remark
            What else to tell, beside the results; nothing if empty.
        """
        with output_folder(self.out, kind, self.resume) as folder:
            with progress_bar(question.most, self.quiet) as progress:
                answer = ask(
                    question,
                    seed=self.seed,
                    jobs=self.jobs,
                    pool=self.pool,
                    progress=progress,
                    store=folder.store if folder else None,
                )
            if folder:
                try:
                    with folder.results() as draft:
                        write(answer, draft)
                except SimtrainError:
                    self._tell(answer, report, remark)  # the results are lost, it need not be
                    raise
        try:
            self._tell(answer, report, remark)
        except KeyboardInterrupt as interrupt:
            if self.out:
                interrupt.add_note(f"{self.out} is whole.")
            raise
        if self.out:
            note(f"Wrote {self.out}.", self.quiet)

    def _tell(
        self,
        answer: Answer,
        report: Callable[[Answer, int], str],
        remark: Callable[[Answer], str] | None,
    ) -> None:
        say(answer.to_json() if self.as_json else report(answer, width()))
        if remark and (words := remark(answer)):
            note(words, self.quiet)


def session(
    results: str,
) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Options of a command that simulates, which gets them as its argument `session`.

    Parameters
    ----------
    results
        What ``-o`` writes.
    """

    def decorate(command: Callable[..., None]) -> Callable[..., None]:
        @wraps(command)
        def with_session(*arguments: Any, **given: Any) -> None:
            how = Session(**{field.name: given.pop(field.name) for field in fields(Session)})
            with Held(how.pool) as pool:
                command(*arguments, session=replace(how, pool=pool), **given)

        decorated: Callable[..., None] = with_session
        for option in (
            options.quiet,
            options.as_json,
            options.resume,
            options.out(results),
            options.executor,
            options.jobs,
            options.seed,
        ):
            decorated = option(decorated)
        return decorated

    return decorate
