"""What we say about a run: rules, each one file, that read Outcomes."""

OFF_BY_DEFAULT = ("TFS102", "TFS104", "TFS107", "TFS108", "TFS109", "TFS502")
"""Matters of taste. They stand here, not in the rules alone, because flake8 asks for them at every start, when
nothing may be imported yet; a test holds the two together."""
