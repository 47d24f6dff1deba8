"""Models of TF 1.15 ported to PyTorch give the same numbers. Needs the Pythons of both, else told as skipped."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

import pytest

from scopelint.cli import main

HERE = Path(__file__).parent
TF, TORCH = os.environ.get("SCOPELINT_TF_PYTHON", ""), os.environ.get("SCOPELINT_TORCH_PYTHON", "")
CLOSE = 1e-5

RULES = {
    "cnn": "head/weights -> head.weight flatten=8x8x2\n",
    "lstm_projected": r"decoder/(.*)/lstm_cell -> net lstm forget_bias=0.5" + "\n",
}
MODELS = (
    "bert", "resnet", "cnn", "lstm", "lstm_sides", "lstm_projected", "lstm_block", "lstm_keras", "gru", "gru_before",
    "gru_keras", "simple_rnn",
)  # fmt: skip


def ran(*command: str) -> str:
    env = {**os.environ, "CUDA_VISIBLE_DEVICES": "", "TF_CPP_MIN_LOG_LEVEL": "3"}
    done = subprocess.run(command, cwd=HERE, env=env, capture_output=True, text=True, timeout=600)
    assert done.returncode == 0, done.stderr[-2000:]
    return done.stdout


@pytest.fixture(scope="module")
def saved(tmp_path_factory: pytest.TempPathFactory) -> Path:
    if not TF:
        pytest.skip("SCOPELINT_TF_PYTHON names the Python of TF 1.15")
    folder = tmp_path_factory.mktemp("ported")
    ran(TF, "models_in_tf.py", str(folder))
    return folder


@pytest.fixture(scope="module")
def built(saved: Path) -> Path:
    if not TORCH:
        pytest.skip("SCOPELINT_TORCH_PYTHON names the Python of PyTorch")
    ran(TORCH, "models_in_torch.py", "header", str(saved))
    return saved


@pytest.fixture(scope="module")
def differences(built: Path) -> dict[str, dict]:
    for name in MODELS:
        place = built / name
        words = ["port", str(place / "model.ckpt"), "--against", str(place / "target.safetensors")]
        if name in RULES:
            (place / "rules").write_text(RULES[name])
            words += ["--rules", str(place / "rules")]
        out = ["--to", "safetensors", str(place / "ported.safetensors"), "--output-file", str(place / "table.json")]
        assert main([*words, *out, "--format", "json"]) == 0, (place / "table.json").read_text()
    return json.loads(ran(TORCH, "models_in_torch.py", "check", str(built)))


@pytest.mark.parametrize("name", MODELS)
def test_outputs_are_equal(differences: dict[str, dict], name: str) -> None:
    found = differences[name]
    assert found["lacking"] == [] and found["unexpected"] == []
    assert found["difference"] <= CLOSE


@pytest.mark.parametrize("name", MODELS)
def test_every_key_is_accounted_for(differences: dict[str, dict], built: Path, name: str) -> None:
    table = json.loads((built / name / "table.json").read_text())
    statuses = [row["status"] for row in table["rows"]]
    assert statuses.count("unmatched") == 0
    assert all(row["certain"] for row in table["rows"])
    kept = [row["name"] for row in table["rows"] if row["status"] == "left out"]
    # What Adam and the step add: two slots a trained variable, two powers, one counter.
    trained = [row["name"] for row in table["rows"] if f"{row['name']}/Adam" in kept]
    assert len(kept) == 2 * len(trained) + 3


def test_the_header_of_the_target_gives_the_rules(built: Path, capsys: pytest.CaptureFixture[str]) -> None:
    place = built / "bert"
    words = ["port", str(place / "model.ckpt"), "--against", str(place / "target.safetensors")]
    assert main([*words, "--format", "json"]) == 0
    first = json.loads(capsys.readouterr().out)
    assert first["rules"]
    (place / "suggested").write_text("\n".join(first["rules"]) + "\n")
    assert main(["port", str(place / "model.ckpt"), "--rules", str(place / "suggested"), "--format", "json"]) == 0
    again = json.loads(capsys.readouterr().out)
    assert {t["name"]: (t["shape"], t["layout"]) for t in again["tensors"]} == {
        t["name"]: (t["shape"], t["layout"]) for t in first["tensors"]
    }


def test_keras_layers_give_what_the_cells_gave(saved: Path) -> None:
    names = ("lstm_block", "lstm_keras", "gru", "gru_before", "simple_rnn")
    for name in names:
        place = saved / name
        words = ["port", str(place / "model.ckpt"), "--names", "keras", "--output-file", str(place / "keras.txt")]
        assert main([*words, "--to", "safetensors", str(place / "keras.safetensors")]) == 0
    found = json.loads(ran(TF, "models_in_keras.py", str(saved)))
    assert sorted(found) == sorted(names)
    assert {name: difference for name, difference in found.items() if difference > CLOSE} == {}
