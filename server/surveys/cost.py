"""What a form costs the people who fill it in: seconds per question, times a year, households, hours.

Promises: pure arithmetic over a definition, with every figure of it in the table below; an estimate to argue with before
a question is added, never a measurement of a person.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

#: Seconds to ask, hear and enter one answer. surveys/README.md shows this table.
SECONDS: dict[str, int] = {
    "text": 20,
    "integer": 8,
    "decimal": 8,
    "range": 6,
    "date": 8,
    "time": 8,
    "dateTime": 12,
    "select_one": 7,
    "select_multiple": 12,
    "rank": 20,
    "acknowledge": 3,
    "note": 3,
    "image": 25,
    "audio": 40,
    "video": 60,
    "file": 20,
    "barcode": 10,
    "geopoint": 20,
    "geotrace": 120,
    "geoshape": 120,
}
LONG_TEXT = 40
#: A question asked only under a condition counts half.
SOMETIMES = 0.5
#: How many entries a repeat is taken to have.
ENTRIES = 2

SUBJECTS = {
    "household": ("户", "households"),
    "person": ("人", "people"),
    "village": ("个村", "villages"),
}


def seconds_of(question: Mapping[str, Any]) -> float:
    """One question, asked once."""
    if question.get("calculate") is not None or question.get("read_only") is True:
        return 0
    if question["type"] == "text" and "multiline" in str(question.get("appearance", "")):
        return LONG_TEXT
    return SECONDS.get(question["type"], 0)


def asked(definition: Mapping[str, Any]) -> int:
    """How many questions a person is asked: no notes, groups, repeats or calculations."""
    return sum(
        question.get("holds") not in {"nothing", "entries"}
        and question.get("calculate") is None
        and question["type"] not in {"calculate", "hidden", "meta"}
        for question in definition["questions"]
    )


def seconds(definition: Mapping[str, Any]) -> float:
    """Filling the form in once."""
    weight: dict[str, float] = {"": 1.0}
    total = 0.0
    for question in definition["questions"]:
        own = weight.get(question["parent"], 1.0)
        if question.get("relevant") is not None:
            own *= SOMETIMES
        if question["type"] == "repeat":
            own *= ENTRIES
        weight[question["path"]] = own
        total += own * seconds_of(question)
    return round(total, 1)


def subject(definition: Mapping[str, Any]) -> str:
    """Whom it is filled in about: the kind itself, what its records belong to, or the village."""
    if definition["kind"] in {"household", "person"}:
        return str(definition["kind"])
    parent = definition["envelope"].get("parent")
    for question in definition["questions"]:
        if question["path"] == parent and question.get("refers") in {"household", "person"}:
            return str(question["refers"])
    return "village"


def cost(
    definition: Mapping[str, Any], live: Mapping[str, Any] | None, times: float, counts: Mapping[str, int]
) -> dict[str, Any]:
    """`counts`: how many of each subject there are. `added_hours`: more than the live version costs."""
    about = subject(definition)
    count = counts.get(about, 0)
    each = seconds(definition)
    before = seconds(live) if live else 0.0
    hours = each * times * count / 3600
    added = round((each - before) * times * count / 3600, 1) if live else 0.0
    zh, en = SUBJECTS[about]
    often = f"{times:g}"
    return {
        "seconds": each,
        "before_seconds": before,
        "times_per_year": times,
        "subject": about,
        "count": count,
        "hours": round(hours, 1),
        "added_hours": added,
        "zh": f"填一次约 {_long(each, '秒', '分钟')} × {count} {zh} × 一年 {often} 次 = 一年约 {_hours(hours)} 小时"
        + (f"（{_compared(added)[0]}）" if live else ""),
        "en": f"about {_long(each, 's', 'min')} × {count} {en} × {often} {'time' if times == 1 else 'times'} a year"
        f" = about {_hours(hours)} hours a year" + (f" ({_compared(added)[1]})" if live else ""),
    }


def _compared(added: float) -> tuple[str, str]:
    if not added:
        return "和现在一样", "the same as now"
    more = _hours(abs(added))
    return (
        f"比现在{'多' if added > 0 else '少'} {more} 小时",
        f"{more} {'more' if added > 0 else 'fewer'} than now",
    )


def _hours(value: float) -> str:
    return f"{value:,.0f}" if value >= 10 or value == 0 else f"{value:.1f}"


def _long(value: float, second: str, minute: str) -> str:
    return f"{value:.0f} {second}" if value < 90 else f"{value / 60:.0f} {minute}"


def table() -> str:
    """As surveys/README.md shows it."""
    rows = ["| type | seconds |", "| --- | --- |"]
    rows += [f"| `{name}` | {value} |" for name, value in SECONDS.items()]
    rows.insert(3, f"| `text`, `multiline` | {LONG_TEXT} |")
    return "\n".join(rows)
