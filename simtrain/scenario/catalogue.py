"""The packaged scenarios, and finding a scenario by its name."""

import difflib
import os
from pathlib import Path

from simtrain.errors import Mistake, ScenarioError, shown

_PACKAGE = Path(__file__).parent.parent
_FOLDERS = (_PACKAGE / "scenarios", _PACKAGE.parent / "scenarios")  # installed, or a checkout


def packaged() -> dict[str, Path]:
    """Find the packaged files, by name without ending, in alphabetical order."""
    return {file.stem: file for file in _files("*.toml")}


def packaged_data() -> dict[str, Path]:
    """Find the packaged files of hourly values, by name."""
    return {file.name: file for file in _files("*.csv")}


def _files(pattern: str) -> list[Path]:
    folder = next((folder for folder in _FOLDERS if folder.is_dir()), None)
    return sorted(folder.glob(pattern)) if folder else []


def find(
    path: str | os.PathLike[str], beside: Path | None = None, place: str | None = None
) -> Path:
    """File that `path` names: a local file first, then a packaged scenario.

    Parameters
    ----------
    path
        A path, or the name of a packaged scenario, with or without its ending; a folder of the name
        of a packaged one is not what is meant.
    beside
        The file that asks, in whose folder a relative path is looked for instead of the working
        directory. It never finds itself, so that a local file may extend the packaged one of its
        own name.
    place
        Where the name was read, for messages.

    Raises
    ------
    ScenarioError
        If there is neither.
    """
    name = os.fspath(path)
    known = packaged()
    local = beside.parent / name if beside else Path(name)
    in_package = known.get(name.removesuffix(".toml"))
    if os.path.exists(local) and not (in_package and _is_another(local, beside)):
        return local
    if in_package:
        return in_package
    whole = Path(f"{local}.toml")
    if os.path.isfile(whole) and not _is_another(whole, beside):
        return whole
    close = difflib.get_close_matches(name.removesuffix(".toml"), known, n=1)
    listed = "`simtrain scenarios` lists the packaged ones"
    remedy = f"did you mean {close[0]}.toml?" if close else listed
    key = "extends" if beside else ""
    wrong = f"there is no file {shown(name)}"
    raise ScenarioError([Mistake(place or _printable(name), key, wrong, remedy)])


def _is_another(local: Path, beside: Path | None) -> bool:
    """Whether `local` cannot be meant: a folder, or the file that asks."""
    return os.path.isdir(local) or (beside is not None and os.path.samefile(local, beside))


def _printable(name: str) -> str:
    return name if name.isprintable() else shown(name)
