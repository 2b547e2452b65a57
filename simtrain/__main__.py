"""`simtrain`, and `python -m simtrain`."""

import atexit
import gc
import os

from simtrain.cli import main

_MANY = 100_000
"""How many objects more there have to be before garbage is looked for."""


def run() -> None:
    """Run a command in a process of its own.

    Nearly all that it loads and makes lives until it ends, so that to look for garbage as often as
    Python does by itself takes a twentieth of its time, and once more at the end. What works in
    parallel are processes: threads of linear algebra would wait for each other busily.
    """
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # read when NumPy is loaded, which is later
    gc.set_threshold(_MANY)
    atexit.register(gc.freeze)
    main()


if __name__ == "__main__":
    run()
