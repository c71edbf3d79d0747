"""A real Chromium and a real server with the small demo township, for tests that act as a person."""

from __future__ import annotations

import asyncio
import os
import shutil
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from playwright.sync_api import Playwright, sync_playwright

from server import demo
from server.app import open_database
from server.settings import Settings
from server.surveys.catalogue import Catalogue
from tests.browser.handset import PASSWORD
from tests.serving import Server

#: Firefox and WebKit are brought by `make proof`, and asked for nothing else.
collect_ignore = [] if os.environ.get("PROOF") else ["test_other_browsers.py"]


@pytest.fixture(scope="package")
def playwright() -> Iterator[Playwright]:
    """Ends with the last test here: it keeps an event loop running in this thread, in which no other test could start one."""
    with sync_playwright() as running:
        yield running


@pytest.fixture(scope="session")
def township(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small demo township in a database file that tests copy. Loaded in a thread: Playwright holds this one's loop."""
    folder = tmp_path_factory.mktemp("township")

    async def load() -> None:
        settings = Settings.read({"SHIBU_DATABASE": f"sqlite:///{folder / 'shibu.sqlite3'}"})
        database = await open_database(settings)
        try:
            catalogue = await Catalogue.load(database, settings.surveys)
            await demo.load(database, catalogue, "small", PASSWORD, say=lambda line: None)
        finally:
            await database.close()

    with ThreadPoolExecutor(1) as thread:
        thread.submit(asyncio.run, load()).result()
    return folder


@pytest.fixture
def server(township: Path, tmp_path: Path) -> Iterator[Server]:
    """A server of one's own over a copy of the demo township."""
    shutil.copytree(township, tmp_path / "data")
    running = Server(tmp_path / "data").start()
    try:
        yield running
    finally:
        running.stop()
