"""Pairs of a checkpoint's keys and a program's variables, written to be used, and read back."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from typing import Literal, get_args

from scopelint import disk
from scopelint.checkpoints.records import CheckpointError

Form = Literal["saver", "assignment_map", "json", "rename"]
FORMS: tuple[str, ...] = get_args(Form)
_ARROW = " -> "
_LARGEST = 50_000_000


def write_map(pairs: Mapping[str, str], form: str, prefix: str, partitioned: Collection[str] = ()) -> str:
    """Text that a program, or `--map`, takes. `pairs`: of each key its variable, also where they are equal.

    `partitioned`: variables that the program makes in pieces; those go into one call each."""
    if form == "json":
        return json.dumps(dict(pairs), indent=1, ensure_ascii=False) + "\n"
    if form == "rename":
        return "".join(f"{key}{_ARROW}{name}\n" for key, name in pairs.items() if key != name)
    if form == "saver":
        return _saver(pairs, prefix, partitioned)
    return _assignment_map(pairs, prefix)


def _table(pairs: Mapping[str, str]) -> list[str]:
    return [f"    {_quoted(key)}: {_quoted(name)}," for key, name in pairs.items()]


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def _saver(pairs: Mapping[str, str], prefix: str, partitioned: Collection[str]) -> str:
    lines = ["# the checkpoint's key: the variable's name", "names = {", *_table(pairs), "}"]
    if any(name in partitioned for name in pairs.values()):
        lines += [
            "pieces = {}",
            "for v in tf.global_variables():",
            "    whole = v._get_save_slice_info()",
            "    pieces.setdefault(whole.full_name if whole else v.op.name, []).append(v)",
            "variables = {n: v if v[0]._get_save_slice_info() else v[0] for n, v in pieces.items()}",
        ]
    else:
        lines.append("variables = {v.op.name: v for v in tf.global_variables()}")
    lines += [
        "saver = tf.train.Saver({key: variables[name] for key, name in names.items()})",
        f"saver.restore(session, {_quoted(prefix)})",
    ]
    return "\n".join(lines) + "\n"


def _assignment_map(pairs: Mapping[str, str], prefix: str) -> str:
    lines = [
        "# the checkpoint's key: the variable's name; before the initializer is run, and for variables of get_variable",
        "assignment_map = {",
        *_table(pairs),
        "}",
        f"tf.train.init_from_checkpoint({_quoted(prefix)}, assignment_map)",
    ]
    return "\n".join(lines) + "\n"


def read_map(path: str) -> dict[str, str | None]:
    """A map from a file: JSON `{key: variable}`, null for a key to leave out, or lines `key -> variable`."""
    try:
        data = disk.read(path, _LARGEST + 1)
    except OSError as problem:
        raise CheckpointError(path, problem.strerror or str(problem)) from None
    if len(data) > _LARGEST:
        raise CheckpointError(path, "too large for a map")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise CheckpointError(path, "not UTF-8") from None
    if text.lstrip().startswith("{"):
        return _from_json(path, text)
    return _from_lines(path, text)


def _from_json(path: str, text: str) -> dict[str, str | None]:
    twice: list[str] = []

    def once(pairs: list[tuple[str, object]]) -> dict[str, object]:
        seen: dict[str, object] = {}
        for key, value in pairs:
            if key in seen:
                twice.append(key)
            seen[key] = value
        return seen

    try:
        found = json.loads(text, object_pairs_hook=once)
    except (ValueError, RecursionError) as problem:
        raise CheckpointError(path, f"no JSON: {str(problem).splitlines()[0]}") from None
    if twice:
        raise CheckpointError(path, f"{twice[0]!r} stands in it twice")
    names: dict[str, str | None] = {}
    for key, name in found.items():
        if name is not None and not isinstance(name, str):
            raise CheckpointError(path, f"{key!r}: the name of a variable expected, or null")
        names[key] = name
    return names


def _from_lines(path: str, text: str) -> dict[str, str | None]:
    names: dict[str, str | None] = {}
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        key, arrow, name = (part.strip() for part in line.partition(_ARROW.strip()))
        if not arrow or not key or not name:
            raise CheckpointError(path, f"line {number}: `key -> variable` expected")
        if key in names:
            raise CheckpointError(path, f"line {number}: {key!r} stands in it twice")
        names[key] = name
    return names
