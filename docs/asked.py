"""Which of several things a script of this folder is asked to refresh."""

from __future__ import annotations

import argparse
from collections.abc import Sequence


def asked(about: str | None, names: Sequence[str]) -> list[str]:
    """Names that the command line gives, by default all.

    Parameters
    ----------
    about
        What the script does.
    names
        What there is.

    Raises
    ------
    SystemExit
        After help, and for a name that there is not.
    """
    parser = argparse.ArgumentParser(
        description=about, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    there = ", ".join(names)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"by default all of {there}")
    given: list[str] = parser.parse_args().names
    for name in given:
        if name not in names:
            parser.error(f"there is no {name!r}; there are {there}")
    return given or list(names)
