"""All records of one village, from nothing but its plan and the moment."""

from __future__ import annotations

from datetime import timedelta

from server.demo import ground, neighbours, profiles, stories, wider, work
from server.demo import homes as homes_
from server.demo import problems as problems_
from server.demo import visits as visits_
from server.demo.dice import Dice
from server.demo.homes import Home
from server.demo.plan import Plan
from server.demo.writing import Moment, Written, write

MAIN = "石桥村"
#: Answers of a household that name a day it was changed on.
_DAYS = ("monitor/since",)


def records(plan: Plan, moment: Moment) -> list[Written]:
    """The same plan on the same day gives the same records, to the last identifier."""
    dice = Dice(plan.name)
    named = neighbours.homes(dice, moment.today) if plan.name == MAIN else {}
    homes = homes_.homes(dice, plan, moment.today, list(named.values()))
    for home in homes:
        homes_.settle(dice, plan, home, moment.today)
        home.answers |= {"geo": at} if (at := ground.home(plan, home)) else {}
    homes_.support(dice, plan, homes, moment.today)
    _refusers(dice, homes)
    found = [record for home in homes for record in _roll(dice, plan, home, moment)]
    if named:
        told = neighbours.visits(dice, named, moment)
        troubles = stories.problems(dice, named, moment)
    else:
        told, troubles = [], stories.elsewhere(dice, plan.name, plan.authors[0], moment)
    found += told + visits_.visits(dice, plan, homes, moment)
    found += troubles
    found += problems_.problems(dice, plan, homes, moment, len(troubles), all_closed=bool(named))
    pages = profiles.profiles(dice, plan, homes, moment)
    scene = wider.begun(plan, homes, pages[0].answers, moment)
    found += pages
    found += work.records(plan, homes, found, moment)
    return found + wider.records(scene, [record for record in found if record.kind == "visit"])


def _refusers(dice: Dice, homes: list[Home]) -> None:
    """Two homes that do not want to talk, where a village is large enough to have them."""
    free = [home for home in homes if home.presence == "resident" and not home.fixed]
    if len(homes) > 100:
        for home in dice.sample(free, 2):
            home.tags.add("refuses")


def _roll(dice: Dice, plan: Plan, home: Home, moment: Moment) -> list[Written]:
    """The household and its people as somebody last went over them."""
    on = (moment.today - timedelta(days=dice.randint(3, 300))).isoformat()
    days = [home.answers[path] for path in _DAYS if path in home.answers]
    on = max([on, *days, *(row.get("since", "") for row in home.answers.get("policies", ()))])
    by = dice.choice(plan.authors)
    head = write(dice, moment, "household", home.answers, by, on, home.id)
    people = [Written(member.id, "person", member.answers, by, head.at) for member in home.members]
    return [head, *people]
