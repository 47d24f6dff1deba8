"""TensorFlow's modules as the program imports them: every path leads to one canonical name and its summary."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from scopelint.apis import tables
from scopelint.apis.call import Call
from scopelint.apis.python.support import lift
from scopelint.apis.registry import ENTRIES, RESOLVERS, find
from scopelint.apis.tables import surface
from scopelint.apis.tf.framework.recorded import recorded
from scopelint.graph.releases import DEFAULT, Release
from scopelint.values.base import Unknown, without_summary
from scopelint.values.objects import MISSING, ClassValue, ModuleValue, NativeFunction
from scopelint.values.tensors import as_dtype

if TYPE_CHECKING:
    from scopelint.apis.call import Engine

ROOTS = ("tensorflow", "tensorflow_core", "tf_slim")

NETWORKS = "tensorflow.contrib.slim.python.slim.nets"
"""Whole networks that TF ships: plain programs on slim, which are read as such where the user's path has them."""

_SLIM = {
    "tf_slim": "tensorflow.contrib.slim",
    "tf_slim.layers": "tensorflow.contrib.layers",
    "tf_slim.layers.": "tensorflow.contrib.layers.python.layers.",
    "tf_slim.ops": "tensorflow.contrib.framework",
    "tf_slim.ops.": "tensorflow.contrib.framework.python.ops.",
    "tf_slim.training": "tensorflow.contrib.training",
    "tf_slim.training.": "tensorflow.contrib.training.python.training.",
    "tf_slim.losses": "tensorflow.contrib.losses",
    "tf_slim.losses.": "tensorflow.contrib.losses.python.losses.",
    "tf_slim.metrics": "tensorflow.contrib.metrics",
    "tf_slim.metrics.": "tensorflow.contrib.metrics.python.ops.",
    "tf_slim.learning": "tensorflow.contrib.slim.python.slim.learning",
    "tf_slim.evaluation": "tensorflow.contrib.slim.python.slim.evaluation",
    "tf_slim.model_analyzer": "tensorflow.contrib.slim.python.slim.model_analyzer",
    "tf_slim.queues": "tensorflow.contrib.slim.python.slim.queues",
    "tf_slim.summaries": "tensorflow.contrib.slim.python.slim.summaries",
    "tf_slim.nets": "tensorflow.contrib.slim.python.slim.nets",
    "tf_slim.nets.": "tensorflow.contrib.slim.python.slim.nets.",
    "tf_slim.data": "tensorflow.contrib.slim.python.slim.data",
    "tf_slim.data.": "tensorflow.contrib.slim.python.slim.data.",
}
"""tf_slim is TF's contrib.slim in a package of its own; with a dot at the end, what lies below the module."""


_IN_PART = (
    "contrib.tpu.",
    "platform.flags",
    "keras.engine.saving",
    "pywrap_tensorflow",
    ".api.",
    "._api.",
    "python_io",
    "tf_record",
    "keras.preprocessing",
    "pandas_io",
    "feeding_functions",
)
"""Private modules of which not every name is recorded: they fill themselves when they are used, or wrap C."""

_NOT_RECORDED = ("_eager_fallback", "_swigregister", "_swiginit", "_outputs", "__attrs", "_export")
"""Ends of names that are not recorded of any module."""

_NOT_WALKED = ("test", "debug", "tools", "tensorrt", "examples", "distribute", "pywrap", "wrapper", "so", "_api")
"""Parts of the names of modules that are there and not recorded."""


def is_whole(path: str, attribute: str) -> bool:
    """Is a name that is not recorded of a private module one that TF 1.15 does not have there?"""
    if not tables.members(path) or any(part in f"{path}." for part in _IN_PART):
        return False
    return not attribute.endswith(_NOT_RECORDED) and not attribute.startswith(("_op_def", "_pywrap"))


def is_absent(name: str, asked: Release = DEFAULT) -> bool:
    """Is it certain that this release of TF has no module of that name?"""
    path = path_of(name, asked)
    if not path:
        return False
    if tables.module(path) is not None:
        return not _is_there(path, asked)
    if tables.is_module_name(path):
        return False
    leaf = path.rpartition(".")[2]
    return not leaf.startswith("_") and not any(part in path for part in _NOT_WALKED)


def _is_there(path: str, asked: Release) -> bool:
    """Has this release every part of a module's path?"""
    if asked == DEFAULT:
        return True
    if asked.is_second and path.startswith("tensorflow.contrib"):
        return False
    at = path.find(".")
    while at > 0:
        end = path.find(".", at + 1)
        if surface.has(path[:at], path[at + 1 : end if end > 0 else None], asked) is False:
            return False
        at = end
    return True


_SHARED = ("tensorflow.compat", "tensorflow.python", "tensorflow.core", "tensorflow.tools")
"""Paths that mean the same whether TF's top is that of TF 1 or of TF 2."""


def _of_the_second(name: str) -> str:
    """TF 2 has its own names at the top, and those of TF 1 below `compat.v1`."""
    if name == "tensorflow":
        return "tensorflow.compat.v2"
    if name.startswith(_SHARED):
        name = name.replace(".compat.v1.compat", ".compat").replace(".compat.v2.compat", ".compat")
        own = name.replace("tensorflow.compat.v1.", "tensorflow.")
        return name if tables.module(name) is not None else own
    own = "tensorflow.compat.v2" + name[len("tensorflow") :]
    return own if tables.module(own) is not None else name


def path_of(name: str, asked: Release = DEFAULT) -> str:
    """The TF module that an imported name stands for."""
    root, dot, rest = name.partition(".")
    if root == "tensorflow" and asked.is_second:
        return _of_the_second(name)
    if root == "tf_slim":
        if name in _SLIM:
            return _SLIM[name]
        package, _, leaf = name.rpartition(".")
        return _SLIM[package + "."] + leaf if package + "." in _SLIM else ""
    if root == "tensorflow_core":
        return "tensorflow" + dot + rest
    return name


def module(name: str, engine: Any) -> ModuleValue | None:
    """The native module of that name; None where this release of TF has none."""
    asked = engine.state.release
    path = path_of(name, asked)
    found = tables.module(path) if path else None
    if found is None or (not name.startswith("tf_slim") and not _is_there(path, asked)):
        return None

    def load(attribute: str) -> Any:
        if name.startswith("tf_slim"):
            # It has modules of its own, and keeps those that TF's own package has deleted from its names.
            below = path_of(f"{name}.{attribute}")
            if below and tables.module(below):
                return engine.find_module(f"{name}.{attribute}")
        held = member(found, attribute, engine)
        if name.startswith("tf_slim") and isinstance(held, NativeFunction) and ".contrib." in held.canonical:
            from scopelint.apis.tf.contrib.arg_scope import of_tf_slim  # 20 ms, for programs that use tf_slim alone

            return of_tf_slim(held)
        return held

    made = ModuleValue(name, load=load)
    made.attrs["__file__"] = Unknown("where TensorFlow is installed")
    return made


_VERSIONED = ("tensorflow", "tensorflow.compat.v1", "tensorflow.compat.v2", "tensorflow.version")


def _has(path: str, attribute: str, asked: Release) -> bool | None:
    """Does this release have a name in a module of TF's? None where it is as in 1.15."""
    if asked.is_second and path.startswith("tensorflow.compat.v1"):
        return surface.has("tensorflow" + path[len("tensorflow.compat.v1") :], attribute, asked)
    return surface.has(path, attribute, asked)


def members(name: str, asked: Release) -> list[str]:
    """What a star import of a TF module brings in this release."""
    path = path_of(name, asked)
    found = list(tables.members(path))
    return found if asked == DEFAULT else [each for each in found if _has(path, each, asked) is not False]


def member(path: str, attribute: str, engine: Engine) -> Any:
    """What a TF module holds under a name, as a value; MISSING where TF has no such name."""
    asked = engine.state.release
    described = tables.canonical(path, attribute)
    if asked != DEFAULT:
        if attribute in ("__version__", "VERSION") and path in _VERSIONED:
            return asked.text
        if attribute == "compat" and path.startswith("tensorflow.compat"):
            return engine.find_module("tensorflow.compat")
        there = _has(path, attribute, asked)
        if there is False:
            return MISSING
        if there and described is None:
            # What only TensorFlow 2 has: the tables of names were recorded of 1.15.
            canonical = f"tf{path.removeprefix('tensorflow').removeprefix('.compat.v1')}.{attribute}"
            for look in (find, engine.tensorflow_source):
                declared = look(canonical)
                if declared is not MISSING:
                    return declared
            return Unknown(f"no record of {path}.{attribute} in TensorFlow {asked}", attribute)
    if described is None:
        if attribute in ("__version__", "VERSION"):
            return asked.text
        if attribute.startswith("__") and attribute.endswith("_version__"):
            return Unknown(f"what tf.{attribute} was built as")
        if ".python" in path and not attribute.startswith("__"):
            if is_whole(path, attribute):
                return MISSING
            declared = find(f"{path}.{attribute}")
            if declared is not MISSING:
                return declared
            return Unknown(f"no record of {path}.{attribute}", attribute)
        return find(f"tf.{attribute}") if path == "tensorflow" else MISSING
    kind, colon, rest = described.partition(":")
    if not colon:
        return entry(described, engine)
    if kind == "module":
        if asked.is_second and rest.startswith("tensorflow.") and not rest.startswith(_SHARED):
            # Recorded of 1.15, where the module has this name at the top.
            rest = "tensorflow.compat.v1" + rest[len("tensorflow") :]
        return engine.find_module(rest)
    if kind == "const":
        declared = find(f"tf.{attribute}") if attribute in ("AUTO_REUSE", "newaxis") else MISSING
        return lift(tables.constant(described)) if declared is MISSING else declared
    if kind == "dtype":
        return as_dtype(rest)
    if kind == "py":
        package, _, name = rest.rpartition(".")
        found = engine.find_module(package)
        return engine.get_attribute(found, name)
    found = find(rest)
    if found is not MISSING and kind == "enum":
        return found
    public = f"tf.{path.partition('.')[2]}.{attribute}".replace("..", ".")
    for name in (public, f"tf.{attribute}", f"{path}.{attribute}"):
        declared = find(name)
        if declared is not MISSING:
            return declared
    return without_summary(public, attribute)


_SECOND_KERAS = "tf.compat.v2.keras."


def entry(canonical: str, engine: Any) -> Any:
    """The summary of a canonical name; where there is none, what stands in for it."""
    found = find(canonical)
    if found is not MISSING:
        return found
    source = engine.tensorflow_source(canonical)
    if source is not MISSING:
        return source
    if canonical.startswith(_SECOND_KERAS) and "optimizers" not in canonical:
        # Keras's second versions of its layers name their variables as the first ones do.
        found = find("tf.keras." + canonical.removeprefix(_SECOND_KERAS))
        if found is not MISSING:
            return found
    if tables.is_class(canonical):
        return _bare_class(canonical)

    rows = recorded(canonical)
    if rows is not None:
        ENTRIES[canonical] = rows
        return rows

    def unknown(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        return call.cannot_know(f"no summary of {canonical}", tables.makes_variables(canonical) is not False)

    made = NativeFunction(canonical.rpartition(".")[2], unknown, canonical, raw=True)
    ENTRIES[canonical] = made
    return made


def _bare_class(canonical: str) -> ClassValue:
    """A class of TF's that has no summary: it has its bases, may be derived from, and its own members are Unknown."""
    bases = []
    for base in tables.bases(canonical):
        if base.startswith("py:"):
            found = find(base[3:])
        else:
            found = find(base)
            if found is MISSING and tables.is_class(base) and base != canonical:
                found = _bare_class(base)
        if isinstance(found, ClassValue) and found not in bases:
            bases.append(found)
    name = canonical.rpartition(".")[2]
    attrs: dict[str, Any] = {"<unknown base>": without_summary(canonical, name)}

    def make(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        return call.cannot_know(f"no summary of {canonical}", tables.makes_variables(canonical) is not False)

    def construct(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
        make(call, args, kwargs)

    if not any(base.find("__init__") is not MISSING and base.canonical != "builtins.object" for base in bases):
        attrs["__init__"] = NativeFunction("__init__", construct, canonical + ".__init__", raw=True)
    elif not tables.own_members(canonical).keys().isdisjoint(("__init__", "__new__")):
        # Its arguments are not its base's, and without them what it inherits does not hold.
        attrs["__new__"] = NativeFunction("__new__", make, canonical + ".__new__", raw=True)
    made = ClassValue(name, tuple(bases), attrs, canonical, canonical.rpartition(".")[0])
    ENTRIES[canonical] = made
    return made


def _resolve(canonical: str, engine: Engine) -> Any:
    """Another of its public names, or no summary of its own: the recorded rows may have it then."""
    module, _, name = canonical.rpartition(".")
    known = tables.canonical("tensorflow" + module[2:], name)
    return entry(known, engine) if known is not None and ":" not in known else MISSING


RESOLVERS["tf"] = _resolve
