"""Print every closed form beside what the engine makes of it, and the engine beside its twin.

Usage: ``python -m tests.validation [FACTOR | --full]``, with so many times the trials of the tests;
``--full``, or ``SIMTRAIN_FULL=1`` in the environment, is ten times.
"""

from __future__ import annotations

import os
import sys

from tests.validation.checks import CHECKS
from tests.validation.scores import table, worst
from tests.validation.twins import SETTINGS, TRIALS, by_engine, by_twin, compared


def main() -> int:
    """Print the tables, and say by the exit code whether all of it holds."""
    full = "--full" in sys.argv or os.environ.get("SIMTRAIN_FULL", "") not in ("", "0")
    numbers = [argument for argument in sys.argv[1:] if argument != "--full"]
    factor = float(numbers[0]) if numbers else 10.0 if full else 1.0
    forms = [found for check in CHECKS.values() for found in check(factor)]
    print(table(forms), worst(forms), "", sep="\n")
    twins = []
    for name, setting in SETTINGS.items():
        trials = int(TRIALS * factor)
        twins += compared(name, by_engine(setting, trials, 1), by_twin(setting, trials, 1))
    print(table(twins, "twin", "engine"), worst(twins), sep="\n")
    return 0 if all(found.holds for found in [*forms, *twins]) else 1


if __name__ == "__main__":
    sys.exit(main())
