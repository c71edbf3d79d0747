"""What saving one visit costs with a network: requests, and bytes up besides cookies, counted on the wire of the real app."""

from __future__ import annotations

import time
from pathlib import Path

from playwright.sync_api import Playwright, expect

from tests.bench.ground import Ground
from tests.bench.relay import Meter, Relay
from tests.bench.table import Figure, median
from tests.browser.handset import Handset

ROUNDS = 5
BUDGET = 1024
FACTS = "膝盖好些了，问低保什么时候出结果。"


def measure(playwright: Playwright, ground: Ground, scratch: Path) -> list[Figure]:
    with ground.served("ten-thousand", scratch) as server:
        relay = Relay(server.port)
        handset = Handset(playwright, scratch / "online", relay.url)
        try:
            handset.start("cadre1")
            quiet(relay)
            meters = [_saved(handset, relay) for _ in range(ROUNDS)]
        finally:
            handset.close()
            relay.close()
    requests = [len(meter.requests) for meter in meters]
    up = [meter.up for meter in meters]
    heads = median([sum(r.head for r in m.requests) for m in meters])
    return [
        Figure("save one visit online: requests", f"{median(requests):.0f}", "1", max(requests) == 1, "; ".join(sorted({r.line for m in meters for r in m.requests}))),
        Figure(
            "save one visit online: bytes up", f"{median(up):.0f} B", f"≤ {BUDGET} B", median(up) <= BUDGET,
            f"besides cookies: {heads:.0f} B of them request line and headers as this browser writes them, {median(up) - heads:.0f} B the change",
        ),
        Figure("… bytes down", f"{median([meter.down for meter in meters]):.0f} B", how="headers, answer, the record, the page"),
    ]  # fmt: skip


def _saved(handset: Handset, relay: Relay) -> Meter:
    """One visit written and saved; everything that passed until the wire was quiet again."""
    page = handset.page
    handset.go("/households")
    page.locator("main .row").nth(3).tap()
    page.get_by_role("link", name="记走访").tap()
    page.get_by_role("textbox", name="了解到什么").fill(FACTS)
    page.wait_for_timeout(500)
    relay.read()
    page.get_by_role("button", name="保存", exact=True).tap()
    # Leaving the form is the app's own step: an address set before it would be left again.
    expect(page.get_by_role("textbox", name="了解到什么")).to_have_count(0)
    handset.go("/today")
    expect(page.locator(".sync")).to_contain_text("都已核对", timeout=30_000)
    return quiet(relay)


def quiet(relay: Relay, seconds: float = 2.0) -> Meter:
    """Waits until nothing was asked for some seconds, and says what had been."""
    meter, since = relay.read(), time.monotonic()
    while time.monotonic() - since < seconds:
        time.sleep(0.1)
        more = relay.read()
        if more.requests or more.down:
            meter.requests += more.requests
            meter.down += more.down
            since = time.monotonic()
    return meter
