"""What shake-shake does: two branches in shares that are drawn."""

from typing import ClassVar

from ridgeline_worker.regularizer import Blend, Factors, Noise, Purpose


class ShakeShake(Blend):
    """alpha F1 + (1 - alpha) F2 forward, beta for alpha backward; both uniform, a draw a row."""

    kind: ClassVar = "shake_shake"
    purpose: ClassVar = Purpose.SHAKE_SHAKE

    def shares(self, noise: Noise, rows: int, site: int) -> Factors:
        """alpha and beta."""
        alpha, beta = noise.uniform(2, rows, site=site).unbind(1)
        return Factors(alpha, beta)
