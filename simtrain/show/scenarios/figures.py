"""Pictures of the packaged systems: there is none, as no two of them are compared."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from simtrain.answers.scenarios import Systems
    from simtrain.show.figure import Info


def pictures(systems: Systems) -> dict[str, Info]:
    """No picture."""
    return {}
