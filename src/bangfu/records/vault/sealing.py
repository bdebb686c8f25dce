"""Sealing a text (加密): SM4 in Galois counter mode, the key named beside the value.

SM4 is the national block cipher (GB/T 32907-2016), its use with GCM that of RFC 8998. A sealed
value is ``v1.<key id>.<base64url of nonce, ciphertext and tag>``. What it is bound to (model,
field, row) is authenticated and not stored, so that a value carried to another row or field
cannot be opened there.
"""

from __future__ import annotations

import base64
import re
import secrets
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes, hmac
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

__all__ = ["SealBroken", "is_sealed", "key_id_of", "keyed_hash", "open_sealed", "seal"]

KEY_BYTES: Final = 16
_NONCE_BYTES: Final = 12
_TAG_BYTES: Final = 16
_SEALED: Final = re.compile(r"v1\.([0-9a-z]{1,20})\.([A-Za-z0-9_-]+)\Z")


class SealBroken(Exception):
    """A sealed value does not open: changed, carried elsewhere, or under another key.

    The message holds nothing of the value.
    """


def seal(text: str, *, key: bytes, key_id: str, bound_to: str, nonce: bytes | None = None) -> str:
    """Seal a text under a key; ``nonce`` is drawn unless a test gives one."""
    nonce = secrets.token_bytes(_NONCE_BYTES) if nonce is None else nonce
    encryptor = Cipher(algorithms.SM4(key), modes.GCM(nonce)).encryptor()
    encryptor.authenticate_additional_data(bound_to.encode())
    hidden = encryptor.update(text.encode()) + encryptor.finalize()
    packed = base64.urlsafe_b64encode(nonce + hidden + encryptor.tag).decode().rstrip("=")
    return f"v1.{key_id}.{packed}"


def open_sealed(sealed: str, *, key: bytes, bound_to: str) -> str:
    """The text of a sealed value.

    Raises
    ------
    SealBroken
        If one bit of it, of the key or of what it is bound to is not what it was.
    """
    found = _SEALED.match(sealed)
    if found is None:
        raise SealBroken("not a sealed value")
    given = found[2]
    try:
        packed = base64.urlsafe_b64decode(given + "=" * (-len(given) % 4))
    except ValueError as error:
        raise SealBroken("damaged") from error
    if len(packed) < _NONCE_BYTES + _TAG_BYTES:
        raise SealBroken("damaged")
    nonce, hidden, tag = packed[:12], packed[12:-16], packed[-16:]
    decryptor = Cipher(algorithms.SM4(key), modes.GCM(nonce, tag)).decryptor()
    decryptor.authenticate_additional_data(bound_to.encode())
    try:
        return (decryptor.update(hidden) + decryptor.finalize()).decode()
    except InvalidTag as error:
        raise SealBroken("changed, carried elsewhere or sealed under another key") from error


def is_sealed(value: str) -> bool:
    """Whether a text has the form of a sealed value."""
    return _SEALED.match(value) is not None


def key_id_of(sealed: str) -> str:
    """Which key a sealed value names."""
    found = _SEALED.match(sealed)
    if found is None:
        raise SealBroken("not a sealed value")
    return found[1]


def keyed_hash(text: str, *, key: bytes, purpose: str) -> str:
    """HMAC with SM3 over a purpose and a text, as 64 hexadecimal digits.

    Two purposes never give the same hash for the same text, so that columns cannot be compared.
    """
    digest = hmac.HMAC(key, hashes.SM3())
    digest.update(purpose.encode() + b"\0" + text.encode())
    return digest.finalize().hex()
