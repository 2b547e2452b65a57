"""Code of the user, named as "module:attribute"; a module may lie in the working directory."""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from importlib import import_module

from simtrain.errors import InputError


def is_name(text: str) -> bool:
    """Whether a text is the name of an attribute of a module."""
    module, colon, attribute = text.partition(":")
    return bool(colon) and all(
        part.isidentifier() for part in (*module.split("."), *attribute.split("."))
    )


def attribute_of(name: str, what: str) -> object:
    """Attribute of a module, which is imported.

    Parameters
    ----------
    name
        Such as ``"mypolicies:Patient"``.
    what
        What it is for, at the beginning of messages.

    Raises
    ------
    InputError
        If the module cannot be imported, or has no such attribute.
    """
    module, _, attribute = name.partition(":")
    try:
        found: object = sys.modules.get(module) or _imported(module)
    except (Exception, SystemExit) as error:
        raise InputError(
            f"{what} {name}: module {module} cannot be imported: {said(error)}"
        ) from error
    for part in attribute.split("."):
        if not hasattr(found, part):
            raise InputError(f"{what} {name}: module {module} has no {attribute}")
        found = getattr(found, part)
    return found


def _imported(module: str) -> object:
    before = list(sys.path)
    with suppress(FileNotFoundError):  # the working directory is no more
        sys.path.insert(0, os.getcwd())
    try:
        return import_module(module)
    finally:
        sys.path[:] = before


def said(error: BaseException) -> str:
    """What somebody else's code has against it."""
    return ": ".join(filter(None, (type(error).__name__, str(error))))
