"""TFS420 locked-name-changed."""

from __future__ import annotations

from collections.abc import Iterator

from scopelint.rules.base import Finding, Record, Rule


class LockedNameChanged(Rule):
    """## What it does
    Finds a variable that the lock file (`names.lock`) has and the program no longer makes, or makes under another name.

    ## Why is this bad?
    Names are the keys of checkpoints: one saved before does not load into the program as it is now, and nobody notices
    until it is tried. The finding stands at the line that makes the new name, or, where there is none, at the beginning
    of the entry's file.

    ## Example
    `classifier/kernel` is locked:
    ```python
    with tf.variable_scope("head"):
        tf.get_variable("kernel", [784, 10])
    ```

    ## Use instead
    The old name; or say that the new one is meant, which keeps the rename for old checkpoints:
    ```
    scopelint lock --accept 'classifier/ -> head/'
    ```
    """

    code = "TFS420"
    message = "{said}"
    severity = "error"
    tensorflow = "Key head/kernel not found in checkpoint"

    def check(self, outcome: Record) -> Iterator[Finding]:
        """No Outcome tells it: the names are held against the lock file, by the project layer."""
        return iter(())
