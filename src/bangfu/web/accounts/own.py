"""One's own settings (我的账号): language, password, second factor, rights, lending, in whose name."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from bangfu.records.access.roles import ROLES, VERBS, verbs_of
from bangfu.records.accounts.lending import Loan, end_loan, lend_role, lenders_of
from bangfu.records.accounts.models import Account, RoleAssignment
from bangfu.records.accounts.portal import bind_portal
from bangfu.records.accounts.second_factor import has_second_factor
from bangfu.records.accounts.upkeep import change_language
from bangfu.records.ground import clock
from bangfu.records.ground.refusals import Refused, refuse
from bangfu.records.vault.models import StaffContact
from bangfu.vocabulary.text import Text
from bangfu.web.accounts.changes import seen
from bangfu.web.accounts.forms import ContactForm, LendForm
from bangfu.web.desk.signing_in import show_language_of
from bangfu.web.pages import signed_in_page
from bangfu.web.sessions import LENDER_KEY, code_was_given

__all__ = ["act_for", "choose_language", "lend", "loan_end", "my_account", "own_portal"]


@signed_in_page
@never_cache
def my_account(request: Any) -> HttpResponse:
    """Settings and rights of whoever is signed in."""
    return _render(request)


def _render(request: Any, **more: Any) -> HttpResponse:
    account = request.user
    posts = _own_posts(account)
    context = {
        "account": account,
        "posts": [
            (post, ROLES[post.role].label, [VERBS[verb] for verb in sorted(verbs_of(post.role))])
            for post in posts
        ],
        "lent": account.lent.filter(ends_on__gt=clock.today()).select_related(
            "account", "place", "organisation"
        ),
        "roles": {name: role.label for name, role in ROLES.items()},
        "lenders": lenders_of(account),
        "second_factor": has_second_factor(account),
        "code_given": code_was_given(request),
        "portal": bool(settings.OIDC_METADATA_URL),
        "languages": settings.LANGUAGES,
        "lend_form": LendForm(posts=_choices(posts)),
        "contact": StaffContact.objects.filter(account=account, erased_at__isnull=True).first(),
        "contact_form": ContactForm(),
        **more,
    }
    status = 409 if more.get("faults") else 200
    return render(request, "accounts/mine.html", context, status=status)


@signed_in_page
@require_POST
def choose_language(request: Any) -> HttpResponse:
    """The language of one's pages, kept with the account."""
    change_language(request.user, str(request.POST.get("language", "")), actor=request.user)
    return show_language_of(request.user, redirect("my_account"))


@signed_in_page
@require_POST
def own_portal(request: Any) -> HttpResponse:
    """Bind one's own account with the code the portal page showed."""
    try:
        bind_portal(request.user, str(request.POST.get("code", ""))[:40], actor=request.user)
    except Refused as refusal:
        request.user.refresh_from_db()
        return _render(request, faults=refusal.faults)
    messages.success(request, _("已绑定统一身份。"))
    return redirect("my_account")


@signed_in_page
@require_POST
def act_for(request: Any) -> HttpResponse:
    """Choose in whose name to act; empty for one's own."""
    chosen = str(request.POST.get("lender", ""))
    known = {str(lender.pk): lender.pk for lender in lenders_of(request.user)}
    if not chosen:
        request.session.pop(LENDER_KEY, None)
    elif chosen in known:
        request.session[LENDER_KEY] = known[chosen]
    else:
        raise refuse(
            "LEN-10",
            Text("这个账号没有委托您代办。", "This account has lent you no role."),
        )
    return redirect("desk")


@signed_in_page
@require_POST
def lend(request: Any) -> HttpResponse:
    """Lend one's own role to another account."""
    _refuse_in_anothers_name(request)
    posts = _own_posts(request.user)
    form = LendForm(request.POST, posts=_choices(posts))
    if not form.is_valid():
        return _render(request, lend_form=form)
    given = form.cleaned_data
    post = next(post for post in posts if str(post.pk) == given["post"])
    name = given["borrower"].strip().lower()
    borrower = Account.objects.filter(sign_in_name=name, is_active=True).first()
    try:
        if borrower is None:
            # The same words as for somebody too far away: names elsewhere stay unknown.
            raise refuse(
                "LEN-04",
                Text(
                    "只能委托给本单位、本地方的账号。",
                    "A role is lent to an account of the same place or unit.",
                ),
            )
        loan = Loan(borrower, given["kind"], given["starts_on"], given["ends_on"])
        lend_role(post, loan, actor=request.user)
    except Refused as refusal:
        return _render(request, lend_form=form, faults=refusal.faults)
    messages.success(request, _("已委托。"))
    return redirect("my_account")


@signed_in_page
@require_POST
def loan_end(request: Any, assignment_id: int) -> HttpResponse:
    """Take back what one lent."""
    _refuse_in_anothers_name(request)
    loan = get_object_or_404(
        RoleAssignment.objects.select_related("lent_from__account"),
        pk=assignment_id,
        on_behalf_of=request.user,
    )
    end_loan(loan, seen_version=seen(request), actor=request.user)
    messages.success(request, _("委托已收回。"))
    return redirect("my_account")


def _refuse_in_anothers_name(request: Any) -> None:
    """One's own settings are changed in one's own name."""
    if request.lender is not None:
        raise refuse(
            "LEN-11",
            Text("请先回到本人身份再办理。", "Return to your own name first."),
        )


def _own_posts(account: Any) -> list[RoleAssignment]:
    rows = RoleAssignment.objects.filter(
        account=account, on_behalf_of__isnull=True, ends_on__gt=clock.today()
    ).select_related("place", "organisation__place")
    return list(rows.order_by("pk"))


def _choices(posts: list[RoleAssignment]) -> list[tuple[str, str]]:
    return [
        (str(post.pk), f"{_(ROLES[post.role].label.zh)} · {post.place or post.organisation}")
        for post in posts
        if not ROLES[post.role].administrator
    ]
