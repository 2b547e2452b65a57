"""`simtrain check`. Check scenario files, and tell what they imply."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import click

from simtrain.cli import completion, options
from simtrain.cli.outputs import note, say, width
from simtrain.errors import ScenarioError
from simtrain.scenario.load import load
from simtrain.scenario.notes import notes
from simtrain.scenario.unsaid import unsaid

if TYPE_CHECKING:
    from simtrain.scenario.scenario import Scenario


@click.command("check")
@click.argument(
    "files", nargs=-1, required=True, metavar="FILE...", shell_complete=completion.scenarios
)
@click.option(
    "--explain",
    is_flag=True,
    help="Also show what the numbers imply before any trial: MTBF of the job, time at risk, the "
    "best checkpoint interval, hosts in repair.",
)
@options.overrides
@options.as_json
@options.quiet
@click.pass_context
def command(
    ctx: click.Context,
    files: tuple[str, ...],
    explain: bool,
    overrides: tuple[str, ...],
    as_json: bool,
    quiet: bool,
) -> None:
    """Check scenario files: every mistake in them, with its line and remedy.

    Of a file without a mistake it tells what the file does not say and is assumed perfect, and
    what its numbers lead to that may not be meant; not with --quiet.
    """
    scenarios = {file: _checked(file, overrides) for file in files}
    if as_json:
        say(json.dumps({file: _summary(one, explain) for file, one in scenarios.items()}, indent=2))
    for file, scenario in scenarios.items():
        if isinstance(scenario, ScenarioError):
            note(str(scenario))
        elif not as_json:
            say(f"{file}: ok")
            if (explain or not quiet) and (text := _report(scenario, explain)):
                say(text)
    if any(isinstance(scenario, ScenarioError) for scenario in scenarios.values()):
        ctx.exit(ScenarioError.exit_code)


def _checked(file: str, overrides: tuple[str, ...]) -> Scenario | ScenarioError:
    try:
        return load(file, overrides)
    except ScenarioError as error:
        return error


def _report(scenario: Scenario, explain: bool) -> str:
    from simtrain.show.check.report import check_report

    if not explain:
        return check_report(scenario, width=width())
    from simtrain.model.implied import implied

    return check_report(scenario, implied(scenario), width())


def _summary(scenario: Scenario | ScenarioError, explain: bool) -> dict[str, Any]:
    if isinstance(scenario, ScenarioError):
        return {"ok": False, "mistakes": [asdict(mistake) for mistake in scenario.mistakes]}
    summary = {
        "ok": True,
        "assumed": [one.summary() for one in unsaid(scenario)],
        "notes": [one.summary() for one in notes(scenario)],
    }
    if explain:
        from simtrain.compiled.support import left_to_simpy
        from simtrain.model.implied import implied

        summary["implied"] = implied(scenario).summary()
        summary["left_to_simpy"] = left_to_simpy(scenario)
    return summary
