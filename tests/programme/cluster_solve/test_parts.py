"""Without the parts of the solver the rest works, and the command says what to install."""

import subprocess
import sys

import pytest

from bangfu.programme.cluster_solve.parts import SOLVER_PARTS, require_solver
from bangfu.vocabulary.errors import FaultsFound


def test_all_parts_there_is_no_fault() -> None:
    require_solver()


@pytest.mark.parametrize("name", SOLVER_PARTS)
def test_an_absent_part_is_named_with_what_to_install(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, name, None)
    with pytest.raises(FaultsFound) as found:
        require_solver()
    sentence = found.value.faults[0].sentence("en")
    assert name in sentence
    assert "pip install 'bangfu[clusters]'" in sentence


def test_other_commands_load_no_part_of_the_solver() -> None:
    code = "import sys, bangfu.cli; print([n for n in ('numba', 'highspy') if n in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.stdout.strip() == "[]", done.stderr
