"""A small folder of tables for clusters: a grid of villages in two counties."""

import csv
from collections.abc import Callable
from pathlib import Path

import pytest

WIDTH, HEIGHT = 6, 5
HUBS = (7, 10, 20)


def village_code(number: int) -> str:
    """Counties 990101 and 990102; three columns of the grid each; a town per county."""
    county = 1 + (number % WIDTH) // 3
    return f"9901{county:02d}100{200 + number:03d}"


@pytest.fixture
def grid_folder(tmp_path: Path) -> Callable[..., Path]:
    """Writes the folder; tables may be left out or replaced: ``grid_folder(locks=[...])``."""

    def write(**tables: list[list[object]] | None) -> Path:
        folder = tmp_path / "data"
        folder.mkdir(exist_ok=True)
        for name, rows in {**_tables(), **tables}.items():
            if rows is not None:
                with (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
                    csv.writer(file).writerows(rows)
        return folder

    return write


def _tables() -> dict[str, list[list[object]]]:
    head = ["code", "name", "level", "parent_code", "code_system", "x_km", "y_km", "tags"]
    places: list[list[object]] = [head]
    for county in (1, 2):
        above = f"9901{county:02d}000000"
        places.append([above, f"示例县{county}", "county", "", "nbs", "", "", ""])
        town = f"9901{county:02d}100000"
        places.append([town, f"示例乡{county}", "township", above, "nbs", "", "", ""])
    attributes: list[list[object]] = [["place_code", "income", "tea"]]
    pairs: list[list[object]] = [["a_code", "b_code"]]
    for number in range(WIDTH * HEIGHT):
        x, y = number % WIDTH, number // WIDTH
        code = village_code(number)
        tags = "hub" if number in HUBS else "weak" if number % 7 == 0 else ""
        town = f"{code[:9]}000"
        places.append([code, f"示例村{number}", "village", town, "nbs", x, y, tags])
        attributes.append([code, 10 + 3 * x + number % 4, (5 * number) % 11])
        if x + 1 < WIDTH:
            pairs.append([code, village_code(number + 1)])
        if y + 1 < HEIGHT:
            pairs.append([code, village_code(number + WIDTH)])
    return {"places": places, "attributes": attributes, "adjacency": pairs}
