"""What peers in PyTorch say and read: "ready" once, with a remark where their results need one; then each line is a round, answered with its seconds."""

import sys
import time


def remark():
    """Debian's PyTorch without an optimised BLAS beside it multiplies matrices at one GFLOP/s; to beat that says nothing."""
    try:
        with open("/proc/self/maps") as maps:
            return ", reference BLAS: install libopenblas0-pthread" if any("/blas/libblas.so" in line for line in maps) else ""
    except OSError:
        return ""


def serve(work):
    print(f"ready{remark()}", flush=True)
    for _ in sys.stdin:
        start = time.perf_counter()
        work()
        print(time.perf_counter() - start, flush=True)
