"""Everything a team and its village write down besides visits and problems: one call for the whole of it.

Promises: drawn by chance of its own, so that households, visits and problems stay what they are.
"""

from __future__ import annotations

from server.demo.agreed import agreed, decisions
from server.demo.books import books
from server.demo.circle import circle
from server.demo.dice import Dice
from server.demo.duties import duties
from server.demo.homes import Home
from server.demo.meetings import meetings, plans_of_years
from server.demo.plan import Plan
from server.demo.projects import projects
from server.demo.support import consultations, deeds, supports
from server.demo.writing import Moment, Written


def records(plan: Plan, homes: list[Home], before: list[Written], moment: Moment) -> list[Written]:
    """`before` holds the village's page and problems, to which some of it belongs."""
    dice = Dice(f"{plan.name} work")
    dice.names |= {member.name for home in homes for member in home.members}
    page = next(record.answers for record in before if record.kind == "village_profile" and "groups" in record.answers)
    around = circle(dice, plan, page, moment)
    held = meetings(dice, plan, homes, around, moment)
    talks = consultations(dice, plan, around, moment)
    problems = [record for record in before if record.kind == "problem"]
    found = [*around.written, *held, *plans_of_years(dice, plan, held, moment), *talks]
    major = decisions(dice, plan, len(homes), moment)
    found += major + agreed(dice, plan, around, held, major, moment)
    found += supports(dice, plan, around, talks, moment) + deeds(dice, plan, homes, around, problems, moment)
    return found + projects(dice, plan, around, moment) + books(dice, plan, around, moment) + duties(dice, plan, around, moment)
