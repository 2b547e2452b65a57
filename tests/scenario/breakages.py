"""Edits of the valid scenario, each of which makes one mistake."""

from typing import NamedTuple


class Broken(NamedTuple):
    """An edit of the valid scenario that makes one mistake, and what must be said of it."""

    old: str
    new: str
    key: str
    wrong: str
    accepted: str
    at: str = ""
    """Text on the line that must be named, if it is not the new one."""


_PLAIN = """stall = "1 min"
size = "1.6 TB"
load_bandwidth = "40 GB/s"
load_failure = 0.1
load_hang = "5 %"
keep = 10
final_save = true
"""


def _tiers(*rows: str) -> str:
    """Rows of tiers in place of what the valid scenario says of its one tier."""
    return "".join(f"[[checkpoint.tier]]\n{row}\n" for row in rows)


BROKEN = [
    # the file as a whole
    Broken(
        "[restart]\n",
        "[cluster.restart]\n",
        "restart",
        "is missing",
        "give [restart]: from",
        "title",
    ),
    Broken("title", "titel", "titel", "not a key of a scenario", "did you mean `title`?"),
    Broken(
        "[people]", "[poeple]\nx = 1\n[people]", "poeple", "not a key of", "did you mean `people`?"
    ),
    Broken("title =", "checkpiont = 3\ntitle =", "checkpiont", "is not a key", "`checkpoint`?"),
    Broken('"a valid scenario"', "3", "title", "3 is not a text", "a text in quotes"),
    Broken('"a valid scenario"', '""', "title", "is empty", "a text in quotes"),
    Broken("[limits]", "[[limits]]", "limits", "a list is not a table", "[limits]"),
    Broken("[repair]", "[[repair]]", "repair", "a list is not a table", "[repair]"),
    Broken(
        "[restart]\n",
        '[recovery]\npolicy = "wai"\n[restart]\n',
        "recovery.policy",
        '"wai" is no policy',
        'or a class of your own as "module:Class"',
        "policy =",
    ),
    # the start
    Broken("2026-03-02T09:00:00+01:00", "3", "start", "3 is not a date", "such as 2026-03-02"),
    Broken("2026-03-02T09:00:00+01:00", "true", "start", "true is not a date", "2026-03-02"),
    Broken("2026-03-02T09:00:00+01:00", "09:00:00", "start", "09:00:00 is not a date", "2026"),
    Broken("2026-03-02T09:00:00+01:00", '"Monday"', "start", '"Monday" is not', "2026-03-02"),
    Broken("2026-03-02T09:00:00+01:00", '"2026-02-30"', "start", "is not a date", "2026-03-02"),
    Broken("2026-03-02T09:00:00+01:00", '"2026-03-02 CET"', "start", "is not", "an offset"),
    Broken(
        "2026-03-02T09:00:00+01:00", '"2026-03-02T09:00 Europe/Berlin"', "start", "is not", "+01:00"
    ),
    Broken("2026-03-02T09:00:00+01:00", "0001-01-01", "start", "the year 1 is not", "such as"),
    Broken("2026-03-02T09:00:00+01:00", "9999-12-31", "start", "the year 9999 is not", "such as"),
    # the workload
    Broken(
        'ideal_time = "34 days"', "", "workload", "does not say how much work", "`flops`", "[work"
    ),
    Broken(
        'ideal_time = "34 days"',
        'ideal_time = "34 days"\ntokens_per_second = 1e6',
        "workload.tokens_per_second",
        "means nothing beside `ideal_time`",
        "give `tokens`",
        "tokens_per",
    ),
    Broken(
        'ideal_time = "34 days"',
        "tokens = 1e12\ntokens_per_second = 1e6\nmfu = 0.4",
        "workload.mfu",
        "contradicts `tokens_per_second`",
        "only one",
        "mfu",
    ),
    Broken(
        'ideal_time = "34 days"',
        'ideal_time = "34 days"\naccelerator_hours = 1e6',
        "workload.accelerator_hours",
        "contradicts `ideal_time`",
        "only one",
        "accelerator_h",
    ),
    Broken(
        "ideal_time", "ideal_tme", "workload.ideal_tme", "not a key of [workload]", "`ideal_time`"
    ),
    Broken("34 days", "34 dys", "workload.ideal_time", '"dys" is not a unit of duration', "30 min"),
    Broken('"34 days"', "34", "workload.ideal_time", "34 has no unit", "a duration such as"),
    Broken("34 days", "0 days", "workload.ideal_time", "out of range", "from 1 ms to 1000 years"),
    Broken("34 days", "-34 days", "workload.ideal_time", "out of range", "from 1 ms"),
    Broken("34 days", "1e300 years", "workload.ideal_time", "out of range", "1000 years"),
    Broken("34 days", "1e999 years", "workload.ideal_time", "not a finite", "a duration"),
    Broken("34 days", "500 years", "workload", "takes 182,625 d without", "36,525 d", "[workload]"),
    Broken('"34 days"', "nan", "workload.ideal_time", "nan is not a finite", "a duration"),
    Broken('"34 days"', "inf", "workload.ideal_time", "inf is not a finite", "a duration"),
    Broken('"34 days"', "[34]", "workload.ideal_time", "a list is not a duration", "a duration"),
    Broken('"34 days"', "{}", "workload.ideal_time", "names no `law`", 'law = "lognormal"'),
    Broken('"34 days"', "2026-01-01", "workload.ideal_time", "2026-01-01 is not", "a duration"),
    Broken(
        "steps = 100_000",
        'flops = "1 EFLOP"',
        "workload.flops",
        "contradicts `ideal_time`",
        "one of",
    ),
    Broken("steps = 100_000", 'window = "3 d"', "workload.window", "contradicts", "only one"),
    Broken("steps = 100_000", "steps = 0", "workload.steps", "0 is out of range", "from 1 to"),
    Broken("100_000", "1e15", "workload.steps", "makes a step shorter than 1 ms", "at least"),
    Broken("steps = 100_000", "", "checkpoint.interval", "is in steps", "`workload.steps`", "250"),
    Broken(
        'ideal_time = "34 days"',
        'flops = "1e23 FLOP"',
        "workload.achieved",
        "is missing",
        "`flops`",
        "[work",
    ),
    Broken(
        'ideal_time = "34 days"\nsteps = 100_000',
        'tokens = 3e11\nparameters = 1e9\nhfu = 0.5\npeak = "300 TFLOP/s"\nsteps = 100_000',
        "workload.recomputation",
        "is missing",
        "`hfu`",
        "[work",
    ),
    Broken(
        'ideal_time = "34 days"',
        'tokens = 3e11\nparameters = 1e9\nmfu = 0.5\npeak = "300 TFLOP/s"\nhfu = 0.6\n'
        'recomputation = "full"',
        "workload.mfu",
        "contradicts `hfu`",
        "only one of the two",
        "mfu = 0.5",
    ),
    Broken(
        'ideal_time = "34 days"',
        'flops = "3e22 FLOP"\nmfu = 0.5\ntokens_per_second = 1e5',
        "workload.tokens_per_second",
        "means nothing beside `flops`",
        "`tokens`",
        "tokens_per_second =",
    ),
    Broken(
        'ideal_time = "34 days"',
        'ideal_time = "34 days"\nrecomputation = "selective"',
        "workload.recomputation",
        "computes attention again, which is not counted",
        "`count_attention = true`",
        "recomputation =",
    ),
    Broken(
        'ideal_time = "34 days"',
        'ideal_time = "34 days"\nrecomputation = "half"',
        "workload.recomputation",
        '"half" is not',
        '"none", "selective", "full", or a share',
        "recomputation =",
    ),
    Broken(
        'ideal_time = "34 days"',
        'ideal_time = "34 days"\nparameters = 1e9\ncount_attention = true\nlayers = 4\n'
        "hidden = 512",
        "workload.sequence",
        "is missing",
        "`count_attention`",
        "[work",
    ),
    Broken(
        'ideal_time = "34 days"',
        'ideal_time = "34 days"\nbatch = 512',
        "workload.sequence",
        "is missing",
        "`batch`",
        "[work",
    ),
    Broken(
        'ideal_time = "34 days"',
        "tokens = 3e11\ntokens_per_second = 1e5\nbatch = 512\nsequence = 2048",
        "workload.steps",
        "follows from `tokens`, `batch` and `sequence`",
        "leave it out",
        "steps = 100_000",
    ),
    Broken(
        'ideal_time = "34 days"',
        "tokens = 3e11\nmfu = 0.4\nparameters = 1e9",
        "workload.peak",
        "is missing",
        "`mfu`",
        "[work",
    ),
    Broken(
        'ideal_time = "34 days"\nsteps = 100_000',
        'step_time = "3 s"',
        "workload.steps",
        "is missing",
        "`step_time`",
        "[work",
    ),
    Broken(
        'ideal_time = "34 days"',
        'flops = "1 FLOP"\nachieved = "1 YFLOP/s"',
        "workload",
        "takes 0 s",
        "from 1 s",
        "[work",
    ),
    Broken(
        'ideal_time = "34 days"',
        'window = "3 days"',
        "checkpoint.interval",
        "what a step is",
        "step_time",
        "250",
    ),
    Broken("speed = 0.9", "speed = 0", "workload.speed", "0 is out of range", "from 0.001 to 1"),
    Broken("speed = 0.9", "speed = 1.5", "workload.speed", "1.5 is out of range", "to 1"),
    Broken("speed = 0.9", 'speed = "150 %"', "workload.speed", "out of range", "25 %"),
    Broken("speed = 0.9", 'speed = "fast"', "workload.speed", '"fast" is not a fraction', "0.25"),
    # the cluster
    Broken("hosts = 124", "hosts = 0", "cluster.hosts", "0 is out of range", "from 1 to 1048576"),
    Broken("hosts = 124", "hosts = -1", "cluster.hosts", "-1 is out of range", "from 1"),
    Broken(
        "hosts = 124", "hosts = 124.0", "cluster.hosts", "124.0 is not a whole", "a whole number"
    ),
    Broken("hosts = 124", 'hosts = "124"', "cluster.hosts", '"124" is in quotes', "write 124"),
    Broken("hosts = 124", "hosts = true", "cluster.hosts", "true is not a whole", "a whole number"),
    Broken("hosts = 124", "hosts = 10_000_000", "cluster.hosts", "out of range", "1048576"),
    Broken("hosts = 124", f"hosts = 0x{'f' * 5000}", "cluster.hosts", "so many digits", "1048576"),
    Broken("hosts = 124", "hosts = nan", "cluster.hosts", "nan is not a whole", "a whole number"),
    Broken("hosts = 124", "", "cluster.hosts", "is missing", "give `hosts`: hosts the job", "[clu"),
    Broken(
        "hosts = 124", "hosts = 145", "cluster.owned", "145 hosts and 8 spares", "may not", "owned"
    ),
    Broken(
        "hosts = 124\n",
        "hosts = 1048570\n",
        "cluster.spares",
        "are too many",
        "at most 1048576",
        "spares",
    ),
    Broken(
        "hot_spares = 2",
        "hot_spares = 6",
        "cluster.spares",
        "6 hot and 3 lent",
        "not exceed",
        "spares",
    ),
    Broken("lent_spares = 3", "lent_spares = -3", "cluster.lent_spares", "-3 is", "from 0"),
    Broken('swap = "1 min"', "swap = 1", "cluster.swap", "1 has no unit", "a duration"),
    Broken('age = "new"', 'age = "old"', "cluster.age", '"old" is not a duration', '"new", "stat'),
    Broken('age = "new"', 'age = "-1 d"', "cluster.age", "out of range", '"new"'),
    Broken('age = "new"', "", "cluster.age", "hosts age in `fault.old`", 'give "new"', "[cluster]"),
    Broken("fraction = 0.01", "fraction = 1.01", "cluster.lemons.fraction", "1.01 is out", "to 1"),
    Broken(
        "fraction = 0.01, ", "", "cluster.lemons.fraction", "is missing", "`fraction`", "lemons"
    ),
    Broken(
        "automatic = 0.5",
        "automatic = 0.5\nrestart_success = 0.5",
        "fault.gpu.restart_success",
        "goes with `restart`",
        "give that too",
        "restart_success",
    ),
    Broken(
        'margin = "1 h"',
        'grace = "1 h"',
        "fault.loss spike.grace",
        "belongs to `false alarm`",
        "leave it out",
    ),
    Broken(
        "automatic = 0.5",
        'automatic = 0.5\neffect = "false alarm"',
        "fault.gpu.scope",
        "a false alarm stops the job",
        '`scope = "job"`',
        "[fault.gpu]",
    ),
    Broken(
        'effect = "diverge"\nrate = "0.1 per day"\nmargin = "1 h"',
        'effect = "false alarm"\nrate = "0.1 per day"\nclock = "calendar"',
        "fault.loss spike.clock",
        "comes while the job trains",
        "leave it out",
        'clock = "calendar"',
    ),
    Broken(
        'law = "weibull"\nshape = 0.7\nscale = "400 days"',
        'law = "fixed"\nmtbf = "400 days"',
        "fault.old.law",
        "`fixed` belongs to `false alarm`",
        "another law",
    ),
    # checks
    Broken('every = "1000 steps"\n', "", "check.evaluation.every", "is missing", "", "[check.eval"),
    Broken('"1000 steps"', '"1 s"', "check.evaluation.every", "2,937,600 checks", "100,000"),
    Broken('["diverge"]', '["crash"]', "check.evaluation.finds.0", '"crash" is not', '"slow"'),
    Broken('["diverge"]', "[]", "check.evaluation.finds", "", ""),
    Broken("chance = 0.4", "chance = 4", "check.evaluation.chance", "4 is out", "from 0 to 1"),
    Broken(
        'finds = ["diverge"]\n',
        "",
        "check.evaluation.chance",
        "the check finds nothing",
        "`finds",
        "chance",
    ),
    Broken(
        'finds = ["diverge"]\nchance = 0.4',
        'back_to = "onset"',
        "check.evaluation.back_to",
        "the check finds nothing",
        "`finds",
    ),
    Broken(
        "[check.evaluation]",
        '[check."loss spike"]',
        "check.loss spike",
        "name of a fault",
        "rename",
    ),
    Broken("[check.evaluation]", "[check.weekly]", "check.weekly", "name of a stop", "rename"),
    Broken("[check.evaluation]", "[check.checkpoints]", "check.checkpoints", "of a policy", "ren"),
    Broken(
        "steps = 100_000\n",
        "",
        "check.evaluation.every",
        "in steps, but",
        "`workload.steps`",
        'every = "1000 steps"',
    ),
    # weather
    Broken(
        "cv = 0.8, ", "", "fault.gpu.varies.cv", "is missing", "the name of a weather", "varies"
    ),
    Broken("cv = 0.8", "cv = -1", "fault.gpu.varies.cv", "-1 is out of range", "0 or from 0.01"),
    Broken('every = "7 days"', "every = 7", "fault.gpu.varies.every", "no unit", "a duration"),
    Broken('every = "7 days"', 'every = "7 s"', "fault.gpu.varies.every", "out of", "from 1 min"),
    Broken(
        "cv = 0.8, ",
        'cv = 0.8, name = "monsoon", ',
        "fault.gpu.varies.cv",
        "contradicts `name`",
        "in the table of that weather",
    ),
    Broken(
        'varies = "monsoon"',
        'varies = "monson"',
        "fault.old.varies",
        '"monson" is the name of no weather',
        "there are monsoon; give a table [weather.monson]",
    ),
    Broken('varies = "monsoon"', "varies = 3", "fault.old.varies", "3 is not a table", "[fault"),
    Broken("cv = 0.5\n", "", "weather.monsoon.cv", "is missing", "give `cv`", "[weather.monsoon]"),
    Broken(
        '"fault.gpu.automatic" = 0.9',
        '"fault.gpu.varies.cv" = 0.9',
        "change.1.set.fault.gpu.varies.cv",
        "cannot change during a run",
        "leave it out",
    ),
    Broken("factor = 3 }", "factor = -3 }", "cluster.lemons.factor", "out of range", "from 0"),
    Broken(
        "factor = 3 }",
        "factr = 3 }",
        "cluster.lemons.factr",
        "not a key of [cluster.lemons]",
        "`factor`",
    ),
    Broken(
        "{ fraction = 0.01, factor = 3 }",
        "3",
        "cluster.lemons",
        "3 is not a table",
        "[cluster.lemons]",
    ),
    Broken(
        "owned = 150",
        'owned = 150\nidle_hazard = {law="exponential", mean=0.1}',
        "cluster.idle_hazard",
        "goes beyond 1",
        "beta",
        "idle",
    ),
    # faults
    Broken("[fault.gpu]", '[fault."g.pu"]', "fault.g.pu", "is not a name", "a letter, then"),
    Broken("[fault.gpu]", '[fault.""]', "fault.", "is not a name", "a letter, then"),
    Broken("[fault.gpu]", "[fault.3]", "fault.3", "is not a name", "a letter, then"),
    Broken("[fault.gpu]", '[fault."gpu "]', "fault.gpu ", "is not a name", "a letter, then"),
    Broken("[fault.gpu]", f"[fault.{'x' * 41}]", f"fault.{'x' * 41}", "is not a name", "40"),
    Broken("[fault.gpu]", "[fault.speed]", "fault.speed", "the name of a policy", "rename it"),
    Broken(
        "[fault.gpu]",
        "[fault.flood]",
        "stop.flood",
        "the name of a fault",
        "rename",
        "[stop.flood]",
    ),
    Broken(
        "[fault.gpu]",
        "[fault]\nx = 3\n[fault.gpu]",
        "fault.x",
        "3 is not a table",
        "[fault.x]",
        "x = 3",
    ),
    Broken(
        "automatic = 0.5",
        'rate = "1 per d"',
        "fault.gpu.mtbf",
        "contradicts `rate`",
        "only one",
        "mtbf",
    ),
    Broken(
        'scale = "400 days"', "", "fault.old.rate", "is missing", "`mtbf`, `scale`", "[fault.old]"
    ),
    Broken(
        'scale = "400 days"', 'rate = "1 per day"', "fault.old.rate", "to the weibull law", "`mtbf`"
    ),
    Broken(
        "shape = 0.7",
        "",
        "fault.old.shape",
        "is missing",
        "the weibull law needs it",
        "[fault.old]",
    ),
    Broken(
        "shape = 0.7",
        "shape = 0.7\nsigma = 1",
        "fault.old.sigma",
        "does not belong",
        "`shape`",
        "sigma",
    ),
    Broken("shape = 0.7", "shape = 0", "fault.old.shape", "0 is out of range", "from 0.01"),
    Broken("shape = 0.7", 'shape = "1 d"', "fault.old.shape", 'no unit such as "d"', "a number"),
    Broken('law = "weibull"', 'law = "weibul"', "fault.old.law", '"weibul" is not', '"weibull"'),
    Broken('law = "weibull"', "law = 1", "fault.old.law", "1 is not accepted", '"weibull"'),
    Broken(
        'law = "weibull"',
        'law = "pareto"',
        "fault.old.law",
        '"pareto" is not',
        '"weibull"',
    ),
    Broken(
        'effect = "hang"', 'effect = "hung"', "fault.old.effect", '"hung" is not', '"crash", "hang"'
    ),
    Broken(
        'effect = "hang"',
        'efect = "hang"',
        "fault.old.efect",
        "[fault.old]",
        "did you mean `effect`",
    ),
    Broken(
        'effect = "hang"',
        'effect = "diverge"',
        "fault.old.scope",
        "fault of the job",
        '"job"',
        "[fault.old]",
    ),
    Broken('effect = "hang"', 'clock = "wall"', "fault.old.clock", '"wall" is not', '"calendar"'),
    Broken(
        "automatic = 0.5",
        'returns = "1 h"\nneeds_repair = 0.5',
        "fault.gpu.needs_repair",
        "`returns`",
        "leave it out",
        "needs_repair",
    ),
    Broken(
        "automatic = 0.5",
        'returns = "1 h"\ndiagnose = true',
        "fault.gpu.diagnose",
        "`returns`",
        "leave it out",
        "diagnose",
    ),
    Broken(
        'scope = "job"',
        'scope = "job"\nreturns = "1 h"',
        "fault.loss spike.returns",
        "`diverge`",
        '"crash"',
        "returns",
    ),
    Broken('effect = "hang"', 'margin = "1 h"', "fault.old.margin", "`diverge`", "leave it out"),
    Broken('effect = "hang"', "skips = 100", "fault.old.skips", "`diverge`", "leave it out"),
    Broken('effect = "hang"', "speed = 0.5", "fault.old.speed", "`slow`", "leave it out"),
    Broken('effect = "hang"', 'lasts = "1 h"', "fault.old.lasts", "`slow`", "leave it out"),
    Broken(
        'effect = "hang"',
        'effect = "slow"',
        "fault.old.speed",
        "is missing",
        "0.6",
        "[fault.old]",
    ),
    Broken(
        'effect = "hang"',
        'effect = "slow"\nspeed = 1.5',
        "fault.old.speed",
        "1.5 is out",
        "from 0.001 to 1",
        "speed = 1.5",
    ),
    Broken(
        'effect = "hang"',
        'effect = "slow"\nspeed = 0.5\ndiagnose = true',
        "fault.old.diagnose",
        "does not go with `slow`",
        "leave it out",
        "diagnose",
    ),
    Broken(
        'effect = "diverge"\nrate = "0.1 per day"\nmargin = "1 h"',
        'effect = "corrupt"\nrate = "0.1 per day"',
        "fault.loss spike.scope",
        "`corrupt` is a fault of a host",
        '"host"',
        'scope = "job"',
    ),
    Broken(
        "automatic = 0.5", "automatic = 1.5", "fault.gpu.automatic", "1.5 is out", "from 0 to 1"
    ),
    Broken("automatic = 0.5", "automatic = true", "fault.gpu.automatic", "true is not a", "0.25"),
    Broken(
        "automatic = 0.5", 'automatic = "0.5 d"', "fault.gpu.automatic", '"d" is not a unit', "%"
    ),
    Broken(
        "automatic = 0.5", "diagnose = 1", "fault.gpu.diagnose", "1 is neither", "true or false"
    ),
    Broken(
        "automatic = 0.5", "ends_write = 'no'", "fault.gpu.ends_write", '"no" is', "true or false"
    ),
    Broken(
        'scope = "job"',
        'scope = "job"\nneeds_repair = 0.5',
        "fault.loss spike.needs_repair",
        "faults of hosts",
        "leave",
        "needs_repair",
    ),
    Broken(
        'scope = "job"', 'scope = "rack"', "fault.loss spike.scope", "fault of the job", '"job"'
    ),
    Broken('scope = "rack"', "scope = 4", "fault.power.scope", "4 is not a scope", '"cluster"'),
    Broken(
        'scope = "rack"', 'scope = "rak"', "fault.power.scope", '"rak" is no scope', '"rack", "pod"'
    ),
    Broken('scope = "rack"', "", "fault.power.hosts", "of the scope host", "a domain", "50 %"),
    Broken('hosts = "50 %"', "hosts = 900", "fault.power.hosts", "900 are more than", "or a share"),
    Broken('hosts = "50 %"', "hosts = 0", "fault.power.hosts", "0 is out of", "whole number"),
    Broken('hosts = "50 %"', 'hosts = "half"', "fault.power.hosts", '"half" is', '"30 %"'),
    Broken('hosts = "50 %"', 'hosts = "2..5"', "fault.power.hosts", "is neither", "law of the"),
    Broken('hosts = "50 %"', 'hosts = "120 %"', "fault.power.hosts", "out of range", "30 %"),
    Broken(
        'mtbf = "900 days"\nhosts',
        'rate = "2 per 1000 host-days"\nhosts',
        "fault.power.rate",
        "is of a host, but the scope is rack",
        '"2 per 1000 days"',
        "2 per 1000",
    ),
    Broken(
        'mtbf = "900 days"\nhosts',
        'law = "weibull"\nshape = 2\nmtbf = "900 days"\nhosts',
        "fault.power.law",
        "age of a unit of the scope rack",
        '"exponential"',
    ),
    Broken(
        'mtbf = "900 days"\nhosts',
        'rate = "1 per 1000 gpu-days"\nhosts',
        "fault.power.rate",
        "of an accelerator",
        "per day",
    ),
    Broken('name = "pod"', 'name = "job"', "domain.1.name", "a scope without", "another name"),
    Broken('name = "pod"', 'name = "rack"', "domain.1.name", "of a row above", "another name"),
    Broken('name = "pod"', "name = 7", "domain.1.name", "7 is not a name", "`[[domain]]`"),
    Broken("hosts = 16", "hosts = 18", "domain.1.hosts", "domains of 4", "a multiple"),
    Broken("hosts = 16", "hosts = 1", "domain.1.hosts", "1 is out of range", "from 2"),
    Broken(
        "lemons = {",
        'whole = "row"\nlemons = {',
        "cluster.whole",
        '"row" names no',
        '"rack", "pod"',
    ),
    Broken(
        "lemons = {",
        'whole = "pod"\nlemons = {',
        "cluster.hosts",
        "124 are not whole domains of 16",
        "112 or 128",
        "hosts = 124",
    ),
    Broken(
        "lemons = {",
        'whole = "rack"\nspares_within = "rack"\nlemons = {',
        "cluster.whole",
        "contradicts",
        "only one",
        'whole = "rack"',
    ),
    Broken(
        "lemons = {",
        'spares_within = "row"\nlemons = {',
        "cluster.spares_within",
        '"row" names no',
        '"rack", "pod"',
    ),
    Broken('"0.1 per day"', "0.1", "fault.loss spike.rate", "0.1 has no unit", '"0.016 per day"'),
    Broken("0.1 per day", "0.1 per cat-day", "fault.loss spike.rate", "is of a cat", "one job"),
    Broken(
        "0.1 per day", "0.1 per GPU-day", "fault.loss spike.rate", "is of an accelerator", "per day"
    ),
    Broken(
        "0.1 per day", "0.1 per 0 days", "fault.loss spike.rate", "divides by zero", "host-days"
    ),
    Broken("0.1 per day", "-0.1 per day", "fault.loss spike.rate", "out of range", "0 or from"),
    Broken("0.1 per day", "1e300 per ms", "fault.loss spike.rate", "out of range", "0 or from"),
    Broken(
        "0.1 per day", "1e-99 per day", "fault.loss spike.rate", "out of range", "1e-12 per day"
    ),
    Broken("0.1 per day", "1 h", "fault.loss spike.rate", "is not a", "a rate such as"),
    # laws
    Broken(
        'law = "gamma"', 'law = "gama"', "fault.gpu.mtbf.law", '"gama" is not a law', "`gamma`?"
    ),
    Broken('law = "gamma"', "law = 3", "fault.gpu.mtbf.law", "3 is not a law", "lognormal"),
    Broken('law = "gamma", ', "", "fault.gpu.mtbf", "names no `law`", 'law = "lognormal"'),
    Broken(
        "mean = ",
        "meen = ",
        "fault.gpu.mtbf.meen",
        "is not a parameter of the gamma law",
        "`mean`?",
    ),
    Broken("cv = 0.2", "kind = 0.2", "fault.gpu.mtbf.kind", "is not a parameter", "`shape` or"),
    Broken(", cv = 0.2", "", "fault.gpu.mtbf", "gamma needs", "`shape` or `cv`"),
    Broken("cv = 0.2", "cv = 0.2, shape = 2", "fault.gpu.mtbf", "only one of shape, cv", "`cv`"),
    Broken("cv = 0.2", "cv = -0.2", "fault.gpu.mtbf.cv", "-0.2 is out of range", "from 0.001 to"),
    Broken("cv = 0.2", "cv = nan", "fault.gpu.mtbf.cv", "nan is not", "a number"),
    Broken("cv = 0.2", 'cv = "20 min"', "fault.gpu.mtbf.cv", "takes no unit", "a number"),
    Broken("cv = 0.2", "cv = { law = 'fixed' }", "fault.gpu.mtbf.cv", "a table is not", "a number"),
    Broken('mean = "62 days"', "mean = 62", "fault.gpu.mtbf.mean", "62 has no unit", "a duration"),
    Broken(
        'mean = "62 days"', 'mean = "1e13 d"', "fault.gpu.mtbf", "the mean of the law", "1e+12 d"
    ),
    Broken(
        'per = "trial"', 'per = "occurrence"', "fault.gpu.mtbf.per", "cannot be drawn at", '"trial"'
    ),
    Broken(
        'per = "trial"',
        'per = "host"',
        "fault.gpu.mtbf.per",
        '"host" is not accepted',
        '"occurrence" or',
    ),
    Broken('per = "trial"', "per = []", "fault.gpu.mtbf.per", "a list is not", '"occurrence" or'),
    Broken(
        'law = "gamma"',
        'law = "beta"',
        "fault.gpu.mtbf.mean",
        "is not a parameter of the beta",
        "`a` and `b`",
    ),
    Broken('p90 = "40 min"', 'p90 = "10 min"', "restart.duration", "p90", "the lognormal law"),
    Broken(
        'p90 = "40 min"', "sigma = 30", "restart.duration", "no finite variance", "the lognormal"
    ),
    Broken('p90 = "40 min"', "sigma = 6", "restart.duration", "beyond 1000 years", "1000 years"),
    Broken(
        '"lognormal", mean = "20 min", p90 = "40 min"',
        '"uniform", low = "2 h", high = "1 h"',
        "restart.duration",
        "low must not exceed",
        "`low`",
    ),
    Broken(
        '"lognormal", mean = "20 min", p90 = "40 min"',
        '"beta", a = 1, b = 1',
        "restart.duration",
        "a beta law",
        "a duration",
    ),
    Broken(
        '"lognormal", mean = "20 min", p90 = "40 min"',
        '"fixed", value = "-1 h"',
        "restart.duration",
        "0 or above",
        "`value`",
    ),
    Broken(
        "recall = 0.9",
        "recall = {law='uniform', low=0.5, high=1.2}",
        "diagnosis.recall",
        "beyond 1",
        "beta",
    ),
    Broken(
        "recall = 0.9",
        "recall = {law='lognormal', mean=0.5, cv=0.1}",
        "diagnosis.recall",
        "beyond 1",
        "uniform",
    ),
    Broken(
        "recall = 0.9",
        "recall = {law='beta', a=0, b=1}",
        "diagnosis.recall.a",
        "0 is out of range",
        "from 0.001 to",
    ),
    # checkpoints and restarts
    Broken(
        _PLAIN,
        "keep = 10\n" + _tiers('name = "near"'),
        "checkpoint.keep",
        "there are rows of tiers",
        "in the rows",
        "keep",
    ),
    Broken(
        _PLAIN,
        _tiers('name = "near"', 'name = "near"  # again'),
        "checkpoint.tier.1.name",
        "is the name of a row above",
        "rename",
        "# again",
    ),
    Broken(
        _PLAIN,
        _tiers('name = "1st"'),
        "checkpoint.tier.0.name",
        '"1st" is not a name',
        "letters",
        '"1st"',
    ),
    Broken(
        _PLAIN,
        _tiers('name = "near"\nsurvives = "shelf"'),
        "checkpoint.tier.0.survives",
        "names no `[[domain]]`",
        '"job", "host", "cluster"',
        'survives = "shelf"',
    ),
    Broken(
        _PLAIN,
        _tiers('name = "near"\nevery = 0'),
        "checkpoint.tier.0.every",
        "out of range",
        "from 1",
        "every = 0",
    ),
    Broken(
        _PLAIN,
        _tiers('name = "a"\nevery = 97', 'name = "b"\nevery = 101\n', 'name = "c"\nevery = 3'),
        "checkpoint.tier.2.every",
        "only after 29,391",
        "multiples",
        "every = 3",
    ),
    Broken(
        _PLAIN,
        _tiers('name = "near"\nload = "1 min"\nload_bandwidth = "1 GB/s"'),
        "checkpoint.tier.0.load_bandwidth",
        "contradicts `load`",
        "only one",
        "load_bandwidth",
    ),
    Broken(
        _PLAIN,
        _tiers('name = "near"\nload_failure = 0.6\nload_hang = 0.6'),
        "checkpoint.tier.0.load_failure",
        "exceed 1",
        "exclude",
        "load_failure",
    ),
    Broken(
        "keep = 10",
        "permanent_every = 3",
        "checkpoint.permanent_every",
        "all are kept",
        "`keep`",
    ),
    Broken(
        'load_bandwidth = "40 GB/s"',
        'store_bandwidth = "1 GB/s"',
        "checkpoint.store_bandwidth",
        "limits no other bandwidth",
        "load_bandwidth",
    ),
    Broken(
        'load_bandwidth = "40 GB/s"',
        "per_host = true",
        "checkpoint.per_host",
        "no bandwidth",
        "leave it out",
    ),
    Broken("keep = 10", "save_hang = 2", "checkpoint.save_hang", "2 is out of range", "from 0"),
    Broken("interval = ", "intervall = ", "checkpoint.intervall", "[checkpoint]", "`interval`?"),
    Broken('"250 steps"', '"30 m"', "checkpoint.interval", '"m" is not a unit', '"250 steps"'),
    Broken(
        '"250 steps"', "250", "checkpoint.interval", "250 has no unit", '"30 min" or "250 steps"'
    ),
    Broken('"250 steps"', '"0 steps"', "checkpoint.interval", "out of range", "1 step"),
    Broken('"250 steps"', '"0 s"', "checkpoint.interval", "out of range", "1 ms"),
    Broken(
        '"250 steps"',
        "{law='uniform', low='1 h', high='3 steps'}",
        "checkpoint.interval.low",
        "is not a unit of number of steps",
        "steps",
    ),
    Broken(
        'size = "1.6 TB"', "", "checkpoint.load_bandwidth", "nothing to move", "`size`", "load_b"
    ),
    Broken("1.6 TB", "1.6 TiBs", "checkpoint.size", '"TiBs" is not a unit', '"1.6 TB"'),
    Broken("1.6 TB", "-1.6 TB", "checkpoint.size", "out of range", "from 1 B to 1 EB"),
    Broken("40 GB/s", "40 GB", "checkpoint.load_bandwidth", '"GB" is not a unit', '"40 GB/s"'),
    Broken("40 GB/s", "0 GB/s", "checkpoint.load_bandwidth", "out of range", "from 1 B/s"),
    Broken("40 GB/s", "1 B/s", "checkpoint.load_bandwidth", "takes ages", "larger"),
    Broken(
        "load_failure = 0.1",
        "load = '1 h'",
        "checkpoint.load_bandwidth",
        "contradicts `load`",
        "one of the two",
        "load_b",
    ),
    Broken(
        "load_failure = 0.1",
        "load_failure = 0.96",
        "checkpoint.load_failure",
        "exceed 1",
        "at most 1",
    ),
    Broken("keep = 10", "keep = 0", "checkpoint.keep", "0 is out of range", "from 1"),
    Broken(
        "final_save = true", "final_save = 1", "checkpoint.final_save", "1 is neither", "true or"
    ),
    Broken("tries = 2", "tries = 0", "restart.tries", "0 is out of range", "from 1 to 1000"),
    Broken("tries = 2", "tries = 1.5", "restart.tries", "1.5 is not a whole number", "whole"),
    Broken("tries = 2", "warm_up_speed = 0", "restart.warm_up_speed", "0 is out of range", "0.001"),
    # people
    Broken('response = "1 h"', "response = -1", "people.response", "-1 has no unit", "a duration"),
    Broken("2026-04-03, ", "3, ", "people.holidays.0", "3 is not a date", "2026-12-25"),
    Broken(
        "2026-05-01]", "2026-05-01T00:00:00]", "people.holidays.1", "without a time", "2026-12-25"
    ),
    Broken("2026-05-01]", '"2026-05-32"]', "people.holidays.1", "is not a date", "2026-12-25"),
    Broken("[2026-04-03, 2026-05-01]", "2026-04-03", "people.holidays", "not a list", "a list"),
    Broken(
        "holidays = [2026-04-03, 2026-05-01]",
        "",
        "people.when.0.holidays",
        "none are listed",
        "people.holidays",
        "holidays = true",
    ),
    Broken(
        '["mon", "tue"]', '["monday"]', "people.staffed.days.0", '"monday" is not', '"mon", "tue"'
    ),
    Broken('["mon", "tue"]', "[]", "people.staffed.days", "is empty", "at least one"),
    Broken("[7, 20]", "[7]", "people.staffed.hours", "a list of two hours", "such as [8, 18]"),
    Broken("[7, 20]", "[7, 25]", "people.staffed.hours", "25 is out of range", "0 to 24"),
    Broken("[7, 20]", "[7, 7]", "people.staffed.hours", "from 7 to 7 is no time", "[8, 18]"),
    Broken("[7, 20]", "[24, 7]", "people.staffed.hours", "from 24 to 7", "[8, 18]"),
    Broken("[7, 20]", "7", "people.staffed.hours", "a list of two hours", "[8, 18]"),
    Broken("[22, 8]", "[22.5, 8]", "people.when.1.hours", "22.5 is not a whole", "0 to 24"),
    Broken(
        "[22, 8]\nresponse",
        "[22, 8]\nresponze",
        "people.when.1.responze",
        "[[people.when]]",
        "`response`?",
        "responze",
    ),
    Broken(
        "[people.staffed]",
        "[[people.staffed]]",
        "people.staffed",
        "a list is not a table",
        "[people.staffed]",
    ),
    # repair
    Broken(
        "automated_misses = 0.2",
        "automated_misses = 0.8",
        "repair.automated_fails",
        "exceed 1",
        "at most 1",
        "automated_fails",
    ),
    Broken(
        "automated_misses = 0.2",
        "bad_host_mtbf = 0",
        "repair.bad_host_mtbf",
        "0 is out",
        "from 1 ms",
    ),
    # stops
    Broken(
        "[stop.upgrade]",
        "[stop.upgrade]\nwhen = 3",
        "stop.upgrade.when",
        "[stop.upgrade]",
        "at, duration",
        "when = 3",
    ),
    Broken(
        "at = 2026-03-10T08:00:00",
        "",
        "stop.upgrade.at",
        "is missing",
        "`at`, `progress`, `every`",
        "[stop.up",
    ),
    Broken(
        "at = 2026-03-10T08:00:00", "at = 2026-03-01", "stop.upgrade.at", "before `start`", "later"
    ),
    Broken("at = 2026-03-10T08:00:00", "at = 5.0", "stop.upgrade.at", "5.0 is neither", "20 days"),
    Broken(
        "at = 2026-03-10T08:00:00", 'at = "-5 d"', "stop.upgrade.at", "before the start", "20 days"
    ),
    Broken(
        "at = 2026-03-10T08:00:00", 'at = "2000 years"', "stop.upgrade.at", "out of range", "1000"
    ),
    Broken("at = 2026-03-10T08:00:00", 'at = "soon"', "stop.upgrade.at", '"soon" is not', "a date"),
    Broken("at = 2026-03-10T08:00:00", "at = 08:00:00", "stop.upgrade.at", "08:00:00 is", "a date"),
    Broken(
        'at = 2026-03-10T08:00:00\nduration = "4 h"',
        'at = "1 d"',
        "stop.upgrade.duration",
        "is missing",
        "`duration`: how",
        "[stop.up",
    ),
    Broken(
        "progress = 0.5",
        "progress = 1.5",
        "stop.flood.progress",
        "1.5 is out of range",
        "between 0 and 1",
    ),
    Broken("progress = 0.5", "progress = 0", "stop.flood.progress", "0 is out of range", "between"),
    Broken("progress = 0.5", 'progress = "half"', "stop.flood.progress", '"half" is not', "25 %"),
    Broken("progress = 0.5", "progress = true", "stop.flood.progress", "true is not", "25 %"),
    Broken('kind = "incident"', 'kind = "accident"', "stop.flood.kind", '"accident"', '"incident"'),
    Broken("unfit = 4", "unfit = 11", "stop.flood.unfit", "exceeds `hosts`", "at most"),
    Broken("hosts = 10\n", "hosts = 151\n", "stop.flood.hosts", "151 are more than the 150", "150"),
    Broken("unfit = 4", "unfit = -1", "stop.flood.unfit", "-1 is out of range", "from 0"),
    Broken("hosts = 10", 'hosts = "some"', "stop.flood.hosts", '"some" is not', '"all"'),
    Broken("hosts = 10", "hosts = 0", "stop.flood.hosts", "is missing", '"all"'),
    Broken(
        'kind = "pause"',
        'kind = "pause"\nhosts = 3',
        "stop.weekly.hosts",
        "a pause takes no",
        '"incident"',
        "hosts = 3",
    ),
    Broken("1 week", "1 s", "stop.weekly.every", "out of range", "from 1 min"),
    Broken(
        'every = "1 week"\nduration = "1 h"',
        'every = "20 h"\nduration = "30 h"',
        "stop.weekly.every",
        "leaves no time to train: the next stop is due 20 h after the start of one",
        "from the start of one to the start of the next",
    ),
    Broken(
        'duration = "1 h"',
        'margin = "20 min"\nduration = "1 h"',
        "stop.weekly.margin",
        "goes back behind what is saved first",
        "save_first = false",
    ),
    Broken(
        'duration = "1 h"',
        'duration = "1 h"\nsave_first = 0',
        "stop.weekly.save_first",
        "0 is",
        "true or",
        "save_",
    ),
    Broken(
        'ideal_time = "34 days"',
        'window = "3 days"',
        "stop.flood.progress",
        "means nothing where a window is observed",
        "`at` or `every`",
        "progress = 0.5",
    ),
    # changes
    Broken("[[change]]", "[[changes]]", "changes", "is not a key", "`change`?"),
    Broken("at = 2026-03-20\n", "", "change.0.at", "is missing", "`at`, `progress`", "[[change]]"),
    Broken(
        "at = 2026-03-20\n",
        "at = 2026-03-20\nprogress = 0.55\n",
        "change.0.progress",
        "contradicts `at`",
        "one of",
        "0.55",
    ),
    Broken(
        "at = 2026-03-20",
        "at = 2026-04-20",
        "change.1.at",
        "before the change above",
        "in order",
        '"25 days"',
    ),
    Broken("at = 2026-03-20", "at = 2025-03-20", "change.0.at", "lies before `start`", "later"),
    Broken('{ "cluster.spares" = 16 }', "{}", "change.0.set", "is empty", "at least one"),
    Broken('{ "cluster.spares" = 16 }', "3", "change.0.set", "3 is not a table", "[change.set]"),
    Broken(
        'set = { "cluster.spares" = 16 }',
        "",
        "change.0.set",
        "is missing",
        "`set`: the new",
        "[[change]]",
    ),
    Broken(
        "cluster.spares", "cluster.spars", "change.0.set.cluster.spars", "[cluster]", "`spares`?"
    ),
    Broken(
        "cluster.spares",
        "clutser.spares",
        "change.0.set.clutser.spares",
        "a scenario",
        "`cluster`?",
    ),
    Broken(
        "cluster.spares", "workload.flops", "change.0.set.workload.flops", "cannot change", "leave"
    ),
    Broken("cluster.spares", "start", "change.0.set.start", "cannot change during", "leave"),
    Broken(
        "cluster.spares", "fault.gpu.law", "change.0.set.fault.gpu.law", "cannot change", "leave"
    ),
    Broken(
        "cluster.spares",
        "fault.tpu.rate",
        "change.0.set.fault.tpu.rate",
        "names no class of faults",
        "rate = 0",
    ),
    Broken(
        '"cluster.spares" = 16',
        '"cluster.spares" = -1',
        "change.0.set.cluster.spares",
        "-1 is",
        "from 0",
    ),
    Broken(
        '"cluster.spares" = 16',
        '"cluster.spares" = 4',
        "change.0.set.cluster.spares",
        "3 lent",
        "exceed",
    ),
    Broken(
        '"cluster.spares" = 16',
        '"cluster.hosts" = 145',
        "change.0",
        "makes `cluster.owned` wrong",
        "exceed",
        "[[change]]",
    ),
    Broken(
        '"cluster.spares" = 16',
        '"people.when.7.response" = "1 h"',
        "change.0.set.people.when.7",
        "one of the 2 rows",
        "a key",
    ),
    Broken(
        '"cluster.spares" = 16', '"" = 16', "change.0.set.", "is not the path of a key", "a key"
    ),
    Broken(
        '"fault.gpu.automatic" = 0.9',
        '"fault.gpu.automatic" = 9',
        "change.1.set.fault.gpu.automatic",
        "9 is out",
        "to 1",
    ),
    Broken(
        '"restart.duration.mean" = "30 min"',
        '"restart.duration.mean" = "45 min"',
        "change.1.set.restart.duration.mean",
        "p90",
        "lognormal",
    ),
    Broken(
        '"restart.duration.mean" = "30 min"',
        '"restart.duration.maen" = "30 min"',
        "change.1.set.restart.duration.maen",
        "is not a parameter",
        "`mean`?",
    ),
    # limits and sources
    Broken("faults = 5000", "faults = 0", "limits.faults", "0 is out of range", "from 1"),
    Broken(
        'wall_clock = "300 days"', "wall_clock = 300", "limits.wall_clock", "no unit", "a duration"
    ),
    Broken(
        '"cluster.hosts" = {',
        '"cluster.hots" = {',
        "sources.cluster.hots",
        "names no key",
        "path of a key",
    ),
    Broken(
        '"cluster.hosts" = {',
        '"cluster.frailty" = {',
        "sources.cluster.frailty",
        "names no key",
        "path",
    ),
    Broken(
        'published = "a report"',
        "",
        "sources.cluster.hosts.published",
        "is missing",
        "`assumed`",
        '"cluster.hosts" =',
    ),
    Broken(
        'published = "a report"',
        'published = "a", assumed = "b"',
        "sources.cluster.hosts.assumed",
        "contradicts",
        "only one",
    ),
    Broken(
        'published = "a report"',
        "published = 3",
        "sources.cluster.hosts.published",
        "3 is not a text",
        "in quotes",
    ),
    Broken(
        'published = "a report"',
        'publshed = "a"',
        "sources.cluster.hosts.publshed",
        "is not a key",
        "`published`?",
    ),
    Broken(
        '{ published = "a report" }',
        '"a report"',
        "sources.cluster.hosts",
        "is not a table",
        "[sources",
    ),
    # energy, carbon and money
    Broken(
        "hosts = 124\n",
        'hosts = 124\naccelerator = "h10"\n',
        "cluster.accelerator",
        '"h10" is not an accelerator',
        "h100",
        'accelerator = "h10"',
    ),
    Broken('"6 kW per host"', "700", "power.training", "700 has no unit", '"700 W"'),
    Broken('"6 kW per host"', '"700 J"', "power.training", "is not a unit of power", '"700 W"'),
    Broken(
        'training = "6 kW per host"\n', "", "power.training", "is missing", "`training`", "[power]"
    ),
    Broken("pue = 1.1", "pue = 0.9", "power.pue", "out of range", "from 1 to 10"),
    Broken('"429 g/kWh"', '"429 g"', "carbon.intensity", "not a unit of carbon", '"429 g/kWh"'),
    Broken('lifetime = "5 years"', "", "carbon.lifetime", "is missing", '"5 years"', "[carbon]"),
    Broken(
        'embodied = "1.2 t per host"',
        "",
        "carbon.lifetime",
        "without `embodied`",
        "give `embodied`",
        "lifetime = ",
    ),
    Broken('["jun", "jul"]', '["june"]', "carbon.when.0.months.0", '"june" is not', '"jun"'),
    Broken(
        '"2.1 USD per accelerator-hour"',
        '"2.1 USD"',
        "price.accelerator",
        "not a unit",
        "per accelerator-hour",
    ),
    Broken(
        'accelerator = "2.1 USD per accelerator-hour"',
        "",
        "price.idle",
        "without `accelerator`",
        "give `accelerator`",
        "idle = ",
    ),
    Broken('"on demand"', '"spot"', "price.terms", '"spot" is not', '"on demand"'),
    Broken('unit = "USD/MWh", ', "", "price.energy.unit", "is missing", "the unit", "energy = {"),
    Broken('"USD/MWh"', '"EUR/MWh"', "price.energy.unit", "not a unit", "USD/kWh"),
    Broken("[80, 95.5, 60]", "[]", "price.energy.hourly", "is not a list", "each hour"),
    Broken("[80, 95.5, 60]", '["80", 95.5]', "price.energy.hourly", "value 1,", "0.08 USD/kWh"),
    Broken(
        "begins = 2026-01-01",
        'begins = "soon"',
        "price.energy.begins",
        '"soon" is not',
        "2025-01-01",
    ),
    Broken(
        "begins = 2026-01-01", "column = 3", "price.energy.column", "does not belong", "`begins`"
    ),
    Broken(
        "begins = 2026-01-01 }",
        "begins = 2026-01-01 }\nwhen = [{ hours = [0, 6], energy = 0 }]",
        "price.when",
        "contradicts `energy`",
        "one of the two",
        "when = [{",
    ),
    Broken(
        '"cluster.spares" = 16',
        '"carbon.pue" = 1',
        "change.0.set.carbon.pue",
        "is not a key",
        "embodied",
    ),
]
