"""Every setting in one table: its name is SHIBU_ and the field's name, with a default and one line of help.

An unknown SHIBU_ variable stops the start: a mistyped setting must not silently mean the default.
"""

# ruff: noqa: RUF009  the defaults are calls that make dataclass fields
from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

PREFIX = "SHIBU_"
_HERE = Path(__file__).parent


class SettingError(Exception):
    """A setting that cannot be used; the message names it."""


def _shipped(name: str) -> Path:
    """A folder that travels with the program: beside server/ in a checkout, inside it in an installed wheel."""
    bundled = _HERE / "_bundled" / name
    return bundled if bundled.is_dir() else _HERE.parent / name


def _setting(default: Any, help_: str) -> Any:
    return dataclasses.field(default=default, metadata={"help": help_})


@dataclass(frozen=True)
class Settings:
    """What the operator decides. Read once at start and handed down; nothing else reads the environment."""

    database: str = _setting("", "Address of the database: `sqlite:///file` or `postgres://…`; empty: `shibu.sqlite3` in the data folder.")
    data: Path = _setting(Path("data"), "Folder for the database file and its copies, and in `files/` the photos and other files of answers.")
    maps: str = _setting("", "Folder of the townships' maps, raster PMTiles files named after a township's name or id; empty: `maps` in the data folder.")
    surveys: Path = _setting(_shipped("surveys"), "Folder of the forms and lists.")
    host: str = _setting("127.0.0.1", "Address to listen on; keep it on loopback behind a reverse proxy.")
    port: int = _setting(8000, "Port to listen on; `PORT` is understood too.")
    trusted_proxy: tuple[str, ...] = _setting((), "Addresses of reverse proxies, comma separated; only they may say who asks and that HTTPS is in front.")
    demo_password: str = _setting("shibu-demo", "Password of all demo accounts.")
    session_days: int = _setting(90, "Days without use after which a sign-in ends.")
    lease_days: int = _setting(30, "Days without the server after which a phone stops showing what it downloaded.")
    grace_days: int = _setting(14, "Days during which changes for a village that a phone did not know it had lost are still taken.")
    body_kb: int = _setting(64, "Largest request body in KB, sync apart.")
    form_body_mb: int = _setting(10, "Largest upload of a form with its lists and pictures in MB, as sent.")
    sync_body_mb: int = _setting(8, "Largest body of one sync request in MB, as sent.")
    sync_unpacked_mb: int = _setting(16, "The same after unpacking.")
    line_kb: int = _setting(1024, "Largest single line of a sync request in KB.")
    file_mb: int = _setting(32, "Largest single file of an answer in MB.")
    files_day_mb: int = _setting(500, "How many MB of files one person may send within 24 hours.")
    files_gb: int = _setting(100, "How many GB all files of answers may take.")
    import_mb: int = _setting(96, "Largest file of a phone's unsent changes that the desk takes, in MB.")
    readers: int = _setting(4, "Read-only connections to an SQLite file.")
    pool_min: int = _setting(1, "Connections to PostgreSQL kept open.")
    pool_max: int = _setting(10, "Most connections to PostgreSQL.")
    pg_bin: str = _setting("", "Folder of `pg_dump` and `pg_restore`, for backups of PostgreSQL; empty: found by PATH.")
    log_level: str = _setting("info", "How much to log: `debug`, `info`, `warning` or `error`.")

    @property
    def pwa(self) -> Path:
        """The phone app's files."""
        return _shipped("pwa")

    @property
    def maps_folder(self) -> Path:
        return Path(self.maps) if self.maps else self.data / "maps"

    @property
    def database_url(self) -> str:
        return self.database or f"sqlite:///{self.data / 'shibu.sqlite3'}"

    @classmethod
    def read(cls, environ: Mapping[str, str], **given: Any) -> Settings:
        """From the environment; what is given (not None) by the command line wins."""
        known = {PREFIX + field.name.upper(): field for field in dataclasses.fields(cls)}
        unknown = sorted(name for name in environ if name.startswith(PREFIX) and name not in known)
        if unknown:
            raise SettingError(f"Unknown setting {', '.join(unknown)}. Known: {', '.join(sorted(known))}")
        values: dict[str, Any] = {}
        if environ.get("PORT"):
            values["port"] = _cast("PORT", environ["PORT"], 0)
        for name, field in known.items():
            if environ.get(name):
                values[field.name] = _cast(name, environ[name], field.default)
        values.update({name: value for name, value in given.items() if value is not None})
        return cls(**values)


def _cast(name: str, text: str, default: Any) -> Any:
    """Text to the type of the default."""
    if isinstance(default, tuple):
        return tuple(part.strip() for part in text.split(",") if part.strip())
    if isinstance(default, Path):
        return Path(text)
    if isinstance(default, int):
        if not text.strip().isdigit():
            raise SettingError(f"{name} must be a whole number, not {text!r}")
        return int(text)
    return text


def table() -> str:
    """The settings as the README shows them."""
    rows = ["| setting | default | meaning |", "| --- | --- | --- |"]
    for field in dataclasses.fields(Settings):
        shown = {"surveys": "surveys/"}.get(field.name) or ("" if field.default in ("", ()) else str(field.default))
        rows.append(f"| {PREFIX}{field.name.upper()} | {f'`{shown}`' if shown else ''} | {field.metadata['help']} |")
    return "\n".join(rows)
