"""Where a phone stands in one village's feed: opaque on the wire, readable here.

Promises: a cursor says everything a page needs, so the server keeps nothing between requests; one that is damaged, of another
village, view or epoch reads as none, and that village is pulled anew.
"""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass

import msgspec

_MARK = 1


@dataclass(frozen=True, slots=True)
class Cursor:
    """In a first pull `stage` and `last` say how far the tiers were read and `seq` what was noted at its start; after it
    `stage` is 0 and everything up to `seq` is held."""

    seq: int
    stage: int = 0
    last: str = ""
    cutoff: str = ""
    #: Not one page of it was sent yet.
    new: bool = False

    @property
    def first(self) -> bool:
        return self.stage > 0

    def text(self, village_id: str, view: str, epoch: str) -> str:
        parts = [_MARK, village_id, view, epoch, self.seq, self.stage, self.last, self.cutoff]
        return base64.urlsafe_b64encode(msgspec.json.encode(parts)).decode().rstrip("=")


def read(text: str, village_id: str, view: str, epoch: str) -> Cursor | None:
    """None for whatever this server did not write for this village, view and epoch."""
    if "=" in text:
        return None
    try:
        raw = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
        mark, village, seen_view, seen_epoch, seq, stage, last, cutoff = msgspec.json.decode(
            raw, type=tuple[int, str, str, str, int, int, str, str]
        )
    except (ValueError, binascii.Error, msgspec.MsgspecError):
        return None
    if (mark, village, seen_view, seen_epoch) != (_MARK, village_id, view, epoch) or not 0 <= seq < 2**53:
        return None
    if not 0 <= stage <= 5 or "\0" in last + cutoff:
        return None
    return Cursor(seq, stage, last, cutoff)
