"""mock and unittest.mock: stand-ins, and names that point elsewhere for a while."""

import functools
import importlib


class _Sentinel:
    def __init__(self, name):
        self.name = name


class _Sentinels:
    def __getattr__(self, name):
        made = _Sentinel(name)
        self.__dict__[name] = made
        return made


sentinel = _Sentinels()
DEFAULT = sentinel.DEFAULT
_missing = sentinel.MISSING


class _Any:
    def __eq__(self, other):
        return True

    def __ne__(self, other):
        return False


ANY = _Any()


class _Call(tuple):
    @property
    def args(self):
        return self[0]

    @property
    def kwargs(self):
        return self[1]


def call(*args, **kwargs):
    return _Call((args, kwargs))


class _Magic:
    """A special method that is a stand-in of its own as soon as it is asked for."""

    def __init__(self, name, default):
        self.name = name
        self.default = default

    def __get__(self, owner, cls=None):
        if owner is None:
            return self
        held = owner.__dict__["_mock_children"]
        if self.name not in held:
            held[self.name] = MagicMock(return_value=self.default(owner), name=self.name)
        return held[self.name]


class NonCallableMock:
    def __init__(
        self,
        spec=None,
        side_effect=None,
        return_value=DEFAULT,
        wraps=None,
        name=None,
        spec_set=None,
        unsafe=False,
        parent=None,
        **kwargs,
    ):
        self.__dict__["_mock_children"] = {}
        self.__dict__["_mock_return_value"] = return_value
        self.__dict__["_mock_spec"] = spec if spec is not None else spec_set
        self.__dict__["_mock_wraps"] = wraps
        self.__dict__["_mock_name"] = name
        self.__dict__["call_args"] = None
        self.__dict__["call_args_list"] = []
        self.__dict__["side_effect"] = side_effect
        self.configure_mock(**kwargs)

    def configure_mock(self, **kwargs):
        for path, value in kwargs.items():
            target = self
            parts = path.split(".")
            for part in parts[:-1]:
                target = getattr(target, part)
            setattr(target, parts[-1], value)

    def attach_mock(self, mock, attribute):
        setattr(self, attribute, mock)

    def __getattr__(self, name):
        if name.startswith(("__", "_mock_")):
            raise AttributeError(name)
        spec = self.__dict__["_mock_spec"]
        if spec is not None and not hasattr(spec, name):
            raise AttributeError("Mock object has no attribute '%s'" % name)
        wrapped = self.__dict__["_mock_wraps"]
        made = type(self)(name=name, wraps=None if wrapped is None else getattr(wrapped, name))
        self.__dict__[name] = made
        return made

    @property
    def return_value(self):
        if self.__dict__["_mock_return_value"] is DEFAULT:
            self.__dict__["_mock_return_value"] = type(self)(name="()")
        return self.__dict__["_mock_return_value"]

    @return_value.setter
    def return_value(self, value):
        self.__dict__["_mock_return_value"] = value

    @property
    def called(self):
        return len(self.__dict__["call_args_list"]) > 0

    @property
    def call_count(self):
        return len(self.__dict__["call_args_list"])

    @property
    def mock_calls(self):
        return self.__dict__["call_args_list"]

    @property
    def method_calls(self):
        return self.__dict__["call_args_list"]

    def reset_mock(self, *args, **kwargs):
        self.__dict__["call_args"] = None
        self.__dict__["call_args_list"] = []

    def assert_called(self):
        if not self.called:
            raise AssertionError("Expected mock to have been called.")

    def assert_not_called(self):
        if self.called:
            raise AssertionError("Expected mock to not have been called.")

    def assert_called_once(self):
        if self.call_count != 1:
            raise AssertionError("Expected mock to have been called once.")

    def assert_called_with(self, *args, **kwargs):
        if self.call_args is None or self.call_args != (args, kwargs):
            raise AssertionError("expected call not found.")

    def assert_called_once_with(self, *args, **kwargs):
        self.assert_called_once()
        self.assert_called_with(*args, **kwargs)

    def assert_any_call(self, *args, **kwargs):
        if (args, kwargs) not in self.call_args_list:
            raise AssertionError("expected call not found.")

    def assert_has_calls(self, calls, any_order=False):
        for one in calls:
            if one not in self.call_args_list:
                raise AssertionError("Calls not found.")


class Mock(NonCallableMock):
    def __call__(self, *args, **kwargs):
        made = _Call((args, kwargs))
        self.__dict__["call_args"] = made
        self.__dict__["call_args_list"].append(made)
        effect = self.__dict__["side_effect"]
        if effect is not None:
            if isinstance(effect, BaseException) or (isinstance(effect, type) and issubclass(effect, BaseException)):
                raise effect
            if callable(effect):
                result = effect(*args, **kwargs)
                if result is not DEFAULT:
                    return result
            else:
                if not hasattr(effect, "__next__"):
                    effect = self.__dict__["side_effect"] = iter(effect)
                return next(effect)
        wrapped = self.__dict__["_mock_wraps"]
        if wrapped is not None and self.__dict__["_mock_return_value"] is DEFAULT:
            return wrapped(*args, **kwargs)
        return self.return_value


class MagicMock(Mock):
    __enter__ = _Magic("__enter__", lambda owner: MagicMock(name="__enter__()"))
    __exit__ = _Magic("__exit__", lambda owner: False)
    __len__ = _Magic("__len__", lambda owner: 0)
    __iter__ = _Magic("__iter__", lambda owner: iter([]))
    __contains__ = _Magic("__contains__", lambda owner: False)
    __getitem__ = _Magic("__getitem__", lambda owner: MagicMock(name="[]"))
    __setitem__ = _Magic("__setitem__", lambda owner: None)
    __int__ = _Magic("__int__", lambda owner: 1)
    __float__ = _Magic("__float__", lambda owner: 1.0)


class NonCallableMagicMock(NonCallableMock):
    pass


class PropertyMock(Mock):
    def __get__(self, owner, cls=None):
        return self()

    def __set__(self, owner, value):
        self(value)


def create_autospec(spec, spec_set=False, instance=False, **kwargs):
    return MagicMock(spec=spec, **kwargs)


def seal(mock):
    return None


def mock_open(mock=None, read_data=""):
    made = MagicMock(name="open") if mock is None else mock
    handle = MagicMock(name="handle")
    handle.read.return_value = read_data
    handle.readlines.return_value = read_data.splitlines(True)
    handle.__enter__.return_value = handle
    handle.__iter__.return_value = iter(read_data.splitlines(True))
    made.return_value = handle
    return made


def _found(path):
    """mock: _importer. What a dotted path names, modules on the way imported."""
    parts = path.split(".")
    thing = importlib.import_module(parts[0])
    for at in range(1, len(parts)):
        if not hasattr(thing, parts[at]):
            importlib.import_module(".".join(parts[: at + 1]))
        thing = getattr(thing, parts[at])
    return thing


class _Patch:
    def __init__(self, getter, attribute, new, create, new_callable, kwargs, spec=None):
        self.getter = getter
        self.attribute = attribute
        self.new = new
        self.create = create
        self.new_callable = new_callable
        self.kwargs = kwargs
        self.spec = spec
        self.attribute_name = None
        self.more = []

    def copy(self):
        made = _Patch(self.getter, self.attribute, self.new, self.create, self.new_callable, self.kwargs, self.spec)
        made.attribute_name = self.attribute_name
        made.more = [one.copy() for one in self.more]
        return made

    def __enter__(self):
        self.target = self.getter()
        self.before = getattr(self.target, self.attribute, _missing)
        held = getattr(self.target, "__dict__", None)
        self.is_own = held is None or not isinstance(self.target, type) or self.attribute in held
        if self.before is _missing and not self.create:
            raise AttributeError("%s does not have the attribute %r" % (self.target, self.attribute))
        new = self.new
        if new is DEFAULT:
            make = MagicMock if self.new_callable is None else self.new_callable
            new = make(**self.kwargs)
        setattr(self.target, self.attribute, new)
        self.given = new
        if self.attribute_name is not None:
            out = {self.attribute_name: new}
            for one in self.more:
                out.update(one.__enter__())
            return out
        return new

    def __exit__(self, *problem):
        for one in reversed(self.more):
            one.__exit__(*problem)
        if self.before is _missing or not self.is_own:
            delattr(self.target, self.attribute)
        else:
            setattr(self.target, self.attribute, self.before)

    def start(self):
        made = self.__enter__()
        _started.append(self)
        return made

    def stop(self):
        if self in _started:
            _started.remove(self)
        return self.__exit__()

    def __call__(self, decorated):
        if isinstance(decorated, type):
            for name in dir(decorated):
                if name.startswith(patch.TEST_PREFIX) and callable(getattr(decorated, name)):
                    setattr(decorated, name, self.copy()(getattr(decorated, name)))
            return decorated
        if hasattr(decorated, "patchings"):
            decorated.patchings.append(self)
            return decorated
        return _patched(decorated, self)


def _patched(decorated, first):
    @functools.wraps(decorated)
    def patched(*args, **kwargs):
        extra = []
        opened = []
        try:
            for one in patched.patchings:
                given = one.__enter__()
                opened.append(one)
                if one.attribute_name is not None:
                    kwargs.update({name: value for name, value in given.items() if one.new is DEFAULT})
                elif one.new is DEFAULT:
                    extra.append(given)
            return decorated(*(args + tuple(extra)), **kwargs)
        finally:
            for one in reversed(opened):
                one.__exit__(None, None, None)

    patched.patchings = [first]
    return patched


_started = []


def _patch_object(
    target, attribute, new=DEFAULT, spec=None, create=False, spec_set=None, autospec=None, new_callable=None, **kwargs
):
    return _Patch(lambda: target, attribute, new, create, new_callable, kwargs, spec)


def _patch_multiple(target, spec=None, create=False, spec_set=None, autospec=None, new_callable=None, **kwargs):
    getter = (lambda: _found(target)) if isinstance(target, str) else (lambda: target)
    made = None
    for attribute, new in kwargs.items():
        one = _Patch(getter, attribute, new, create, new_callable, {}, spec)
        one.attribute_name = attribute
        if made is None:
            made = one
        else:
            made.more.append(one)
    return made


class _PatchDict:
    def __init__(self, in_dict, values=(), clear=False, **kwargs):
        self.in_dict = in_dict
        self.values = dict(values)
        self.values.update(kwargs)
        self.clear = clear

    def __enter__(self):
        if isinstance(self.in_dict, str):
            self.in_dict = _found(self.in_dict)
        self.before = {name: self.in_dict.get(name, _missing) for name in self.values}
        self.all = dict(self.in_dict) if self.clear else None
        if self.clear:
            self.in_dict.clear()
        self.in_dict.update(self.values)
        return self.in_dict

    def __exit__(self, *problem):
        for name, value in self.before.items():
            if value is _missing:
                self.in_dict.pop(name, None)
            else:
                self.in_dict[name] = value
        if self.all is not None:
            self.in_dict.update(self.all)

    start = __enter__

    def stop(self):
        self.__exit__()

    def __call__(self, decorated):
        if isinstance(decorated, type):
            for name in dir(decorated):
                if name.startswith(patch.TEST_PREFIX) and callable(getattr(decorated, name)):
                    setattr(decorated, name, self(getattr(decorated, name)))
            return decorated

        @functools.wraps(decorated)
        def patched(*args, **kwargs):
            with _PatchDict(self.in_dict, self.values, self.clear):
                return decorated(*args, **kwargs)

        return patched


def _stop_all():
    for one in list(reversed(_started)):
        one.stop()


def patch(target, new=DEFAULT, spec=None, create=False, spec_set=None, autospec=None, new_callable=None, **kwargs):
    place, attribute = target.rsplit(".", 1)
    return _Patch(lambda: _found(place), attribute, new, create, new_callable, kwargs, spec)


patch.object = _patch_object
patch.dict = _PatchDict
patch.multiple = _patch_multiple
patch.stopall = _stop_all
patch.TEST_PREFIX = "test"
