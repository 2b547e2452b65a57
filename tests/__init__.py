"""Tests of simtrain."""

import os

# Each process has a core to itself. Where it has less, the threads of linear algebra wait for each
# other without giving way: that of small matrices took twice the time. Set before numpy is loaded.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
