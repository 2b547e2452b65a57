"""Numbers in force: a scenario as plain numbers and laws, at one moment of a trial.

Numbers that are uncertain are settled here, once per trial; changes during a run make others.
"""

from simtrain.model.parameters.checkpoint import (
    CheckpointParameters,
    SaveParameters,
    TierParameters,
)
from simtrain.model.parameters.checks import CheckParameters
from simtrain.model.parameters.cluster import ClusterParameters
from simtrain.model.parameters.faults import FaultParameters
from simtrain.model.parameters.in_force import Parameters, parameters_of, without_losses
from simtrain.model.parameters.recovery import RecoveryParameters
from simtrain.model.parameters.repair import DiagnosisParameters, RepairParameters
from simtrain.model.parameters.restart import RestartParameters
from simtrain.model.parameters.settled import Settle, at_middle
from simtrain.model.parameters.workload import hfu_of, mfu_of

__all__ = [
    "CheckParameters",
    "CheckpointParameters",
    "ClusterParameters",
    "DiagnosisParameters",
    "FaultParameters",
    "Parameters",
    "RecoveryParameters",
    "RepairParameters",
    "RestartParameters",
    "SaveParameters",
    "Settle",
    "TierParameters",
    "at_middle",
    "hfu_of",
    "mfu_of",
    "parameters_of",
    "without_losses",
]
