"""pkgutil: packages that import all that lies in their folder."""

from __future__ import annotations

import os
from typing import Any

from scopelint.apis.call import Call
from scopelint.apis.python.stdlib.collections import tuple_class
from scopelint.apis.registry import Namespace
from scopelint.values.base import AnyValue, Unknown
from scopelint.values.containers import ListValue
from scopelint.values.objects import InstanceValue

api = Namespace("pkgutil")

MODULE_INFO = tuple_class(None, "ModuleInfo", ["module_finder", "name", "ispkg"], {}, "pkgutil")


@api.function
def iter_modules(call: Call, path: Any = None, prefix: Any = "") -> Any:
    """`(finder, name, is a package)` for each module in the folders, in the order of their names."""
    return _modules(call, path, prefix, False)


@api.function
def walk_packages(call: Call, path: Any = None, prefix: Any = "", onerror: Any = None) -> Any:
    """The same with what lies below each package, behind it; each package is imported."""
    return _modules(call, path, prefix, True)


def _modules(call: Call, path: Any, prefix: Any, below: bool) -> Any:
    folders = call.members(path) if path is not None else call.unknown("all modules of the machine")
    if isinstance(folders, Unknown):
        return folders
    found = []
    for folder in folders:
        if not isinstance(prefix, str):
            return call.unknown("the names of modules")
        names = call.engine.list_folder(folder) if isinstance(folder, str) else None
        if names is None:
            return call.unknown("the modules of a folder")
        finder = Unknown("what finds the modules of a folder")
        for name in names:
            stem, ending = os.path.splitext(name)
            if ending == ".py" and stem != "__init__":
                found.append(InstanceValue(MODULE_INFO, payload=(finder, prefix + stem, False)))
            elif not ending and "__init__.py" in (call.engine.list_folder(os.path.join(folder, name)) or ()):
                found.append(InstanceValue(MODULE_INFO, payload=(finder, prefix + name, True)))
                if below:
                    call.engine.find_module(prefix + name)
                    inner = _modules(call, ListValue([os.path.join(folder, name)]), f"{prefix}{name}.", True)
                    if isinstance(inner, Unknown):
                        return inner
                    found += inner.items
    return ListValue(found)


@api.function
def extend_path(call: Call, path: AnyValue, name: AnyValue) -> Any:
    return path


@api.function
def get_data(call: Call, package: AnyValue, resource: AnyValue) -> Any:
    return call.unknown("a package's data file")
