"""Commands that are more than a question and its report: each translates flags in, asks the project, writes out."""
