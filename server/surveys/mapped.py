"""Which form, screen and rule stands behind every item of the ten steps and every mechanism, as the table in surveys/README.md.

Promises: pure; made from steps.csv, mechanisms.csv and figures.csv alone, so that the table cannot say what the program does not do.
What is not recorded on purpose says why.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from server.surveys.guide_rows import pieces, table_of

BEGIN, END = "<!-- map: python -m server survey map --write surveys/README.md -->", "<!-- end of map -->"
#: Counted on the phone alone, from notes that never leave it (domain.md 1.5).
PRIVATE = {"s5.people.forward", "s5.people.cold", "s5.people.backbone"}
OWN_SCREENS = {"visit": "/visit", "problem": "/problem-new", "household": "/households", "person": "/households", "village_profile": "/village/profile"}
_EVERY = {"day": "每天 daily", "week": "每周 weekly", "month": "每月 monthly", "quarter": "每季度 quarterly", "half": "每半年 half-yearly", "year": "每年 yearly"}
_KIND = re.compile(r"[a-z][a-z0-9_]*")
_RECORDS, _NAME = re.compile(r"instance\('([a-z_0-9]+)'\)/root/item"), r"\1"


def table(folder: Path) -> str:
    """Both tables, ready for the page."""
    rows = {name: table_of((folder / f"{name}.csv").read_text("utf-8")) for name in ("steps", "mechanisms", "figures")}
    steps = [row for row in rows["steps"] if "." in row["id"] and ".tip." not in row["id"]]
    figures: dict[str, list[str]] = {}
    for row in rows["figures"]:
        figures.setdefault(row["mechanism"], []).append(f"{row['zh']} {row['en']}")
    lines = ["| 任务 item | 做什么 what | 表 form | 在哪里记 screen | 算做到 done when |", "| --- | --- | --- | --- | --- |"]
    lines += [_line(*_step(row)) for row in steps]
    lines += ["", "| 机制 mechanism | 做什么 what | 表 form | 在哪里记 screen | 多久一次、算什么 cadence and figures |", "| --- | --- | --- | --- | --- |"]
    lines += [_line(*_mechanism(row, figures.get(row["id"], []))) for row in rows["mechanisms"]]
    return "\n".join(lines)


def ids(folder: Path) -> Iterator[tuple[str, str, str]]:
    """Every id with the forms it is recorded in, and what is said where there is none."""
    for name in ("steps", "mechanisms"):
        for row in table_of((folder / f"{name}.csv").read_text("utf-8")):
            if "." in row["id"] and ".tip." not in row["id"]:
                cells = _step(row) if name == "steps" else _mechanism(row, [])
                yield cells[0], cells[2], cells[4]


def written(page: str, made: str) -> str:
    """The page with the table between its two marks."""
    before, _, rest = page.partition(BEGIN)
    return f"{before}{BEGIN}\n\n{made}\n\n{END}{rest.partition(END)[2]}"


def _line(*cells: str) -> str:
    return f"| {' | '.join(_safe(cell) for cell in cells)} |"


def _safe(cell: str) -> str:
    return cell.replace("|", "\\|")


def _step(row: Mapping[str, str]) -> tuple[str, str, str, str, str]:
    kinds = _kinds(row["evidence"]) or [kind for kind in (row["make_kind"],) if kind]
    step, _, _ = row["id"].partition(".")
    screen = row["make_screen"] or next((_screen(kind) for kind in (row["make_kind"], *kinds) if kind), "")
    rule = _short(row["rule"]) if row["rule"] else "手动标，可写一句 marked by hand, with a word"
    if row["id"] in PRIVATE:
        kinds, screen, rule = ["person_note"], "/person/:id", "只在手机上，只数条数 on the phone only, counted there"
    if row["must"]:
        rule += " · 必做 must"
    return row["id"], f"{row['zh']} {row['en']}", _code(kinds or ["step_item_state"]), screen or f"/steps/{step[1:]}", rule


def _mechanism(row: Mapping[str, str], figures: list[str]) -> tuple[str, str, str, str, str]:
    kinds = _kinds(row["kinds"])
    if not kinds:
        return row["id"], f"{row['zh']} {row['en']}", "—", row["screen"] or "—", f"{row['tip_zh']} {row['tip_en']}"
    terms = dict.fromkeys(term.strip() for term in row["cadence"].split(";") if term.strip())
    said = [_every(term) for term in terms] if terms else ["有了就记 as it comes"]
    return row["id"], f"{row['zh']} {row['en']}", _code(kinds), row["screen"] or f"/work/m/{row['id']}", " · ".join([*said, *figures])


def _every(cadence: str) -> str:
    days = cadence.removeprefix("days:")
    return f"{days} 天 every {days} days" if days != cadence else _EVERY[cadence]


def _kinds(evidence: str) -> list[str]:
    found = [match.group() for piece in pieces(evidence, ";") if (match := _KIND.match(piece))]
    return list(dict.fromkeys(found))


def _screen(kind: str) -> str:
    return OWN_SCREENS.get(kind, f"/work/{kind}")


def _code(kinds: list[str]) -> str:
    return "、".join(f"`{kind}`" for kind in kinds)


def _short(rule: str) -> str:
    """An expression as one reads it: `meeting[kind = 'work']` for all meetings of the village."""
    return f"`{_RECORDS.sub(_NAME, rule)}`"
