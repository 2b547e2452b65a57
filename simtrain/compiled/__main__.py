"""Compile all of the compiled engine ahead: ``python -m simtrain.compiled``."""

from __future__ import annotations

from importlib import import_module

from simtrain.compiled.first_use import is_compiled, note_that_compiled

if not is_compiled():
    import_module("simtrain.compiled.accounts")  # which has all else below it
    note_that_compiled()
