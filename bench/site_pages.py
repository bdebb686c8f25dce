"""Server time and query counts of the hot pages at province size, on both databases.

25,000 villages in 1,250 townships of 90 counties, 12 elements over 10 years: 3 million figures.

    python bench/site_pages.py                 # SQLite
    DATABASE_URL=postgres://... python bench/site_pages.py
    python bench/site_pages.py --keep DIR      # leave the loaded database behind
    python bench/site_pages.py --reuse DIR     # ask again of what was left

A database named ``bangfu_bench`` is made on PostgreSQL; SQLite gets a file in a folder of its own.
The limit is a 95th percentile of 100 ms for every page. Beside the time on the clock stands the
time of this process, which a busy machine does not lengthen (on PostgreSQL without the server's).
"""

from __future__ import annotations

import argparse
import gc
import os
import statistics
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from datetime import date, datetime
from itertools import islice
from typing import Any

LIMIT_MS = 100
YEARS = range(2016, 2026)


def prepare(keep: str, *, reuse: bool) -> None:
    """Point the site at a database of the bench's own, made anew unless a kept one is read."""
    os.environ["BANGFU_HOME"] = keep or tempfile.mkdtemp(prefix="bangfu-bench-")
    address = os.environ.get("DATABASE_URL", "")
    if address:
        os.environ["DATABASE_URL"] = address.rsplit("/", 1)[0] + "/bangfu_bench"
    if address and not reuse:
        import psycopg

        with psycopg.connect(address, autocommit=True) as server:
            server.execute("DROP DATABASE IF EXISTS bangfu_bench")
            server.execute("CREATE DATABASE bangfu_bench")
    os.environ["DJANGO_SETTINGS_MODULE"] = "bangfu.web.settings"
    import django

    django.setup()
    from django.conf import settings
    from django.core.management import call_command

    settings.HOME.make()
    settings.ALLOWED_HOSTS = ["*"]
    settings.SECOND_FACTOR = "off"
    call_command("migrate", verbosity=0, interactive=False)


def tree(counties: int, townships: int, villages: int) -> dict[str, list[Any]]:
    """A province written straight into the table of places, with versions."""
    from django.utils import timezone

    from bangfu.records.places.actions import search_words
    from bangfu.records.places.models import Place, PlaceVersion

    by_level: dict[str, list[Place]] = {}
    at = timezone.now()

    def add(level: str, parents: list[Any], codes: list[str], names: list[str]) -> list[Any]:
        rows = [
            Place(
                level=level,
                code_system="nbs",
                code=code,
                name=name,
                search_text=search_words([name]),
                parent=parents[index % len(parents)] if parents else None,
            )
            for index, (code, name) in enumerate(zip(codes, names, strict=True))
        ]
        Place.objects.bulk_create(rows, batch_size=2000)
        for row in rows:
            above = row.parent.path if row.parent else "/"
            row.path = row.reporting_path = f"{above}{row.pk}/"
        Place.objects.bulk_update(rows, ["path", "reporting_path"], batch_size=1000)
        PlaceVersion.objects.bulk_create(
            [
                PlaceVersion(
                    place=row,
                    valid_from=date(2010, 1, 1),
                    known_from=at,
                    code_system="nbs",
                    code=row.code,
                    name=row.name,
                    level=level,
                    parent=row.parent,
                    **({"path": row.path} if _has(PlaceVersion, "path") else {}),
                )
                for row in rows
            ],
            batch_size=2000,
        )
        by_level[level] = rows
        return rows

    province = add("province", [], ["330000000000"], ["示例省"])
    cities = add("city", province, [f"33{n:02d}00000000" for n in range(1, 12)], _names("市", 11))
    county_codes = [f"33{n // 50 + 1:02d}{n % 50 + 1:02d}000000" for n in range(counties)]
    places = add("county", cities, county_codes, _names("县", counties))
    towns = add(
        "township",
        places,
        [f"33{n // 900 + 50:02d}{n % 90:02d}{n // 90:03d}000" for n in range(townships)],
        _names("镇", townships),
    )
    add(
        "village",
        towns,
        [f"33{n // 250000 + 60:02d}{n:06d}20"[:12].ljust(12, "0") for n in range(villages)],
        _names("村", villages),
    )
    return by_level


def _has(model: Any, name: str) -> bool:
    return name in {field.name for field in model._meta.concrete_fields}


def _names(kind: str, number: int) -> list[str]:
    heads = "东西南北上下新大石清竹松云龙金山河溪塘湖"
    return [
        f"{heads[n % 20]}{heads[n // 20 % 20]}{heads[n // 400 % 20]}{n // 8000 or ''}{kind}"
        for n in range(number)
    ]


def figures(villages: list[Any], elements: list[Any]) -> int:
    """All figures with their first history row, written by the driver itself."""
    from django.db import connection

    from bangfu.records.figures.models import Observation, ObservationChange

    now = datetime.now().astimezone()
    keys = [
        (village.pk, element.pk, str(year))
        for village in villages
        for element in elements
        for year in YEARS
    ]
    observation = Observation(pk=1, place_id=1, element_id=1, period="2025", entered_at=now)
    change = ObservationChange(observation_id=1, version=1, value_int=1, changed_at=now)

    def observations() -> Iterator[dict[str, Any]]:
        for key, (place, element, period) in enumerate(keys, start=1):
            yield {
                "id": key,
                "place_id": place,
                "element_id": element,
                "period": period,
                "value_int": (key * 7919) % 50_000_000,
            }

    def changes() -> Iterator[dict[str, Any]]:
        for key in range(1, len(keys) + 1):
            yield {"observation_id": key, "value_int": (key * 7919) % 50_000_000}

    insert(connection, observation, observations())
    insert(connection, change, changes(), leave_key=True)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                "SELECT setval(pg_get_serial_sequence('figures_observation','id'),"
                " (SELECT max(id) FROM figures_observation))"
            )
            cursor.execute("VACUUM ANALYZE")
        else:
            cursor.execute("ANALYZE")
    return len(keys)


def insert(
    connection: Any, pattern: Any, rows: Iterable[dict[str, Any]], *, leave_key: bool = False
) -> None:
    """Rows like a pattern, some columns apart, as fast as the driver takes them."""
    fields = [f for f in pattern._meta.concrete_fields if not (leave_key and f.primary_key)]
    columns = [field.column for field in fields]
    constant = [f.get_db_prep_save(f.pre_save(pattern, True), connection) for f in fields]
    names = ", ".join(f'"{column}"' for column in columns)
    table, source = pattern._meta.db_table, iter(rows)
    place_of = {column: index for index, column in enumerate(columns)}
    while chunk := list(islice(source, 100_000)):
        values = []
        for row in chunk:
            value = list(constant)
            for column, given in row.items():
                value[place_of[column]] = given
            values.append(value)
        with connection.cursor() as cursor:
            if connection.vendor == "postgresql":
                with cursor.copy(f"COPY {table} ({names}) FROM STDIN") as copy:
                    for value in values:
                        copy.write_row([getattr(held, "obj", held) for held in value])
            else:
                marks = ", ".join(["%s"] * len(columns))
                from django.db import transaction

                with transaction.atomic():
                    cursor.executemany(f"INSERT INTO {table} ({names}) VALUES ({marks})", values)


def measured(name: str, ask: Callable[[int], Any], rounds: int) -> dict[str, Any]:
    """Times in milliseconds over several rounds, and the most queries of one of them."""
    from django.db import connection, reset_queries

    for warm in range(3):
        ask(warm)
    times, own, most, status, size = [], [], 0, set(), 0
    for index in range(rounds):
        start, started = time.perf_counter(), time.process_time()
        answer = ask(index)
        own.append((time.process_time() - started) * 1000)
        times.append((time.perf_counter() - start) * 1000)
        status.add(answer.status_code)
        size = max(size, len(answer.content))
    connection.force_debug_cursor = True
    for index in range(5):
        reset_queries()
        ask(index)
        most = max(most, len(connection.queries))
    connection.force_debug_cursor = False
    row = {
        "page": name,
        "p50": statistics.median(times),
        "p95": _p95(times),
        "cpu": _p95(own),
        "queries": most,
        "status": sorted(status),
        "kB": size / 1000,
    }
    print(
        f"{name:<44} p50 {row['p50']:6.1f}  p95 {row['p95']:6.1f} ms  cpu p95 {row['cpu']:6.1f} ms  "
        f"{most:3d} queries  {row['kB']:6.0f} kB  {row['status']}",
        flush=True,
    )
    return row


def _p95(times: list[float]) -> float:
    return sorted(times)[min(len(times) - 1, int(len(times) * 0.95))]


def main() -> None:
    """Load, then read pages as the people of each level do."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--villages", type=int, default=25_000)
    parser.add_argument("--rounds", type=int, default=100)
    parser.add_argument("--keep", default="", help="folder of the database, left behind")
    parser.add_argument("--reuse", default="", help="folder of a database left behind earlier")
    parser.add_argument("--only", default="", help="pages whose name has this in it")
    given = parser.parse_args()
    prepare(given.reuse or given.keep, reuse=bool(given.reuse))
    from bench_site_accounts import pages

    places, form, people = _kept() if given.reuse else _loaded(given.villages)
    # The lists of the bench itself are not the site's: its collector need not walk them.
    gc.collect()
    gc.freeze()
    print(f"load average {os.getloadavg()}", flush=True)
    asked = pages(people, places, form)
    rows = [measured(name, ask, given.rounds) for name, ask in asked if given.only in name]
    slow = [row["page"] for row in rows if row["p95"] > LIMIT_MS or row["status"] != [200]]
    print(f"load average {os.getloadavg()}")
    print(f"over {LIMIT_MS} ms or not 200: {slow or 'none'}")
    raise SystemExit(1 if slow else 0)


def _loaded(villages: int) -> tuple[dict[str, list[Any]], Any, dict[str, Any]]:
    """A province with its figures, returns and accounts, written now."""
    from django.db import connection

    from bench_site_accounts import accounts, clients, ready_forms, submissions

    start = time.perf_counter()
    places = tree(90, 1_250, villages)
    print(f"{connection.vendor}: tree {time.perf_counter() - start:.0f} s", flush=True)
    form, elements = ready_forms()
    submissions(form, places)
    accounts(places)
    start = time.perf_counter()
    written = figures(places["village"], elements)
    print(f"{written:,} figures {time.perf_counter() - start:.0f} s", flush=True)
    return places, form, clients()


def _kept() -> tuple[dict[str, list[Any]], Any, dict[str, Any]]:
    from bangfu.records.places.models import Place
    from bench_site_accounts import clients, form_asked

    places: dict[str, list[Any]] = {}
    for place in Place.objects.order_by("pk"):
        places.setdefault(place.level, []).append(place)
    return places, form_asked(), clients()


if __name__ == "__main__":
    main()
