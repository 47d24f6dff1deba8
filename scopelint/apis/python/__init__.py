"""Native summaries of Python's builtins, its standard library, numpy and six: `module(name)` finds them."""

from __future__ import annotations

import sys
from typing import Any

from scopelint.apis.python.packages import THIRD_PARTY
from scopelint.apis.registry import TABLE, find
from scopelint.values.base import Cause, Unknown, Why, without_summary
from scopelint.values.objects import MISSING, ModuleValue

MAKES_NOTHING_BY_ITSELF = frozenset(
    [
        "tensor2tensor", "tensorflow_addons", "tensorflow_datasets", "tensorflow_estimator", "tensorflow_hub",
        "tensorflow_probability", "whale",
    ]
)  # fmt: skip
"""Packages that build on TensorFlow, and make nothing when they are only imported: what they are used for are the
functions and classes in them. (Others do: tflearn makes a variable that says whether one trains.)"""

BUILDS_WHEN_HANDED = frozenset(["tensorflow_estimator"])
"""Of these what makes variables is handed the tensors or functions that it makes them of: an estimator's graph is one
that it opens itself, later."""

KNOWN_IN_PART = frozenset(["tensorflow_hub"])
"""Of these some functions and classes have summaries; the others may do what any unknown module's may."""

_WRITTEN_BY_TOOLS = ("._version", ".__version__", "._build_info", ".git_version")
"""Modules that a build writes into a package, as setuptools_scm and versioneer do: they hold a version."""


def makes_nothing_by_itself(name: str) -> bool:
    """Does a module that is not there make nothing when it is imported?"""
    return name.partition(".")[0] in MAKES_NOTHING_BY_ITSELF or name.endswith(_WRITTEN_BY_TOOLS)


PYTHON2_MODULES = frozenset(
    [
        "itertools2",
        "repr",
        "tkMessageBox",
        "BaseHTTPServer",
        "ConfigParser",
        "Cookie",
        "HTMLParser",
        "Queue",
        "SimpleHTTPServer",
        "SocketServer",
        "StringIO",
        "Tkinter",
        "UserDict",
        "UserList",
        "UserString",
        "__builtin__",
        "anydbm",
        "cPickle",
        "cStringIO",
        "commands",
        "cookielib",
        "copy_reg",
        "dummy_thread",
        "exceptions",
        "htmlentitydefs",
        "httplib",
        "md5",
        "sets",
        "sha",
        "thread",
        "urllib2",
        "urlparse",
        "xmlrpclib",
    ]
)
"""Python 3 has no such module: the import fails, and programs have a branch for that."""

PYTHON2_NAMES: dict[str, frozenset[str]] = {
    "contextlib": frozenset({"nested"}),
    "itertools": frozenset({"izip", "imap", "ifilter", "izip_longest", "ifilterfalse"}),
    "string": frozenset(
        {
            "maketrans",
            "letters",
            "lowercase",
            "uppercase",
            "join",
            "split",
            "replace",
            "atoi",
            "atof",
            "strip",
            "lower",
            "upper",
        }
    ),
    "sys": frozenset({"maxint", "exc_clear", "exc_type"}),
    "os": frozenset({"getcwdu"}),
    "urllib": frozenset({"urlretrieve", "urlopen", "urlencode", "quote", "unquote", "URLopener"}),
    "types": frozenset(
        {
            "StringType",
            "ListType",
            "DictType",
            "IntType",
            "StringTypes",
            "NoneType",
            "ClassType",
            "UnicodeType",
            "FloatType",
            "TupleType",
            "LongType",
        }
    ),
    "operator": frozenset({"isCallable", "div"}),
}
"""What those modules had in Python 2 alone."""

PYTHON2_ALIASES = {
    "itertools.ifilter": "builtins.filter",
    "itertools.ifilterfalse": "itertools.filterfalse",
    "itertools.imap": "builtins.map",
    "itertools.izip": "builtins.zip",
    "itertools.izip_longest": "itertools.zip_longest",
    "os.getcwdu": "os.getcwd",
    "string.letters": "string.ascii_letters",
    "string.lowercase": "string.ascii_lowercase",
    "string.uppercase": "string.ascii_uppercase",
    "sys.maxint": "sys.maxsize",
    "types.DictType": "builtins.dict",
    "types.FloatType": "builtins.float",
    "types.IntType": "builtins.int",
    "types.ListType": "builtins.list",
    "types.LongType": "builtins.int",
    "types.StringType": "builtins.str",
    "types.TupleType": "builtins.tuple",
    "types.UnicodeType": "builtins.str",
}
"""Which of them Python 3 has under another name."""

SAME = {
    "past.builtins": "python2",
    "future.builtins": "builtins",
    "posixpath": "os.path",
    "ntpath": "os.path",
    "tensorflow.python.platform.app": "absl.app",
    "tensor2tensor.utils.hparam": "tf.contrib.training",
    "tqdm.auto": "tqdm",
    "tqdm.notebook": "tqdm",
    "six.moves.cPickle": "pickle",
    "six.moves.configparser": "configparser",
    "six.moves.queue": "queue",
    "six.moves.urllib": "urllib",
    "six.moves.urllib.error": "urllib.error",
    "six.moves.urllib.parse": "urllib.parse",
    "six.moves.urllib.request": "urllib.request",
    "six.moves.builtins": "builtins",
    "six.moves.copyreg": "copyreg",
    "six.moves.http_client": "http.client",
    "six.moves._thread": "_thread",
    "contextlib2": "contextlib",
    "contextlib_ext": "contextlib",
    "backports.functools_lru_cache": "functools",
    "funcsigs": "inspect",
    "typing_extensions": "typing",
    "gin.tf": "gin",
    "gin.tf.external_configurables": "gin",
    "gin.config": "gin",
    "gin.torch": "gin",
    "gym.spaces.box": "gym.spaces",
    "gym.spaces.discrete": "gym.spaces",
    "horovod.keras": "horovod.tensorflow",
    "simplejson": "json",
    "ujson": "json",
    "ruamel.yaml": "yaml",
}
"""Modules that are read as another."""

SUBMODULES: dict[str, tuple[str, ...]] = {
    "pytest": ("mark",),
    "os": ("path",),
    "collections": ("abc",),
    "absl": ("app", "flags", "logging", "testing"),
    "absl.testing": ("absltest", "parameterized"),
    "six": ("moves",),
    "numpy": ("random", "linalg", "testing", "fft", "lib", "ma"),
    "horovod": ("tensorflow",),
    "gym": ("spaces",),
    "distutils": ("version",),
    "packaging": ("version",),
    "gin": ("tf", "config"),
    "tqdm": ("auto",),
    "concurrent": ("futures",),
    "multiprocessing": ("pool", "dummy"),
    "logging": ("handlers", "config"),
    "importlib": ("util",),
    "future": ("utils", "builtins"),
    "past": ("builtins",),
    "google": ("protobuf",),
    "google.protobuf": ("message", "text_format"),
    "keras_applications": (
        "imagenet_utils",
        "vgg16",
        "vgg19",
        "resnet",
        "resnet_v2",
        "inception_v3",
        "inception_resnet_v2",
        "xception",
        "mobilenet",
        "mobilenet_v2",
        "densenet",
        "nasnet",
    ),
}

READ_FROM_SOURCE = frozenset({"gym"})
"""Packages of which we know little: where their source stands on the search path, it is read instead."""


_GONE = frozenset(
    {
        "aifc",
        "asynchat",
        "asyncore",
        "audioop",
        "binhex",
        "cgi",
        "cgitb",
        "chunk",
        "crypt",
        "distutils",
        "imghdr",
        "imp",
        "lib2to3",
        "mailcap",
        "nntplib",
        "ossaudiodev",
        "pipes",
        "smtpd",
        "sndhdr",
        "spwd",
        "sunau",
        "telnetlib",
        "uu",
        "xdrlib",
    }
)
"""What Python 3.12 and 3.13 dropped from the library: the program's Python has it."""


def has_summary(name: str) -> bool:
    """Is there any summary for this module, or below it?"""
    name = SAME.get(name, name)
    if name.partition(".")[0] in READ_FROM_SOURCE:
        return False
    return name in SUBMODULES or bool(TABLE.below(name.partition(".")[0] + "."))


def is_library(name: str) -> bool:
    root = name.partition(".")[0]
    if name in SAME:
        return True
    return root in sys.stdlib_module_names or root in _GONE or root in THIRD_PARTY or root in ("past", "future")


def is_well_known(root: str) -> bool:
    """Is it a library that many programs import, of TensorFlow's world or not?"""
    return root in THIRD_PARTY or root in MAKES_NOTHING_BY_ITSELF


def module(name: str) -> ModuleValue | None:
    """The native module of that name; None for what is neither the standard library's nor well known."""
    if not is_library(name) and name not in KNOWN_IN_PART:
        return None
    canonical = SAME.get(name, name)

    def load(attribute: str) -> Any:
        return member(name, canonical, attribute)

    return ModuleValue(name, "", load)


def member(name: str, canonical: str, attribute: str) -> Any:
    """An attribute of a native module: its summary, a submodule, or an Unknown; MISSING where Python has none."""
    found = find(f"{canonical}.{attribute}")
    if found is not MISSING:
        return found
    if attribute in SUBMODULES.get(canonical, ()) or f"{name}.{attribute}" in SAME:
        return module(f"{name}.{attribute}")
    if attribute.startswith("__") and attribute.endswith("__"):
        return {
            "__file__": Unknown(f"where {name} is installed"),
            "__path__": Unknown(f"where {name} is installed"),
            "__version__": Unknown(f"the version of {name}", f"{name}.__version__"),
            "__doc__": None,
            "__package__": name,
            "__spec__": Unknown(f"the spec of {name}"),
        }.get(attribute, MISSING)
    if canonical == "builtins":
        return MISSING
    if canonical in KNOWN_IN_PART:
        return Unknown(f"no summary of {name}.{attribute}", attribute, cause=Cause(Why.MODULE, name))
    return without_summary(f"{name}.{attribute}", attribute)


def members(name: str) -> list[str]:
    """The names of a native module that have summaries, for `from NAME import *`."""
    found = TABLE.below(SAME.get(name, name) + ".")
    return [n for n in found if n.isidentifier() and not n.startswith("_")]


def is_of_python2_alone(name: str, attribute: str) -> bool:
    """Had a module that attribute in Python 2 alone?"""
    return attribute in PYTHON2_NAMES.get(SAME.get(name, name), ())


def of_python2(name: str, attribute: str) -> Any:
    """What a module had under a name in Python 2 alone."""
    full = f"{SAME.get(name, name)}.{attribute}"
    found = find(PYTHON2_ALIASES.get(full, full))
    return without_summary(full, attribute) if found is MISSING else found


def is_missing_in_python3(name: str) -> bool:
    """Does importing this raise ImportError in the Python that TF 1.15 runs on?"""
    return name.partition(".")[0] in PYTHON2_MODULES
