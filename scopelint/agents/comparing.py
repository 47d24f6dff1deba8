"""A checkpoint held against a program, and the names of two revisions."""

from __future__ import annotations

import os
from typing import Any

from scopelint import disk
from scopelint.agents.answers import SIZE, fitted, paged, shortened, size
from scopelint.agents.naming import with_changes
from scopelint.agents.roots import Refused
from scopelint.agents.workspace import Workspace
from scopelint.checkpoints.answers import Answer, answer
from scopelint.checkpoints.case import Cause
from scopelint.checkpoints.maps import write_map
from scopelint.checkpoints.reading import read_checkpoint
from scopelint.commands.comparing import chosen, nothing_to_compare
from scopelint.project.diffing import difference
from scopelint.project.revisions import git, top_level
from scopelint.reports.changes import totals
from scopelint.reports.comparisons import verdict

_NAMES = 12


def checkpoint_against_source(
    space: Workspace, ckpt: str, path: str, call: str = "", at: int = 0, limit: int | None = None
) -> dict[str, Any]:
    place = space.roots.existing(path)
    prefix = space.roots.resolve(ckpt)
    config = space.config([place], **({"call": [call]} if call else {}), at=at, checkpoint=[prefix])
    checkpoint = read_checkpoint(prefix)
    for file in checkpoint.shards:
        space.roots.resolve(file)
    report = space.analyse([place], config, "restores")
    answers = [answer(checkpoint, demand) for demand in chosen(report, checkpoint, config)]
    if not answers:
        raise Refused(f"{nothing_to_compare([path])}; `call` enters a module that does nothing by itself")
    head: dict[str, Any] = {
        "checkpoint": space.shown(checkpoint.prefix),
        "kind": checkpoint.kind,
        "keys": len(checkpoint.tensors),
        "saved_by_tensorflow": checkpoint.tensorflow_version,
        "loads": all(each.loads for each in answers),
        "all_that_it_should": all(each.is_well for each in answers),
    }
    if checkpoint.warnings:
        head["warnings"] = [shortened(each, 200) for each in checkpoint.warnings[:3]]
    room = (SIZE - size(head)) // min(len(answers), 2) if limit is None else SIZE * 4
    return paged(head, "restores", [_site(each, space, room) for each in answers], 0, limit)


def _site(each: Answer, space: Workspace, room: int) -> dict[str, Any]:
    demand, found = each.demand, each.found
    out: dict[str, Any] = {
        "at": str(demand.place) if demand.place else None,
        "what": demand.what,
        "verdict": verdict(each),
        "variables": len(demand.pairs),
        "found": found.found,
        "certain": demand.certain,
        "complete": not demand.stops,
    }
    if each.error is not None:
        out["tensorflow"] = f"{each.error.type}: {shortened(each.error.message)}"
    out["causes"] = [_cause(cause) for cause in each.causes]
    pairs = each.map()
    moved = [f"{key} -> {name}" for key, name in pairs.items() if key != name]
    likely = [f"{pair.held} -> {pair.wanted}" for pair in each.pairs if not pair.certain]
    if moved:
        out["certain_pairs"] = moved
    if likely:
        out["likely_pairs"] = likely
    if demand.stops:
        out["notes"] = [shortened(each, 200) for each in demand.stops[:3]]
    if moved and not each.is_well:
        form = "assignment_map" if demand.kind in ("init", "warm_start") else "saver"
        fix = write_map(pairs, form, demand.path or space.shown(found.checkpoint.prefix), each.partitioned)
        if size(fix) <= room // 2:
            out["fix"] = fix
            del out["certain_pairs"]
        else:
            source = demand.place.file or "SOURCE"
            out["fix"] = f"scopelint checkpoint {space.shown(found.checkpoint.prefix)} {source} --write-map {form}"
    return fitted(out, ("likely_pairs", "certain_pairs", "causes"), room)


def _cause(cause: Cause) -> dict[str, Any]:
    out: dict[str, Any] = {"message": shortened(f"{cause.word}: {cause.said}"), "certain": cause.certain}
    if cause.place:
        out["at"] = str(cause.place)
    if cause.names and len(cause.names) <= _NAMES:
        out["variables"] = list(cause.names)
    if cause.fix:
        out["fix"] = list(cause.fix)
    return out


def _look_at_repository(space: Workspace, folder: str) -> None:
    """Refused where git itself would read outside of the roots: more of the tree, the objects of another repository."""
    top = top_level(folder)
    if not space.roots.holds(top):
        raise Refused(f"the repository {top} reaches beyond the folders that this server may look into: start it there")
    own, common = (git(folder, "rev-parse", word).strip() for word in ("--absolute-git-dir", "--git-common-dir"))
    places = [own, os.path.join(folder, common)]
    borrowed = os.path.join(folder, common, "objects", "info", "alternates")
    if space.roots.holds(borrowed) and os.path.isfile(borrowed):
        lines = disk.read(borrowed).decode("utf-8", "surrogateescape").splitlines()
        places += [os.path.join(os.path.dirname(os.path.dirname(borrowed)), line) for line in lines if line.strip()]
    for place in places:
        if not space.roots.holds(place):
            there = os.path.realpath(place)
            raise Refused(
                f"git keeps the repository in {there}, outside of what this server may look into: --root {there}"
            )


def names_diff(
    space: Workspace, rev1: str = "HEAD", rev2: str = "", path: str = "", limit: int | None = None, offset: int = 0
) -> dict[str, Any]:
    folder = space.roots.folders[0]
    _look_at_repository(space, folder)
    words = [word for word in (rev1, rev2) if word]
    for word in words:
        if os.path.lexists(os.path.join(folder, word)):
            space.roots.existing(word)
    places = [space.roots.resolve(path)] if path else []
    found = difference([*words, *places], space.config(places or [folder]), space.shelf)
    count = totals(found.comparisons)
    gaps = [gap for each in found.comparisons for gap in each.gaps]
    head: dict[str, Any] = {
        "old": found.old,
        "new": found.new,
        "entries": len(found.comparisons),
        "breaking": count.breaking,
        "warnings": count.warnings,
        "notes": count.notes,
        "complete": not gaps and not found.failed,
    }
    if gaps:
        head["incomplete"] = [shortened(str(gap), 200) for gap in gaps[:3]]
    if found.failed:
        head["failed"] = [shortened(line, 200) for line in found.failed[:3]]
    return with_changes(head, found.comparisons, offset, limit)
