"""Losses and gradients of whole networks by an independent implementation, PyTorch in float64, for `myelin gradients`.

Run by hand with Debian's python3-torch (1.13):  /usr/bin/python3 tests/golden/torch_gradients.py
Writes into tests/golden/gradients/, for each network NAME:
  NAME.json                  the link of the experiment, and the loss
  NAME.safetensors           weights in the names and layouts of PyTorch, keyed by node
  NAME-gradients.safetensors the gradients, likewise
  NAME-input.npy, NAME-target.npy   raw samples and their targets
The safetensors files are written from the format's description, without the library of that name, so that they check our
reader. Chosen numbers have two decimals and depend on the names alone. The tests never need PyTorch.
"""

import json
import pathlib
import random
import struct

import numpy
import torch
import torch.nn.functional as F

torch.set_default_dtype(torch.float64)
FOLDER = pathlib.Path(__file__).parent / "gradients"


def write_safetensors(path, tensors):
    """8 bytes length, a JSON header, the data: github.com/huggingface/safetensors, "Format"."""
    header, data = {"__metadata__": {"format": "pt"}}, b""
    for name, tensor in tensors.items():
        kind = {torch.float64: "F64", torch.float32: "F32", torch.int64: "I64"}[tensor.dtype]
        raw = tensor.detach().contiguous().numpy().tobytes()
        header[name] = {"dtype": kind, "shape": list(tensor.shape), "data_offsets": [len(data), len(data) + len(raw)]}
        data += raw
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    path.write_bytes(struct.pack("<Q", len(text)) + text + data)


def drawn(name, *shape, low=-100, high=100):
    source = random.Random(name)
    return torch.tensor([source.randint(low, high) / 100 for _ in range(int(numpy.prod(shape)))]).reshape(shape)


def write(name, link, weights, loss_of, inputs, targets):
    """`weights`: tensors by name; those that need a gradient get one. `loss_of(weights, inputs, targets)` is the loss."""
    trained = [key for key, value in weights.items() if value.requires_grad]
    loss = loss_of(weights, inputs, targets)
    loss.backward()
    write_safetensors(FOLDER / f"{name}.safetensors", weights)
    write_safetensors(FOLDER / f"{name}-gradients.safetensors", {key: weights[key].grad for key in trained})
    numpy.save(FOLDER / f"{name}-input.npy", inputs.numpy())
    numpy.save(FOLDER / f"{name}-target.npy", targets.numpy())
    (FOLDER / f"{name}.json").write_text(json.dumps({"link": link, "loss": loss.item()}, indent=1) + "\n")


def learn(tensors):
    return {key: value.clone().requires_grad_() for key, value in tensors.items()}


def dense():
    weights = learn({
        "1.weight": drawn("dense 1w", 5, 4), "1.bias": drawn("dense 1b", 5),
        "2.weight": drawn("dense 2w", 4, 5), "2.bias": drawn("dense 2b", 4),
        "3.weight": drawn("dense 3w", 3, 4), "3.bias": drawn("dense 3b", 3)})

    def loss(w, x, y):
        x = torch.tanh(F.linear(x, w["1.weight"], w["1.bias"]))
        x = torch.sigmoid(F.linear(x, w["2.weight"], w["2.bias"]))
        return F.cross_entropy(F.linear(x, w["3.weight"], w["3.bias"]), y)

    write("dense", "v=1&data=iris&net=dense(units:5,activation:tanh)dense(units:4,activation:sigmoid)dense(units:3,activation:softmax)"
          "&loss=cross_entropy", weights, loss, drawn("dense x", 7, 4, low=0, high=700), torch.tensor([0, 2, 1, 1, 0, 2, 2]))


def conv():
    """Convolutions with padding, stride and groups, a batch normalisation in training, both kinds of pooling."""
    weights = learn({
        "1.weight": drawn("conv 1w", 4, 1, 3, 3), "1.bias": drawn("conv 1b", 4),
        "2.weight": drawn("conv 2w", 4, low=50, high=150), "2.bias": drawn("conv 2b", 4)})
    weights["2.running_mean"] = drawn("conv 2m", 4)
    weights["2.running_var"] = drawn("conv 2v", 4, low=50, high=150)
    weights["2.num_batches_tracked"] = torch.tensor(12)
    weights.update(learn({
        "4.weight": drawn("conv 4w", 6, 2, 2, 2), "4.bias": drawn("conv 4b", 6),
        "7.weight": drawn("conv 7w", 10, 24), "7.bias": drawn("conv 7b", 10)}))

    def loss(w, x, y):
        x = torch.tanh(F.conv2d(x, w["1.weight"], w["1.bias"], padding=1))
        x = F.batch_norm(x, w["2.running_mean"].clone(), w["2.running_var"].clone(), w["2.weight"], w["2.bias"], training=True)
        x = F.max_pool2d(x, 2)
        x = torch.tanh(F.conv2d(x, w["4.weight"], w["4.bias"], padding=1, groups=2))
        x = F.avg_pool2d(x, 2, stride=2)
        return F.cross_entropy(F.linear(x.flatten(1), w["7.weight"], w["7.bias"]), y)

    write("conv", "v=1&data=digits&net=conv2d(filters:4,padding:number,pad:1,activation:tanh)batch_norm()pool2d(mode:max,size:2,stride:2)"
          "conv2d(filters:6,kernel:2,padding:number,pad:1,groups:2,activation:tanh)pool2d(mode:average,size:2,stride:2)flatten()"
          "dense(units:10,activation:softmax)&loss=cross_entropy", weights, loss,
          drawn("conv x", 5, 1, 8, 8, low=0, high=100), torch.tensor([3, 9, 0, 3, 7]))


FOLDER.mkdir(exist_ok=True)
dense()
conv()
