"""`[faults_from]`: faults of hosts as a log of failures tells them, each with its return."""

import datetime as dt
import math
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any, NamedTuple

from pydantic import Field

from simtrain.causes import RESERVED
from simtrain.errors import InputError, shown
from simtrain.logs.outages import outages
from simtrain.logs.reading import COLUMNS, Said, columns_of, read_log, window_of
from simtrain.scenario.document import Document
from simtrain.scenario.faults import FaultClass
from simtrain.scenario.log_places import Level, numbers_of
from simtrain.scenario.numbers import Duration, PositiveDuration, Share
from simtrain.scenario.readers import JsonSchema, Reader, RefusedError, TextLine, Whole
from simtrain.scenario.table import Broken, Table

KEY = "faults_from"
_OF_CLASSES = ("automatic", "automatic_success", "detection", "restart", "restart_success")
"""Keys that hold for each class of the log that does not say otherwise."""
_SAID = Said(f"{KEY}.hosts", f"{KEY}.window", f"{KEY}.columns")
_MOST = 200_000
_PLEASE = 'a log as CSV, such as "failures.csv"'
_LONGEST_NAME = 40
_READ_BY = tuple(f"{KEY}.{key}" for key in ("log", "hosts", "window", "columns"))
"""Keys by which the outages were read."""


class LoggedOutage(NamedTuple):
    """A host that was down.

    Parameters
    ----------
    cause
        Class of the failure that began it.
    host
        Number of the host.
    begun_s, away_s
        When it began, in seconds since the start of the window, and for how long the host was
        away; to the end of the window where the log does not tell of its return.
    """

    cause: str
    host: int
    begun_s: float
    away_s: float


class LogReader(Reader):
    """Reads the outages of a log, which a file was turned into as the scenario was read."""

    @property
    def accepted(self) -> str:
        """What is accepted, in words."""
        return _PLEASE

    @property
    def brief(self) -> str:
        """What is accepted, in a word or two."""
        return '"FILE.csv"'

    def parse(self, value: object) -> tuple[LoggedOutage, ...]:
        """Read rows of class, host, begin and time away in seconds, in order of their begin."""
        if isinstance(value, str) and value:
            return ()  # not read, because of a mistake in the keys that say how
        rows = value if isinstance(value, list | tuple) else ()
        if not rows:
            raise RefusedError(f"{shown(value)} is not a log", self.accepted)
        if len(rows) > _MOST:
            raise RefusedError(f"{len(rows):,} outages are too many", f"at most {_MOST:,}")
        return tuple(sorted((_outage(row) for row in rows), key=lambda row: row.begun_s))

    def json_schema(self) -> JsonSchema:
        """JSON Schema of what is accepted."""
        row = {"type": "array", "prefixItems": [{"type": kind} for kind in _ROW]}
        return {"anyOf": [{"type": "string"}, {"type": "array", "items": row, "minItems": 1}]}


_ROW = ("string", "integer", "number", "number")


class WindowReader(Reader):
    """Reads from when to when hosts were watched, as it is written."""

    accepted = "a window such as 2024-03-30..2024-09-20, of a day or more"

    def parse(self, value: object) -> str:
        """Read a window."""
        try:
            window_of(value if isinstance(value, str) else "", _SAID)
        except InputError:
            raise ValueError(f"{shown(value)} is not a window") from None
        return str(value)

    def json_schema(self) -> JsonSchema:
        """JSON Schema of a window."""
        return {"type": "string"}


class FaultsFrom(Table):
    """Replay of a log: each outage strikes its host at its time, and the host is away as long.

    Each class of the log is a class of faults, and a `[fault.NAME]` of its name may say how
    recovery from it goes.
    """

    log: Annotated[tuple[LoggedOutage, ...], LogReader()] = Field(
        description="File with one failure a line: its time, its host, and where there are any its "
        "class, the end of its repair and its domains, in columns that are found by their names. "
        "A host is that of the number in its name, from 0 or 1 on, and the first are those of the "
        "job; where names have no such numbers they are spread evenly.",
    )
    hosts: Annotated[int, Whole(1, 10_000_000)] = Field(
        description="Number of hosts that were watched, those that never failed among them."
    )
    window: Annotated[str, WindowReader()] = Field(
        description="From when to when they were watched, such as 2024-03-30..2024-09-20; the run "
        "begins where it begins.",
    )
    columns: TextLine | None = Field(
        None, description="Columns that are not found by their names: `time=Start,host=Node`."
    )
    resample: PositiveDuration | None = Field(
        None,
        description="Length of the blocks of the log that each trial draws and puts one behind the "
        "other. Without it every trial takes the log as it is, and nothing strikes behind its end.",
    )
    automatic: Share | None = Field(None, description="As in `[fault.NAME]`, for all classes.")
    automatic_success: Share | None = Field(None, description="As in `[fault.NAME]`.")
    detection: Duration | None = Field(None, description="As in `[fault.NAME]`.")
    restart: Duration | None = Field(None, description="As in `[fault.NAME]`.")
    restart_success: Share | None = Field(None, description="As in `[fault.NAME]`.")

    def broken_rules(self) -> Iterator[Broken]:
        """The window is one, and the outages and the blocks of the log lie within."""
        length = self.window_s
        if self.resample is not None and self.resample.middle > length:
            yield Broken("resample", "is longer than the log", "blocks such as 14 days")
        elif not self.log:
            wrong = "is only read beside its `hosts` and `window`, in a file"
            yield Broken("log", wrong, "the whole table")
        if not self.log:
            return
        if self.log[-1].begun_s >= length:
            yield Broken("log", "has an outage behind the window", "a longer window")
        if max(row.host for row in self.log) >= self.hosts:
            yield Broken("hosts", "are fewer than the log names", "all that were watched")

    def contradicted(self, classes: Mapping[str, FaultClass]) -> Iterator[Broken]:
        """Find what is said of a class that the log tells: when it strikes what, and for how long.

        Parameters
        ----------
        classes
            All classes of faults by name, those of the log among them.
        """
        for name, (mtbf_s, away_s) in self.told().items():
            fault = classes[name]
            agrees = {
                "mtbf": fault.mtbf is not None and math.isclose(fault.mtbf.middle, mtbf_s),
                "returns": fault.returns is not None
                and math.isclose(fault.returns.middle, away_s, abs_tol=1e-9),
                "scope": fault.scope == "host",
                "effect": fault.does.breaks,
                "law": fault.law == "exponential",
                "clock": fault.clock == "calendar",
                "varies": fault.varies is None,
            }
            for key in (key for key, same in agrees.items() if not same):
                yield Broken(f"fault.{name}.{key}", f"is told by `{KEY}.log`", "leave it out")

    def told(self) -> dict[str, tuple[float, float]]:
        """Mean time between outages of a host, and mean time away, of each class in seconds."""
        away: dict[str, list[float]] = {}
        for row in self.log:
            away.setdefault(row.cause, []).append(row.away_s)
        watched = self.hosts * self.window_s
        return {name: (watched / len(all_), sum(all_) / len(all_)) for name, all_ in away.items()}

    @property
    def begin(self) -> dt.datetime:
        """When the window begins, on the clock of the log."""
        return window_of(self.window, _SAID)[0]

    @property
    def window_s(self) -> float:
        """Length of the window in seconds."""
        start, end = window_of(self.window, _SAID)
        return (end - start).total_seconds()


def with_log(table: Mapping[str, Any], folder: Path, domains: object = ()) -> dict[str, Any]:
    """`[faults_from]` with the outages of the file that it names.

    Parameters
    ----------
    table
        The table as it stands in a file.
    domains
        The rows of `[[domain]]` as they stand there.
    folder
        Where relative paths start.

    Raises
    ------
    InputError
        If the log cannot be read.
    """
    hosts, window, columns = table.get("hosts"), table.get("window"), table.get("columns", "")
    try:
        FaultsFrom.model_validate({**table, "log": table["log"] and [["any", 0, 0.0, 0.0]]})
    except ValueError:
        return dict(table)  # what is missing or wrong is told as it is for every table
    assert isinstance(hosts, int)
    assert isinstance(window, str)
    levels = _levels(domains)
    known = COLUMNS | {name: name for name, _ in levels}
    given = columns_of(columns, _SAID.columns, known) if columns else {}
    log = read_log(
        folder / table["log"], hosts=hosts, window=window, columns=given,
        levels=[name for name, _ in levels], said=_SAID,
    )  # fmt: skip
    found = outages(log)
    names = _names(log.classes)
    numbers = numbers_of(log, levels, str(folder / table["log"]))
    rows = []
    for first, host, begun, ended in zip(
        found.first.tolist(), found.host.tolist(), found.begun_s.tolist(), found.ended_s.tolist(),
        strict=True,
    ):  # fmt: skip
        away = (log.window_s if math.isinf(ended) else ended) - begun
        rows += [[names[log.cause[first]], number, begun, away] for number in numbers[host]]
    return {key: value for key, value in table.items() if key != "columns"} | {"log": rows}


def with_logged_classes(document: Document) -> Document:
    """`document` with a class of faults for each class of its log, which may be said in part."""
    table = document.get(KEY)
    if not isinstance(table, dict):
        return document
    try:
        read = FaultsFrom.model_validate(table)
    except ValueError:
        return document  # its mistakes are found with all others
    said = {key: table[key] for key in _OF_CLASSES if key in table}
    written = document.get("fault")
    classes = dict(written) if isinstance(written, dict) else {}
    for name, (mtbf_s, away_s) in read.told().items():
        of_log = {"mtbf": f"{mtbf_s} s", "clock": "calendar", "returns": f"{away_s} s"}
        more = classes.get(name, {})
        classes[name] = {**of_log, **said, **more} if isinstance(more, dict) else more
    return {**document, "fault": classes}


def _levels(domains: object) -> list[Level]:
    """Levels of the rows of `[[domain]]`; rows that are none are told with all other mistakes."""
    rows = domains if isinstance(domains, list) else []
    pairs = [(row.get("name"), row.get("hosts")) for row in rows if isinstance(row, dict)]
    return [
        (name, size) for name, size in pairs
        if isinstance(name, str) and isinstance(size, int) and size > 0
    ]  # fmt: skip


def _outage(row: object) -> LoggedOutage:
    if isinstance(row, list | tuple) and len(row) == len(_ROW):
        cause, host, *times = row
        is_number = all(isinstance(time, int | float) and 0 <= time < math.inf for time in times)
        if isinstance(cause, str) and isinstance(host, int) and host >= 0 and is_number:
            return LoggedOutage(cause, host, *map(float, times))
    raise RefusedError(f"{shown(row)} is no outage", "class, host, begin and time away in seconds")


def _names(of_log: Sequence[str]) -> list[str]:
    """Name of a class of faults for each class of a log.

    Letters lose their accents. Classes of which nothing is left then are told apart by a number.
    """
    names = []
    for number, name in enumerate(of_log, 1):
        letters = unicodedata.normalize("NFKD", name)
        letters = "".join(one for one in letters if not unicodedata.combining(one))
        plain = re.sub(r"[^A-Za-z0-9_-]+", " ", letters).strip()
        is_name = plain[:1].isalpha() and plain not in RESERVED
        names.append((plain if is_name else f"class {plain or number}")[:_LONGEST_NAME].strip())
    return names


def read_by(document: Document, paths: Iterable[str]) -> Iterator[tuple[str, str, str]]:
    """Find paths of what the outages of a document were read by, each with a reason and a remedy.

    Other values would not read them again.
    """
    table = document.get(KEY)
    if isinstance(table, dict) and isinstance(table.get("log"), list):
        wrong, remedy = "cannot change once the log is read", "change it in the file"
        yield from ((path, wrong, remedy) for path in paths if path in _READ_BY)


def logged_classes(document: Document) -> list[str]:
    """Classes of faults that the log of a document has, where it has one that was read."""
    table = document.get(KEY)
    rows = table.get("log") if isinstance(table, dict) else None
    if not isinstance(rows, list | tuple):
        return []
    return list(dict.fromkeys(str(row[0]) for row in rows if isinstance(row, list | tuple) and row))
