"""Names of two sides compared: git revisions, the work tree, a lock file or a checkpoint on either side."""

from __future__ import annotations

import copy
import os
import re
import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import replace
from typing import TYPE_CHECKING

from scopelint import disk
from scopelint.checkpoints.companions import companions
from scopelint.checkpoints.finding import is_checkpoint
from scopelint.checkpoints.reading import read_checkpoint
from scopelint.checkpoints.records import CheckpointError
from scopelint.limits import TOO_LONG
from scopelint.lock.comparing import Comparison, compare
from scopelint.lock.file import Entry, Form, LockError, Rename, parse
from scopelint.lock.leftovers import by_names
from scopelint.lock.origins import How, Lines
from scopelint.lock.pairing import Met, meet
from scopelint.lock.updating import other_graph
from scopelint.lock.variables import Made, Place, Variable, collect, locked, relative
from scopelint.project.bounded import bounded
from scopelint.project.check import check
from scopelint.project.config import Config, ConfigError
from scopelint.project.discover import glob_matches
from scopelint.project.lock_file import lock_path, read_text, shorter
from scopelint.project.pins import PINNING, said_in
from scopelint.project.revisions import Closure, Revision, Tree, WorkTree, commit_of, git, top_level
from scopelint.project.wanted import only_failures
from scopelint.record.release import told
from scopelint.syntax.lines import moved
from scopelint.syntax.prefilter import names_tensorflow
from scopelint.tuples import NamedTuple

if TYPE_CHECKING:
    from scopelint.syntax.source_cache import SourceCache

_ROUNDS = 6
"""Times that an analysis is run again because it asked for files that its imports do not name."""


class Side(NamedTuple):
    """One side. `tree`: of sources, else `made` has the names. `only`: the one file of it that is meant.
    `prefix`: of a checkpoint, whose names are those of every entry. `renames`: what a lock has of each entry."""

    label: str
    tree: Tree | None = None
    made: tuple[Made, ...] = ()
    only: str = ""
    prefix: str = ""
    renames: Mapping[Entry, Sequence[Rename]] = {}


class Difference(NamedTuple):
    """`failed`: one line for each file that could not be analysed. `prefix`: of a checkpoint on the old one. `told`:
    the releases of TensorFlow that the sides are for, where it is not simply 1.15, one line each."""

    old: str
    new: str
    comparisons: list[Comparison]
    failed: list[str]
    prefix: str = ""
    told: tuple[str, ...] = ()


class Said(NamedTuple):
    """What is said of a run beside its names, each line once."""

    failed: dict[str, None]
    told: dict[str, None]


def difference(words: Sequence[str], config: Config, shelf: SourceCache | None = None) -> Difference:
    """Compares what the words name: up to two sides, then paths; HEAD and the work tree where no side is named.
    `shelf`: of a front end that stays, which keeps what a commit makes."""
    with ExitStack() as stack:
        sides, paths = _sides(words, config, stack)
        return compared(sides[0], sides[1], paths, config, shelf)


def _sides(words: Sequence[str], config: Config, stack: ExitStack) -> tuple[list[Side], list[str]]:
    sides: list[Side] = []
    words = list(words)
    repository = _repository(words)
    while words and len(sides) < 2:
        found = (
            _lock_file(words[0], config)
            or _revisions(repository, words[0], stack)
            or _checkpoint_side(words[0], config)
        )
        if not found:
            break
        if len(sides) + len(found) > 2:
            raise ConfigError(f"{words[0]}: a third side; two are compared")
        sides += found
        words = words[1:]
    for word in words:
        if not sides and not os.path.exists(word):
            raise ConfigError(f"{word}: neither a revision, a lock file, a checkpoint nor a path")
    if len(sides) < 2:
        # Without a repository this says so.
        repository = repository or top_level(os.getcwd())
        sides = [*(sides or [_revision(repository, "HEAD", stack)]), _work_tree(repository)]
    return sides, [os.path.abspath(path) for path in words]


def _repository(words: Sequence[str]) -> str:
    """The repository that the user stands in, else the one that a path lies in; empty where there is none."""
    folders = [os.getcwd()]
    folders += [word if os.path.isdir(word) else os.path.dirname(os.path.abspath(word)) for word in words
                if os.path.exists(word)]  # fmt: skip
    for folder in folders:
        try:
            return top_level(folder)
        except ConfigError:
            continue
    return ""


def _revisions(repository: str, word: str, stack: ExitStack) -> list[Side]:
    """The sides that a word names: a revision, one file of it, or two in a range."""
    if not repository:
        return []
    both = re.fullmatch(r"(.*?)(\.\.\.?)(.*)", word)
    if both and commit_of(repository, both[1] or "HEAD") and commit_of(repository, both[3] or "HEAD"):
        old, new = both[1] or "HEAD", both[3] or "HEAD"
        if both[2] == "...":
            old = git(repository, "merge-base", old, new).strip()[:10]
        return [_revision(repository, each, stack) for each in (old, new)]
    found = _revision_side(repository, word, stack)
    return [] if found is None else [found]


def _work_tree(repository: str) -> Side:
    if os.path.exists(os.path.join(repository, "HEAD")) and not os.path.exists(os.path.join(repository, ".git")):
        raise ConfigError("there is no work tree to compare with: name two revisions")
    sha256 = len(git(repository, "rev-parse", "HEAD").strip()) == 64
    tree = WorkTree(repository, sha256)
    return Side(tree.label, tree)


def _revision(repository: str, text: str, stack: ExitStack) -> Side:
    commit = commit_of(repository, text)
    if commit is None:
        raise ConfigError(f"{text}: no such revision")
    folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="scopelint-"))
    tree = Revision(repository, commit, text, folder)
    stack.callback(tree.close)
    return Side(text, tree)


def _revision_side(repository: str, word: str, stack: ExitStack) -> Side | None:
    """`REV`, or `REV:path` for one file of it, which may be a lock file."""
    if commit_of(repository, word) is not None:
        return _revision(repository, word, stack)
    revision, colon, path = word.partition(":")
    if not colon or commit_of(repository, revision) is None:
        return None
    side = _revision(repository, revision, stack)
    assert isinstance(side.tree, Revision)
    path = path.removeprefix("./")
    if path not in side.tree.files():
        raise ConfigError(f"{word}: no such file in {revision}")
    if path.endswith(".lock"):
        data = side.tree.data(path)
        if data is None:
            raise ConfigError(f"{word}: the repository does not hold its content")
        return _lock_side(data.decode("utf-8", "replace"), word, path.rpartition("/")[0])
    return Side(word, side.tree, only=path)


def _checkpoint_side(word: str, config: Config) -> list[Side]:
    """A checkpoint, if that is what lies there."""
    if word.endswith((".py", ".ipynb")) or not is_checkpoint(word):
        return []
    try:
        checkpoint = bounded(config, word, lambda: read_checkpoint(word))
    except CheckpointError as problem:
        raise ConfigError(str(problem)) from None
    shapes = {tensor.name: tensor.shape for tensor in checkpoint.tensors}
    slots = companions(shapes, shapes)
    order = {key: number for number, key in enumerate(checkpoint.creation_order or ())}
    tensors = [tensor for tensor in checkpoint.tensors if tensor.is_variable]
    tensors.sort(key=lambda tensor: order.get(tensor.key, len(order)))
    variables = [
        Variable(tensor.name, Form(tensor.shape, tensor.dtype), tensor.name in slots, place=Place(word, 0))
        for tensor in tensors
    ]
    made = Made(Entry(""), variables, ordered=checkpoint.creation_order is not None)
    return [Side(word, made=(made,), prefix=checkpoint.prefix)]


def _lock_file(word: str, config: Config) -> list[Side]:
    """A lock file of the disk. ConfigError for a link that came with the tree and leads out of it: what stands there
    would be told as no lock."""
    if not os.path.isfile(word) or not word.endswith(".lock"):
        return []
    if not disk.is_within(word, (disk.project_of(os.path.dirname(os.path.abspath(word))),)):
        raise ConfigError(f"{word}: leads out of the project")
    text = read_text(word)
    if text is None:
        return []
    try:
        folder = top_level(os.path.dirname(os.path.abspath(word)))
        base = relative(os.path.dirname(os.path.abspath(word)), folder)
    except ConfigError:
        base = "."
    return [bounded(config, word, lambda: _lock_side(text, word, "" if base == "." else base))]


def _lock_side(text: str, path: str, base: str) -> Side:
    try:
        lock = parse(text, path)
    except LockError as problem:
        raise ConfigError(str(problem)) from None
    made: list[Made] = []
    renames: dict[Entry, Sequence[Rename]] = {}
    for entry, section in lock.sections.items():
        there = entry._replace(file=f"{base}/{entry.file}" if base else entry.file)
        made.append(replace(locked(entry, section, lock.lines, path), entry=there))
        renames[there] = section.renames
    return Side(path, made=tuple(made), renames=renames)


# what is compared


def compared(
    old: Side, new: Side, paths: Sequence[str], config: Config, shelf: SourceCache | None = None
) -> Difference:
    """The entries of two sides, or of the files `paths` in them."""
    for path in paths:
        if not any(side.tree is not None and _wanted(side.tree, [path]) for side in (old, new)):
            raise ConfigError(f"{shorter(path)}: neither side has sources there")
    renamed = _moved_files(old, new)
    said = Said({}, {})
    sides = []
    for side in (old, new):
        sides.append(_made_of(side, old if side is new else new, paths, config, renamed, said, shelf))
    lines = _lines(old.tree, new.tree, renamed) if old.tree is not None and new.tree is not None else None
    renames = _renames(new, config) if old.prefix else {}
    comparisons = []
    for before, after, again in _met(old, new, _as_moved(sides[0], renamed), sides[1]):
        if before is None:
            assert after is not None
            comparison = compare(Made(after.entry), after)._replace(old=None)
        elif after is None:
            comparison = _lightened(compare(before, Made(before.entry))._replace(new=None))
        else:
            history = renames.get(after.entry, ()) if old.prefix else ()
            comparison = compare(before, after, lines=lines, rest=by_names, history=history)
        comparisons.append(other_graph(comparison) if again else comparison)
    return Difference(old.label, new.label, comparisons, list(said.failed), old.prefix, tuple(said.told))


def _renames(side: Side, config: Config) -> Mapping[Entry, Sequence[Rename]]:
    """The renames that were accepted over the years: of the lock that is a side, or that lies beside its sources."""
    if side.tree is None:
        return side.renames
    base = side.tree.repository if isinstance(side.tree, Revision) else side.tree.root
    path = relative(lock_path([base], config), base)
    data = side.tree.data(path) if path in side.tree.files() else None
    return _lock_side(data.decode("utf-8", "replace"), path, path.rpartition("/")[0]).renames if data else {}


def _met(old: Side, new: Side, before: list[Made], after: list[Made]) -> list[Met]:
    """The entries in pairs. A checkpoint is held against every entry of the other side."""
    if old.prefix:
        return [Met(before[0], made) for made in after]
    if new.prefix:
        return [Met(made, replace(after[0], entry=made.entry)) for made in before]
    return meet(before, after)


def _lightened(comparison: Comparison) -> Comparison:
    """An entry that is gone loads nothing any more: it breaks no checkpoint."""
    changes = (
        change._replace(level="warning") if change.level == "breaking" else change for change in comparison.changes
    )
    return comparison._replace(changes=tuple(changes))


def _moved_files(old: Side, new: Side) -> dict[str, str]:
    """Files of the old side that lie elsewhere in the new one: those whose content is the same, and one that alone of
    its name is gone where one alone of its name is new."""
    if old.only and new.only:
        return {old.only: new.only}
    if old.tree is None or new.tree is None:
        return {}
    before, after = old.tree.files(), new.tree.files()
    gone = [path for path in before if path not in after and path.endswith(".py")]
    fresh = [path for path in after if path not in before and path.endswith(".py")]
    by_mark: dict[str, list[str]] = {}
    for path in fresh:
        by_mark.setdefault(after[path], []).append(path)
    out = {path: by_mark[before[path]][0] for path in gone if len(by_mark.get(before[path], ())) == 1}
    by_name: dict[str, list[str]] = {}
    for path in fresh:
        if path not in out.values():
            by_name.setdefault(path.rpartition("/")[2], []).append(path)
    for path in gone:
        name = path.rpartition("/")[2]
        alone = sum(other.rpartition("/")[2] == name for other in gone if other not in out) == 1
        if path not in out and alone and len(by_name.get(name, ())) == 1:
            out[path] = by_name[name][0]
    return out


def _as_moved(made: Iterable[Made], renamed: dict[str, str]) -> list[Made]:
    out = []
    for each in made:
        each.entry = each.entry._replace(file=renamed.get(each.entry.file, each.entry.file))
        out.append(each)
    return out


def _made_of(
    side: Side,
    other: Side,
    paths: Sequence[str],
    config: Config,
    renamed: dict[str, str],
    said: Said,
    shelf: SourceCache | None,
) -> list[Made]:
    if side.tree is None:
        files = _wanted(other.tree, paths) if other.tree is not None and paths else None
        return [made for made in side.made if files is None or not made.entry.file or made.entry.file in files]
    tree = side.tree
    guessed: set[str]
    if side.only:
        files, guessed = [side.only], {side.only}
    elif other.only:
        files = [path for path in (other.only, *renamed.values()) if path in tree.files()][:1]
        guessed = set(files)
    elif paths:
        files = _wanted(tree, paths)
        guessed = set(files)
    elif other.tree is None:
        files = [path for path in dict.fromkeys(made.entry.file for made in other.made) if path in tree.files()]
        guessed = set(files)
    else:
        files, guessed = _changed(side, other, config, renamed)
    lost = getattr(tree, "lost", {})
    made = _kept(tree, files, guessed, config, said, shelf)
    for path in lost:
        said.failed[f"{path}: the repository does not hold its content in {side.label}"] = None
    return made


def _wanted(tree: Tree, paths: Sequence[str]) -> list[str]:
    """Those of the tree's files that are named, or lie in a folder that is."""
    base = tree.repository if isinstance(tree, Revision) else tree.root
    wanted = [relative(path, base) for path in paths]
    out = []
    for path in tree.files():
        if path.endswith((".py", ".ipynb")) and any(
            each == "." or path == each or path.startswith(each + "/") for each in wanted
        ):
            out.append(path)
    return out


def _changed(side: Side, other: Side, config: Config, renamed: dict[str, str]) -> tuple[list[str], set[str]]:
    """The files whose names may differ between the two sides: those that changed, and those that reach one that did.
    Of the latter only what they do when they are run, for what they define is the former's."""
    assert side.tree is not None and other.tree is not None
    mine, theirs = side.tree.files(), other.tree.files()
    sources = [path for path in mine if path.endswith(".py") and not _is_excluded(path, side.tree, config)]
    back = {new: old for old, new in renamed.items()}
    changed = {
        path
        for path in sources
        if mine[path] != theirs.get(path, theirs.get(renamed.get(path, back.get(path, "")), ""))
    }
    gone = {path for path in theirs if path.endswith(".py") and path not in mine and path not in {*renamed, *back}}
    if not config.tf:
        changed |= _pinned_anew(sources, side.tree, other.tree)
    if not changed and not gone:
        return [], set()
    closure = Closure(side.tree, _search_folders(side.tree, config))
    configured = {entry.rpartition("::")[0] for entry in config.entries}
    out = []
    for path in sources:
        reached = closure.of([path])
        # A module that is gone leaves no import that leads to it: whoever named it has changed itself.
        if path in changed or reached & changed:
            texts = (side.tree.data(each) for each in sorted(reached))
            if any(data is not None and names_tensorflow(data) for data in texts):
                out.append(path)
    return out, changed | configured


def _pinned_anew(sources: Iterable[str], tree: Tree, other: Tree) -> set[str]:
    """The sources below a file that pins another release of TensorFlow than it did."""
    pins = {path for path in (*tree.files(), *other.files()) if path.rpartition("/")[2] in PINNING}
    folders = [
        path.rpartition("/")[0] for path in pins if said_in(path, tree.data(path)) != said_in(path, other.data(path))
    ]
    return {path for path in sources if any(not each or path.startswith(f"{each}/") for each in folders)}


def _is_excluded(path: str, tree: Tree, config: Config) -> bool:
    globs = [*config.exclude, *config.extend_exclude]
    return any(glob_matches(glob, os.path.join(tree.root, path), tree.root) for glob in globs)


def _search_folders(tree: Tree, config: Config) -> tuple[str, ...]:
    base = tree.repository if isinstance(tree, Revision) else tree.root
    inside = (relative(folder, base) for folder in config.path)
    return tuple(folder for folder in inside if not folder.startswith("..") and not os.path.isabs(folder))


# what each side makes


def _kept(
    tree: Tree,
    files: Sequence[str],
    guessed: set[str],
    config: Config,
    said: Said,
    shelf: SourceCache | None,
) -> list[Made]:
    """As `_run`; what a commit makes stays as it is, and is kept where a front end keeps results."""
    results = shelf.results if shelf is not None else None
    if results is None or not isinstance(tree, Revision):
        return _run(tree, files, guessed, config, said, shelf)
    key = ("revision", tree.repository, tree.commit, tuple(files), tuple(sorted(guessed)), config.fingerprint())
    known = results.get(key)
    if known is None:
        own = Said({}, {})
        known = results[key] = _run(tree, files, guessed, config, own, None), own
    said.failed.update(known[1].failed)
    said.told.update(known[1].told)
    # The entries are put under other names where files have moved.
    return [replace(made) for made in known[0]]


def _run(
    tree: Tree,
    files: Sequence[str],
    guessed: set[str],
    config: Config,
    said: Said,
    shelf: SourceCache | None,
) -> list[Made]:
    if not files:
        return []
    other = _for_tree(tree, config)
    if isinstance(tree, Revision):
        Closure(tree, _search_folders(tree, config)).of(files)
    paths = [os.path.join(tree.root, *path.split("/")) for path in files]
    there = [path for path in paths if os.path.exists(path)]
    report = check(there, only_failures(other), "names", shelf=shelf)
    for _ in range(_ROUNDS):
        # What is imported under a path that the program makes itself, and data files, come to light in the run.
        if not isinstance(tree, Revision) or not tree.want(_asked_for(tree, report.missing)):
            break
        report = check(there, only_failures(other), "names", shelf=shelf)
    for finding in report.findings:
        if finding.code in ("TFS900", "TFS901"):
            where = relative(finding.site.path, tree.root)
            said.failed[f"{where}:{finding.site.line} in {tree.label}: {finding.code} {finding.message}"] = None
    out: list[Made] = []
    for path, data in report.names:
        name = relative(path, tree.root)
        if any(row["reason"] == TOO_LONG for row in data["unknown"]):
            said.failed[f"{name} in {tree.label}: {TOO_LONG}, --max-seconds gives it more"] = None
        for row in data.get("tensorflow", ()):
            line = told(row, lambda path: relative(path, tree.root))
            if line:
                for root in (os.path.relpath(tree.root), tree.root):
                    line = line.replace(root + os.sep, "")
                said.told[f"{tree.label}: {line}"] = None
        out += [made for made in collect(data, name, tree.root) if name in guessed or not made.entry.entry]
    return out


def _for_tree(tree: Tree, config: Config) -> Config:
    """The settings with the folders of the repository moved to where the tree lies."""
    if not isinstance(tree, Revision):
        return config
    other = copy.copy(config)
    other.values = {**config.values, "cache": False}

    def there(path: str) -> str:
        inside = relative(path, tree.repository)
        return path if inside.startswith("..") or os.path.isabs(inside) else os.path.join(tree.root, inside)

    other.values["path"] = tuple(there(path) for path in config.path)
    base = os.getcwd() if config.origin.get("entries") == "command line" else config.root
    entries = []
    for entry in config.entries:
        file, mark, name = entry.rpartition("::")
        entries.append(f"{there(os.path.join(base, file))}::{name}" if mark else entry)
    other.values["entries"] = tuple(entries)
    other.root = there(config.root)
    return other


def _asked_for(tree: Revision, missing: Iterable[str]) -> Iterator[str]:
    """The files of the tree that these modules and paths, which were looked for and not found, may be."""
    files = tree.files()
    for name in missing:
        if os.sep in name or "/" in name:
            inside = relative(os.path.join(tree.root, name), tree.root)
            if inside in files:
                yield inside
            continue
        tail = name.lstrip(".").replace(".", "/")
        for path in files:
            if path.endswith((f"{tail}.py", f"{tail}/__init__.py")) and f"/{path}".endswith(
                (f"/{tail}.py", f"/{tail}/__init__.py")
            ):
                yield path


def _lines(old: Tree, new: Tree, renamed: dict[str, str]) -> Lines:
    """Where lines of the old tree stand in the new one."""
    maps: dict[str, tuple[str, list[tuple[int, How] | None]]] = {}

    def where(place: Place) -> tuple[Place, How] | None:
        if place.file not in maps:
            there = renamed.get(place.file, place.file)
            maps[place.file] = there, line_map(old.data(place.file), new.data(there))
        there, lines = maps[place.file]
        if not lines and place.file not in old.files():
            # Neither side has it: a file of the environment, the same for both.
            return place, "kept"
        found = lines[place.line - 1] if 0 < place.line <= len(lines) else None
        return None if found is None else (Place(there, found[0]), found[1])

    return where


def line_map(old: bytes | None, new: bytes | None) -> list[tuple[int, How] | None]:
    """For each line its number now, and what became of it. Lines that were rewritten are paired where as many stand in
    their place."""
    if old is None or new is None:
        return []
    olds, news = old.splitlines(), new.splitlines()
    same = moved([line.decode("latin-1") for line in olds], [line.decode("latin-1") for line in news])
    out: list[tuple[int, How] | None] = [None if at is None else (at + 1, "kept") for at in same]
    # A line that was moved, if it alone reads so on both sides.
    free_old = Counter(olds[number].strip() for number, at in enumerate(same) if at is None)
    taken = set(same)
    free_new = Counter(line.strip() for number, line in enumerate(news) if number not in taken)
    where = {line.strip(): number for number, line in enumerate(news) if number not in taken}
    for number, at in enumerate(same):
        text = olds[number].strip()
        if at is None and text and free_old[text] == free_new[text] == 1:
            out[number] = (where[text] + 1, "moved")
    start, behind = 0, 0
    for number, at in [*enumerate(same), (len(olds), len(news))]:
        if at is None:
            continue
        if number - start == at - behind:
            for step in range(number - start):
                out[start + step] = out[start + step] or (behind + step + 1, "rewritten")
        start, behind = number + 1, at + 1
    return out
