"""Golden values of recurrent layers and attention. See torch_fixture.py for how and for what."""

import torch

from torch_fixture import case, write

GATES = {"rnn": 1, "gru": 3, "lstm": 4}


def with_params(module, params):
    """Calls a module with tensors instead of its own parameters, so that gradients reach them."""
    return lambda *inputs, **options: torch.nn.utils.stateless.functional_call(module, params, inputs, options)


def recurrent_case(name, kind, settings, shape, batch, units, *, sequence=False, relu=False):
    channels = 1 if len(shape) == 1 else shape[0]
    rows = GATES[kind] * units

    # The functions under torch.nn.RNN, GRU and LSTM: the modules keep copies of their parameters.
    def run(x, p):
        steps = x[0].reshape(x[0].shape[0], channels, -1).transpose(1, 2)
        start = torch.zeros(1, steps.shape[0], units)
        if kind == "lstm":
            states = torch.lstm(steps, (start, start), p, True, 1, 0.0, False, False, True)[0]
        else:
            function = torch.gru if kind == "gru" else torch.rnn_relu if relu else torch.rnn_tanh
            states = function(steps, start, p, True, 1, 0.0, False, False, True)[0]
        return states.transpose(1, 2) if sequence else states[:, -1]

    return case(name, kind, f"units:{units}{settings}", [shape], batch, [(rows, channels), (rows, units), (rows,), (rows,)], run)


def recurrent(kind):
    return [recurrent_case("the last state", kind, "", (3, 4), 2, 4),
            recurrent_case("all states", kind, ",output:sequence", (2, 5), 3, 3, sequence=True),
            recurrent_case("one step", kind, "", (3, 1), 2, 2),
            recurrent_case("a row of numbers is one channel", kind, "", (4,), 2, 3)]


def attention_case(name, settings, shape, batch, heads, *, causal=False):
    width = 1 if len(shape) == 1 else shape[0]
    length = shape[-1]
    module = torch.nn.MultiheadAttention(width, heads, batch_first=True)
    names = ["in_proj_weight", "in_proj_bias", "out_proj.weight", "out_proj.bias"]
    mask = torch.triu(torch.ones(length, length, dtype=torch.bool), 1) if causal else None

    def run(x, p):
        steps = x[0].reshape(x[0].shape[0], width, length).transpose(1, 2)
        mixed, _ = with_params(module, dict(zip(names, p)))(steps, steps, steps, attn_mask=mask)
        return mixed.transpose(1, 2)

    return case(name, "attention", settings, [shape], batch, [(3 * width, width), (3 * width,), (width, width), (width,)], run)


def attention():
    return [attention_case("one head", "", (3, 4), 2, 1),
            attention_case("two heads", "heads:2", (4, 5), 2, 2),
            attention_case("three heads, causal", "heads:3,causal:1", (6, 4), 2, 3, causal=True),
            attention_case("a row of numbers is one channel", "causal:1", (4,), 2, 1, causal=True),
            attention_case("one position", "", (2, 1), 2, 1)]


write("rnn", recurrent("rnn") + [recurrent_case("ReLU", "rnn", ",nonlinearity:relu", (2, 4), 3, 4, relu=True)])
write("gru", recurrent("gru"))
write("lstm", recurrent("lstm"))
write("attention", attention())
