"""Where hosts of a log stand: the domains, such as racks, that its columns tell of each."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simtrain.errors import shown
from simtrain.logs.log import Standpoint

if TYPE_CHECKING:
    from collections.abc import Mapping

    from simtrain.logs.table import TextTable


def stand_in(
    table: TextTable, hosts: int, levels: Mapping[str, int]
) -> tuple[list[str], dict[str, Standpoint]]:
    """Name of what each row is of, and where it stands.

    Parameters
    ----------
    table
        The log.
    hosts
        Number of the column of hosts.
    levels
        Numbers of the columns of domains by their level, the smallest first.

    Raises
    ------
    InputError
        If a row of a host does not tell all of its domains, or two rows tell different ones.
    """
    names = table.column(hosts)
    stand: dict[str, Standpoint] = {}
    cells = {level: table.column(place) for level, place in levels.items()}
    for row, name in enumerate(names):
        domains = {level: texts[row] for level, texts in cells.items() if texts[row]}
        if not cells or not (name or domains):
            continue
        # Without a host the row is of the smallest domain that it names.
        missing = [level for level in cells if level not in domains]
        if not name:
            level = next(iter(domains))
            names[row] = f"{level} {domains[level]}"
            missing = missing[[*cells].index(level) :]
        if missing:
            words = f"the {missing[0]} of {shown(names[row])} is missing"
            table.refuse(row, words, "give each host all of its domains")
        one = Standpoint(domains, is_whole=not name)
        if stand.setdefault(names[row], one) != one:
            table.refuse(
                row, f"{shown(name)} stood elsewhere in a row above", "correct one of both"
            )
    return names, stand
