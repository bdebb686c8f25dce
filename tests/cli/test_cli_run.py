"""What a run leaves behind: every table of the contract, run.json, the report, the exit code."""

import csv
import json
from pathlib import Path

import polars as pl
import pytest

from bangfu.programme.catalogue import reader_catalogue
from bangfu.programme.tables.read import read_folder
from bangfu.schemes.load import load_scheme

CONTRACT = {
    "targets": "place_code,name,level,class,verdict,score,rank,reason,clauses",
    "quotas": "scope,helper_code,recipient_code,layer,rule_value,published_value,value,"
    "deviation,clauses",
    "slots": "place_code,slot,required,present,clauses",
    "funding": "payer,payee,purpose,year,units,unit_fen,pool_fen,share_fen,basis,clauses",
    "allotment": "place_code,year,amount_fen,factors,basis",
    "duties": "duty_id,actor,object_code,period,due,clauses",
    "goals": "goal_id,place_code,period,value,threshold,op,result,status,clauses",
    "evaluation": "place_code,period,score,rank_low,rank_high,parts",
    "exits": "place_code,decided_on,retained_until,clauses",
    "registers": "register,place_code,required,present,gap,clauses",
}
TABLES = {
    "gd-2021": {"targets", "quotas", "slots", "funding", "duties", "goals", "registers"},
    "tc-2023": {"targets", "slots", "funding", "duties", "goals", "registers"},
    "zj-2025-townships": {"targets", "slots", "duties", "goals", "registers"},
    "zj-2025-villages": {
        "targets", "slots", "funding", "duties", "goals", "evaluation", "exits", "registers",
    },
}  # fmt: skip
RECORD_KEYS = {"scheme", "scheme_hash", "inputs", "as_of", "versions", "seconds", "skipped"}


@pytest.mark.parametrize("scheme_id", TABLES)
def test_a_run_writes_every_table_with_the_contract_columns(bangfu, folder, tmp_path, scheme_id):
    data, out = folder(scheme_id), tmp_path / "out"
    ended = bangfu("run", scheme_id, data, "--out", out)
    assert (ended.code, ended.err) == (0, "")
    written = {path.stem for path in out.glob("*.csv")}
    assert written >= TABLES[scheme_id]
    for path in out.glob("*.csv"):
        content = path.read_bytes()
        assert not content.startswith(b"\xef\xbb\xbf")
        heads = next(csv.reader(content.decode("utf-8").splitlines()))
        assert len(set(heads)) == len(heads)
        assert set(heads) >= set(CONTRACT.get(path.stem, "").split(",")) - {""}
    _check_record(json.loads((out / "run.json").read_text("utf-8")), data, scheme_id)
    report = (out / "report.html").read_text("utf-8")
    assert report.lstrip().lower().startswith("<!doctype html>")
    assert "</html>" in report


def _check_record(record, data: Path, scheme_id: str) -> None:
    assert set(record) >= RECORD_KEYS | {"summary"}
    scheme = load_scheme(scheme_id)
    assert (record["scheme"], record["scheme_hash"]) == (scheme_id, scheme.content_hash)
    read = read_folder(data, catalogue=reader_catalogue(scheme.catalogue))
    assert record["inputs"] == read.files
    assert set(record["seconds"]) >= {"targets", "goals", "registers"}
    assert record["summary"]
    for item in record["summary"]:
        assert set(item) >= {"id", "value", "unit", "clauses"}
        assert set(item["clauses"]) <= set(scheme.clauses)
    ids = [item["id"] for item in record["summary"]]
    assert len(set(ids)) == len(ids)


@pytest.mark.parametrize(("too_many", "code"), [(0, 0), (1, 1)])
def test_a_wrong_cell_of_published_quotas_ends_the_run_with_1(
    bangfu, county, tmp_path, too_many, code
):
    (county / "published_quotas.csv").write_text(
        "helper_code,recipient_code,layer,value\n"
        f"440100000000,441400000000,helper_city,{_printed() + too_many}\n",
        encoding="utf-8",
    )
    ended = bangfu("run", "gd-2021", county, "--out", tmp_path / "out")
    assert ended.code == code
    assert ("不符：任务数表" in ended.out) == (code == 1)
    record = json.loads((tmp_path / "out" / "run.json").read_text("utf-8"))
    failed = [check["id"] for check in record["checks"] if check["outcome"] == "failed"]
    assert failed == (["quotas.office_table"] if code else [])


def _printed() -> int:
    """The number the document prints for Meizhou under Guangzhou."""
    quota = load_scheme("gd-2021").pairing.quotas[0]
    row = next(row for row in quota.published.rows if row.recipient == "441400000000")
    return row.numbers["helper_city"]


def test_running_twice_gives_the_same_tables_and_replaces_the_earlier_result(
    bangfu, county, tmp_path
):
    out = tmp_path / "out"
    assert bangfu("run", "gd-2021", county, "--out", out).code == 0
    (out / "left_over.txt").write_text("from an earlier version")
    first = {path.name: path.read_bytes() for path in out.glob("*.csv")}
    assert bangfu("run", "gd-2021", county, "--out", out).code == 0
    assert {path.name: path.read_bytes() for path in out.glob("*.csv")} == first
    assert not (out / "left_over.txt").exists()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["data", "out"]


def test_a_changed_figure_moves_the_money_and_is_recorded(bangfu, county, tmp_path):
    setting = "funding.standard_per_town=3000万元"
    assert bangfu("run", "gd-2021", county, "--out", tmp_path / "out", "--set", setting).code == 0
    record = json.loads((tmp_path / "out" / "run.json").read_text("utf-8"))
    assert record["overlay"] == {"funding.standard_per_town": "3000万元"}
    funding = pl.read_csv(tmp_path / "out" / "funding.csv")
    assert funding.filter(pl.col("year") == 2021)["share_fen"].sum() == 901 * 3_000_000_000


def test_a_gb18030_file_is_read_as_it_stands(bangfu, county, tmp_path):
    places = county / "places.csv"
    places.write_bytes(places.read_text("utf-8").encode("gb18030"))
    assert bangfu("run", "gd-2021", county, "--out", tmp_path / "out").code == 0
    targets = pl.read_csv(tmp_path / "out" / "targets.csv")
    assert sorted(targets["name"]) == ["乙镇", "甲镇"]
    record = json.loads((tmp_path / "out" / "run.json").read_text("utf-8"))
    assert {"step": "read", "message": "places.csv：按 GB18030 编码读取"}.items() <= next(
        notice.items() for notice in record["notices"] if "GB18030" in notice["message"]
    )
