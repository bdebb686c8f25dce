"""Documents are read as they come and made plain enough to search."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bangfu.schemes.source.text import flow, normalise, read_source
from bangfu.vocabulary.errors import FaultsFound

SENTENCE = "每镇每年 300 万元，按６：３：１分担"
PLAIN = "每镇每年300万元,按6:3:1分担"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_a_document_is_read_in_each_encoding(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "document.txt"
    path.write_bytes(SENTENCE.encode(encoding))
    assert read_source(path) == PLAIN


@pytest.mark.parametrize("content", [b"", b" \n\t\n", b"\x50\x4b\x03\x04\0\0", b"\x81\xff\xff"])
def test_what_is_no_text_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "document.txt"
    path.write_bytes(content)
    with pytest.raises(FaultsFound, match=r"document\.txt.*SRC-01"):
        read_source(path)


def test_a_missing_file_is_refused_without_its_path(tmp_path: Path) -> None:
    with pytest.raises(FaultsFound, match="SRC-01") as refusal:
        read_source(tmp_path / "missing.txt")
    assert str(tmp_path) not in refusal.value.faults[0].sentence("en")


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("１２７个", "127个"),
        ("8％ 以上", "8%以上"),
        ("“一镇一策”", '"一镇一策"'),
        ("12 市和 1 个县", "12市和1个县"),
        ("12\u3000市", "12市"),
        ("Example Province", "Example Province"),
        ("30\t18 \t21", "30\t18\t21"),
        ("20\u2009000元", "20000元"),
        ("①目标", "①目标"),
        ("一\r\n二\r三", "一\n二\n三"),
    ],
)
def test_signs_and_spaces_are_made_plain(written: str, expected: str) -> None:
    assert normalise(written) == expected


@given(st.text(alphabet="一二2３％： \t\n“a", max_size=30))
@settings(max_examples=80)
def test_plain_text_stays_as_it_is(text: str) -> None:
    assert normalise(normalise(text)) == normalise(text)


def test_a_line_broken_inside_a_word_is_joined() -> None:
    assert flow("重点帮\n\n扶镇不少于\n5人") == "重点帮扶镇不少于\n5人"


def test_lines_of_a_table_stay_apart() -> None:
    assert flow("附表\n东市\t2\t1\n西市\t1\t0\n备注") == "附表\n东市\t2\t1\n西市\t1\t0\n备注"


def test_digits_of_two_lines_never_become_one_number() -> None:
    assert flow("共20\n30个") == "共20\n30个"
