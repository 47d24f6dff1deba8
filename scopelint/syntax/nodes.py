"""LibCST's nodes as light classes, which its parser makes in the place of its own.

LibCST declares its nodes as 170 dataclasses that can be visited, changed and written; to import them took a quarter of
a short run, and the interpreter does none of that. Its parser looks for the classes in the module `libcst` for each
node that it makes, and calls them with the fields that it has. So it is handed this module instead
(`syntax/parsing.py`).

Classes and fields have LibCST's names. A field that the parser leaves out is None, or `()` where LibCST has a sequence.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any


class CSTNode(SimpleNamespace):
    """A node; its fields are attributes, in the order in which the parser gives them. As a namespace of Python's own it
    is filled without a function of ours, which took a sixth of the parse."""

    __eq__ = object.__eq__
    __hash__ = object.__hash__  # type: ignore[assignment]
    __repr__ = object.__repr__

    if TYPE_CHECKING:

        def __getattr__(self, name: str) -> Any: ...  # noqa: ANN401

    else:
        annotation = asname = asynchronous = cause = comma = comment = conversion = default = equal = exc = None
        finalbody = format_spec = guard = inner_for_in = keyword = lbracket = lower = module = msg = name = None
        orelse = pattern = posonly_ind = rbracket = rest = returns = second_colon = separator = star_arg = None
        star_kwarg = step = trailing_comma = type = type_parameters = upper = value = None
        args = bases = decorators = elements = handlers = ifs = keywords = kwds = kwonly_params = lpar = params = ()
        patterns = posonly_params = relative = rpar = ()
        star = None


class ParserSyntaxError(Exception):
    """The text is no Python; lines are counted from one."""

    def __init__(self, message: str = "", *, lines: Any = (), raw_line: int = 0, raw_column: int = 0) -> None:  # noqa: ANN401
        super().__init__(message)
        self.message = message
        self.raw_line = raw_line


def __getattr__(name: str) -> Any:  # noqa: ANN401
    """A class that nothing here looks for: an operator, a bracket, a statement that is not interpreted."""
    if name.startswith("__"):
        raise AttributeError(name)
    made = globals()[name] = type(name, (CSTNode,), {"__module__": __name__})
    return made


# Blanks and comments are plain text.


def SimpleWhitespace(value: str) -> str:
    return value


def Comment(value: str) -> str:
    return value


def Newline(value: str | None = None) -> str:
    return "\n"


def TrailingWhitespace(whitespace: str = "", comment: str | None = None, newline: str = "\n") -> str:
    return f"{whitespace}{comment or ''}\n"


def EmptyLine(indent: bool = True, whitespace: str = "", comment: str | None = None, newline: str = "\n") -> str:
    return f"{whitespace}{comment or ''}\n"


def ParenthesizedWhitespace(
    first_line: str = "\n",
    empty_lines: Iterable[str] = (),
    indent: bool = False,
    last_line: str = "",
) -> str:
    return first_line + "".join(empty_lines) + last_line


class BaseSmallStatement(CSTNode):
    """A statement without a body."""


class AnnAssign(BaseSmallStatement): ...


class Assert(BaseSmallStatement): ...


class Assign(BaseSmallStatement): ...


class AugAssign(BaseSmallStatement): ...


class Break(BaseSmallStatement): ...


class Continue(BaseSmallStatement): ...


class Del(BaseSmallStatement): ...


class Expr(BaseSmallStatement): ...


class Global(BaseSmallStatement): ...


class Import(BaseSmallStatement): ...


class ImportFrom(BaseSmallStatement): ...


class Nonlocal(BaseSmallStatement): ...


class Pass(BaseSmallStatement): ...


class Raise(BaseSmallStatement): ...


class Return(BaseSmallStatement): ...


class For(CSTNode): ...


class FunctionDef(CSTNode): ...


class ClassDef(CSTNode): ...


class If(CSTNode): ...


class Match(CSTNode): ...


class Try(CSTNode): ...


class While(CSTNode): ...


class With(CSTNode): ...


class SimpleStatementLine(CSTNode): ...


class SimpleStatementSuite(CSTNode): ...


class Module(CSTNode): ...


class ImportStar(CSTNode): ...


class And(CSTNode): ...


class Attribute(CSTNode): ...


class Await(CSTNode): ...


class BinaryOperation(CSTNode): ...


class BooleanOperation(CSTNode): ...


class Call(CSTNode): ...


class Comma(CSTNode): ...


class Comparison(CSTNode): ...


class ConcatenatedString(CSTNode): ...


class Dict(CSTNode): ...


class DictComp(CSTNode): ...


class DictElement(CSTNode): ...


class Ellipsis(CSTNode): ...


class FormattedString(CSTNode):
    @property
    def prefix(self) -> str:
        return str(self.start).rstrip("\"'")


class FormattedStringExpression(CSTNode): ...


class FormattedStringText(CSTNode): ...


class From(CSTNode): ...


class GeneratorExp(CSTNode): ...


class IfExp(CSTNode): ...


class Index(CSTNode): ...


class Lambda(CSTNode): ...


class List(CSTNode): ...


class ListComp(CSTNode): ...


class Name(CSTNode): ...


class NamedExpr(CSTNode): ...


class Not(CSTNode): ...


class NotEqual(CSTNode):
    value = "!="


class Param(CSTNode): ...


class Set(CSTNode): ...


class SetComp(CSTNode): ...


class StarredElement(CSTNode): ...


class Subscript(CSTNode): ...


class Tuple(CSTNode): ...


class UnaryOperation(CSTNode): ...


class Yield(CSTNode): ...


class MatchAs(CSTNode): ...


class MatchClass(CSTNode): ...


class MatchList(CSTNode): ...


class MatchMapping(CSTNode): ...


class MatchOr(CSTNode): ...


class MatchSingleton(CSTNode): ...


class MatchStar(CSTNode): ...


class MatchTuple(CSTNode): ...


class MatchValue(CSTNode): ...


class _Literal(CSTNode):
    @property
    def evaluated_value(self) -> Any:  # noqa: ANN401
        return ast.literal_eval(self.value)


class Integer(_Literal): ...


class Float(_Literal): ...


class Imaginary(_Literal): ...


class SimpleString(_Literal): ...
