"""The shared parts in a real browser: policy kept, no barrier, and what one does by keyboard.

Skipped where there is no Chromium or the bundle was not built.
"""

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.test import Client, override_settings

from bangfu.web.bundle import FOLDER

AXE = Path(__file__).parents[2] / "frontend" / "node_modules" / "axe-core" / "axe.min.js"
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
TYPES = {".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml"}
SITE = "http://bangfu.test"
#: What stands before the page in use asks for a database, which looking does not need.
LOOK_SITE = {
    "ROOT_URLCONF": "tests.web.look_site",
    "ALLOWED_HOSTS": ["bangfu.test"],
    "MIDDLEWARE": ["csp.middleware.CSPMiddleware", "django.middleware.locale.LocaleMiddleware"],
    "TEMPLATES": [
        {
            "BACKEND": "django.template.backends.django.DjangoTemplates",
            "APP_DIRS": True,
            "OPTIONS": {"context_processors": ["django.template.context_processors.request"]},
        }
    ],
}

pytestmark = [
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium"),
    pytest.mark.skipif(not (FOLDER / "manifest.json").exists(), reason="the bundle is not built"),
]


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield started
        started.close()


def answer(route: Any, asked: list[str]) -> None:
    """Give the browser what the site would, without a server."""
    request = route.request
    address = request.url.removeprefix(SITE)
    asked.append(f"{request.method} {request.url}")
    if address.startswith("/static/"):
        file = FOLDER.parent / address.removeprefix("/static/")
        route.fulfill(path=file, content_type=TYPES[file.suffix])
        return
    # A fault of the page is shown by the browser at once instead of being waited for.
    client = Client(raise_request_exception=False)
    headers = {
        "accept-language": request.headers.get("accept-language", "zh-CN"),
        "host": "bangfu.test",
    }
    response = client.generic(request.method, address, headers=headers)
    route.fulfill(
        status=response.status_code, headers=dict(response.items()), body=response.content
    )


@pytest.fixture
def open_page(browser: Any) -> Iterator[Any]:
    contexts = []

    def opened(width: int = 1440, height: int = 900, language: str = "zh-CN") -> Any:
        context = browser.new_context(
            locale=language, viewport={"width": width, "height": height}, reduced_motion="reduce"
        )
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(5_000)
        page.said, page.asked = [], []
        page.on("console", lambda message: page.said.append(message.text))
        page.on("pageerror", lambda error: page.said.append(str(error)))
        page.route("**/*", lambda route: answer(route, page.asked))
        page.goto(f"{SITE}/")
        page.wait_for_selector(".has-script")
        return page

    with override_settings(**LOOK_SITE):
        yield opened
    for context in contexts:
        context.close()


def focused(page: Any) -> str:
    return str(page.evaluate("document.activeElement.name || document.activeElement.id"))


def told(page: Any) -> str:
    return str(page.inner_text("#announcement"))


def note(page: Any, name: str) -> str:
    return str(page.inner_text(f"[name={name}] + .cell-note"))


def paste(page: Any, name: str, text: str) -> None:
    page.eval_on_selector(
        f"[name={name}]",
        """(field, text) => {
          field.focus();
          const data = new DataTransfer();
          data.setData("text/plain", text);
          const all = { clipboardData: data, bubbles: true, cancelable: true };
          field.dispatchEvent(new ClipboardEvent("paste", all));
        }""",
        text,
    )


@pytest.mark.parametrize("width", [1440, 360])
@pytest.mark.parametrize("language", ["zh-CN", "en"])
def test_there_is_no_barrier(open_page: Any, width: int, language: str) -> None:
    page = open_page(width, language=language)
    found = page.evaluate(AXE.read_text(encoding="utf-8") + "; axe.run()")
    assert [
        (rule["id"], [node["html"] for node in rule["nodes"]]) for rule in found["violations"]
    ] == []
    assert len(found["passes"]) > 30


@pytest.mark.parametrize("width", [1440, 360])
def test_the_page_is_not_wider_than_the_screen(open_page: Any, width: int) -> None:
    page = open_page(width)
    assert page.evaluate("document.documentElement.scrollWidth") == width


def test_the_policy_is_kept_and_nothing_foreign_is_asked_for(open_page: Any) -> None:
    page = open_page()
    page.wait_for_selector("#job-7:not([hx-get])")
    assert page.said == []
    assert [address for address in page.asked if SITE not in address] == []


def test_the_policy_is_really_enforced(open_page: Any) -> None:
    page = open_page()
    page.evaluate("document.body.insertAdjacentHTML('beforeend', '<p style=\"color:red\">x</p>')")
    assert any("Content Security Policy" in text for text in page.said)


def test_code_in_an_attribute_never_runs(open_page: Any) -> None:
    page = open_page()
    page.evaluate("""() => {
      const button = document.createElement("button");
      button.id = "evil";
      button.setAttribute("hx-on:click", "document.title = 'ran'");
      document.body.append(button);
      window.htmx.process(button);
      button.click();
    }""")
    assert page.title() == "数据填报 · 帮扶"


def test_progress_is_asked_for_until_the_job_has_ended(open_page: Any) -> None:
    page = open_page()
    page.wait_for_selector("#job-7:not([hx-get])")
    assert "已完成" in page.inner_text("#job-7")
    asked = len(page.asked)
    page.wait_for_timeout(2500)
    assert len(page.asked) == asked


def test_a_slash_goes_to_the_search_box_but_not_while_writing(open_page: Any) -> None:
    page = open_page()
    page.keyboard.press("/")
    assert focused(page) == "q"
    page.focus("[name=income1]")
    page.keyboard.press("/")
    assert (focused(page), page.input_value("[name=income1]")) == ("income1", "/")


def test_one_moves_through_a_grid_as_through_a_workbook(open_page: Any) -> None:
    page = open_page()
    page.focus("[name=income1]")
    steps = [
        "Enter",
        "ArrowRight",
        "Shift+Enter",
        "ArrowRight",
        "ArrowDown",
        "ArrowDown",
        "ArrowLeft",
        "ArrowUp",
    ]
    walked = []
    for key in steps:
        page.keyboard.press(key)
        walked.append(focused(page))
    # The second row's share cannot be filled in, so going down passes over it.
    expected = ["income2", "count2", "count1", "share1", "share3", "share4", "count4", "count3"]
    assert walked == expected
    assert page.url == f"{SITE}/"


def test_the_arrows_stay_in_a_text_until_its_end(open_page: Any) -> None:
    page = open_page()
    page.fill("[name=income1]", "12")
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("ArrowRight")
    assert focused(page) == "income1"
    page.keyboard.press("ArrowRight")
    assert focused(page) == "count1"


NOTES = [
    ("income1", "32.5万", "这一栏单位是万元，只填数字，例如 32.5。", True),
    ("income1", "1.234", "最多 2 位小数。", True),
    ("count1", "1.5", "这一栏只填整数。", True),
    ("count1", "-1", "不能小于 0。", True),
    ("share1", "100.1", "不能大于 100。", True),
    ("income1", "２５", "较上期 +25.0%", False),
    ("income1", "20.00", "与上期相同", False),
    ("income1", "31", "较上期 +55.0%，超过 50%，请核对并说明原因。", False),
]


@pytest.mark.parametrize(("name", "given", "said", "wrong"), NOTES)
def test_a_cell_says_while_one_types_whether_it_can_be_taken(
    open_page: Any, name: str, given: str, said: str, wrong: bool
) -> None:
    page = open_page()
    page.fill(f"[name={name}]", given)
    assert note(page, name) == said
    assert page.get_attribute(f"[name={name}]", "aria-invalid") == ("true" if wrong else None)
    page.fill(f"[name={name}]", "")
    assert (note(page, name), page.get_attribute(f"[name={name}]", "aria-invalid")) == ("", None)


def test_the_reason_is_asked_for_only_over_the_limit(open_page: Any) -> None:
    page = open_page()
    page.fill("[name=income1]", "30")
    assert not page.is_visible("#why")
    page.fill("[name=income1]", "30.1")
    assert page.is_visible("#why")


def test_a_pasted_block_fills_what_can_be_filled_and_tells_what_not(open_page: Any) -> None:
    page = open_page()
    paste(
        page,
        "income2",
        "1,000\t12\t5\t村改居\r\n2000\t13\t6\t没有这类\r\n3\t4\t5\ta\r\n9\t9\t9\ta\r\n",
    )
    assert told(page) == "已粘贴 10 格，6 格无处可放，未粘贴。按 Ctrl+Z 可整块撤销。"
    filled = [
        page.input_value(f"[name={name}]")
        for name in ("income2", "share2", "kind2", "kind3", "income4")
    ]
    assert filled == ["1,000", "", "b", "", "3"]


def test_a_pasted_block_is_taken_back_whole_and_only_right_afterwards(open_page: Any) -> None:
    page = open_page()
    page.fill("[name=income1]", "7")
    paste(page, "income1", "1\t2\n3\t4")
    page.keyboard.press("Control+z")
    names = ["income1", "count1", "income2", "count2"]
    assert [page.input_value(f"[name={name}]") for name in names] == ["7", "", "", ""]
    paste(page, "income1", "1\t2\n3\t4")
    page.focus("[name=share4]")
    page.keyboard.type("9")
    page.keyboard.press("Control+z")
    assert page.input_value("[name=income2]") == "3"


def test_same_as_last_period_overwrites_nothing(open_page: Any) -> None:
    page = open_page()
    page.fill("[name=income1]", "7")
    page.click("[data-fill-previous]")
    assert told(page) == "已按上期填入 7 格，已有内容未改动。"
    assert [page.input_value(f"[name={name}]") for name in ("income1", "income2", "count4")] == [
        "7",
        "20",
        "120",
    ]


def test_copying_works_without_a_secure_connection(open_page: Any) -> None:
    page = open_page()
    assert page.evaluate("navigator.clipboard === undefined")
    page.click("[data-copy]")
    assert told(page) == "已复制。"


def test_leaving_with_unsaved_changes_is_asked_about_and_sending_is_not(open_page: Any) -> None:
    page = open_page()
    asked = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))
    page.focus("[name=income1]")
    page.keyboard.type("7")
    page.goto(f"{SITE}/")
    assert asked == ["beforeunload"]
    page.focus("[name=income1]")
    page.keyboard.type("7")
    page.click("form[data-unsaved] [type=submit]")
    page.wait_for_selector("#kept")
    assert asked == ["beforeunload"]


def test_a_form_is_sent_once_however_often_it_is_pressed(open_page: Any) -> None:
    page = open_page()
    page.eval_on_selector(
        "form[data-unsaved] [type=submit]",
        "(button) => { button.click(); button.click(); button.click(); }",
    )
    page.wait_for_selector("#kept")
    assert [address for address in page.asked if address.startswith("POST")] == [
        f"POST {SITE}/kept"
    ]


def test_the_menu_of_narrow_screens_opens_and_closes_by_keyboard(open_page: Any) -> None:
    page = open_page(360)
    assert not page.is_visible("#side-menu")
    page.focus("[data-menu-button]")
    page.keyboard.press("Enter")
    assert page.is_visible("#side-menu")
    assert page.get_attribute("[data-menu-button]", "aria-expanded") == "true"
    page.keyboard.press("Escape")
    assert not page.is_visible("#side-menu")
    assert page.evaluate("document.activeElement.hasAttribute('data-menu-button')")


def test_the_first_tab_leads_past_the_menu(open_page: Any) -> None:
    page = open_page()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert focused(page) == "content"


def test_a_message_put_away_leaves_the_focus_on_the_page(open_page: Any) -> None:
    page = open_page()
    page.click(".notice-close >> nth=0")
    assert (page.locator(".notice-close").count(), focused(page)) == (3, "content")


def test_paper_shows_the_matter_and_not_the_frame(open_page: Any) -> None:
    page = open_page()
    page.emulate_media(media="print")
    shown = [
        page.is_visible(part) for part in ("h1", "table", ".bar", ".side", ".form-end", ".pager")
    ]
    assert shown == [True, True, False, False, False, False]


def test_without_scripts_the_menu_and_the_form_are_there(browser: Any) -> None:
    with override_settings(**LOOK_SITE):
        page = browser.new_page(java_script_enabled=False, viewport={"width": 360, "height": 740})
        page.route("**/*", lambda route: answer(route, []))
        page.goto(f"{SITE}/")
        assert page.is_visible("#side-menu")
        assert page.is_visible("form[data-unsaved] [type=submit]")
        page.close()
