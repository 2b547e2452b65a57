"""Run the notebooks and keep their output: ``python docs/notebooks.py``, or `make refresh`."""

from __future__ import annotations

from pathlib import Path

import nbformat
from asked import asked
from nbclient import NotebookClient

FOLDER = Path(__file__).parent.parent / "notebooks"


def executed(file: Path) -> nbformat.NotebookNode:
    """The notebook with what its cells say today.

    Raises
    ------
    nbclient.exceptions.CellExecutionError
        If a cell fails.
    """
    notebook = nbformat.read(file, as_version=4)
    client = NotebookClient(notebook, timeout=600, resources={"metadata": {"path": str(FOLDER)}})
    client.execute()
    for cell in notebook.cells:
        cell.metadata.pop("execution", None)  # when it ran is not what it says
    return notebook


if __name__ == "__main__":
    by_name = {file.stem: file for file in sorted(FOLDER.glob("*.ipynb"))}
    for file in map(by_name.__getitem__, asked(__doc__, [*by_name])):
        nbformat.write(executed(file), file)
