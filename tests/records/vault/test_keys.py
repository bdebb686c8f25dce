"""The file of keys: made once, private, changed whole."""

import json
import stat
import threading

import pytest
from django.conf import settings

from bangfu.records.vault import keys
from bangfu.web.home import Home


@pytest.fixture
def home(tmp_path, monkeypatch):
    monkeypatch.setattr(settings, "HOME", Home(tmp_path))
    return tmp_path


def test_keys_are_made_private_and_never_made_anew(home):
    file = keys.ensure_keys(home)
    first = file.read_bytes()
    keys.ensure_keys(home)
    assert (file.read_bytes(), stat.S_IMODE(file.stat().st_mode)) == (first, 0o600)


def test_of_many_that_start_at_once_one_set_of_keys_stands(home):
    threads = [threading.Thread(target=keys.ensure_keys, args=(home,)) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    folder = home / "secrets"
    assert [path.name for path in folder.iterdir()] == ["vault_keys.json"]
    assert len(json.loads((folder / "vault_keys.json").read_text())["keys"]) == 1


def test_without_keys_nothing_is_sealed(home):
    with pytest.raises(keys.VaultNotReady):
        keys.key_ring()


def test_a_new_key_is_seen_at_once_and_the_old_one_still_opens(home):
    keys.ensure_keys(home)
    old = keys.key_ring()
    new = keys.add_key()
    ring = keys.key_ring()
    assert (ring.current, set(ring.keys)) == (new, {old.current, new})


def test_a_key_set_aside_moves_to_a_file_beside(home):
    keys.ensure_keys(home)
    old = keys.key_ring().current
    keys.add_key()
    keys.set_aside(old)
    beside = json.loads((home / "secrets" / "vault_keys_retired.json").read_text())
    assert (old in keys.key_ring().keys, list(beside["keys"])) == (False, [old])


def test_the_key_that_seals_cannot_be_set_aside(home):
    keys.ensure_keys(home)
    with pytest.raises(ValueError, match="cannot be set aside"):
        keys.set_aside(keys.key_ring().current)


def test_a_ring_shows_no_key_when_printed(home):
    keys.ensure_keys(home)
    ring = keys.key_ring()
    shown = repr(ring)
    assert all(key.hex() not in shown and repr(key) not in shown for key in ring.keys.values())
