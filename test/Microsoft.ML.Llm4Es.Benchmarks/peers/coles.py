"""CoLES (arXiv 2002.08232) in PyTorch, as a peer of the benchmarks: embeddings, a GRU of 256 units, the contrastive loss with hard negatives.

The network, the slices and the loss are those of the library's defaults, which are after pytorch-lifestream's.
"""

import argparse
import sys

try:
    import torch
except ImportError:
    sys.exit(1)
from torch.nn import functional
from torch.nn.utils.rnn import pack_sequence

from rounds import serve

HIDDEN, SLICES, BATCH, MARGIN, NEGATIVES = 256, 5, 64, 0.5, 5
HOURS, DAYS, NUMBERS = 25, 8, 3


def arguments():
    parser = argparse.ArgumentParser()
    for name in ("threads", "entities", "events", "categories", "epochs"):
        parser.add_argument(f"--{name}", type=int, required=True)
    return parser.parse_args()


class Encoder(torch.nn.Module):
    def __init__(self, categories):
        super().__init__()
        counts = (categories, HOURS, DAYS)
        sizes = [min(32, -int(-1.6 * count**0.56 // 1)) for count in counts]
        self.embeddings = torch.nn.ModuleList(torch.nn.Embedding(count, size, padding_idx=0) for count, size in zip(counts, sizes))
        self.recurrent = torch.nn.GRU(sum(sizes) + NUMBERS, HIDDEN, batch_first=True)

    def forward(self, slices):
        packed = pack_sequence([torch.cat([e(codes[i]) for i, e in enumerate(self.embeddings)] + [numbers], -1) for codes, numbers in slices], enforce_sorted=False)
        return self.recurrent(packed)[1][0]


def loss_of(vectors):
    unit = functional.normalize(vectors, dim=1)
    squares = (2 - 2 * unit @ unit.T).clamp_min(0)
    entity = torch.arange(len(vectors)) // SLICES
    same = entity[None] == entity[:, None]
    nearest = squares.masked_fill(same, float("inf")).topk(NEGATIVES, largest=False)[0]
    return (squares[same].sum() / 2 + (MARGIN - (nearest + 1e-6).sqrt()).relu().square().sum()) / len(vectors)


def main():
    options = arguments()
    torch.set_num_threads(options.threads)
    torch.manual_seed(0)
    codes = torch.stack([torch.randint(1, count, (options.entities, options.events)) for count in (options.categories, HOURS, DAYS)], 1)
    numbers = torch.randn(options.entities, options.events, NUMBERS)
    least, most = options.events // 6, min(150, options.events * 3 // 2, options.events)

    def slices_of(entity):
        for _ in range(SLICES):
            length = int(torch.randint(least, most + 1, ()))
            start = int(torch.randint(0, options.events - length + 1, ()))
            yield codes[entity, :, start : start + length], numbers[entity, start : start + length]

    def work():
        encoder = Encoder(options.categories)
        optimizer = torch.optim.Adam(encoder.parameters(), lr=2e-3)
        for _ in range(options.epochs):
            for batch in torch.randperm(options.entities).split(BATCH):
                optimizer.zero_grad(set_to_none=True)
                loss_of(encoder([piece for entity in batch for piece in slices_of(entity)])).backward()
                optimizer.step()

    serve(work)


main()
