"""The bundle is read as the build wrote it, and the pages ask for nothing it does not hold."""

import json
import re
from pathlib import Path

import pytest
from django.template import engines

from bangfu.web import bundle as bundle_module
from bangfu.web.bundle import Bundle, BundleError, check_bundle, read_bundle
from bangfu.web.templatetags.look import bundle_files, icon

PROJECT = Path(__file__).parents[2]
FRONTEND = PROJECT / "frontend"
WEB = PROJECT / "src" / "bangfu" / "web"
TEMPLATES = sorted(WEB.rglob("templates/**/*.html"))
OURS = [WEB / "templates" / "base.html", *sorted((WEB / "templates" / "parts").glob("*.html"))]
ICONS = set(json.loads((FRONTEND / "src" / "icons.json").read_text(encoding="utf-8")))

MANIFEST = {"src/main.ts": {"file": "assets/main-A.js", "css": ["assets/main-B.css"]}}


def built(folder: Path, manifest: object = MANIFEST) -> Path:
    folder.mkdir(exist_ok=True)
    (folder / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    (folder / "icons.json").write_text('{"home": "<path d=\\"M0 0\\"/>"}', encoding="utf-8")
    return folder


def relative(path: Path) -> str:
    return path.relative_to(WEB).as_posix()


def test_the_files_of_the_build_are_named_below_the_static_address(tmp_path: Path) -> None:
    bundle = read_bundle(built(tmp_path))
    assert bundle.scripts == ("bangfu/assets/main-A.js",)
    assert bundle.styles == ("bangfu/assets/main-B.css",)
    assert bundle.icon("home") == '<path d="M0 0"/>'
    assert bundle.icon("no-such-icon") == ""


@pytest.mark.parametrize("manifest", [{}, [], {"src/main.ts": {}}, {"src/main.ts": None}, "x"])
def test_what_the_build_does_not_write_is_refused(tmp_path: Path, manifest: object) -> None:
    with pytest.raises(BundleError, match="make frontend"):
        read_bundle(built(tmp_path, manifest))


def test_half_a_build_is_refused(tmp_path: Path) -> None:
    (built(tmp_path) / "icons.json").unlink()
    with pytest.raises(BundleError):
        read_bundle(tmp_path)


def test_a_missing_bundle_is_told_when_the_site_starts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bundle_module, "FOLDER", tmp_path)
    assert [warning.id for warning in check_bundle()] == ["web.W001"]
    built(tmp_path)
    assert check_bundle() == []


def test_a_page_without_a_bundle_is_plain_but_complete(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bundle_module, "FOLDER", tmp_path)
    assert bundle_files() == ""
    assert icon("home") == ""


def test_a_new_build_is_taken_up_without_a_restart(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bundle_module, "FOLDER", tmp_path)
    assert bundle_module.bundle() == Bundle()
    built(tmp_path)
    assert bundle_module.bundle().scripts == ("bangfu/assets/main-A.js",)


def test_what_a_person_wrote_never_becomes_markup() -> None:
    page = engines["django"].from_string('{% include "parts/status.html" with label=label only %}')
    assert "<script" not in page.render({"label": "<script>alert(1)</script>"})


@pytest.mark.parametrize("path", TEMPLATES, ids=relative)
def test_every_icon_a_page_asks_for_is_in_the_bundle(path: Path) -> None:
    asked = set(re.findall(r'\{% icon "([^"]+)" %\}', path.read_text(encoding="utf-8")))
    assert asked - ICONS == set()


def test_every_icon_of_the_menu_is_in_the_bundle() -> None:
    from bangfu.web.menu import ENTRIES

    assert {entry.icon for entry in ENTRIES} - ICONS == set()


#: What the pages' security policy blocks, and what htmx would have to compile.
FORBIDDEN = {
    "a script written into the page": r"<script(?![^>]*\bsrc=)",
    "a style written into the page": r"<style|\sstyle\s*=",
    "code in an attribute": r"\son[a-z]+\s*=|hx-on\b|\bjs:|javascript:",
    "a filter htmx would compile": r'hx-trigger="[^"]*\[',
    "another host": r"""(?:src|href|action)\s*=\s*["'](?:https?:)?//""",
}


@pytest.mark.parametrize("path", TEMPLATES, ids=relative)
def test_no_page_holds_what_its_policy_would_block(path: Path) -> None:
    text = re.sub(r"\{%.*?%\}|\{\{.*?\}\}", "", path.read_text(encoding="utf-8"))
    found = [what for what, pattern in FORBIDDEN.items() if re.search(pattern, text)]
    assert found == []


@pytest.mark.parametrize(
    "bad", ["<script>1</script>", '<b style="x">', '<b onclick="x">', '<a href="//x">']
)
def test_the_watch_over_the_policy_sees(bad: str) -> None:
    assert any(re.search(pattern, bad) for pattern in FORBIDDEN.values())


def test_everything_the_scripts_say_stands_in_the_page_and_nothing_else() -> None:
    scripts = "".join(
        path.read_text(encoding="utf-8") for path in sorted((FRONTEND / "src").glob("*.ts"))
    )
    said = set()
    for call in re.findall(r"\bsay\(([^()]*(?:\([^()]*\)[^()]*)*)", scripts):
        said |= set(re.findall(r'"([a-z][a-z-]+)"', call))
    words = (WEB / "templates" / "parts" / "words.html").read_text(encoding="utf-8")
    assert set(re.findall(r'data-word="([^"]+)"', words)) == said


def catalogue() -> set[str]:
    text = (WEB / "locale" / "en" / "LC_MESSAGES" / "django.po").read_text(encoding="utf-8")
    return {msgid.replace("%%", "%") for msgid in re.findall(r'^msgid "(.+)"$', text, re.MULTILINE)}


@pytest.mark.parametrize("path", OURS, ids=relative)
def test_every_text_of_the_frame_has_its_english(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    asked = set(re.findall(r"""\{% translate ["']([^"']+)["']""", text))
    asked |= set(re.findall(r"""_\(["']([^"']+)["']\)""", text))
    for block in re.findall(
        r"\{% blocktranslate[^%]*%\}(.*?)(?:\{% plural|\{% endblock)", text, re.S
    ):
        asked.add(re.sub(r"\{\{ (\w+) \}\}", r"%(\1)s", block.strip()))
    assert asked - catalogue() == set()


@pytest.mark.parametrize("path", OURS, ids=relative)
def test_no_chinese_of_the_frame_stands_outside_translation(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    for tag in (
        r"\{% translate .*?%\}",
        r"\{% blocktranslate.*?endblocktranslate %\}",
        r"""_\(["'].*?["']\)""",
    ):
        text = re.sub(tag, "", text, flags=re.S)
    # The language is named in its own words; quotation marks are not words.
    text = text.replace("<span>中文</span>", "")
    assert re.findall(r"[\u4e00-\u9fff]+", text) == []


def test_the_lock_names_every_package_but_no_registry() -> None:
    lock = json.loads((FRONTEND / "package-lock.json").read_text(encoding="utf-8"))
    packages = {name: entry for name, entry in lock["packages"].items() if name}
    assert [name for name, entry in packages.items() if "resolved" in entry] == []
    assert [name for name, entry in packages.items() if not entry.get("integrity")] == []


BUILT = bundle_module.FOLDER
needs_build = pytest.mark.skipif(
    not (BUILT / "manifest.json").exists(), reason="the bundle is not built"
)


@needs_build
def test_what_every_page_loads_stays_small() -> None:
    bundle = read_bundle(BUILT)
    loaded = [BUILT.parent / f"{name}.gz" for name in bundle.scripts + bundle.styles]
    assert sum(file.stat().st_size for file in loaded) < 100_000


@needs_build
def test_the_built_sheet_asks_for_no_dark_theme_and_no_colours_of_newer_browsers() -> None:
    [sheet] = [BUILT.parent / name for name in read_bundle(BUILT).styles]
    text = sheet.read_text(encoding="utf-8")
    newer = ("light-dark(", "oklch(", "data-bs-theme", "@layer", "@container")
    assert {word: text.count(word) for word in newer} == dict.fromkeys(newer, 0)
    # Decorations of parts no page uses; everything else is worked out while building.
    assert text.count("color-mix(") <= 8
