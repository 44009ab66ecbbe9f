"""Who may use the service: bearer tokens, of which the store keeps hashes."""

from typing import Annotated

from fastapi import Request, Security
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from ridgeline.errors import RidgelineError, Unauthorized
from ridgeline.store import Store
from ridgeline_service.settings import Settings

TOKEN_OF_SETTINGS = "RIDGELINE_TOKEN"  # noqa: S105  the name that this token is listed under
BEARER = HTTPBearer(
    auto_error=False,
    scheme_name="token",
    description="A token of `ridgeline token create NAME`; needed as soon as one exists.",
)


class TokenNeeded(RidgelineError):
    """The service would be open to the network."""

    kind = "token_needed"

    def __init__(self, host: str) -> None:
        super().__init__(
            f"host must be loopback while no token exists but got {host!r}; "
            "set RIDGELINE_TOKEN, run `python -m ridgeline_service token create NAME`, or listen on 127.0.0.1"
        )


def admit(store: Store, settings: Settings) -> None:
    """Store the token of the settings, and refuse to open an unprotected service to the network.

    Raises:
        TokenNeeded: beyond loopback without any token.
    """
    if settings.token is not None:
        store.tokens.accept(settings.token.get_secret_value(), TOKEN_OF_SETTINGS)
    if not settings.is_loopback and not store.tokens.exist():
        raise TokenNeeded(settings.host)


def authorize(request: Request, credentials: Annotated[HTTPAuthorizationCredentials | None, Security(BEARER)]) -> None:
    """Let the request through if no token exists or if it carries one.

    Raises:
        Unauthorized: a token is needed, and none or a wrong one came.
    """
    store: Store = request.app.state.store
    if credentials is not None and store.tokens.check(credentials.credentials):
        return
    if store.tokens.exist():
        rule = "Authorization must be 'Bearer <token>' with a token of this service"
        told = "an unknown token" if credentials else "none"
        raise Unauthorized(f"{rule} but got {told}; ask the operator for one (`ridgeline token create NAME`)")
