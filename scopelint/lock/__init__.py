"""Names as a contract: the lock file, lists of names compared, renames that are kept. Plain data, no interpreter."""
