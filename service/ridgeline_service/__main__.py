"""`python -m ridgeline_service serve | migrate | token`."""

if __name__ == "__main__":
    from ridgeline.loading import loading

    with loading():
        from ridgeline_service.commands import cli

    cli()
