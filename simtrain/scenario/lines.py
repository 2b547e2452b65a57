"""On which line of a TOML file each key stands: `tomllib` does not tell."""

import re
import tomllib
from collections import Counter
from collections.abc import Iterator
from typing import NamedTuple

_TOKEN = re.compile(
    r"""
    (?P<newline> \n )
  | (?P<blank> [ \t\r]+ | \#[^\n]* )
  | (?P<text> \"{3} (?s: \\. | [^\\] )*? \"{3,5} | '{3} (?s: . )*? '{3,5}
            | " (?: \\. | [^"\\\n] )* " | ' [^'\n]* ' )
  | (?P<mark> [\[\]{},=.] )
  | (?P<bare> [^\s\[\]{},=."'\#]+ )
    """,
    re.VERBOSE,
)


_ENDS_OF_VALUE = ("\n", ",", "]", "}")


class _Token(NamedTuple):
    kind: str
    text: str
    line: int


def index(text: str) -> dict[str, int]:
    """Line number (from 1) of every header, key and row, by dotted path; rows count from 0.

    Parameters
    ----------
    text
        A TOML document that `tomllib` accepts.

    Returns
    -------
    dict
        Such as ``{"fault": 3, "fault.gpu": 3, "fault.gpu.mtbf": 4, "change.0": 6, …}``. A table
        without a header of its own stands where its first key does.
    """
    return _Index(text).lines


class _Index:
    """Walks the tokens of a document once and notes where keys stand."""

    def __init__(self, text: str):
        self.lines: dict[str, int] = {}
        self._tokens = list(_tokens(text))
        self._next = 0
        self._rows: Counter[str] = Counter()
        table = ""
        while self._skip_newlines() is not None:
            if self._peek().text == "[":
                table = self._header()
            else:
                self._assignment(table)

    def _header(self) -> str:
        brackets = 0
        while self._peek().text == "[":
            self._take()
            brackets += 1
        line = self._peek().line
        *parents, last = self._key()
        for _ in range(brackets):
            self._take()
        table = ""
        for part in parents:
            table = self._current_row(_joined(table, part))
        table = _joined(table, last)
        if brackets == 2:
            self._note(table, line)
            self._rows[table] += 1
        table = self._current_row(table)
        self._note(table, line)
        return table

    def _current_row(self, table: str) -> str:
        rows = self._rows[table]
        return f"{table}.{rows - 1}" if rows else table

    def _assignment(self, table: str) -> None:
        line = self._peek().line
        path = ".".join(filter(None, (table, *self._key())))
        self._take()  # the equals sign
        self._note(path, line)
        self._value(path)

    def _value(self, path: str) -> None:
        opening = self._peek().text
        if opening == "[":
            self._array(path)
        elif opening == "{":
            self._inline_table(path)
        else:
            while self._has_more() and self._peek().text not in _ENDS_OF_VALUE:
                self._take()

    def _array(self, path: str) -> None:
        self._take()
        row = 0
        while self._skip_newlines() not in ("]", None):
            if self._peek().text == ",":
                self._take()
                row += 1
                continue
            self._note(f"{path}.{row}", self._peek().line)
            self._value(f"{path}.{row}")
        self._take()

    def _inline_table(self, path: str) -> None:
        self._take()
        while self._skip_newlines() not in ("}", None):
            if self._peek().text == ",":
                self._take()
            else:
                self._assignment(path)
        self._take()

    def _key(self) -> list[str]:
        parts = [_unquoted(self._take())]
        while self._peek().text == ".":
            self._take()
            parts.append(_unquoted(self._take()))
        return parts

    def _note(self, path: str, line: int) -> None:
        while path and path not in self.lines:
            self.lines[path] = line
            path = path.rpartition(".")[0]

    def _has_more(self) -> bool:
        return self._next < len(self._tokens)

    def _peek(self) -> _Token:
        return self._tokens[self._next]

    def _take(self) -> _Token:
        self._next += 1
        return self._tokens[self._next - 1]

    def _skip_newlines(self) -> str | None:
        """Text of the next token that is no newline; none at the end."""
        while self._has_more() and self._peek().kind == "newline":
            self._take()
        return self._peek().text if self._has_more() else None


def _tokens(text: str) -> Iterator[_Token]:
    line = 1
    for match in _TOKEN.finditer(text):
        kind = match.lastgroup or ""
        if kind != "blank":
            yield _Token(kind, match[0], line)
        line += match[0].count("\n")


def _joined(table: str, part: str) -> str:
    return f"{table}.{part}" if table else part


def _unquoted(token: _Token) -> str:
    if token.kind != "text":
        return token.text
    return str(tomllib.loads(f"key = {token.text}")["key"])
