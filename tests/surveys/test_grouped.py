"""What is wrong in many places is said once, with the cell that mends it."""

from __future__ import annotations

from typing import Any

from server.surveys import worker
from server.surveys.compile import Source
from server.surveys.grouped import grouped
from server.surveys.refusal import Refused

FORM = """
| survey |
| | type | name | label | calculation | bind::shibu:sensitivity |
| | select_one tap or_other | source | 水从哪来 | | |
| | integer | depth | 水深 | | |
| | calculate | twice | | ${depth} * 2 | |
| | note | thanks | 谢谢 | | |
| choices |
| | list_name | name | label |
| | tap | well | 井 |
| settings |
| | form_title | form_id | namespaces |
| | 水源 | taps | shibu="https://shibu.example/xforms" |
"""


async def lines(text: str) -> list[dict[str, Any]]:
    return grouped((await worker.run(Source("taps.md", text.encode(), strict=True))).errors)


async def test_one_line_names_questions_people_are_asked_and_the_cell() -> None:
    (line,) = await lines(FORM)
    assert line["count"] == 2 and "source（第 2 行）、depth（第 3 行）。" in line["zh"]
    assert "source (row 2), depth (row 3)." in line["en"] and "settings" in line["en"]
    assert "source_other" not in line["zh"] and "twice" not in line["zh"]


async def test_a_calculation_is_named_when_it_alone_is_left() -> None:
    rows = FORM.replace("水从哪来 | | |", "水从哪来 | | internal |").replace(
        "水深 | | |", "水深 | | internal |"
    )
    (line,) = await lines(rows)
    assert line["count"] == 1 and line["row"] == 4 and "twice" in line["zh"]


async def test_the_cell_that_is_named_mends_it() -> None:
    settled = FORM.replace("| form_id |", "| form_id | shibu:sensitivity |")
    (line,) = await lines(settled.replace("| taps |", "| taps | sensitive |"))
    assert line["code"] == "missing_purpose" and line["count"] == 2 and "shibu:purpose" in line["zh"]
    settled = settled.replace(
        "shibu:sensitivity | namespaces", "shibu:sensitivity | shibu:purpose | namespaces"
    )
    assert await lines(settled.replace("| taps |", "| taps | sensitive | 修井要用 |")) == []
    bare = FORM.replace(" | bind::shibu:sensitivity |", " |").replace(
        " | namespaces |", " | shibu:sensitivity |"
    )
    bare = bare.replace('shibu="https://shibu.example/xforms"', "internal")
    assert await lines(bare) == [], "a form from elsewhere needs no more than that cell"


def test_what_differs_keeps_its_own_line_and_what_is_the_same_is_counted() -> None:
    unknown = [
        Refused("unknown_reference", name, sheet="survey", row=row).line()
        for name, row in (("a", 3), ("b", 4))
    ]
    assert [(line["zh"], line["row"]) for line in grouped(unknown)] == [(e["zh"], e["row"]) for e in unknown]
    same = [Refused("unknown_reference", "a", sheet="survey", row=row).line() for row in range(3, 9)]
    (line,) = grouped(same)
    assert line["count"] == 6 and line["zh"].endswith("（一共 6 处：第 3 行、第 4 行、第 5 行、第 6 行 等）")
    (line,) = grouped([Refused("missing_media", name).line() for name in ("a.png", "b.png")])
    assert line["zh"] == "2 个图片或声音没有一起上传：a.png、b.png"
    assert grouped([]) == []
