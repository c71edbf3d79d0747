"""A small form of a new kind, as somebody who knows XLSForm would write it, and what they would change in it."""

from __future__ import annotations

import base64
from typing import Any

WELLS = """
| survey |
| | type | name | label::中文 (zh) | label::English (en) | relevant | bind::shibu:envelope | bind::shibu:refers | media::image::中文 (zh) | media::image::English (en) |
| | text | household | 哪一户 | Household | | parent | household | |
| | text | well | 哪口井 | Which well | | title | | well.png | well.png |
| | select_one state | state | 水怎么样 | The water | | | | |
| | select_multiple_from_file tools.csv | tools | 带了什么 | Tools | | | | |
| | integer | depth | 水深 | Depth | ${state} = 'clear' | | | |
| | begin_repeat | samples | 水样 | Samples | | | | |
| | text | bottle | 瓶号 | Bottle | | | | |
| | end_repeat |
| choices |
| | list_name | name | label::中文 (zh) | label::English (en) |
| | state | clear | 清 | Clear |
| | state | muddy | 浑 | Muddy |
| | state | dry | 干了 | Dry |
| settings |
| | form_title | form_id | default_language | shibu:sensitivity | shibu:times_per_year | namespaces |
| | 水井 / Well | well_check | 中文 (zh) | internal | 4 | shibu="https://shibu.example/xforms" |
"""
TOOLS = "name,label,en\nrope,绳子,Rope\nlamp,手电,Lamp\n"
PIXEL = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)
#: One question goes, one comes, one changes its type, one its words, a choice goes.
CHANGED = (
    WELLS.replace("| | integer | depth | 水深 | Depth |", "| | integer | level | 水位 | Level |")
    .replace("| | state | dry | 干了 | Dry |\n", "")
    .replace("| text | bottle |", "| integer | bottle |")
    .replace("哪口井", "井名")
)
BROKEN = WELLS.replace("${state} = 'clear'", "${stat} = 'clear'")


def body(text: str = WELLS, name: str = "wells.md", **more: Any) -> dict[str, Any]:
    """What the desk sends."""
    files = {"tools.csv": TOOLS.encode(), "well.png": PIXEL} | more.pop("files", {})
    return {
        "name": name,
        "data": base64.b64encode(text.encode() if isinstance(text, str) else text).decode(),
        "files": [{"name": n, "data": base64.b64encode(d).decode()} for n, d in files.items()],
        **more,
    }
