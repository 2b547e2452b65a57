"""Replicas of an elastic job, by how its model is split."""

from __future__ import annotations

import math
from collections.abc import Iterator

from simtrain.scenario.document import Document, value_at, with_values
from simtrain.scenario.hosts import Cluster
from simtrain.scenario.parallelism import Parallelism
from simtrain.scenario.recovery import ELASTIC, Recovery
from simtrain.scenario.table import Broken

KEY = "recovery.replicas"
_WAYS = ("tensor", "pipeline", "context")


def with_replicas(document: Document) -> Document:
    """`document` with the replicas of an elastic job that says how its model is split.

    They are the groups of hosts that hold whole replicas of the model and no parts of others. What
    cannot be told stays as it is, and is a mistake of its own.
    """
    is_split = isinstance(document.get("parallelism"), dict)
    if not is_split or value_at(document, "recovery.policy") != ELASTIC or value_at(document, KEY):
        return document
    per_host = Cluster.model_fields["accelerators_per_host"].default
    counts = [
        value_at(document, "cluster.hosts"),
        value_at(document, "cluster.accelerators_per_host") or per_host,
        *(value_at(document, f"parallelism.{way}") or 1 for way in _WAYS),
    ]
    if not all(isinstance(count, int) and count > 0 for count in counts):
        return document
    hosts, per_host, *ways = counts
    group = math.lcm(math.prod(ways), per_host) // per_host
    return document if hosts % group else with_values(document, [(KEY, hosts // group)])


def wrong_replicas(
    cluster: Cluster, recovery: Recovery, parallelism: Parallelism
) -> Iterator[Broken]:
    """Replicas of an elastic job that would be parts of those of its model."""
    hosts, replicas = cluster.hosts, recovery.replicas
    each = parallelism.hosts_per_replica(cluster.accelerators_per_host)
    if replicas is None or hosts % replicas or hosts // replicas % each == 0:
        return
    wrong = f"makes groups of {hosts // replicas} hosts, and [parallelism] replicas of {each}"
    yield Broken(KEY, wrong, f"leave it out, or groups of a multiple of {each}")
