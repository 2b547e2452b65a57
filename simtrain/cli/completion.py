"""Words that a shell may complete: scenarios, and the keys of values.

`eval "$(_SIMTRAIN_COMPLETE=bash_source simtrain)"` makes bash ask for them; zsh and fish alike.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from click.shell_completion import CompletionItem

from simtrain.errors import SimtrainError

if TYPE_CHECKING:
    from collections.abc import Iterator

    import click


def scenarios(
    ctx: click.Context, parameter: click.Parameter, incomplete: str
) -> list[CompletionItem]:
    """Packaged scenarios that begin so; the shell itself adds files."""
    from simtrain.scenario.catalogue import packaged

    names = [f"{name}.toml" for name in packaged()]
    found = [CompletionItem(name) for name in names if name.startswith(incomplete)]
    return [*found, CompletionItem(incomplete, type="file")]


def assignments(
    ctx: click.Context, parameter: click.Parameter, incomplete: str
) -> list[CompletionItem]:
    """Keys that begin so, each with an equals sign, and with the names that a scenario has."""
    several = ctx.params.get("scenarios") or ctx.params.get("files") or [None]
    scenario = ctx.params.get("scenario") or several[0]
    found = (f"{key}=" for key in _keys(scenario) if key.startswith(incomplete))
    return [CompletionItem(key, type="plain") for key in found]


def _keys(scenario: Any) -> Iterator[str]:
    from simtrain.scenario.reference import keys

    document = _document(scenario)
    for key in keys():
        root, name, rest = key.partition(".NAME.")
        if not name:
            yield key
        elif isinstance(document.get(root), dict):
            yield from (f"{root}.{one}.{rest}" for one in document[root])


def _document(scenario: Any) -> dict[str, Any]:
    """What a scenario says; nothing if it cannot be read, as a completion shows no errors."""
    from simtrain.scenario import catalogue
    from simtrain.scenario.load import read

    try:
        return read(catalogue.find(scenario))[0] if scenario else {}
    except SimtrainError:
        return {}
