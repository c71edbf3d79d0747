"""Settings: every one typed, helped and read from its variable."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest

from server.settings import SettingError, Settings, table


def test_defaults_need_no_environment() -> None:
    settings = Settings.read({"HOME": "/root"})
    assert settings == Settings()
    assert settings.database_url == "sqlite:///data/shibu.sqlite3"


def test_a_folder_anywhere_makes_an_absolute_address() -> None:
    assert Settings(data=Path("/srv/shibu")).database_url == "sqlite:////srv/shibu/shibu.sqlite3"


def test_each_kind_of_value_is_cast() -> None:
    environ = {"SHIBU_PORT": "9000", "SHIBU_DATA": "/x", "SHIBU_TRUSTED_PROXY": "10.0.0.1, ::1", "PORT": "1"}
    settings = Settings.read(environ)
    assert (settings.port, settings.data, settings.trusted_proxy) == (9000, Path("/x"), ("10.0.0.1", "::1"))
    assert Settings.read({"PORT": "7000"}).port == 7000
    assert Settings.read({"SHIBU_PORT": "9000"}, port=5, host=None).port == 5


@pytest.mark.parametrize(("name", "value"), [("SHIBU_PORT", "x"), ("PORT", "-1"), ("SHIBU_NOTHING", "1")])
def test_what_cannot_be_used_is_named(name: str, value: str) -> None:
    with pytest.raises(SettingError, match=name):
        Settings.read({name: value})


def test_every_setting_has_one_line_of_help() -> None:
    for field in dataclasses.fields(Settings):
        help_ = field.metadata["help"]
        assert help_.endswith(".") and "\n" not in help_ and len(help_) > 10, field.name
        assert f"| SHIBU_{field.name.upper()} |" in table()
