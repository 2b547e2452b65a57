"""The way from a question to what the user gets, which all commands that simulate share."""

from __future__ import annotations

from functools import partial, wraps
from typing import TYPE_CHECKING, Any

from simtrain.cli import options
from simtrain.cli.output_folder import output_folder
from simtrain.cli.outputs import note, progress_bar, say, width
from simtrain.cli.shown import draw, loading
from simtrain.errors import SimtrainError
from simtrain.questions.question import ask
from simtrain.sampling.batch import Batch
from simtrain.sampling.engines import Engines
from simtrain.sampling.executors import processors
from simtrain.sampling.points import MAX_TRIALS
from simtrain.sampling.pools import is_own

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from simtrain.questions.question import Question
    from simtrain.tables.answer import Answer

_MUCH = 2e9
"""Bytes of memory from which on a note gives them beforehand."""
_BESIDE = 1.3
"""By what the memory of a table grows while statistics are made of it."""


def answers(
    kind: str,
    results: str,
    *,
    followed: int = 0,
    remark: Callable[[Any, bool], str] = lambda answer, as_json: "",
    finish: Callable[[Any, Mapping[str, Any]], object] = lambda answer, given: None,
) -> Callable[[Callable[..., Question[Any]]], Callable[..., None]]:
    """Command that answers the question which the function makes of its own options.

    Parameters
    ----------
    kind
        What the trials in a folder are for.
    results
        What ``-o`` writes.
    followed
        How many trials its pictures follow.
    remark
        What else to say of the answer, beside the results, which may be JSON; nothing if empty.
    finish
        What else to do with the answer once it is told, with the options of the command.
    """

    def decorate(question_of: Callable[..., Question[Any]]) -> Callable[..., None]:
        @wraps(question_of)
        def command(
            *, out: Path | None, resume: bool, as_json: bool, quiet: bool, **given: Any
        ) -> None:
            simulated = {name: given.pop(name) for name in ("seed", "jobs", "pool")}
            simulated["engine"] = Engines(given.pop("engine"), partial(note, quiet=quiet))
            question = question_of(**given)
            if (memory := _memory(question)) >= _MUCH:
                note(
                    f"Note: {question.most:,} trials take some {memory / 1e9:.1f} GB of memory in "
                    "this process, as all of their rows are held at once.",
                    quiet,
                )

            def present(answer: Answer) -> None:
                say(answer.to_json() if as_json else answer.report(width()))
                if words := remark(answer, as_json):
                    note(words, quiet)

            with output_folder(out, kind, resume) as folder:
                if folder:
                    simulated |= {"store": folder.store, "followed": followed}
                with progress_bar(question.most, quiet) as bar:
                    progress = loading(bar, kind, drawn=bool(folder))
                    answer = ask(question, progress=progress, **simulated)
                if folder:
                    try:
                        allowed = simulated["jobs"] or processors()
                        here = allowed if is_own(simulated["pool"]) else 1
                        folder.write(answer, partial(draw, answer, jobs=here))
                    except SimtrainError:
                        present(answer)  # the results are lost, it need not be
                        raise
            try:
                present(answer)
            except KeyboardInterrupt as interrupt:
                if out:
                    interrupt.add_note(f"{out} is whole.")
                raise
            finish(answer, given)
            if out:
                note(f"Wrote {out}.", quiet)

        decorated: Callable[..., None] = command
        for option in (
            options.quiet,
            options.as_json,
            options.resume,
            options.out(results),
            options.executor,
            options.engine,
            options.jobs,
            options.seed,
        ):
            decorated = option(decorated)
        return decorated

    return decorate


def _memory(question: Question[Any]) -> float:
    """About how many bytes of memory the trials of a question take, as far as that is known."""
    trials = question.most or 0
    if trials > MAX_TRIALS:  # it is refused
        return 0.0
    return _BESIDE * trials * Batch.bytes_of(question.scenarios[0])
