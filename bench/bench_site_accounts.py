"""Whom the page bench asks as, and what it asks (测页面的人与页面)."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import date
from itertools import islice
from typing import Any

__all__ = ["accounts", "clients", "form_asked", "pages", "ready_forms", "submissions"]

SCHEME, PERIOD, ELEMENTS = "zj-2025-villages", "2025", 12


def ready_forms() -> tuple[Any, list[Any]]:
    """A scheme adopted by the ordinary action; its village form, and twelve elements."""
    from bangfu.records.audit.actions import System
    from bangfu.records.catalogue.adopting import adopt_scheme
    from bangfu.records.catalogue.models import DataElement
    from bangfu.records.registers.declaring import declare_registers
    from bangfu.schemes.find import scheme_folders
    from bangfu.schemes.load import load_scheme

    adopt_scheme(SCHEME, actor=System())
    scheme = load_scheme(scheme_folders()[SCHEME])
    declare_registers(scheme, on=date(2026, 1, 1), actor=System())
    form = form_asked()
    asked = [column.element for column in form.columns.select_related("element")]
    others = DataElement.objects.filter(kind__in=("money", "int")).exclude(
        pk__in=[element.pk for element in asked]
    )
    elements = [element for element in asked if element.kind in ("money", "int")]
    elements += list(others[: max(0, ELEMENTS - len(elements))])
    return form, elements[:ELEMENTS]


def form_asked() -> Any:
    """The yearly form of the villages."""
    from bangfu.records.catalogue.models import Form

    return Form.objects.filter(scheme=SCHEME, level="village", period_kind="year").first()


def accounts(places: dict[str, list[Any]]) -> None:
    """One account for each level, named after it."""
    from bangfu.records.accounts.actions import NewAccount, give_role, open_account
    from bangfu.records.audit.actions import System

    for level, role in (
        ("province", "scheme_manager"),
        ("county", "county_office"),
        ("township", "township_office"),
        ("village", "village_clerk"),
    ):
        place = places[level][0]
        new = NewAccount(level, level, place, "a-password-9", must_change_password=False)
        account = open_account(new, actor=System())
        give_role(account, role, place, starts_on=date(2020, 1, 1), actor=System())


def clients() -> dict[str, Any]:
    """One signed-in client for each level."""
    from django.test import Client

    from bangfu.records.accounts.models import Account

    people = {}
    for level in ("province", "county", "township", "village"):
        people[level] = Client()
        people[level].force_login(Account.objects.get(sign_in_name=level))
    return people


def submissions(form: Any, places: dict[str, list[Any]]) -> None:
    """Three villages of four have begun; in every state."""
    from bangfu.records.figures.models import Submission

    chance = random.Random(1)
    states = [("draft", ""), ("submitted", "township"), ("submitted", "county"), ("approved", "")]
    rows = []
    for village in places["village"]:
        if chance.random() < 0.75:
            state, level = chance.choice(states)
            turn = {"township": village.parent, "county": village.parent.parent}.get(level)
            rows.append(
                Submission(
                    form=form,
                    place=village,
                    period=PERIOD,
                    state=state,
                    at_level=level,
                    at_place=turn,
                )
            )
    Submission.objects.bulk_create(rows, batch_size=5000)


def pages(
    people: dict[str, Any], places: dict[str, list[Any]], form: Any
) -> list[tuple[str, Callable[[int], Any]]]:
    """Each hot page with how it is asked for the n-th time; never twice the same row in a row."""
    from bangfu.records.figures.models import Submission
    from bangfu.records.registers.models import RegisterDefinition

    # A return that was handed in has a page of its own; entry leads there.
    begun = set(
        Submission.objects.filter(form=form, state="draft").values_list("place_id", flat=True)
    )
    town_id = places["township"][0].pk
    own_villages = [v for v in places["village"] if v.parent_id == town_id and v.pk in begun]
    county_path = places["county"][0].path
    in_county = [v for v in places["village"] if v.path.startswith(county_path)]
    register = RegisterDefinition.objects.first()
    province, county = people["province"], people["county"]
    town, village = people["township"], people["village"]
    entry = f"/figures/{form.pk}/{PERIOD}"
    marks = _marks(province)
    return [
        ("desk (village)", lambda n: village.get("/")),
        ("desk (county)", lambda n: county.get("/")),
        ("desk (province)", lambda n: province.get("/")),
        ("place list (province), first pages", lambda n: province.get(marks[n % len(marks)])),
        ("place list (county)", lambda n: county.get("/places/?level=village")),
        (
            "place file (county)",
            lambda n: county.get(f"/places/{in_county[n % len(in_county)].pk}/"),
        ),
        (
            "entry (village clerk)",
            lambda n: village.get(f"{entry}/{places['village'][0].pk}/"),
        ),
        (
            "entry (township clerk)",
            lambda n: town.get(f"{entry}/{own_villages[n % len(own_villages)].pk}/"),
        ),
        (
            "sheet of a township",
            lambda n: town.get(f"{entry}/{places['township'][0].pk}/sheet/"),
        ),
        (
            "coverage (county)",
            lambda n: county.get(f"{entry}/{places['county'][0].pk}/coverage/"),
        ),
        (
            "coverage (province)",
            lambda n: province.get(f"{entry}/{places['province'][0].pk}/coverage/"),
        ),
        ("search (province), pinyin", lambda n: province.get("/search/?q=dxn")),
        ("search (province), name", lambda n: province.get("/search/?q=东西南村")),
        ("search (province), one common character", lambda n: province.get("/search/?q=村")),
        ("registers (county)", lambda n: county.get("/registers/")),
        ("register (province)", lambda n: province.get(f"/registers/{register.pk}/")),
        (
            "register coverage (province)",
            lambda n: province.get(f"/registers/{register.pk}/coverage/"),
        ),
    ]


def _marks(client: Any) -> list[str]:
    """Addresses of the first pages of the list, by the marks the pages themselves give."""
    import re

    found, address = [], "/places/?level=village"
    for _ in islice(range(8), 8):
        found.append(address)
        text = client.get(address).content.decode()
        following = re.search(r'rel="next" href="([^"]+)"', text)
        if following is None:
            break
        address = following[1].replace("&amp;", "&")
    return found
