"""The same models in PyTorch: `header FOLDER` writes what they hold, `check FOLDER` runs them with what was ported.

Run by PyTorch's own Python, which needs nothing else: safetensors are read and written here once more."""

import json
import math
import os
import struct
import sys

import torch
from torch import nn


class Attention(nn.Module):
    def __init__(self, size, count):
        super().__init__()
        self.count = count
        self.self = nn.ModuleDict({name: nn.Linear(size, size) for name in ("query", "key", "value")})
        self.output = nn.ModuleDict({"dense": nn.Linear(size, size), "LayerNorm": nn.LayerNorm(size, 1e-12)})

    def forward(self, x):
        batch, length, size = x.shape
        split = [self.self[name](x).view(batch, length, self.count, -1).transpose(1, 2) for name in self.self]
        query, key, value = split
        scores = query @ key.transpose(2, 3) / math.sqrt(size // self.count)
        mixed = (scores.softmax(-1) @ value).transpose(1, 2).reshape(batch, length, size)
        return self.output["LayerNorm"](self.output["dense"](mixed) + x)


class Layer(nn.Module):
    def __init__(self, size, count):
        super().__init__()
        self.attention = Attention(size, count)
        self.intermediate = nn.ModuleDict({"dense": nn.Linear(size, 2 * size)})
        self.output = nn.ModuleDict({"dense": nn.Linear(2 * size, size), "LayerNorm": nn.LayerNorm(size, 1e-12)})

    def forward(self, x):
        x = self.attention(x)
        inner = nn.functional.gelu(self.intermediate["dense"](x))
        return self.output["LayerNorm"](self.output["dense"](inner) + x)


class Bert(nn.Module):
    def __init__(self, size=16, count=2, depth=2):
        super().__init__()
        self.embeddings = nn.ModuleDict(
            {
                "word_embeddings": nn.Embedding(30, size),
                "position_embeddings": nn.Embedding(12, size),
                "LayerNorm": nn.LayerNorm(size, 1e-12),
            }
        )
        self.encoder = nn.ModuleDict({"layer": nn.ModuleList(Layer(size, count) for _ in range(depth))})
        self.pooler = nn.ModuleDict({"dense": nn.Linear(size, size)})

    def forward(self, tokens):
        places = torch.arange(tokens.shape[1])
        x = self.embeddings["word_embeddings"](tokens) + self.embeddings["position_embeddings"](places)
        x = self.embeddings["LayerNorm"](x)
        for layer in self.encoder["layer"]:
            x = layer(x)
        return self.pooler["dense"](x[:, 0]).tanh()


class BertModel(nn.Module):
    def __init__(self):
        super().__init__()
        self.bert = Bert()

    def forward(self, given):
        return self.bert(given.long())


def first(x):
    """Channels come first here."""
    return x.permute(0, 3, 1, 2)


class ResNet(nn.Module):
    def __init__(self):
        super().__init__()
        self.block = nn.Module()
        for name, inputs, kernel, stride in (("shortcut", 3, 1, 2), ("conv1", 3, 3, 2), ("conv2", 6, 3, 1)):
            conv = nn.Conv2d(inputs, 6, kernel, stride, kernel // 2, bias=False)
            self.block.add_module(name, conv)
            self.block.add_module(name + "_bn", nn.BatchNorm2d(6, 1e-5))
        self.logits = nn.Linear(6, 4)

    def conv(self, name, x):
        return getattr(self.block, name + "_bn")(getattr(self.block, name)(x))

    def forward(self, given):
        x = first(given)
        inner = self.conv("conv2", self.conv("conv1", x).relu())
        return self.logits((inner + self.conv("shortcut", x)).relu().mean((2, 3)))


class Cnn(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(3, 4, 3, padding=1, bias=False)
        self.conv.BatchNorm = nn.BatchNorm2d(4, 1e-3)
        self.separable = nn.Module()
        self.separable.depthwise = nn.Conv2d(4, 8, 3, padding=1, groups=4, bias=False)
        self.separable.pointwise = nn.Conv2d(8, 5, 1)
        self.up = nn.ConvTranspose2d(5, 3, 2, 2)
        self.norm = nn.BatchNorm2d(3, 1e-3)
        self.line = nn.Conv1d(3, 3, 3, padding=1)
        self.volume = nn.Conv3d(3, 2, 3, padding=1)
        self.head = nn.Linear(128, 6)

    def forward(self, given):
        x = self.conv(first(given))
        x = nn.functional.max_pool2d(self.conv.BatchNorm(x).relu(), 2)
        x = self.separable.pointwise(self.separable.depthwise(x))
        x = self.norm(self.up(x))
        x = x.permute(0, 2, 3, 1).reshape(2, 64, 3)
        x = self.line(x.transpose(1, 2)).transpose(1, 2).reshape(2, 4, 4, 4, 3)
        x = self.volume(x.permute(0, 4, 1, 2, 3)).permute(0, 2, 3, 4, 1).reshape(2, 8, 8, 2)
        # As a model that was written for PyTorch flattens: channels first. The rule lays the kernel out for it.
        return self.head(x.permute(0, 3, 1, 2).flatten(1))


class GruBefore(nn.Module):
    """The GRU of TF 1: the reset gate comes before the product. docs/porting.md has it so."""

    def __init__(self, inputs, size):
        super().__init__()
        self.weight_ih_l0 = nn.Parameter(torch.empty(3 * size, inputs))
        self.weight_hh_l0 = nn.Parameter(torch.empty(3 * size, size))
        self.bias_ih_l0 = nn.Parameter(torch.empty(3 * size))
        self.bias_hh_l0 = nn.Parameter(torch.empty(3 * size))

    def forward(self, inputs):
        size = self.weight_hh_l0.shape[1]
        state, out = inputs.new_zeros(inputs.shape[0], size), []
        for x in inputs.unbind(1):
            given = x @ self.weight_ih_l0.T + self.bias_ih_l0 + self.bias_hh_l0
            gates = (given[:, : 2 * size] + state @ self.weight_hh_l0[: 2 * size].T).sigmoid()
            reset, update = gates.chunk(2, 1)
            new = (given[:, 2 * size :] + (reset * state) @ self.weight_hh_l0[2 * size :].T).tanh()
            state = update * state + (1 - update) * new
            out.append(state)
        return torch.stack(out, 1)


class Holder(nn.Module):
    """An RNN under the name that its scope gives it."""

    def __init__(self, name, module):
        super().__init__()
        self.name = name
        self.add_module(name, module)

    def forward(self, given):
        out = getattr(self, self.name)(given)
        return out if isinstance(out, torch.Tensor) else out[0]


class TwoSizes(nn.Module):
    """torch.nn.LSTM has one size for all its layers; TF's cells may differ. The names are those of one LSTM."""

    def __init__(self):
        super().__init__()
        self.rnn = nn.Module()
        self.sizes = ((3, 5), (5, 4))
        for number, (inputs, size) in enumerate(self.sizes):
            for leaf, value in nn.LSTM(inputs, size, batch_first=True).named_parameters():
                self.rnn.register_parameter(leaf.replace("_l0", f"_l{number}"), nn.Parameter(value.detach()))

    def forward(self, x):
        for number, (inputs, size) in enumerate(self.sizes):
            layer = nn.LSTM(inputs, size, batch_first=True)
            own = {name: getattr(self.rnn, name.replace("_l0", f"_l{number}")) for name in layer.state_dict()}
            layer.load_state_dict(own)
            x = layer(x)[0]
        return x


MODELS = {
    "bert": BertModel,
    "resnet": ResNet,
    "cnn": Cnn,
    "lstm": TwoSizes,
    "lstm_sides": lambda: Holder("bidirectional_rnn", nn.LSTM(3, 5, batch_first=True, bidirectional=True)),
    "lstm_projected": lambda: Holder("net", nn.LSTM(3, 6, batch_first=True, proj_size=3)),
    "lstm_block": lambda: Holder("rnn", nn.LSTM(3, 5, batch_first=True)),
    "lstm_keras": lambda: Holder("recurrent", nn.LSTM(3, 5, batch_first=True)),
    "gru": lambda: Holder("rnn", nn.GRU(3, 5, batch_first=True)),
    "gru_before": lambda: Holder("rnn", GruBefore(3, 5)),
    "gru_keras": lambda: Holder("recurrent", nn.GRU(3, 5, batch_first=True)),
    "simple_rnn": lambda: Holder("rnn", nn.RNN(3, 5, batch_first=True)),
}


def read(path):
    with open(path, "rb") as stream:
        (length,) = struct.unpack("<Q", stream.read(8))
        header, data = json.loads(stream.read(length)), bytearray(stream.read())
    out = {}
    for name, entry in header.items():
        if name != "__metadata__":
            begin, end = entry["data_offsets"]
            assert entry["dtype"] == "F32", entry
            out[name] = torch.frombuffer(data[begin:end], dtype=torch.float32).view(entry["shape"])
    return out


def write_header(path, tensors):
    header, end = {}, 0
    for name, value in tensors.items():
        size = 8 if value.dtype == torch.int64 else 4
        dtype = "I64" if size == 8 else "F32"
        length = value.numel() * size
        header[name] = {"dtype": dtype, "shape": list(value.shape), "data_offsets": [end, end + length]}
        end += length
    text = json.dumps(header).encode()
    with open(path, "wb") as stream:
        stream.write(struct.pack("<Q", len(text)) + text + bytes(end))


def values(place, file):
    with open(os.path.join(place, file + ".json")) as stream:
        shape = json.load(stream)
    with open(os.path.join(place, file + ".bin"), "rb") as stream:
        return torch.frombuffer(bytearray(stream.read()), dtype=torch.float32).view(shape)


def main(verb, folder):
    told = {}
    for name, build in MODELS.items():
        place = os.path.join(folder, name)
        model = build().eval()
        if verb == "header":
            write_header(os.path.join(place, "target.safetensors"), model.state_dict())
            continue
        ported = read(os.path.join(place, "ported.safetensors"))
        lacking, unexpected = model.load_state_dict(ported, strict=False)
        lacking = [each for each in lacking if not each.endswith("num_batches_tracked")]
        with torch.no_grad():
            result = model(values(place, "given"))
        told[name] = {
            "lacking": lacking,
            "unexpected": unexpected,
            "difference": float((result - values(place, "result")).abs().max()),
        }
    print(json.dumps(told))


if __name__ == "__main__":
    main(*sys.argv[1:])
