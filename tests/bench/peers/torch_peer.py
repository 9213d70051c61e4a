#!/usr/bin/env python3
"""Myelin's native program beside PyTorch on the same processor, alternating round by round; prints ratios. By hand only: README.md.
  /usr/bin/python3 tests/bench/peers/torch_peer.py [--only W3,gemm] [--rounds 7] [--threads 1,2] [--myelin build/native/myelin] [--json FILE]
With --pipe it only measures PyTorch: a line of JSON in, one out (run.mjs and this program itself ask so)."""
import argparse
import datetime
import json
import math
import os
import pathlib
import re
import statistics
import subprocess
import sys
import time

HERE = pathlib.Path(__file__).resolve().parent
WORKLOADS = json.loads((HERE / "workloads.json").read_text())
GEMM = {f"gemm/{n}": n for n in (128, 256, 512)}
# At least so many times as fast as PyTorch, at one thread; gemm has a ceiling instead (myelin bench prints the share).
GOALS = {"W1": 100, "W1b": 100, "W2": 1.5, "W2adam": 1.5, "W3": 1.5, "W4": 1, "W5": 0.9}


# --- PyTorch -------------------------------------------------------------------------------------------------------------------

def network(torch, work):
    parts, shape = [], work["input"]
    kinds = {"tanh": torch.nn.Tanh, "relu": torch.nn.ReLU}
    for index, (kind, *rest) in enumerate(work["layers"]):
        last = index == len(work["layers"]) - 1
        if kind == "pool":
            parts.append(torch.nn.MaxPool2d(2))
            shape = [shape[0], shape[1] // 2, shape[2] // 2]
            continue
        if kind == "conv":
            filters, kernel, padding = rest
            pad = kernel // 2 if padding == "same" else 0
            parts.append(torch.nn.Conv2d(shape[0], filters, kernel, padding=pad))
            shape = [filters] + [length + 2 * pad - kernel + 1 for length in shape[1:]]
        else:
            if len(shape) > 1:
                parts.append(torch.nn.Flatten())
            parts.append(torch.nn.Linear(math.prod(shape), rest[0]))
            shape = rest
        if work["activation"] != "linear" and not (last and work["loss"] == "cross_entropy"):
            parts.append(kinds[work["activation"]]())
    return torch.nn.Sequential(*parts)


def make_step(torch, name):
    """A function that does one step, and how many units (samples, images, GFLOP) one step is."""
    torch.manual_seed(7)
    if name in GEMM:
        n = GEMM[name]
        a, b, c = torch.rand(n, n), torch.rand(n, n), torch.empty(n, n)

        def multiply():
            torch.mm(a, b, out=c)
        return multiply, 2e-9 * n**3
    work = WORKLOADS[name]
    batch, net = work["batch"], network(torch, work)
    inputs = torch.rand(work["samples"], *work["input"]) * 2 - 1
    if work.get("inference"):
        net.eval()

        def infer():
            with torch.inference_mode():
                net(inputs)
        return infer, batch
    if work["loss"] == "squared":
        targets, criterion = torch.randint(0, 2, (work["samples"], 1)) * 2.0 - 1, torch.nn.MSELoss()
    else:
        targets, criterion = torch.randint(0, work["layers"][-1][1], (work["samples"],)), torch.nn.CrossEntropyLoss()
    optimizer = {"sgd": torch.optim.SGD, "adam": torch.optim.Adam}[work["optimizer"]](net.parameters(), lr=work["rate"])
    batches = list(zip(inputs.split(batch), targets.split(batch)))  # views: nothing is gathered in the timed part
    state = {"at": 0}

    def train():
        x, y = batches[state["at"]]
        state["at"] = (state["at"] + 1) % len(batches)
        optimizer.zero_grad(set_to_none=True)
        loss = criterion(net(x), y)
        loss.backward()
        optimizer.step()
        return loss
    return train, batch


def measure(step, units, seconds, clock):
    steps, last, begin = 0, None, clock()
    while True:
        for _ in range(step.chunk):
            last = step(last)
        steps += step.chunk
        took = clock() - begin
        if took >= seconds:
            loss = None if last is None else float(last)
            if loss is not None and not math.isfinite(loss):
                raise SystemExit("the loss is not finite")
            return {"speed": steps * units / took, "loss": loss}


class Step:
    """A step with the number of calls between two looks at the clock."""

    def __init__(self, call, seconds):
        self.call, self.chunk = call, 1
        begin = time.perf_counter()
        while time.perf_counter() - begin < max(seconds, 0.5):  # the warm-up
            before = time.perf_counter()
            for _ in range(self.chunk):
                call()
            if time.perf_counter() - before < seconds / 8:
                self.chunk *= 2

    def __call__(self, _):
        return self.call()


def refuse_slow_blas(torch):
    """Debian's PyTorch multiplies with whatever libblas.so.3 is; the reference one is 50 times slower than OpenBLAS and proves nothing."""
    torch.mm(torch.rand(64, 64), torch.rand(64, 64))
    maps = pathlib.Path("/proc/self/maps")
    mapped = maps.read_text() if maps.exists() else ""
    if re.search(r"/libblas\.so", mapped) and not re.search(r"openblas|mkl|blis|atlas", mapped):
        raise SystemExit("PyTorch would multiply with the reference BLAS here, which says nothing about PyTorch: apt install libopenblas0-pthread, "
                         "or set LD_LIBRARY_PATH to a folder with OpenBLAS's libblas.so.3.")


def pipe(threads, processor_time):
    import torch
    torch.set_num_threads(threads)
    refuse_slow_blas(torch)
    clock = time.thread_time if processor_time else time.perf_counter
    made = {}
    for line in sys.stdin:
        order = json.loads(line)
        name, seconds = order["workload"], order["seconds"]
        if name not in made:
            call, units = make_step(torch, name)
            made = {name: (Step(call, seconds), units)}
        print(json.dumps({**measure(*made[name], seconds, clock), "version": torch.__version__}), flush=True)


# --- both ----------------------------------------------------------------------------------------------------------------------

class Torch:
    def __init__(self, threads, processor_time):
        words = [sys.executable, __file__, "--pipe", "--threads", str(threads)] + (["--processor-time"] if processor_time else [])
        # The library that multiplies matrices has threads of its own.
        environment = {**os.environ, "OMP_NUM_THREADS": str(threads), "OPENBLAS_NUM_THREADS": str(threads)}
        self.child = subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment)

    def measure(self, name, seconds):
        self.child.stdin.write(json.dumps({"workload": name, "seconds": seconds}) + "\n")
        self.child.stdin.flush()
        line = self.child.stdout.readline()
        if not line:
            raise SystemExit("PyTorch ended; this needs a Python with torch: /usr/bin/python3 with Debian's python3-torch.")
        return json.loads(line)

    def close(self):
        self.child.stdin.close()
        self.child.wait()


def measure_ours(program, name, threads, seconds, processor_time):
    words = [program, "bench", name, "--threads", str(threads), "--repetitions", "1", "--seconds", str(seconds), "--json"]
    found = json.loads(subprocess.run(words + (["--processor-time"] if processor_time else []), check=True, stdout=subprocess.PIPE, text=True).stdout)
    return {entry["name"].rsplit("/", 1)[1]: {"speed": entry["median"], "share": entry["share"]} for entry in found["entries"]}


def compare(name, threads, options):
    torch = Torch(threads, options.processor_time)
    theirs, ours = [], {}
    torch.measure(name, options.seconds)  # warm-up
    for number in range(options.rounds):
        for who in ("torch", "myelin") if number % 2 == 0 else ("myelin", "torch"):
            if who == "torch":
                theirs.append(torch.measure(name, options.seconds)["speed"])
            else:
                for arithmetic, found in measure_ours(options.myelin, name, threads, options.seconds, options.processor_time).items():
                    ours.setdefault(arithmetic, []).append(found)
            time.sleep(0.06)  # threads that wait for more go to sleep
    torch.close()
    return theirs, ours


def spread(values, sign=""):
    def digits(value):
        return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"
    return f"{digits(statistics.median(values))}{sign} ({digits(min(values))}-{digits(max(values))})"


def main():
    parser = argparse.ArgumentParser(description="Myelin's native program beside PyTorch.")
    parser.add_argument("--only", help="W1,W1b,W2,W2adam,W3,W4,W5,gemm")
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--seconds", type=float, default=0.5)
    parser.add_argument("--threads", default="1,2")
    parser.add_argument("--myelin", default=str(HERE.parents[2] / "build/native/myelin"))
    parser.add_argument("--json")
    parser.add_argument("--processor-time", action="store_true", help="for machines that others use, too; one thread")
    parser.add_argument("--pipe", action="store_true")
    options = parser.parse_args()
    if options.pipe:
        return pipe(int(options.threads), options.processor_time)
    threads = [1] if options.processor_time else [int(word) for word in options.threads.split(",")]
    names = []
    for word in options.only.split(",") if options.only else [*WORKLOADS, "gemm"]:
        names += list(GEMM) if word == "gemm" else [word]
    unknown = [name for name in names if name not in WORKLOADS and name not in GEMM]
    if unknown:
        parser.error(f"there is no {unknown[0]}")
    result = {"date": datetime.datetime.now(datetime.timezone.utc).isoformat(), "rounds": options.rounds, "seconds": options.seconds,
              "clock": "processor" if options.processor_time else "wall", "entries": []}
    for name in names:
        for count in threads:
            before = os.getloadavg()[0]
            theirs, ours = compare(name, count, options)
            for arithmetic, found in ours.items():
                speeds = [one["speed"] for one in found]
                ratios = [own / their for own, their in zip(speeds, theirs)]
                goal = GOALS.get(name) if count == 1 else None
                verdict = "" if goal is None else f"  goal {goal}: {'reached' if statistics.median(ratios) >= goal else 'missed'}"
                share = statistics.median(one["share"] for one in found) if all(one["share"] for one in found) else None
                print(f"{name:9} {arithmetic:5} {count} thread{'s' if count > 1 else ' '}  myelin {spread(speeds):30} torch {spread(theirs):30} "
                      f"ratio {spread(ratios, 'x'):24}{'' if share is None else f' {100 * share:3.0f} % of ceiling'}{verdict}", flush=True)
                result["entries"].append({"name": name, "arithmetic": arithmetic, "threads": count, "myelin": speeds, "torch": theirs,
                                          "ratios": ratios, "median": statistics.median(ratios), "goal": goal, "share": share,
                                          "load": [before, os.getloadavg()[0]]})
            if options.json:
                pathlib.Path(options.json).write_text(json.dumps(result, indent=1) + "\n")
    print(f"Median (lowest-highest) of {options.rounds} rounds, load {os.getloadavg()[0]:.1f}, {result['date']}.")


if __name__ == "__main__":
    main()
