"""What a record says of the release of TensorFlow that it is of, for people."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any

from scopelint.graph.releases import DEFAULT


def told(data: dict[str, Any], shown: Callable[[str], str] = os.path.relpath) -> str:
    """One line about the release, where there is something to tell. `shown`: a path as people know it."""
    if data["pinned"]:
        more = f" ({data['said']})" if data["said"] else ""
        return f"TensorFlow {data['version']}, as {shown(data['file'])}:{data['line']} pins it{more}"
    if data["version"] != DEFAULT.text and data["said"]:
        return f"TensorFlow {data['version']}, {data['said']}"
    return str(data["said"])
