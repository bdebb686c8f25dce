"""Whose session it is (会话): which accounts it may serve, when it ends, in whose name one acts."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from django.conf import settings
from django.contrib.auth import login, logout
from django.contrib.auth.backends import ModelBackend
from django.http import HttpRequest, HttpResponse

from bangfu.records.accounts.lending import lenders_of
from bangfu.records.accounts.models import Account
from bangfu.records.audit.actions import acting_for
from bangfu.records.ground import clock

__all__ = [
    "LENDER_KEY",
    "AccountBackend",
    "IdleSessions",
    "InWhoseName",
    "begin_session",
    "code_was_given",
    "remember_code",
]

#: In the session: the id of the account in whose name this one acts.
LENDER_KEY: Final = "in_the_name_of"
_CODE_KEY: Final = "second_factor_of"
_SEEN_KEY: Final = "seen_at"
#: How often the session's stamp is written: not on every page, SQLite has one writer.
_STAMP_EVERY_S: Final = 60

Respond = Callable[[HttpRequest], HttpResponse]


class AccountBackend(ModelBackend):
    """Finds the account of a session; one that has closed meanwhile is nobody's."""

    def authenticate(
        self,
        request: HttpRequest | None,
        username: str | None = None,
        password: str | None = None,
        **credentials: Any,
    ) -> None:
        """Nobody signs in past the records' own sign-in, with its lock and its log."""
        return None

    def user_can_authenticate(self, user: Any) -> bool:
        """Open today."""
        return bool(user.is_open(clock.today()))


def begin_session(request: Any, account: Account) -> None:
    """Sign an account in: a new session key, nothing of an earlier account left."""
    request.session.flush()
    login(request, account, backend="bangfu.web.sessions.AccountBackend")
    request.session[_SEEN_KEY] = int(clock.now().timestamp())


def remember_code(request: Any) -> None:
    """The second factor was given in this session, under a new session key."""
    request.session.cycle_key()
    request.session[_CODE_KEY] = request.user.pk


def code_was_given(request: Any) -> bool:
    """Whether this very account gave its second factor in this session."""
    return bool(request.session.get(_CODE_KEY) == request.user.pk)


class IdleSessions:
    """Ends a session that nobody used for some time."""

    def __init__(self, get_response: Respond) -> None:
        self.get_response = get_response

    def __call__(self, request: Any) -> HttpResponse:
        if request.user.is_authenticated:
            now = int(clock.now().timestamp())
            seen = request.session.get(_SEEN_KEY, now)
            if now - seen > settings.IDLE_MINUTES * 60:
                logout(request)
            elif _SEEN_KEY not in request.session or now - seen >= _STAMP_EVERY_S:
                request.session[_SEEN_KEY] = now
        return self.get_response(request)


class InWhoseName:
    """Runs the request in the name that was chosen, as long as the role is lent."""

    def __init__(self, get_response: Respond) -> None:
        self.get_response = get_response

    def __call__(self, request: Any) -> HttpResponse:
        request.lender = _lender(request)
        if request.lender is None:
            return self.get_response(request)
        with acting_for(request.lender.pk):
            return self.get_response(request)


def _lender(request: Any) -> Account | None:
    chosen = request.session.get(LENDER_KEY) if request.user.is_authenticated else None
    if chosen is None:
        return None
    for lender in lenders_of(request.user):
        if lender.pk == chosen:
            return lender
    del request.session[LENDER_KEY]
    return None
