"""Rules: each reads an Outcome and yields findings."""
