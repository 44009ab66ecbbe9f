"""group_lasso in a script: inputs and units without use lose all their outgoing weights after the update."""

from typing import ClassVar

from ridgeline.spec.models import Conv1d, Conv2d
from ridgeline.spec.snippet.asked import Asked, Use
from ridgeline.spec.snippet.kinds.script import KindScript, Lines
from ridgeline.spec.study import Adam


class GroupLasso(KindScript):
    """A proximal step: in one go under SGD, by bisection where Adam has a step size for each weight.

    Source: Yuan & Lin 2006; under Adam Yun, Lozano & Yang 2021.
    """

    uses: ClassVar = frozenset({Use.WEIGHTS, Use.FEATURES, Use.GROUPING, Use.ZEROS})

    def definitions(self, asked: Asked) -> Lines:
        """The proximal operator."""
        yield "def shrink_groups(w, t, group):"
        yield '    """Proximal step of the group lasso; a row of w is an input, t the size of the step."""'
        yield ""
        yield "    def total(x):  # over the group of each row"
        yield "        return torch.zeros(len(x)).index_add_(0, group, x.sum(1))[group].unsqueeze(1)"
        yield ""
        yield f"    limit = {asked.strength('group_lasso')} * total(torch.ones_like(w)).sqrt()"
        if not isinstance(asked.study.training.optimizer, Adam):
            yield "    return w * (1 - t * limit / total(w**2).sqrt()).clamp(min=0)"
            return
        yield "    low, high = torch.zeros_like(limit), total(w**2).sqrt()"
        yield "    for _ in range(50):  # bisection for the norm that is left, with a step size for each weight"
        yield "        middle = (low + high) / 2"
        yield "        above = total((w / (middle + t * limit)) ** 2) > 1"
        yield "        low, high = torch.where(above, middle, low), torch.where(above, high, middle)"
        yield "    stays = total(torch.where(w == 0, 0, w / t) ** 2).sqrt() > limit"
        yield "    return torch.where(stays, w * high / (high + t * limit), 0)"

    def before_epochs(self, asked: Asked) -> Lines:
        """The group of each input of each weight."""
        yield "grouping = [torch.arange(w.shape[1]) for w in weights]  # an input or unit with its outgoing weights"
        if asked.embeds:
            yield f"for i in range({len(asked.words)}):"
            yield "    grouping[i] = torch.zeros_like(grouping[i])  # the vectors of a column are one group"
        elif asked.shares_features and not isinstance(asked.study.model, Conv1d | Conv2d):
            yield "grouping[0] = feature"

    def proximal(self, asked: Asked) -> Lines:
        """Input by input."""
        adam = isinstance(asked.study.training.optimizer, Adam)
        yield "inputs = w.transpose(0, 1)"
        size = "t.transpose(0, 1).flatten(1)" if adam else "t"
        yield f"inputs.copy_(shrink_groups(inputs.flatten(1), {size}, group).view_as(inputs))"
