"""The forms both engines fill: XLSForms of 15, 120 and 1,000 questions, and one with a long repeat. Made by rule, the same each time."""

from __future__ import annotations

from collections.abc import Iterator

GROUP = 25
TOWNS, VILLAGES = 20, 25

Cells = dict[str, str]
COLUMNS = (
    "type",
    "name",
    "label::中文 (zh)",
    "label::English (en)",
    "relevant",
    "constraint",
    "calculation",
    "required",
    "choice_filter",
)


def row(kind: str, name: str, zh: str = "", en: str = "", **more: str) -> Cells:
    return {"type": kind, "name": name, "label::中文 (zh)": zh, "label::English (en)": en, **more}


def table(head: str, columns: tuple[str, ...], rows: list[Cells]) -> str:
    lines = [f"| {head} |", "| | " + " | ".join(columns) + " |"]
    return "\n".join(
        [*lines, *("| | " + " | ".join(cells.get(column, "") for column in columns) + " |" for cells in rows)]
    )


def book(name: str, rows: list[Cells], towns: int = 0) -> str:
    """One form as pyxform's Markdown tables, with its lists: yes and no, and a cascade of towns and their villages."""
    choices = [
        {"list_name": "yn", "name": one, "label::中文 (zh)": zh, "label::English (en)": one}
        for one, zh in (("yes", "是"), ("no", "否"))
    ]
    for town in range(towns):
        label = {"label::中文 (zh)": f"第{town}镇", "label::English (en)": f"Town {town}"}
        choices.append({"list_name": "town", "name": f"t{town}", **label})
        for village in range(VILLAGES):
            label = {
                "label::中文 (zh)": f"{town}镇{village}村",
                "label::English (en)": f"Village {town}.{village}",
            }
            choices.append(
                {"list_name": "village", "name": f"v{town}_{village}", "town": f"t{town}", **label}
            )
    columns = ("list_name", "name", "label::中文 (zh)", "label::English (en)", "town")
    settings = [{"form_title": name, "form_id": name, "default_language": "中文 (zh)"}]
    return "\n".join(
        [
            table("survey", COLUMNS, rows),
            table("choices", columns, choices),
            table("settings", ("form_title", "form_id", "default_language"), settings),
        ]
    )


def probe() -> list[Cells]:
    """What every form begins with: a number, what is worked out from it, and where that shows."""
    return [
        row("integer", "n0", "几口人", "How many people", constraint=". >= 0 and . < 1000"),
        row("calculate", "c0", calculation="${n0} * 2"),
        row("note", "t0", "两倍是${c0}", "Twice is ${c0}"),
    ]


def question(n: int) -> Iterator[Cells]:
    """One question of the usual mix; every fifth depends on another, every eighth is worked out, some are chosen."""
    zh, en = f"第{n}题，请填写", f"Question {n}, please answer"
    relevant = f"${{n{n - 1}}} > 0" if n % 5 == 3 and (n - 1) % 8 != 7 and n > 1 else ""
    if n % 8 == 7:
        yield row("calculate", f"n{n}", calculation=f"coalesce(${{n{n - 1}}}, 0) + 1")
    elif n % 8 == 4:
        yield row("select_one yn", f"s{n}", zh, en, relevant=relevant)
        yield row("integer", f"n{n}", zh, en, relevant=f"${{s{n}}} = 'yes'")
    else:
        yield row(
            "integer",
            f"n{n}",
            zh,
            en,
            relevant=relevant,
            constraint=". >= 0" if n % 4 == 1 else "",
            required="yes" if n % 9 == 0 else "",
        )


def mixed(name: str, count: int, *, repeats: int = 0) -> str:
    rows: list[Cells] = []
    begun = len(probe())
    towns = TOWNS if count > 50 else 0
    n = 1
    while begun < count:
        rows.append(row("begin group", f"g{n}", f"第{n}部分", f"Part {n}"))
        if n == 1:
            rows += probe()
        if n == 1 and towns:
            rows += [
                row("select_one town", "town", "哪个镇", "Which town", appearance="minimal"),
                row("select_one village", "village", "哪个村", "Which village", choice_filter="town=${town}"),
            ]
            begun += 2
        inside = 0
        while inside < GROUP - 4 and begun < count:
            found = list(question(n))
            rows += found
            begun, inside, n = begun + len(found), inside + len(found), n + 1
        rows.append(row("end group", ""))
    for number in range(repeats):
        rows += [
            row("begin repeat", f"r{number}", f"第{number}张单", f"List {number}"),
            row("text", f"rt{number}", "名字", "Name"),
            row("integer", f"rn{number}", "多少", "How many"),
            row("end repeat", ""),
        ]
    return book(name, rows, towns)


def long_repeat() -> str:
    """Entries of ten questions with a calculation and a condition each, and their sum outside."""
    rows = [
        row("calculate", "all", calculation="sum(${area})"),
        row("note", "told", "一共${all}亩", "${all} mu in all"),
        row("begin repeat", "plot", "地块", "Plot"),
    ]
    rows += [
        row("text", "plot_name", "地名", "Name of the place"),
        row("decimal", "length", "长", "Length"),
        row("decimal", "breadth", "宽", "Breadth"),
    ]
    rows += [
        row("calculate", "area", calculation="${length} * ${breadth}"),
        row("select_one yn", "rented", "租出去了吗", "Rented out?"),
    ]
    rows += [
        row("text", "tenant", "谁租的", "To whom", relevant="${rented} = 'yes'"),
        row("integer", "rent", "租金", "Rent", relevant="${rented} = 'yes'", constraint=". >= 0"),
    ]
    rows += [
        row("date", "since", "哪天起", "Since when"),
        row("text", "crop", "种什么", "What grows there"),
        row("integer", "yield", "收多少", "Harvest"),
        row("end repeat", ""),
    ]
    return book("repeat", rows)


#: name → XLSForm
FORMS = {
    "small": mixed("small", 15),
    "medium": mixed("medium", 120, repeats=2),
    "large": mixed("large", 1000),
    "repeat": long_repeat(),
}
