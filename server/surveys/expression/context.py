"""Where an expression stands and what it may read."""

from __future__ import annotations

import random
import uuid
from abc import ABC, abstractmethod
from typing import Any

from server.surveys.expression.form_index import FormIndex

#: The entry of each repeat around a place, outermost first, counted from 0.
At = tuple[int, ...]


class Context(ABC):
    """Whoever evaluates supplies one: AnswerContext in compute.py, the phone's interview its own."""

    def __init__(
        self, index: FormIndex, *, today: str, now: str, offset: int = 480, lang: str = "zh"
    ) -> None:
        self.index = index
        self.today = today
        self.now = now
        #: minutes east of UTC of the calendar dates are meant in
        self.offset = offset
        self.lang = lang

    @abstractmethod
    def value(self, path: str, at: At) -> Any:
        """The stored value of a question in the given entries; None when it is empty or not relevant."""

    @abstractmethod
    def count(self, path: str, at: At) -> int:
        """How many entries a repeat has."""

    def last(self, path: str) -> Any:
        """The answer at this path in the record of this kind that was saved last here; the server has none."""
        return None

    def random(self) -> float:
        return random.random()  # noqa: S311  a form's random() is for sampling, not for secrets

    def uuid(self) -> str:
        return str(uuid.uuid4())

    def property(self, name: str) -> str:
        """Of the device or person (deviceid, username …)."""
        return ""
