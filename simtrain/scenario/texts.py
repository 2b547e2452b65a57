"""Reading files of text: regular, of a bounded size, in UTF-8."""

from pathlib import Path

from simtrain.errors import Mistake, ScenarioError

MAX_BYTES = 1 << 20


def read_text(file: Path, please: str) -> str:
    """Text of a file.

    Parameters
    ----------
    please
        What to name instead, for messages.

    Raises
    ------
    ScenarioError
        If it cannot be read, is larger than 1 MiB, or is no text.
    """
    try:
        if file.exists() and not (file.is_dir() or _has_an_end(file)):
            raise _wrong(str(file), "is no regular file", please)
        with file.open("rb") as opened:
            content = opened.read(MAX_BYTES + 1)
    except IsADirectoryError:
        raise _wrong(str(file), "is a directory", please) from None
    except (OSError, ValueError) as error:
        reason = (getattr(error, "strerror", None) or str(error)).lower()
        raise _wrong(str(file), f"cannot be read: {reason}", "name a readable file") from None
    if len(content) > MAX_BYTES:
        raise _wrong(str(file), "is larger than 1 MiB", please)
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise _wrong(f"{file}:{line}", "is not text in UTF-8", please) from None


def _has_an_end(file: Path) -> bool:
    """Whether a file is a regular one or open already; another may wait for its writer for ever."""
    return file.is_file() or str(file).startswith(("/dev/stdin", "/dev/fd/", "/proc/self/fd/"))


def _wrong(place: str, wrong: str, accepted: str) -> ScenarioError:
    return ScenarioError([Mistake(place, "", wrong, accepted)])
