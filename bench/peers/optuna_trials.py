"""Trials that do no work, by Optuna: python optuna_trials.py POSTGRESQL_URL TRIALS PROCESSES

Prints the seconds from the start of the processes to their end.
"""

import multiprocessing
import sys
import time

import optuna
from optuna.samplers import RandomSampler

optuna.logging.set_verbosity(optuna.logging.ERROR)


def objective(trial):
    return sum(trial.suggest_float(name, 0.0, 1.0) for name in ("a", "b", "c", "d"))


def work(url, study, seed, trials):
    optuna.load_study(
        study_name=study, storage=url, sampler=RandomSampler(seed)
    ).optimize(objective, n_trials=trials)


if __name__ == "__main__":
    url = sys.argv[1].replace("postgresql://", "postgresql+psycopg2://")
    trials, processes = int(sys.argv[2]), int(sys.argv[3])
    study = optuna.create_study(storage=url, study_name=f"zero-{time.time()}")
    began = time.perf_counter()
    workers = [
        multiprocessing.Process(
            target=work, args=(url, study.study_name, seed, trials // processes)
        )
        for seed in range(processes)
    ]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    seconds = time.perf_counter() - began
    assert len(study.get_trials(deepcopy=False)) == trials
    print(seconds)
