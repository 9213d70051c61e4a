"""Golden values of the layers that every network has, and of the spatial ones. See torch_fixture.py for how and for what."""

import torch
import torch.nn.functional as F

from torch_fixture import case, write


def dense():
    return [case("two rows", "dense", "units:3,activation:linear", [(4,)], 2, [(3, 4), (3,)],
                 lambda x, p: F.linear(x[0], p[0], p[1])),
            case("an image goes in flat", "dense", "units:2", [(2, 2, 3)], 3, [(2, 12), (2,)],
                 lambda x, p: torch.tanh(F.linear(x[0].flatten(1), p[0], p[1])))]


write("dense", dense())
