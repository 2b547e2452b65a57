"""Values on one line: as TOML has them, and several in a row."""

import datetime as dt
import math
import re
from collections.abc import Mapping
from typing import Any

import tomli_w

_BARE_KEY = re.compile(r"[A-Za-z0-9_-]+")
_ITEM = re.compile(
    r"""((?: "(?:\\.|[^"\\])*" | '[^']*' | \{[^{}]*\} | \[[^\[\]]*\] | [^,] )*)(?: , | $ )""",
    re.VERBOSE | re.DOTALL,
)


def inline(value: Any) -> str:
    """`value` as TOML on one line: ``{ law = "uniform", low = "1 h", high = "2 h" }``."""
    if isinstance(value, Mapping):
        pairs = ", ".join(f"{as_key(name)} = {inline(inner)}" for name, inner in value.items())
        return f"{{ {pairs} }}" if pairs else "{}"
    if isinstance(value, list | tuple):
        return f"[{', '.join(map(inline, value))}]"
    return tomli_w.dumps({"x": value}).removeprefix("x = ").strip()


def spelled(value: Any) -> str:
    """`value` as people write it in TOML: ``70e9``, and dates with a T."""
    if isinstance(value, dt.datetime):
        return value.isoformat()
    if isinstance(value, int | float) and 1e6 <= abs(value) < math.inf:
        power = 3 * (int(math.log10(abs(value))) // 3)
        text = f"{value / 10**power:.6g}e{power}"
        if float(text) == value:
            return text
    return inline(value)


def items(text: str) -> list[str]:
    """Parts of a text between commas, but for those within quotes, tables and lists."""
    *found, _ = _ITEM.findall(f"{text},")
    return [item.strip() for item in found]


def as_key(name: str) -> str:
    """`name` as a key of TOML, in quotes if it needs them."""
    return name if _BARE_KEY.fullmatch(name) else inline(name)
