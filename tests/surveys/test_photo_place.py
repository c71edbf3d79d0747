"""A question for a photo may name the place question that takes where it was taken, and nothing else."""

from __future__ import annotations

import pytest

from server.surveys.compile import Compiled, Source, compile_form

HEAD = """
| survey |
| | type | name | label::中文 (zh) | label::English (en) | bind::shibu:sensitivity | bind::shibu:COLUMN |
"""
SETTINGS = """
| settings |
| | form_title | form_id | version | default_language | namespaces |
| | 甲 / A | a_kind | 1 | 中文 (zh) | shibu="https://shibu.example/xforms" |
"""


def compiled(rows: str, column: str = "place_into") -> Compiled:
    text = HEAD.replace("COLUMN", column) + rows + SETTINGS
    return compile_form(Source("form.md", text.encode()))


def row(kind: str, name: str, into: str = "") -> str:
    sensitivity = "" if kind.startswith(("begin", "end")) else "internal"
    return f"| | {kind} | {name} | 甲 | A | {sensitivity} | {into} |\n"


def test_the_place_stands_beside_the_photo() -> None:
    around = row("begin group", "g") + row("image", "photo", "where") + row("geopoint", "where") + row("end group", "")
    definition = compiled(around + row("image", "other")).definition
    assert definition is not None
    said = {question["path"]: question["parameters"].get("place_into") for question in definition["questions"]}
    assert said == {"g": None, "g/photo": "g/where", "g/where": None, "other": None}


@pytest.mark.parametrize(
    ("rows", "column", "named"),
    [
        (row("image", "photo", "nowhere") + row("geopoint", "where"), "place_into", "nowhere"),
        (row("image", "photo", "where") + row("text", "where"), "place_into", "where"),
        (row("audio", "voice", "where") + row("geopoint", "where"), "place_into", "where"),
        (
            row("image", "photo", "where") + row("begin group", "g") + row("geopoint", "where") + row("end group", ""),
            "place_into",
            "where",
        ),
        (row("image", "photo", "where") + row("geopoint", "where"), "keep_place", "where"),
    ],
    ids=["no such question", "no place", "no photo", "in another group", "a column that does not exist"],
)
def test_what_is_misspelt_is_refused(rows: str, column: str, named: str) -> None:
    found = compiled(rows, column)
    assert found.definition is None
    [said] = [refused.line() for refused in found.errors]
    assert (said["code"], named in str(said)) == ("bad_metadata", True)
    assert f"shibu:{column}" in str(said)
