"""The checkpoints that a program loads, where they lie in the project: what the rules of loading compare with."""

from __future__ import annotations

import os
from collections.abc import Iterable
from typing import TYPE_CHECKING

from scopelint import disk
from scopelint.frozen import replace
from scopelint.graph.events import RestoreSite
from scopelint.graph.outcome import Outcome
from scopelint.interp.options import Options

if TYPE_CHECKING:
    from scopelint.checkpoints.records import Checkpoint


def loaded(outcomes: Iterable[Outcome], path: str, options: Options) -> tuple[list[Outcome], dict[str, Checkpoint]]:
    """Checkpoints by the paths that the loading lines name, empty for none; and the outcomes, which hang on those files
    now too."""
    outcomes = list(outcomes)
    paths = {site.path for outcome in outcomes for site in outcome.of(RestoreSite) if site.path or options.checkpoint}
    if not paths:
        return outcomes, {}
    # The readers cost as much to import as a small file to analyse, and most files load nothing.
    from scopelint.checkpoints.locating import locate

    def is_ours(place: str) -> bool:
        return disk.is_within(place, options.roots)

    here = [os.getcwd()] if is_ours(os.getcwd()) else []
    folders = [os.path.dirname(os.path.abspath(path)), *here, *options.search_path]
    found: dict[str, Checkpoint] = {}
    read: list[str] = []
    missing: list[str] = []
    for name in sorted(paths):
        located = locate(name, folders, is_ours)
        read += located.read
        missing += located.missing
        if located.checkpoint is None and options.checkpoint:
            given = [*folders, os.path.dirname(options.checkpoint)]
            located = locate(options.checkpoint, given, is_ours)
            read += located.read
            missing += located.missing
        if located.checkpoint is not None:
            found[name] = located.checkpoint
    first = outcomes[0]
    outcomes[0] = replace(first, read=(*first.read, *((file, "") for file in read)), missing=(*first.missing, *missing))
    return outcomes, found
