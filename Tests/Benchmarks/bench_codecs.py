#!/usr/bin/env python3
"""Times our networks beside PyTorch and onnxruntime: the same weights, pictures and threads, in turn.

    bench_codecs.py [--binary PATH] [--networks NAME,...] [--batch 1,4] [--threads 2] [--rounds 7]
                    [--json FILE] [--accuracy]

Every round runs each candidate twice and counts the second run, so that a busy machine hurts all alike; medians and ratios of
wall-clock and processor time are printed. `--accuracy` also compares latents with float64.
"""
import argparse
import json
import pathlib
import resource
import statistics
import subprocess
import sys
import tempfile
import time

import numpy as np
import torch
from torch import nn
from torch.nn import functional as F

NETWORKS = [f"{codec}-{direction}" for codec in ("sber-f8", "dalle-dvae", "ice-f8", "default")
            for direction in ("encode", "decode")]


class Norm(nn.GroupNorm):
    def __init__(self, channels):
        super().__init__(32, channels, eps=1e-6)


class Down(nn.Module):
    def __init__(self, channels):
        super().__init__()
        self.conv = nn.Conv2d(channels, channels, 3, 2)

    def forward(self, x):
        return self.conv(F.pad(x, (0, 1, 0, 1)))


class Up(nn.Module):
    def __init__(self, channels):
        super().__init__()
        self.conv = nn.Conv2d(channels, channels, 3, 1, 1)

    def forward(self, x):
        return self.conv(F.interpolate(x, scale_factor=2.0, mode="nearest"))


class Block(nn.Module):
    def __init__(self, inputs, outputs):
        super().__init__()
        self.norm1, self.conv1 = Norm(inputs), nn.Conv2d(inputs, outputs, 3, 1, 1)
        self.norm2, self.conv2 = Norm(outputs), nn.Conv2d(outputs, outputs, 3, 1, 1)
        if inputs != outputs:
            self.nin_shortcut = nn.Conv2d(inputs, outputs, 1)

    def forward(self, x):
        h = self.conv1(F.silu(self.norm1(x)))
        h = self.conv2(F.silu(self.norm2(h)))
        return (self.nin_shortcut(x) if hasattr(self, "nin_shortcut") else x) + h


class Attention(nn.Module):
    def __init__(self, channels):
        super().__init__()
        self.norm = Norm(channels)
        self.q, self.k, self.v, self.proj_out = (nn.Conv2d(channels, channels, 1) for _ in range(4))

    def forward(self, x):
        n = self.norm(x)
        b, c, h, w = x.shape
        q, k, v = (f(n).reshape(b, c, h * w) for f in (self.q, self.k, self.v))
        weights = torch.softmax(torch.bmm(q.transpose(1, 2), k) * c ** -0.5, dim=2)
        out = torch.bmm(v, weights.transpose(1, 2)).reshape(b, c, h, w)
        return x + self.proj_out(out)


class Level(nn.Module):
    pass


class Middle(nn.Module):
    def __init__(self, channels):
        super().__init__()
        self.block_1, self.attn_1 = Block(channels, channels), Attention(channels)
        self.block_2 = Block(channels, channels)

    def forward(self, x):
        return self.block_2(self.attn_1(self.block_1(x)))


class Encoder(nn.Module):
    def __init__(self, width, multipliers, blocks, attention, latent):
        super().__init__()
        self.conv_in = nn.Conv2d(3, width, 3, 1, 1)
        self.down = nn.ModuleList()
        channels = width
        for number, multiplier in enumerate(multipliers):
            level = Level()
            level.block, level.attn = nn.ModuleList(), nn.ModuleList()
            for _ in range(blocks):
                level.block.append(Block(channels, width * multiplier))
                channels = width * multiplier
                if number in attention:
                    level.attn.append(Attention(channels))
            if number + 1 < len(multipliers):
                level.downsample = Down(channels)
            self.down.append(level)
        self.mid = Middle(channels)
        self.norm_out, self.conv_out = Norm(channels), nn.Conv2d(channels, latent, 3, 1, 1)

    def forward(self, x):
        x = self.conv_in(x)
        for level in self.down:
            for number, block in enumerate(level.block):
                x = block(x)
                if level.attn:
                    x = level.attn[number](x)
            if hasattr(level, "downsample"):
                x = level.downsample(x)
        return self.conv_out(F.silu(self.norm_out(self.mid(x))))


class Decoder(nn.Module):
    def __init__(self, width, multipliers, blocks, attention, latent):
        super().__init__()
        channels = width * multipliers[-1]
        self.conv_in = nn.Conv2d(latent, channels, 3, 1, 1)
        self.mid = Middle(channels)
        levels = []
        for number, multiplier in reversed(list(enumerate(multipliers))):
            level = Level()
            level.block, level.attn = nn.ModuleList(), nn.ModuleList()
            for _ in range(blocks + 1):
                level.block.append(Block(channels, width * multiplier))
                channels = width * multiplier
                if number in attention:
                    level.attn.append(Attention(channels))
            if number > 0:
                level.upsample = Up(channels)
            levels.insert(0, level)
        self.up = nn.ModuleList(levels)
        self.norm_out, self.conv_out = Norm(channels), nn.Conv2d(channels, 3, 3, 1, 1)

    def forward(self, x):
        x = self.mid(self.conv_in(x))
        for level in reversed(self.up):
            for number, block in enumerate(level.block):
                x = block(x)
                if level.attn:
                    x = level.attn[number](x)
            if hasattr(level, "upsample"):
                x = level.upsample(x)
        return self.conv_out(F.silu(self.norm_out(x)))


class EncodingSide(nn.Module):
    def __init__(self, width, multipliers, blocks, attention, latent, codeword):
        super().__init__()
        self.encoder = Encoder(width, multipliers, blocks, attention, latent)
        self.quant_conv = nn.Conv2d(latent, codeword, 1)

    def forward(self, x):
        return self.quant_conv(self.encoder(x))


class DecodingSide(nn.Module):
    def __init__(self, width, multipliers, blocks, attention, latent, codeword):
        super().__init__()
        self.post_quant_conv = nn.Conv2d(codeword, latent, 1)
        self.decoder = Decoder(width, multipliers, blocks, attention, latent)

    def forward(self, x):
        return self.decoder(self.post_quant_conv(x))


class Pool(nn.Module):
    """icetk's down sampler: average pooling beside a strided convolution."""

    def __init__(self, channels):
        super().__init__()
        self.conv_down_sampler = Down(channels)

    def forward(self, x):
        return F.avg_pool2d(x, 2) + self.conv_down_sampler(x)


class HierarchicalEncoder(nn.Module):
    def __init__(self):
        super().__init__()
        self.enc = Encoder(128, (1, 2, 4), 2, set(), 256)
        self.down_samplers = nn.ModuleList([Pool(256)])
        self.quantize = nn.Module()
        self.quantize.proj = nn.Conv2d(256, 256, 1)

    def forward(self, x):
        return self.quantize.proj(self.down_samplers[0](self.enc(x)))


class HierarchicalDecoder(nn.Module):
    def __init__(self):
        super().__init__()
        self.decs = nn.ModuleList([nn.Identity(), Decoder(128, (1, 1, 2, 4), 0, set(), 256)])

    def forward(self, x):
        return self.decs[1](x)


class DiscreteBlock(nn.Module):
    def __init__(self, inputs, outputs, kernels):
        super().__init__()
        self.res_path = nn.Module()
        channels = inputs
        for number, kernel in enumerate(kernels, 1):
            width = outputs if number == 4 else outputs // 4
            setattr(self.res_path, f"conv_{number}", nn.Conv2d(channels, width, kernel, 1, kernel // 2))
            channels = width
        if inputs != outputs:
            self.id_path = nn.Conv2d(inputs, outputs, 1)

    def forward(self, x):
        h = x
        for number in range(1, 5):
            h = getattr(self.res_path, f"conv_{number}")(F.relu(h))
        return (self.id_path(x) if hasattr(self, "id_path") else x) + h / 64


class Discrete(nn.Module):
    """OpenAI's dVAE: the encoder up to its last ReLU, the decoder behind its gathered input."""

    def __init__(self, encode):
        super().__init__()
        self.encode = encode
        self.blocks = nn.Module()
        if encode:
            self.blocks.input = nn.Conv2d(3, 256, 7, 1, 3)
        channels = 256 if encode else 128
        for group, width in enumerate([256, 512, 1024, 2048] if encode else [2048, 1024, 512, 256], 1):
            stage = nn.Module()
            for number in (1, 2):
                kernels = (3, 3, 3, 1) if encode else (1, 3, 3, 3)
                setattr(stage, f"block_{number}", DiscreteBlock(channels, width, kernels))
                channels = width
            setattr(self.blocks, f"group_{group}", stage)
        if not encode:
            self.blocks.output = nn.Conv2d(256, 6, 1)

    def forward(self, x):
        if self.encode:
            x = self.blocks.input(x)
        for group in range(1, 5):
            stage = getattr(self.blocks, f"group_{group}")
            x = stage.block_2(stage.block_1(x))
            if group < 4:
                x = F.max_pool2d(x, 2) if self.encode else F.interpolate(x, scale_factor=2.0)
        x = F.relu(x)
        return x if self.encode else self.blocks.output(x)


def module(name):
    sber, default = (128, (1, 1, 2, 4), 2, {3}, 256, 256), (64, (1, 1, 1, 2), 0, set(), 64, 8)
    return {
        "sber-f8-encode": lambda: EncodingSide(*sber),
        "sber-f8-decode": lambda: DecodingSide(*sber),
        "ice-f8-encode": HierarchicalEncoder,
        "ice-f8-decode": HierarchicalDecoder,
        "default-encode": lambda: EncodingSide(*default),
        "default-decode": lambda: DecodingSide(*default),
        "dalle-dvae-encode": lambda: Discrete(True),
        "dalle-dvae-decode": lambda: Discrete(False),
    }[name]()


def parameter_name(name):
    """OpenAI's names as torch.nn's: `.w` and `.b`, the side in front, the output inside a sequence."""
    if name.endswith((".w", ".b")):
        name = name.removesuffix(".w").removesuffix(".b") + (".weight" if name.endswith(".w") else ".bias")
        name = name.removeprefix("encoder.").removeprefix("decoder.").replace("output.conv", "output")
    return name


def load(name, folder):
    """The module with the weights that our benchmark wrote, by name."""
    network = module(name)
    state, weights, offset = {}, np.fromfile(folder / f"{name}.weights", "<f4"), 0
    for line in (folder / f"{name}.index").read_text().splitlines():
        key, *shape = line.split()
        key = parameter_name(key)
        shape = [int(extent) for extent in shape]
        count = int(np.prod(shape))
        state[key] = torch.from_numpy(weights[offset:offset + count].reshape(shape).copy())
        offset += count
    network.load_state_dict(state, strict=True)
    return network.eval()


def array(name, folder, suffix, like=None, batch=1):
    values = np.fromfile(folder / f"{name}.{suffix}", "<f4")
    if like is not None:
        n, c, h, w = like
        return values.reshape(n, h, w, c).transpose(0, 3, 1, 2)
    channels = {"sber-f8-decode": 256, "ice-f8-decode": 256, "default-decode": 8,
                "dalle-dvae-decode": 128}.get(name, 3)
    side = int(round((values.size / batch / channels) ** 0.5))
    return np.ascontiguousarray(values.reshape(batch, side, side, channels).transpose(0, 3, 1, 2))


class Ours:
    def __init__(self, binary, name, batch, threads, policy):
        self.process = subprocess.Popen(
            [binary, "network", name, "batch", str(batch), "threads", str(threads), "policy", policy,
             "serve", "1"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def __call__(self):
        self.process.stdin.write("\n")
        self.process.stdin.flush()
        return tuple(float(number) for number in self.process.stdout.readline().split())

    def close(self):
        self.process.stdin.close()
        self.process.wait()


def timed(function):
    def run():
        wall, processor = time.perf_counter(), time.process_time()
        function()
        return (time.perf_counter() - wall) * 1e3, (time.process_time() - processor) * 1e3
    return run


def candidates(name, folder, batch, threads, binary, policies):
    network = load(name, folder)
    x = torch.from_numpy(array(name, folder, "input", batch=batch))
    runs = {f"tessera {policy}": Ours(binary, name, batch, threads, policy) for policy in policies}
    runs["torch nchw"] = timed(lambda: network(x))
    last = load(name, folder).to(memory_format=torch.channels_last)
    x_last = x.to(memory_format=torch.channels_last)
    runs["torch channels_last"] = timed(lambda: last(x_last))

    def bfloat16():
        with torch.autocast("cpu", dtype=torch.bfloat16):
            last(x_last)
    runs["torch bf16"] = timed(bfloat16)
    try:
        import onnxruntime
        path = str(folder / f"{name}.{batch}.onnx")
        torch.onnx.export(network, (x,), path, dynamo=False, input_names=["x"])
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        session = onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])
        runs["onnxruntime"] = timed(lambda: session.run(None, {"x": x.numpy()}))
    except Exception as error:  # the exporter changes between versions; say so and go on
        print(f"  onnxruntime left out: {error}", file=sys.stderr)
    return runs


def accuracy(name, folder, binary, policies, threads):
    """Largest and mean error of the output against float64, relative to its root mean square."""
    network = load(name, folder)
    x = torch.from_numpy(array(name, folder, "input"))
    exact = network.double()(x.double())
    network = load(name, folder)
    scale = exact.square().mean().sqrt()
    results = {}

    def note(label, value):
        difference = value.double() - exact
        results[label] = (float(difference.abs().max() / exact.abs().max()),
                          float(difference.square().mean().sqrt() / scale))
    note("torch nchw", network(x))
    last = load(name, folder).to(memory_format=torch.channels_last)
    note("torch channels_last", last(x.to(memory_format=torch.channels_last)))
    with torch.autocast("cpu", dtype=torch.bfloat16):
        note("torch bf16", last(x.to(memory_format=torch.channels_last)))
    for policy in policies:
        subprocess.run([binary, "network", name, "threads", str(threads), "policy", policy, "dump",
                        str(folder)], check=True)
        note(f"tessera {policy}", torch.from_numpy(
            array(name, folder, "output", like=exact.shape).copy()))
    return results


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    root = pathlib.Path(__file__).resolve().parents[2]
    parser.add_argument("--binary", default=str(root / ".build/release/Benchmarks"))
    parser.add_argument("--networks", default=",".join(NETWORKS))
    parser.add_argument("--batch", default="1")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--policies", default="balanced")
    parser.add_argument("--json")
    parser.add_argument("--accuracy", action="store_true")
    arguments = parser.parse_args()
    torch.set_num_threads(arguments.threads)
    torch.set_grad_enabled(False)
    policies = arguments.policies.split(",")
    report = []
    for name in arguments.networks.split(","):
        for batch in (int(number) for number in arguments.batch.split(",")):
            with tempfile.TemporaryDirectory() as temporary:
                folder = pathlib.Path(temporary)
                subprocess.run([arguments.binary, "network", name, "batch", str(batch), "threads",
                                str(arguments.threads), "dump", temporary], check=True)
                if arguments.accuracy and batch == 1:
                    for label, (largest, mean) in accuracy(
                            name, folder, arguments.binary, policies, arguments.threads).items():
                        print(f"{name:15} error {label:20} max {largest:.2e} rms {mean:.2e}")
                        report.append({"network": name, "candidate": label, "error_max": largest,
                                       "error_rms": mean})
                runs = candidates(name, folder, batch, arguments.threads, arguments.binary, policies)
                for run in runs.values():
                    run()
                times = {label: [] for label in runs}
                for _ in range(arguments.rounds):
                    for label, run in runs.items():
                        # Threads of the last candidate spin for a while before they sleep; that
                        # must not be charged to the next one. The first run wakes its own.
                        time.sleep(0.4)
                        run()
                        times[label].append(run())
                ours = times[f"tessera {policies[0]}"]
                for label, pairs in times.items():
                    wall, processor = (statistics.median(p[i] for p in pairs) for i in (0, 1))
                    ratios = [statistics.median(a[i] / b[i] for a, b in zip(ours, pairs)) for i in (0, 1)]
                    print(f"{name:15} batch {batch} {label:20} {wall:8.1f} ms  processor {processor:8.1f}"
                          f"  ours/this: wall {ratios[0]:.3f}, processor {ratios[1]:.3f}", flush=True)
                    report.append({"network": name, "batch": batch, "threads": arguments.threads,
                                   "candidate": label, "wall_ms": wall, "processor_ms": processor,
                                   "ratio_wall": ratios[0], "ratio_processor": ratios[1]})
                for run in runs.values():
                    if isinstance(run, Ours):
                        run.close()
    if arguments.json:
        pathlib.Path(arguments.json).write_text(json.dumps(report, indent=1) + "\n")
    print(f"peak memory of this process (PyTorch and onnxruntime): "
          f"{resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MiB")


if __name__ == "__main__":
    main()
