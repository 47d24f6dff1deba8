"""TFS422 name-not-locked."""

from __future__ import annotations

from collections.abc import Iterator

from scopelint.rules.base import Finding, Record, Rule


class NameNotLocked(Rule):
    """## What it does
    Finds a variable that the lock file (`names.lock`) does not have, in an entry that it has.

    ## Why is this bad?
    A `tf.train.Saver()` without a list asks a checkpoint saved before for the new name too, and fails. Other loaders
    pass it over and leave it at its start value. Where it is meant, `scopelint lock` takes it.

    ## Example
    `fc/kernel` and `fc/bias` are locked:
    ```python
    x = tf.layers.dense(x, 10, name="fc")
    x = tf.layers.dense(x, 10, name="out")
    ```

    ## Use instead
    ```
    scopelint lock
    ```
    """

    code = "TFS422"
    message = "{said}"

    def check(self, outcome: Record) -> Iterator[Finding]:
        """No Outcome tells it: the names are held against the lock file, by the project layer."""
        return iter(())
