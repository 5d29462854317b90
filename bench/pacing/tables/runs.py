"""Runs the programs, several at a time, and keeps what they printed."""

import concurrent.futures
import json
import pathlib
import subprocess
import sys
import threading
import time


class Runs:
    """Starts each different command once; asking for a result waits for it."""

    def __init__(self, folder, jobs):
        self.folder = pathlib.Path(folder)
        self.pool = concurrent.futures.ThreadPoolExecutor(max_workers=jobs)
        self.futures = {}
        self.done = 0
        self.lock = threading.Lock()
        self.started_at = time.monotonic()
        self.shows_progress = sys.stderr.isatty()

    def world(self, policy, **options):
        """Queues a run of pacing_world; options are its flags, True for one without a value."""
        return self._queue(["pacing_world", "--policy", policy, "--json", *flags(options)])

    def optimum(self, world, agents):
        return self._queue(["pacing_optimum", "--world", world, "--agents", str(agents), "--json"])

    def seconds(self):
        return time.monotonic() - self.started_at

    def _queue(self, command):
        key = tuple(command)
        if key not in self.futures:
            self.futures[key] = self.pool.submit(self._run, command)
        return self.futures[key]

    def _run(self, command):
        program = self.folder / command[0]
        done = subprocess.run([program, *command[1:]], capture_output=True, text=True)
        if done.returncode != 0:
            raise RuntimeError(f"{' '.join(command)}: {done.stderr.strip()}")
        with self.lock:
            self.done += 1
            if self.shows_progress:
                print(f"\r{self.done} of {len(self.futures)} runs, {self.seconds():.0f} s ",
                      end="", file=sys.stderr, flush=True)
        return json.loads(done.stdout)

    def stop(self):
        self.pool.shutdown(cancel_futures=True)


def flags(options):
    words = []
    for name, value in options.items():
        flag = "--" + name.replace("_", "-")
        if value is True:
            words.append(flag)
        elif value is not None:
            words += [flag, str(value)]
    return words
