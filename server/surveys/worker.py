"""Compiling where it can do no harm: a process of its own, with little time, little memory and nothing to say on failing.

Promises: `run` ends within the limits whatever the file is, and answers with a definition or with refusals.
As a program (`python -m server.surveys.worker`) it reads one JSON request on stdin and writes one JSON answer to stdout.
"""

from __future__ import annotations

import asyncio
import base64
import contextlib
import json
import os
import signal
import sys
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from server.surveys.compile import Source, compile_form
from server.surveys.refusal import Refused

MAX_SOURCE = 4 * 1024 * 1024
MAX_ANSWER = 32 * 1024 * 1024
ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Limits:
    """Of one compilation. Wall time is longer than CPU time because a busy machine is not the form's fault."""

    cpu_seconds: int = 20
    wall_seconds: float = 60.0
    memory_bytes: int = 768 * 1024 * 1024


@dataclass
class Outcome:
    """What came of a form; `definition` is None when there are errors."""

    definition: dict[str, Any] | None = None
    xform: str = ""
    errors: list[dict[str, Any]] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    #: the settings sheet's first row, keys in lower case
    settings: dict[str, str] = field(default_factory=dict)

    @property
    def ok(self) -> bool:
        return self.definition is not None


async def run(source: Source, limits: Limits | None = None) -> Outcome:
    """Compiles a form in a worker process."""
    limits = limits or Limits()
    if len(source.data) > MAX_SOURCE:
        return refused(Refused("too_large", detail="4 MB"))
    # pyxform writes its result to a temporary file first; a killed worker must leave none behind.
    with tempfile.TemporaryDirectory(prefix="shibu-form-") as folder:
        return await _run(source, limits, folder)


async def _run(source: Source, limits: Limits, folder: str) -> Outcome:
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "server.surveys.worker",
        str(limits.cpu_seconds),
        str(limits.memory_bytes),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
        cwd=ROOT,
        env=environment(folder),
        start_new_session=True,
    )
    try:
        answer, _ = await asyncio.wait_for(process.communicate(request(source)), limits.wall_seconds)
    except TimeoutError:
        return refused(Refused("took_too_long"))
    finally:
        if process.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                process.kill()
            await process.wait()
    return read(answer, process.returncode or 0)


def environment(folder: str) -> dict[str, str]:
    """Only what Python needs: no passwords of ours go where foreign files are read."""
    kept = {key: os.environ[key] for key in ("PATH", "HOME", "LANG", "SYSTEMROOT") if key in os.environ}
    return kept | {"TMPDIR": folder, "PYTHONUTF8": "1", "PYTHONHASHSEED": "0", "PYTHONDONTWRITEBYTECODE": "1"}


def request(source: Source) -> bytes:
    request = {
        "name": source.name,
        "data": base64.b64encode(source.data).decode(),
        "files": source.files,
        "moves": source.moves,
        "strict": source.strict,
    }
    return json.dumps(request).encode()


def read(answer: bytes, code: int) -> Outcome:
    if code in {-signal.SIGXCPU, -signal.SIGALRM}:
        return refused(Refused("took_too_long"))
    if len(answer) > MAX_ANSWER:
        return refused(Refused("too_large", detail="32 MB"))
    try:
        found = json.loads(answer)
    except ValueError:
        return refused(Refused("too_much_memory" if code == -signal.SIGSEGV else "crashed"))
    return Outcome(**found)


def refused(refused: Refused) -> Outcome:
    return Outcome(errors=[refused.line()])


# Inside the worker ------------------------------------------------------------------------------------------------


def limit(cpu_seconds: int, memory_bytes: int) -> None:
    try:
        import resource
    except ImportError:  # not on Windows, where only the wall clock limits
        return
    resource.setrlimit(resource.RLIMIT_AS, (memory_bytes, memory_bytes))
    resource.setrlimit(resource.RLIMIT_CPU, (cpu_seconds, cpu_seconds + 1))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (MAX_ANSWER, MAX_ANSWER))


def _work(request: dict[str, Any]) -> dict[str, Any]:
    source = Source(
        request["name"],
        base64.b64decode(request["data"]),
        request["files"],
        request["moves"],
        request["strict"],
    )
    try:
        compiled = compile_form(source)
    except MemoryError:
        return _nothing(Refused("too_much_memory"))
    except RecursionError:
        return _nothing(Refused("crashed"))
    return {
        "definition": compiled.definition,
        "xform": compiled.xform,
        "errors": [refused.line() for refused in compiled.errors],
        "warnings": [str(warning) for warning in compiled.warnings],
        "settings": compiled.settings,
    }


def _nothing(why: Refused) -> dict[str, Any]:
    return {"definition": None, "xform": "", "errors": [why.line()], "warnings": [], "settings": {}}


def answer(request: dict[str, Any]) -> bytes:
    """The answer's JSON, with room kept to say that there was none for the form."""
    try:
        return json.dumps(_work(request), ensure_ascii=False).encode("utf-8", "replace")
    except MemoryError:
        return json.dumps(_nothing(Refused("too_much_memory"))).encode()


def main() -> None:
    limit(int(sys.argv[1]), int(sys.argv[2]))
    out = sys.stdout.buffer
    # pyxform prints now and then; only the answer may stand on stdout.
    sys.stdout = sys.stderr
    out.write(answer(json.load(sys.stdin.buffer)))
    out.flush()


if __name__ == "__main__":
    main()
