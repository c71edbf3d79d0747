"""The same thing wrong in many places, said once: how often, where first, and the one cell that mends it.

Promises: pure; what differs keeps a line of its own; a group stands where its first line stood.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

#: Places named one by one; the rest are counted.
NAMED = 4

Line = Mapping[str, Any]

#: Code → what is said of {n} of them, {names} first, in both languages.
SENTENCES: dict[str, tuple[str, str]] = {
    "missing_sensitivity": (
        "{n} 题没有写敏感级别：{names}。一格就能改好：settings 表加一列 shibu:sensitivity，"
        "写 public、internal、personal 或 sensitive，没写的题都照它。",
        "{n} without a word of how sensitive: {names}. One cell mends it: a column shibu:sensitivity on the sheet"
        " settings with public, internal, personal or sensitive, for every question that says nothing.",
    ),
    "missing_purpose": (
        "{n} 道敏感题没有写用途：{names}。一格就能改好：settings 表加一列 shibu:purpose，写清为什么要问。",
        "{n} sensitive without a purpose: {names}. One cell mends it: a column shibu:purpose on the sheet settings"
        " that says why this is asked.",
    ),
}
MEDIA = (
    "{n} 个图片或声音没有一起上传：{names}",
    "{n} pictures or sounds did not come with the form: {names}",
)
PLACES = ("{said}（一共 {n} 处：{names}）", "{said} ({n} places: {names})")


def grouped(lines: Sequence[Line]) -> list[dict[str, Any]]:
    """Lines for people, from lines with a place each."""
    groups: dict[tuple[str, str], list[Line]] = {}
    for line in lines:
        alike = line["code"] in SENTENCES or line["code"] == "missing_media"
        groups.setdefault((line["code"], "" if alike else line["zh"]), []).append(line)
    return [_said(code, _worth_naming(group)) for (code, _), group in groups.items()]


def shown(line: Line) -> dict[str, Any]:
    """Without what only grouping asks for."""
    return {key: value for key, value in line.items() if key not in {"name", "detail"}}


def _worth_naming(group: list[Line]) -> list[Line]:
    """What the converter made beside a question goes with it; a calculation is named when only calculations are left."""
    if group[0]["code"] not in SENTENCES:
        return group
    there = {(line.get("name"), line["row"]) for line in group}
    own = [line for line in group if (_beside(line), line["row"]) not in there]
    return [line for line in own if line.get("detail") != "calculate"] or own


def _beside(line: Line) -> str | None:
    name = str(line.get("name") or "")
    return name.removesuffix("_other") if name.endswith("_other") else None


def _said(code: str, group: list[Line]) -> dict[str, Any]:
    first = group[0]
    if code not in SENTENCES and len(group) == 1:
        return shown(first)
    zh, en = SENTENCES.get(code, MEDIA if code == "missing_media" else PLACES)
    named = code in SENTENCES or code == "missing_media"
    n = len(group)
    return shown(first) | {
        "row": first["row"] if n == 1 else None,
        "count": n,
        "zh": zh.format(n=n, said=first["zh"], names=_names(group, named, "、", " 等", _row_zh)),
        "en": en.format(n=n, said=first["en"], names=_names(group, named, ", ", " and more", _row_en)),
    }


def _names(group: list[Line], named: bool, comma: str, more: str, row: Callable[[Line, bool], str]) -> str:
    told = comma.join(row(line, named) for line in group[:NAMED])
    return told + (more if len(group) > NAMED else "")


def _row_zh(line: Line, named: bool) -> str:
    name = str(line.get("name") or "") if named else ""
    place = f"第 {line['row']} 行" if line["row"] else ""
    return f"{name}（{place}）" if name and place else name or place or "表里"


def _row_en(line: Line, named: bool) -> str:
    name = str(line.get("name") or "") if named else ""
    place = f"row {line['row']}" if line["row"] else ""
    return f"{name} ({place})" if name and place else name or place or "the form"
