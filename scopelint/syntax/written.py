"""The text of an expression or a pattern, as it stands in the source."""

from __future__ import annotations

from typing import Any

from scopelint.syntax.nodes import CSTNode

_ELEMENT = "value comma"
_COMPREHENSION = "elt for_in"
_WRITTEN = {
    "Annotation": "whitespace_before_indicator ':' whitespace_after_indicator annotation",
    "Arg": "star whitespace_after_star keyword equal value comma whitespace_after_arg",
    "Asynchronous": "'async' whitespace_after",
    "Attribute": "value dot attr",
    "Await": "'await' whitespace_after_await expression",
    "BinaryOperation": "left operator right",
    "BooleanOperation": "left operator right",
    "Call": "func whitespace_after_func '(' whitespace_before_args args ')'",
    "CompFor": "whitespace_before asynchronous 'for' whitespace_after_for target whitespace_before_in 'in'"
    " whitespace_after_in iter ifs inner_for_in",
    "CompIf": "whitespace_before 'if' whitespace_before_test test",
    "Comparison": "left comparisons",
    "ComparisonTarget": "operator comparator",
    "ConcatenatedString": "left whitespace_between right",
    "Dict": "lbrace elements rbrace",
    "DictComp": "lbrace key whitespace_before_colon ':' whitespace_after_colon value for_in rbrace",
    "DictElement": "key whitespace_before_colon ':' whitespace_after_colon value comma",
    "Element": _ELEMENT,
    "Ellipsis": "'...'",
    "FormattedString": "start parts end",
    "FormattedStringText": "value",
    "From": "whitespace_before_from 'from' whitespace_after_from item",
    "GeneratorExp": _COMPREHENSION,
    "IfExp": "body whitespace_before_if 'if' whitespace_after_if test whitespace_before_else 'else'"
    " whitespace_after_else orelse",
    "Index": "star whitespace_after_star value",
    "IsNot": "whitespace_before 'is' whitespace_between 'not' whitespace_after",
    "Lambda": "'lambda' whitespace_after_lambda params colon body",
    "LeftCurlyBrace": "'{' whitespace_after",
    "LeftParen": "'(' whitespace_after",
    "LeftSquareBracket": "'[' whitespace_after",
    "List": "lbracket elements rbracket",
    "ListComp": f"lbracket {_COMPREHENSION} rbracket",
    "MatchClass": "cls whitespace_after_cls '(' whitespace_before_patterns patterns kwds whitespace_after_kwds ')'",
    "MatchKeywordElement": "key whitespace_before_equal '=' whitespace_after_equal pattern comma",
    "MatchList": "lbracket patterns rbracket",
    "MatchMappingElement": "key whitespace_before_colon ':' whitespace_after_colon pattern comma",
    "MatchOr": "patterns",
    "MatchOrElement": "pattern separator",
    "MatchSequenceElement": _ELEMENT,
    "MatchSingleton": "value",
    "MatchTuple": "patterns",
    "MatchValue": "value",
    "NamedExpr": "target whitespace_before_walrus ':=' whitespace_after_walrus value",
    "NotIn": "whitespace_before 'not' whitespace_between 'in' whitespace_after",
    "Param": "star whitespace_after_star name annotation equal default comma whitespace_after_param",
    "ParamSlash": "'/' whitespace_after comma",
    "ParamStar": "'*' comma",
    "Parameters": "posonly_params posonly_ind params star_arg kwonly_params star_kwarg",
    "RightCurlyBrace": "whitespace_before '}'",
    "RightParen": "whitespace_before ')'",
    "RightSquareBracket": "whitespace_before ']'",
    "Set": "lbrace elements rbrace",
    "SetComp": f"lbrace {_COMPREHENSION} rbrace",
    "Slice": "lower first_colon upper second_colon step",
    "StarredDictComp": "lbrace '**' whitespace_before_value value for_in rbrace",
    "StarredDictElement": "'**' whitespace_before_value value comma",
    "Subscript": "value whitespace_after_value lbracket slice rbracket",
    "SubscriptElement": "slice comma",
    "TemplatedString": "start parts end",
    "TemplatedStringText": "value",
    "Tuple": "elements",
    "UnaryOperation": "operator expression",
    "Yield": "'yield' whitespace_after_yield value",
}
"""By class, its fields and words in the order in which they stand; its own brackets, if any, stand around."""

_SIGNS = {
    "Add": "+", "And": "and", "AssignEqual": "=", "BitAnd": "&", "BitInvert": "~", "BitOr": "|", "BitXor": "^",
    "Colon": ":", "Comma": ",", "Divide": "/", "Dot": ".", "Equal": "==", "FloorDivide": "//", "GreaterThan": ">",
    "GreaterThanEqual": ">=", "In": "in", "Is": "is", "LeftShift": "<<", "LessThan": "<", "LessThanEqual": "<=",
    "MatrixMultiply": "@", "Minus": "-", "Modulo": "%", "Multiply": "*", "Not": "not", "NotEqual": "!=", "Or": "or",
    "Plus": "+", "Power": "**", "RightShift": ">>", "Subtract": "-",
}  # fmt: skip


def one_line(node: Any) -> str:  # noqa: ANN401
    """The text of a node, with one blank for each run of blanks and line ends."""
    parts: list[str] = []
    _write(node, parts)
    return " ".join("".join(parts).split())


def _write(node: Any, parts: list[str]) -> None:  # noqa: ANN401
    if node is None:
        return
    if isinstance(node, str):
        parts.append(node)
        return
    if not isinstance(node, CSTNode):
        for each in node:
            _write(each, parts)
        return
    kind = type(node).__name__
    if kind in _SIGNS:
        parts += (getattr(node, "whitespace_before", ""), node.value or _SIGNS[kind], node.whitespace_after)
        return
    if kind in _ODD:
        _ODD[kind](node, parts)
        return
    _write(node.lpar, parts)
    for part in _WRITTEN.get(kind, "value").split():
        if part[0] == "'":
            parts.append(part[1:-1])
        else:
            _write(getattr(node, part, None), parts)
    _write(node.rpar, parts)


def _starred(node: Any, parts: list[str]) -> None:  # noqa: ANN401
    # Its brackets do not hold its comma.
    _write([node.lpar, "*", node.whitespace_before_value, node.value, node.rpar, node.comma], parts)


def _replacement(node: Any, parts: list[str]) -> None:  # noqa: ANN401
    _write(
        ["{", node.whitespace_before_expression, node.expression, node.equal, node.whitespace_after_expression], parts
    )
    _write(None if node.conversion is None else ["!", node.conversion], parts)
    _write(None if node.format_spec is None else [":", node.format_spec], parts)
    parts.append("}")


def _star_pattern(node: Any, parts: list[str]) -> None:  # noqa: ANN401
    _write(["*", node.whitespace_before_name, node.name or "_", node.comma], parts)


def _mapping_pattern(node: Any, parts: list[str]) -> None:  # noqa: ANN401
    _write([node.lpar, node.lbrace, node.elements], parts)
    if node.rest is not None:
        _write(["**", node.whitespace_before_rest, node.rest, node.trailing_comma], parts)
    _write([node.rbrace, node.rpar], parts)


def _as_pattern(node: Any, parts: list[str]) -> None:  # noqa: ANN401
    before, after = (getattr(node, f"whitespace_{place}_as", None) for place in ("before", "after"))
    _write([node.lpar, node.pattern, before], parts)
    if node.pattern is not None:
        parts.append("as")
    _write([after, node.name or "_", node.rpar], parts)


_ODD = {
    "FormattedStringExpression": _replacement,
    "MatchAs": _as_pattern,
    "MatchMapping": _mapping_pattern,
    "MatchStar": _star_pattern,
    "StarredElement": _starred,
    "TemplatedStringExpression": _replacement,
}
