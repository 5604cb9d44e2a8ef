"""EMLP (PyPI) on two-body orbits, with groups that `liesweep export --format emlp` wrote.

    equivariance.py ORBITS.npz --group discovered=discovered.py --group true=true.py

For each group: how many linear maps of a state EMLP finds to commute with it, and how far those maps, and an
untrained network built of them on five states, are from commuting with random elements, z ~ N(0, 1), of
that group and of the true one. An MLP beside them knows no group. Prints a line of JSON a model.
"""

import argparse
import json

import jax
import jax.numpy as jnp
import numpy as np
import objax
from emlp.nn import EMLP, MLP
from emlp.reps.linear_operators import densify
from emlp.reps.representation import equivariance_error

from orbits import STATES, load, windows


def moved(g, x):
    """One g of shape (rows, n, n) a row, on every n numbers of it."""
    n = g.shape[-1]
    return jnp.einsum("bij,btj->bti", g, x.reshape(len(x), -1, n)).reshape(x.shape)


def relative_error(model, g, x):
    """The root of E|f(gx) - g f(x)|^2 / E|g f(x)|^2."""
    there, here = model(moved(g, x)), moved(g, model(x))
    return float(jnp.sqrt(jnp.mean((there - here) ** 2) / jnp.mean(here**2)))


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("orbits")
    parser.add_argument("--group", action="append", required=True, help="NAME=FILE; one is named true")
    parser.add_argument("--seeds", type=int, default=1)
    options = parser.parse_args()

    modules = {name: load(name, file) for name, file in (g.split("=", 1) for g in options.group)}
    groups = {name: module.DiscoveredGroup() for name, module in modules.items()}
    states, _ = windows(np.load(options.orbits)["test_coords"])

    for seed in range(1, options.seeds + 1):
        for name in [None, *modules]:
            objax.random.DEFAULT_GENERATOR.seed(seed)
            np.random.seed(seed)
            module, group = modules[name or "true"], groups[name or "true"]
            rep_in, rep_out = STATES * module.REP_IN, STATES * module.REP_OUT
            facts = {"group": name, "seed": seed}
            if name is None:
                model = MLP(rep_in, rep_out, group, ch=states.shape[1], num_layers=3)
            else:
                model = EMLP(rep_in, rep_out, group, ch=rep_in, num_layers=3)
                one_in, one_out = module.REP_IN(group), module.REP_OUT(group)
                maps = densify((one_in >> one_out).equivariant_basis())
                facts["maps"] = int(maps.shape[1])
                facts["allMaps"] = int(maps.shape[0])
                facts["mapsOwn"] = float(equivariance_error(maps, one_in, one_out, group))
                facts["mapsTrue"] = float(equivariance_error(maps, one_in, one_out, groups["true"]))
                facts["networkOwn"] = relative_error(model, group.samples(len(states)), states)
            facts["networkTrue"] = relative_error(model, groups["true"].samples(len(states)), states)
            print(json.dumps(facts), flush=True)


if __name__ == "__main__":
    jax.config.update("jax_platforms", "cpu")
    main()
