"""Any form as an Excel workbook: as it was uploaded when it was one, else made from its source.

Promises: a workbook made here, uploaded again, compiles to the same definition; cells are text, never formulas.
"""

from __future__ import annotations

import io
import re
from collections.abc import Mapping, Sequence
from pathlib import PurePath
from typing import Any

from server.surveys.publications import Made

TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
SHEETS = ("survey", "choices", "settings", "entities", "external_choices", "osm")
#: Characters that a workbook cannot hold.
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")
WIDEST = 60


class NoWorkbook(Exception):
    """The form came as something that is no table."""


def workbook(made: Made) -> bytes:
    """Blocking; run it in a thread."""
    suffix = PurePath(made.name).suffix.lower()
    if suffix in {".xlsx", ".xlsm"}:
        return made.body
    if suffix not in {".md", ".csv", ".xls"}:
        raise NoWorkbook(made.name)
    return _written(_tables(made.body, suffix))


def _tables(body: bytes, suffix: str) -> dict[str, list[Sequence[Any]]]:
    """Sheet → rows of cells, the header first."""
    # Imported here: pyxform takes a third of a second, and only whoever downloads needs it.
    from pyxform.xls2json_backends import get_xlsform

    book = get_xlsform(xlsform=body, file_type=suffix)
    found: dict[str, list[Sequence[Any]]] = {}
    for sheet in SHEETS:
        rows: Sequence[Mapping[str, Any]] | None = getattr(book, sheet)
        headers: Sequence[Mapping[str, Any]] = getattr(book, f"{sheet}_header") or []
        if rows is None:
            continue
        names = list(dict.fromkeys([*(headers[0] if headers else ()), *(key for row in rows for key in row)]))
        found[sheet] = [names, *([row.get(name) for name in names] for row in rows)]
    return found


def _written(tables: Mapping[str, list[Sequence[Any]]]) -> bytes:
    from openpyxl import Workbook
    from openpyxl.styles import Font
    from openpyxl.utils import get_column_letter

    book = Workbook()
    book.remove(book.active)
    for name, rows in tables.items():
        sheet = book.create_sheet(name)
        for number, row in enumerate(rows, start=1):
            for column, value in enumerate(row, start=1):
                if value in (None, ""):
                    continue
                cell = sheet.cell(number, column)
                cell.value = _CONTROL.sub("", str(value))
                # `= 3` is an answer's condition here and would be a formula there.
                cell.data_type = "s"
                if number == 1:
                    cell.font = Font(bold=True)
        for column in range(1, len(rows[0]) + 1):
            widest = max((len(str(row[column - 1] or "")) for row in rows), default=0)
            sheet.column_dimensions[get_column_letter(column)].width = min(WIDEST, 4 + widest)
        sheet.freeze_panes = "A2"
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()
