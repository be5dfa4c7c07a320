"""A LLaMA model in PyTorch, as a peer of the benchmarks.

Plain PyTorch as one writes it for version 1.13, Debian 12's python3-torch, which has no transformers beside it.
"""

import argparse
import math
import sys

try:
    import torch
except ImportError:
    sys.exit(1)
from torch.nn import functional

from rounds import serve


def arguments():
    parser = argparse.ArgumentParser()
    parser.add_argument("work", choices=["train", "embed", "prompt"])
    for name in ("threads", "rows", "length", "vocabulary", "hidden", "intermediate", "layers", "heads", "key-value-heads"):
        parser.add_argument(f"--{name}", type=int, required=True)
    return parser.parse_args()


class RmsNorm(torch.nn.Module):
    def __init__(self, size):
        super().__init__()
        self.weight = torch.nn.Parameter(torch.ones(size))

    def forward(self, x):
        return self.weight * (x * torch.rsqrt(x.pow(2).mean(-1, keepdim=True) + 1e-5))


def linear(inputs, outputs):
    return torch.nn.Linear(inputs, outputs, bias=False)


def rotate_half(x):
    first, second = x.chunk(2, -1)
    return torch.cat([-second, first], -1)


class Attention(torch.nn.Module):
    def __init__(self, hidden, heads, key_value_heads):
        super().__init__()
        self.heads, self.key_value_heads, self.size = heads, key_value_heads, hidden // heads
        self.query = linear(hidden, hidden)
        self.key = linear(hidden, key_value_heads * self.size)
        self.value = linear(hidden, key_value_heads * self.size)
        self.output = linear(hidden, hidden)

    def forward(self, x, cos, sin, mask):
        def by_head(projected):
            return projected.view(*x.shape[:2], -1, self.size).transpose(1, 2)

        def shared(projected):
            return projected.repeat_interleave(self.heads // self.key_value_heads, 1)

        query, key, value = by_head(self.query(x)), by_head(self.key(x)), by_head(self.value(x))
        query = query * cos + rotate_half(query) * sin
        key = key * cos + rotate_half(key) * sin
        scores = query @ shared(key).transpose(2, 3) / math.sqrt(self.size) + mask
        attended = torch.softmax(scores, -1) @ shared(value)
        return self.output(attended.transpose(1, 2).reshape(x.shape))


class Layer(torch.nn.Module):
    def __init__(self, hidden, intermediate, heads, key_value_heads):
        super().__init__()
        self.attention_norm, self.feed_forward_norm = RmsNorm(hidden), RmsNorm(hidden)
        self.attention = Attention(hidden, heads, key_value_heads)
        self.gate, self.up, self.down = linear(hidden, intermediate), linear(hidden, intermediate), linear(intermediate, hidden)

    def forward(self, x, cos, sin, mask):
        x = x + self.attention(self.attention_norm(x), cos, sin, mask)
        inner = self.feed_forward_norm(x)
        return x + self.down(functional.silu(self.gate(inner)) * self.up(inner))


class Model(torch.nn.Module):
    def __init__(self, options):
        super().__init__()
        self.embedding = torch.nn.Embedding(options.vocabulary, options.hidden)
        torch.nn.init.normal_(self.embedding.weight, std=0.02)
        sizes = options.hidden, options.intermediate, options.heads, options.key_value_heads
        self.layers = torch.nn.ModuleList(Layer(*sizes) for _ in range(options.layers))
        self.norm = RmsNorm(options.hidden)
        size = options.hidden // options.heads
        angles = torch.outer(torch.arange(options.length), 10000.0 ** (-torch.arange(0, size, 2) / size))
        angles = torch.cat([angles, angles], -1)
        self.cos, self.sin = angles.cos(), angles.sin()
        self.mask = torch.full((options.length, options.length), -math.inf).triu(1)

    def forward(self, ids):
        x = self.embedding(ids)
        for layer in self.layers:
            x = layer(x, self.cos, self.sin, self.mask)
        return self.norm(x)

    def logits(self, hidden):
        return functional.linear(hidden, self.embedding.weight)


def training_step(model, optimizer, ids, targets):
    optimizer.zero_grad(set_to_none=True)
    loss = functional.cross_entropy(model.logits(model(ids)).flatten(0, 1), targets.flatten())
    loss.backward()
    torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
    optimizer.step()


def main():
    options = arguments()
    torch.set_num_threads(options.threads)
    torch.manual_seed(0)
    model = Model(options)
    ids, targets = torch.randint(0, options.vocabulary, (2, options.rows, options.length))
    optimizer = torch.optim.AdamW(model.parameters(), lr=1e-5, foreach=True)

    def work():
        if options.work == "train":
            training_step(model, optimizer, ids, targets)
            return
        with torch.no_grad():
            hidden = model(ids)
            hidden.mean(1) if options.work == "embed" else model.logits(hidden[:, -1])

    serve(work)


main()
