"""The main of the child process: a llama.cpp server on a loopback port, for as long as its parent lives.

The parent writes one JSON line, `{"path": …, "name": …, "key": …}`, and keeps the pipe open. This process answers with
one JSON line, `{"address": "http://127.0.0.1:…"}`, once the model is loaded, and ends when its stdin does. A child does
not die with its parent by itself; a pipe's end comes even after `kill -9`.
"""

import json
import os
import signal
import sys
import threading

import xllamacpp

SLOTS = 4
"""Answers at the same time; further ones wait."""

SLOT_TOKENS = 4096
"""Tokens of one conversation, question and answer together (SmolLM2 was trained up to 8192; a token takes 23 kB)."""

WARNINGS = 2
"""llama.cpp's verbosity: warnings and errors, no questions."""


def main() -> None:
    """Load the model, say where it listens, and stay until stdin ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches the whole group; the parent decides about the end
    order = json.loads(sys.stdin.buffer.readline())
    said = os.fdopen(os.dup(sys.stdout.fileno()), "w")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())  # only our line goes to stdout, whatever llama.cpp prints
    threading.Thread(target=_end_with_stdin, daemon=True).start()
    server = xllamacpp.Server(_parameters(order["path"], order["name"], order["key"]))
    said.write(json.dumps({"address": server.listening_address}) + "\n")
    said.flush()
    threading.Event().wait()


def _end_with_stdin() -> None:
    while os.read(0, 4096):
        pass
    os._exit(0)


def _parameters(path: str, name: str, key: str) -> xllamacpp.CommonParams:
    parameters = xllamacpp.CommonParams()
    parameters.model.path = path
    parameters.model_alias = {name}
    parameters.hostnames = ["127.0.0.1"]
    parameters.api_keys = [key]
    parameters.cors_origins = ""  # no web page elsewhere has business here
    parameters.ui = False
    parameters.offline = True
    parameters.verbosity = WARNINGS
    parameters.n_parallel = SLOTS
    parameters.n_ctx = SLOTS * SLOT_TOKENS
    parameters.cache_ram_mib = 0  # by default up to 8 GiB of earlier conversations
    parameters.cache_idle_slots = False
    parameters.cpuparams.n_threads = parameters.cpuparams_batch.n_threads = _threads()
    return parameters


def _threads() -> int:
    """Return half of the cores this process may use.

    llama.cpp's threads wait for each other by spinning: with one on every core, anything else that runs there slows
    the model down from 95 to 2 tokens per second (two cores under load, 2026-11-22), and the page with it.
    """
    cores = len(os.sched_getaffinity(0)) if sys.platform == "linux" else os.cpu_count() or 1
    return max(1, cores // 2)


if __name__ == "__main__":
    main()
