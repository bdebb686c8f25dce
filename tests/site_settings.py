"""Settings of the site under test: a home of its own, quick password hashes."""

import os
import tempfile
from pathlib import Path

_HOME = Path(tempfile.mkdtemp(prefix="bangfu-test-home-"))
os.environ["BANGFU_HOME"] = str(_HOME)
os.environ.setdefault("BANGFU_SIGNING_KEY", "for-tests-only")

from bangfu.records.vault.keys import ensure_keys  # noqa: E402
from bangfu.web.settings import *  # noqa: E402, F403
from bangfu.web.settings import DATABASES  # noqa: E402

# Pages are tested without it; the tests of the second factor itself switch it on.
SECOND_FACTOR = "off"
ensure_keys(_HOME)
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    # A file, not memory: tests with several connections must meet real locks.
    DATABASES["default"]["TEST"] = {"NAME": str(_HOME / "test.sqlite3")}
else:
    DATABASES["default"]["TEST"] = {"NAME": os.environ.get("BANGFU_TEST_DATABASE", "test_bangfu")}
