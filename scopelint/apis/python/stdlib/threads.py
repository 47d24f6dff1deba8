"""threading, queue, concurrent.futures and multiprocessing: threads run when they are started, processes never."""

from __future__ import annotations

from typing import Any

from scopelint.apis.call import Call
from scopelint.apis.python.stdlib.system import quiet_maker, unknowns
from scopelint.apis.python.support import derived, members
from scopelint.apis.registry import Namespace, declare
from scopelint.graph.threads import OtherThread
from scopelint.values.base import AnyValue, Unknown
from scopelint.values.containers import DictValue, ListValue
from scopelint.values.objects import InstanceValue, IteratorValue

_QUEUE_ITEMS = 10_000
"""What is put beyond that is not kept: nobody looks at it."""

quiet_maker("threading", "Lock RLock Event Condition Semaphore BoundedSemaphore Barrier")
quiet_maker("multiprocessing", "Lock RLock Event Condition Semaphore Process Queue Manager Pipe")
unknowns("multiprocessing", "cpu_count:cpus Pool Value Array", "another process, never run")

threading = Namespace("threading")
# One thread runs at a time, and as a rule to its end: what is local to a thread is an object like any other.
threading.type("local", bases=("builtins.object",))

# Threads

THREAD = threading.type("Thread", bases=("builtins.object",))
_NUMBER = "threading.<number>"


@THREAD.method(name="__init__")
def thread_init(
    call: Call,
    self: InstanceValue,
    group: AnyValue = None,
    target: AnyValue = None,
    name: AnyValue = None,
    args: tuple[Any, ...] = (),
    kwargs: AnyValue = None,
    daemon: AnyValue = None,
) -> None:
    number = call.engine.__dict__.get(_NUMBER, 0) + 1
    call.engine.__dict__[_NUMBER] = number
    for key, value in {"_target": target, "_args": args, "_kwargs": kwargs, "daemon": daemon is True,
                       "name": f"Thread-{number}" if name is None else name, "ident": None}.items():  # fmt: skip
        self.set(key, value)


@THREAD.method
def run(call: Call, self: InstanceValue) -> None:
    target = self.attrs.get("_target")
    if target is not None:
        call.invoke(target, *_words(call, self.attrs.get("_args")), **_named(self.attrs.get("_kwargs")))


def _words(call: Call, args: Any) -> list[Any]:
    found = members(call, args) if args is not None else []
    return [found] if isinstance(found, Unknown) else found


def _named(kwargs: Any) -> dict[str, Any]:
    return dict(kwargs.items) if isinstance(kwargs, DictValue) else {}


@THREAD.method
def start(call: Any, self: Any) -> None:
    if self.attrs.get("<started>"):
        call.raise_("RuntimeError", "threads can only be started once")
    self.set("<started>", True)
    target = self.attrs.get("_target")
    entry = call.getattr(self, "run")
    if target is not None and getattr(entry, "function", None) is THREAD.cls.attrs["run"]:
        call.engine.run_thread(target, tuple(_words(call, self.attrs.get("_args"))), _named(self.attrs.get("_kwargs")))
    else:
        call.engine.run_thread(entry, (), {})


for _name in ("join", "setDaemon", "setName", "_set_daemon"):
    THREAD.method(lambda call, self, *args, **kwargs: None, name=_name)
THREAD.method(lambda call, self: self.attrs.get("name"), name="getName")
THREAD.method(lambda call, self: self.attrs.get("daemon", False), name="isDaemon")
THREAD.method(lambda call, self: call.unknown("whether a thread still runs"), name="is_alive")
THREAD.method(lambda call, self: call.unknown("whether a thread still runs"), name="isAlive")

TIMER = threading.type("Timer", bases=(THREAD.cls,))


@TIMER.method(name="__init__")
def timer_init(
    call: Call, self: InstanceValue, interval: Any, function: Any, args: Any = None, kwargs: Any = None
) -> None:
    thread_init(call, self, None, function, None, () if args is None else args, kwargs)


@TIMER.method(name="start")
def timer_start(call: Call, self: InstanceValue) -> None:
    """It waits; what it does comes when the program waits for it."""


@TIMER.method(name="join")
def timer_join(call: Call, self: InstanceValue, timeout: AnyValue = None) -> None:
    if not self.attrs.get("<started>") and not self.attrs.get("<cancelled>"):
        start(call, self)


@TIMER.method
def cancel(call: Call, self: InstanceValue) -> None:
    self.set("<cancelled>", True)


MAIN = InstanceValue(THREAD.cls, {"name": "MainThread", "daemon": False, "<started>": True})


@threading.function(also=("threading.currentThread", "threading.main_thread"))
def current_thread(call: Call) -> Any:
    return MAIN


unknowns("threading", "active_count:threads enumerate get_ident:thread get_native_id:thread", "which threads run")

# Queues

queue = Namespace("queue")
QUEUE = queue.type("Queue", bases=("builtins.object",))


@QUEUE.method(name="__init__")
def queue_init(call: Call, self: InstanceValue, maxsize: AnyValue = 0) -> None:
    self.set("<items>", ListValue())
    self.set("maxsize", maxsize)


def _held(self: Any) -> ListValue:
    found = self.attrs.get("<items>")
    return found if isinstance(found, ListValue) else ListValue()


@QUEUE.method
def put(call: Call, self: AnyValue, item: Any, block: AnyValue = True, timeout: AnyValue = None) -> None:
    held = _held(self)
    if len(held.items) < _QUEUE_ITEMS:
        held.touch()
        held.items.append(item)


@QUEUE.method(name="get")
def get(call: Call, self: InstanceValue, block: Any = True, timeout: AnyValue = None) -> Any:
    """What was put first; where there is nothing, another thread is waited for, that we do not know."""
    held = _held(self)
    if not held.items:
        return call.unknown("what another thread puts into a queue")
    held.touch()
    return held.items.pop(-1 if self.cls.derives_from("queue.LifoQueue") else 0)


QUEUE.method(lambda call, self, item: put(call, self, item), name="put_nowait")
QUEUE.method(lambda call, self: get(call, self), name="get_nowait")
for _name in ("qsize", "empty", "full"):
    QUEUE.method(lambda call, self: call.unknown("how much stands in a queue"), name=_name)
for _name in ("task_done", "join"):
    QUEUE.method(lambda call, self: None, name=_name)
for _name in ("LifoQueue", "SimpleQueue"):
    queue.type(_name, bases=(QUEUE.cls,))
PRIORITY = queue.type("PriorityQueue", bases=(QUEUE.cls,))
PRIORITY.method(lambda call, self, *args, **kwargs: call.unknown("what comes first in a queue"), name="get")
PRIORITY.method(lambda call, self: call.unknown("what comes first in a queue"), name="get_nowait")

# Pools of threads, and what they promise

futures = Namespace("concurrent.futures")
for _name, _base in {"CancelledError": "builtins.Exception", "TimeoutError": "builtins.Exception"}.items():
    futures.type(_name, bases=(_base,))
for _name in ("FIRST_COMPLETED", "FIRST_EXCEPTION", "ALL_COMPLETED"):
    futures.constant(_name, _name)
FUTURE = futures.type("Future", bases=("builtins.object",))


def _done(call: Any, pool: Any, function: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> InstanceValue:
    """What a pool's thread made of a call, as a promise that is kept."""
    thread = pool.attrs.get("<thread>")
    if thread is None:
        thread = OtherThread(call.state)
        pool.set("<thread>", thread)
    result, problem = call.engine.run_thread(function, args, kwargs, thread)
    return InstanceValue(FUTURE.cls, {"<result>": result, "<problem>": problem})


@FUTURE.method
def result(call: Any, self: Any, timeout: Any = None) -> Any:
    problem = self.attrs.get("<problem>")
    if problem is not None:
        call.engine.raise_value(problem)
    return self.attrs.get("<result>")


FUTURE.method(lambda call, self, timeout=None: self.attrs.get("<problem>"), name="exception")
FUTURE.method(lambda call, self: True, name="done")
FUTURE.method(lambda call, self: False, name="running")
FUTURE.method(lambda call, self: False, name="cancel")
FUTURE.method(lambda call, self: False, name="cancelled")
FUTURE.method(lambda call, self, fn: call.invoke(fn, self) and None, name="add_done_callback")
# As multiprocessing calls the same.
FUTURE.method(lambda call, self, timeout=None: result(call, self), name="get")
FUTURE.method(lambda call, self, timeout=None: None, name="wait")
FUTURE.method(lambda call, self: True, name="ready")
FUTURE.method(lambda call, self: self.attrs.get("<problem>") is None, name="successful")

EXECUTOR = futures.type("ThreadPoolExecutor", bases=("builtins.object",))


@EXECUTOR.method(name="__init__", raw=True)
def executor_init(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
    """How many threads there are decides no name."""


EXECUTOR.method(lambda call, self: self, name="__enter__")
EXECUTOR.method(lambda call, self, *error: None, name="__exit__")
for _name in ("shutdown", "close", "join", "terminate"):
    EXECUTOR.method(lambda call, self, *args, **kwargs: None, name=_name)


@EXECUTOR.method(raw=True)
def submit(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    return _done(call, args[0], args[1], args[2:], kwargs)


def _each(call: Call, pool: AnyValue, function: AnyValue, iterables: tuple[Any, ...]) -> list[Any] | Unknown:
    """The results of a function over iterables, each turn in a thread."""
    found = [members(call, iterable) for iterable in iterables]
    unknown = next((f for f in found if isinstance(f, Unknown)), None)
    if unknown is not None:
        return unknown.derive("")
    return [result(call, _done(call, pool, function, turn, {})) for turn in zip(*found, strict=False)]


def _iterator(found: list[Any] | Unknown) -> Any:
    return found if isinstance(found, Unknown) else IteratorValue(iter(found))


def _listed(found: list[Any] | Unknown) -> Any:
    return found if isinstance(found, Unknown) else ListValue(found)


EXECUTOR.method(lambda call, args, kwargs: _iterator(_each(call, args[0], args[1], args[2:])), name="map", raw=True)


@futures.function
def as_completed(call: Call, fs: AnyValue, timeout: AnyValue = None) -> Any:
    return call.iterate(fs)


@futures.function
def wait(call: Call, fs: AnyValue, timeout: AnyValue = None, return_when: AnyValue = None) -> Any:
    return (fs, ListValue())


unknowns("concurrent.futures", "ProcessPoolExecutor", "another process, never run")

POOL = Namespace("multiprocessing.pool").type("ThreadPool", bases=(EXECUTOR.cls,))
declare("multiprocessing.dummy.Pool", POOL.cls)
for _name in ("map", "map_async"):
    POOL.method(
        lambda call, self, func, iterable, chunksize=None, callback=None, error_callback=None: _listed(
            _each(call, self, func, (iterable,))
        ),
        name=_name,
    )
for _name in ("imap", "imap_unordered"):
    POOL.method(
        lambda call, self, func, iterable, chunksize=None: _iterator(_each(call, self, func, (iterable,))), name=_name
    )


@POOL.method
def starmap(call: Call, self: InstanceValue, func: AnyValue, iterable: AnyValue, chunksize: AnyValue = None) -> Any:
    found = members(call, iterable)
    turns = [] if isinstance(found, Unknown) else [members(call, turn) for turn in found]
    results: list[Any] = []
    for turn in turns:
        if isinstance(turn, Unknown):
            return turn.derive("")
        results.append(result(call, _done(call, self, func, tuple(turn), {})))
    return derived(found) if isinstance(found, Unknown) else ListValue(results)


@POOL.method
def apply_async(
    call: Call,
    self: InstanceValue,
    func: Any,
    args: AnyValue = (),
    kwds: Any = None,
    callback: AnyValue = None,
    error_callback: AnyValue = None,
) -> Any:
    made = _done(call, self, func, tuple(_words(call, args)), _named(kwds))
    if callback is not None and made.attrs["<problem>"] is None:
        call.invoke(callback, made.attrs["<result>"])
    return made


@POOL.method
def apply(call: Call, self: InstanceValue, func: Any, args: AnyValue = (), kwds: Any = None) -> Any:
    return result(call, _done(call, self, func, tuple(_words(call, args)), _named(kwds)))
