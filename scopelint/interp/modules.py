"""Modules: found, read lazily, and run; TensorFlow and the library are native, a program's own are source."""

from __future__ import annotations

import ast
import os
from collections.abc import Iterator
from typing import Any

from scopelint.apis import stand_ins, tables
from scopelint.apis.call import Raised
from scopelint.apis.python import is_library, is_well_known
from scopelint.apis.python.stdlib.system import added_paths
from scopelint.interp.attributes import UNKNOWN_STAR
from scopelint.interp.compiled import extension
from scopelint.interp.frame import Frame, Scope
from scopelint.interp.lazy import visit_lazily
from scopelint.interp.stops import visit_in_steps
from scopelint.interp.unit import Unit
from scopelint.site import Site
from scopelint.syntax.positions import Sites
from scopelint.syntax.prefilter import Reach
from scopelint.syntax.source import Source, SyntaxProblem
from scopelint.values.base import AnyValue, Cause, Unknown, Why, without_summary
from scopelint.values.containers import ListValue
from scopelint.values.objects import MISSING, ClassValue, FunctionValue, ModuleValue, NativeObject


def note_future(module: ModuleValue, source: Source) -> None:
    """`from __future__ import division` decides what `/` means in Python 2."""
    if source.python2:
        for node in source.tree.body:
            if isinstance(node, ast.ImportFrom) and node.module == "__future__":
                module.attrs.update(dict.fromkeys((alias.name for alias in node.names), True))


class Modules:
    """The modules of one run: `sys.modules`, the search path, and how a name becomes a module."""

    def __init__(self, run: Any, search_path: list[str]) -> None:
        self.run = run
        self.path = search_path
        self.main = ""
        self.loaded: dict[str, Any] = {}
        self.sources: dict[str, Source] = {}
        self.read: dict[str, str] = {}
        self.missing: list[str] = []
        self._places: dict[str, str | None] = {}
        self._folders: dict[str, frozenset[str]] = {}
        self._added: list[str] = []
        self._reaching: dict[str, bool] = {}

    def forget(self) -> None:
        """Before another entry: modules are run anew, their sources are kept."""
        self.loaded = {}

    # finding

    def is_run_twice(self, path: str) -> bool:
        """Was a file imported under more names than one, and so run as often?"""
        return len({id(each) for each in self.loaded.values() if getattr(each, "path", None) == path}) > 1

    def reached(self, path: str) -> bool | None:
        """What `reaches_tensorflow` said of a file; None where it was not asked."""
        return self._reaching.get(path)

    def reaches_tensorflow(self, source: Source) -> bool:
        """Does a module import TensorFlow, itself or through what it imports?"""
        found = self._reaching.get(source.path)
        if found is None:
            data = source.text.encode("utf-8", "replace")
            found = self._reaching[source.path] = Reach(tuple(self.path)).touches(source.path, data)
        return found

    def listing(self, folder: str) -> frozenset[str]:
        """The names in a folder, read once."""
        found = self._folders.get(folder)
        if found is None:
            try:
                found = frozenset(os.listdir(folder))
            except OSError:
                found = frozenset()
            self._folders[folder] = found
        return found

    def locate(self, name: str) -> str | None:
        """The file of a module, or the folder of a namespace package; None where the search path has none."""
        if name in self._places:
            return self._places[name]
        parts = name.split(".")
        found: str | None = None
        namespace: str | None = None
        for root in [*self.path, *self._added]:
            if root != self.path[0] and is_well_known(parts[0]) and "__init__.py" in self.listing(root):
                # What lies in a package goes by the package's name; a library that everybody has is meant.
                continue
            folder = root
            for part in parts[:-1]:
                if part not in self.listing(folder):
                    break
                folder = os.path.join(folder, part)
            else:
                last = parts[-1]
                names = self.listing(folder)
                if last in names:
                    inner = os.path.join(folder, last)
                    if "__init__.py" in self.listing(inner):
                        found = os.path.join(inner, "__init__.py")
                        break
                    if last + ".py" not in names and namespace is None and self.listing(inner):
                        namespace = inner
                if last + ".py" in names:
                    found = os.path.join(folder, last + ".py")
                    break
        place = found or namespace
        if place is None and name.startswith("tensorflow."):
            # The wheel keeps TF's source in a package of another name.
            place = self.locate("tensorflow_core" + name[len("tensorflow") :])
        self._places[name] = place
        return place

    def has_rival(self, module: ModuleValue) -> bool:
        """May a program mean another file of the project by a module's name? It may, unless the one that was found
        lies beside the script, where Python looks first: other folders are on the path if somebody puts them there.
        """
        if not module.path or "." in module.name or not self.path:
            return False
        place = os.path.normpath(module.path)
        home = os.path.normpath(self.path[0])
        if place in (os.path.join(home, module.name + ".py"), os.path.join(home, module.name, "__init__.py")):
            return False
        holder = os.path.dirname(os.path.dirname(place) if place.endswith("__init__.py") else place)
        if "__init__.py" in self.listing(holder):
            # What lies in a package goes by another name, and the one that is meant need not be of the project.
            return True
        return any(
            os.path.normpath(found) != place
            for root in self.path
            for folder in self._below(root, 2)
            for found in self._files_of(folder, module.name)
        )

    def _below(self, folder: str, depth: int) -> Iterator[str]:
        yield folder
        for name in self.listing(folder) if depth else ():
            if "." not in name:
                yield from self._below(os.path.join(folder, name), depth - 1)

    def _files_of(self, folder: str, name: str) -> Iterator[str]:
        names = self.listing(folder)
        if name + ".py" in names:
            yield os.path.join(folder, name + ".py")
        if name in names and "__init__.py" in self.listing(os.path.join(folder, name)):
            yield os.path.join(folder, name, "__init__.py")

    def added(self) -> bool:
        """Has the program put another folder into `sys.path`? Relative ones are meant from where the program lies."""

        home = os.path.dirname(self.main)
        found = [os.path.normpath(os.path.join(home, place)) for place in added_paths(self.run.call)]
        found = [place for place in found if place not in self.path and self.run.may_read(place)]
        if found == self._added:
            return False
        self._added = found
        # What was found stays: it has been imported from there.
        self._places = {name: place for name, place in self._places.items() if place is not None}
        return True

    # importing

    def load(self, name: str) -> Any:
        """`import name`: the module itself, its packages loaded before it. An Unknown where it cannot be found."""
        found = self.loaded.get(name)
        if found is not None:
            if type(found) is Unknown and found.cause.why is Why.MODULE:
                self.run.ask_missing(found)
            return found
        parent, _, leaf = name.rpartition(".")
        package: Any = None
        if parent:
            package = self.load(parent)
            found = self.loaded.get(name)
            if found is not None:
                return found
        native = self.run.native_module(name, self.locate)
        if native is not None:
            self.loaded[name] = native
            # One that cannot be read is its package's attribute all the same.
            if isinstance(package, ModuleValue) and (type(native) is Unknown or native.path):
                package.set(leaf, native)
            return native
        place = self.locate(name)
        if place is None and self.added():
            place = self.locate(name)
        if place is None and leaf.endswith("_pb2"):
            made = self._uncompiled(name)
            if made is not None:
                self.loaded[name] = made
                if isinstance(package, ModuleValue):
                    package.set(leaf, made)
                return made
        if place is None and package is None:
            beside = self._implicit(name)
            if beside:
                return self.load(beside)
        if place is None and isinstance(package, Unknown):
            self.loaded[name] = package
            return package
        if place is None and isinstance(package, ModuleValue) and package.load is not None:
            member = self.run.get_attribute(package, leaf, None)
            if not isinstance(member, (ModuleValue, NativeObject, Unknown)):
                if tables.is_module_name(name):
                    self.loaded[name] = found = without_summary(name, leaf)
                    return found
                # Nor is what a package holds otherwise a module: a class, a function, a number.
                self.run.call.raise_("ModuleNotFoundError", f"No module named '{name}'")
            self.loaded[name] = member
            return member
        if place is None and isinstance(package, ModuleValue) and self._is_no_package(package, leaf):
            self.run.call.raise_("ModuleNotFoundError", f"No module named '{name}'; '{parent}' is not a package")
        if place is None:
            built = extension(name, self.path, self.run.read_file, is_library)
            if built is not None:
                self.loaded[name] = built
                if isinstance(package, ModuleValue):
                    package.set(leaf, built)
                return built
            if name not in self.missing:
                self.missing.append(name)
            unknown = self.run.missing_module(name)
            self.loaded[name] = unknown
            if isinstance(package, ModuleValue) and leaf not in package.attrs:
                # Where it is there, the import puts it into its package.
                package.set(leaf, unknown)
            return unknown
        made = self.run_source(name, place)
        if isinstance(package, ModuleValue):
            package.set(leaf, made)
        return made

    def absent_part(self, name: str) -> str:
        """Of a module that is not there, the outermost package that is not: all below it goes with that one."""
        parts = name.split(".")
        for depth in range(1, len(parts)):
            outer = ".".join(parts[:depth])
            if not isinstance(self.loaded.get(outer), ModuleValue):
                return outer
        return name

    def _is_no_package(self, module: ModuleValue, leaf: str) -> bool:
        """Is it certain that nothing of that name can be imported from below a module of the program's? Programs look
        names up so, the longest path first. A package may lack what is compiled or written when it is installed."""
        if "__path__" not in module.attrs:
            return True
        held = module.attrs.get(leaf, MISSING)
        return isinstance(held, (FunctionValue, ClassValue))

    def _uncompiled(self, name: str) -> ModuleValue | None:
        """What a `.proto` is compiled to when the program is installed, where that has not been done."""
        from scopelint.apis.python.protobuf import messages  # 8 ms, and few programs have such modules

        path = name.removesuffix("_pb2").replace(".", "/") + ".proto"
        data = self.run.read_file(path)
        return None if data is None else messages.uncompiled(self.run.call, name, path, data.decode("utf-8", "replace"))

    def _implicit(self, name: str) -> str:
        """Python 2's implicit relative import: the sibling module that a bare name means, empty if none."""
        frame = self.run.frame
        module = frame.module if frame is not None else None
        if not isinstance(module, ModuleValue):
            return ""
        source = self.sources.get(module.path)
        if source is None or not source.python2:
            return ""
        package = module.attrs.get("__package__")
        full = f"{package}.{name}" if package else ""
        return full if full and self.locate(full) is not None else ""

    def run_source(self, name: str, place: str, main: bool = False) -> Any:
        """Runs a file as the module `name`. What it raises while it runs goes to whoever imports it."""
        if not place.endswith(".py"):
            module = ModuleValue(name, place)
            module.attrs["__path__"] = ListValue([os.path.abspath(place)])
            self.loaded[name] = module
            return module
        try:
            source = self.source(place)
        except (SyntaxProblem, OSError) as problem:
            self.run.cannot_know(f"module {name} cannot be read: {problem}", may_make=True)
            unknown = Unknown(f"module {name} cannot be read", name.rpartition(".")[2], cause=Cause(Why.MODULE, name))
            self.loaded[name] = unknown
            return unknown
        if place.endswith("_pb2.py") and not main:
            from scopelint.apis.python.protobuf import messages  # 8 ms, and few programs have such modules

            made = messages.generated(self.run.call, name, place, source.tree)
            if made is not None:
                self.loaded[name] = made
                return made
        module = ModuleValue("__main__" if main else name, place)
        module.attrs["__file__"] = os.path.abspath(place)
        package = name if os.path.basename(place) == "__init__.py" else name.rpartition(".")[0]
        module.attrs["__package__"] = package
        note_future(module, source)
        if os.path.basename(place) == "__init__.py":
            module.attrs["__path__"] = ListValue([os.path.dirname(os.path.abspath(place))])
        if source.tree.body and ast.get_docstring(source.tree, clean=False) is not None:
            module.attrs["__doc__"] = ast.get_docstring(source.tree, clean=False)
        self.loaded[name] = module
        try:
            self.execute(module, source)
        except Raised:
            if not main:
                self.loaded.pop(name, None)
            raise
        # A module may put another in its own place (sys.modules[__name__] = ...).
        return self.loaded.get(name, module)

    def stand_in(self, name: str, place: str) -> Any:
        """A rare part of TF, written as a program of our own (apis/stand_ins)."""
        module = self.loaded.get(place)
        if module is None:
            module = self.loaded[place] = ModuleValue(name, place)
            module.hidden = True
            self.execute(module, self.source(place))
        return module

    def source(self, place: str) -> Source:
        """Raises SyntaxProblem, OSError."""
        found = self.sources.get(place)
        if found is None:
            found = self.run.open_source(place)
            self.sources[place] = found
        return found

    def execute(self, module: ModuleValue, source: Source) -> None:
        run = self.run
        body = run.bodies.get((source.path, module.name))
        if body is None or body[0] is not source:
            scope = Scope("module", set(), None)
            unit = Unit(run, source, module, scope, Sites(source.path, source.lines, []))
            stops = run.shelf.stops if run.shelf is not None and source.path == run.modules.main else None
            if stops is not None:
                body = (source, visit_in_steps(unit, source.tree.body, stops))
            else:
                body = (source, visit_lazily(unit, source.tree.body, False))
        frame = Frame("<module>", module.attrs, module, Site(source.path, 1), run.frame)
        run.enter_frame(frame)
        try:
            body[1](frame)
        except run.ENDINGS as problem:
            run.stood(problem)
            raise
        finally:
            run.leave_frame(frame.caller)

    def again(self, module: ModuleValue) -> Any:
        """`importlib.reload`: the body runs once more, over the names that it left."""
        source = self.sources.get(module.path)
        if source is not None:
            self.execute(module, source)
        return self.loaded.get(module.name, module)

    # names of modules

    def absolute(self, name: str, level: int, module: ModuleValue) -> str:
        """What a relative import names. Raises the program's ImportError past the top."""
        if not level:
            return name
        package = module.attrs.get("__package__") or ""
        parts = package.split(".") if package else []
        if level - 1 > len(parts) or not parts:
            if not parts and level == 1:
                # A script run by its path that still says `from . import x`: its folder is meant.
                return name
            self.run.call.raise_("ImportError", "attempted relative import beyond top-level package")
        kept = parts[: len(parts) - (level - 1)]
        return ".".join([*kept, *([name] if name else [])])

    def import_name(self, found: AnyValue, wanted: str) -> Any:
        """`from found import wanted`: an attribute, else a submodule."""
        run = self.run
        if isinstance(found, Unknown):
            return found.derive(wanted) if not found.label else found.derive(f"{found.label}.{wanted}")
        if not isinstance(found, ModuleValue):
            return run.get_attribute(found, wanted)
        value = found.attrs.get(wanted, MISSING)
        if value is not MISSING:
            return value
        if found.load is None or found.path or stand_ins.module_place(f"{found.name}.{wanted}"):
            name = f"{self.name_of(found)}.{wanted}"
            if (
                name in self.loaded
                or self.locate(name) is not None
                or wanted.endswith("_pb2")
                or self._is_compiled(found, wanted)
                or stand_ins.module_place(name)
            ):
                return self.load(name)
        if found.load is not None:
            value = run.get_attribute(found, wanted, MISSING)
            if value is not MISSING:
                return value
        elif "__getattr__" in found.attrs or UNKNOWN_STAR in found.attrs:
            return run.get_attribute(found, wanted)
        run.call.raise_("ImportError", f"cannot import name '{wanted}' from '{found.name}'")

    def _is_compiled(self, package: ModuleValue, leaf: str) -> bool:
        """Does an extension module of this name lie in the package, built or as Cython has it?"""
        folder = os.path.dirname(package.path) if package.path.endswith(".py") else package.path
        found = self.listing(folder) if folder else ()
        return any(each.startswith(f"{leaf}.") and each.endswith((".so", ".pyd", ".pyx")) for each in found)

    def name_of(self, module: ModuleValue) -> str:
        if module.name != "__main__":
            return module.name
        return next((n for n, m in self.loaded.items() if m is module), module.name)

    def star(self, found: AnyValue) -> dict[str, Any]:
        """What `from found import *` binds."""
        if not isinstance(found, ModuleValue):
            return {}
        listed = found.attrs.get("__all__", MISSING)
        if listed is not MISSING:
            names = self.run.iterate(listed)
            # Of a list that is known in part, any public name may be a member.
            if not isinstance(names, Unknown) and getattr(listed, "rest", None) is None:
                return {n: self.import_name(found, n) for n in names if isinstance(n, str)}
        members = self.run.native_members(found)
        if members is not None:
            return {n: self.run.get_attribute(found, n) for n in members}
        return {n: v for n, v in found.attrs.items() if isinstance(n, str) and not n.startswith("_")}
