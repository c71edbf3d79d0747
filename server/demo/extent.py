"""How much work is written down in a village of the demo: a great deal where a team is strong, little elsewhere."""

from __future__ import annotations

from dataclasses import dataclass

from server.demo.plan import Plan


@dataclass(frozen=True)
class Extent:
    """Numbers of one village; those `a_year` are taken times the years the village keeps."""

    contacts: int
    units: int
    meetings_a_year: int
    consultations_a_year: int
    agreed_a_year: int
    deeds_a_year: int
    duty_days: int
    finished_projects: int
    #: has the whole range of books: funds, reform, assessments, disclosures of every month
    whole: bool


def extent(plan: Plan) -> Extent:
    if plan.households >= 1000:
        return Extent(111, 30, 110, 24, 34, 50, 365 * plan.years, 4 * plan.years, True)
    if plan.households >= 300:
        return Extent(61, 26, 60, 14, 18, 25, 365 * plan.years, 0, True)
    if plan.households >= 60:
        return Extent(12, 9, 8, 3, 4, 4, 14, 0, False)
    if plan.households >= 15:
        return Extent(16, 11, 12, 5, 6, 6, 21, 0, True)
    return Extent(6, 5, 4, 1, 2, 2, 7, 0, False)
