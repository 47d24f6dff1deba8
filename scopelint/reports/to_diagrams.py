"""The tree as Graphviz and Mermaid text."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import TextIO

from scopelint.escapes import printable
from scopelint.record.view import View, written
from scopelint.reports.places import shown
from scopelint.reports.to_tree import size_text
from scopelint.reports.tree import Node, Tree, trees


def _all(views: Sequence[View]) -> Iterator[tuple[View, Tree]]:
    for view in views:
        for tree in trees(view):
            yield view, tree


def _title(view: View, tree: Tree) -> str:
    return " ".join(part for part in (shown(view.path), tree.title) if part)


def write_dot(views: Sequence[View], stream: TextIO) -> None:
    """Scopes as clusters, variables as boxes in them; places that share one as dashed edges."""
    stream.write('digraph scopes {\n  rankdir=LR;\n  node [shape=box, style="rounded,filled", fillcolor="#eef3fb", '
                 'color="#8aa4cf", fontname="Helvetica", fontsize=10];\n')  # fmt: skip
    stream.write('  graph [style="rounded", color="#b9c2d0", fontname="Helvetica", fontsize=11];\n')
    for number, (view, tree) in enumerate(_all(views)):
        stream.write(f"  subgraph cluster_{number} {{\n    label={_quoted(_title(view, tree))};\n")
        _dot(tree, f"g{number}", "    ", stream)
        stream.write("  }\n")
    stream.write("}\n")


def _dot(node: Node, key: str, lead: str, stream: TextIO) -> None:
    for number, child in enumerate(node.inner.values()):
        name = f"{key}_{number}"
        variable = child.variable
        if variable is not None or child.refusals:
            label = child.name
            color = ""
            if variable is not None:
                label += f"\n{written(variable.shape)} {variable.dtype or '?'}"
            if child.refusals:
                label += f"\nrefused: {child.refusals[0].message[:60]}"
                color = ', fillcolor="#fde8e8", color="#c0392b"'
            elif variable is not None and variable.trainable is False:
                color = ', fillcolor="#f4f4f4", color="#aaaaaa"'
            stream.write(f"{lead}{name} [label={_quoted(label)}, tooltip={_quoted(child.full)}{color}];\n")
            for place in sorted({f"{shown(s.site.path)}:{s.site.line}" for s in child.sharings}):
                at = _quoted(f"at {place}")
                stream.write(f"{lead}{at} [fillcolor=white];\n{lead}{at} -> {name} [style=dashed, label=shares];\n")
        if child.inner:
            style = "dashed" if child.idle else "rounded"
            stream.write(f"{lead}subgraph cluster_{name} {{\n{lead}  style={style};\n")
            stream.write(f"{lead}  label={_quoted(f'{child.name}/  {size_text(child.size)}')};\n")
            _dot(child, name, lead + "  ", stream)
            stream.write(f"{lead}}}\n")
        elif variable is None and not child.refusals:
            label = f"{child.name}/\nno variables"
            stream.write(f'{lead}{name} [label={_quoted(label)}, style=dashed, color="#aaaaaa"];\n')


def _quoted(text: str) -> str:
    return json.dumps("\n".join(map(printable, text.split("\n"))), ensure_ascii=False)


def write_mermaid(views: Sequence[View], stream: TextIO) -> None:
    """A flowchart that Markdown pages show."""
    stream.write("flowchart LR\n")
    for number, (view, tree) in enumerate(_all(views)):
        stream.write(f'  subgraph g{number}["{_escaped(_title(view, tree))}"]\n')
        _mermaid(tree, f"g{number}", "    ", stream)
        stream.write("  end\n")
    stream.write("  classDef refused fill:#fde8e8,stroke:#c0392b,color:#7a1f14\n")
    stream.write("  classDef quiet fill:#f4f4f4,stroke:#aaaaaa,color:#666666\n")


def _mermaid(node: Node, key: str, lead: str, stream: TextIO) -> None:
    for number, child in enumerate(node.inner.values()):
        name = f"{key}_{number}"
        variable = child.variable
        if variable is not None or child.refusals:
            label = _escaped(child.name)
            if variable is not None:
                label += f"<br/>{_escaped(written(variable.shape))} {variable.dtype or '?'}"
            mark = ":::refused" if child.refusals else ":::quiet" if variable and variable.trainable is False else ""
            if child.sharings:
                label += f"<br/>shared ×{len(child.sharings)}"
            # A name of its own beside its scope's: a slot's scope is called as its variable.
            stream.write(f'{lead}{name}v["{label}"]{mark}\n')
        if child.inner:
            stream.write(f'{lead}subgraph {name}["{_escaped(child.name)}/ {size_text(child.size)}"]\n')
            _mermaid(child, name, lead + "  ", stream)
            stream.write(f"{lead}end\n")
        elif variable is None and not child.refusals:
            stream.write(f'{lead}{name}["{_escaped(child.name)}/<br/>no variables"]:::quiet\n')


def _escaped(text: str) -> str:
    """Mermaid reads entities; quotes and brackets would end the label."""
    table = {"#": "#35;", '"': "#quot;", "[": "#91;", "]": "#93;", "{": "#123;", "}": "#125;", "<": "#lt;", ">": "#gt;"}
    return "".join(table.get(char, char) for char in printable(text))
