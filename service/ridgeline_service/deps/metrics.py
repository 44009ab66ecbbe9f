"""Figures for Prometheus; one registry an app."""

from collections.abc import Mapping

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

from ridgeline.spec.states import StudyState

BUCKETS_SECONDS = (0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10, 60)


class Metrics:
    """Requests by route and status, their time to the first byte, studies by state, listeners."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.requests = Counter(
            "ridgeline_http_requests", "Requests answered.", ("method", "route", "status"), registry=self.registry
        )
        self.seconds = Histogram(
            "ridgeline_http_request_seconds",
            "Time until an answer starts; long polls include their wait.",
            ("method", "route"),
            buckets=BUCKETS_SECONDS,
            registry=self.registry,
        )
        self.studies = Gauge("ridgeline_studies", "Studies by state.", ("state",), registry=self.registry)
        self.listeners = Gauge("ridgeline_listeners", "Open streams and long polls.", registry=self.registry)

    def answered(self, method: str, route: str, status: int, seconds: float) -> None:
        """Count one answer."""
        self.requests.labels(method, route, str(status)).inc()
        self.seconds.labels(method, route).observe(seconds)

    def render(self, studies: Mapping[StudyState, int], listeners: int) -> bytes:
        """The text that Prometheus reads."""
        for state in StudyState:
            self.studies.labels(state.value).set(studies.get(state, 0))
        self.listeners.set(listeners)
        return generate_latest(self.registry)
