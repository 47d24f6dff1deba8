"""TOML that somebody else may have written: what would take long to read is refused."""

from __future__ import annotations

from typing import Any

_LARGEST = 1_000_000
"""Characters of one file: the largest that people write have some ten thousands."""

_DOTS = 300
"""In one key: the parser goes over all that a key nests with each of its parts."""


def read(text: str) -> dict[str, Any]:
    """Its tables. ValueError where it is no TOML, or none that is read."""
    try:
        import tomllib  # 6 ms, where there is a file of it
    except ModuleNotFoundError:  # Python 3.10
        import tomli as tomllib  # type: ignore[no-redef,import-not-found,unused-ignore]
    if len(text) > _LARGEST:
        raise ValueError(f"longer than {_LARGEST} characters")
    if text.count(".") > _DOTS and any(
        part.count(".") > _DOTS for line in text.split("\n") for part in line.split("=")
    ):
        raise ValueError("nested too deeply")
    try:
        return tomllib.loads(text)
    except RecursionError:
        raise ValueError("nested too deeply") from None
