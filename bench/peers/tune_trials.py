"""Trials that do no work, by Ray Tune, its actors used again: python tune_trials.py TRIALS

Prints the seconds of `fit`, without those in which Ray starts.
"""

import sys
import tempfile
import time

import ray
from ray import tune


def objective(config):
    return {"value": sum(config.values())}


if __name__ == "__main__":
    trials = int(sys.argv[1])
    ray.init(num_cpus=2, include_dashboard=False, log_to_driver=False, logging_level="error")
    with tempfile.TemporaryDirectory() as folder:
        tuner = tune.Tuner(
            tune.with_resources(objective, {"cpu": 1}),
            param_space={name: tune.uniform(0, 1) for name in ("a", "b", "c", "d")},
            tune_config=tune.TuneConfig(num_samples=trials, reuse_actors=True),
            run_config=tune.RunConfig(verbose=0, storage_path=folder),
        )
        began = time.perf_counter()
        results = tuner.fit()
        seconds = time.perf_counter() - began
    assert len(results) == trials and not results.errors
    print(seconds)
