"""Every bound of the analysis, each with its reason. Reaching one is said in `unknown`, with its place."""

from __future__ import annotations

SECONDS = 20.0
"""Of processor time for one file, all entries together: the largest real models take two or three."""

MEGABYTES = 1000
"""Of memory that the analysis of one file may add, all its values together: the largest real models take some 200."""

PROCESS_BYTES = 400_000_000
"""By which a process that analyses one file after the other may grow; one that has grown by more is replaced. What it
begins with, some 60 MB or what it was forked from, does not count. What it keeps for the next file takes some 60 more;
the rest are holes that a large file left, as Python gives memory back only where nothing at all is left in it.
A new one takes 20 ms, and must read again what files share."""

EVENTS = 1_000_000
"""Variables, scopes and operations that one run records: those of the largest models are some ten thousands, with
their operations some hundred thousands. Rules and reports take as much memory again."""

CHARGED = 65_536
"""Bytes of one value from which on it is weighed: smaller ones are seen by whoever looks at the whole."""

LOOKS = 16_000_000
"""Bytes of such values between two looks at the memory of the process."""

SLOW_SECONDS = 3.0
"""Of processor time for one file, past which whoever watches the run is told which it is: nearly all take less."""

GRACE_SECONDS = 0.5
"""What an analysis may still take beyond its time before it is interrupted, in whatever it is about."""

RULE_SECONDS = 10.0
"""Of processor time for all rules over one file: they take hundredths of a second."""

STEPS = 3_000_000
"""Calls and loop turns of one run; guards where the clock is coarse, and makes the end repeatable."""

CALL_DEPTH = 160
"""Nested calls of the program: CPython allows 1000, models nest to about 60; each costs several Python frames."""

BOTTOMS = 50
"""How often a run may reach CALL_DEPTH: recursion that branches reaches it two to the power of the depth times."""

MODES = 8
"""Other values of a program's flags that `check` tries, where there is time: each costs a run of the whole program."""

MODES_SECONDS = 1.0
"""Of processor time for them, beyond what the program itself took: a third mode of a large model is not waited for."""

SUPPOSED_SECONDS = 1.0
"""Of processor time for what nothing leads to in a file, beyond what the rest of it took."""

DRAWN = 10
"""Members that are drawn from a generator which an entry gives: the first tell what it makes."""

LOOP_TURNS = 100_000
"""Turns of one loop: vocabularies and numeric set-up loops reach tens of thousands."""

UNDECIDED_TURNS = 60
"""Turns of one loop that each met an undecided branch: a search through what is not known, which knows no end."""

QUIET_TURNS_WITH_RUN = 3
"""Turns of a loop that runs a session and makes no graph: a training loop, of which the first turns tell all."""

TRAINING_TURNS = 300
"""Turns of a loop that runs a session and builds the same operations each time: `while True` has no other end, and
the numbers that a thousand more of them take matter to nobody. Ten times as many where it makes variables."""

FORK_DEPTH = 6
"""Undecided branches within undecided branches, through calls: each level may double the work."""

FORK_DEPTH_OF_FEW = 24
"""As deep they may lie where they do not double it: a chain of tests, each in the one before, grows by one a level."""

FORK_SIDES = 160
"""Sides within one outermost undecided branch, up to which they count as few."""

REPLAYS = 4
"""Unknown tests answered both ways within one summary (sixteen replays)."""

STRING = 1_000_000
"""Characters of one string: the largest literal files of models are some 100 kB."""

HOLES = 1_000
"""Parts of one string that are not known; a name has two or three."""

ITEMS = 1_000_000
"""Members of one container."""

INTEGER_BITS = 4_096
"""Bits of one integer; names and shapes need 64."""

SOURCE_BYTES = 5_000_000
"""A larger file is generated data."""

WORDS = 1_500_000
"""Words of one source: `ast` takes up to 600 bytes and 5 microseconds for each, and cannot be interrupted."""

PARSED_WORDS = 40_000
"""Words that LibCST reads at once: it takes up to 5 kB and 25 microseconds for each, and cannot be interrupted. What is
longer is read in parts; no function is."""

NESTING = 180
"""Depth of nested syntax: CPython's own limit for parentheses is 200, and LibCST's parser recurses."""

DATA_FILE_BYTES = 10_000_000
"""A JSON or YAML file that the program reads."""

OWN_FILE_BYTES = 20_000_000
"""A file of ours: settings, a lock, a baseline, times. A lock of a hundred thousand names has six million."""

EXPONENT_DIGITS = 4_300
"""Digits in conversions between int and str, CPython's own limit."""

TOO_LARGE = "the analysis of this file took more memory than its bound"
"""What a run says that was stopped for its memory (`max-memory`)."""

TOO_LONG = "the analysis of this file took longer than its bound"
"""What a run says that was stopped by its clock: another machine may see more of the same program."""

COLLECT = (200_000, 20, 1_000)
"""Thresholds of the garbage collector. What a run imports and builds lives to its end: with Python's own thresholds,
collecting among it takes a tenth of a short run and a third of an analysis."""
