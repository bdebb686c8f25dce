"""Importing a workbook into the site, beside django-import-export's default on the same file.

    python bench/site_import.py [--postgres postgres://...] [--rows 20000] [--only WHAT]

Prints seconds and ratios with the machine and its load: (1) 20,000 rows of 10 columns, read,
previewed with differences and faults, written with history; (2) a list page read every 100 ms
while 100,000 rows are imported on SQLite; (3) 100,000 rows of which 5 % are identical pairs.
Each measurement runs on a fresh site in a process of its own. The figures are invented.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

VILLAGES = 10_000
HEAD = ["行政区划代码", "指标", "期间", "数值", "计量单位", "数据来源"]
FURTHER = ["备注", "填表人", "核对", "附注"]
LIMIT_RATIO = 0.25
LIMIT_PAGE_S = 1.0


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--postgres", default="", help="address of a server, with a right to create"
    )
    parser.add_argument("--rows", type=int, default=20_000)
    parser.add_argument("--only", choices=("beside", "page", "pairs"), default=None)
    parser.add_argument("--assert", dest="strict", action="store_true")
    parser.add_argument("--part", default="", help=argparse.SUPPRESS)
    parser.add_argument("--file", default="", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.part:
        print(json.dumps(PARTS[arguments.part](Path(arguments.file))))
        return
    machine = platform.processor() or platform.machine()
    print(f"{machine}, {os.cpu_count()} cores, Python {platform.python_version()}, load {_load()}")
    good = True
    if arguments.only in (None, "beside"):
        good &= _beside(arguments.rows, "")
        if arguments.postgres:
            good &= _beside(arguments.rows, arguments.postgres)
    if arguments.only in (None, "page"):
        good &= _page(100_000)
    if arguments.only in (None, "pairs"):
        good &= _pairs(100_000)
    if arguments.strict and not good:
        sys.exit("a limit was missed")


def _load() -> str:
    return f"{os.getloadavg()[0]:.1f}"


def _beside(rows: int, postgres: str) -> bool:
    """Ours and theirs on the same file, one after the other."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "figures.xlsx"
        write_workbook(file, rows)
        name = "PostgreSQL" if postgres else "SQLite"
        before = _load()
        ours = _part("ours", file, postgres)
        theirs = _part("theirs", file, postgres)
    ratio = ours["seconds"] / theirs["seconds"]
    print(f"{rows:,} rows x 10 columns, {name} (load {before} to {_load()})")
    for label, one in (("ours", ours), ("django-import-export", theirs)):
        steps = ", ".join(f"{step} {seconds:.1f}" for step, seconds in one["steps"].items())
        print(f"  {label}: {one['seconds']:.1f} s ({steps}); {one['figures']:,} figures held")
    print(f"  ratio {ratio:.3f} (limit {LIMIT_RATIO})")
    return bool(ratio <= LIMIT_RATIO and ours["figures"] == theirs["figures"] == rows)


def _page(rows: int) -> bool:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "figures.xlsx"
        write_workbook(file, rows)
        found = _part("page", file, "")
    print(
        f"list of places read {found['reads']} times during an import of {rows:,} rows on SQLite "
        f"({found['import_s']:.1f} s, load {_load()}): "
        f"median {found['median_s'] * 1000:.0f} ms, longest {found['longest_s'] * 1000:.0f} ms; "
        f"a clerk's saving took {found['longest_write_s'] * 1000:.0f} ms at most"
    )
    return bool(found["longest_s"] < LIMIT_PAGE_S)


def _pairs(rows: int) -> bool:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "figures.xlsx"
        write_workbook(file, rows, identical=rows // 20)
        found = _part("pairs", file, "")
    print(
        f"{rows:,} rows with {rows // 20:,} identical pairs: {found['new']:,} new, "
        f"{found['doubled']:,} told as doubled, {found['wrong']} held wrong, "
        f"{found['twice']} held twice"
    )
    return bool(found["wrong"] == found["twice"] == 0 and found["doubled"] == rows // 20)


def _part(part: str, file: Path, postgres: str) -> Any:
    """One measurement in a process of its own, on a fresh site."""
    with tempfile.TemporaryDirectory() as home:
        environment = {**os.environ, "BANGFU_HOME": home, "BANGFU_LOG_LEVEL": "ERROR"}
        environment["DJANGO_SETTINGS_MODULE"] = "bangfu.web.settings"
        environment.pop("DATABASE_URL", None)
        name = f"bench_import_{os.getpid()}"
        if postgres:
            _admin(postgres, f"DROP DATABASE IF EXISTS {name}", f"CREATE DATABASE {name}")
            environment["DATABASE_URL"] = urlsplit(postgres)._replace(path=f"/{name}").geturl()
        words = [sys.executable, __file__, "--part", part, "--file", str(file)]
        done = subprocess.run(words, env=environment, capture_output=True, text=True, check=False)
        if postgres:
            _admin(postgres, f"DROP DATABASE {name} WITH (FORCE)")
        if done.returncode:
            sys.exit(done.stderr)
        return json.loads(done.stdout.splitlines()[-1])


def _admin(postgres: str, *statements: str) -> None:
    import psycopg

    server = urlsplit(postgres)._replace(path="/postgres").geturl()
    with psycopg.connect(server, autocommit=True) as connection:
        for statement in statements:
            connection.execute(statement)


def write_workbook(file: Path, rows: int, *, identical: int = 0) -> None:
    """A long table of ten columns; the last rows repeat the first ``identical`` ones."""
    import xlsxwriter

    with xlsxwriter.Workbook(file, {"constant_memory": True}) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, [*HEAD, *FURTHER])
        distinct = rows - identical
        for number in range(rows):
            at = number if number < distinct else number - distinct
            village, series = at % VILLAGES, at // VILLAGES
            element, period = ("户数", "人口")[series % 2], str(2015 + series // 2)
            unit = "户" if element == "户数" else "人"
            cells = [f"339{village:09d}", element, period, 300 + at % 97, unit, "示例"]
            sheet.write_row(number + 1, 0, [*cells, "", "示例", "是", ""])


def _site() -> Any:
    """A fresh site with 10,000 villages under one town, two elements, one county account."""
    sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
    import django

    django.setup()
    from django.conf import settings
    from django.core.management import call_command

    settings.HOME.make()
    call_command("migrate", verbosity=0)
    from tests.records.factories import a_tree, an_account

    from bangfu.records.catalogue.models import DataElement
    from bangfu.records.places.models import Place
    from bangfu.vocabulary.period import FOREVER

    tree = a_tree()
    for element, label, unit in (("households", "户数", "户"), ("population", "人口", "人")):
        DataElement.objects.create(
            element=element, label_zh=label, label_en=element, kind="int", unit=unit,
            levels=["village"],
        )  # fmt: skip
    town = tree["甲一镇"]
    villages = Place.objects.bulk_create(
        Place(
            level="village", code_system="nbs", code=f"339{n:09d}", name=f"第{n}村", parent=town,
            ended_on=FOREVER,
        )
        for n in range(VILLAGES)
    )  # fmt: skip
    for village in villages:
        village.path = village.reporting_path = f"{town.path}{village.pk}/"
    Place.objects.bulk_update(villages, ["path", "reporting_path"], batch_size=1000)
    return an_account("county", "county_office", tree["甲县"])


def _ours(file: Path) -> dict[str, Any]:
    actor = _site()
    steps, batch = _imported(file, actor)
    from bangfu.records.figures.models import Observation

    assert batch.state == "merged", batch.findings
    return {
        "seconds": sum(steps.values()),
        "steps": steps,
        "figures": Observation.objects.count(),
    }


def _imported(file: Path, actor: Any) -> tuple[dict[str, float], Any]:
    from bangfu.records.imports.actions import hand_in, merge
    from bangfu.records.imports.models import ImportBatch
    from bangfu.records.imports.storage import keep_file
    from bangfu.records.jobs.worker import Worker

    worker = Worker("bench")
    begun = time.perf_counter()
    batch = hand_in(keep_file(file.name, [file.read_bytes()]), actor=actor)
    worker.work_off()
    previewed = time.perf_counter()
    batch = ImportBatch.objects.get(pk=batch.pk)
    merge(batch, seen_version=batch.version, actor=actor)
    worker.work_off()
    merged = time.perf_counter()
    steps = {"read and preview": previewed - begun, "write": merged - previewed}
    return steps, ImportBatch.objects.get(pk=batch.pk)


def _theirs(file: Path) -> dict[str, Any]:
    """As its admin does by default: read, a dry run with differences, then the import."""
    _site()
    import tablib
    from django.utils import timezone
    from import_export import fields, resources, widgets

    from bangfu.records.catalogue.models import DataElement
    from bangfu.records.figures.models import Observation
    from bangfu.records.places.models import Place

    class ByCode(widgets.ForeignKeyWidget):  # type: ignore[misc]
        """With the code system named, so that their look-up goes by the index too."""

        def get_queryset(self, value: Any, row: Any, *args: Any, **kwargs: Any) -> Any:
            return self.model.objects.filter(code_system="nbs")

    class Figures(resources.ModelResource):  # type: ignore[misc]
        place = fields.Field("place", HEAD[0], ByCode(Place, "code"))
        element = fields.Field(
            "element", HEAD[1], widgets.ForeignKeyWidget(DataElement, "label_zh")
        )
        period = fields.Field("period", HEAD[2], widgets.CharWidget())
        value_int = fields.Field("value_int", HEAD[3], widgets.IntegerWidget())
        source = fields.Field("source", HEAD[5])

        class Meta:
            model = Observation
            import_id_fields = ("place", "element", "period")
            fields = ("place", "element", "period", "value_int", "source")

        def before_save_instance(self, instance: Any, row: Any, **more: Any) -> None:
            instance.entered_at = instance.entered_at or timezone.now()

    begun = time.perf_counter()
    dataset = tablib.Dataset().load(file.read_bytes(), format="xlsx")
    read = time.perf_counter()
    preview = Figures().import_data(dataset, dry_run=True, raise_errors=True)
    assert not preview.has_errors()
    previewed = time.perf_counter()
    Figures().import_data(dataset, dry_run=False, raise_errors=True)
    done = time.perf_counter()
    steps = {"read": read - begun, "preview": previewed - read, "write": done - previewed}
    return {"seconds": done - begun, "steps": steps, "figures": Observation.objects.count()}


def _page_during(file: Path) -> dict[str, Any]:
    """The list of places read and a small row written every 100 ms while a worker imports."""
    actor = _site()
    from django.db import connection
    from django.test import Client

    from bangfu.records.accounts.models import Account

    took: list[float] = []
    ended = threading.Event()
    result: dict[str, float] = {}

    def work() -> None:
        begun = time.perf_counter()
        _imported(file, actor)
        result["import_s"] = time.perf_counter() - begun
        ended.set()
        connection.close()

    client = Client(SERVER_NAME="127.0.0.1")
    client.force_login(actor)
    assert client.get("/places/").status_code == 200
    thread = threading.Thread(target=work)
    thread.start()
    writes: list[float] = []
    while not ended.wait(0.1):
        begun = time.perf_counter()
        assert client.get("/places/").status_code == 200
        took.append(time.perf_counter() - begun)
        begun = time.perf_counter()
        Account.objects.filter(pk=actor.pk).update(failed_sign_ins=0)
        writes.append(time.perf_counter() - begun)
    thread.join()
    return {
        **result,
        "reads": len(took),
        "median_s": sorted(took)[len(took) // 2],
        "longest_s": max(took),
        "longest_write_s": max(writes),
    }


def _identical(file: Path) -> dict[str, Any]:
    actor = _site()
    from django.db.models import Count

    from bangfu.records.figures.models import Observation

    _, batch = _imported(file, actor)
    wrong = 0
    rows = Observation.objects.values_list(
        "place__code", "element__label_zh", "period", "value_int"
    )
    for code, label, period, value in rows.iterator():
        series = (int(period) - 2015) * 2 + ("户数", "人口").index(label)
        at = series * VILLAGES + int(code[3:])
        wrong += value != 300 + at % 97
    twice = Observation.objects.values("place", "element", "period", "release")
    return {
        "new": batch.written.get("new", 0),
        "doubled": batch.counts.get("doubled", 0),
        "wrong": wrong,
        "twice": twice.annotate(n=Count("id")).filter(n__gt=1).count(),
    }


PARTS = {"ours": _ours, "theirs": _theirs, "page": _page_during, "pairs": _identical}


if __name__ == "__main__":
    main()
