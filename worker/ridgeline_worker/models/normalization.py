"""Gains and shifts before each nonlinearity, where a static kind normalizes."""

from collections.abc import Mapping

from jaxtyping import Float
from torch import Tensor
from torch.nn import functional

from ridgeline.kinds.structure import NORMALIZING
from ridgeline_worker.models.model import Parameter, Parameters, Role, Sites, aligned


class Normalization:
    """gain norm(z) + shift, a gain and a shift a unit or channel; nothing where no kind of the structure normalizes.

    Kinds see the units of the model alone, without those that alignment adds to dense layers, which stay zero.
    """

    def __init__(
        self, structure: frozenset[str], *, units: Mapping[int, int], channels: Mapping[int, int] | None = None
    ) -> None:
        """Make the parameters.

        Args:
            structure: static kinds that are on.
            units: of dense layers, by the number of the place.
            channels: of convolutions, likewise.
        """  # fmt: skip
        convolved = channels or {}
        self._units = {**convolved, **units} if structure & NORMALIZING else {}
        self.parameters = tuple(
            Parameter(f"{name}{site}", (own,), Role.NORMALIZATION, 0.0, (held,), start=start, is_added=True)
            for site, own in self._units.items()
            for held in (own if site in convolved else aligned(own),)
            for name, start in (("gain", 1.0), ("shift", 0.0))
        )

    def __call__(
        self, parameters: Parameters, site: int, z: Float[Tensor, "lanes rows held *places"], sites: Sites
    ) -> Float[Tensor, "lanes rows held *places"]:
        """What the nonlinearity of this place sees."""
        if site not in self._units:
            return z
        units, gain, shift = self._units[site], parameters[f"gain{site}"], parameters[f"shift{site}"]
        beyond = z.shape[2] - units
        if not beyond:
            return sites.normalize(z, gain, shift, site)
        made = sites.normalize(z[:, :, :units], gain[:, :units], shift[:, :units], site)
        return functional.pad(made, (0, beyond))
