"""The sources of a git revision: its tree listed, and the files that a program reaches read through `git cat-file`.

No `git archive` and no checkout: of a partial clone the objects that nobody asks for may not be there.
"""

from __future__ import annotations

import hashlib
import os
import subprocess
from collections.abc import Iterable, Iterator, Mapping

from scopelint.project.config import ConfigError
from scopelint.syntax.prefilter import Reach


def git(folder: str, *arguments: str) -> str:
    """What git prints; ConfigError with the first line of its complaint."""
    try:
        done = subprocess.run(
            ["git", *arguments], cwd=folder or ".", capture_output=True, text=True, encoding="utf-8",
            errors="surrogateescape", timeout=600,
        )  # fmt: skip
    except FileNotFoundError:
        raise ConfigError("git is not installed") from None
    except (OSError, subprocess.SubprocessError) as problem:
        raise ConfigError(f"git {arguments[0]}: {problem}") from None
    if done.returncode:
        said = (done.stderr.strip() or "failed").split("\n")[0].removeprefix("fatal: ")
        raise ConfigError(f"git {arguments[0]}: {said}")
    return done.stdout


def top_level(folder: str) -> str:
    """The root of the repository that a folder lies in; the git directory itself where there is no work tree."""
    if git(folder, "rev-parse", "--is-inside-work-tree").strip() == "true":
        return git(folder, "rev-parse", "--show-toplevel").strip()
    return os.path.abspath(git(folder, "rev-parse", "--absolute-git-dir").strip())


def commit_of(folder: str, text: str) -> str | None:
    """The commit that a revision names; None where it names none."""
    if text.startswith("-") or not text:
        return None
    try:
        return git(folder, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{text}^{{commit}}").strip()
    except ConfigError:
        return None


def short_head(folder: str) -> str:
    """The commit that a folder stands on; empty where there is none."""
    try:
        return git(folder, "rev-parse", "--short=10", "--verify", "--quiet", "HEAD").strip()
    except ConfigError:
        return ""


class Blobs:
    """One `git cat-file --batch` that answers for all files of a run."""

    def __init__(self, folder: str) -> None:
        self._folder = folder
        self._process: subprocess.Popen[bytes] | None = None

    def read(self, marks: Iterable[str]) -> Iterator[bytes | None]:
        """The objects of these marks, in order; None for one that the repository does not hold."""
        for mark in marks:
            if self._process is None:
                self._process = subprocess.Popen(
                    ["git", "cat-file", "--batch"], cwd=self._folder, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                    stderr=subprocess.DEVNULL,
                )  # fmt: skip
            process = self._process
            assert process.stdin is not None and process.stdout is not None
            try:
                process.stdin.write(mark.encode() + b"\n")
                process.stdin.flush()
                head = process.stdout.readline().split()
                if len(head) != 3:
                    # `missing`; a partial clone whose remote does not answer ends the process instead.
                    if not head:
                        self.close()
                    yield None
                    continue
                data = process.stdout.read(int(head[2]))
                process.stdout.read(1)
            except OSError:
                self.close()
                yield None
                continue
            yield data

    def close(self) -> None:
        if self._process is not None:
            for stream in (self._process.stdin, self._process.stdout):
                if stream is not None:
                    stream.close()
            self._process.wait()
            self._process = None


class Tree:
    """Where the files of one side come from. Paths are told from the root, with `/`."""

    root = ""
    """The folder in which `path` makes files readable."""
    label = ""

    def files(self) -> Mapping[str, str]:
        """Each file with the mark of its content."""
        raise NotImplementedError

    def data(self, path: str) -> bytes | None:
        raise NotImplementedError

    def want(self, paths: Iterable[str]) -> bool:
        """Sees to it that these files can be read in `root`. Was there any that could not be before?"""
        raise NotImplementedError


class Revision(Tree):
    """The tree of a commit. What is wanted of it is laid down in a folder of its own."""

    def __init__(self, repository: str, commit: str, label: str, folder: str) -> None:
        self.repository, self.commit, self.label = repository, commit, label
        # As a program would see it: a path through a link is another one.
        self.root = os.path.realpath(folder)
        # Whoever looks for the project's files in the folders above ends here, as in the repository.
        with open(os.path.join(self.root, ".git"), "wb"):
            pass
        self.lost: dict[str, None] = {}
        self._blobs = Blobs(repository)
        self._files: dict[str, str] | None = None
        self._laid: set[str] = set()

    def files(self) -> Mapping[str, str]:
        if self._files is None:
            self._files = {}
            for line in git(self.repository, "ls-tree", "-r", "-z", "--full-tree", self.commit).split("\0"):
                head, tab, path = line.partition("\t")
                mode, kind, mark = head.split(" ") if tab else ("", "", "")
                # Neither links, which may lead out of the tree, nor submodules.
                if kind == "blob" and mode != "120000":
                    self._files[path] = mark
        return self._files

    def data(self, path: str) -> bytes | None:
        self.want([path])
        try:
            with open(self._place(path), "rb") as stream:
                return stream.read()
        except OSError:
            return None

    def _place(self, path: str) -> str:
        return os.path.join(self.root, *path.split("/"))

    def want(self, paths: Iterable[str]) -> bool:
        marks = self.files()
        fresh = [path for path in dict.fromkeys(paths) if path in marks and path not in self._laid]
        self._laid.update(fresh)
        found = False
        for path, data in zip(fresh, self._blobs.read(marks[path] for path in fresh), strict=True):
            if data is None:
                self.lost[path] = None
                continue
            place = self._place(path)
            if not os.path.realpath(place).startswith(self.root + os.sep):
                continue
            os.makedirs(os.path.dirname(place), exist_ok=True)
            with open(place, "wb") as stream:
                stream.write(data)
            found = True
        return found

    def close(self) -> None:
        self._blobs.close()


class WorkTree(Tree):
    """The files as they lie in the work tree, ignored ones left out."""

    def __init__(self, repository: str, sha256: bool = False) -> None:
        self.root = repository
        self.label = "the work tree"
        self._hash = hashlib.sha256 if sha256 else hashlib.sha1
        self._files: dict[str, str] | None = None

    def files(self) -> Mapping[str, str]:
        if self._files is None:
            listed = git(self.root, "ls-files", "-z", "--cached", "--others", "--exclude-standard").split("\0")
            self._files = {}
            for path in listed:
                if path and os.path.isfile(os.path.join(self.root, path)):
                    self._files[path] = self._mark(path)
        return self._files

    def _mark(self, path: str) -> str:
        """As git names the content, line ends as they are committed. Data that no program is made of is not read."""
        data = self.data(path) if path.endswith(".py") else None
        if data is None:
            return ""
        data = data.replace(b"\r\n", b"\n")
        return self._hash(b"blob %d\0" % len(data) + data).hexdigest()

    def data(self, path: str) -> bytes | None:
        try:
            with open(os.path.join(self.root, path), "rb") as stream:
                return stream.read()
        except OSError:
            return None

    def want(self, paths: Iterable[str]) -> bool:
        return False


class _TreeReach(Reach):
    """What files of a tree import, asked of the tree and not of a disk."""

    def __init__(self, below: Mapping[str, set[str]], root: str) -> None:
        super().__init__((root,))
        self._below = below

    def _listing(self, folder: str) -> frozenset[str]:
        return frozenset(self._below.get(os.path.normpath(folder).replace(os.sep, "/"), ()))

    def imported(self, path: str, data: bytes) -> Iterator[str]:
        for found in self._imported(path, data):
            yield os.path.normpath(found).replace(os.sep, "/")


class Closure:
    """What each file of a tree reaches by its imports, as its text has them."""

    def __init__(self, tree: Tree, search_path: tuple[str, ...] = ()) -> None:
        self._tree = tree
        self._search_path = search_path
        self._below: dict[str, set[str]] = {}
        for path in tree.files():
            folder, _, name = path.rpartition("/")
            self._below.setdefault(folder or ".", set()).add(name)
            while folder:
                folder, _, name = folder.rpartition("/")
                self._below.setdefault(folder or ".", set()).add(name)
        self._imports: dict[str, tuple[str, ...]] = {}
        self._reaches: dict[str, _TreeReach] = {}

    def of(self, paths: Iterable[str]) -> set[str]:
        """These files and all that they reach, read level by level."""
        seen: set[str] = set()
        level = list(dict.fromkeys(paths))
        while level:
            seen.update(level)
            self._tree.want(level)
            level = [found for path in level for found in self._of(path) if found not in seen]
            level = list(dict.fromkeys(level))
        return seen

    def _of(self, path: str) -> tuple[str, ...]:
        found = self._imports.get(path)
        if found is None:
            data = self._tree.data(path) if path.endswith((".py", ".ipynb")) else None
            found = ()
            if data and b"import" in data:
                found = tuple(dict.fromkeys(name for reach in self._roots(path) for name in reach.imported(path, data)))
            self._imports[path] = found
        return found

    def _roots(self, path: str) -> Iterator[_TreeReach]:
        """Imports are looked for beside the file, in the search path, and in each folder above: which of them a
        program has on its path is not known yet, and a file too many does no harm."""
        above = ["."]
        for part in path.split("/")[:-2]:
            above.append(f"{above[-1]}/{part}" if above[-1] != "." else part)
        for root in (*self._search_path, *above):
            found = self._reaches.get(root)
            if found is None:
                found = self._reaches[root] = _TreeReach(self._below, root)
            yield found
