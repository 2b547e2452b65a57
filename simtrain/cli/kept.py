"""A file to which each forecast is added, so that it is seen later what was said when."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

from simtrain.errors import OutputError
from simtrain.tables.finish import PERCENTILES, isoformat

if TYPE_CHECKING:
    from pathlib import Path

    from simtrain.answers.forecast import Forecast

COLUMNS = (
    "now", "progress", *(f"p{percent}" for percent in PERCENTILES),
    "by", "chance", "trials", "seed", "scenario",
)  # fmt: skip
"""Columns of the file: when it was made, how much of the work was done, and what it said."""


def refuse_other_file(file: Path) -> None:
    """Refuse a file to which no forecast can be added, by an `OutputError`."""
    if file.is_dir():
        raise OutputError(f"{file}: is a folder; give a file for --keep")
    if not file.parent.is_dir():
        raise OutputError(f"{file}: there is no folder {file.parent}; make it first")
    if not file.exists():
        return
    try:
        with file.open(encoding="utf-8", errors="replace") as opened:
            first = opened.readline().strip()
    except OSError as error:
        raise OutputError(f"{file}: cannot be read: {error.strerror}") from None
    if first and first != ",".join(COLUMNS):
        raise OutputError(
            f"{file}:1: holds something else than forecasts that were kept; choose another file "
            "for --keep"
        )


def keep(forecast: Forecast, file: Path | None) -> None:
    """Add a forecast to a file, which is made if there is none; nothing if none is given.

    Raises
    ------
    OutputError
        If it cannot be written.
    """
    if file is None:
        return
    finish, by = forecast.finishes["from_here"], forecast.deadline
    row = (
        isoformat(forecast.now),
        f"{forecast.standing.done:.6g}",
        *(isoformat(finish.at(percent)) for percent in PERCENTILES),
        "" if by is None else by.text,
        "" if by is None else f"{finish.chance(by.text).value:.6g}",
        forecast.here.trials,
        forecast.here.seed,
        forecast.scenario.name,
    )
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    try:
        # One write at the end of the file, so that none of two forecasts at a time is torn.
        with file.open("a+", encoding="utf-8", newline="") as opened:
            if not opened.tell():
                writer.writerow(COLUMNS)
            elif not _ends_a_line(file):
                text.write("\n")
            writer.writerow(row)
            opened.write(text.getvalue())
    except OSError as error:
        raise OutputError(f"{file}: cannot be written: {error.strerror}") from None


def _ends_a_line(file: Path) -> bool:
    return file.read_bytes().endswith(b"\n")
