"""Code lists: the CSV files that select_one_from_file and pulldata() name, and the rows inside a form."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Mapping
from typing import Any
from xml.etree.ElementTree import ParseError

from defusedxml import DefusedXmlException  # type: ignore[import-untyped]
from defusedxml.ElementTree import fromstring  # type: ignore[import-untyped]

from server.surveys.draft import language_key, local
from server.surveys.refusal import Refused

MAX_ROWS = 50_000
Row = dict[str, Any]


def from_file(name: str, text: str, language: str) -> tuple[list[Row], set[str]]:
    """The rows of a list file (.csv, .geojson or .xml) and its columns, which a list without rows may have too."""
    columns: set[str] = set()
    try:
        if name.endswith(".geojson"):
            rows = [with_label(row, language) for row in _geojson(text)]
        elif name.endswith(".xml"):
            rows = [with_label(row, language) for row in _xml(text)]
        else:
            rows, columns = _csv(text, language)
    except (
        ValueError,
        KeyError,
        TypeError,
        csv.Error,
        ParseError,
        DefusedXmlException,
        RecursionError,
    ) as exc:
        raise Refused("bad_list", name, str(exc)[:200]) from exc
    if len(rows) > MAX_ROWS:
        raise Refused("bad_list", name, f"> {MAX_ROWS}")
    return rows, columns


def _csv(text: str, language: str) -> tuple[list[Row], set[str]]:
    text = text.removeprefix("\ufeff")
    first = text.partition("\n")[0]
    delimiter = ";" if first.count(";") > first.count(",") else ","
    reader = csv.DictReader(io.StringIO(text), delimiter=delimiter, strict=True)
    rows: list[Row] = []
    for record in reader:
        cells = {
            (key or "").strip(): (value or "").strip()
            for key, value in record.items()
            if isinstance(key, str)
        }
        if any(cells.values()):
            rows.append(with_label(cells, language))
    return rows, {(key or "").strip() for key in reader.fieldnames or ()} - {""}


def with_label(cells: Mapping[str, str], language: str) -> Row:
    """`label` is in the form's own language; `en`, or `label::English (en)`, adds another."""
    row: Row = {key: value for key, value in cells.items() if key and not key.startswith("label")}
    words = {language: cells["label"]} if cells.get("label") else {}
    for key, value in cells.items():
        if key.startswith("label::") and value:
            words[language_key(key.removeprefix("label::"))] = value
    if words and cells.get("en"):
        words.setdefault("en", cells["en"])
        row.pop("en", None)
    return row | {"label": words} if words else row


def _geojson(text: str) -> list[Row]:
    """ODK: each feature is an item; its properties are columns, its geometry one in ODK's own notation."""
    rows: list[Row] = []
    for feature in json.loads(text)["features"]:
        row: Row = {
            str(key): "" if value is None else str(value) for key, value in feature["properties"].items()
        }
        geometry = feature.get("geometry")
        if geometry:
            row["geometry"] = _geometry(geometry)
        if "id" in feature:
            row.setdefault("id", str(feature["id"]))
        rows.append(row)
    return rows


def _geometry(geometry: Mapping[str, Any]) -> str:
    points = geometry["coordinates"]
    if geometry["type"] == "Point":
        points = [points]
    elif geometry["type"] == "Polygon":
        points = points[0]
    elif geometry["type"] != "LineString":
        raise ValueError(f"geometry {geometry['type']}")
    return "; ".join(f"{point[1]} {point[0]} 0 0" for point in points)


def _xml(text: str) -> list[Row]:
    rows: list[Row] = []
    for item in fromstring(text.encode()):
        rows.append({local(cell): "".join(cell.itertext()).strip() for cell in item})
    return rows
