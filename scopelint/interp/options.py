"""What a front end may ask of one analysis."""

from __future__ import annotations

from scopelint.frozen import frozen
from scopelint.graph.releases import DEFAULT, Release


@frozen
class Options:
    """How one file is to be analysed.

    `search_path`: folders where imports are looked for, after the file's own. `follow`: installed packages whose
    source is read. `calls`: expressions evaluated in the module as its entries. `entries`: functions and classes of
    this file to enter, by name (`main`, `Model.build`). `settings`: values of the program's own flags. `environment`:
    variables that it finds set. `argv`: its command line. `python2`: None means find out. `cells`: of a notebook, the
    first line of each cell. `checkpoint`: the one that is meant where the program names none that is there. `roots`:
    folders whose files a program may read, besides those of the search path. `coverage`: are the lines of calls kept
    that were evaluated? `release`: of TensorFlow.
    """

    search_path: tuple[str, ...] = ()
    follow: tuple[str, ...] = ()
    site_packages: bool = False
    calls: tuple[str, ...] = ()
    entries: tuple[str, ...] = ()
    settings: tuple[tuple[str, str], ...] = ()
    environment: tuple[tuple[str, str], ...] = ()
    argv: tuple[str, ...] = ()
    record_ops: bool = False
    record_accesses: bool = False
    max_seconds: float = 30.0
    python2: bool | None = None
    cells: tuple[int, ...] = ()
    checkpoint: str = ""
    roots: tuple[str, ...] = ()
    coverage: bool = False
    release: Release = DEFAULT
