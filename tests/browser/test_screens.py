"""Every screen, in both languages and every mode: no accessibility violation, nothing sideways, nothing on the console."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest
from playwright.sync_api import Playwright, expect

from tests.browser.handset import Handset, phones
from tests.serving import Server

SHOTS = Path(__file__).parent / "shots"
MODES = {
    "zh": {},
    "en": {"lang": "en"},
    "elder": {"size": "elder"},
    "dark-en-elder": {"theme": "dark", "lang": "en", "size": "elder"},
}


def some(server: Server, query: str) -> str:
    """One id out of the server's database."""
    connection = sqlite3.connect(server.data / "shibu.sqlite3")
    try:
        return str(connection.execute(query).fetchone()[0])
    finally:
        connection.close()


def cadre_screens(server: Server) -> dict[str, str]:
    home = some(server, "SELECT id FROM record WHERE kind = 'household' AND title LIKE '杨德贵%'")
    person = some(server, f"SELECT id FROM record WHERE kind = 'person' AND parent_id = '{home}'")
    visit = some(server, f"SELECT id FROM record WHERE kind = 'visit' AND parent_id = '{home}'")
    problem = some(
        server,
        "SELECT p.id FROM record p JOIN village v ON v.id = p.village_id AND v.name = '石桥村' WHERE p.kind = 'problem'",
    )
    return {
        "today": "/today",
        "households": "/households",
        "household": f"/household/{home}",
        "household-history": f"/household/{home}?view=history",
        "household-edit": f"/household/{home}/edit",
        "household-new": "/record/new/edit?new=household",
        "person": f"/person/{person}",
        "person-edit": f"/record/{person}/edit",
        "visit": f"/visit?household={home}",
        "visit-seen": f"/record/{visit}",
        "visit-edit": f"/record/{visit}/edit",
        "problem-new": f"/problem-new?household={home}",
        "problems": "/problems",
        "problem": f"/problem/{problem}",
        "problem-edit": f"/record/{problem}/edit",
        "village": "/village",
        "village-profile": "/village/profile",
        "me": "/me",
        "drafts": "/drafts",
        "receipts": "/me/receipts",
        "refused": "/me/refused",
        "conflicts": "/me/conflicts",
        "doctor": "/me/doctor",
        "password": "/me/password",
        "install": "/install",
    }


def leader_screens(server: Server) -> dict[str, str]:
    problem = some(
        server,
        "SELECT id FROM record WHERE kind = 'problem' AND reported_on IS NOT NULL AND status <> 'closed'",
    )
    village = some(server, "SELECT id FROM village WHERE name = '石桥村'")
    return {
        "leader-problems": "/leader/problems",
        "leader-problem": f"/leader/problem/{problem}",
        "leader-projects": "/leader/projects",
        "leader-villages": "/leader/villages",
        "leader-village": f"/leader/village/{village}",
        "leader-me": "/me",
    }


def set_mode(phone: Handset, mode: str) -> None:
    phone.page.evaluate("localStorage.clear()")
    for key, value in MODES[mode].items():
        phone.page.evaluate("([key, value]) => localStorage.setItem('shibu.' + key, value)", [key, value])
    # A screen that stands before the lock as well would not be unlocked.
    phone.go("/me")
    phone.reload()
    expect(phone.page.locator(".screen h1").first).to_be_attached(timeout=30_000)


def faults(phone: Handset, name: str, mode: str) -> list[str]:
    """What is wrong with the screen now shown."""
    page = phone.page
    assert not page.locator(".keys").count(), f"{name} ({mode}): the lock stands before it"
    found = [f"{name} ({mode}): {violation}" for violation in phone.axe()]
    sideways = page.evaluate(
        "() => [...document.querySelectorAll('*')].some(e => e.scrollWidth > e.clientWidth + 1 && "
        "getComputedStyle(e).overflowX !== 'visible' && getComputedStyle(e).overflowX !== 'clip' && !e.matches('.hidden, input, textarea')"
        ") || document.documentElement.scrollWidth > innerWidth"
    )
    if sideways:
        found.append(f"{name} ({mode}): scrolls sideways")
    if page.locator(".screen h1").count() != 1:
        found.append(f"{name} ({mode}): {page.locator('h1:visible').count()} headings of the first level")
    return found


@pytest.mark.timeout(600)
@pytest.mark.parametrize(("account", "screens"), [("cadre1", cadre_screens), ("leader1", leader_screens)])
def test_every_screen_in_every_mode_can_be_used_by_everyone(
    playwright: Playwright, server: Server, tmp_path: Path, account, screens
) -> None:
    found: list[str] = []
    with phones(playwright, tmp_path, server.url, account) as (phone,):
        phone.open()
        phone.sign_in(account)
        phone.wait_for_packs()
        for mode in MODES:
            set_mode(phone, mode)
            for name, address in screens(server).items():
                phone.go(address)
                expect(phone.page.locator(".screen h1").first).to_be_attached(timeout=20_000)
                phone.page.wait_for_timeout(350)
                found += faults(phone, name, mode)
                phone.shot(SHOTS / mode, name)
        found += [f"console: {line}" for line in phone.complaints]
    assert not found, "\n".join(found)
