"""The augmentation experiment of LieGAN (method, section 11) on two-body orbits.

    augmentation.py ORBITS.npz --group discovered=discovered.py --group true=true.py

Groups are modules that `liesweep export --format emlp` wrote. For each, and without one, an MLP F of five states
is trained as f(x) = g^-1 F(g x) with a random g = exp(sum z L) for every sample, and F is tested on the other
half-plane. Prints a line of JSON a predictor. All train at once; seeds are paired, so that what chance gives to
one kind it gives to all.
"""

import argparse
import functools
import json

import jax
import jax.numpy as jnp
import numpy as np
import optax

from orbits import load, windows

HIDDEN = [32, 32, 32]
RATE = 1e-4
BATCH = 512
SIGMA = 3.0
# Elements a predictor draws from: in one dimension they lie 5e-4 rad apart where they are densest.
DRAWS = 16_384


def initial(key, width):
    """Weights and biases uniform in +-1/sqrt(inputs)."""
    widths = [width, *HIDDEN, width]
    layers = []
    for inputs, outputs in zip(widths, widths[1:]):
        key, for_weight, for_bias = jax.random.split(key, 3)
        limit = 1 / np.sqrt(inputs)
        weight = jax.random.uniform(for_weight, (inputs, outputs), minval=-limit, maxval=limit)
        bias = jax.random.uniform(for_bias, (outputs,), minval=-limit, maxval=limit)
        layers.append((weight, bias))
    return layers


def predict(layers, x):
    for weight, bias in layers[:-1]:
        x = jax.nn.relu(x @ weight + bias)
    weight, bias = layers[-1]
    return x @ weight + bias


def moved(g, x):
    """One g of shape (rows, n, n) a row, on every n numbers of it."""
    n = g.shape[-1]
    blocks = x.reshape(len(x), -1, 1, n)
    return (g[:, None] * blocks).sum(-1).reshape(x.shape)


def loss(layers, x, y, g, inverse):
    return jnp.mean((moved(inverse, predict(layers, moved(g, x))) - y) ** 2)


@jax.jit
def elements(key, basis):
    """exp(X) and exp(-X) of DRAWS elements X = sum z L with z ~ N(0, SIGMA^2)."""
    z = SIGMA * jax.random.normal(key, (DRAWS, len(basis)))
    x = jnp.einsum("dk,kij->dij", z, basis)
    exponential = jax.vmap(jax.scipy.linalg.expm)
    return exponential(x), exponential(-x)


optimizer = optax.adam(RATE)


def epoch(state, group, key, x, y):
    """Once through the samples, the last and smaller batch too."""
    for_order, for_elements = jax.random.split(key)
    order = jax.random.permutation(for_order, len(x))
    drawn = jax.random.randint(for_elements, (len(x),), 0, DRAWS)

    def step(state, at):
        layers, adam = state
        rows, which = at
        g, inverse = (each[which] for each in group)
        gradient = jax.grad(loss)(layers, x[rows], y[rows], g, inverse)
        change, adam = optimizer.update(gradient, adam)
        return (optax.apply_updates(layers, change), adam), None

    whole = len(x) // BATCH * BATCH
    batches = tuple(each[:whole].reshape(-1, BATCH) for each in (order, drawn))
    state, _ = jax.lax.scan(step, state, batches)
    if whole < len(x):
        state, _ = step(state, (order[whole:], drawn[whole:]))
    return state


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("orbits")
    parser.add_argument("--group", action="append", default=[], help="NAME=FILE")
    parser.add_argument("--seeds", type=int, default=1)
    parser.add_argument("--epochs", type=int, default=2000)
    options = parser.parse_args()

    modules = {name: load(name, file) for name, file in (g.split("=", 1) for g in options.group)}
    file = np.load(options.orbits)
    x, y = windows(file["coords"])
    test_x, test_y = windows(file["test_coords"])

    # (arms, seeds, ...): groups differ by both, first weights and batches by the seed alone.
    names = [None, *modules]
    keys = jnp.stack([jax.random.PRNGKey(seed) for seed in range(1, options.seeds + 1)])
    bases = [jnp.zeros_like(jnp.array(m.BASIS)) for m in list(modules.values())[:1]] + [
        jnp.array(m.BASIS) for m in modules.values()
    ]
    groups = [jax.vmap(elements, (0, None))(keys, basis) for basis in bases]
    group = tuple(jnp.stack(each) for each in zip(*groups))
    layers = jax.vmap(functools.partial(initial, width=x.shape[1]))(keys)
    layers = jax.tree_util.tree_map(lambda leaf: jnp.stack([leaf] * len(names)), layers)
    state = (layers, jax.vmap(jax.vmap(optimizer.init))(layers))

    over_seeds = jax.vmap(epoch, (0, 0, 0, None, None))
    over_arms = jax.jit(jax.vmap(over_seeds, (0, 0, None, None, None)), donate_argnums=0)
    for number in range(options.epochs):
        turn = jax.vmap(jax.random.fold_in, (0, None))(keys, number)
        state = over_arms(state, group, turn, x, y)

    error = jax.jit(lambda layers: jnp.mean((predict(layers, test_x) - test_y) ** 2))
    for arm, name in enumerate(names):
        for seed in range(options.seeds):
            of = jax.tree_util.tree_map(lambda leaf: leaf[arm, seed], state[0])
            print(json.dumps({"group": name, "seed": seed + 1, "mse": float(error(of))}), flush=True)


if __name__ == "__main__":
    jax.config.update("jax_platforms", "cpu")
    main()
