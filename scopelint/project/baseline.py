"""Known findings of legacy code: counted by file, rule and name, not by line, so that the list survives edits."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable

from scopelint import disk, limits
from scopelint.project.config import ConfigError
from scopelint.rules.findings import Finding
from scopelint.site import split_cell


def _keys(finding: Finding, folder: str) -> tuple[str, str]:
    file = os.path.relpath(os.path.abspath(split_cell(finding.site.path)[0]), folder).replace(os.sep, "/")
    return file, f"{finding.code} {finding.full_name or finding.message}"


def write(findings: Iterable[Finding], path: str) -> int:
    """Writes the findings as the baseline; how many there are."""
    folder = os.path.dirname(os.path.abspath(path))
    counts: dict[str, dict[str, int]] = {}
    total = 0
    for finding in findings:
        file, key = _keys(finding, folder)
        of_file = counts.setdefault(file, {})
        of_file[key] = of_file.get(key, 0) + 1
        total += 1
    try:
        with disk.Whole(path) as whole:
            json.dump({"schema": 1, "findings": counts}, whole.stream, indent=1, sort_keys=True)
            whole.stream.write("\n")
    except OSError as problem:
        raise ConfigError(f"{path}: {problem.strerror or problem}") from None
    return total


class Known:
    """What a baseline knows, so many times each. ConfigError where there is none or it is none."""

    def __init__(self, path: str) -> None:
        try:
            known = json.loads(disk.read_up_to(path, limits.OWN_FILE_BYTES))["findings"]
            self._left = {(file, key): int(count) for file, keys in known.items() for key, count in keys.items()}
        except FileNotFoundError:
            raise ConfigError(f"{path}: no such baseline, --update-baseline writes it") from None
        except OSError as problem:
            raise ConfigError(f"{path}: {problem.strerror or problem}") from None
        except (ValueError, KeyError, AttributeError, TypeError, RecursionError):
            raise ConfigError(f"{path}: not a baseline of scopelint") from None
        self._folder = os.path.dirname(os.path.abspath(path))

    def has(self, finding: Finding) -> bool:
        """Is it one of those? Each is counted off."""
        keys = _keys(finding, self._folder)
        left = self._left.get(keys, 0)
        if left > 0:
            self._left[keys] = left - 1
        return left > 0
