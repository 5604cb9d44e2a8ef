"""What all peers share: the arguments, the shapes of the two-body data, and how a case is timed."""

import argparse
import json
import os
import resource
import sys
import time


def arguments(about):
    parser = argparse.ArgumentParser(description=about)
    parser.add_argument("trials", type=int, help="T")
    parser.add_argument("width", type=int, help="H")
    parser.add_argument("channels", type=int, help="K")
    parser.add_argument("batch", type=int, help="B")
    parser.add_argument("steps", type=int, help="steps of one run")
    parser.add_argument("--threads", type=int, default=1, help="0: all that the machine has")
    parser.add_argument("--seconds", type=float, default=0, help="repeat the run for so long; once at least")
    parser.add_argument("--wait", action="store_true", help="say ready, and start when a line comes in")
    parser.add_argument("--check", metavar="FILE", help="take one step from this JSON file and print the losses")
    return parser.parse_args()


def limit_threads(threads):
    """Before NumPy, JAX or PyTorch is imported: each reads these once."""
    if threads == 0:
        return
    for name in ["NPROC", "OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"]:
        os.environ[name] = str(threads)
    if threads == 1:
        os.environ["XLA_FLAGS"] = "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1"


def measure(args, run, work, unit):
    """Times run() and prints one line. It was called before: nothing is compiled in here."""
    if args.wait:
        print("ready", flush=True)
        sys.stdin.readline()
    started, cpu, runs = time.perf_counter(), time.process_time(), 0
    while True:
        run()
        runs += 1
        elapsed = time.perf_counter() - started
        if elapsed >= args.seconds:
            break
    print(
        json.dumps(
            {
                "milliseconds": elapsed * 1000,
                unit: runs * work,
                "cores": (time.process_time() - cpu) / elapsed,
                "peakBytes": peak_bytes(),
                "msPer" + unit[0].upper() + unit[1:-1]: elapsed * 1000 / (runs * work),
            }
        ),
        flush=True,
    )


def peak_bytes():
    try:
        with open("/proc/self/status") as status:
            line = next(line for line in status if line.startswith("VmHWM"))
        return int(line.split()[1]) * 1024
    except OSError:
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        return peak if sys.platform == "darwin" else peak * 1024
