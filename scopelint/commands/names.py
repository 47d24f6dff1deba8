"""`scopelint names`: what every variable will be called."""

from __future__ import annotations

from collections.abc import Sequence

from scopelint.commands import output
from scopelint.commands.terminal import Terminal
from scopelint.escapes import printable, say
from scopelint.project.check import check
from scopelint.project.config import Config
from scopelint.project.wanted import only_errors
from scopelint.reports import names as table
from scopelint.reports.to_text import headline
from scopelint.syntax.source_cache import SourceCache


def run(paths: Sequence[str], config: Config, cache: SourceCache | None = None) -> int:
    """The command; its exit status."""
    if config.versions:
        from scopelint.commands import versions  # asked for by few runs

        return versions.run(paths, config)
    # The JSON holds all findings, the table is followed by what is refused.
    asked = config if config.format == "json" else only_errors(config)
    report = check(list(paths), asked, "names", output.standard_input(paths), Terminal(), cache)
    merged = table.merged([data for _, data in report.names])
    with output.Output(config) as stream:
        if config.format == "json":
            from scopelint.reports import to_json  # json's encoder and the schema's words: 4 ms

            to_json.write_names(merged, output.as_run(report, False), stream)
        else:
            touched = [(path, data) for path, data in report.names if any(data.values())]
            for number, (path, data) in enumerate(touched):
                if len(report.names) > 1:
                    stream.write(("\n" if number else "") + f"# {printable(path)}\n")
                table.write_table(table.merged([data]), stream, output.color(config, stream))
    if config.format != "json":
        for finding in report.findings:
            if finding.severity == "error":
                say(headline(finding))
        said = table.summary(merged)
        if said:
            say(said)
    output.complain(report)
    if report.failed or output.unread(report):
        return output.FAILURE
    return output.FINDINGS if any(not row["when"] for row in merged.get("stopped", ())) else output.CLEAN
