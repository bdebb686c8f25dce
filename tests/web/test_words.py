"""Every text of the pages has its English; every act of the log has its words."""

import io
import pkgutil
import re
from importlib import import_module
from pathlib import Path

import pytest
from babel.messages.extract import extract_python
from babel.messages.pofile import read_po
from django.apps import apps
from django.utils.translation.template import templatize

import bangfu.records
from bangfu.records.audit.actions import ACTION_CODES
from bangfu.web.audit.sentences import SENTENCES
from bangfu.web.words import catalogues

PACKAGE = Path(bangfu.records.__file__).parents[1]
KEYWORDS = dict.fromkeys(
    ("_", "gettext", "gettext_lazy", "gettext_noop", "ngettext", "ngettext_lazy")
)
CHINESE = re.compile(r"[\u4e00-\u9fff]")


def english() -> dict[str, object]:
    found: dict[str, object] = {}
    for path in catalogues():
        with path.open("rb") as file:
            found |= {entry_id(entry): entry.string for entry in read_po(file) if entry.id}
    return found


def entry_id(entry) -> str:
    return entry.id if isinstance(entry.id, str) else entry.id[0]


def said_in(text: str) -> set[str]:
    source = io.BytesIO(text.encode())
    found: set[str] = set()
    for _line, _keyword, said, _comments in extract_python(
        source, KEYWORDS, (), {"encoding": "utf-8"}
    ):
        # A call on a variable says nothing by itself.
        parts = [said] if isinstance(said, str) else list(said or ())
        found.update(part for part in parts[:1] if part)
    return {said for said in found if CHINESE.search(said)}


def said_by_the_pages() -> dict[str, str]:
    """Each msgid with a file that says it."""
    found: dict[str, str] = {}
    for top in ("records", "web"):
        for path in sorted((PACKAGE / top).rglob("*.html")):
            for said in said_in(templatize(path.read_text(encoding="utf-8"), origin=path.name)):
                found.setdefault(said, path.name)
        for path in sorted((PACKAGE / top).rglob("*.py")):
            for said in said_in(path.read_text(encoding="utf-8")):
                found.setdefault(said, path.name)
    return found


def labels_of_choices() -> dict[str, str]:
    """Each label that a page may show with ``get_..._display``."""
    return {
        str(label): f"{model._meta.label}.{field.name}"
        for config in apps.get_app_configs()
        if config.name.startswith("bangfu.")
        for model in config.get_models()
        for field in model._meta.get_fields()
        for _value, label in getattr(field, "flatchoices", None) or ()
        if CHINESE.search(str(label))
    }


def test_every_text_of_the_pages_has_its_english():
    known = english()
    missing = {said: where for said, where in said_by_the_pages().items() if not known.get(said)}
    assert missing == {}


def test_every_label_of_a_choice_has_its_english():
    known = english()
    missing = {label: where for label, where in labels_of_choices().items() if not known.get(label)}
    assert missing == {}


def test_no_english_text_is_left_in_chinese():
    """A name given as an example may stand in it; a text that is mostly Chinese is none."""
    left = {
        said: text
        for said, text in english().items()
        for part in ([text] if isinstance(text, str) else list(text))
        if len(CHINESE.findall(part)) > len(part) / 4
    }
    assert left == {}


def test_named_values_are_the_same_in_both_languages():
    names = re.compile(r"%\((\w+)\)")
    differing = {
        said: text
        for said, text in english().items()
        if isinstance(text, str) and set(names.findall(said)) != set(names.findall(text))
    }
    assert differing == {}


def import_all_records():
    for module in pkgutil.walk_packages(bangfu.records.__path__, "bangfu.records."):
        if ".migrations" not in module.name:
            import_module(module.name)


def test_every_act_of_the_log_has_its_words():
    import_all_records()
    codes = {code for code in ACTION_CODES if not code.startswith("tests.")}
    assert codes - set(SENTENCES) == set()


@pytest.mark.django_db
def test_the_models_have_their_migrations():
    from django.core.management import call_command

    call_command("makemigrations", check=True, dry_run=True, verbosity=0)
