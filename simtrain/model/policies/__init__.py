"""What the job does about a fault: an answer of its own, not an assumption of the engine.

Each policy is a class in a file of its own. It decides and keeps nothing; when it is asked, and
what follows from its answers, is the engine's business.
"""

from simtrain.model.policies.elastic import Elastic
from simtrain.model.policies.named import policy_of
from simtrain.model.policies.policy import Groups, Policy, Reaction, Rejoin, Shortage
from simtrain.model.policies.swap import Swap
from simtrain.model.policies.wait import Wait

__all__ = [
    "Elastic",
    "Groups",
    "Policy",
    "Reaction",
    "Rejoin",
    "Shortage",
    "Swap",
    "Wait",
    "policy_of",
]
