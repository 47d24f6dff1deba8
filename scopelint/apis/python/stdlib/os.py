"""os and os.path: paths exactly, the machine itself not known."""

from __future__ import annotations

import posixpath
from collections.abc import Callable
from typing import Any

from scopelint.apis.call import Call
from scopelint.apis.python.builtins.dictionaries import update
from scopelint.apis.python.builtins.strings import unwrap
from scopelint.apis.python.stdlib.files import is_there
from scopelint.apis.python.support import derived, guarded, is_plain, run_store
from scopelint.apis.registry import Behaviour, Namespace, find, object_behaves
from scopelint.values.base import AnyValue, Unknown
from scopelint.values.containers import DictValue, ListValue
from scopelint.values.objects import MISSING, BoundMethod, InstanceValue, NativeFunction, NativeObject
from scopelint.values.text import Text, text

api = Namespace("os")
path = Namespace("os.path")

for _name, _constant in {
    "sep": "/",
    "linesep": "\n",
    "name": "posix",
    "pardir": "..",
    "curdir": ".",
    "pathsep": ":",
    "extsep": ".",
    "altsep": None,
    "devnull": "/dev/null",
    "O_CREAT": 64,
    "O_WRONLY": 1,
    "F_OK": 0,
    "R_OK": 4,
    "W_OK": 2,
    "X_OK": 1,
}.items():
    api.constant(_name, _constant)
for _name, _constant in {"sep": "/", "pardir": "..", "curdir": ".", "extsep": "."}.items():
    path.constant(_name, _constant)


def path_text(call: Call, value: AnyValue) -> Any:
    """A path as a string: also of a `pathlib` object or a user's str subclass."""
    value = unwrap(value)
    if isinstance(value, InstanceValue) and value.cls.find("__fspath__") is not MISSING:
        return call.method(value, "__fspath__")
    return value


def _exact(name: str) -> None:
    function: Callable[..., Any] = getattr(posixpath, name)

    def summary(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        args = tuple([path_text(call, a) for a in args])
        if is_plain(args) and None not in args:
            return guarded(call, function, *args)
        return _in_part(name, args[0] if args else None)

    path.function(summary, name=name, raw=True)


def _in_part(name: str, value: AnyValue) -> Any:
    """A path known in part: what its last literal piece tells."""
    if isinstance(value, Text):
        last = value.parts[-1]
        if isinstance(last, str) and "/" in last:
            head, _, tail = last.rpartition("/")
            before = text([*value.parts[:-1], head])
            if name == "basename":
                return tail
            if name == "dirname":
                return before
            if name == "split":
                return (before, tail)
        if isinstance(last, str) and name == "splitext" and "." in last.rpartition("/")[2]:
            stem, end = posixpath.splitext("x" + last)
            return (text([*value.parts[:-1], stem[1:]]), end)
        if name in ("normpath", "normcase", "abspath", "realpath", "expanduser"):
            return value
        if name == "isabs":
            return value.parts[0].startswith("/") if isinstance(value.parts[0], str) else derived(value)
    unknown = derived(value)
    if name in ("split", "splitext"):
        return (unknown, unknown.derive(""))
    return unknown


for _name in ("basename", "dirname", "split", "splitext", "normpath", "normcase", "isabs", "commonprefix"):
    _exact(_name)


@path.function(raw=True)
def join(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    parts = [path_text(call, a) for a in args]
    if all(isinstance(p, str) for p in parts):
        return guarded(call, posixpath.join, *parts)
    out: list[Any] = []
    for part in parts:
        if not isinstance(part, (str, Text, Unknown)):
            # None too: as a rule a flag that is given whenever the program is really started.
            return derived(*parts, reason="a path that is not given")
        start = part.parts[0] if isinstance(part, Text) else part
        if isinstance(start, str) and start.startswith("/"):
            out = []
        elif out and not (isinstance(out[-1], str) and out[-1].endswith("/")):
            out.append("/")
        out += part.parts if isinstance(part, Text) else [part]
    return text(out)


def _absolute(name: str) -> None:
    def summary(call: Call, given: AnyValue, *rest: Any) -> Any:
        given = path_text(call, given)
        if isinstance(given, str):
            # Relative paths stay so: where the program will be started is not known, what it reads lies beside it.
            gone = call.state.stack("cwd").items if name != "relpath" else None
            if gone and not posixpath.isabs(given):
                here = gone[-1]
                return posixpath.normpath(posixpath.join(here, given)) if isinstance(here, str) else derived(here)
            return posixpath.normpath(given) if given else "."
        return given if isinstance(given, Text) else derived(given)

    path.function(summary, name=name)


for _name in ("abspath", "realpath", "relpath"):
    _absolute(_name)


@path.function
def expanduser(call: Call, path: AnyValue) -> Any:
    path = path_text(call, path)
    if isinstance(path, str):
        return path if not path.startswith("~") else text([call.unknown("the user's home", "HOME"), path[1:]])
    return path if isinstance(path, Text) else derived(path)


@path.function
def expandvars(call: Call, path: AnyValue) -> Any:
    return path if isinstance(path, str) and "$" not in path else derived(path, reason="an environment variable")


def is_in_home(path: Text) -> bool:
    first = path.parts[0] if path.parts else None
    return isinstance(first, Unknown) and first.label == "HOME"


def is_own_folder(call: Call, path: str) -> bool | None:
    """Is it a folder of the program's own source, or a file in one? None where it is neither."""
    if call.engine.list_folder(path) is not None:
        return True
    above, leaf = posixpath.split(path)
    return False if leaf in (call.engine.list_folder(above) or ()) and not call.engine.is_folder(path) else None


def _asks_disk(name: str) -> None:
    def summary(call: Call, given: AnyValue) -> Any:
        given = path_text(call, given)
        if name in ("exists", "isfile", "lexists") and is_there(call, given):
            return True
        if name in ("isfile", "isdir") and isinstance(given, str):
            folder = is_own_folder(call, given)
            if folder is not None:
                return folder is (name == "isdir")
        if name in ("exists", "isfile", "lexists", "isdir") and isinstance(given, Text) and is_in_home(given):
            # Settings of one user's own count as absent, as variables of the environment count as unset.
            return False
        label = f"os.path.{name}({given!r})" if isinstance(given, str) else ""
        found = call.unknown(
            f"whether there is a file {given}" if isinstance(given, str) else "the machine's files",
            label if len(label) <= 40 else "",
        )
        if name in ("exists", "isfile", "lexists") and isinstance(given, str) and given and not posixpath.isabs(given):
            found.fresh = False
        return found

    path.function(summary, name=name)


for _name in ("exists", "isfile", "lexists", "isdir", "islink", "getsize", "getmtime", "getctime", "ismount"):
    _asks_disk(_name)


@api.function
def access(call: Call, path: AnyValue, mode: AnyValue = 0, *args: Any, **kwargs: Any) -> Any:
    """What is there may be read; whether it may be written or run, the machine knows."""
    readable = mode in (0, 4) if isinstance(mode, int) else False
    return find("os.path.exists").impl(call, path) if readable else call.unknown("what the machine says", "access")


# The environment

ENVIRON = "os.environ"
api.constant("environ", NativeObject(ENVIRON))

EVERYWHERE = frozenset({"PATH", "HOME", "USER", "LANG", "SHELL", "TMPDIR", "PWD", "LOGNAME", "TERM", "PYTHONPATH"})
"""What a process has in its environment as a rule. All else counts as unset, as a program's flags count as left at
their defaults: who sets a variable for a run says so in the settings (`env`)."""


def variable(call: Call, name: AnyValue, *default: Any) -> Any:
    """A variable of the environment: what the program set, the default that it gives, else not known."""
    written = written_variables(call).items
    if isinstance(name, str) and name in written:
        return written[name]
    if default:
        return default[0]
    return call.unknown("a variable of the environment", name if isinstance(name, str) else "")


def written_variables(call: Call) -> DictValue:
    """What the settings say is in the environment, and what the program itself put there in this run."""
    return run_store(call, ENVIRON, call.engine.options.environment)


def _environ_get(call: Call, self: InstanceValue, key: AnyValue, *default: Any, **named: Any) -> Any:
    return variable(call, key, *default, *named.values())


def _environ_setdefault(call: Call, self: InstanceValue, key: AnyValue, default: AnyValue = None) -> Any:
    found = variable(call, key, default)
    call.setitem(self, key, found)
    return found


def _environ_update(call: Call, self: InstanceValue, *args: Any, **kwargs: Any) -> None:
    update(call, written_variables(call), *args, **kwargs)


def _environ_pop(call: Call, self: InstanceValue, key: AnyValue, *default: Any) -> Any:
    store = written_variables(call)
    store.touch()
    store.items.pop(key, None)
    return variable(call, key, *default)


def _names(call: Call) -> list[Any]:
    """The variables that count as set."""
    return [*written_variables(call).items, *sorted(EVERYWHERE - written_variables(call).items.keys())]


_ENVIRON_METHODS: dict[str, Callable[..., Any]] = {
    "get": _environ_get,
    "setdefault": _environ_setdefault,
    "update": _environ_update,
    "pop": _environ_pop,
    "copy": lambda call, self: DictValue(dict(written_variables(call).items), Unknown("the environment")),
    "items": lambda call, self: ListValue([(name, variable(call, name)) for name in _names(call)]),
    "keys": lambda call, self: ListValue(_names(call)),
    "values": lambda call, self: ListValue([variable(call, name) for name in _names(call)]),
}
_ENVIRON_NATIVES = {name: NativeFunction(name, impl, f"os.environ.{name}") for name, impl in _ENVIRON_METHODS.items()}


@object_behaves(ENVIRON)
class EnvironBehaviour(Behaviour):
    python_class = "builtins.dict"

    def getattr(self, call: Call, value: AnyValue, name: str) -> Any:
        native = _ENVIRON_NATIVES.get(name)
        return MISSING if native is None else BoundMethod(native, value)

    def getitem(self, call: Call, value: AnyValue, key: AnyValue) -> Any:
        return variable(call, key)

    def setitem(self, call: Call, value: AnyValue, key: AnyValue, new: AnyValue) -> bool:
        store = written_variables(call)
        store.touch()
        if isinstance(key, str):
            store.items[key] = new
        return True

    def delitem(self, call: Call, value: AnyValue, key: AnyValue) -> bool:
        store = written_variables(call)
        store.touch()
        store.items.pop(key, None)
        return True

    def contains(self, call: Call, value: AnyValue, member: AnyValue) -> Any:
        if isinstance(member, str) and member in written_variables(call).items:
            return True
        if isinstance(member, str) and member not in EVERYWHERE:
            return False
        return call.unknown("a variable of the environment", f"{member!r} in os.environ")

    def iterate(self, call: Call, value: AnyValue) -> Any:
        return iter(_names(call))

    def length(self, call: Call, value: AnyValue) -> Any:
        return call.unknown("how many variables the environment has")

    def truth(self, call: Call, value: AnyValue) -> bool:
        return True


@api.function
def getenv(call: Call, key: AnyValue, *default: Any, **named: Any) -> Any:
    return variable(call, key, *default, *named.values())


@api.function
def putenv(call: Call, key: AnyValue, value: AnyValue) -> None:
    call.setitem(NativeObject(ENVIRON), key, value)


# Nothing is changed on the machine, and little is known of it.

for _name in (
    "makedirs",
    "mkdir",
    "remove",
    "unlink",
    "rmdir",
    "removedirs",
    "rename",
    "replace",
    "chmod",
    "symlink",
    "utime",
    "kill",
    "umask",
    "nice",
    "close",
    "fsync",
):
    api.function(lambda call, *args, **kwargs: None, name=_name)


@api.function
def chdir(call: Call, path: AnyValue) -> None:
    """Paths that are not absolute are meant from there on."""
    given, gone = path_text(call, path), call.state.stack("cwd")
    before: Any = gone.items[-1] if gone.items else ""
    gone.touch()
    if isinstance(given, str) and posixpath.isabs(given):
        gone.items = [posixpath.normpath(given)]
    elif isinstance(given, str) and isinstance(before, str):
        gone.items = [posixpath.normpath(posixpath.join(before, given))]
    else:
        gone.items = [derived(given, reason="the folder that the program is in")]


@api.function
def getcwd(call: Call) -> Any:
    gone = call.state.stack("cwd").items
    known = gone and isinstance(gone[-1], str) and posixpath.isabs(gone[-1])
    return gone[-1] if known else call.unknown("what the machine says", "cwd")


def _unknown_of_machine(name: str, label: str) -> None:
    api.function(lambda call, *args, **kwargs: call.unknown("what the machine says", label), name=name)


for _name, _label in {
    "getpid": "pid",
    "cpu_count": "cpus",
    "system": "status",
    "popen": "",
    "stat": "",
    "uname": "",
    "urandom": "",
    "getlogin": "user",
    "getuid": "uid",
}.items():
    _unknown_of_machine(_name, _label)


@api.function
def listdir(call: Call, path: AnyValue = ".") -> Any:
    names = call.engine.list_folder(path) if isinstance(path, str) else None
    if names is not None:
        return ListValue(names)
    return ListValue([], call.unknown("the files of a folder", "file"))


@Namespace("glob").function(also=("glob.iglob",))
def glob(call: Call, pathname: AnyValue, **kwargs: Any) -> Any:
    return ListValue([], call.unknown("the files of a folder", "file"))


@api.function
def walk(call: Call, top: AnyValue, **kwargs: Any) -> Any:
    return call.unknown("the files of a folder")


@api.function
def scandir(call: Call, path: AnyValue = ".") -> Any:
    return call.unknown("the files of a folder")


@api.function
def fspath(call: Call, path: AnyValue) -> Any:
    return path_text(call, path)


@api.function
def _exit(call: Call, n: AnyValue) -> None:
    call.raise_("SystemExit", n)
