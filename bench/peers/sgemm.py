"""float32 matrix products by NumPy's BLAS or by XLA: what else this machine's sgemm could be.

    python bench/peers/sgemm.py numpy|jax [the arguments of the other peers, of which H is the size]
"""

import sys

library = sys.argv.pop(1)

from case import arguments, limit_threads, measure

args = arguments(__doc__)
limit_threads(args.threads)

import numpy as np

size = args.width
a = np.random.default_rng(1).normal(size=(size, size)).astype(np.float32)

if library == "jax":
    import jax

    a = jax.numpy.asarray(a)
    product = jax.jit(lambda a: a @ a)
    multiply = lambda: product(a).block_until_ready()
else:
    multiply = lambda: a @ a


def run():
    for _ in range(args.steps):
        multiply()


multiply()
measure(args, run, args.steps, "products")
