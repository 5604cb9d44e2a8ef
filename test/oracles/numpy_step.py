"""One LieGAN training, a few steps, written from the method's formulas alone, in float64.

An oracle that shares nothing with the engines: trial by trial, sample by sample, the exponential as
a plain power series, gradients by the complex-step derivative Im f(x + ih) / h. Run with NumPy
(written with 2.4) and Biome to make `numpy_step.json` anew:

    python test/oracles/numpy_step.py > test/oracles/numpy_step.json
    npx biome format --write test/oracles
"""

import json

import numpy as np

LAYERS = ["weights1", "bias1", "weights2", "bias2", "weights3", "bias3"]
INPUT_SHARE = 0.8
INPUT_LAYERS = [f"input{name[0].upper()}{name[1:]}" for name in LAYERS]


def names(case):
    return ["generators", *LAYERS, *(INPUT_LAYERS if case.get("conditional") else [])]


def expm(x):
    term = total = np.eye(len(x), dtype=complex)
    for i in range(1, 60):
        term = term @ x / i
        total = total + term
    return total


def softplus(x):
    return np.log1p(np.exp(x))


def leaky(x):
    return np.where(x.real > 0, x, 0.2 * x)


def absolute(x):
    return x if x.real >= 0 else -x


def perceptron(p, layers, row):
    weights1, bias1, weights2, bias2, weights3, bias3 = (p[name] for name in layers)
    h1 = leaky(weights1 @ row + bias1)
    h2 = leaky(weights2 @ h1 + bias2)
    return weights3 @ h2 + bias3[0]


def discriminator(p, row):
    return perceptron(p, LAYERS, row)


def input_discriminator(p, row):
    return perceptron(p, INPUT_LAYERS, row[: p[INPUT_LAYERS[0]].shape[1]])


def masked(case, p):
    n = case["dimension"]
    mask = np.reshape(case.get("structure", [1] * n * n), (n, n))
    return [L * mask for L in p["generators"]]


def move(case, p, row, z):
    n = case["dimension"]
    vectors = case["inputBlocks"] + case["outputBlocks"]
    g = expm(sum(zk * L for zk, L in zip(z, masked(case, p))))
    moved = [g @ row[i * n : (i + 1) * n] for i in range(vectors)]
    return np.concatenate([*moved, row[vectors * n :]])


def generator_terms(case, t, p, batch, zs):
    n = case["dimension"]
    moved = [move(case, p, row, z) for row, z in zip(batch, zs)]
    raised = [
        discriminator(p, row)
        - (INPUT_SHARE * input_discriminator(p, row) if case.get("conditional") else 0)
        for row in moved
    ]
    adversarial = sum(softplus(-logit) for logit in raised) / len(batch)
    cosines = [
        (a[i * n : (i + 1) * n] @ b[i * n : (i + 1) * n])
        / np.sqrt((a[i * n : (i + 1) * n] @ a[i * n : (i + 1) * n]))
        / np.sqrt((b[i * n : (i + 1) * n] @ b[i * n : (i + 1) * n]))
        for a, b in zip(moved, batch)
        for i in range(case["inputBlocks"])
    ]
    cosine = sum(cosines) / len(cosines)
    units = [L / (np.sqrt(np.sum(L * L)) + 1e-6) for L in masked(case, p)][: case["live"][t]]
    overlap = sum(
        (absolute(np.sum(units[i] * units[j])) for j in range(len(units)) for i in range(j)), 0j
    )
    return adversarial, cosine, overlap


def generator_loss(case, t, p, batch, zs):
    adversarial, cosine, overlap = generator_terms(case, t, p, batch, zs)
    weights = case["identityWeight"][t], case["overlapWeight"][t]
    return adversarial + weights[0] * absolute(cosine) + weights[1] * overlap


def discriminator_loss(judge, p, batch, moved):
    real = sum(softplus(-judge(p, row)) for row in batch) / len(batch)
    fake = sum(softplus(judge(p, row)) for row in moved) / len(batch)
    return (real + fake) / 2


def derivative(loss, p, name):
    h = 1e-30
    gradient = np.zeros(p[name].shape)
    for at in np.ndindex(gradient.shape):
        nudged = {key: value.astype(complex) for key, value in p.items()}
        nudged[name][at] += 1j * h
        gradient[at] = loss(nudged).imag / h
    return gradient


def adam(value, gradient, m, v, rate, beta1, step):
    m = beta1 * m + (1 - beta1) * gradient
    v = 0.999 * v + 0.001 * gradient**2
    m_hat, v_hat = m / (1 - beta1**step), v / (1 - 0.999**step)
    return value - rate * m_hat / (np.sqrt(v_hat) + 1e-8), m, v


def train(case, rng):
    n, K, H, B = (case[key] for key in ["dimension", "channels", "hiddenWidth", "batchSize"])
    T, S, N = case["trials"], case["steps"], 12
    F = (case["inputBlocks"] + case["outputBlocks"]) * n + case["labels"]
    single = lambda x: np.asarray(x, dtype=np.float32).astype(float)
    samples = single(rng.normal(size=(N, F)))
    rows = rng.integers(0, N, size=(S, T, B))
    live = np.array([[k < alive for k in range(K)] for alive in case["live"]])
    z = single(rng.normal(size=(S, T, K, B)) * live[None, :, :, None])
    NAMES = names(case)
    layers = lambda width: [(H, width), (H,), (H, H), (H,), (H,), (1,)]
    shapes = dict(zip(NAMES, [(K, n, n), *layers(F), *layers(case["inputBlocks"] * n)]))
    start = {name: single(rng.normal(size=(T, *shape)) * 0.5) for name, shape in shapes.items()}
    start["generators"] *= live[:, :, None, None]
    metrics, gradients, ends = [], [], []
    for t in range(T):
        p = {name: start[name][t] for name in NAMES}
        moments = {name: (0 * p[name], 0 * p[name]) for name in NAMES}
        for s in range(S):
            batch, zs = samples[rows[s, t]], z[s, t].T
            c = {key: value.astype(complex) for key, value in p.items()}
            moved = [move(case, c, row, zk) for row, zk in zip(batch, zs)]
            adversarial, cosine, overlap = generator_terms(case, t, c, batch, zs)
            ld = discriminator_loss(discriminator, c, batch, moved)
            losses = [ld.real, adversarial.real, cosine.real, complex(overlap).real]
            if case.get("conditional"):
                losses.append(discriminator_loss(input_discriminator, c, batch, moved).real)
            metrics.append([s, t, *losses])

            def loss_of(name):
                if name == "generators":
                    return lambda q: generator_loss(case, t, {**c, name: q[name]}, batch, zs)
                judge = discriminator if name in LAYERS else input_discriminator
                return lambda q: discriminator_loss(judge, q, batch, moved)

            g = {name: derivative(loss_of(name), p, name) for name in NAMES}
            if s == 0:
                gradients.append(g)
            after = {}
            for name in NAMES:
                beta1 = 0.5 if name == "generators" else 0.9
                rate = case["generatorRate" if name == "generators" else "discriminatorRate"]
                after[name], *moments[name] = adam(p[name], g[name], *moments[name], rate, beta1, s + 1)
            p = after
        ends.append(p)
    metrics.sort(key=lambda row: (row[0], row[1]))
    columns = list(zip(*metrics))
    flat = lambda values: [float(f"{x:.9g}") for x in np.ravel(values)]
    return {
        **case,
        "samples": flat(samples),
        "rows": [int(row) for row in np.ravel(rows)],
        "coefficients": flat(z),
        "start": {name: flat(start[name]) for name in NAMES},
        "metrics": {
            name: flat(columns[2 + i])
            for i, name in enumerate(
                ["discriminatorLoss", "generatorLoss", "meanCosine", "overlap"]
                + ["inputLoss"] * case.get("conditional", False)
            )
        },
        "gradients": {name: flat([g[name] for g in gradients]) for name in NAMES},
        "end": {name: flat([p[name] for p in ends]) for name in NAMES},
    }


COMMON = {"hiddenWidth": 5, "batchSize": 4, "steps": 3, "generatorRate": 1e-3, "discriminatorRate": 2e-4}
CASES = [
    {**COMMON, "title": "x and y move, one label, a dead channel", "trials": 2, "channels": 2,
     "dimension": 3, "inputBlocks": 2, "outputBlocks": 1, "labels": 1, "live": [2, 1],
     "identityWeight": [1.0, 0.25], "overlapWeight": [1.0, 0.5]},
    {**COMMON, "title": "a structure mask, three channels", "trials": 1, "channels": 3,
     "dimension": 2, "inputBlocks": 1, "outputBlocks": 1, "labels": 0, "live": [3],
     "identityWeight": [0.5], "overlapWeight": [2.0], "structure": [0, 1, 1, 1]},
    {**COMMON, "title": "the conditional objective, x and y move, one label", "trials": 2,
     "channels": 2, "dimension": 2, "inputBlocks": 1, "outputBlocks": 2, "labels": 1, "live": [1, 2],
     "identityWeight": [1.0, 0.25], "overlapWeight": [1.0, 0.5], "conditional": True},
    {**COMMON, "title": "the conditional objective, only labels", "trials": 1, "channels": 1,
     "dimension": 2, "inputBlocks": 2, "outputBlocks": 0, "labels": 2, "live": [1],
     "identityWeight": [0.5], "overlapWeight": [1.0], "conditional": True},
]

rng = np.random.default_rng(1)
print(json.dumps([train(case, rng) for case in CASES]))
