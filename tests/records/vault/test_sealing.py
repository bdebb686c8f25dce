"""Sealing: the published vector, and every way of tampering."""

import base64

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bangfu.records.vault.sealing import (
    SealBroken,
    is_sealed,
    key_id_of,
    keyed_hash,
    open_sealed,
    seal,
)

KEY = bytes.fromhex("0123456789ABCDEFFEDCBA9876543210")
OTHER = bytes.fromhex("FEDCBA98765432100123456789ABCDEF")


def sealed(text="13800001234", bound_to="vault.staffcontact.phone|7"):
    return seal(text, key=KEY, key_id="k1", bound_to=bound_to)


def test_the_cipher_answers_as_rfc_8998_prints_it():
    from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

    nonce = bytes.fromhex("00001234567800000000ABCD")
    plain = bytes.fromhex(
        "".join(pair * 8 for pair in ("AA", "BB", "CC", "DD", "EE", "FF", "EE", "AA"))
    )
    encryptor = Cipher(algorithms.SM4(KEY), modes.GCM(nonce)).encryptor()
    encryptor.authenticate_additional_data(
        bytes.fromhex("FEEDFACEDEADBEEFFEEDFACEDEADBEEFABADDAD2")
    )
    hidden = encryptor.update(plain) + encryptor.finalize()
    expected = (
        "17f399f08c67d5ee19d0dc9969c4bb7d5fd46fd3756489069157b282bb200735"
        "d82710ca5c22f0ccfa7cbf93d496ac15a56834cbcf98c397b4024a2691233b8d"
    )
    assert (hidden.hex(), encryptor.tag.hex()) == (expected, "83de3541e4c2b58177e065a9bf7b62ec")


def test_our_form_holds_nonce_ciphertext_and_tag_in_that_order():
    nonce = bytes(range(12))
    given_nonce = seal("示例", key=KEY, key_id="k1", bound_to="a", nonce=nonce)
    packed = base64.urlsafe_b64decode(given_nonce.split(".")[2] + "==")
    assert (packed[:12], len(packed)) == (nonce, 12 + len("示例".encode()) + 16)


@settings(max_examples=50, deadline=None)
@given(st.text(max_size=200), st.text(max_size=40))
def test_what_is_sealed_opens_again(text, bound_to):
    bound_to = bound_to.encode("utf-8", "ignore").decode()
    text = text.encode("utf-8", "ignore").decode()
    value = seal(text, key=KEY, key_id="k1", bound_to=bound_to)
    assert open_sealed(value, key=KEY, bound_to=bound_to) == text


def test_the_same_text_is_never_sealed_the_same_way_twice():
    assert sealed() != sealed()


def test_every_changed_byte_is_noticed():
    version, key_id, packed = sealed().split(".")
    raw = bytearray(base64.urlsafe_b64decode(packed + "=" * (-len(packed) % 4)))
    for place in range(len(raw)):
        raw[place] ^= 1
        changed = base64.urlsafe_b64encode(bytes(raw)).decode().rstrip("=")
        with pytest.raises(SealBroken):
            open_sealed(
                f"{version}.{key_id}.{changed}", key=KEY, bound_to="vault.staffcontact.phone|7"
            )
        raw[place] ^= 1


@pytest.mark.parametrize(
    "bound_to",
    ["vault.staffcontact.phone|8", "vault.staffcontact.name|7", "", "vault.staffcontact.phone"],
)
def test_a_value_carried_to_another_row_or_field_does_not_open(bound_to):
    with pytest.raises(SealBroken):
        open_sealed(sealed(), key=KEY, bound_to=bound_to)


def test_another_key_opens_nothing():
    with pytest.raises(SealBroken):
        open_sealed(sealed(), key=OTHER, bound_to="vault.staffcontact.phone|7")


@pytest.mark.parametrize(
    "broken", ["", "v1.k1.", "v1.k1.AAAA", "v2.k1.AAAA", "13800001234", "v1..A", "v1.k1.AAA\n"]
)
def test_what_is_not_a_sealed_value_is_refused(broken):
    with pytest.raises(SealBroken):
        open_sealed(broken, key=KEY, bound_to="")


def test_a_refusal_holds_nothing_of_the_text():
    with pytest.raises(SealBroken) as refusal:
        open_sealed(sealed("13900005678"), key=OTHER, bound_to="")
    assert "139" not in str(refusal.value)


def test_a_sealed_value_names_its_key():
    assert (key_id_of(sealed()), is_sealed(sealed()), is_sealed("13800001234")) == (
        "k1",
        True,
        False,
    )


def test_two_purposes_never_give_one_hash():
    hashes = {keyed_hash("1", key=KEY, purpose=purpose) for purpose in ("a", "b")}
    assert len(hashes) == 2


def test_purpose_and_text_cannot_run_into_each_other():
    assert keyed_hash("bc", key=KEY, purpose="a") != keyed_hash("c", key=KEY, purpose="ab")
