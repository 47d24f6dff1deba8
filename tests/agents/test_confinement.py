"""What the server is asked, and what a program under analysis would read, never leads out of the roots."""

from __future__ import annotations

import os
from pathlib import Path

from tests.agents.test_session import GAN, Talk, files, git, talk

SECRET = "import tensorflow as tf\n\nNAME = 'from_outside'\ntf.get_variable('outside_variable', [3])\n"

PROGRAM = """\
import json
import os
import sys
import tensorflow as tf

sys.path.append({outside!r})
import linked
import beside
from folder import inner

with open({secret!r}) as stream:
    tf.get_variable(stream.read().strip(), [1])
for name in sorted(os.listdir({outside!r})):
    tf.get_variable("listed_" + name.split(".")[0], [1])
with open("linked.json") as stream:
    tf.get_variable(json.load(stream)["name"], [1])
tf.get_variable(linked.NAME, [1])
tf.get_variable(beside.NAME, [1])
tf.get_variable(inner.NAME, [1])
tf.get_variable("own", [1])
"""


def laid_out(tmp_path: Path) -> tuple[Path, Path]:
    root, outside = tmp_path / "root", tmp_path / "outside"
    for folder in (root, outside / "folder"):
        folder.mkdir(parents=True)
    for name in ("secret.py", "beside.py", "folder/inner.py"):
        (outside / name).write_text(SECRET)
    (outside / "secret.txt").write_text("read_from_outside\n")
    (outside / "secret.json").write_text('{"name": "read_through_a_link"}')
    (root / "linked.py").symlink_to(outside / "secret.py")
    (root / "linked.json").symlink_to(outside / "secret.json")
    (root / "folder").symlink_to(outside / "folder")
    (root / "main.py").write_text(PROGRAM.format(outside=str(outside), secret=str(outside / "secret.txt")))
    (root / "gan.py").write_text(GAN)
    return root, outside


def test_no_path_leads_out(tmp_path: Path) -> None:
    root, outside = laid_out(tmp_path)

    async def work(talk: Talk) -> None:
        asked = [str(outside / "secret.py"), "../outside/secret.py", "linked.py", "folder/inner.py", "folder", "~", "/"]
        for path in asked:
            for tool, arguments in (
                ("variable_names", {"path": path}),
                ("check", {"paths": ["gan.py", path]}),
                ("why", {"path": path, "name": "outside_variable"}),
                ("what_if", {"path": "gan.py", "edits": [{"old": "SECRET", "new": "", "path": path}]}),
                ("what_if", {"path": path, "edits": [{"new": "x = 1\n"}]}),
                ("checkpoint_against_source", {"ckpt": path, "path": "gan.py"}),
                ("checkpoint_against_source", {"ckpt": "gan.py", "path": path}),
            ):
                said = await talk.refused(tool, **arguments)
                assert "outside the folders that this server may look into" in said, (tool, path, said)
                assert "outside_variable" not in said and "from_outside" not in said

    talk(root, work)


def test_no_program_reads_out(tmp_path: Path) -> None:
    root, outside = laid_out(tmp_path)
    before = files(root)

    async def work(talk: Talk) -> None:
        names = await talk.ask("variable_names", path="main.py")
        found = {row["name"] for row in names["variables"]}
        assert "own" in found
        told = repr(names)
        for word in ("from_outside", "outside_variable", "read_through_a_link", "listed_secret", "listed_beside"):
            assert word not in told
        whole = await talk.ask("check", paths=["."])
        assert "outside_variable" not in repr(whole)

    talk(root, work)
    assert files(root) == before

    # The same question where the folder is a root: what was refused is what the roots say.
    async def allowed(talk: Talk) -> None:
        names = await talk.ask("variable_names", path="main.py")
        assert {"from_outside", "outside_variable"} & {row["name"] for row in names["variables"]}

    talk(root, allowed, outside)


def test_a_checkpoint_that_is_linked_in_is_refused(tmp_path: Path) -> None:
    story = Path(__file__).parents[2] / "fixtures" / "checkpoint_stories" / "conv_scope_under_model"
    root = tmp_path / "root"
    root.mkdir()
    (root / "load.py").write_bytes((story / "load.py").read_bytes())
    for file in story.glob("model.ckpt*"):
        (root / file.name).symlink_to(file)

    async def work(talk: Talk) -> None:
        said = await talk.refused("checkpoint_against_source", ckpt="model.ckpt", path="load.py")
        assert "outside the folders that this server may look into" in said or "may look into" in said

    talk(root, work)


def test_a_repository_that_reaches_further_is_refused(tmp_path: Path) -> None:
    (tmp_path / "secret.py").write_text(SECRET)
    root = tmp_path / "part"
    root.mkdir()
    (root / "gan.py").write_text(GAN)
    git(tmp_path, "init", "-q")
    git(tmp_path, "add", ".")
    git(tmp_path, "commit", "-qm", "all")

    async def work(talk: Talk) -> None:
        said = await talk.refused("names_diff")
        assert "reaches beyond the folders" in said

    talk(root, work)


def test_a_repository_that_is_kept_elsewhere_is_refused(tmp_path: Path) -> None:
    root, main = tmp_path / "root", tmp_path / "main"
    main.mkdir()
    (main / "secret.py").write_text(SECRET)
    git(main, "init", "-q")
    git(main, "add", ".")
    git(main, "commit", "-qm", "all")
    git(main, "worktree", "add", "-q", str(root))

    async def work(talk: Talk) -> None:
        said = await talk.refused("names_diff")
        assert "git keeps the repository in" in said and f"--root {main / '.git'}" in said

    talk(root, work)

    async def allowed(talk: Talk) -> None:
        assert (await talk.ask("names_diff"))["changes"] == []

    talk(root, allowed, main / ".git")
    # A repository of its own, whose objects are borrowed from another.
    own = tmp_path / "own"
    git(tmp_path, "clone", "-q", "--shared", str(main), str(own))
    talk(own, work_refused)


async def work_refused(talk: Talk) -> None:
    assert "git keeps the repository in" in await talk.refused("names_diff")


def test_settings_above_the_roots_are_not_read(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text('[tool.scopelint]\nignore = ["TFS2"]\n')
    (tmp_path / "names.lock").write_text("no lock at all\n")
    root = tmp_path / "root"
    root.mkdir()
    (root / "gan.py").write_text(GAN)
    git(tmp_path, "init", "-q")

    async def work(talk: Talk) -> None:
        found = await talk.ask("check", paths=["gan.py"])
        assert [finding["code"] for finding in found["findings"]] == ["TFS210"]

    talk(root, work)


def test_git_runs_nothing_that_a_repository_asks_for(tmp_path: Path) -> None:
    (tmp_path / "gan.py").write_text(GAN)
    git(tmp_path, "init", "-q")
    git(tmp_path, "add", ".")
    git(tmp_path, "commit", "-qm", "all")
    mark = tmp_path.parent / f"{tmp_path.name}-ran"
    hook = tmp_path / "hook.sh"
    hook.write_text(f"#!/bin/sh\ntouch {mark}\n")
    hook.chmod(0o755)
    git(tmp_path, "config", "core.fsmonitor", str(hook))

    async def work(talk: Talk) -> None:
        await talk.ask("names_diff")

    talk(tmp_path, work)
    assert not os.path.exists(mark)
