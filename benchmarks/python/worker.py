"""One workload on asyncio or Trio in a process of its own; the counterpart of src/worker.ts.

It says `ready`, or `skip` and why; then each line of input is a size, and each answer a line of JSON.

Usage: python3 worker.py WORKLOAD asyncio|trio
"""

import gc
import importlib
import json
import resource
import sys
import time


class Meter:
    """Started before the peer runs and stopped after; a peer may start it again, or stop it early."""

    def __init__(self, read):
        self.read = read
        self.start()

    def start(self):
        self.end = None
        self.begin = self.read()

    def stop(self):
        if self.end is None:
            self.end = self.read()

    @property
    def value(self):
        return self.end - self.begin


def resident():
    """Bytes of memory in use; Python has no figure of its heap alone."""
    gc.collect()
    with open("/proc/self/statm") as statm:
        return int(statm.read().split()[1]) * resource.getpagesize()


def main():
    name, peer = sys.argv[1:3]
    try:
        library = importlib.import_module(peer)
    except ImportError as error:
        print(f"skip {error}", flush=True)
        return
    workload = importlib.import_module(name)
    read = resident if getattr(workload, "UNIT", "ns") == "B" else time.perf_counter_ns
    print(f"ready", flush=True)
    for line in sys.stdin:
        began = time.perf_counter_ns()
        meter = Meter(read)
        work = workload.PEERS[peer](int(line), meter)
        answer = library.run(work if peer == "asyncio" else (lambda: work))
        meter.stop()
        whole = time.perf_counter_ns() - began
        rss = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
        print("sample " + json.dumps({"answer": answer, "value": meter.value, "whole": whole, "rss": rss}), flush=True)


main()
