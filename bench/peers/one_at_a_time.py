"""A plain loop in the style of the reference (Yang et al. 2023): PyTorch, eager, one trial at a time.

    python bench/peers/one_at_a_time.py 1 H K B STEPS [--threads 1]

A generator step, then a discriminator step, each with its own forward and backward pass and its own
torch.optim.Adam; T trials are T such loops one after another, so T must be 1.
"""

from case import arguments, limit_threads, measure

args = arguments(__doc__)
limit_threads(args.threads)

import torch
from torch import nn

N_DIM, INPUTS, OUTPUTS = 2, 4, 4
FEATURES = (INPUTS + OUTPUTS) * N_DIM
LAMBDA, ETA = 1.0, 1.0


class Generator(nn.Module):
    def __init__(self, channels):
        super().__init__()
        self.L = nn.Parameter(torch.randn(channels, N_DIM, N_DIM) * 2**0.5 / (2 * N_DIM))

    def forward(self, rows):
        z = torch.randn(len(rows), len(self.L))
        g = torch.matrix_exp(torch.einsum("bk,kij->bij", z, self.L))
        vectors = rows.view(len(rows), INPUTS + OUTPUTS, N_DIM)
        return torch.einsum("bij,bvj->bvi", g, vectors)

    def overlap(self):
        unit = self.L / (self.L.flatten(1).norm(dim=1)[:, None, None] + 1e-6)
        return torch.einsum("aij,bij->ab", unit, unit).triu(1).abs().sum()


def discriminator(width):
    return nn.Sequential(
        nn.Linear(FEATURES, width),
        nn.LeakyReLU(0.2),
        nn.Linear(width, width),
        nn.LeakyReLU(0.2),
        nn.Linear(width, 1),
    )


def main():
    if args.trials != 1:
        raise SystemExit(f"one trial at a time, and {args.trials} were asked for: pass T = 1")
    if args.threads:
        torch.set_num_threads(args.threads)
    torch.manual_seed(0)
    G, D = Generator(args.channels), discriminator(args.width)
    optimizer_G = torch.optim.Adam(G.parameters(), lr=1e-3, betas=(0.5, 0.999))
    optimizer_D = torch.optim.Adam(D.parameters(), lr=2e-4, betas=(0.9, 0.999))
    adversarial = nn.BCEWithLogitsLoss()
    cosine = nn.CosineSimilarity(dim=-1)
    samples = torch.randn(4096, FEATURES)
    real, fake = torch.ones(args.batch, 1), torch.zeros(args.batch, 1)

    def step():
        rows = samples[torch.randint(len(samples), (args.batch,))]
        optimizer_G.zero_grad()
        moved = G(rows)
        flat = moved.reshape(args.batch, FEATURES)
        x = rows.view(args.batch, -1, N_DIM)[:, :INPUTS]
        identity = cosine(moved[:, :INPUTS], x).mean().abs()
        loss = adversarial(D(flat), real) + LAMBDA * identity + ETA * G.overlap()
        loss.backward()
        optimizer_G.step()

        optimizer_D.zero_grad()
        loss_D = (adversarial(D(rows), real) + adversarial(D(flat.detach()), fake)) / 2
        loss_D.backward()
        optimizer_D.step()
        return loss.item(), loss_D.item()

    def run():
        for _ in range(args.steps):
            step()

    for _ in range(3):
        step()
    measure(args, run, args.steps, "trialSteps")


main()
