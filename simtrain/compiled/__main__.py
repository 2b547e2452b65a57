"""Compile the compiled engine ahead: ``python -m simtrain.compiled``."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from simtrain.compiled import program
from simtrain.compiled.caching import folder_of_code
from simtrain.errors import InputError

if program.BUILDING in os.environ:  # in the process that builds
    from simtrain.compiled import building

    building.build(Path(sys.argv[1]))
elif folder_of_code() is None:
    sys.exit("there is no folder to keep compiled code in; name one by NUMBA_CACHE_DIR")
else:
    try:
        program.build()
    except InputError as error:
        sys.exit(str(error))
