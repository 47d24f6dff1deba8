"""The codes of the rules that are off by default. Written by tools/write_docs.py: flake8 asks for them at every start,
when no rule may be imported yet."""

OFF_BY_DEFAULT = ("TFS102", "TFS104", "TFS107", "TFS108", "TFS109", "TFS502", "TFS902")
