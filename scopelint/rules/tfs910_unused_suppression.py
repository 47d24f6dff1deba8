"""TFS910 unused-suppression."""

from __future__ import annotations

from collections.abc import Iterator

from scopelint.rules.base import Finding, Record, Rule


class UnusedSuppression(Rule):
    """## What it does
    Finds a `# noqa: TFS...` or `# scopelint: ignore[TFS...]` that suppresses nothing.

    ## Why is this bad?
    It is left over, and would hide the next real finding on that line. A bare `# noqa` is never reported, since it
    may be meant for another linter; nor is a code that this run does not report anyway.

    ## Example
    ```python
    x = 1  # noqa: TFS201
    ```

    ## Use instead
    ```python
    x = 1
    ```

    ## Fix safety
    safe: the comment is taken out.
    """

    code = "TFS910"
    message = "{comment} suppresses nothing"
    fixes = ("unused_comment",)

    def check(self, outcome: Record) -> Iterator[Finding]:
        """No Outcome tells it: comments are held against the findings, by the project layer."""
        return iter(())
