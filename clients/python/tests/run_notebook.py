"""Runs a notebook cell by cell under another Python and prints what its cells showed, as JSON."""

import json
import sys

import nbformat
from jupyter_client.kernelspec import KernelSpec
from jupyter_client.manager import AsyncKernelManager
from nbclient import NotebookClient

python, path = sys.argv[1:3]


class OwnPython(AsyncKernelManager):
    @property
    def kernel_spec(self):
        return KernelSpec(argv=[python, "-m", "ipykernel_launcher", "-f", "{connection_file}"], display_name="own")


notebook = nbformat.read(path, as_version=4)
NotebookClient(notebook, timeout=180, km=OwnPython()).execute()
cells = [cell for cell in notebook.cells if cell.cell_type == "code"]
shown = [[list(output.get("data", {}).values()) for output in cell.outputs] for cell in cells]
streams = ["".join(output.get("text", "") for output in cell.outputs) for cell in cells]
print(json.dumps({"shown": shown, "streams": streams}))
