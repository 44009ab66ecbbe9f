"""Follow a study: `watch`."""

from ridgeline.cli.options import Json, StudyId, Token, Url


def watch(study: StudyId, *, url: Url = None, token: Token = None, as_json: Json = False) -> None:
    """Follow a study to its end, then show its leaderboard and its verdict."""
    watch_study(study, url, token, as_json=as_json)


def watch_study(study_id: str, url: str | None, token: str | None, *, as_json: bool) -> None:
    """Follow a study of a service to its end; an interrupt ends the watching, not the study."""
    from ridgeline.cli.follow import show, updates
    from ridgeline.client import Client

    with Client(url, token) as client:
        show(updates(client, study_id), as_json=as_json)
