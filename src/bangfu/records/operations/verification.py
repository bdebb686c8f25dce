"""Is everything as it must be (数据校验): the chain, the grants, the invariants of each app.

Each check gives findings in words; none means the matter is sound. The first broken row of the
chain is named.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import islice
from typing import Final

from django.db.models import F, OuterRef, Q, QuerySet, Subquery

from bangfu.records.accounts.verification import verify_grants
from bangfu.records.attachments.models import Attachment
from bangfu.records.attachments.store import digest_of, path_of
from bangfu.records.audit.chain import first_break
from bangfu.records.figures.models import Observation, ObservationChange, Submission
from bangfu.records.places.checks import verify_places
from bangfu.records.registers.models import RegisterRow, RegisterRowChange
from bangfu.records.vault.keys import key_file
from bangfu.records.vault.rotation import broken_values
from bangfu.vocabulary.errors import Fault
from bangfu.vocabulary.text import Text

__all__ = ["CHECKS", "verify"]

#: More findings of one kind say nothing new.
_SHOWN: Final = 20


def verify() -> dict[str, list[Fault]]:
    """All findings by check, in the order of `CHECKS`."""
    return {name: list(check()) for name, check in CHECKS.items()}


def _chain() -> Iterable[Fault]:
    broken = first_break()
    if broken is not None:
        yield Fault("CHK-LOG", f"#{broken.sequence}", broken.reason)


def _grants() -> Iterable[Fault]:
    for finding in islice(verify_grants(), _SHOWN):
        yield Fault("CHK-GRANT", finding.source, finding.reason)


def _figures() -> Iterable[Fault]:
    """Every figure's value stands in its history, under its version."""
    told = ObservationChange.objects.filter(
        observation_id=OuterRef("pk"), version=OuterRef("version")
    )
    rows = Observation.objects.annotate(
        told=Subquery(told.values("pk")[:1]),
        told_int=Subquery(told.values("value_int")[:1]),
        told_number=Subquery(told.values("value_number")[:1]),
        told_text=Subquery(told.values("value_text")[:1]),
    ).exclude(
        Q(told__isnull=False)
        & (Q(told_int=F("value_int")) | Q(told_int__isnull=True, value_int__isnull=True))
        & (
            Q(told_number=F("value_number"))
            | Q(told_number__isnull=True, value_number__isnull=True)
        )
        & Q(told_text=F("value_text"))
    )
    for row in rows.order_by("pk")[:_SHOWN]:
        yield Fault(
            "CHK-FIGURE",
            f"figures.observation:{row.pk}",
            Text("数据与变动记录不一致", "the value differs from its history"),
        )


def _locks() -> Iterable[Fault]:
    """What is approved is locked, and nothing else."""
    approved = Q(submission__state=Submission.State.APPROVED)
    rows = Observation.objects.filter(submission__isnull=False).exclude(
        (approved & Q(locked=True)) | (~approved & Q(locked=False))
    )
    for row in rows.order_by("pk")[:_SHOWN]:
        yield Fault(
            "CHK-LOCK",
            f"figures.observation:{row.pk}",
            Text("锁定状态与审核状态不一致", "the lock does not fit the state of the return"),
        )


def _places() -> Iterable[Fault]:
    """The tree, the versions and today's columns of the places fit one another."""
    return islice(verify_places(), _SHOWN)


#: What a row of a register and the change of its version both say.
_TOLD: Final = ("values", "schema_version", "complete", "is_removed", "occurred_on")


def _registers() -> Iterable[Fault]:
    """Every row of a register stands in its history, under its version, as it is."""
    told = RegisterRowChange.objects.filter(row_id=OuterRef("pk"), version=OuterRef("version"))
    names = {f"told_{name}": Subquery(told.values(name)[:1]) for name in _TOLD}
    rows = RegisterRow.objects.annotate(told=Subquery(told.values("pk")[:1]), **names)
    yield from islice((_untold(row) for row in _differing(rows.order_by("pk"))), _SHOWN)


def _differing(rows: QuerySet[RegisterRow]) -> Iterator[int]:
    columns = (*_TOLD, *(f"told_{name}" for name in _TOLD))
    for pk, told, *values in rows.values_list("pk", "told", *columns).iterator(chunk_size=2000):
        if told is None or values[: len(_TOLD)] != values[len(_TOLD) :]:
            yield pk


def _untold(pk: int) -> Fault:
    return Fault(
        "CHK-REGISTER",
        f"registers.registerrow:{pk}",
        Text("台账行与变动记录不一致", "the row differs from its history"),
    )


def _attachments() -> Iterable[Fault]:
    for row in Attachment.objects.order_by("pk").iterator():
        path = path_of(row.sha256)
        if not path.exists() or digest_of(path.read_bytes()) != row.sha256:
            yield Fault(
                "CHK-FILE",
                f"attachments.attachment:{row.pk}",
                Text("附件缺失或已损坏", "the file is missing or damaged"),
            )


def _vault() -> Iterable[Fault]:
    """Every sealed value opens with the keys this installation holds."""
    for column, row in islice(broken_values(), _SHOWN):
        yield Fault(
            "CHK-VAULT",
            f"{column}:{row}",
            _LOCKED_OUT if not key_file().exists() else _NOT_OPENED,
            _PUT_KEYS_BACK,
        )


_LOCKED_OUT: Final = Text(
    "这里没有密钥，加密内容读不出来", "there are no keys here: what is sealed cannot be read"
)
_NOT_OPENED: Final = Text("加密内容打不开", "the sealed value does not open")
_PUT_KEYS_BACK: Final = Text(
    "请把备份时使用的密钥（secrets 目录）放回安装目录，再校验一次。",
    "Put the keys in use at the backup (folder secrets) back into the home, then verify again.",
)

CHECKS: Final[Mapping[str, Callable[[], Iterable[Fault]]]] = {
    "chain": _chain,
    "grants": _grants,
    "figures": _figures,
    "locks": _locks,
    "places": _places,
    "registers": _registers,
    "attachments": _attachments,
    "vault": _vault,
}
