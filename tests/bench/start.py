"""An installed app on a slow phone with a large village: from the tap on its icon to a Today that can be used.

A person types the PIN in between: what they take for it is theirs. What the slow key-making takes is printed apart.
"""

from __future__ import annotations

from tests.bench.installed import SLOW, Installed
from tests.bench.table import Figure, median, milliseconds, spread

ROUNDS = 9


def measure(phone: Installed) -> list[Figure]:
    rows = phone.ask(ROWS)
    phone.slow()
    phone.started()
    phone.settle()
    starts = []
    for _ in range(ROUNDS):
        starts.append(phone.started())
        phone.settle(3000)
    phone.slow(1)
    phone.settle(500)
    brisk = [phone.started() for _ in range(3)]
    costs = []
    for _ in range(ROUNDS):
        phone.settle(1500)
        costs.append(phone.start_cost() * SLOW)
    modules = [start["modules"] for start in starts]
    locked = [start["lockedDrawn"] for start in starts]
    usable, whole, frame = ([start[mark] - start["made"] for start in starts] for mark in ("rowsDrawn", "wholeDrawn", "frameDrawn"))
    key = [(start["made"] - start["asked"]) * SLOW for start in brisk]
    return [
        milliseconds(
            f"start, {SLOW}-fold: modules loaded", modules, 1000, f"from the navigation, {ROUNDS} starts through the service worker"
        ),
        Figure(f"start, {SLOW}-fold: the lock drawn", f"{spread(locked)} ms", how="from the navigation until the PIN can be typed"),
        milliseconds(
            f"start, {SLOW}-fold: usable Today", usable, 1000,
            f"from the key until what is due is drawn, store open, {rows:,} records on the phone; the dock after {spread(frame)} ms",
        ),
        Figure(
            f"start, {SLOW}-fold: all of Today", f"{spread(whole)} ms",
            how="the same until whom nobody has seen for long is drawn too, which reads the visits of 90 days",
        ),
        Figure(f"start: key made of the PIN × {SLOW}", f"{spread(key)} ms", how="Argon2id in its worker, library fetched anew each time, not slowed"),
        milliseconds(
            f"start: processor time × {SLOW}", costs, 2000,
            "main thread, navigation to the lock and last digit to usable Today, not slowed; the budgets of both parts together; no other work of the machine is in it",
        ),
        Figure(
            "start, not slowed: all of Today", f"{spread([start['wholeDrawn'] - start['asked'] for start in brisk])} ms",
            how=f"from the last digit; modules after {median([start['modules'] for start in brisk]):.0f} ms",
        ),
    ]  # fmt: skip


ROWS = """async () => {
  const { store } = await import('/a/store/store.js');
  return [...store.pulls.value.values()].reduce((sum, pull) => sum + pull.count, 0);
}"""
