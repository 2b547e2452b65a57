"""FLOPs of a transformer for each token: those of the model, and those that the hardware does."""

from __future__ import annotations

from typing import Any, Literal, NamedTuple

from simtrain import units
from simtrain.scenario.number import Number
from simtrain.scenario.numbers import Kind
from simtrain.scenario.readers import JsonSchema, Reader

PER_PARAMETER = 6.0
"""A multiplication and an addition forward, and twice as many backward."""
_PER_SCORE = 12.0
"""Of the products of queries with keys and of scores with values, each for a pair of tokens."""
_FORWARD = 1 / 3
"""Part of the FLOPs of a step that lies in its forward pass."""

Recomputed = Literal["none", "selective", "full"] | Number
"""What is computed again in the backward pass: in words, or as a share of the forward pass."""


class TokenFlops(NamedTuple):
    """FLOPs for each token that is trained on, forward and backward, none of them done twice.

    Parameters
    ----------
    matrices
        Of the products with parameters: 6 for each parameter.
    attention
        Of the products among tokens, if they are counted: 12·L·H·Q·T for each token, with L layers
        of H heads of size Q and T tokens in a sequence (PaLM, arXiv 2204.02311, appendix B). The
        mask that hides later tokens is not taken into account there, nor here.
    """

    matrices: float
    attention: float = 0.0

    @property
    def model(self) -> float:
        """All of them, by which the MFU counts."""
        return self.matrices + self.attention

    def hardware(self, recomputation: Recomputed, share: float) -> float:
        """Those and the recomputed ones, by which the HFU counts.

        Parameters
        ----------
        recomputation
            What is computed again: `"full"` is the whole forward pass, `"selective"` its attention
            (Korthikanti et al. 2022, arXiv 2205.05198).
        share
            The part of the forward pass, where `recomputation` is a number.
        """
        if recomputation == "none":
            return self.model
        if recomputation == "selective":
            return self.model + self.attention * _FORWARD
        again = 1.0 if recomputation == "full" else share
        return self.model * (1 + again * _FORWARD)


def attention_flops(layers: float, width: float, sequence: float) -> float:
    """FLOPs of attention for each token.

    Parameters
    ----------
    layers
        Layers of the model.
    width
        Heads times the size of one.
    sequence
        Tokens in a sequence.
    """
    return _PER_SCORE * layers * width * sequence


class RecomputationReader(Reader):
    """Reads what is recomputed: a word, or a share of the forward pass."""

    words = ("none", "selective", "full")
    share = Kind(units.FRACTION, 0, 1)
    dimensions = (units.FRACTION,)

    @property
    def accepted(self) -> str:
        """What is accepted, in words."""
        return f'"none", "selective", "full", or a share of the forward pass: {self.share.accepted}'

    @property
    def brief(self) -> str:
        """What is accepted, in a word or two."""
        return f'"none", "selective", "full", or {self.share.brief}'

    def parse(self, value: object) -> Recomputed:
        """Read a word or a share."""
        return value if value in self.words else self.share.parse(value)  # type: ignore[return-value]

    def json_schema(self) -> JsonSchema:
        """JSON Schema of what is accepted."""
        return {"anyOf": [{"enum": list(self.words)}, *self.share.json_schema()["anyOf"]]}

    def dump(self, value: Any) -> Any:
        """`value` as JSON in base units."""
        return value if value in self.words else self.share.dump(value)

    def written(self, value: Any) -> Any:
        """Say it as the file would."""
        return value if value in self.words else self.share.written(value)
