"""The help: every topic in both languages, and nothing named in it that is not there."""

import pytest
import typer
from django.test import Client
from django.urls import Resolver404, resolve
from markdown_it import MarkdownIt

from bangfu.cli.app import app
from bangfu.web.help import topics
from bangfu.web.help.topics import ADDRESS, FOLDER, TOPICS, rendered, topic_for

LANGUAGES = ("zh", "en")
NAMES = [topic.name for topic in TOPICS]
EVERY = [(name, language) for name in NAMES for language in LANGUAGES]


def tokens(name, language):
    text = (FOLDER / f"{name}.{language}.md").read_text(encoding="utf-8")
    return MarkdownIt("commonmark").enable("table").parse(text)


def shape(name, language):
    """Headings, lists, tables and blocks of code, in their order."""
    kinds = {"heading_open", "ordered_list_open", "table_open", "fence"}
    return [token.type for token in tokens(name, language) if token.type in kinds]


def spans_of_code(name, language):
    for token in tokens(name, language):
        if token.type == "fence":
            yield from token.content.splitlines()
        for child in token.children or ():
            if child.type == "code_inline":
                yield child.content


def is_command(words):
    """Whether a call names a command that is there, with options it has."""
    command = typer.main.get_command(app)
    rest = words.split()[1:]
    while rest and hasattr(command, "commands") and not rest[0].startswith("-"):
        if rest[0] not in command.commands:
            return False
        command = command.commands[rest.pop(0)]
    known = {option for param in command.params for option in [*param.opts, *param.secondary_opts]}
    return all(word in known for word in rest if word.startswith("--"))


def test_no_text_lies_about_that_is_no_topic():
    assert {f"{name}.{language}.md" for name, language in EVERY} == {
        path.name for path in FOLDER.iterdir()
    }


@pytest.mark.parametrize(("name", "language"), EVERY)
def test_every_topic_is_a_page(name, language):
    client = Client(headers={"Accept-Language": "en" if language == "en" else "zh-hans"})
    page = client.get(f"/help/{name}/").content.decode()
    title = next(topic.title for topic in TOPICS if topic.name == name).in_language(language)
    assert title in page
    assert rendered(name, language) in page


@pytest.mark.parametrize("name", NAMES)
def test_both_languages_tell_the_same_in_the_same_order(name):
    assert shape(name, "zh") == shape(name, "en")


@pytest.mark.parametrize(("name", "language"), EVERY)
def test_every_address_leads_somewhere(name, language):
    lost = []
    for span in spans_of_code(name, language):
        if ADDRESS.fullmatch(span):
            try:
                resolve(span)
            except Resolver404:
                lost.append(span)
    assert lost == []


@pytest.mark.parametrize(("name", "language"), EVERY)
def test_every_command_is_there(name, language):
    calls = [span for span in spans_of_code(name, language) if span.startswith("bangfu ")]
    assert [call for call in calls if not is_command(call)] == []


def test_a_made_up_command_or_option_would_be_noticed():
    calls = ("bangfu fly", "bangfu import everything", "bangfu serve --sideways")
    assert [is_command(call) for call in calls] == [False, False, False]


def test_html_in_a_topic_is_shown_as_text(monkeypatch, tmp_path):
    rendered.cache_clear()
    (tmp_path / "odd.zh.md").write_text('<script>x</script> [a](javascript:x) <b onclick="x">')
    monkeypatch.setattr(topics, "FOLDER", tmp_path)
    page = rendered("odd", "zh")
    assert "&lt;script&gt;" in page
    assert "<script" not in page
    assert "<b" not in page
    assert "href" not in page


def test_an_address_is_a_link_and_other_code_is_none(monkeypatch, tmp_path):
    rendered.cache_clear()
    (tmp_path / "odd.zh.md").write_text('`/places/` `/a"b/` `<b>` `//elsewhere.example/`')
    monkeypatch.setattr(topics, "FOLDER", tmp_path)
    page = rendered("odd", "zh")
    assert page.count("<a ") == 1
    assert '<a href="/places/"><code>/places/</code></a>' in page
    assert "<code>&lt;b&gt;</code>" in page


@pytest.mark.parametrize("address", ["/help/unknown/", "/help/topics/", "/help/..%2Fviews/"])
def test_an_unknown_topic_is_not_found(address):
    assert Client().get(address).status_code == 404


@pytest.mark.parametrize(
    ("address", "name"),
    [
        ("/figures/3/2026Q3/17/", "enter"),
        ("/figures/returns/3/", "review"),
        ("/accounts/me/", "accounts"),
        ("/sign-in/", "accounts"),
        ("/audit/", "safety"),
        ("/places/3/", "divisions"),
    ],
)
def test_a_page_leads_to_its_topic(address, name):
    assert topic_for(address).name == name


def test_a_page_without_a_topic_leads_to_all_of_them():
    assert topic_for("/") is None
    assert 'href="/help/"' in Client().get("/help/").content.decode()


def test_the_link_stands_in_the_bar_before_signing_in():
    assert 'href="/help/accounts/"' in Client().get("/sign-in/").content.decode()


def test_every_topic_that_claims_an_address_claims_one_that_is_there():
    for topic in TOPICS:
        for start in topic.helps_on:
            assert any(start.startswith(f"/{area}") for area in _areas()), start


def _areas():
    from bangfu.web.urls import urlpatterns

    own = ("sign-in/", "password/")
    return [str(entry.pattern) for entry in urlpatterns if str(entry.pattern)] + list(own)
