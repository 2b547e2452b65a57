"""Print every closed form beside what the engine makes of it.

Usage: ``python -m tests.validation [FACTOR]``, with so many times the trials of the tests.
"""

from __future__ import annotations

import sys

from tests.validation.checks import CHECKS
from tests.validation.scores import table


def main() -> int:
    """Print the table, and say by the exit code whether all of it holds."""
    factor = float(sys.argv[1]) if len(sys.argv) > 1 else 1.0
    scores = [found for check in CHECKS.values() for found in check(factor)]
    print(table(scores))
    return 0 if all(found.holds for found in scores) else 1


if __name__ == "__main__":
    sys.exit(main())
