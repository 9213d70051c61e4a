"""The common part of the torch_*.py scripts: golden values of layers by an independent implementation, PyTorch in float64.

Run by hand with Debian's python3-torch (1.13):  /usr/bin/python3 tests/golden/torch_layers.py
Writes tests/golden/torch/NAME.json, which tests/golden/layers_golden_test.cpp replays; the tests never need PyTorch.

A file is {"source": "...", "cases": [...]}; each case has
  name       says what is special about it
  layer      the catalog key
  settings   text as in links: "filters:3,kernel:5,padding:same"; "" for the defaults
  shapes     input shapes without the batch: [[2, 5, 4]]
  batch      samples
  training   optional, default true: how the layer runs forward and backward (batch normalisation, ...)
  params     flat, in the order of the layer's params(), running statistics included (see ParamSpec::trained)
  inputs     one flat array for each input, samples outermost
  output, d_output, d_inputs (as inputs), d_params (as params; for running statistics: what is to be subtracted from them)
Numbers that are chosen have two decimals, so that files stay small; computed ones have 13 significant digits.
Deterministic: chosen numbers depend on the case's name and on nothing else.
"""

import json
import pathlib
import random

import torch

torch.set_default_dtype(torch.float64)


def number(value):
    text = f"{float(value):.13g}"
    return int(text) if text.lstrip("-").isdigit() else float(text)


def flat(tensor):
    return [number(v) for v in tensor.detach().reshape(-1).tolist()]


class Drawer:
    """Tensors of numbers with two decimals. `apart`: no number twice, so that a maximum has one place."""

    def __init__(self, name):
        self.random = random.Random(name)

    def tensor(self, *shape, size=1.0, apart=False):
        count = 1
        for n in shape:
            count *= n
        steps = round(size * 100)
        if apart:
            half = max(steps, count)
            values = self.random.sample(range(-half, half + 1), count)
        else:
            values = [self.random.randint(-steps, steps) for _ in range(count)]
        return torch.tensor([v / 100 for v in values]).reshape(shape)


def case(name, layer, settings, shapes, batch, param_shapes, function, *, training=True, apart=False, inputs=None,
         params=None, d_running=None):
    """One case. `function(inputs, params)` computes the output from lists of tensors; inputs[i] is batch x shapes[i].

    inputs, params: given tensors instead of drawn ones (None in `inputs` of a layer that reads indices means drawn).
    Whole-number inputs (dtype int64) get gradients of 0. `d_running(inputs, params)` gives, for each parameter, None or the
    tensor that is expected as its d_params because it is a running statistic.
    """
    drawer = Drawer(f"{layer} {settings} {name}")
    if inputs is None:
        inputs = [drawer.tensor(batch, *shape, size=2, apart=apart) for shape in shapes]
    if params is None:
        params = [drawer.tensor(*shape) for shape in param_shapes]
    inputs = [x.clone().requires_grad_(x.is_floating_point()) for x in inputs]
    params = [p.clone().requires_grad_() for p in params]
    output = function(inputs, params)
    d_output = drawer.tensor(*output.shape)
    output.backward(d_output)
    zero = torch.zeros_like
    d_params = [zero(p) if p.grad is None else p.grad for p in params]
    if d_running is not None:
        for at, expected in enumerate(d_running(inputs, params)):
            if expected is not None:
                d_params[at] = expected
    result = {"name": name, "layer": layer, "settings": settings, "shapes": [list(s) for s in shapes], "batch": batch}
    if not training:
        result["training"] = False
    result["params"] = [v for p in params for v in flat(p)]
    result["inputs"] = [flat(x) for x in inputs]
    result["output"] = flat(output)
    result["d_output"] = flat(d_output)
    result["d_inputs"] = [flat(zero(x) if x.grad is None else x.grad) for x in inputs]
    result["d_params"] = [v for p in d_params for v in flat(p)]
    return result


def write(name, cases):
    """Writes torch/NAME.json beside this script, one case a line."""
    folder = pathlib.Path(__file__).parent / "torch"
    folder.mkdir(exist_ok=True)
    path = folder / f"{name}.json"
    lines = ",\n".join(json.dumps(c, separators=(",", ":")) for c in cases)
    path.write_text(f'{{"source":"PyTorch {torch.__version__}, float64","cases":[\n{lines}\n]}}\n')
    print(f"{path.name}: {len(cases)} cases, {path.stat().st_size} bytes")
