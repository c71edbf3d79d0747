"""Forms broken in ways nobody thought of: spreadsheets and XForms with seeded changes to their bytes, cells, sheets and trees."""

from __future__ import annotations

import copy
import io
import random
import re
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

import openpyxl

from server.surveys.compile import Source, compile_form

OURS = Path(__file__).parents[2] / "surveys"

SEEDS = {
    "plain": """
| survey |
| | type | name | label::中文 (zh) | label::English (en) | required | relevant | constraint | calculation | default | choice_filter | appearance | media::image::中文 (zh) |
| | text | who | 谁 | Who | yes | | string-length(.) > 1 | | | | | a.png |
| | integer | age | 几岁 | ${who}'s age | | ${who} != '' | . >= 0 and . < 150 | | 3 | | | |
| | select_one cl | town | 镇 | Town | | | | | | up = ${who} | minimal | |
| | select_multiple cl or_other | many | 多选 | Many | | | | | | | likert | |
| | rank cl | order | 排 | Order | | | | | | | | |
| | calculate | sum | | | | | | ${age} * 2 + count-selected(${many}) | | | | |
| | calculate | kept | | | | | | once(random()) | | | | |
| | date | day | 日 | Day | | | . <= today() | | today() | | | |
| | geopoint | place | 位置 | Place | | | | | | | placement-map | |
| | image | photo | 照片 | Photo | | | | | | | annotate | |
| choices |
| | list_name | name | label::中文 (zh) | label::English (en) | up |
| | cl | a | 甲 | A | x |
| | cl | b | ${who}的 | B | y |
| settings |
| | form_title | form_id | instance_name | default_language |
| | 试 / Trial | trial | concat(${who}, '-', ${age}) | 中文 (zh) |
""",
    "repeats": """
| survey |
| | type | name | label | repeat_count | relevant | calculation | trigger | default | save_to |
| | integer | n | N | | | | | | |
| | begin repeat | person | Person | ${n} | | | | | |
| | text | name | Name | | | | | | first_name |
| | begin group | inner | Inner | | ${name} != '' | | | | |
| | decimal | w | W | | | | | position(../..) | |
| | calculate | before | | | | indexed-repeat(${w}, ${person}, position(../..) - 1) | | | |
| | end group | | | | | | | | |
| | begin repeat | job | Job | | | | | | |
| | select_one ${name} | boss | Boss | | | | | | |
| | text | told | Told | | | concat(${boss}, ${n}) | ${boss} | | |
| | end repeat | | | | | | | | |
| | end repeat | | | | | | | | |
| | calculate | all | | | | sum(${w}) div count(${person}) | | | |
| | calculate | second | | | | /data/person[position() = 2]/name | | | |
| | text | again | Again | | | | | ${last-saved#again} | |
| entities |
| | list_name | label | repeat | create_if |
| | people | ${name} | ${person} | ${w} > 1 |
""",
}
NASTY = (
    "", " ", "'", '"', "((((", "))))", "${", "${who}", "${nobody}", "${who", ". + 1", "..", "../../../../..", "//*", "//*[//*[//*]]",
    "1 div 0", "1 2 3", "count(//*)", "position()", "/data/person[position()=last()]/name", "instance('cl')/root/item[1]/label",
    "instance(1)", "instance('nothing')/root", "pulldata('a','b','c','d')", "regex(., '(a+)+$')", "regex(., '[')", "once(.)", "current()/.",
    "jr:itext('x')", "jr:choice-name(${town}, '${town}')", "if(1,2)", "if(.='',1,.)", "selected(.)", "randomize(//*, 1)", "-" * 50, "!" * 9,
    "a" * 5000, "(" * 3000, "1+" * 3000 + "1", "[" * 500, "not(" * 200, "\x00", "\ud7ff", "\u202e中文", "é́́", "😀" * 20, "true()", "yes", "0",
    "-1", "1e999", "99999999999999999999", "NaN", "2026-02-30", "1900-01-00", "begin repeat", "end repeat", "begin group", "end group",
    "select_one", "select_one cl", "select_one ${name}", "select_multiple_from_file x.csv", "calculate", "rank cl", "range", "audit", "xml-external",
    "background-audio", "search('x')", "ex:a.b.c()", "start-geopoint", "list_name", "name", "type", "label", "bind::relevant", "<output value='x'/>",
    "&amp;", "]]>", "{0}", "%s", "../../etc/passwd", "=1+1", "${last-saved#who}", "id", "meta", "data", "who", "deleted", "a b", "a/b", "1a",
)  # fmt: skip

Change = Callable[[random.Random, bytes], bytes]


def mutated(number: int, seed: int) -> Source:
    """The form with this number; the same for the same seed."""
    chance = random.Random(f"{seed}/{number}")
    kind, make = chance.choices(KINDS, WEIGHTS)[0]
    data = make(chance)
    for _ in range(chance.choice((1, 1, 2, 3, 8))):
        data = chance.choice(CHANGES[kind])(chance, data)
    return Source(
        f"form{number}.{kind}", data, {"x.csv": "name,label\na,A\n"}, [], strict=chance.random() < 0.3
    )


def nasty(chance: random.Random) -> str:
    return chance.choice(NASTY)


# Bytes ------------------------------------------------------------------------------------------------------------


def flipped(chance: random.Random, data: bytes) -> bytes:
    found = bytearray(data or b"x")
    for _ in range(chance.choice((1, 3, 20))):
        found[chance.randrange(len(found))] = chance.randrange(256)
    return bytes(found)


def cut(chance: random.Random, data: bytes) -> bytes:
    start, end = sorted((chance.randrange(len(data) + 1), chance.randrange(len(data) + 1)))
    return data[:end] if chance.random() < 0.5 else data[:start] + data[end:]


def spliced(chance: random.Random, data: bytes) -> bytes:
    at = chance.randrange(len(data) + 1)
    return data[:at] + nasty(chance).encode("utf-8", "replace") + data[at:]


# Tables -----------------------------------------------------------------------------------------------------------


def _rows(data: bytes) -> list[str]:
    return data.decode("utf-8", "replace").splitlines()


def row_moved(chance: random.Random, data: bytes) -> bytes:
    rows = _rows(data) or [""]
    at = chance.randrange(len(rows))
    act = chance.randrange(4)
    if act == 0:
        del rows[at]
    elif act == 1:
        rows.insert(chance.randrange(len(rows)), rows[at])
    elif act == 2:
        chance.shuffle(rows)
    else:
        rows[at:at] = [rows[at]] * chance.choice((2, 50, 300))
    return "\n".join(rows).encode()


def cell_changed(chance: random.Random, data: bytes) -> bytes:
    rows = _rows(data) or ["| |"]
    at = chance.randrange(len(rows))
    cells = rows[at].split("|")
    act = chance.randrange(3)
    place = chance.randrange(len(cells))
    if act == 0:
        cells[place] = f" {nasty(chance)} "
    elif act == 1:
        del cells[place]
    else:
        other = chance.randrange(len(cells))
        cells[place], cells[other] = cells[other], cells[place]
    rows[at] = "|".join(cells)
    return "\n".join(rows).encode("utf-8", "replace")


# Workbooks --------------------------------------------------------------------------------------------------------


def workbook(text: str) -> bytes:
    """A Markdown form as .xlsx."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    sheet = None
    for line in text.strip().splitlines():
        cells = [cell.strip() for cell in line.strip().strip("|").split("|")]
        if len(cells) == 1 and cells[0]:
            sheet = book.create_sheet(cells[0])
        elif sheet is not None:
            sheet.append([cell or None for cell in cells[1:]])
    return _saved(book)


def _saved(book: openpyxl.Workbook) -> bytes:
    packed = io.BytesIO()
    book.save(packed)
    return packed.getvalue()


def cells_written(chance: random.Random, data: bytes) -> bytes:
    """Numbers, dates, errors and formulas where text was meant; sheets renamed, emptied, doubled."""
    try:
        book = openpyxl.load_workbook(io.BytesIO(data))
        _one_cell(chance, book[chance.choice(book.sheetnames)])
        return _saved(book)
    except Exception:  # a workbook that an earlier change broke stays as it is
        return data


def _one_cell(chance: random.Random, sheet: Any) -> None:
    row, column = chance.randint(1, sheet.max_row + 1), chance.randint(1, sheet.max_column + 1)
    act = chance.randrange(7)
    if act <= 2:
        text = _clean(nasty(chance))
        value = chance.choice(
            (text, chance.randint(-9, 9), chance.random() * 1e9, True, None, "=1/0", "#REF!")
        )
        sheet.cell(row, column).value = value
    elif act == 3:
        sheet.delete_rows(row, chance.choice((1, 5)))
    elif act == 4:
        sheet.insert_cols(column)
    elif act == 5:
        sheet.title = chance.choice(("Survey", "choices ", "settings", "x", "external_choices", "entities"))
    else:
        sheet.delete_cols(column)


def part_changed(chance: random.Random, data: bytes) -> bytes:
    """Broken XML inside a whole zip."""
    packed = io.BytesIO()
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(packed, "w") as new:
            names = [item.filename for item in old.infolist()]
            victim = chance.choice(names)
            for name in names:
                body = old.read(name)
                if name == victim:
                    body = chance.choice((flipped, cut, spliced))(chance, body)
                new.writestr(name, body)
    except Exception:  # a zip that an earlier change broke stays as it is
        return data
    return packed.getvalue()


# XForms -----------------------------------------------------------------------------------------------------------


def tree_changed(chance: random.Random, data: bytes) -> bytes:
    try:
        root = ElementTree.fromstring(data)
    except (ElementTree.ParseError, ValueError):
        return spliced(chance, data)
    for _ in range(chance.choice((1, 2, 6))):
        _one_change(chance, root)
    return bytes(ElementTree.tostring(root, encoding="utf-8"))


def _one_change(chance: random.Random, root: Element) -> None:
    elements = list(root.iter())
    found = chance.choice(elements)
    act = chance.randrange(7)
    if act == 0 and len(found):
        found.remove(chance.choice(list(found)))
    elif act == 1 and len(found):
        found.append(copy.deepcopy(chance.choice(list(found))))
    elif act == 2 and len(elements) < 3000:
        found.append(copy.deepcopy(chance.choice(elements)))
    elif act == 3 and found.attrib:
        found.set(chance.choice(list(found.attrib)), _clean(nasty(chance)))
    elif act == 4:
        found.set(chance.choice(_ATTRIBUTES), _clean(nasty(chance)))
    elif act == 5:
        found.tag = chance.choice(elements).tag
    else:
        found.text = _clean(nasty(chance))


_ATTRIBUTES = (
    "ref",
    "nodeset",
    "relevant",
    "calculate",
    "constraint",
    "readonly",
    "required",
    "type",
    "value",
    "event",
    "id",
    "src",
)


def _clean(text: str) -> str:
    return re.sub("[\x00-\x08\x0b\x0c\x0e-\x1f]", "", text)


def xform(text: str) -> bytes:
    return compile_form(Source("seed.md", text.encode(), strict=False)).xform.encode()


_XFORMS: dict[str, bytes] = {}


def _xform_seed(chance: random.Random) -> bytes:
    name = chance.choice(list(SEEDS))
    if name not in _XFORMS:
        _XFORMS[name] = xform(SEEDS[name])
    return _XFORMS[name]


def _seed(chance: random.Random) -> bytes:
    return SEEDS[chance.choice(list(SEEDS))].encode()


def _own(chance: random.Random) -> bytes:
    return chance.choice(sorted((OURS / "forms").glob("*.md"))).read_bytes()


def _book(chance: random.Random) -> bytes:
    return workbook(SEEDS[chance.choice(list(SEEDS))])


KINDS: tuple[tuple[str, Callable[[random.Random], bytes]], ...] = (
    ("md", _seed),
    ("md", _own),
    ("xlsx", _book),
    ("xml", _xform_seed),
)
WEIGHTS = (8, 1, 6, 8)
CHANGES: dict[str, tuple[Change, ...]] = {
    "md": (*[cell_changed] * 9, row_moved, row_moved, flipped, cut, spliced),
    "xlsx": (*[cells_written] * 12, part_changed, flipped, cut),
    "xml": (*[tree_changed] * 12, spliced, flipped, cut),
}
