"""What we say about a run: rules, each one file, that read Outcomes."""
