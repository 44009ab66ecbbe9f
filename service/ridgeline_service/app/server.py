"""Run the app on uvicorn: say where it listens, and let no open stream delay its end."""

import json
import logging
import socket
from ipaddress import ip_address

import uvicorn
from fastapi import FastAPI

from ridgeline_service.settings import Settings

log = logging.getLogger(__name__)


class Server(uvicorn.Server):
    """Tells its URL on stdout and ends streams before it waits for requests to finish."""

    @property
    def url(self) -> str:
        """Where to reach it from this machine; known once it has started."""
        host, port = self.servers[0].sockets[0].getsockname()[:2]
        address = ip_address(host)
        if address.is_unspecified:
            host = "127.0.0.1" if address.version == 4 else "::1"
        return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start to listen and say where."""
        await super().startup(sockets)
        log.info("service.listening", extra={"url": self.url})
        print(json.dumps({"url": self.url}), flush=True)  # noqa: T201  stdout is for whoever started us

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """End every stream and long poll, then finish what is left."""
        app = self.config.app
        if isinstance(app, FastAPI):
            app.state.poller.close()
        await super().shutdown(sockets)
        log.info("service.stopped")


def make_server(app: FastAPI, settings: Settings) -> Server:
    """A server for the app; logs go where the process sends them, none for each request."""
    return Server(
        uvicorn.Config(
            app,
            host=settings.host,
            port=settings.port,
            ws="none",
            log_config=None,
            access_log=False,
            server_header=False,
            timeout_graceful_shutdown=settings.shutdown_seconds,
        )
    )
