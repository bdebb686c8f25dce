"""The tutorial is what it says: its commands run, its files appear, both languages agree."""

import os
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

TUTORIAL = Path(__file__).parents[2] / "docs" / "tutorial"
BLOCK = re.compile(r"((?:<!-- .*? -->\n)*)```sh\n(.*?)```\n", re.DOTALL)
#: Where the command line of this environment is installed.
SCRIPTS = Path(sys.executable).parent


@dataclass(frozen=True)
class Block:
    """Commands of the page, and what the comments above them promise."""

    commands: str
    exit_code: int
    makes: tuple[str, ...]
    says: str


def blocks(page: str) -> list[Block]:
    text = (TUTORIAL / page).read_text(encoding="utf-8")
    found = []
    for comments, commands in BLOCK.findall(text):
        notes = dict(re.findall(r"<!-- (\w+): (.*?) -->", comments))
        found.append(
            Block(
                commands,
                int(notes.get("exit", 0)),
                tuple(notes.get("makes", "").split()),
                notes.get("says", ""),
            )
        )
    return found


@pytest.fixture
def environment() -> dict[str, str]:
    if not (SCRIPTS / "bangfu").exists():
        pytest.skip("the command bangfu is not installed beside this Python")
    clean = {name: text for name, text in os.environ.items() if not name.startswith("BANGFU_")}
    return {**clean, "PATH": f"{SCRIPTS}{os.pathsep}{os.environ['PATH']}"}


def test_every_command_of_the_tutorial_does_what_the_page_says(
    tmp_path: Path, environment: dict[str, str]
) -> None:
    steps = blocks("first-run.md")
    for step in steps:
        done = subprocess.run(
            ["bash", "-euc", step.commands],
            cwd=tmp_path,
            env=environment,
            capture_output=True,
            encoding="utf-8",
        )
        said = f"{step.commands}\n{done.stdout}\n{done.stderr}"
        assert step.exit_code == done.returncode, said
        assert step.says in done.stderr, said
        assert [name for name in step.makes if not (tmp_path / name).is_file()] == [], said
    assert len(steps) >= 6
    assert not (tmp_path / "first" / "never").exists()


def test_the_chinese_tutorial_gives_the_same_commands() -> None:
    english = [
        step.commands.replace("bangfu --lang en ", "bangfu ") for step in blocks("first-run.md")
    ]
    assert english == [step.commands for step in blocks("first-run.zh.md")]
