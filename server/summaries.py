"""What a village comes to, for people who do not hold its records: GET /api/summaries and /api/summaries/<village>.

Worked out by the guide's expressions over all living records, as a phone of the village does it. Promises: only for those whose
scope holds the village (else it does not exist); counts and what stands in public or internal answers, no name, phone or answer
about a person; worked out once for each state of a village, off the loop that answers others; villages stand in the order of
their names, none is compared with another.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import msgspec
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from server.accounts import current
from server.database import Connection, Database
from server.openapi import Operation, by_key
from server.refusals import Refusal
from server.scope import READER, Place, scope_of
from server.sitting import FormsLike, marks
from server.surveys.builtin import GUIDE
from server.surveys.expression.village_rows import CHINA
from server.surveys.guide import PROFILE
from server.surveys.guide_reading import STATES, Reading

#: Of the indicators, those a village's line shows, in this order.
LINE = (
    "population.households_registered",
    "population.people_registered",
    "safeguard.monitored_active",
    "work.visited_share",
    "work.problems_open",
    "work.problems_overdue",
    "work.projects_open",
)
KEPT = 200
_COLUMNS = "id, kind, answers, updated_by AS by, updated_at AS at, created_at"


class SummaryFigure(msgspec.Struct, rename={"as_of": "asOf", "source": "from"}):
    """One indicator: counted from `records`, or `written` in the profile of that year."""

    id: str
    section: str
    title: dict[str, str]
    unit: str
    value: float | str | bool | None
    #: the value as a choice of the profile's form is called
    label: dict[str, str] | None
    as_of: str
    source: str
    n: int


class SummaryStep(msgspec.Struct, rename={"is_done": "isDone"}):
    """How far one of the ten steps is, for the village itself to see: items done, not asked here, and all."""

    id: str
    number: int
    title: dict[str, str]
    done: int
    all: int
    na: int
    is_done: bool


class SummaryLine(msgspec.Struct, rename={"as_of": "asOf"}):
    """One village in a list, without its steps: villages are not compared. `as_of`: when its newest record came, or ''."""

    village: str
    name: str
    as_of: str
    figures: list[SummaryFigure]


class Summary(msgspec.Struct, rename={"as_of": "asOf"}):
    """One village on a page. `day`: what today() meant."""

    village: str
    name: str
    as_of: str
    day: str
    figures: list[SummaryFigure]
    steps: list[SummaryStep]


class SummaryLines(msgspec.Struct):
    """In the order of the villages' names."""

    villages: list[SummaryLine]


class Living:
    """Living records of one village, in memory."""

    def __init__(self, rows: Iterable[Mapping[str, Any]]) -> None:
        self._kinds: dict[str, list[dict[str, Any]]] = {}
        for row in rows:
            record = dict(row) | {"answers": msgspec.json.decode(row["answers"])}
            self._kinds.setdefault(row["kind"], []).append(record)

    def list(self, kind: str) -> Sequence[Mapping[str, Any]]:
        return self._kinds.get(kind, ())


async def rows_of(connection: Connection, guide: Mapping[str, Any], township_id: str, village_id: str) -> list[Any]:
    """What the guide looks at in one village, as it is stored."""
    kinds = sorted({*guide["reads"], STATES, PROFILE})
    sql = (
        f"SELECT {_COLUMNS} FROM record WHERE township_id = ? AND village_id = ? AND deleted = 0"  # noqa: S608  placeholders only
        f" AND kind IN ({marks(kinds)})"
    )
    return list(await connection.all(sql, township_id, village_id, *kinds))


def today(now: datetime | None = None) -> str:
    """The calendar day where the villages are."""
    return (now or datetime.now(UTC)).astimezone(CHINA).date().isoformat()


class Summaries:
    """Keeps what was worked out until the village, the guide or the day changes."""

    def __init__(self) -> None:
        self._kept: OrderedDict[tuple[str, str], tuple[tuple[Any, ...], Summary]] = OrderedDict()
        self._turn = asyncio.Lock()

    async def of(self, database: Database, forms: FormsLike, place: Place) -> Summary:
        """One village's page. One is worked out at a time: they are large, and each answer serves everybody after."""
        async with self._turn:
            async with database.snapshot() as connection:
                form = forms.current(GUIDE)
                guide = form.definition if form else _EMPTY
                row = await connection.one(
                    "SELECT seq, (SELECT max(updated_at) FROM record r WHERE r.township_id = v.township_id AND r.village_id = v.id"
                    " AND r.deleted = 0) AS at FROM village v WHERE v.township_id = ? AND v.id = ?",
                    place.township_id,
                    place.village_id,
                )
                state = (row["seq"] if row else 0, guide["hash"], today())
                key = (place.township_id, place.village_id)
                known = self._kept.get(key)
                if known is not None and known[0] == state:
                    return known[1]
                rows = await rows_of(connection, guide, *key)
            profile = forms.current(PROFILE)
            about = {"village": place.village_id, "name": place.name, "as_of": (row["at"] if row else "") or "", "day": state[2]}
            summary = await asyncio.to_thread(summary_of, guide, rows, profile.definition if profile else None, about)
            self._kept[key] = (state, summary)
            self._kept.move_to_end(key)
            while len(self._kept) > KEPT:
                self._kept.popitem(last=False)
            return summary


_EMPTY: dict[str, Any] = {
    "hash": "", "reads": {}, "kinds": {}, "thresholds": {}, "steps": [], "indicators": [], "mechanisms": [],
}  # fmt: skip


def summary_of(
    guide: Mapping[str, Any], rows: Iterable[Mapping[str, Any]], profile: Mapping[str, Any] | None, about: Mapping[str, str]
) -> Summary:
    """The page of one village from its records."""
    reading = Reading(guide, Living(rows), about["day"])
    figures = [_figure(one, reading.indicator(one["id"]), profile) for one in guide["indicators"] if one["open"]]
    steps = []
    for step in guide["steps"]:
        told = reading.step(step["id"])
        steps.append(
            SummaryStep(step["id"], step["number"], step["title"], told["done"], told["all"], told["na"], told["isDone"])
        )
    return Summary(about["village"], about["name"], about["as_of"], about["day"], figures, steps)


def _figure(one: Mapping[str, Any], told: Mapping[str, Any], profile: Mapping[str, Any] | None) -> SummaryFigure:
    label = None
    if profile and told["from"] == "written":
        question = next((q for q in profile["questions"] if q["path"] == one["question"]), None)
        rows = profile["lists"].get(question["list"], []) if question and question["list"] else []
        label = next((row["label"] for row in rows if row["name"] == told["value"]), None)
    return SummaryFigure(
        one["id"], one["section"], one["title"], one["unit"], told["value"], label, told["asOf"], told["from"], told["n"]
    )


def line_of(summary: Summary) -> SummaryLine:
    figures = {figure.id: figure for figure in summary.figures}
    return SummaryLine(
        summary.village,
        summary.name,
        summary.as_of,
        [figures[name] for name in LINE if name in figures],
    )


# HTTP


async def _places(request: Request) -> list[Place]:
    """Villages the asker works in or leads, in the order of their names."""
    actor = await current(request)
    async with request.app.state.database.snapshot() as connection:
        scope = await scope_of(connection, actor.account_id)
    places = [place for place in scope.places.values() if place.role != READER]
    return sorted(places, key=lambda place: (place.name, place.village_id))


async def _summary(request: Request, place: Place) -> Summary:
    state = request.app.state
    found: Summary = await state.summaries.of(state.database, state.catalogue, place)
    return found


async def lines(request: Request) -> Response:
    places = await _places(request)
    return _told(SummaryLines([line_of(await _summary(request, place)) for place in places]))


async def page(request: Request) -> Response:
    village = request.path_params["village"]
    place = next((place for place in await _places(request) if place.village_id == village), None)
    if place is None:
        raise Refusal("unknown_village")
    return _told(await _summary(request, place))


def _told(found: msgspec.Struct) -> Response:
    return Response(msgspec.json.encode(found), media_type="application/json", headers={"Cache-Control": "no-store"})


routes = [
    Route("/api/summaries", lines, methods=["GET"]),
    Route("/api/summaries/{village}", page, methods=["GET"]),
]
docs = by_key(
    Operation(
        "GET",
        "/api/summaries",
        "Every village of the asker's scope in one line, without personal data, in the order of their names.",
        {200: SummaryLines},
    ),
    Operation(
        "GET",
        "/api/summaries/{village}",
        "One village on a page: its numbers and how far its ten steps are, without personal data.",
        {200: Summary},
        refusals=("unknown_village",),
    ),
)
