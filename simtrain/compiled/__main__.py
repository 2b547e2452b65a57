"""Compile the compiled engine ahead: ``python -m simtrain.compiled``."""

from __future__ import annotations

import sys
from pathlib import Path

if len(sys.argv) > 1:  # in the process that builds
    from simtrain.compiled import building

    building.build(Path(sys.argv[1]))
else:
    from simtrain.compiled import program

    program.build()
