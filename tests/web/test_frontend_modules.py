"""What the scripts read: figures as people type them, blocks as workbooks copy them."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

SOURCES = Path(__file__).parents[2] / "frontend" / "src"
NODE = Path(sys.executable).parent / "node"

pytestmark = pytest.mark.skipif(not NODE.exists(), reason="Node is not installed")

#: Whole numbers of any size travel as text.
CALL = """
const { module, name, calls } = JSON.parse(require("node:fs").readFileSync(0, "utf8"));
const widen = (one) => (one && one.whole ? BigInt(one.whole) : one);
const narrow = (_, one) => (typeof one === "bigint" ? String(one) : one);
import(module).then((loaded) => {
  const results = calls.map((given) => loaded[name](...given.map(widen)) ?? null);
  console.log(JSON.stringify(results, narrow));
});
"""


def call(module: str, name: str, *calls: list[Any]) -> list[Any]:
    asked = {"module": (SOURCES / module).as_uri(), "name": name, "calls": calls}
    done = subprocess.run(
        [NODE, "--no-warnings", "--input-type=commonjs", "-e", CALL],
        input=json.dumps(asked),
        capture_output=True,
        encoding="utf-8",
        timeout=60,
    )
    assert done.returncode == 0, done.stderr[-600:]
    return json.loads(done.stdout)


def big(value: int) -> dict[str, str]:
    return {"whole": str(value)}


ACCEPTED = {
    "0": "0",
    "32.5": "32500000",
    "1,234.5": "1234500000",
    "１，２３４．５": "1234500000",
    " 12 345 ": "12345000000",
    "−3": "-3000000",
    "+7": "7000000",
    "0.000001": "1",
    "1.5000000000": "1500000",
    "9999999999999999999": "9999999999999999999000000",
}
REFUSED = [
    "",
    " ",
    "3.3E+17",
    "32.5万",
    "1,23",
    "12,34,567",
    ",5",
    "1.2.3",
    "--1",
    "0x10",
    "0.0000001",
    ".",
    "∞",
    "五",
]


def test_figures_are_read_exactly_however_they_are_typed() -> None:
    read = call("numbers.ts", "readNumber", *([text] for text in ACCEPTED))
    assert dict(zip(ACCEPTED, read, strict=True)) == ACCEPTED


def test_what_might_mean_something_else_is_not_read() -> None:
    read = call("numbers.ts", "readNumber", *([text] for text in REFUSED))
    assert dict(zip(REFUSED, read, strict=True)) == dict.fromkeys(REFUSED)


def test_figures_are_written_with_commas_and_no_more_decimals_than_they_have() -> None:
    values = [0, 1_000_000, -1_234_567_890_000, 500_000, 999_999_999_000_001]
    written = call("numbers.ts", "writeNumber", *([big(value)] for value in values))
    assert written == ["0", "1", "-1,234,567.89", "0.5", "999,999,999.000001"]


def test_the_change_is_rounded_half_away_from_zero_and_unknown_from_nothing() -> None:
    pairs = [(1_100, 1_000), (900, 1_000), (2_001, 2_000), (1_999, 2_000), (5, 0), (5, -3)]
    changes = call("numbers.ts", "changeInTenths", *([big(a), big(b)] for a, b in pairs))
    assert changes == ["100", "-100", "1", "-1", None, None]


BLOCKS = {
    "1\t2\r\n3\t4\r\n": [["1", "2"], ["3", "4"]],
    "1\t2\n3\t4": [["1", "2"], ["3", "4"]],
    "only": [["only"]],
    "": [[""]],
    "a\t\tb": [["a", "", "b"]],
    '"two\nlines"\tx': [["two\nlines", "x"]],
    '"say ""yes"""\t1': [['say "yes"', "1"]],
    '"a\tb"\tc\n': [["a\tb", "c"]],
    'a "quote" inside\t2': [['a "quote" inside', "2"]],
    '"not closed\t2': [['"not closed', "2"]],
    "1\n\n3": [["1"], [""], ["3"]],
    "1\t": [["1", ""]],
}


def test_blocks_are_read_as_workbooks_copy_them() -> None:
    read = call("pasting.ts", "readBlock", *([text] for text in BLOCKS))
    assert dict(zip(BLOCKS, read, strict=True)) == BLOCKS


def test_a_block_of_many_cells_is_read_whole() -> None:
    [rows] = call(
        "pasting.ts",
        "readBlock",
        ["\n".join("\t".join("1234.5" for _ in range(20)) for _ in range(500))],
    )
    assert (len(rows), {len(row) for row in rows}) == (500, {20})
