"""The tables of clusters and of their leaders, as offices hand them in."""

from datetime import date
from pathlib import Path

import pytest

from bangfu.programme.catalogue import reader_catalogue
from bangfu.programme.tables.read import FolderTables, read_folder
from bangfu.schemes.load import load_catalogue
from bangfu.vocabulary.errors import FaultsFound

PLACES = """代码,名称,层级,上级代码,代码体系
339901001000,甲镇,township,,nbs
339901001201,东村,village,339901001000,nbs
339901001202,西村,village,339901001000,nbs
"""
CLUSTERS = """片区代码,行政区划代码,角色,开工日期,建成日期
P1,339901001201,重点村,2025-06-01,
P1,339901001202,member,2025-06-01,
"""


def read(folder: Path, clusters: str, leaders: str = "") -> FolderTables:
    (folder / "places.csv").write_text(PLACES, encoding="utf-8")
    (folder / "clusters.csv").write_text(clusters, encoding="utf-8")
    if leaders:
        (folder / "cluster_leaders.csv").write_text(leaders, encoding="utf-8")
    return read_folder(folder, catalogue=reader_catalogue(load_catalogue()))


def test_chinese_heads_and_either_word_for_a_role_are_read(tmp_path: Path) -> None:
    table = read(tmp_path, CLUSTERS).tables["clusters"]
    assert table["role"].to_list() == ["重点村", "member"]
    assert table["started_on"].to_list() == [date(2025, 6, 1)] * 2
    assert table["built_on"].to_list() == [None, None]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("P1,339901001202", "P1,339901001201"),  # the same village twice in one cluster
        ("P1,339901001202", "P1,339901001299"),  # a code that places does not hold
        ("member", "helper"),  # a role nobody knows
        ("P1,339901001202", ",339901001202"),  # no cluster
        ("2025-06-01", "2025-13-01"),
    ],
)
def test_a_row_that_cannot_be_is_refused(tmp_path: Path, old: str, new: str) -> None:
    with pytest.raises(FaultsFound):
        read(tmp_path, CLUSTERS.replace(old, new, 1))


def test_a_village_may_stand_in_two_clusters(tmp_path: Path) -> None:
    twice = f"{CLUSTERS}P2,339901001202,hub,2025-07-01,\n"
    assert read(tmp_path, twice).tables["clusters"].height == 3


def test_leaders_are_those_of_a_cluster(tmp_path: Path) -> None:
    leaders = "片区代码,职责,开始日期,结束日期\nP1,县级领导,2025-06-01,\n"
    table = read(tmp_path, CLUSTERS, leaders).tables["cluster_leaders"]
    assert table.select("cluster_code", "role", "ends_on").rows() == [("P1", "县级领导", None)]
