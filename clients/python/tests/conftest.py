import os
import pathlib
import shlex
import sys

import pytest

sys.path.insert(0, str(pathlib.Path(__file__).parents[1] / "src"))
repository = pathlib.Path(__file__).parents[3]
os.environ.setdefault("TUNEWRIGHT_COMMAND", shlex.join(["node", str(repository / "bin/tunewright.cjs")]))


@pytest.fixture
def database(tmp_path):
    return str(tmp_path / "kept.sqlite")
