"""TFS421 locked-shape-changed."""

from __future__ import annotations

from collections.abc import Iterator

from scopelint.rules.base import Finding, Record, Rule


class LockedShapeChanged(Rule):
    """## What it does
    Finds a variable whose shape or dtype is another than the lock file (`names.lock`) has for its name.

    ## Why is this bad?
    A checkpoint saved before does not load: TF refuses to assign its value, and does not say to which variable.

    ## Example
    `fc/kernel [784,10] float32` is locked:
    ```python
    tf.layers.dense(x, 20, name="fc")
    ```

    ## Use instead
    The old shape; or, where the new one is meant, `scopelint lock --accept fc/`, and a checkpoint that is loaded
    without these variables.
    """

    code = "TFS421"
    message = "{said}"
    severity = "error"
    tensorflow = "Assign requires shapes of both tensors to match. lhs shape= [784,20] rhs shape= [784,10]"

    def check(self, outcome: Record) -> Iterator[Finding]:
        """No Outcome tells it: the names are held against the lock file, by the project layer."""
        return iter(())
