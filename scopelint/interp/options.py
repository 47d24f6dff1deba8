"""What a front end may ask of one analysis."""

from __future__ import annotations

from scopelint.frozen import frozen
from scopelint.graph.releases import DEFAULT, Release
from scopelint.limits import MEGABYTES, SECONDS, WORDS


@frozen
class Options:
    """How one file is to be analysed.

    `search_path`: folders where imports are looked for, after the file's own. `follow`: installed packages whose
    source is read. `calls`: expressions evaluated in the module as its entries. `entries`: functions and classes of
    this file to enter, by name (`main`, `Model.build`). `settings`: values of the program's own flags. `environment`:
    variables that it finds set. `argv`: its command line. `python2`: None means find out. `cells`: of a notebook, the
    first line of each cell. `checkpoint`: the one that is meant where the program names none that is there. `roots`:
    folders whose files a program may read, besides those of the search path. `linked`: folders whose links are followed
    wherever they lead. `coverage`: are the lines of calls kept
    that were evaluated? `given`: are flags without a value taken to be given? `thorough`: is a module entered, too, at
    what its own code names and does not get to? `draws`: is the whole graph kept? `release`: of
    TensorFlow.
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
    max_seconds: float = SECONDS
    max_memory: float = MEGABYTES
    python2: bool | None = None
    cells: tuple[int, ...] = ()
    checkpoint: str = ""
    roots: tuple[str, ...] = ()
    linked: tuple[str, ...] = ()
    coverage: bool = False
    release: Release = DEFAULT
    given: bool = False
    thorough: bool = False
    draws: bool = False

    @property
    def most_words(self) -> float:
        """Of one source: as many as `ast` can read within the bounds of the file."""
        return most_words(self.max_seconds, self.max_memory * 1e6)


def most_words(seconds: float, held: float) -> float:
    """Of one source: as many as `ast` can read in so much time and memory."""
    return max(0.0, min(WORDS, held / 600, seconds * 150_000))
