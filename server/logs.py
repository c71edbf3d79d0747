"""Log lines: JSON on standard error, one per event, with ID numbers, telephone numbers, passwords and tokens blotted out."""

from __future__ import annotations

import json
import logging
import re
import sys
import time

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from server.clock import now

_BLOTS = (
    (re.compile(r"(?<!\d)\d{17}[\dXx](?![\dA-Za-z])"), "[id number]"),
    (re.compile(r"(?<!\d)\d{15}(?!\d)"), "[id number]"),
    (re.compile(r"(?<!\d)1[3-9]\d(?:[ -]?\d{4}){2}(?!\d)"), "[telephone]"),
    (re.compile(r"((?:password|token|old|new|secret)['\"]?\s*[:=]\s*)(['\"])(?:\\.|(?!\2).)*\2", re.I), r"\1[blotted]"),
    (re.compile(r"((?:__Host-)?shibu=)[\w-]+"), r"\1[blotted]"),
    (re.compile(r"(postgres(?:ql)?://[^:/@\s]*:)[^@\s]+@"), r"\1[blotted]@"),
)


def blotted(text: str) -> str:
    """The text without what a log must not hold."""
    for pattern, replacement in _BLOTS:
        text = pattern.sub(replacement, text)
    return text


class JsonFormatter(logging.Formatter):
    """One JSON object a line; the message and any traceback blotted."""

    def format(self, record: logging.LogRecord) -> str:
        line = {"at": now(), "level": record.levelname.lower(), "from": record.name, "text": record.getMessage()}
        for name in ("method", "path", "status", "ms"):
            if hasattr(record, name):
                line[name] = getattr(record, name)
        if record.exc_info:
            line["trace"] = self.formatException(record.exc_info)
        return blotted(json.dumps(line, ensure_ascii=False))


def configure(level: str) -> None:
    """Everything, uvicorn's own lines included, through the one formatter."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonFormatter())
    logging.basicConfig(handlers=[handler], level=level.upper(), force=True)
    # These repeat at debug and info what ours says once.
    for noisy in ("tortoise", "tortoise.db_client", "aiosqlite", "asyncio", "uvicorn.access", "multipart"):
        logging.getLogger(noisy).setLevel(logging.WARNING)


class RequestLog:
    """ASGI middleware: one line per request, with its path but neither query nor content."""

    log = logging.getLogger("shibu.request")

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not self.log.isEnabledFor(logging.INFO):
            return await self.app(scope, receive, send)
        started, status = time.perf_counter(), 0

        async def noting(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self.app(scope, receive, noting)
        finally:
            ms = round((time.perf_counter() - started) * 1000, 1)
            shown = {"method": scope["method"], "path": scope["path"], "status": status, "ms": ms}
            self.log.info("answered" if status else "cut", extra=shown)
