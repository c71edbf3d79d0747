"""What is wrong with a form, and where in its spreadsheet it stands."""

from __future__ import annotations

from server.surveys.convert import Converted
from server.surveys.refusal import Refused

MAX_ERRORS = 100


class Findings:
    """Every refusal of one form, with sheet and row when the form came from a spreadsheet."""

    def __init__(self, converted: Converted) -> None:
        self.converted = converted
        self.errors: list[Refused] = []

    def refuse(self, refused: Refused, path: str = "") -> None:
        if refused.row is None and refused.sheet is None and path:
            row = self.row_of(path)
            if "/entity/" in path and path not in self.converted.rows:
                refused.sheet = "entities"
            elif row is not None:
                refused.sheet, refused.row = "survey", row
        if len(self.errors) < MAX_ERRORS:
            self.errors.append(refused)

    def row_of(self, path: str) -> int | None:
        rows = self.converted.rows
        found = rows.get(path) or rows.get(path.removesuffix("_other"))
        while found is None and path:
            path = path.rpartition("/")[0]
            found = rows.get(path)
        return found[0] if found else None

    def user_of(self, list_file: str) -> str:
        """The first question that chooses from a list file, or the line that brings it."""
        stem = list_file.rpartition(".")[0]
        for path, (_, kind) in self.converted.rows.items() if list_file else ():
            brought = kind.endswith("-external") and path.rpartition("/")[2] == stem
            if list_file.lower() in kind or brought:
                return path
        return ""

    def written_type(self, path: str) -> str:
        """The sheet's own word for the question's type."""
        return self.converted.rows.get(path, (0, ""))[1]
