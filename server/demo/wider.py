"""What a team writes beside its roll, visits and problems: policies, service, party life, people to bring on, its own term.

`begun` adds to what homes and people say, which the roll shares; `records` writes the rest, from visits there are by then.
"""

from __future__ import annotations

from typing import Any

from server.demo import agency, aid, party, policies, talents, terms
from server.demo.dice import Dice
from server.demo.homes import Home
from server.demo.plan import Plan
from server.demo.scene import Scene
from server.demo.writing import Moment, Written


def begun(plan: Plan, homes: list[Home], page: dict[str, Any], moment: Moment) -> Scene:
    """With who is a party member and in which union each home is; `page` is this year's profile of the village."""
    rich = plan.households >= 300 or len(plan.authors) > 1
    scene = Scene(Dice(f"{plan.name} wider"), plan, homes, moment, page, rich)
    party.roster(scene)
    aid.unions(scene)
    return scene


def records(scene: Scene, visits: list[Written]) -> list[Written]:
    """Everything of these kinds; never a private note."""
    party.life(scene)
    policies.checks(scene)
    policies.monitoring(scene)
    agency.service(scene)
    aid.pairs(scene)
    talents.taught(scene)
    talents.able(scene)
    terms.terms(scene, visits)
    return scene.written
