"""What a kind can add to a script: lines at the points of a training, in the order in which they are written."""

from collections.abc import Iterable
from typing import ClassVar

from ridgeline.spec.snippet.asked import Asked, Use

Lines = Iterable[str]


class KindScript:
    """A kind of the catalogue in plain PyTorch; what it does not say, it does not add.

    Where several kinds add lines at one point, they come in the order of the catalogue, as in the training step.
    """

    uses: ClassVar[frozenset[Use]] = frozenset()
    is_first: ClassVar[bool] = False
    """Whether its module stands in front of those of other kinds."""

    def definitions(self, asked: Asked) -> Lines:  # noqa: ARG002
        """Functions and classes in front of the model."""
        return ()

    def module(self, asked: Asked) -> str | None:  # noqa: ARG002
        """A module behind each hidden activation."""
        return None

    def normalization(self, asked: Asked, units: str, axes: int) -> str | None:  # noqa: ARG002
        """A module in front of each hidden activation, of so many units; of channels where there are axes behind."""
        return None

    def branch_rate(self, asked: Asked) -> str | None:  # noqa: ARG002
        """The probability that the last residual branch is changed by; a block has its own as `self.p`."""
        return None

    def branch(self, asked: Asked) -> Lines:  # noqa: ARG002
        """Lines of a residual block that change `added`, what it adds to the `rows` that it sees."""
        return ()

    def around_model(self, asked: Asked) -> Lines:  # noqa: ARG002
        """Lines behind `model`, which change it."""
        return ()

    def loss_option(self, asked: Asked) -> str | None:  # noqa: ARG002
        """An option of the loss function."""
        return None

    def before_epochs(self, asked: Asked) -> Lines:  # noqa: ARG002
        """Lines in front of the epochs, behind the optimizer: what the kind remembers."""
        return ()

    def examples(self, asked: Asked) -> Lines:  # noqa: ARG002
        """Lines that change `rows` and `targets`, or draw what all passes of the step share."""
        return ()

    def of_outputs(self, asked: Asked) -> str | None:  # noqa: ARG002
        """A term of `outputs` that is added to the loss, for each row."""
        return None

    def objective(self, asked: Asked) -> Lines:  # noqa: ARG002
        """Lines that make another `loss` of the `loss`."""
        return ()

    def second_pass(self, asked: Asked) -> tuple[Lines, Lines]:  # noqa: ARG002
        """Lines between two backward passes, and lines behind the second; none: there is one."""
        return (), ()

    def gradient(self, asked: Asked) -> Lines:  # noqa: ARG002
        """Lines that change the gradient."""
        return ()

    def decay(self, asked: Asked) -> Lines:  # noqa: ARG002
        """Lines in front of the update."""
        return ()

    def proximal(self, asked: Asked) -> Lines:  # noqa: ARG002
        """Lines that move a weight `w` after a step of size `t`, a number or a tensor like w, in its `group`."""
        return ()

    def projection(self, asked: Asked) -> Lines:  # noqa: ARG002
        """Lines that move the weights after that."""
        return ()

    def after_step(self, asked: Asked) -> Lines:  # noqa: ARG002
        """Lines at the end of a step."""
        return ()

    def after_epoch(self, asked: Asked) -> Lines:  # noqa: ARG002
        """Lines at the end of an epoch."""
        return ()

    def ready(self, asked: Asked) -> str | None:  # noqa: ARG002
        """A function that makes a network ready to be scored, in place of its `eval`."""
        return None

    def network(self, asked: Asked) -> str | None:  # noqa: ARG002
        """What is scored in place of `model`."""
        return None

    def networks(self, asked: Asked) -> str | None:  # noqa: ARG002
        """A list of networks whose predictions are averaged."""
        return None
