"""Our own processes as an operator runs them: started, asked, told to stop, killed."""

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import httpx

from tests.waiting import until

ROOT = Path(__file__).parents[2]
PASSED_ON = ("PATH", "HOME", "LANG", "PYTHONPATH", "TMPDIR")


class Process:
    """One process of ours with its settings; its log is a file."""

    def __init__(self, module: str, settings: Mapping[str, str], port: int, log: Path) -> None:
        self._log = log
        self.base = f"http://127.0.0.1:{port}"
        own = {"TOCSIN_HTTP_PORT": str(port), **settings}
        environment = {name: os.environ[name] for name in PASSED_ON if name in os.environ} | own
        with log.open("wb") as output:
            self._process = subprocess.Popen([sys.executable, "-m", module], cwd=ROOT, env=environment, stderr=output)

    @property
    def log(self) -> str:
        """What it wrote to standard error."""
        return self._log.read_text(errors="replace")

    async def readiness(self) -> int:
        """Status of `/health/ready`, 0 when nobody answers."""
        async with httpx.AsyncClient(timeout=5) as client:
            try:
                return (await client.get(f"{self.base}/health/ready")).status_code
            except httpx.TransportError:
                return 0

    async def until_ready(self, within_s: float = 45.0) -> None:
        """Return once it is ready to work."""

        async def ready() -> bool:
            assert self._process.poll() is None, self.log
            return await self.readiness() == 200

        await until(ready, within_s, "readiness")

    async def until_unready(self, within_s: float = 30.0) -> None:
        """Return once it says that it is not ready."""

        async def unready() -> bool:
            return await self.readiness() == 503

        await until(unready, within_s, "503")

    async def ended(self, within_s: float = 45.0) -> int:
        """Its exit code, once it ended."""
        await until(lambda: self._process.poll() is not None, within_s, "the end of the process")
        return self._process.returncode

    async def stop(self) -> int:
        """SIGTERM, and its exit code."""
        self._process.send_signal(signal.SIGTERM)
        return await self.ended()

    async def kill(self) -> None:
        """SIGKILL."""
        self._process.kill()
        await asyncio.to_thread(self._process.wait)

    def close(self) -> None:
        """End it if it still runs."""
        self._process.kill()
        self._process.wait()
