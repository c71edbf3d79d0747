"""XLSForm (Markdown, .xlsx, .xls, .csv) → XForm XML by pyxform, and which row of the sheet each question came from.

Runs in the worker process. Promises: every failure is one Refused with a code, and sheet and row where pyxform knows them.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import PurePath
from typing import Any

from server.surveys.refusal import Refused

TYPES = {".md", ".xlsx", ".xlsm", ".xls", ".csv"}
_MULTIPLE = re.compile(
    r"\s*select(?:[_ ]multiple| all that apply from| multiple from)\s+(\$\{[^}]*\})\s*", re.IGNORECASE
)
#: A bar that is not escaped.
_CELLS = re.compile(r"(?<!\\)\|")
_LIST_NAMES = {"list_name", "list name"}
_ROW = re.compile(r"\[row\s*:\s*(\d+)\]\s*")
_SHEET = re.compile(r"'(survey|choices|settings|entities|external_choices|osm)' sheet")
#: pyxform's English → our code; the first group is what it names.
_PATTERNS: tuple[tuple[str, str], ...] = (
    (r"trying to replace \$\{([^}]*)\}", "unknown_reference"),
    (r"Unknown question type '([^']*)'", "unknown_type"),
    (r"List name not in (?:external )?choices sheet: (\S+)", "unknown_list"),
    (r"There should be an? (choices|external_choices) sheet", "missing_sheet"),
    (r"must have a sheet named '?(\w+)'?", "missing_sheet"),
    (r"element named '([^']*)' has no label", "missing_label"),
    (r"(?:Question|Group|Repeat) has no label.*?'name': '([^']*)'", "missing_label"),
    (r"Duplicate column header: (.*)", "duplicate_column"),
    (r"Question or group with no name", "missing_name"),
    (r"Question with no type", "missing_type"),
    (r"Missing calculation", "missing_calculation"),
    (r"section has not been included", "unsupported_include"),
    (r"Choice filter not supported with or_other", "or_other_filter"),
    (r"Invalid headers provided for sheet: '(\w+)'", "bad_header"),
    (r"definition' was not recognized|Error reading \.?\w+ file", "unreadable"),
    (r"Unmatched (?:begin|end)", "unmatched_group"),
    (r"On the 'entities' sheet", "bad_entities"),
)


@dataclass
class Converted:
    """The XForm and where its questions stand in the sheet."""

    xform: str
    warnings: list[str]
    #: question path → (row, XLSForm type as written)
    rows: dict[str, tuple[int, str]] = field(default_factory=dict)
    #: list name → first row in the choices sheet
    list_rows: dict[str, int] = field(default_factory=dict)
    settings: dict[str, str] = field(default_factory=dict)
    #: lists of the sheet external_choices, which the XForm leaves out
    external: dict[str, list[dict[str, str]]] = field(default_factory=dict)


def convert(data: bytes, name: str) -> Converted:
    """Any spreadsheet pyxform reads. `name` tells the type by its suffix and, without a form_id, the form's."""
    # Imported here: pyxform takes a third of a second, and only the worker needs it.
    from pyxform.errors import PyXFormError

    suffix = PurePath(name).suffix.lower()
    if suffix not in TYPES:
        raise Refused("unreadable", detail=f"{suffix or name}: .md .xlsx .xls .csv")
    found = Converted("", [])
    code = "unreadable"
    try:
        book = _read(found, data, suffix)
        code = "unconvertible"
        _fill(found, book, PurePath(name).stem)
    except PyXFormError as exc:
        raise explained(exc, found.rows) from exc
    except MemoryError:
        raise
    except Exception as exc:  # pyxform raises whatever its readers raise on broken files
        if isinstance(exc, TypeError) and "DefinitionData" in str(exc):
            raise Refused("no_survey") from exc
        known = _fault_of_cells(data, suffix, exc) if code == "unreadable" else None
        if known is not None:
            raise known from exc
        raise Refused(code, detail=f"{type(exc).__name__}: {exc}"[:300]) from exc
    return found


def _read(found: Converted, data: bytes, suffix: str) -> Any:
    """pyxform's own view of the workbook; what we want to know of it beyond the XForm goes to `found`."""
    from pyxform.xls2json_backends import get_xlsform

    book = get_xlsform(xlsform=data, file_type=suffix)
    settings = (list(book.settings or [])[:1] or [{}])[0]
    found.settings = {str(k).strip().lower(): str(v) for k, v in settings.items()}
    _survey_rows(found, book.survey or [])
    for row, choice in enumerate(book.choices or [], start=2):
        found.list_rows.setdefault(_list_of(choice), row)
    for choice in book.external_choices or []:
        cells = {str(k).strip(): str(v).strip() for k, v in choice.items() if _key(k) not in _LIST_NAMES}
        found.external.setdefault(_list_of(choice), []).append(cells)
    return book


def _fault_of_cells(data: bytes, suffix: str, exc: Exception) -> Refused | None:
    """What pyxform's readers stumble over without a word that helps."""
    if isinstance(exc, AttributeError) and "'strip'" in str(exc):
        return Refused("header_not_text")
    if suffix != ".md" or not isinstance(exc, IndexError):
        return None
    sheet, row, width = "", 0, 0
    for line in data.decode("utf-8", "replace").splitlines():
        cells = [cell.strip() for cell in _CELLS.split(line.strip().strip("|"))]
        if not line.strip().startswith("|"):
            continue
        if cells[0]:
            sheet, row, width = cells[0], 0, 0
            continue
        row, filled = row + 1, max((at for at, cell in enumerate(cells, 1) if cell), default=0)
        if row == 1:
            width = filled
        elif filled > width:
            return Refused("row_too_long", sheet=sheet, row=row)
    return Refused("empty_sheet", sheet, sheet=sheet)


def _fill(found: Converted, book: Any, stem: str) -> None:
    from pyxform.builder import create_survey_element_from_dict
    from pyxform.xls2json import workbook_to_json

    several = _chosen_from_repeats(book.survey or [])
    stem = re.sub(r"[^\w.-]", "_", stem)
    stem = stem if re.match(r"[^\W\d]", stem) else f"form_{stem}"
    survey = workbook_to_json(workbook_dict=book, fallback_form_name=stem, warnings=found.warnings)
    found.xform = create_survey_element_from_dict(survey).to_xml(
        validate=False, pretty_print=False, warnings=found.warnings, enketo=False
    )
    for name in several:
        found.xform = _made_multiple(found.xform, name)


def _chosen_from_repeats(rows: Any) -> list[str]:
    """Names of questions `select_multiple ${x}`. pyxform looks for such a list among the choices and fails, while it takes
    `select_one ${x}`: so it is given that, and its answer is made multiple."""
    names: list[str] = []
    for row in rows:
        kind = next((key for key in row if _key(key) in {"type", "command"}), None)
        match = _MULTIPLE.fullmatch(str(row[kind])) if kind is not None else None
        if match is not None:
            row[kind] = f"select_one {match[1]}"
            names += [str(value).strip() for key, value in row.items() if _key(key) in {"name", "value"}]
    return names


def _made_multiple(xform: str, name: str) -> str:
    end = rf'(ref="[^"]*/{re.escape(name)}"[^>]*>.*?)</select1>'
    return re.sub(f"<select1 {end}", r"<select \1</select>", xform, flags=re.DOTALL)


def _list_of(choice: Mapping[str, Any]) -> str:
    return next((str(v).strip() for k, v in choice.items() if _key(k) in _LIST_NAMES), "")


def _key(column: Any) -> str:
    return str(column).strip().lower()


def _survey_rows(found: Converted, rows: Any) -> None:
    """Paths of questions by following begin and end, as pyxform does."""
    around: list[str] = []
    for number, row in enumerate(rows, start=2):
        cells = {_key(key): str(value).strip() for key, value in row.items()}
        kind = re.sub(r"\s+", " ", cells.get("type") or cells.get("command") or "").lower()
        name = cells.get("name") or cells.get("value") or ""
        plain = kind.replace("_", " ")
        if plain.startswith("end ") and around:
            around.pop()
        elif kind and name:
            path = "/".join([*around, name])
            found.rows.setdefault(path, (number, kind))
            if plain.startswith("begin "):
                around.append(name)


def explained(exc: Exception, rows: dict[str, tuple[int, str]]) -> Refused:
    """A pyxform error as ours: its code's detail or its English sentence, with sheet and row."""
    text = re.sub(r"\s+", " ", str(exc)).strip()
    context: dict[str, Any] = getattr(exc, "context", None) or {}
    plain = _ROW.sub("", text)[:400]
    code = str(getattr(getattr(exc, "code", None), "name", ""))
    if not code:
        code, found = recognised(text)
        context = found | context
    row_match = _ROW.search(text)
    number = str(context.get("row") or (row_match[1] if row_match else ""))
    row = int(number) if number.isdigit() else None
    sheet = context.get("sheet") or context.get("sheet_name")
    sheet_match = _SHEET.search(text)
    if not isinstance(sheet, str):
        sheet = sheet_match[1] if sheet_match else ("survey" if row else None)
    named = str(context.get("q") or context.get("value") or context.get("name") or "")
    if not named and sheet == "survey" and row is not None:
        named = next((path.rpartition("/")[2] for path, (at, _) in rows.items() if at == row), "")
    for prefix, ours in _CODES:
        if code.startswith(prefix):
            return Refused(ours, named, plain, sheet, row)
    for expression, ours in _PATTERNS:
        match = re.search(expression, text)
        if match:
            name = (match[1] or "").strip(".,'") if match.groups() else ""
            if row is None and ours in {"missing_label", "unknown_type"}:
                sheet, row = _place_of(ours, name, rows)
            return Refused(ours, name or named, plain, sheet, row)
    return Refused("xlsform", detail=plain, sheet=sheet, row=row)


def recognised(text: str) -> tuple[str, dict[str, Any]]:
    """pyxform mostly raises its numbered messages as plain text; this finds the number and what was filled in."""
    from pyxform.errors import ErrorCode

    for code in ErrorCode:
        match = re.fullmatch(_template(code.value.msg), text)
        if match is not None:
            return code.name, match.groupdict()
    return "", {}


def _template(message: str) -> str:
    """A message with {names} as an expression with groups; a name that comes again means the same text."""
    seen: set[str] = set()
    found = ""
    for part in re.split(r"(\{\{|\}\}|\{[a-z_]+\})", re.sub(r"\s+", " ", message).strip()):
        name = part[1:-1]
        if part in {"{{", "}}"}:
            found += re.escape(part[0])
        elif not part.startswith("{"):
            found += re.escape(part)
        else:
            found += f"(?P={name})" if name in seen else f"(?P<{name}>.*?)"
            seen.add(name)
    return found


def _place_of(code: str, name: str, rows: dict[str, tuple[int, str]]) -> tuple[str | None, int | None]:
    """pyxform names the question or its type but not the row; the first that fits is meant."""
    for path, (row, kind) in rows.items():
        if (kind if code == "unknown_type" else path.rpartition("/")[2]).lower() == name.lower():
            return "survey", row
    return None, None


#: The start of pyxform's error code → ours.
_CODES: tuple[tuple[str, str], ...] = (
    ("PYREF_001", "bad_reference"),
    ("PYREF_002", "bad_reference"),
    ("PYREF_003", "unknown_reference"),
    ("PYREF_004", "ambiguous_reference"),
    ("NAMES_001", "duplicate_name"),
    ("NAMES_002", "duplicate_name"),
    ("NAMES_003", "bad_name"),
    ("NAMES_004", "duplicate_name"),
    ("NAMES_005", "reserved_name"),
    ("NAMES_006", "missing_name"),
    ("NAMES_007", "duplicate_choice"),
    ("NAMES_008", "bad_name"),
    ("NAMES_009", "bad_name"),
    ("LABEL_001", "missing_choice_label"),
    ("SURVEY_001", "unmatched_group"),
    ("SURVEY_002", "unmatched_group"),
    ("SURVEY_", "bad_parameters"),
    ("RANGE_", "bad_parameters"),
    ("HEADER_", "bad_header"),
    ("ENTITY_", "bad_entities"),
)
