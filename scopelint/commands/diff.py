"""`scopelint diff`: what became of names between two revisions, the work tree, a lock file, a checkpoint."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TextIO

from scopelint.checkpoints.maps import write_map
from scopelint.commands.output import Output
from scopelint.escapes import say
from scopelint.project.config import Config, ConfigError
from scopelint.project.diffing import Difference, difference
from scopelint.reports import changes

CLEAN, CHANGED, FAILURE = 0, 1, 2


def run(words: Sequence[str], config: Config) -> int:
    """The command; its exit status."""
    with Output(config) as stream:
        return _answer(words, config, stream)


def _answer(words: Sequence[str], config: Config, stream: TextIO) -> int:
    found = difference(words, config)
    if config.write_map:
        return _write_map(found, config, stream)
    for line in found.told:
        say(line)
    count = changes.totals(found.comparisons)
    if config.format == "json":
        changes.write_json(found.comparisons, stream, old=found.old, new=found.new)
    elif config.format == "markdown":
        changes.write_markdown(found.comparisons, stream, f"From `{found.old}` to `{found.new}`.")
    else:
        changes.write_text([comparison for comparison in found.comparisons if comparison.changes], stream)
        entries = len(found.comparisons)
        stream.write(f"{found.old} -> {found.new}: {count} in {entries} entr{'y' if entries == 1 else 'ies'}\n")
    for line in found.failed:
        say(line)
    if (count.breaking and config.fail_on) or (count.warnings and config.fail_on == "any"):
        return CHANGED
    return FAILURE if found.failed else CLEAN


def _write_map(found: Difference, config: Config, stream: TextIO) -> int:
    """The pairs of all entries. A name of two entries that goes to two places has no place in a map."""
    pairs: dict[str, str] = {}
    for comparison in found.comparisons:
        for pair in comparison.pairs:
            if not (pair.certain or config.uncertain) or not (pair.old.firm and pair.new.firm):
                continue
            if pairs.setdefault(pair.old.name, pair.new.name) != pair.new.name:
                raise ConfigError(
                    f"--write-map: {pair.old.name} becomes {pairs[pair.old.name]} in one entry and {pair.new.name} in "
                    "another: name one file"
                )
    if not pairs:
        raise ConfigError("--write-map: nothing to map; name the files, for without them only changes are seen")
    stream.write(write_map(pairs, config.write_map, found.prefix or "model.ckpt"))
    for line in found.failed:
        say(line)
    return FAILURE if found.failed else CLEAN
