"""TFS506 cell-fails-when-run-again."""

from __future__ import annotations

from collections.abc import Iterator

from scopelint.rules.base import Finding, Record, Rule


class CellFailsWhenRunAgain(Rule):
    """## What it does
    Finds a cell of a notebook that TF refuses when it is run a second time.

    ## Why is this bad?
    The default graph outlives the cell. `tf.get_variable` finds its own variable from the first run and raises
    ValueError, so that the kernel has to be restarted. Begin the cell that builds the graph with
    `tf.reset_default_graph()`.

    ## Example
    ```python
    # cell 1
    import tensorflow as tf
    # cell 2
    w = tf.get_variable("w", [3])  # TFS506
    ```

    ## Use instead
    ```python
    # cell 2
    tf.reset_default_graph()
    w = tf.get_variable("w", [3])
    ```

    ## Fix safety
    unsafe: `tf.reset_default_graph()` at the beginning of the cell throws away what earlier cells built.
    """

    code = "TFS506"
    message = "cell {cell} fails when it is run again: {said}"

    def check(self, outcome: Record) -> Iterator[Finding]:
        """No Outcome tells it: notebooks are run cell by cell, by the project layer."""
        return iter(())
