"""The same step in JAX, as one would write it: autodiff, vmap over T trials, scan over the steps, jit.

    python bench/peers/jax_step.py T H K B STEPS [--threads 1]

One trial: g = exp(sum z_k L_k) moves x and y; the generator's loss is E softplus(-D(gx, gy)) + lambda
R_id + eta R_ch, the discriminator's the mean of both cross-entropies; both take an Adam step from
the parameters of before. Rows and coefficients are drawn on the device. Everything is float32.
"""

import json

from case import arguments, limit_threads, measure

args = arguments(__doc__)
limit_threads(args.threads)

import jax
import jax.numpy as jnp
import numpy as np

N_DIM, INPUTS, OUTPUTS = 2, 4, 4
FEATURES = (INPUTS + OUTPUTS) * N_DIM
RATES = {"generator": 1e-3, "discriminator": 2e-4}


def expm(a):
    """Taylor of degree 8 at a/32, in three products' worth of Horner steps, then five squarings."""
    a = a / 32
    one = jnp.eye(N_DIM)
    total = one + a / 8
    for i in range(7, 0, -1):
        total = one + a @ total / i
    for _ in range(5):
        total = total @ total
    return total


def logits(d, rows):
    h1 = jax.nn.leaky_relu(rows @ d["weights1"] + d["bias1"], 0.2)
    h2 = jax.nn.leaky_relu(h1 @ d["weights2"] + d["bias2"], 0.2)
    return h2 @ d["weights3"] + d["bias3"]


def move(L, rows, z):
    """rows (B, F), z (B, K): every vector of row b by exp(sum_k z_bk L_k)."""
    g = expm(jnp.einsum("bk,kij->bij", z, L))
    vectors = rows.reshape(len(rows), INPUTS + OUTPUTS, N_DIM)
    return jnp.einsum("bij,bvj->bvi", g, vectors)


def generator_losses(L, d, rows, z):
    moved = move(L, rows, z)
    adversarial = jax.nn.softplus(-logits(d, moved.reshape(len(rows), FEATURES))).mean()
    x = rows.reshape(len(rows), -1, N_DIM)[:, :INPUTS]
    gx = moved[:, :INPUTS]
    norm = lambda v: jnp.sqrt((v * v).sum(-1) + 1e-12)
    cosine = ((x * gx).sum(-1) / (norm(x) * norm(gx) + 1e-8)).mean()
    unit = L / (jnp.sqrt((L * L).sum((1, 2), keepdims=True) + 1e-12) + 1e-6)
    overlap = jnp.abs(jnp.triu(jnp.einsum("aij,bij->ab", unit, unit), 1)).sum()
    return adversarial, cosine, overlap


def generator_loss(L, d, rows, z, weights):
    adversarial, cosine, overlap = generator_losses(L, d, rows, z)
    return adversarial + weights[0] * jnp.abs(cosine) + weights[1] * overlap, (adversarial, cosine, overlap)


def discriminator_loss(d, rows, moved):
    real = jax.nn.softplus(-logits(d, rows)).mean()
    fake = jax.nn.softplus(logits(d, moved)).mean()
    return (real + fake) / 2


def adam(p, g, m, v, step, rate, beta1, beta2=0.999):
    m = jax.tree.map(lambda m, g: beta1 * m + (1 - beta1) * g, m, g)
    v = jax.tree.map(lambda v, g: beta2 * v + (1 - beta2) * g * g, v, g)
    rate_now = rate / (1 - beta1**step)
    correction = 1 - beta2**step
    p = jax.tree.map(lambda p, m, v: p - rate_now * m / (jnp.sqrt(v / correction) + 1e-8), p, m, v)
    return p, m, v


def one_step(state, rows, z, weights, step):
    (L, mL, vL), (d, md, vd) = state
    (_, losses), gL = jax.value_and_grad(generator_loss, has_aux=True)(L, d, rows, z, weights)
    moved = jax.lax.stop_gradient(move(L, rows, z)).reshape(len(rows), FEATURES)
    loss, gd = jax.value_and_grad(discriminator_loss)(d, rows, moved)
    L, mL, vL = adam(L, gL, mL, vL, step, RATES["generator"], 0.5)
    d, md, vd = adam(d, gd, md, vd, step, RATES["discriminator"], 0.9)
    return ((L, mL, vL), (d, md, vd)), (loss, *losses)


def train(state, key, weights, samples, first, steps):
    """One trial, `steps` steps."""

    def body(state, step):
        row_key, z_key = jax.random.split(jax.random.fold_in(key, step))
        rows = samples[jax.random.randint(row_key, (args.batch,), 0, len(samples))]
        z = jax.random.normal(z_key, (args.batch, args.channels))
        return one_step(state, rows, z, weights, step.astype(jnp.float32))

    return jax.lax.scan(body, state, first + jnp.arange(steps))


def initial_state():
    T, H, K = args.trials, args.width, args.channels
    rng = np.random.default_rng(1)
    uniform = lambda fan_in, *dims: rng.uniform(-1, 1, (T, *dims)).astype(np.float32) / np.float32(fan_in**0.5)
    d = {
        "weights1": uniform(FEATURES, FEATURES, H),
        "bias1": uniform(FEATURES, H),
        "weights2": uniform(H, H, H),
        "bias2": uniform(H, H),
        "weights3": uniform(H, H),
        "bias3": uniform(H),
    }
    L = rng.normal(size=(T, K, N_DIM, N_DIM)).astype(np.float32) * np.float32(2**0.5 / (2 * N_DIM))
    return started(L, d)


def started(L, d):
    """New buffers each: the compiled run takes over the memory of its state."""
    zeros = lambda tree: jax.tree.map(lambda leaf: jnp.zeros(leaf.shape, jnp.float32), tree)
    held = lambda tree: (jax.tree.map(jnp.asarray, tree), zeros(tree), zeros(tree))
    return held(L), held(d)


def check(path):
    """Takes the steps of a file that `bench/check-peer.ts` wrote and prints the losses of each."""
    with open(path) as file:
        case = json.load(file)
    T, H, K, B, S = (case[key] for key in ["trials", "hiddenWidth", "channels", "batchSize", "steps"])
    array = lambda name, *dims: np.asarray(case[name], np.float32).reshape(dims)
    samples = array("samples", -1, FEATURES)
    rows = np.asarray(case["rows"]).reshape(S, T, B)
    z = array("coefficients", S, T, K, B).swapaxes(2, 3)
    d = {
        "weights1": array("weights1", T, H, FEATURES).swapaxes(1, 2),
        "bias1": array("bias1", T, H),
        "weights2": array("weights2", T, H, H).swapaxes(1, 2),
        "bias2": array("bias2", T, H),
        "weights3": array("weights3", T, H),
        "bias3": array("bias3", T),
    }
    weights = np.stack([array("identityWeight", T), array("overlapWeight", T)], 1)
    state = started(array("generators", T, K, N_DIM, N_DIM), d)
    step = jax.jit(jax.vmap(one_step, (0, 0, 0, 0, None)))
    losses = []
    for s in range(S):
        state, at = step(state, samples[rows[s]], z[s], weights, jnp.float32(s + 1))
        losses.append(at)
    names = ["discriminatorLoss", "generatorLoss", "meanCosine", "overlap"]
    of = lambda i: [float(x) for at in losses for x in at[i]]
    print(json.dumps({name: of(i) for i, name in enumerate(names)}))


def main():
    T = args.trials
    rng = np.random.default_rng(2)
    samples = jnp.asarray(rng.normal(size=(4096, FEATURES)), jnp.float32)
    keys = jax.random.split(jax.random.key(0), T)
    weights = jnp.ones((T, 2), jnp.float32)
    batched = jax.vmap(train, (0, 0, 0, None, None, None))
    compiled = jax.jit(batched, static_argnums=5, donate_argnums=0)
    held = {"state": initial_state(), "first": 1}

    def run():
        held["state"], losses = compiled(held["state"], keys, weights, samples, held["first"], args.steps)
        held["first"] += args.steps
        jax.block_until_ready((held["state"], losses))

    run()
    measure(args, run, T * args.steps, "trialSteps")


check(args.check) if args.check else main()
