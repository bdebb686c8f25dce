"""Accounts and the posts they hold (账号与任职)."""

from __future__ import annotations

from datetime import date
from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models

from bangfu.records.access.gate import GatedQuerySet
from bangfu.records.access.models import AccessGrant
from bangfu.records.access.roles import ROLES
from bangfu.records.ground.versions import Versioned
from bangfu.records.vault.fields import EncryptedText
from bangfu.vocabulary.period import FOREVER

__all__ = [
    "Account",
    "Handover",
    "PortalLinkCode",
    "RecoveryCode",
    "RoleAssignment",
    "SecondFactor",
]


class AccountManager(BaseUserManager["Account"].from_queryset(GatedQuerySet)):  # type: ignore[misc]
    """Finds accounts by sign-in name."""

    def get_by_natural_key(self, username: str | None) -> Account:
        """The account that signs in under a name, whatever the letters' case."""
        found: Account = self.get(sign_in_name=(username or "").strip().lower())
        return found


class Account(AbstractBaseUser, Versioned):
    """A person's account (账号). It is never removed; it is closed.

    ``display_name`` is what colleagues see beside an act. ``place`` is the office's own place,
    where its administrators sit; what it may see follows from its posts alone.
    """

    sign_in_name = models.CharField("登录名", max_length=60, unique=True)
    display_name = models.CharField("姓名或岗位", max_length=60)
    place = models.ForeignKey(
        "places.Place", models.PROTECT, null=True, related_name="accounts", verbose_name="所在地方"
    )
    organisation = models.ForeignKey(
        "organisations.Organisation",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="accounts",
        verbose_name="所在单位",
    )
    is_active = models.BooleanField("启用", default=True)
    #: From this day on nobody signs in with it: the day of a handover, or of closing.
    closes_on = models.DateField("停用日", default=FOREVER)
    language = models.CharField("界面语言", max_length=10, blank=True)
    must_change_password = models.BooleanField("须修改密码", default=False)
    failed_sign_ins = models.PositiveSmallIntegerField("连续登录失败次数", default=0)
    locked_until = models.DateTimeField("锁定至", null=True, blank=True)
    #: The subject of the government portal, where the account signs in through it.
    portal_subject = models.CharField("统一身份编号", max_length=200, blank=True)

    USERNAME_FIELD = "sign_in_name"
    REQUIRED_FIELDS = ["display_name"]  # noqa: RUF012

    objects = AccountManager()

    class Meta:
        verbose_name = "账号"
        constraints = (
            models.UniqueConstraint(
                fields=["portal_subject"],
                condition=~models.Q(portal_subject=""),
                name="account_portal_subject",
            ),
        )

    def __str__(self) -> str:
        return self.display_name

    def is_open(self, on: date) -> bool:
        """Whether somebody may sign in with it on a day."""
        return self.is_active and on < self.closes_on

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Sign-in names are compared without regard to letters' case."""
        self.sign_in_name = self.sign_in_name.strip().lower()
        super().save(*args, **kwargs)


class RoleAssignment(Versioned):
    """An account holds a role over a place, between two days (任职、授权).

    Exactly one of ``place`` and ``organisation`` says over what: a helper unit's people see the
    places their unit is paired with.
    """

    account = models.ForeignKey(
        Account, models.PROTECT, related_name="assignments", verbose_name="账号"
    )
    role = models.CharField(
        "角色", max_length=40, choices=[(name, role.label.zh) for name, role in ROLES.items()]
    )
    place = models.ForeignKey(
        "places.Place", models.PROTECT, null=True, related_name="assignments", verbose_name="地方"
    )
    organisation = models.ForeignKey(
        "organisations.Organisation",
        models.PROTECT,
        null=True,
        related_name="assignments",
        verbose_name="单位",
    )
    starts_on = models.DateField("起")
    ends_on = models.DateField("止", default=FOREVER)
    #: Filled where the role is not the account's own: delegated, or held as a leader's liaison.
    on_behalf_of = models.ForeignKey(
        Account, models.PROTECT, null=True, related_name="lent", verbose_name="委托人"
    )
    #: The assignment that was lent; it bounds this one in time, and ends it.
    lent_from = models.ForeignKey(
        "self", models.PROTECT, null=True, related_name="loans", verbose_name="所借任职"
    )
    kind = models.CharField(
        "来源类别", max_length=12, choices=AccessGrant.Kind.choices, default="territory"
    )

    objects = GatedQuerySet.as_manager()

    class Meta:
        verbose_name = "任职"
        constraints = (
            models.CheckConstraint(
                condition=models.Q(starts_on__lt=models.F("ends_on")),
                name="assignment_dates",
                violation_error_message="止日应晚于起日。",
            ),
            models.CheckConstraint(
                condition=models.Q(place__isnull=False, organisation__isnull=True)
                | models.Q(place__isnull=True, organisation__isnull=False),
                name="assignment_scope",
                violation_error_message="任职须写明一个地方或者一个单位。",
            ),
            models.CheckConstraint(
                condition=models.Q(
                    lent_from__isnull=True, on_behalf_of__isnull=True, kind="territory"
                )
                | models.Q(
                    lent_from__isnull=False,
                    on_behalf_of__isnull=False,
                    kind__in=["delegation", "liaison"],
                ),
                name="assignment_lent",
                violation_error_message="委托的任职须写明委托人和所借的任职。",
            ),
        )

    def __str__(self) -> str:
        return f"{self.account_id} {self.role}"

    @property
    def scope_place(self) -> Any:
        """The place the assignment is over, or the place of its unit."""
        return self.place if self.place_id is not None else self.organisation.place  # type: ignore[union-attr]


class SecondFactor(models.Model):
    """The authenticator app of an account (动态口令); counts once a code of it was confirmed."""

    account = models.OneToOneField(
        Account, models.PROTECT, related_name="second_factor", verbose_name="账号"
    )
    secret = EncryptedText("密钥", bound_to=("account_id",))
    confirmed_at = models.DateTimeField("启用时间", null=True)
    #: The time step of the last code taken: a code seen over a shoulder is worth nothing.
    last_step = models.BigIntegerField("最近时间步", default=0)
    #: Counted apart from wrong passwords: signing in again must not give new tries.
    failed_codes = models.PositiveSmallIntegerField("连续输错次数", default=0)

    class Meta:
        verbose_name = "动态口令"

    def __str__(self) -> str:
        return f"{self.account_id}"


class RecoveryCode(models.Model):
    """One of the codes that stand in for a lost phone (恢复码): its keyed hash, used once."""

    account = models.ForeignKey(Account, models.PROTECT, related_name="recovery_codes")
    code_hash = models.CharField("校验值", max_length=64)
    used_at = models.DateTimeField("使用时间", null=True)

    class Meta:
        verbose_name = "恢复码"
        constraints = (
            models.UniqueConstraint(fields=["account", "code_hash"], name="recovery_code_once"),
        )

    def __str__(self) -> str:
        return f"{self.account_id}"


class PortalLinkCode(models.Model):
    """A subject of the government portal that waits to be bound to an account (绑定码)."""

    code_hash = models.CharField("绑定码校验值", max_length=64, unique=True)
    subject = models.CharField("统一身份编号", max_length=200)
    expires_at = models.DateTimeField("有效期至")

    class Meta:
        verbose_name = "绑定码"

    def __str__(self) -> str:
        return f"{self.expires_at:%Y-%m-%d %H:%M}"


class Handover(Versioned):
    """One account leaves its post to another on a day (离任交接)."""

    class State(models.TextChoices):
        """Where it stands: posts pass on by their dates, open items on the day itself."""

        PLANNED = "planned", "待交接"
        DONE = "done", "已交接"

    gate: ClassVar[str] = "leaver__place"

    leaver = models.ForeignKey(
        Account, models.PROTECT, related_name="handovers_given", verbose_name="移交人"
    )
    successor = models.ForeignKey(
        Account, models.PROTECT, related_name="handovers_taken", verbose_name="接收人"
    )
    on = models.DateField("交接日")
    state = models.CharField("状态", max_length=10, choices=State.choices, default=State.PLANNED)
    #: What was open when it was drawn up: kind, label and count, no personal data.
    items = models.JSONField("未结事项", default=list)
    made_at = models.DateTimeField("登记时间")

    objects = GatedQuerySet.as_manager()

    class Meta:
        verbose_name = "离任交接"
        constraints = (
            models.CheckConstraint(
                condition=~models.Q(leaver=models.F("successor")),
                name="handover_to_another",
                violation_error_message="移交人和接收人不能是同一账号。",
            ),
            models.UniqueConstraint(fields=["leaver", "on"], name="handover_once"),
        )

    def __str__(self) -> str:
        return f"{self.leaver_id}→{self.successor_id} {self.on}"
