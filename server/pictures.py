"""Pictures decoded where they can do no harm: a process of its own, with little time, little memory and nothing but the picture.

Promises: what comes back is a small JPEG made from pixels that were really there, upright, without anything a camera noted; a
picture that cannot be decoded is refused. As a program (`python -m server.pictures`) it reads the picture on stdin
and writes the small one to stdout.
"""

from __future__ import annotations

import io
import os
import signal
import subprocess
import sys
import tempfile
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from server.refusals import Refusal

if TYPE_CHECKING:
    from PIL import Image

#: By the ending of an answer.
FORMATS = {"jpg": "JPEG", "png": "PNG", "webp": "WEBP"}
#: Of the small picture: its longer side, and its bytes.
SIDE = 320
MOST_BYTES = 20 * 1024
#: As contents.py says; a decoder may believe another size than the one that was read off the head.
PIXELS = 50_000_000
ROOT = Path(__file__).resolve().parents[1]

_QUALITIES = (80, 70, 60, 45, 30)
#: How the process ends when it says no: the picture is none, or claims too much.
_NO_PICTURE, _TOO_LARGE = 3, 4
#: Pictures decoded at once; each may take the whole of its memory.
_AT_ONCE = threading.BoundedSemaphore(2)


@dataclass(frozen=True)
class Limits:
    """Of one picture. Wall time is longer than CPU time because a busy machine is not the picture's fault."""

    cpu_seconds: int = 20
    wall_seconds: float = 60.0
    memory_bytes: int = 768 * 2**20


def smaller(path: Path, ending: str, limits: Limits | None = None) -> bytes:
    """The small picture of a file; refused where there is no picture in it. Blocks: run it in a thread."""
    limits = limits or Limits()
    command = [sys.executable, "-m", "server.pictures", FORMATS[ending], str(limits.cpu_seconds), str(limits.memory_bytes)]
    with _AT_ONCE, path.open("rb") as picture, tempfile.TemporaryDirectory(prefix="shibu-picture-") as folder:
        try:
            done = subprocess.run(  # noqa: S603  our own program
                command, stdin=picture, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, timeout=limits.wall_seconds, cwd=ROOT,
                env=_environment(folder), start_new_session=True, check=False,
            )  # fmt: skip
        except subprocess.TimeoutExpired:
            raise Refusal("busy", seconds=60) from None
    if done.returncode == 0 and done.stdout:
        return done.stdout
    if done.returncode == _NO_PICTURE:
        raise Refusal("file_type")
    if done.returncode in (_TOO_LARGE, -signal.SIGXCPU):
        raise Refusal("file_pixels", limit=PIXELS // 1_000_000)
    if done.returncode in (-signal.SIGSEGV, -signal.SIGBUS, -signal.SIGABRT, -signal.SIGILL):
        raise Refusal("file_unsafe")
    # The machine's fault, not the picture's: it is asked for again.
    raise RuntimeError(f"no picture came, the process ended with {done.returncode}")


def _environment(folder: str) -> dict[str, str]:
    """Only what Python needs: no passwords of ours go where foreign files are read."""
    kept = {key: os.environ[key] for key in ("PATH", "HOME", "LANG", "SYSTEMROOT") if key in os.environ}
    return kept | {"TMPDIR": folder, "PYTHONUTF8": "1", "PYTHONDONTWRITEBYTECODE": "1"}


# Inside the process


def _limit(cpu_seconds: int, memory_bytes: int) -> None:
    try:
        import resource
    except ImportError:  # not on Windows, where only the wall clock limits
        return
    resource.setrlimit(resource.RLIMIT_AS, (memory_bytes, memory_bytes))
    resource.setrlimit(resource.RLIMIT_CPU, (cpu_seconds, cpu_seconds + 1))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))


def made_small(source: BinaryIO, format_: str) -> bytes:
    """Decodes all of a picture and makes it small."""
    from PIL import Image, ImageOps

    Image.MAX_IMAGE_PIXELS = PIXELS
    with Image.open(source, formats=(format_,)) as picture:
        if picture.width * picture.height > PIXELS:
            raise Image.DecompressionBombError
        # A JPEG is decoded at an eighth of its size, still from its first byte to its last.
        picture.draft("RGB", (2 * SIDE, 2 * SIDE))
        picture.load()
        held: Image.Image = picture if picture.mode in ("L", "RGB", "RGBA") else picture.convert("RGBA")
        held.thumbnail((SIDE, SIDE))
        upright = ImageOps.exif_transpose(held)
    if upright.mode == "RGBA":
        white = Image.new("RGB", upright.size, "white")
        white.paste(upright, mask=upright.getchannel("A"))
        upright = white
    return _pressed(upright.convert("RGB"))


def _pressed(picture: Image.Image) -> bytes:
    while True:
        for quality in _QUALITIES:
            out = io.BytesIO()
            # Nothing of the picture's own notes is handed on.
            picture.save(out, "JPEG", quality=quality, optimize=True, exif=b"", icc_profile=None)
            if out.tell() <= MOST_BYTES:
                return out.getvalue()
        picture = picture.resize((max(1, picture.width * 4 // 5), max(1, picture.height * 4 // 5)))


def main() -> int:
    format_, cpu_seconds, memory_bytes = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    _limit(cpu_seconds, memory_bytes)
    from PIL import Image, UnidentifiedImageError

    try:
        small = made_small(sys.stdin.buffer, format_)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning, MemoryError):
        return _TOO_LARGE
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, EOFError, KeyError, IndexError, TypeError):
        # What Pillow says of a broken picture; which of them it is depends on where it broke.
        return _NO_PICTURE
    sys.stdout.buffer.write(small)
    sys.stdout.buffer.flush()
    return 0


if __name__ == "__main__":
    sys.exit(main())
