"""One workload on asyncio or Trio in a process of its own; the counterpart of src/worker.ts.

It says `ready`, or `skip` and why; then each line of input is a size and how often, and each
answer a line of JSON.

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
        self.begin = self.read(), time.thread_time_ns()

    def stop(self):
        if self.end is None:
            self.end = self.read(), time.thread_time_ns()

    @property
    def values(self):
        return [end - begin for begin, end in zip(self.begin, self.end)]


def resident():
    """Bytes of memory in use; Python has no figure of its heap alone."""
    gc.collect()
    with open("/proc/self/statm") as statm:
        return int(statm.read().split()[1]) * resource.getpagesize()


def once(library, peer, work, size, read):
    """The work done once: its answer, what was measured, and the time of all of it."""
    began = time.perf_counter_ns()
    meter = Meter(read)
    if peer == "asyncio":
        answer = library.run(work(size, meter))
    else:
        answer = library.run(work, size, meter)
    meter.stop()
    return answer, *meter.values, time.perf_counter_ns() - began


def workload_unit(workload):
    return getattr(workload, "UNIT", "ns")


def main():
    name, peer = sys.argv[1:3]
    try:
        library = importlib.import_module(peer)
    except ImportError as error:
        print(f"skip {error}", flush=True)
        return
    if sys.version_info < (3, 11):
        print("skip asyncio.TaskGroup needs Python 3.11", flush=True)
        return
    workload = importlib.import_module(name)
    if workload_unit(workload) == "B" and not sys.platform.startswith("linux"):
        print("skip memory in use is read from /proc", flush=True)
        return
    read = resident if workload_unit(workload) == "B" else time.perf_counter_ns
    print("ready", flush=True)
    for line in sys.stdin:
        size, times = map(int, line.split())
        samples = [once(library, peer, workload.PEERS[peer], size, read) for _ in range(times)]
        answers, values, cpus, wholes = zip(*samples)
        print("sample " + json.dumps({
            "answer": answers[0] if len(set(answers)) == 1 else None,
            "value": sum(values) / times,
            "cpu": sum(cpus) / times,
            "whole": sum(wholes) / times,
            "rss": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024,
        }), flush=True)


main()
