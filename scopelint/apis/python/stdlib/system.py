"""sys, time, random, logging, warnings, threading and others of which a model's names do not depend on much."""

from __future__ import annotations

from typing import Any

from scopelint.apis.call import Call
from scopelint.apis.python.builtins.dictionaries import look_up
from scopelint.apis.python.builtins.indices import index_of
from scopelint.apis.python.stdlib.files import spoil, text_file, written_file
from scopelint.apis.python.support import members, run_store
from scopelint.apis.registry import Behaviour, Namespace, declare, find, object_behaves
from scopelint.values.base import AnyValue, Unknown
from scopelint.values.containers import DictValue, ListValue
from scopelint.values.objects import (
    MISSING,
    BoundMethod,
    ClassValue,
    InstanceValue,
    ModuleValue,
    NativeFunction,
    NativeObject,
    PropertyValue,
    StaticMethod,
)

# sys

sys_api = Namespace("sys")

_VERSION = ClassValue("version_info", (find("builtins.tuple"),), {"__module__": "sys"}, "sys.version_info class", "sys")
for _at, _field in enumerate(("major", "minor", "micro", "releaselevel", "serial")):
    _VERSION.attrs[_field] = PropertyValue(NativeFunction(_field, lambda call, self, at=_at: self.payload[at]))
sys_api.constant("version_info", InstanceValue(_VERSION, payload=(3, 7, 17, "final", 0)))
for _name, _constant in {
    "maxsize": 9223372036854775807,
    "platform": "linux",
    "byteorder": "little",
    "version": "3.7.17 (default)",
    "hexversion": 50794992,
    "executable": "python",
    "dont_write_bytecode": False,
    "flags": Unknown("the interpreter's flags"),
    "float_info": Unknown("sys.float_info"),
}.items():
    sys_api.constant(_name, _constant)


@sys_api.function
def exit(call: Call, status: AnyValue = None) -> Any:
    call.raise_("SystemExit", status)


@sys_api.function
def exc_info(call: Call) -> Any:
    return (call.unknown("the exception under way"), call.unknown("the exception under way"), None)


@sys_api.function
def getsizeof(call: Call, *args: Any) -> Any:
    return call.unknown("the size of an object")


@sys_api.function
def getrecursionlimit(call: Call) -> Any:
    return 1000


@sys_api.function
def getdefaultencoding(call: Call) -> Any:
    return "utf-8"


for _name in ("setrecursionlimit", "settrace", "setprofile", "setswitchinterval"):
    sys_api.function(lambda call, *args: None, name=_name)

for _name in ("stdout", "stderr", "stdin", "__stdout__", "__stderr__"):
    _stream = text_file(Unknown("what comes in on a stream"))
    _stream.attrs.update(
        buffer=text_file(Unknown("what comes in on a stream")), encoding="utf-8", errors="strict", newlines=None
    )
    sys_api.constant(_name, _stream)

# `sys.argv`, `sys.path` and `sys.modules` belong to a run.

RUN_LIST = "sys.<list>"
sys_api.constant("argv", NativeObject(RUN_LIST, "argv"))
sys_api.constant("path", NativeObject(RUN_LIST, "path"))
sys_api.constant("modules", NativeObject(RUN_LIST, "modules"))


def command_line(call: Call) -> ListValue:
    """The program's command line as a list that it may change, or has put another in the place of."""
    put = _put_there(call, "argv")
    if put is not MISSING:
        return put if isinstance(put, ListValue) else _as_list(call, put)
    store = run_store(call, "sys")
    found = look_up(call, store, "argv")
    if found is MISSING:
        given = list(getattr(call.engine.options, "argv", ()))
        main = getattr(getattr(call.engine, "modules", None), "main", "") or "main.py"
        found = ListValue([main.rpartition("/")[2], *given])
        found.epoch = -1
        store.items["argv"] = found
    return found  # type: ignore[no-any-return]


def _put_there(call: Call, name: str) -> Any:
    """What the program itself put under a name of `sys`: `sys.argv = [...]`; else MISSING."""
    module = getattr(getattr(call.engine, "modules", None), "loaded", {}).get("sys")
    found = module.attrs.get(name, MISSING) if isinstance(module, ModuleValue) else MISSING
    # What was only read there is our own.
    return MISSING if isinstance(found, NativeObject) and found.kind == RUN_LIST else found


def _as_list(call: Call, value: AnyValue) -> ListValue:
    found = members(call, value)
    return ListValue([], found) if isinstance(found, Unknown) else ListValue(found)


def _of_run(call: Call, value: NativeObject) -> Any:
    if value.payload == "argv":
        return command_line(call)
    store = run_store(call, "sys")
    if value.payload not in store.items:
        if value.payload == "path":
            places = getattr(getattr(call.engine, "modules", None), "path", [])
            # Where Python's own modules lie is left out, so that what the program adds has its place.
            made: Any = ListValue(places)
        else:
            made = DictValue(
                getattr(getattr(call.engine, "modules", None), "loaded", {}), Unknown("which modules are loaded")
            )
        made.epoch = -1
        store.items[value.payload] = made
    return store.items[value.payload]


def added_paths(call: Call) -> list[str]:
    """What the program has put into `sys.path`."""
    made = run_store(call, "sys").items.get("path")
    put = _put_there(call, "path")
    if put is not MISSING:
        made = _as_list(call, put)
    if made is None:
        return []
    places = call.engine.modules.path
    return [place for place in made.items if isinstance(place, str) and place not in places]


@object_behaves(RUN_LIST)
class RunListBehaviour(Behaviour):
    """Answers as the list or dict of this run does."""

    python_class = "builtins.list"

    def getattr(self, call: Call, value: Any, name: str) -> Any:
        return call.getattr(_of_run(call, value), name, MISSING)

    def binary(self, call: Call, sign: str, left: AnyValue, right: AnyValue) -> Any:
        left, right = [
            _of_run(call, v) if isinstance(v, NativeObject) and v.kind == RUN_LIST else v for v in (left, right)
        ]
        return call.binary(sign, left, right)

    def compare(self, call: Call, sign: str, left: AnyValue, right: AnyValue) -> Any:
        left, right = [
            _of_run(call, v) if isinstance(v, NativeObject) and v.kind == RUN_LIST else v for v in (left, right)
        ]
        return call.compare(sign, left, right)

    def contains(self, call: Call, value: Any, member: Any) -> Any:
        return call.contains(_of_run(call, value), member)

    def getitem(self, call: Call, value: Any, key: Any) -> Any:
        if value.payload == "modules" and isinstance(key, str):
            found = call.engine.modules.loaded.get(key, MISSING)
            return found if found is not MISSING else call.engine.find_module(key)
        return call.getitem(_of_run(call, value), key)

    def setitem(self, call: Call, value: Any, key: Any, new: Any) -> bool:
        call.setitem(_of_run(call, value), key, new)
        return True

    def iterate(self, call: Call, value: Any) -> Any:
        return call.iterate(_of_run(call, value))

    def length(self, call: Call, value: Any) -> Any:
        return call.length(_of_run(call, value))

    def truth(self, call: Call, value: AnyValue) -> Any:
        return True


# What is not known, and what does nothing


def unknowns(module: str, names: str, reason: str, kind: type | None = None) -> None:
    """Functions whose answer is never known, but for its being a number of this kind."""
    space = Namespace(module)
    for entry in names.split():
        name, _, label = entry.partition(":")
        space.function(lambda call, *args, label=label, **kwargs: _one_of_kind(call, reason, label, kind), name=name)


def _one_of_kind(call: Call, reason: str, label: str, kind: type | None) -> Any:
    found = call.unknown(reason, label)
    found.number = kind
    return found


def nothings(module: str, names: str) -> None:
    """Functions that do nothing to a graph and give None."""
    space = Namespace(module)
    for name in names.split():
        space.function(lambda call, *args, **kwargs: None, name=name)


unknowns("time", "localtime gmtime ctime:time strftime:time asctime:time strptime", "the time")
unknowns(
    "time", "time:time clock:time perf_counter:time process_time:time monotonic:time mktime", "the time", kind=float
)
unknowns("time", "time_ns:time", "the time", kind=int)
nothings("time", "sleep tzset")
unknowns(
    "random",
    "random:random betavariate:random expovariate:random",
    "a random number",
    kind=float,
)
unknowns("random", "uniform:random gauss:random normalvariate:random triangular:random", "a random number")
unknowns("random", "randint:random randrange:random getrandbits:random", "a random number", kind=int)
unknowns("random", "getstate Random SystemRandom", "a random number")
nothings("random", "seed setstate")
random_api = Namespace("random")


@random_api.function
def choice(call: Call, seq: AnyValue) -> Any:
    found = members(call, seq)
    return found[0] if isinstance(found, list) and len(found) == 1 else call.unknown("a random choice", "choice")


@random_api.function
def shuffle(call: Call, x: AnyValue, *random: Any) -> None:
    if isinstance(x, ListValue) and len(x.items) > 1:
        unknown = call.unknown("a list in random order")
        x.touch()
        x.items = [unknown.derive("") for _ in x.items]


@random_api.function(also=("random.choices",))
def sample(call: Call, population: AnyValue, k: AnyValue = 1, **kwargs: Any) -> Any:
    count = index_of(call, kwargs.get("k", k))
    if isinstance(count, int) and 0 <= count <= 10_000:
        return ListValue([call.unknown("a random choice") for _ in range(count)])
    return call.unknown("a random choice")


unknowns(
    "platform",
    "system:system machine:machine node:host platform python_version:version release processor uname",
    "the machine",
)
unknowns("socket", "gethostname:host socket gethostbyname", "the machine")
unknowns("getpass", "getuser:user getpass", "the machine")
unknowns("uuid", "uuid1:uuid uuid4:uuid", "a random number")
unknowns("subprocess", "call check_call check_output Popen run getoutput getstatusoutput", "another program, never run")
unknowns("pickle", "load loads", "what is pickled")
unknowns("pickle", "dumps", "what is pickled")


@Namespace("pickle").function(name="dump")
def dump_pickle(call: Call, obj: AnyValue, file: AnyValue = None, *args: Any, **kwargs: Any) -> None:
    spoil(file)


unknowns(
    "tempfile",
    "mkdtemp:tmp mkstemp gettempdir:tmp mktemp:tmp TemporaryFile NamedTemporaryFile TemporaryDirectory:tmp",
    "a temporary file",
)
unknowns("shutil", "copy copyfile copy2 copytree move disk_usage which:path make_archive", "the machine's files")
nothings("shutil", "rmtree")
nothings("gc", "collect disable enable")
nothings("atexit", "register unregister")
nothings("signal", "signal alarm pause")
nothings("faulthandler", "enable disable")
nothings("pprint", "pprint pp")
nothings("traceback", "print_exc print_stack print_exception")
unknowns("traceback", "format_exc extract_stack format_stack", "a stack of the interpreter")
nothings("warnings", "warn filterwarnings simplefilter showwarning resetwarnings warn_explicit")
nothings("tabulate", "tabulate")
nothings("pdb", "set_trace")
nothings("locale", "setlocale")


# Objects of which only the methods' names matter: each does nothing.

QUIET = "python.<quiet>"


def quiet(kind: str, /, **attrs: Any) -> NativeObject:
    return NativeObject(QUIET, kind, dict(attrs))


@object_behaves(QUIET)
class QuietBehaviour(Behaviour):
    """Loggers, locks, threads: called for their effect, which no name depends on."""

    python_class = "builtins.object"

    def getattr(self, call: Call, value: Any, name: str) -> Any:
        if name in value.attrs:
            return value.attrs[name]
        if name.startswith("__") and name not in ("__enter__", "__exit__"):
            return MISSING
        native = NativeFunction(name, lambda call, args, kwargs: None, f"{value.payload}.{name}", raw=True)
        return BoundMethod(native, value)

    def setattr(self, call: Call, value: Any, name: str, new: Any) -> bool:
        value.set(name, new)
        return True

    def enter(self, call: Call, value: AnyValue) -> Any:
        return value

    def exit(self, call: Call, value: AnyValue, error: AnyValue) -> Any:
        return False

    def iterate(self, call: Call, value: Any) -> Any:
        return call.unknown(f"the members of a {value.payload}")

    def length(self, call: Call, value: Any) -> Any:
        return call.unknown(f"the members of a {value.payload}")


def quiet_maker(module: str, names: str) -> None:
    space = Namespace(module)
    for name in names.split():
        space.function(lambda call, args, kwargs, name=name: quiet(name), name=name, raw=True)


LEVELS = {"DEBUG": 10, "INFO": 20, "WARNING": 30, "WARN": 30, "ERROR": 40, "CRITICAL": 50, "FATAL": 50, "NOTSET": 0}
LOG_FUNCTIONS = "debug info warning warn error critical exception log basicConfig disable addLevelName captureWarnings"

nothings("logging", LOG_FUNCTIONS)
logging_api = Namespace("logging")


def _loggers(call: Call) -> DictValue:
    """The loggers of this run by name; under None the class that the program wants for new ones."""
    found: DictValue = call.engine.__dict__.setdefault("loggers", DictValue())
    return found


@logging_api.function
def getLogger(call: Call, name: AnyValue = "root") -> Any:
    """One logger for one name, without handlers at first."""
    known = _loggers(call)
    kept = name or "root" if isinstance(name, str) or name is None else None
    if kept in known.items and kept is not None:
        return known.items[kept]
    made = call.engine.invoke(getLoggerClass(call), (name,), {})
    if isinstance(made, InstanceValue):
        for key, value in {"name": name, "handlers": ListValue(), "level": 0, "propagate": True, "disabled": False,
                           "parent": None, "filters": ListValue(), "root": None}.items():  # fmt: skip
            made.set(key, value)
    if kept is not None:
        known.touch()
        known.items[kept] = made
    return made


@logging_api.function
def setLoggerClass(call: Call, klass: AnyValue) -> None:
    known = _loggers(call)
    known.touch()
    known.items[None] = klass


@logging_api.function
def getLoggerClass(call: Call) -> Any:
    wanted = _loggers(call).items.get(None)
    return find("logging.Logger") if wanted is None else wanted


for _name, _level in LEVELS.items():
    logging_api.constant(_name, _level)
for _name in ("Handler", "StreamHandler", "FileHandler", "Logger", "Filter", "NullHandler", "LoggerAdapter"):
    _class = logging_api.type(_name, bases=("builtins.object",))
    _class.cls.attrs["__init__"] = NativeFunction("__init__", lambda call, args, kwargs: None, raw=True)
    for _method in (
        "setFormatter",
        "setLevel",
        "flush",
        "close",
        "emit",
        "addFilter",
        "addHandler",
        "info",
        "debug",
        "warning",
        "warn",
        "error",
        "removeHandler",
        "exception",
        "critical",
        "fatal",
        "log",
        "handle",
        "acquire",
        "release",
        "removeFilter",
        "format",
        "filter",
        "findCaller",
        "makeRecord",
    ):
        _class.cls.attrs[_method] = NativeFunction(_method, lambda call, args, kwargs: None, raw=True)

quiet_maker("logging.handlers", "RotatingFileHandler TimedRotatingFileHandler MemoryHandler QueueHandler SysLogHandler")
nothings("logging.config", "dictConfig fileConfig")

for _method in ("isEnabledFor", "getEffectiveLevel", "hasHandlers"):
    find("logging.Logger").attrs[_method] = NativeFunction(
        _method, lambda call, args, kwargs: call.unknown("how much is logged"), raw=True
    )
find("logging.Logger").attrs["getChild"] = NativeFunction(
    "getChild", lambda call, self, suffix: getLogger(call, suffix)
)
_FORMATTER = logging_api.type("Formatter", bases=("builtins.object",))
for _method in ("format", "formatTime", "formatException", "formatMessage"):
    _FORMATTER.cls.attrs[_method] = NativeFunction(
        _method, lambda call, args, kwargs: call.unknown("a log message"), raw=True
    )
_FORMATTER.cls.attrs["__init__"] = NativeFunction("__init__", lambda call, args, kwargs: None, raw=True)

nothings(
    "absl.logging",
    "debug info warning warn error fatal exception log vlog set_verbosity set_stderrthreshold "
    "use_absl_handler log_first_n log_every_n log_if set_threshold use_python_logging flush "
    "TaskLevelStatusMessage",
)
absl_logging = Namespace("absl.logging")
for _name, _level in {"DEBUG": 1, "INFO": 0, "WARNING": -1, "WARN": -1, "ERROR": -2, "FATAL": -3}.items():
    absl_logging.constant(_name, _level)
unknowns("absl.logging", "get_verbosity vlog_is_on level_debug", "how much is logged")

# warnings.catch_warnings, tqdm


@Namespace("warnings").function
def catch_warnings(call: Call, **kwargs: Any) -> Any:
    return quiet("catch_warnings")


tqdm_api = Namespace("tqdm")


@tqdm_api.function(raw=True, also=("tqdm.tqdm_notebook",))
def tqdm(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """A progress bar: goes over what it is given."""
    iterable = args[0] if args else kwargs.get("iterable", kwargs.get("sequence"))
    if iterable is None or isinstance(iterable, Unknown):
        return quiet("tqdm") if iterable is None else iterable
    return NativeObject(PROGRESS_BAR, iterable)


declare(
    "tqdm.trange",
    NativeFunction(
        "trange",
        lambda call, *args, **kwargs: NativeObject(PROGRESS_BAR, call.new("builtins.range", *args)),
        "tqdm.trange",
    ),
)

PROGRESS_BAR = "progress bar"
_OF_BARS = frozenset(
    ("clear", "close", "display", "refresh", "reset", "set_description", "set_description_str", "set_postfix",
     "set_postfix_str", "unpause", "update", "write")
)  # fmt: skip


@object_behaves(PROGRESS_BAR)
class ProgressBarBehaviour(QuietBehaviour):
    """The payload is what it goes over."""

    def getattr(self, call: Call, value: Any, name: str) -> Any:
        if name in value.attrs or name.startswith("__") or name in _OF_BARS:
            return super().getattr(call, value, name)
        return call.unknown("how far a progress bar is", name)

    def iterate(self, call: Call, value: Any) -> Any:
        rest = getattr(value.payload, "rest", None)
        return rest if isinstance(rest, Unknown) else call.engine.iterate(value.payload)

    def length(self, call: Call, value: Any) -> Any:
        return call.engine.length(value.payload)


# datetime: objects whose parts are not known

unknowns("datetime", "timedelta timezone", "the time")
_READ = ("today", "fromtimestamp", "fromordinal", "fromisoformat", "strftime", "isoformat")


def _of_time(name: str) -> NativeFunction:
    def read(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        return call.unknown("the time", "time")

    return NativeFunction(name, read, f"datetime.{name}", raw=True)


for _name, _methods in (
    ("datetime", (*_READ, "now", "utcnow", "utcfromtimestamp", "strptime", "combine")),
    ("date", _READ),
    ("time", ("fromisoformat", "strftime", "isoformat")),
):
    _moment = Namespace("datetime").type(_name, bases=("builtins.object",)).cls
    _moment.attrs["__new__"] = _of_time(f"{_name}.__new__")
    for _method in _methods:
        _moment.attrs[_method] = StaticMethod(_of_time(f"{_name}.{_method}"))


# weakref: nothing is ever collected

REFERENCE = Namespace("weakref").type("ref", bases=("builtins.object",))


@REFERENCE.method(name="__init__")
def reference_init(call: Call, self: InstanceValue, object: AnyValue, callback: AnyValue = None) -> None:
    self.set("<object>", object)


@REFERENCE.method(name="__call__")
def referent(call: Call, self: InstanceValue) -> Any:
    return self.attrs.get("<object>")


@REFERENCE.method(name="__eq__")
def same_referent(call: Call, self: InstanceValue, other: AnyValue) -> Any:
    if not isinstance(other, InstanceValue) or "<object>" not in other.attrs:
        return NotImplemented
    mine, theirs = self.attrs["<object>"], other.attrs["<object>"]
    return True if mine is theirs else call.compare("==", mine, theirs)


@Namespace("weakref").function
def proxy(call: Call, object: AnyValue, callback: AnyValue = None) -> Any:
    return object


for _name in ("WeakKeyDictionary", "WeakValueDictionary"):
    declare("weakref." + _name, find("builtins.dict"))
declare("weakref.WeakSet", find("builtins.set"))


@Namespace("io").function(also=("io.BytesIO",))
def StringIO(call: Call, initial: AnyValue = "", newline: AnyValue = None) -> Any:
    return written_file(initial if isinstance(initial, (str, bytes)) else Unknown("what is written to a buffer"))


# __future__: a module that keeps them shows objects, not what they switched on

_FUTURE = Namespace("__future__")
_FEATURE = _FUTURE.type("_Feature", bases=("builtins.object",))
for _name in (
    "absolute_import",
    "annotations",
    "division",
    "generators",
    "nested_scopes",
    "print_function",
    "unicode_literals",
    "with_statement",
):
    _FUTURE.constant(_name, InstanceValue(_FEATURE.cls))
