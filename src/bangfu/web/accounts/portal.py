"""Signing in behind the government portal (统一身份认证登录): OpenID Connect, code flow.

State, nonce and PKCE are drawn for each attempt and kept in the session; the answer's signature,
issuer, audience and nonce are checked against the portal's own published keys.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import requests
from authlib.common.errors import AuthlibBaseError
from authlib.integrations.django_client import OAuth
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET
from joserfc.errors import JoseError

from bangfu.records.accounts.handover import complete_due
from bangfu.records.accounts.portal import offer_link_code
from bangfu.records.accounts.sign_in import take_portal
from bangfu.records.audit.actions import System
from bangfu.records.ground import clock
from bangfu.web.desk.signing_in import safe_next, show_language_of
from bangfu.web.pages import open_page
from bangfu.web.sessions import begin_session

__all__ = ["portal_answer", "portal_sign_in"]

_NEXT_KEY = "portal_next"
_TIMEOUT_S = 10


def _client() -> Any:
    if not (settings.OIDC_METADATA_URL and settings.OIDC_CLIENT_ID):
        raise Http404
    return _client_of(
        settings.OIDC_METADATA_URL, settings.OIDC_CLIENT_ID, settings.OIDC_CLIENT_SECRET
    )


@lru_cache(maxsize=4)
def _client_of(metadata_url: str, client_id: str, client_secret: str) -> Any:
    return OAuth().register(
        "portal",
        client_id=client_id,
        client_secret=client_secret,
        server_metadata_url=metadata_url,
        client_kwargs={
            "scope": "openid",
            "code_challenge_method": "S256",
            "default_timeout": _TIMEOUT_S,
        },
    )


def _must_say(client: Any) -> dict[str, Any]:
    """What the signed answer must say: from this portal, for this site, not run out."""
    return {
        "iss": {"essential": True, "value": client.load_server_metadata()["issuer"]},
        "aud": {"essential": True, "value": client.client_id},
        "exp": {"essential": True},
    }


@open_page
@never_cache
@require_GET
def portal_sign_in(request: HttpRequest) -> HttpResponse:
    """To the portal, and back to `portal_answer`."""
    client = _client()
    target = safe_next(request)
    request.session[_NEXT_KEY] = target
    try:
        answer: HttpResponse = client.authorize_redirect(
            request, request.build_absolute_uri(reverse("portal_answer"))
        )
    except (AuthlibBaseError, requests.RequestException, ValueError):
        return _not_reached(request)
    return answer


@open_page
@never_cache
@require_GET
def portal_answer(request: HttpRequest) -> HttpResponse:
    """What the portal says; an unknown person learns whom to ask."""
    client = _client()
    try:
        token = client.authorize_access_token(request, claims_options=_must_say(client))
    except (AuthlibBaseError, JoseError, requests.RequestException, ValueError, KeyError):
        return _not_reached(request)
    subject = str((token.get("userinfo") or {}).get("sub") or "")
    if not subject or len(subject) > 200 or not subject.isprintable():
        return _not_reached(request)
    account = take_portal(subject, actor=System())
    if account is None:
        code = offer_link_code(subject, actor=System())
        return render(request, "accounts/portal_unknown.html", {"code": code}, status=403)
    target = request.session.get(_NEXT_KEY, "/")
    begin_session(request, account)
    complete_due(on=clock.today(), successor=account)
    return show_language_of(account, redirect(target))


def _not_reached(request: HttpRequest) -> HttpResponse:
    """The portal gave no answer that can be trusted; which one is for the log, not the page."""
    return render(request, "accounts/portal_failed.html", status=400)
