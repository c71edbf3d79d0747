"""How large each village of the demo is and who works there."""

from __future__ import annotations

from dataclasses import dataclass

COUNTY = "云泽县"
TOWNSHIP = "清溪镇"
#: 12 digits: county 6 (99 is no real region), township 3, village 3
TOWNSHIP_CODE = "990123101"
OTHER_TOWNSHIP = "黑石镇"
OTHER_CODE = "990123102"
SIZES = ("small", "default", "large")


@dataclass(frozen=True)
class Plan:
    """One village. `authors` are logins; the first one writes most. `unseen` homes had no visit for over 60 days."""

    name: str
    code: str
    authors: tuple[str, ...]
    groups: int
    households: int
    resident: int
    years: int
    visits_a_year: int
    problems_a_year: int
    unseen: int
    #: exact totals where the pictures name them
    people: int | None = None
    people_resident: int | None = None
    township: str = TOWNSHIP


@dataclass(frozen=True)
class Worker:
    """An account of the demo. `login` without `known` belongs to a colleague who only appears as an author."""

    login: str
    name: str
    role: str
    villages: tuple[str, ...] = ()
    township: str = ""
    known: bool = True


WORKERS = (
    Worker("cadre1", "陈志远", "cadre", ("石桥村",)),
    Worker("cadre2", "张岚", "cadre", ("石桥村",)),
    Worker("cadre3", "刘文", "cadre", ("柳湾村",)),
    Worker("secretary1", "赵明辉", "first_secretary", ("石桥村",)),
    Worker("leader1", "周敏", "township_leader", township=TOWNSHIP),
    Worker("admin", "吴静", "county_admin"),
    Worker("outsider", "何文斌", "cadre", ("黑石村",), OTHER_TOWNSHIP),
    Worker("colleague1", "田晓梅", "cadre", ("云顶村",), known=False),
    Worker("colleague2", "罗海涛", "cadre", ("梨树坪村", "三岔河村", "枫树村"), known=False),
    Worker("colleague3", "向芳", "cadre", ("白岩村", "竹溪村", "东坝村"), known=False),
    Worker("colleague4", "马国庆", "cadre", ("老街村", "杨家沟村", "望月村"), known=False),
)


def plans(size: str) -> list[Plan]:
    """The villages of a demo, the main one first."""
    if size not in SIZES:
        raise ValueError(f"The size of a demo is {', '.join(SIZES)}.")
    if size == "small":
        return [
            _plan("石桥村", 1, ("cadre1", "cadre2"), 5, 18, 14, 1, 60, 14, 3),
            _plan("柳湾村", 2, ("cadre3",), 2, 9, 6, 1, 20, 5, 2),
            _black_stone(5, 4),
        ]
    main = _plan(
        "石桥村", 1, ("cadre1", "cadre2", "cadre1", "secretary1"), 7, 412, 283, 1, 1000, 72, 12, 1437, 902
    )
    if size == "large":
        main = _plan(
            "石桥村", 1, ("cadre1", "cadre2", "cadre1", "secretary1"), 12, 1100, 800, 5, 5200, 280, 12, 3500, 2500
        )
    small = (
        ("梨树坪村", "colleague2", 4, 118, 81),
        ("三岔河村", "colleague2", 5, 164, 112),
        ("枫树村", "colleague2", 3, 86, 52),
        ("白岩村", "colleague3", 4, 124, 79),
        ("竹溪村", "colleague3", 4, 142, 97),
        ("东坝村", "colleague3", 5, 156, 120),
        ("老街村", "colleague4", 3, 131, 98),
        ("杨家沟村", "colleague4", 4, 97, 60),
        ("望月村", "colleague4", 3, 74, 41),
    )
    return [
        main,
        _plan("柳湾村", 2, ("cadre3",), 7, 376, 262, 1, 820, 64, 31),
        _plan("云顶村", 5, ("colleague1",), 8, 430, 301, 2, 700, 70, 58),
        *(
            _plan(name, n + 3 + (n > 1), (author,), groups, homes, resident, 1, resident * 2, 18, resident // 4)
            for n, (name, author, groups, homes, resident) in enumerate(small)
        ),
        _black_stone(36, 24),
    ]


def _plan(name: str, number: int, authors: tuple[str, ...], *rest: int) -> Plan:
    groups, households, resident, years, visits, problems, unseen, *people = rest
    exact = (people[0], people[1]) if people else (None, None)
    code = f"{TOWNSHIP_CODE}{200 + number}"
    return Plan(name, code, authors, groups, households, resident, years, visits, problems, unseen, *exact)


def _black_stone(households: int, resident: int) -> Plan:
    return Plan(
        "黑石村", f"{OTHER_CODE}201", ("outsider",), 2, households, resident, 1, 40, 6, 3, township=OTHER_TOWNSHIP
    )
