"""What operations take that TF's own functions make together: of a variable, an initializer, an optimizer's update.

A rule says for a type which operations, named from the operation's own place, it takes; the first rule whose operations
all exist holds. `.` is the operation itself, `..` the scope that it lies in.
"""

from __future__ import annotations

Known = dict[str, str]
"""The operations of a graph: name -> type."""

RULES: dict[str, tuple[tuple[str, ...], ...]] = {
    "Add": (("./mul", "./min"), ("./mul", "./mean")),
    "Fill": (("./shape_as_tensor", "./Const"),),
    "Mul": (
        ("../RandomUniform", "../sub"),
        ("../RandomStandardNormal", "../stddev"),
        ("../TruncatedNormal", "../stddev"),
    ),
    "Sub": (("../max", "../min"),),
    "RandomStandardNormal": (("../shape",),),
    "RandomUniform": (("../shape",),),
    "TruncatedNormal": (("../shape",),),
}


def wired(name: str, kind: str, known: Known) -> tuple[str, ...] | None:
    """What the operation takes; None where no rule says."""
    scope = name.rpartition("/")[0]
    for rule in RULES.get(kind, ()):
        found = []
        for each in rule:
            full = name + each[1:] if each.startswith("./") else scope + each[2:]
            if full not in known:
                break
            found.append(full)
        else:
            return tuple(found)
    return None
