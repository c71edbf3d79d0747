"""Where a phone stands in one village's feed: opaque on the wire, short because every request carries one a village.

Promises: a cursor says everything a page needs, so the server keeps nothing between requests; one that is damaged, of another
village, view or epoch reads as none, and that village is pulled anew.
"""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass

_MARK = "2"
_STAGES = frozenset("12345")


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
        """`place.seq`, and in a first pull how far it has come."""
        parts = [place(village_id, view, epoch), str(self.seq)]
        return ".".join([*parts, str(self.stage), self.cutoff, self.last] if self.first else parts)


def place(village_id: str, view: str, epoch: str) -> str:
    """What a cursor belongs to, in eight characters: the phone names the village beside it, the request the epoch."""
    digest = hashlib.sha256("\n".join((_MARK, village_id, view, epoch)).encode("utf-8", "surrogatepass")).digest()
    return base64.urlsafe_b64encode(digest[:6]).decode()


def seq_of(text: str) -> int | None:
    """How far a cursor says that a village was read, whosever it is; None within a first pull and for what is no cursor."""
    parts = text.split(".")
    return int(parts[1]) if len(parts) == 2 and parts[1].isascii() and parts[1].isdigit() and len(parts[1]) < 17 else None


def read(text: str, village_id: str, view: str, epoch: str) -> Cursor | None:
    """None for whatever this server did not write for this village, view and epoch."""
    here, _, rest = text.partition(".")
    if here != place(village_id, view, epoch):
        return None
    seq, *more = rest.split(".", 3)
    if not (seq.isascii() and seq.isdigit()) or len(seq) > 16 or int(seq) >= 2**53:
        return None
    if not more:
        return Cursor(int(seq))
    if len(more) != 3 or more[0] not in _STAGES or "\0" in rest:
        return None
    return Cursor(int(seq), int(more[0]), cutoff=more[1], last=more[2])
