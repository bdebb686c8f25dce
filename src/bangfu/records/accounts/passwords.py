"""Passwords (密码): the rules, and the ones drawn for a first sign-in."""

from __future__ import annotations

import secrets
from typing import Any, Final

from django.contrib.auth.hashers import PBKDF2PasswordHasher, get_hasher
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError

from bangfu.records.ground.refusals import Refused
from bangfu.vocabulary.errors import Fault
from bangfu.vocabulary.text import Text

__all__ = ["initial_password", "quick_hash", "refuse_weak"]

#: Read aloud and typed from paper: no 0 and O, no 1, I and l.
_SIGNS: Final = "23456789abcdefghjkmnpqrstuvwxyz"
_LENGTH: Final = 15
#: Enough for 74 random bits, which no list of passwords holds; a password that a person chose
#: gets the full number, and so does this one at the first sign-in.
_ITERATIONS: Final = 10_000


def initial_password() -> str:
    """A random password in groups of five, to hand over on paper and to change at once."""
    drawn = "".join(secrets.choice(_SIGNS) for _ in range(_LENGTH))
    return "-".join(drawn[start : start + 5] for start in range(0, _LENGTH, 5))


def quick_hash(password: str) -> str:
    """The hash of a random initial password; hundreds of them take a second, not minutes."""
    hasher = get_hasher()
    if isinstance(hasher, PBKDF2PasswordHasher):
        return hasher.encode(password, hasher.salt(), iterations=_ITERATIONS)
    return str(hasher.encode(password, hasher.salt()))


def refuse_weak(password: str, account: Any) -> None:
    """Refuse a password the rules do not take, with every reason."""
    try:
        validate_password(password, account)
    except ValidationError as error:
        faults = [
            Fault("PWD-01", "", _WORDS.get(found.code or "", Text(_OTHER.zh, _OTHER.en)))
            for found in error.error_list
        ]
        raise Refused(faults) from error


_OTHER = Text("这个密码过于简单。", "This password is too simple.")
_WORDS: Final = {
    "password_too_short": Text("密码至少 10 位。", "A password has 10 signs at least."),
    "password_too_common": Text("这个密码太常见。", "This password is too common."),
    "password_entirely_numeric": Text("密码不能全是数字。", "A password cannot be digits alone."),
    "password_too_similar": Text(
        "密码与登录名或姓名太接近。", "This password is too close to your name."
    ),
}
