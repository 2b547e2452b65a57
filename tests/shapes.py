"""What a text looks like, whatever its numbers are."""

from __future__ import annotations

import re

_MONTHS = "Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec"
_SET_ASIDE = (
    (r"[█▏▎▍▌▋▊▉]+", ""),  # a bar may be too short to be seen
    (r"(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun) (?=\d)", ""),
    (rf"\d{{4}}-\d\d-\d\d|(?:{_MONTHS}) \d{{1,2}}\b", "DATE"),
    (r"[-+−]?\d([\d,.]*\d)?", "0"),
    (r" !$", ""),  # what fails a claim
    (r"≈ best,? ?", ""),  # what cannot be told from the best
    (r"[ \t]+", " "),
)


def shape(text: str) -> list[str]:
    """Lines of a text, with numbers, dates, bars, verdicts and distances set aside."""
    for pattern, instead in _SET_ASIDE:
        text = re.sub(pattern, instead, text, flags=re.MULTILINE)
    return [line.strip() for line in text.splitlines()]


def words(text: str) -> list[str]:
    """The same, wherever its lines end."""
    return " ".join(shape(text)).split()
