"""TFS400 checkpoint-does-not-fit."""

from __future__ import annotations

from collections.abc import Iterator

from scopelint.rules.base import Finding, Record, Rule


class CheckpointDoesNotFit(Rule):
    """## What it does
    Says why a checkpoint does not load where the program restores it, or loads only in part. It comes from
    `scopelint checkpoint CKPT SOURCE --format sarif` (or `github`), which reads both and runs neither.

    ## Why is this bad?
    TF tells one missing key of possibly hundreds and no reason, and of what it leaves at its start value it tells
    nothing at all.

    ## Use instead
    `scopelint checkpoint CKPT SOURCE` tells the causes, `--write-map saver` writes the map that loads what is there.
    """

    code = "TFS400"
    message = "{said}"

    def check(self, outcome: Record) -> Iterator[Finding]:
        """No Outcome tells it: it takes a checkpoint besides."""
        return iter(())
