"""What is noted beside an answer: a remark, and the mark to come back to it. Twin: pwa/form/remarks.js.

They are answers of their own, `<path>#remark` and `<path>#later`; they merge as plain answers, and whoever may read or write
the question may read and write them. No expression reads them.
"""

from __future__ import annotations

MARKS = ("remark", "later")
LONGEST = 2_000


def marked(path: str) -> tuple[str, str]:
    """The path of the question, and what is noted beside it ("" for the answer itself)."""
    asked, _, mark = path.rpartition("#")
    return (asked, mark) if asked and mark in MARKS else (path, "")
