"""Print what the engine makes of rich scenarios beside what its twin makes of them.

Usage: ``python -m tests.validation [FACTOR]``, with so many times the trials of the tests.
"""

from __future__ import annotations

import sys

from tests.validation.tables import table, worst
from tests.validation.twins import SETTINGS, TRIALS, by_engine, by_twin, compared


def main() -> int:
    """Print the table, and say by the exit code whether all of it holds."""
    trials = int(TRIALS * float(sys.argv[1])) if sys.argv[1:] else TRIALS
    found = [
        score
        for name, setting in SETTINGS.items()
        for score in compared(name, by_engine(setting, trials, 1), by_twin(setting, trials, 1))
    ]
    print(table(found, "twin", "engine"), worst(found), sep="\n")
    return 0 if all(score.holds for score in found) else 1


if __name__ == "__main__":
    sys.exit(main())
