"""Every notebook runs from its first cell to its last, and shows what it promises."""

import re
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

from tests.children import ENVIRONMENT, LIMIT_S, Children
from tests.shapes import shape

FOLDER = Path(__file__).parents[1] / "notebooks"
NOTEBOOKS = sorted(FOLDER.glob("*.ipynb"))

pytestmark = pytest.mark.slow


def shown(notebook: nbformat.NotebookNode) -> list[list[object]]:
    """What each cell puts out: the shape of what it prints, and kinds of pictures and tables."""
    return [
        [
            # A kernel that is busy hands on what a cell prints in several pieces.
            shape("".join(output["text"] for output in outputs if "text" in output)),
            *(sorted(output["data"]) for output in outputs if "data" in output),
        ]
        for outputs in (cell.get("outputs", ()) for cell in notebook.cells)
    ]


COMPILED = "from simtrain.sampling import engines; engines._pays = lambda *_: True\n"
"""Which engine simulates moves nothing that is shown; in the whole, few trials of many points are
of SimPy, and take it longer than the other one takes to load."""


def run(notebook: nbformat.NotebookNode, children: Children) -> None:
    """Run the cells, with as few trials as do for what they ask, by compiled code."""
    first = next(cell for cell in notebook.cells if cell.cell_type == "code")
    first.source = COMPILED + first.source
    for cell in notebook.cells:
        few = 36 if "p90(" in cell.source else 5
        cell.source = re.sub(r"trials=\d+", f"trials={few}", cell.source)
    client = NotebookClient(
        notebook, timeout=LIMIT_S, resources={"metadata": {"path": str(FOLDER)}}
    )
    client.on_notebook_start = lambda notebook: children.adopt(client.km.provisioner.pid)
    client.execute(env=ENVIRONMENT)


@pytest.mark.parametrize("file", NOTEBOOKS, ids=lambda file: file.stem)
@pytest.mark.filterwarnings("ignore::DeprecationWarning")  # Jupyter's own
def test_a_notebook_runs_and_shows_what_it_shows_on_its_page(
    file: Path, children: Children
) -> None:
    stored, fresh = (nbformat.read(file, as_version=4) for _ in range(2))
    run(fresh, children)
    assert shown(fresh) == shown(stored)
    assert any("image/png" in kinds for cell in shown(stored) for kinds in cell)
