"""Python's builtins: functions, classes, and how their values answer operators."""
