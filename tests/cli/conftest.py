"""Calling the command line inside this process, on copies of small synthetic folders."""

import shutil
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from bangfu.cli.app import main
from bangfu.programme.sample.make import make_sample
from bangfu.schemes.load import load_scheme

SCHEMES = ("gd-2021", "tc-2023", "zj-2025-townships", "zj-2025-villages")


@dataclass(frozen=True)
class Ended:
    """How a call ended: exit code, and what it wrote."""

    code: int
    out: str
    err: str


Call = Callable[..., Ended]
Folder = Callable[[str], Path]


@pytest.fixture
def bangfu(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Call:
    """Call ``bangfu`` with these words; no traceback may ever show."""
    monkeypatch.delenv("BANGFU_HOME", raising=False)
    monkeypatch.delenv("BANGFU_LANG", raising=False)
    monkeypatch.delenv("BANGFU_SCHEMES", raising=False)
    monkeypatch.setenv("COLUMNS", "200")

    def call(*words: object) -> Ended:
        monkeypatch.setattr(sys, "argv", ["bangfu", *map(str, words)])
        capsys.readouterr()
        with pytest.raises(SystemExit) as ended:
            main()
        told = capsys.readouterr()
        assert "Traceback" not in told.err + told.out
        return Ended(int(ended.value.code or 0), told.out, told.err)

    return call


@pytest.fixture(scope="session")
def samples(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A synthetic county for each scheme, made once."""
    base = tmp_path_factory.mktemp("samples")
    for scheme_id in SCHEMES:
        make_sample(load_scheme(scheme_id), base / scheme_id, size="county", seed=1)
    return base


@pytest.fixture
def folder(samples: Path, tmp_path: Path) -> Folder:
    """A copy of the county of a scheme, to be damaged at will."""

    def copy(scheme_id: str) -> Path:
        target = tmp_path / "data"
        if target.exists():
            shutil.rmtree(target)
        shutil.copytree(samples / scheme_id, target)
        return target

    return copy


@pytest.fixture
def county(tmp_path: Path) -> Path:
    """A small sound folder for gd-2021: a county with two towns, read in no time."""
    data = tmp_path / "data"
    data.mkdir()
    (data / "places.csv").write_text(
        "code,name,level,parent_code,kind,code_system\n"
        "441400000000,梅州市,city,,,nbs\n"
        "441491000000,示例县,county,441400000000,,nbs\n"
        "441491101000,甲镇,township,441491000000,镇,nbs\n"
        "441491102000,乙镇,township,441491000000,镇,nbs\n",
        encoding="utf-8",
    )
    (data / "indicators.csv").write_text(
        "place_code,indicator,period,value,unit\n"
        "441491101000,常住人口,2024,12000,人\n"
        "441491102000,常住人口,2024,34000,人\n"
        "441491101000,居民人均可支配收入,2024,31000,元\n"
        "441491102000,居民人均可支配收入,2024,29000,元\n",
        encoding="utf-8",
    )
    (data / "list_members.csv").write_text(
        "place_code,class\n441491101000,重点帮扶镇\n441491102000,巩固提升镇\n", encoding="utf-8"
    )
    return data
