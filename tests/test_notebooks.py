"""Every notebook runs from its first cell to its last, and shows what it promises."""

from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

FOLDER = Path(__file__).parents[1] / "notebooks"
NOTEBOOKS = sorted(FOLDER.glob("*.ipynb"))


def kinds(notebook: nbformat.NotebookNode) -> list[list[str]]:
    """Kinds of what each cell puts out: a picture, a table, a text."""
    return [
        sorted(kind for output in cell.get("outputs", ()) for kind in output.get("data", ["text"]))
        for cell in notebook.cells
    ]


@pytest.mark.parametrize("file", NOTEBOOKS, ids=lambda file: file.stem)
@pytest.mark.filterwarnings("ignore::DeprecationWarning")  # Jupyter's own
def test_a_notebook_runs_and_shows_what_it_shows_on_its_page(file: Path) -> None:
    stored = nbformat.read(file, as_version=4)
    fresh = nbformat.read(file, as_version=4)
    NotebookClient(fresh, timeout=240, resources={"metadata": {"path": str(FOLDER)}}).execute()
    assert kinds(fresh) == kinds(stored)
    assert any("image/png" in shown for shown in kinds(stored))


def test_there_are_notebooks() -> None:
    assert NOTEBOOKS
