"""What a record says of the release of TensorFlow that it is of, for people."""

from __future__ import annotations

import os
from typing import Any

from scopelint.graph.releases import DEFAULT


def told(data: dict[str, Any]) -> str:
    """One line about the release, where there is something to tell."""
    if data["pinned"]:
        more = f" ({data['said']})" if data["said"] else ""
        return f"TensorFlow {data['version']}, as {os.path.relpath(data['file'])}:{data['line']} pins it{more}"
    if data["version"] != DEFAULT.text and data["said"]:
        return f"TensorFlow {data['version']}, {data['said']}"
    return str(data["said"])
