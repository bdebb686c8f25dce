"""Chromium on the real site: every page is looked at by axe and by the browser's own policy.

Screenshots go to ``BANGFU_SCREENSHOTS`` where it is set. Nothing here leaves this machine.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, sync_playwright

# Playwright keeps an event loop in this thread; the records are used beside it, not inside it.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"

AXE = Path(__file__).parents[2] / "frontend" / "node_modules" / "axe-core" / "axe.min.js"
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
WIDTHS = {"wide": 1440, "narrow": 360}


@dataclass
class Visitor:
    """Somebody at a screen of one width, in one language; complains as a careful person would."""

    page: Page
    site: str
    language: str
    width: str
    shots: Path | None
    complaints: list[str] = field(default_factory=list)
    seen: int = 0

    def open(self, address: str) -> None:
        """Go to a page and look at it."""
        self.page.goto(self.site + address)
        self.look()

    def look(self, name: str = "") -> None:
        """What axe, the policy and the ruler say of the page as it stands."""
        where = self.page.url.removeprefix(self.site)
        # Added as a script of the test itself: the page's own policy would refuse it.
        self.page.evaluate(AXE.read_text(encoding="utf-8"))
        found = self.page.evaluate("axe.run(document, {resultTypes: ['violations']})")
        for violation in found["violations"]:
            nodes = "; ".join(node["html"][:120] for node in violation["nodes"][:3])
            self.complaints.append(f"{where}: axe {violation['id']}: {nodes}")
        overflow = self.page.evaluate(
            "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        )
        if overflow > 1:
            self.complaints.append(f"{where}: {overflow} px wider than the screen")
        self.seen += 1
        if self.shots:
            slug = name or where.strip("/").replace("/", "_").split("?")[0] or "desk"
            target = self.shots / f"{self.seen:02d}-{slug}-{self.language}-{self.width}.png"
            self.page.screenshot(path=target, full_page=True)

    def sign_in(self, name: str, password: str) -> None:
        """Through the sign-in page."""
        self.open("/sign-in/")
        self.page.fill("input[name=username]", name)
        self.page.fill("input[type=password]", password)
        self.page.locator("main button[type=submit], main form button.btn-primary").first.click()
        self.page.wait_for_load_state()
        self.look()

    def sign_out(self) -> None:
        """Forget who was signed in."""
        self.page.context.clear_cookies(name="sessionid")


@pytest.fixture(scope="session")
def chromium() -> Iterator[Any]:
    """Debian's Chromium, driven without a download."""
    program = shutil.which("chromium") or shutil.which("chromium-browser")
    if program is None:
        pytest.fail("Chromium is missing: apt-get install chromium fonts-noto-cjk")
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=program, args=list(FLAGS))
        yield browser
        browser.close()


@pytest.fixture
def visitor(chromium: Any, live_server: Any) -> Iterator[Callable[[str, str], Visitor]]:
    """Makes visitors: ``visitor("zh", "narrow")``; at the end nobody may have complained."""
    made: list[Visitor] = []
    shots = os.environ.get("BANGFU_SCREENSHOTS")

    def make(language: str, width: str) -> Visitor:
        context = chromium.new_context(
            viewport={"width": WIDTHS[width], "height": 900},
            locale="en-GB" if language == "en" else "zh-CN",
            accept_downloads=True,
        )
        name = "en" if language == "en" else "zh-hans"
        context.add_cookies([{"name": "django_language", "value": name, "url": live_server.url}])
        folder = Path(shots) if shots else None
        if folder:
            folder.mkdir(parents=True, exist_ok=True)
        person = Visitor(context.new_page(), live_server.url, language, width, folder)
        person.page.on(
            "console",
            lambda message: (
                person.complaints.append(f"{person.page.url}: console: {message.text}")
                if message.type == "error" and "404" not in message.text
                else None
            ),
        )
        person.page.on(
            "pageerror", lambda error: person.complaints.append(f"{person.page.url}: {error}")
        )
        made.append(person)
        return person

    yield make
    for person in made:
        person.page.context.close()
    complaints = [complaint for person in made for complaint in person.complaints]
    assert complaints == [], "\n".join(complaints)
