"""`simtrain`, and `python -m simtrain`."""

import atexit
import gc
import os

from simtrain.cli import main

_MANY = 10_000
"""How many new objects more there have to be before new ones are looked through for garbage."""


def run() -> None:
    """Run a command in a process of its own.

    Nearly all that it loads and makes lives until it ends, so that collecting garbage as often as
    Python does by itself, and once more at the end, takes up to a twentieth of its time. What works
    in parallel are processes: threads of linear algebra would wait for each other busily.
    """
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # read when NumPy is loaded, which is later
    gc.set_threshold(_MANY)
    atexit.register(gc.freeze)
    main()


if __name__ == "__main__":
    run()
