"""Runs the simulator until SIGTERM or SIGINT: ``python -m dashscope_simulator [--host HOST] [--port PORT]``."""

import argparse
import asyncio
import json
import signal

from aiohttp import web

from dashscope_simulator.server import Simulator


async def serve(host: str, port: int) -> None:
    """Prints one line of JSON with the address once it listens."""
    ended = asyncio.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(name, ended.set)
    runner = web.AppRunner(Simulator().app(), handler_cancellation=True, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, host, port, backlog=1024).start()
    chosen = runner.addresses[0][1]
    print(json.dumps({"url": f"http://{host}:{chosen}"}), flush=True)
    await ended.wait()
    await runner.cleanup()


def main() -> None:
    parser = argparse.ArgumentParser(prog="dashscope_simulator", description="A server that behaves like DashScope.")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=0, help="0 lets the system choose")
    chosen = parser.parse_args()
    asyncio.run(serve(chosen.host, chosen.port))


if __name__ == "__main__":
    main()
