"""The file of a picture, in the format that its name tells."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from simtrain.show.png import write_png

if TYPE_CHECKING:
    from pathlib import Path

    from simtrain.show.figure import Info

_NO_DATE: dict[str, dict[str, Any]] = {
    "svg": {"Creator": None, "Date": None},
    "pdf": {"Creator": None, "Producer": None, "CreationDate": None},
}
"""What would make two files of the same picture differ is taken out."""


def save(info: Info, path: Path) -> None:
    """Write a picture in the format that the ending of `path` names."""
    kind = path.suffix[1:].lower()
    if kind == "png":
        write_png(info, path)
        return
    import matplotlib.style

    from simtrain.show.as_figure import Picture

    with matplotlib.style.context(["default", {"svg.hashsalt": "simtrain"}]):
        Picture(info).savefig(path, format=kind, metadata=_NO_DATE.get(kind))
