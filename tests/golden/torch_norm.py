"""Golden values of normalisations, learned slopes, products and words. See torch_fixture.py for how and for what."""

import torch
import torch.nn.functional as F

from torch_fixture import Drawer, case, write


def batch_norm_case(name, settings, shape, batch, *, momentum=0.1, eps=1e-5, training=True):
    drawer = Drawer("statistics of " + name)
    channels = shape[0]
    params = [drawer.tensor(channels) for _ in range(3)] + [drawer.tensor(channels).abs() + 0.5]

    def run(x, p):
        return F.batch_norm(x[0], p[2].detach().clone(), p[3].detach().clone(), p[0], p[1], training, momentum, eps)

    def d_running(x, p):
        mean, var = p[2].detach().clone(), p[3].detach().clone()
        F.batch_norm(x[0], mean, var, p[0], p[1], training, momentum, eps)
        return [None, None, p[2] - mean, p[3] - var]

    return case(name, "batch_norm", settings, [shape], batch, [], run, training=training, params=params, d_running=d_running)


def batch_norm():
    return [batch_norm_case("a row of numbers", "", (5,), 7),
            batch_norm_case("more channels than a block", "", (19,), 3),
            batch_norm_case("two samples", "eps:0.001", (3,), 2, eps=0.001),
            batch_norm_case("a sequence, momentum 0.3", "momentum:0.3", (3, 4), 2, momentum=0.3),
            batch_norm_case("an image", "", (2, 3, 2), 3),
            batch_norm_case("one image", "", (2, 3, 2), 1),
            batch_norm_case("inference on rows", "", (4,), 3, training=False),
            batch_norm_case("inference on an image", "eps:0.01", (2, 2, 3), 2, eps=0.01, training=False)]


def layer_norm():
    def over_channels(x, p):
        return F.layer_norm(x[0].movedim(1, -1), p[0].shape, p[0], p[1], 1e-5).movedim(-1, 1)

    def over_sample(x, p):
        return F.layer_norm(x[0], p[0].shape, p[0], p[1], 1e-5)

    return [case("a row of numbers", "layer_norm", "", [(6,)], 3, [(6,), (6,)], over_sample),
            case("each position of a sequence", "layer_norm", "over:channels", [(4, 3)], 2, [(4,), (4,)], over_channels),
            case("each position of an image", "layer_norm", "", [(3, 2, 2)], 2, [(3,), (3,)], over_channels),
            case("a whole sequence", "layer_norm", "over:sample", [(4, 3)], 2, [(4, 3), (4, 3)], over_sample),
            case("a whole image", "layer_norm", "over:sample,eps:0.1", [(2, 2, 3)], 2, [(2, 2, 3), (2, 2, 3)],
                 lambda x, p: F.layer_norm(x[0], p[0].shape, p[0], p[1], 0.1))]


def local_response_norm():
    def lrn(*settings):
        return lambda x, p: F.local_response_norm(x[0], *settings)

    return [case("AlexNet's", "local_response_norm", "", [(7, 2, 2)], 2, [], lrn(5, 1e-4, 0.75, 2.0)),
            case("strong", "local_response_norm", "size:3,alpha:2,beta:0.5,k:1", [(5, 3)], 2, [], lrn(3, 2.0, 0.5, 1.0)),
            case("an even window", "local_response_norm", "size:4,alpha:3,beta:1.5,k:0.5", [(6, 1, 2)], 3, [], lrn(4, 3.0, 1.5, 0.5)),
            case("a window wider than the channels", "local_response_norm", "size:9,alpha:1,k:1", [(3, 2)], 2, [], lrn(9, 1.0, 0.75, 1.0))]


def prelu():
    def run(x, p):
        return F.prelu(x[0], p[0])

    return [case("one slope", "prelu", "", [(2, 3)], 3, [(1,)], run),
            case("a slope for each channel", "prelu", "slopes:channels", [(3, 2, 2)], 2, [(3,)], run),
            case("a slope for each unit", "prelu", "slopes:channels", [(4,)], 3, [(4,)], run)]


def multiply():
    return [case("value by value", "multiply", "", [(2, 3), (2, 3)], 2, [], lambda x, p: x[0] * x[1]),
            case("squeeze and excitation", "multiply", "", [(3, 2, 2), (3,)], 2, [], lambda x, p: x[0] * x[1][:, :, None, None]),
            case("factors first", "multiply", "", [(3, 1), (3, 4)], 2, [], lambda x, p: x[0] * x[1])]


def embedding():
    # Word k is row k - 1; 0 and 9 are no words of a vocabulary of 5. PyTorch gets a row of zeros for those.
    def run(x, p):
        table = torch.cat([torch.zeros(1, p[0].shape[1]), p[0]])
        words = torch.where(x[0] <= p[0].shape[0], x[0], torch.zeros_like(x[0]))
        return F.embedding(words, table, padding_idx=0).transpose(1, 2)

    words = torch.tensor([[1, 5, 0, 2], [3, 3, 9, 0]])
    return [case("padding, repetition, unknown words", "embedding", "vocabulary:5,size:3", [(4,)], 2, [(5, 3)], run, inputs=[words])]


write("batch_norm", batch_norm())
write("layer_norm", layer_norm())
write("local_response_norm", local_response_norm())
write("prelu", prelu())
write("multiply", multiply())
write("embedding", embedding())
