"""A form written for a test, compiled as any form is and filled on a real phone with the app's own filling screen."""

from __future__ import annotations

import json
from typing import Any

from playwright.sync_api import Page, expect

from server.surveys.compile import Source, compile_form
from tests.browser.handset import Handset

FILL = """async ([definition, answers]) => {
  const [{ h, render }, { Filling }, { Session }, { store }] = await Promise.all([
    import('preact'), import('/a/form/filling.js'), import('/a/form/session.js'), import('/a/store/store.js'),
  ]);
  if (definition.files) await store.forms.keep(definition);
  const session = new Session({ kind: definition.kind, key: `new/${definition.kind}`, href: '/today', prefill: answers }, definition);
  window.trial = session;
  const app = document.getElementById('app');
  render(null, app);
  render(h(Filling, {
    session, backTo: '/today', title: definition.title.zh ?? 'Trial', conflict: () => null, last: () => '',
    onSave: async () => { window.saved = true; }, onDrop: () => {},
  }), app);
}"""


def compiled(text: str, **more: Any) -> dict[str, Any]:
    """The definition of a form in pyxform's Markdown tables; `more` is put in the place of what it says."""
    found = compile_form(Source("trial.md", text.encode(), strict=False))
    assert [refused.line() for refused in found.errors] == []
    assert found.definition is not None
    return {"hash": "trial", "kind": "trial", **found.definition, **more}


def fill(phone: Handset, definition: dict[str, Any], answers: dict[str, Any] | None = None) -> Page:
    """Shows the form on the phone of someone signed in."""
    page = phone.page
    page.evaluate(FILL, [definition, answers])
    expect(page.locator(".screen h1").first).to_be_visible()
    expect(page.locator(".coming")).to_have_count(0)
    return page


def answer(page: Page, path: str) -> Any:
    """What the interview holds for a question."""
    text = page.evaluate("path => JSON.stringify(window.trial.interview.state(path).value ?? null)", path)
    return json.loads(text)


def sideways(page: Page) -> bool:
    return bool(
        page.evaluate(
            "() => document.documentElement.scrollWidth > innerWidth || [...document.querySelectorAll('.screen > main, .page .scroll')].some(e => e.scrollWidth > e.clientWidth + 1)"
        )
    )


def small_targets(page: Page) -> list[str]:
    """Controls a thumb would miss: less than 44 px high or wide."""
    return list(
        page.evaluate(
            """() => [...document.querySelectorAll('.asked button:not(.marks *), .asked select, .asked input')]
              .filter((one) => !one.classList.contains('hidden'))
              .filter((one) => one.checkVisibility?.({ checkVisibilityCSS: true }) !== false)
              .map((one) => [one.closest('.input') ?? one, one.getAttribute('aria-label') ?? one.textContent])
              .filter(([one]) => { const { width, height } = one.getBoundingClientRect(); return width && (width < 43.5 || height < 43.5); })
              .map(([one, name]) => `${name} ${Math.round(one.getBoundingClientRect().width)} x ${Math.round(one.getBoundingClientRect().height)}`)"""
        )
    )
