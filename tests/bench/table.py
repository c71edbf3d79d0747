"""What was measured, and how it is printed: one row a figure, medians, with the budget it is held against."""

from __future__ import annotations

import statistics
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

HEADS = ("work", "figure", "budget", "", "how it was measured")


@dataclass(frozen=True)
class Figure:
    """One line of the table. `kept` is None where no budget was set."""

    work: str
    value: str
    budget: str = ""
    kept: bool | None = None
    how: str = ""

    @property
    def cells(self) -> tuple[str, ...]:
        mark = {True: "kept", False: "MISSED", None: ""}[self.kept]
        return self.work, self.value, self.budget, mark, self.how


def median(values: Sequence[float]) -> float:
    return statistics.median(values)


def spread(values: Sequence[float], digits: int = 0) -> str:
    """The median with the least and the most, so that a busy machine shows."""
    return f"{median(values):.{digits}f} ({min(values):.{digits}f}–{max(values):.{digits}f})"


def milliseconds(work: str, values: Sequence[float], budget: float, how: str) -> Figure:
    """A time with its budget in milliseconds."""
    return Figure(work, f"{spread(values)} ms", f"≤ {budget:.0f} ms", median(values) <= budget, how)


def written(figures: Iterable[Figure]) -> str:
    """The table as Markdown, with columns that stand under each other also where texts are Chinese."""
    rows = [HEADS, *(figure.cells for figure in figures)]
    widths = [max(width(row[column]) for row in rows) for column in range(len(HEADS))]
    lines = ["| " + " | ".join(_padded(cell, widths[i]) for i, cell in enumerate(row)) + " |" for row in rows]
    return "\n".join([lines[0], "|" + "|".join("-" * (size + 2) for size in widths) + "|", *lines[1:]])


def width(text: str) -> int:
    """How many columns of a terminal a text takes."""
    return sum(2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text)


def _padded(text: str, size: int) -> str:
    return text + " " * (size - width(text))
