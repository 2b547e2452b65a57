from __future__ import annotations

import unicodedata

import pytest

from simtrain.errors import Mistake, printable, shown

ESCAPES = {
    "\x1b]0;x\x07": "\\u001b]0;x\\u0007",
    "a\nfake.toml:1: ok": "a\\u000afake.toml:1: ok",
    "\x9b2J": "\\u009b2J",
    "\u202egnp.exe": "\\u202egnp.exe",
    "\u2028next": "\\u2028next",
    "\udcff": "\\udcff",
    "\U000e0041": "\\U000e0041",
}


@pytest.mark.parametrize(("raw", "expected"), ESCAPES.items())
def test_what_a_terminal_obeys_or_nobody_sees_is_reported_as_a_number(
    raw: str, expected: str
) -> None:
    assert printable(raw) == expected
    assert str(Mistake("file", raw, "is wrong")) == f"file: {expected}: is wrong"
    assert shown(raw).isprintable()


def test_what_can_be_read_stays() -> None:
    text = "Häuser 中文 עברית 🙂 a\xa0b — 👩\u200d🔬"
    assert printable(text) == text
    assert printable("a\tb\nc\r", but="\n\t") == "a\tb\nc\\u000d"


def test_no_control_character_is_left_out() -> None:
    left = [
        f"U+{number:04X}"
        for number in range(0x110000)
        if unicodedata.category(chr(number)) in ("Cc", "Cs", "Zl", "Zp")
        or unicodedata.bidirectional(chr(number)) in ("LRE", "RLE", "PDF", "LRO", "RLO")
        or unicodedata.bidirectional(chr(number)) in ("LRI", "RLI", "FSI", "PDI")
        if printable(chr(number)) == chr(number)
    ]
    assert left == []
