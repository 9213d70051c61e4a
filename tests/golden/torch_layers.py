"""Golden values of the dense layer and of the spatial layers. See torch_fixture.py for how and for what."""

import torch
import torch.nn.functional as F

from torch_fixture import case, write


def dense():
    return [case("two rows", "dense", "units:3,activation:linear", [(4,)], 2, [(3, 4), (3,)],
                 lambda x, p: F.linear(x[0], p[0], p[1])),
            case("an image goes in flat", "dense", "units:2", [(2, 2, 3)], 3, [(2, 12), (2,)],
                 lambda x, p: torch.tanh(F.linear(x[0].flatten(1), p[0], p[1])))]


def values(settings):
    pairs = [piece.split(":") for piece in settings.split(",") if piece]
    return {key: int(text) if text.isdigit() else text for key, text in pairs}


ACTIVATIONS = {"linear": lambda z: z, "relu": torch.relu, "silu": F.silu, "tanh": torch.tanh, "sigmoid": torch.sigmoid}


def convolution(name, settings, shape, batch=2):
    """conv1d and conv2d, by the rank of `shape`. PyTorch does "same" with stride 1 only; elsewhere zeros are laid around."""
    given = values(settings)
    images = len(shape) == 3
    channels, spatial = shape[0], shape[1:]
    filters, kernel = given.get("filters", 8), given.get("kernel", 3)
    kernels = (kernel, given.get("kernel_columns", 0) or kernel) if images else (kernel,)
    stride, dilation = given.get("stride", 1), given.get("dilation", 1)
    groups = given.get("groups", 1) or channels
    pads = []
    for n, k in zip(spatial, kernels):
        span = (k - 1) * dilation + 1
        if given.get("padding") == "same":
            total = max((-(-n // stride) - 1) * stride + span - n, 0)
            pads.append((total // 2, total - total // 2))
        else:
            pad = given.get("pad", 1) if given.get("padding") == "number" else 0
            pads.append((pad, pad))
    around = [p for pair in reversed(pads) for p in pair]
    bias = given.get("bias", 1)
    conv = F.conv2d if images else F.conv1d
    activation = ACTIVATIONS[given.get("activation", "relu")]

    def function(x, p):
        z = conv(F.pad(x[0], around), p[0], p[1] if bias else None, stride=stride, dilation=dilation, groups=groups)
        if given.get("padding") == "same" and stride == 1 and dilation == 1:
            own = conv(x[0], p[0], p[1] if bias else None, padding="same", groups=groups)
            assert torch.allclose(z, own)
        return activation(z)

    params = [(filters, channels // groups, *kernels)] + ([(filters,)] if bias else [])
    return case(name, "conv2d" if images else "conv1d", settings, [shape], batch, params, function)


def transposed(name, settings, shape, batch=2):
    """"same" gives N * stride, as in Keras: what sticks out is cut off, the larger half at the end; or zeros are added."""
    given = values(settings)
    channels, filters, kernel = shape[0], given["filters"], given.get("kernel", 3)
    stride, bias = given.get("stride", 2), given.get("bias", 1)
    activation = ACTIVATIONS[given.get("activation", "relu")]

    def function(x, p):
        b = p[1] if bias else None
        if given.get("padding") != "same":
            pad = given.get("pad", 1) if given.get("padding") == "number" else 0
            return activation(F.conv_transpose2d(x[0], p[0], b, stride=stride, padding=pad))
        full = F.conv_transpose2d(x[0], p[0], None, stride=stride)
        rows, columns = shape[1] * stride, shape[2] * stride
        cut = max(0, kernel - stride) // 2
        full = full[:, :, cut:cut + rows, cut:cut + columns]
        full = F.pad(full, [0, columns - full.shape[3], 0, rows - full.shape[2]])
        return activation(full if b is None else full + b.reshape(1, -1, 1, 1))

    params = [(channels, filters, kernel, kernel)] + ([(filters,)] if bias else [])
    return case(name, "conv_transpose2d", settings, [shape], batch, params, function)


def pooling(name, settings, shape, batch=2):
    given = values(settings)
    images = len(shape) == 3
    kind, size, stride = given.get("mode", "max"), given.get("size", 2), given.get("stride", 2)
    ceil, counted = bool(given.get("ceil", 0)), bool(given.get("count_padding", 1))
    pad = given.get("pad", 1) if given.get("padding") == "number" else 0
    maximum, average = (F.max_pool2d, F.avg_pool2d) if images else (F.max_pool1d, F.avg_pool1d)

    def plain(x, which):
        if which == "max":
            return maximum(x, size, stride, pad, ceil_mode=ceil)
        if which == "min":
            return -maximum(-x, size, stride, pad, ceil_mode=ceil)
        return average(x, size, stride, pad, ceil, counted)

    def around(x, value):  # "same": the odd one at the end
        both = []
        for n in reversed(shape[1:]):
            total = max((-(-n // stride) - 1) * stride + size - n, 0)
            both += [total // 2, total - total // 2]
        return F.pad(x, both, value=value)

    def function(inputs, _):
        x = inputs[0]
        if given.get("padding") == "same":
            if kind == "max":
                return plain(around(x, float("-inf")), "max")
            if kind == "max_min":
                return plain(around(x, float("-inf")), "max") + plain(around(-x, float("-inf")), "max")
            sums = plain(around(x, 0.0), "average")
            if kind == "sum":
                return sums * size ** (len(shape) - 1)
            return sums if counted else sums / plain(around(torch.ones_like(x), 0.0), "average")
        if kind == "max_min":
            return plain(x, "max") - plain(x, "min")
        if kind == "sum":
            ones = torch.ones_like(x)
            return plain(x, "average") * (size ** (len(shape) - 1) if counted and not ceil else 1 / (plain(ones, "average") / count(ones)))
        return plain(x, kind)

    def count(ones):  # values of the input under each window
        weight = torch.ones(shape[0], 1, *([size] * (len(shape) - 1)))
        conv = F.conv2d if images else F.conv1d
        padded = F.pad(ones, [pad, pad + size] * (len(shape) - 1))
        counts = conv(padded, weight, stride=stride, groups=shape[0])
        like = plain(ones, "average").shape
        return counts[tuple(slice(0, n) for n in like)]

    return case(name, "pool2d" if images else "pool1d", settings, [shape], batch, [], function, apart=True)


def global_pooling(name, settings, shape, function):
    return case(name, "global_pool", settings, [shape], 3, [], function, apart=True)


write("dense", dense())
write("conv", [
    convolution("defaults", "", (2, 5, 4)),
    convolution("5x5 on one channel, no bias", "filters:3,kernel:5,bias:0,activation:linear", (1, 7, 8)),
    convolution("1x1", "filters:4,kernel:1,activation:tanh", (3, 3, 5)),
    convolution("1x1, stride 2", "filters:4,kernel:1,stride:2,activation:linear", (3, 5, 6)),
    convolution("stride 2, sizes that do not fit", "filters:3,stride:2,activation:sigmoid", (2, 6, 8)),
    convolution("same", "filters:3,padding:same,activation:silu", (2, 4, 5)),
    convolution("same, even kernel: more at the end", "filters:2,kernel:4,padding:same,activation:linear", (2, 5, 6)),
    convolution("same, stride 2", "filters:2,stride:2,padding:same,activation:linear", (2, 5, 6)),
    convolution("same, stride 3, dilation 2", "filters:2,stride:3,dilation:2,padding:same,activation:linear", (2, 8, 7)),
    convolution("padding 2", "filters:2,padding:number,pad:2,activation:linear", (2, 3, 4)),
    convolution("more padding than kernel", "filters:2,kernel:2,padding:number,pad:3,stride:2,activation:linear", (1, 3, 4)),
    convolution("dilation 2", "filters:2,dilation:2,activation:linear", (2, 6, 7)),
    convolution("1x5 kernel, same", "filters:3,kernel:1,kernel_columns:5,padding:same,activation:linear", (2, 4, 6)),
    convolution("5x1 kernel, dilation 2, padding 4", "filters:2,kernel:5,kernel_columns:1,dilation:2,padding:number,pad:4,activation:linear",
                (2, 5, 3)),
    convolution("2 groups", "filters:6,groups:2,activation:linear", (4, 4, 5)),
    convolution("3 groups, 1x1, stride 2", "filters:3,kernel:1,groups:3,stride:2,activation:linear", (6, 4, 5)),
    convolution("depthwise", "filters:3,groups:0,padding:same,activation:linear", (3, 5, 4)),
    convolution("depthwise, two filters a channel, stride 2, dilation 2",
                "filters:6,groups:0,kernel:2,stride:2,dilation:2,padding:number,activation:relu", (3, 6, 7)),
    convolution("sequence, defaults", "", (3, 7)),
    convolution("sequence, stride 2, padding 2", "filters:3,kernel:5,stride:2,padding:number,pad:2,activation:linear", (2, 9)),
    convolution("sequence, same, dilation 3", "filters:2,dilation:3,padding:same,activation:tanh", (2, 11)),
    convolution("sequence, 2 groups", "filters:4,groups:2,kernel:2,activation:linear", (4, 6)),
    transposed("kernel 2, stride 2", "filters:3,kernel:2,activation:linear", (2, 3, 4)),
    transposed("defaults but for the filters", "filters:2", (3, 3, 2)),
    transposed("padding 1, silu", "filters:2,kernel:4,padding:number,activation:silu", (2, 3, 4)),
    transposed("same, stride 2", "filters:2,kernel:3,padding:same,activation:linear", (2, 4, 3)),
    transposed("same, stride 1, kernel 4", "filters:2,kernel:4,stride:1,padding:same,activation:linear", (1, 4, 5)),
    transposed("same, kernel smaller than the stride", "filters:2,kernel:2,stride:3,padding:same,bias:1,activation:linear", (2, 2, 3)),
    transposed("no bias, stride 3", "filters:1,kernel:2,stride:3,bias:0,activation:linear", (2, 2, 2)),
])
write("pool", [
    pooling("defaults", "", (2, 4, 6)),
    pooling("overlapping maxima", "size:3,stride:2", (2, 7, 5)),
    pooling("rounded up, as SqueezeNet", "size:3,stride:2,ceil:1", (2, 6, 7)),
    pooling("rounded up and padded: no window starts in the padding", "size:2,stride:2,ceil:1,padding:number", (1, 5, 6)),
    pooling("maxima, padding 1", "size:3,stride:2,padding:number", (2, 5, 6)),
    pooling("maxima, same", "size:3,stride:2,padding:same", (2, 6, 5)),
    pooling("averages", "mode:average", (2, 5, 4)),
    pooling("averages count the padding", "mode:average,size:3,stride:1,padding:number", (2, 4, 5)),
    pooling("averages of the input alone", "mode:average,size:3,stride:1,padding:number,count_padding:0", (2, 4, 5)),
    pooling("averages, rounded up, padded, counted", "mode:average,size:3,stride:3,ceil:1,padding:number", (1, 6, 7)),
    pooling("averages, rounded up, not counted", "mode:average,size:3,stride:2,ceil:1,padding:number,count_padding:0", (1, 6, 7)),
    pooling("averages, same", "mode:average,size:3,stride:2,padding:same", (1, 6, 5)),
    pooling("averages, same, as in Keras", "mode:average,size:3,stride:2,padding:same,count_padding:0", (1, 6, 5)),
    pooling("sums", "mode:sum,size:3,stride:2", (2, 5, 5)),
    pooling("sums, rounded up and padded", "mode:sum,size:3,stride:2,ceil:1,padding:number", (1, 6, 7)),
    pooling("maximum minus minimum", "mode:max_min,size:3,stride:1", (2, 4, 5)),
    pooling("maximum minus minimum, padded", "mode:max_min,size:3,stride:2,padding:number", (1, 5, 5)),
    pooling("sequence, maxima", "size:3,stride:1", (2, 6)),
    pooling("sequence, averages, padded", "mode:average,size:3,padding:number", (2, 8)),
    pooling("sequence, maxima, same", "size:4,stride:3,padding:same", (2, 8)),
    global_pooling("average", "", (3, 3, 4), lambda x, p: x[0].mean((2, 3))),
    global_pooling("maximum", "mode:max", (3, 3, 4), lambda x, p: x[0].amax((2, 3))),
    global_pooling("average of a sequence", "", (2, 5), lambda x, p: x[0].mean(2)),
    case("images, factor 2", "upsample", "", [(2, 2, 3)], 2, [], lambda x, p: F.interpolate(x[0], scale_factor=2, mode="nearest")),
    case("images, factor 3", "upsample", "factor:3", [(1, 3, 2)], 2, [], lambda x, p: F.interpolate(x[0], scale_factor=3, mode="nearest")),
    case("sequences", "upsample", "factor:2", [(2, 4)], 2, [], lambda x, p: F.interpolate(x[0], scale_factor=2, mode="nearest")),
])
