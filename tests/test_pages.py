"""Pages lead somewhere: every link between them, and every place of the site."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT / "docs"))
from asked import asked  # noqa: E402

PAGES = sorted([ROOT / "README.md", ROOT / "CONTRIBUTING.md", *(ROOT / "docs").glob("*.md")])
LINK = re.compile(r"\]\((?!https?:)([^)\s]+)\)")


def anchors(page: Path) -> set[str]:
    """Names of the headings of a page, as links spell them."""
    headings = re.findall(r"^#+ (.+)$", page.read_text("utf-8"), re.MULTILINE)
    plain = (re.sub(r"[^\w\- ]", "", heading.lower()) for heading in headings)
    return {heading.strip().replace(" ", "-") for heading in plain}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_every_link_leads_to_a_file_and_a_heading(page: Path) -> None:
    for link in LINK.findall(page.read_text("utf-8")):
        file, _, heading = link.partition("#")
        target = page.parent / file if file else page
        if target != ROOT / "docs/_build/html/index.html":
            assert target.exists(), link
        if heading:
            assert heading in anchors(target), link


def test_every_page_has_a_place_in_the_site() -> None:
    listed = re.findall(r"^([\w-]+)$", (ROOT / "docs/index.md").read_text("utf-8"), re.MULTILINE)
    assert sorted([*listed, "index"]) == sorted(page.stem for page in (ROOT / "docs").glob("*.md"))


def test_the_readme_is_short_and_one_s_own_cluster_comes_early() -> None:
    lines = (ROOT / "README.md").read_text("utf-8").splitlines()
    assert len(lines) <= 150
    assert lines.index("## Your own cluster") < 60


@pytest.mark.parametrize(
    ("words", "code", "told"),
    [(["--help"], 0, "usage"), (["none"], 2, "there is no 'none'; there are fit, tour")],
)
def test_a_script_that_refreshes_pages_does_not_for_help_nor_for_another_page(
    words: list[str],
    code: int,
    told: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    for given, names in (([], ["fit", "tour"]), (["tour"], ["tour"])):
        monkeypatch.setattr(sys, "argv", ["console.py", *given])
        assert asked("about", ["fit", "tour"]) == names
    monkeypatch.setattr(sys, "argv", ["console.py", *words])
    with pytest.raises(SystemExit) as ended:
        asked("about", ["fit", "tour"])
    assert ended.value.code == code
    assert told in "".join(capsys.readouterr())
