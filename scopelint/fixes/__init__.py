"""LibCST edits that mend findings."""
