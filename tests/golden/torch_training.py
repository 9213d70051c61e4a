#!/usr/bin/env python3
"""Writes tests/golden/torch_training/*.json: losses, optimisers and schedules as PyTorch 1.13 computes them in double.
Run by hand with /usr/bin/python3 (Debian: apt install python3-torch); the tests only read the files. Inputs are drawn with fixed seeds."""
import json
import math
import pathlib
import sys

sys.path = [folder for folder in sys.path if folder != str(pathlib.Path(__file__).parent)]  # the folder torch/ beside this file is not it
import torch
from torch.nn import functional as F

FOLDER = pathlib.Path(__file__).with_name("torch_training")
torch.set_default_dtype(torch.float64)


def values(tensor):
    return [float(v) for v in tensor.detach().reshape(-1)]


def draw(seed, *shape):
    return torch.randn(*shape, generator=torch.Generator().manual_seed(seed)) * 1.5


def loss_case(key, outputs, targets, compute, settings=None):
    """`compute` gives the unreduced losses of every value; a row's loss is their sum."""
    z = outputs.clone().requires_grad_(True)
    rows = compute(z).reshape(z.shape[0], -1).sum(1)
    rows.sum().backward()
    return {"key": key, "settings": settings or {}, "rows": z.shape[0], "outputs": values(outputs), "targets": values(targets),
            "losses": values(rows), "gradient": values(z.grad)}


def losses():
    z, y = draw(1, 5, 3), draw(2, 5, 3)
    classes = torch.tensor([0, 2, 1, 1, 0])
    one_hot = F.one_hot(classes, 3).double()
    shares = torch.softmax(draw(3, 5, 3), 1)
    shares[0] = torch.tensor([0.0, 0.25, 0.75])
    bits = (draw(4, 5, 3) > 0).double()
    return [
        loss_case("mse", z, y, lambda x: F.mse_loss(x, y, reduction="none")),
        loss_case("reconstruction", z, y, lambda x: F.mse_loss(x, y, reduction="none") / 2, {"half": 1}),
        loss_case("mae", z, y, lambda x: F.l1_loss(x, y, reduction="none")),
        loss_case("huber", z, y, lambda x: F.huber_loss(x, y, reduction="none")),
        loss_case("huber", z, y, lambda x: F.huber_loss(x, y, reduction="none", delta=0.25), {"delta": 0.25}),
        loss_case("binary_cross_entropy", z, bits, lambda x: F.binary_cross_entropy_with_logits(x, bits, reduction="none")),
        loss_case("cross_entropy", z, one_hot, lambda x: F.cross_entropy(x, classes, reduction="none")),
        loss_case("kl_divergence", z, shares, lambda x: F.kl_div(F.log_softmax(x, 1), shares, reduction="none")),
        loss_case("hinge", z, 2 * bits - 1, lambda x: torch.clamp(1 - (2 * bits - 1) * x, min=0)),
        loss_case("hinge", z, one_hot, lambda x: torch.clamp(1 - (2 * one_hot - 1) * x, min=0)),
    ]


def optimizer_case(key, settings, make):
    start, gradients = draw(10, 4), draw(11, 20, 4)
    w = start.clone().requires_grad_(True)
    optimizer = make([w])
    path = []
    for gradient in gradients:
        w.grad = gradient.clone()
        optimizer.step()
        path.append(values(w))
    return {"key": key, "settings": settings, "start": values(start), "gradients": values(gradients), "path": path}


def optimizers():
    o = torch.optim
    return [
        optimizer_case("sgd", {"rate": 0.1}, lambda p: o.SGD(p, lr=0.1)),
        optimizer_case("momentum", {"rate": 0.1, "momentum": 0.9}, lambda p: o.SGD(p, lr=0.1, momentum=0.9)),
        optimizer_case("momentum", {"rate": 0.1, "momentum": 0.9, "averaged": 1},
                       lambda p: _Averaged(p, 0.1, 0.9)),
        optimizer_case("nesterov", {"rate": 0.1, "momentum": 0.9}, lambda p: o.SGD(p, lr=0.1, momentum=0.9, nesterov=True)),
        optimizer_case("adagrad", {"rate": 0.1}, lambda p: o.Adagrad(p, lr=0.1)),
        optimizer_case("rmsprop", {"rate": 0.01}, lambda p: o.RMSprop(p, lr=0.01)),
        optimizer_case("rmsprop", {"rate": 0.01, "rho": 0.9}, lambda p: o.RMSprop(p, lr=0.01, alpha=0.9)),
        optimizer_case("adadelta", {}, lambda p: o.Adadelta(p)),
        optimizer_case("adadelta", {"rate": 0.5, "rho": 0.95, "epsilon": 1e-4}, lambda p: o.Adadelta(p, lr=0.5, rho=0.95, eps=1e-4)),
        optimizer_case("adam", {"rate": 0.05}, lambda p: o.Adam(p, lr=0.05)),
        optimizer_case("adam", {"rate": 0.05, "beta1": 0.8, "beta2": 0.99, "epsilon": 1e-3},
                       lambda p: o.Adam(p, lr=0.05, betas=(0.8, 0.99), eps=1e-3)),
        optimizer_case("adamw", {"rate": 0.05, "decay": 0.2}, lambda p: o.AdamW(p, lr=0.05, weight_decay=0.2)),
    ]


class _Averaged(torch.optim.Optimizer):
    """v = b v + (1 - b) g, as S4: PyTorch's SGD with dampening 1 - (1 - b), but from a velocity of 0."""

    def __init__(self, params, rate, momentum):
        super().__init__(params, {"rate": rate, "momentum": momentum})

    @torch.no_grad()
    def step(self):
        for group in self.param_groups:
            for p in group["params"]:
                v = self.state[p].setdefault("v", torch.zeros_like(p))
                v.mul_(group["momentum"]).add_(p.grad, alpha=1 - group["momentum"])
                p.sub_(group["rate"] * v)


def schedule_case(key, settings, make, losses=None, epochs=50):
    w = torch.zeros(1, requires_grad=True)
    optimizer = torch.optim.SGD([w], lr=0.5)
    schedule = make(optimizer)
    rates = []
    for epoch in range(epochs):
        rates.append(optimizer.param_groups[0]["lr"])
        optimizer.step()
        if losses is None:
            schedule.step()
        else:
            schedule.step(losses[epoch])
    return {"key": key, "settings": settings, "rate": 0.5, "rates": rates, "losses": losses or []}


def schedules():
    s = torch.optim.lr_scheduler

    def warm_cosine(optimizer):
        return s.SequentialLR(optimizer, [s.LinearLR(optimizer, start_factor=0.2, total_iters=8),
                                          s.CosineAnnealingLR(optimizer, T_max=42, eta_min=0.5 * 0.1)], milestones=[8])

    # Falls, stays, falls again by too little, falls.
    watched = [math.exp(-e / 4) if e < 12 else 0.05 if e < 30 else 0.05 - 1e-6 * e if e < 40 else 0.01 for e in range(50)]
    return [
        schedule_case("constant", {}, lambda o: s.LambdaLR(o, lambda e: 1)),
        schedule_case("step", {"every": 7, "factor": 0.3}, lambda o: s.StepLR(o, 7, 0.3)),
        schedule_case("exponential", {"factor": 0.9}, lambda o: s.ExponentialLR(o, 0.9)),
        schedule_case("cosine", {"epochs": 50, "floor": 0.05}, lambda o: s.CosineAnnealingLR(o, 50, eta_min=0.5 * 0.05)),
        schedule_case("warm_up", {"warm": 10, "start": 0.1}, lambda o: s.LinearLR(o, start_factor=0.1, total_iters=10)),
        schedule_case("warm_up", {"warm": 8, "start": 0.2, "after": 1, "epochs": 50, "floor": 0.1}, warm_cosine),
        schedule_case("plateau", {"factor": 0.1, "patience": 4}, lambda o: s.ReduceLROnPlateau(o, patience=4, eps=0), watched),
        schedule_case("plateau", {"factor": 0.5, "patience": 0, "threshold": 0.01},
                      lambda o: s.ReduceLROnPlateau(o, factor=0.5, patience=0, threshold=0.01, eps=0), watched),
    ]


def main():
    FOLDER.mkdir(exist_ok=True)
    for name, make in [("losses", losses), ("optimizers", optimizers), ("schedules", schedules)]:
        text = json.dumps(make(), separators=(",", ":"))
        (FOLDER / f"{name}.json").write_text(text.replace('},{"', '},\n{"') + "\n")


main()
