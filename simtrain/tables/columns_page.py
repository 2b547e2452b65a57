"""The page that documents every number that comes out, made from the table of columns.

`python -m simtrain.tables.columns_page` prints it; `make docs` writes it to docs/columns.md.
"""

from __future__ import annotations

import sys

from simtrain.tables.columns import COLUMNS, COUNT, FRACTION, HOST_SECONDS, SECONDS

_UNITS = {
    SECONDS: "seconds of wall-clock",
    FRACTION: "a fraction; 1 is the whole",
    COUNT: "a number of events in the trial",
    HOST_SECONDS: "seconds times number of hosts",
}

_HEAD = """\
# What comes out

<!-- Made from the table in simtrain/tables/columns.py by `make docs`; change it there. -->

`simtrain run SCENARIO -o DIR` makes a new folder. `summary.json` comes last, so a folder that has
it is whole. Results that are there already are never overwritten, unless by `--resume`, which goes
on with the trials in `DIR/.trials`: whatever ended the command, also a kill or a full disk, what
was finished stays there, and only what is missing is simulated. The results are then the same to
the byte as without the interruption. The number of trials may be another: more are added, and of
more than are asked for only the first count. So may the values of a sweep, or the target of a plan:
trials of a point are taken where they are of the same scenario to the letter. Another scenario,
seed or version of simtrain is refused, and so is a folder in which there are files of your own
under the names of results. A whole folder keeps its `.trials`, so that more can be added; it may be
deleted. All that is said here holds for the folders of the other commands as well.

| file | what |
|---|---|
| `scenario.toml` | the scenario that was simulated, with what it extends and `--set` |
| `summary.json` | the statistics over all trials, the same as `--json` prints |
| `trials.csv` | one row for each trial |
| `wall_clock.png` | the distribution of wall-clock, with the ideal marked |
| `goodput.png` | the distribution of goodput |
| `time.png` | where the time went |
| `progress.png` | progress of the first trials over the calendar, with what is planned and what \
is known of the real run |
| `gaps.png` | how long the gaps between two runs are, beside those of the real run: only where \
the scenario has a `[logbook]` with gaps |
| `badput.png` | badput by phase, beside that of the real run: only where the scenario publishes \
its progress or its wall-clock |

The last three follow the first 200 trials at most, those that finished. `progress.png` is of the
position of the work at each moment, which may still be rolled back. A gap belongs to the window of
the scenario's published `gaps` in which it begins. Phases end where the progress of the real run is
published; its badput in a phase is the length of the phase without the time that the progress
takes at full speed, and the part of it between runs is read off the logbook. In a trial, work
counts in the phase in which it was done, and the last phase lasts until the trial ends.

The same scenario, seed and version give the same `summary.json` and `trials.csv` to the byte, on
any number of processes.

## Metrics

These names are the columns of `trials.csv` and the keys of `metrics` in `summary.json`.

| name | unit | what |
|---|---|---|
"""

_TAIL = """
The twelve times from `productive_s` to `paused_s` add up to `wall_clock_s`. The four times of
hosts add up to the hosts that the cluster owns, over time; one that is retired is owned no more. A
ratio is undefined (an empty field) in a trial in which its denominator is 0. In a run with a fixed
window, work after the last durable checkpoint counts as productive.

## `trials.csv`

Comma-separated, with a header, in UTF-8. Numbers are written so that they read back exactly; an
empty field is undefined. Beside the metrics there are:

| column | unit | what |
|---|---|---|
| `trial` | | number of the trial from 0; `simtrain timeline --trial` shows the same trial |
| `badput_CAUSE_s` | s | seconds that were not productive and are charged to this cause: a fault, \
a stop or a policy of the scenario, in small letters with `_` for all else |
| `truncated` | | `True` if the trial hit a bound of the simulation instead of its end |

In each trial the badput of all causes adds up to `wall_clock_s` − `productive_s`.

`results.to_frame()` gives the same table as a pandas data frame.

## `summary.json`

All statistics are over the trials that finished; `truncated_trials` says how many are left out
because they hit a bound of the simulation. A value that is undefined is `null`.

| key | unit | what |
|---|---|---|
| `scenario` | | name of the scenario file without its ending |
| `scenario_sha256` | | hash of everything in the scenario that can move a result |
| `version` | | version of simtrain |
| `seed` | | seed of all trials |
| `trials` | count | trials that were simulated |
| `truncated_trials` | count | those among them that hit a bound |
| `ideal.wall_clock_s` | s | wall-clock without any fault, save or stop (for a window, its length) |
| `metrics.NAME` | of NAME | statistics of each metric above, see below |
| `time_s.CATEGORY` | s | mean of `CATEGORY_s` |
| `badput_by_cause_s.CAUSE` | s | mean of the badput of this cause, under its name in the scenario |
| `published` | | a list: each published outcome of the scenario beside the trials, see below |
| `asked` | | only with `--of` or `--precision`: what was asked in particular (`of`), its `value` \
and `ci95` in the unit of the metric, `half_width` of the interval as a fraction of the value, \
the `precision` that was asked for and whether the answer `is_precise`. A value that the trials \
are too few for is `null` |

Each of `metrics` is an object. With n trials that finished and values x₁ … xₙ (trials in which
the metric is undefined are left out):

| key | what |
|---|---|
| `mean` | Σxᵢ / n |
| `mean_ci95` | [low, high]: the mean ∓ t · `sd` / √n, with the 97.5 % quantile t of Student's law \
with n − 1 degrees of freedom; how sure the mean is, given the scenario |
| `sd` | √(Σ(xᵢ − mean)² / (n − 1)): how much trials differ |
| `p5` `p10` `p25` `p50` `p75` `p90` `p95` | percentiles, with linear interpolation |
| `p5_ci95` … `p95_ci95` | [low, high]: the r-th and the s-th smallest value, r the largest and s \
the least rank with P(B < r) and P(B ≥ s) at most 2.5 %, B binomial with n tries of probability \
q / 100 for Pq; it presumes no law. An end that n is too small for is `null`: P50 needs 6 \
trials, P90 36 and P95 72 |

`program_goodput` is only there if the scenario tells the MFU.

Each of `published` has what the row of the scenario says (`quantity`, `rank` if it is not 1,
`value`, `relation`, `unit`, `window`, `source`, `certainty`, `role`), and in its unit:

| key | what |
|---|---|
| `percentile` | percent of the trials below `value`, half of those at it included; for `ge` and \
`le` the percent of the trials that satisfy the relation |
| `p5` `p10` `p50` `p90` `p95` | percentiles of the trials |
| `width` | (`p95` − `p5`) / `p50`: a band that contains everything proves nothing |
| `within_80` `within_90` | whether `value` lies from `p10` to `p90`, from `p5` to `p95`; for `ge` \
and `le` whether at least half of the trials satisfy the relation |
| `claims` | a list: what the scenario claims (`claim`), and whether it `holds` |
| `standing` | `holds`, `missed`, or `expected miss` where the row says why it is missed |

## A sweep

`simtrain sweep SCENARIO KEY=RANGE... -o DIR` makes a folder in the same way.

| file | what |
|---|---|
| `scenario.toml` | the scenario as it is, with what it extends and `--set` |
| `summary.json` | the statistics of all points, the same as `--json` prints |
| `sweep.csv` | one row for each point |
| `trials.csv` | one row for each point and trial |
| `sweep.png` | for one key: goodput and wall-clock against its values; for two: a map |
| `badput.png` | for one key: the time that is not productive, by category |

All but the pictures are the same to the byte for the same scenario, ranges, seed and version. The
results of a point are those of `simtrain run` with its values as `--set`. In both tables the
scenario as it is comes last, unless it is one of the points.

A point is **best** by a metric if its mean is the least (`wall_clock_s`) or the greatest
(`goodput`) among the points in which the most trials finished. Another point is **alike** if it
cannot be told apart from the best: if t = mean of d · √n / sd of d is at most the
1 − 0.025 / (k − 1) quantile of Student's law with n − 1 degrees of freedom, where d is how much
worse it is in each of the n trials that finished at both, and k the number of points in which the
most trials finished; fewer than two trials tell nothing apart, nor do differences that are all the
same. The points that are alike hold the one of these k with the truly best mean with a probability
of at least 95 %. They are the confidence interval of the optimum, as fine as the points lie. Points
in which fewer trials finished are neither: how good they are is not known. If the keys that vary
say how much work there is, points are held against each other by goodput alone: less work ends
sooner. What the best point saves was measured on the trials that chose it, and is a little
flattered by that.

### `sweep.csv`

| column | unit | what |
|---|---|---|
| `KEY` | | value of each key that varies, as `--set` takes it |
| `KEY_number` | base | the same in base units (seconds, bytes, bytes per second, FLOP, FLOP per \
second, events per second, steps, or the number itself); not for words. An interval in steps of \
the scenario as it is becomes a time by the mean time of training that a step took, and vice versa |
| `own` | | `True` if the row is the scenario as it is |
| `trials` `truncated_trials` | count | trials that were simulated, and those that hit a bound |
| `M_mean` `M_ci95_low` `M_ci95_high` `M_sd` `M_p5` `M_p50` `M_p95` | of M | statistics as in \
`summary.json`, for M each of `goodput` and, unless the run has a fixed window or the work \
varies, `wall_clock_s` |
| `M_beyond_best_mean` `M_beyond_best_ci95_low` `M_beyond_best_ci95_high` | of M | mean of M here \
minus M at the best point in the same trial, over the trials that finished at both, and its \
confidence interval |
| `M_alike` | | `True` if the point is the best by M or cannot be told apart from it |
| `NAME_mean` | of NAME | mean of each other metric |

`swept.to_frame()` gives the same table as a pandas data frame.

### `trials.csv` of a sweep

The columns of `trials.csv` above, after one column `KEY` for each key that varies and `own`.
`swept.trials_frame()` gives the same.

### `summary.json` of a sweep

| key | unit | what |
|---|---|---|
| `scenario` `scenario_sha256` `version` `seed` | | as above, of the scenario as it is |
| `trials` | count | trials of each point |
| `keys` | | the keys that vary |
| `points` | | one object for each point in the order of the values; the last key varies fastest |
| `points[].values` | | value by key |
| `points[].truncated_trials` | count | trials that hit a bound |
| `points[].metrics.M` | of M | statistics of `wall_clock_s` and `goodput` |
| `points[].beyond_best.M` | of M | statistics of M minus M at the best point, trial by trial |
| `points[].time_s.CATEGORY` | s | mean of `CATEGORY_s` |
| `own` | | the same for the scenario as it is; `own.point` is its number if it is a point |
| `optima.M.point` `optima.M.values` | | number and values of the best point by M |
| `optima.M.alike` | | numbers of the best point and of those that cannot be told apart from it |
| `optima.M.own_beyond_best` | of M | statistics of M of the scenario as it is minus M at the \
best point |
| `formulas` | | `null` unless `checkpoint.interval` varies, faults interrupt and saves take time |
| `formulas.mtbf_s` | s | time of the scenario as it is in training and saving / interruptions |
| `formulas.save_s` | s | `checkpoint_save_s` / `saves`, summed over all trials |
| `formulas.young_s` `formulas.daly_s` | s | √(2·C·M), and Daly's higher-order estimate |
| `formulas.exact_s` | s | M·(1 + W₀(−e^(−1−C/M))), exactly best for memoryless faults |

## A plan

`simtrain plan SCENARIO --target TARGET --vary KEY=RANGE -o DIR` makes a folder in the same way, and
[the model](model.md#a-plan) says what its words mean. Its exit code is 0 whether or not any value
meets the target.

| file | what |
|---|---|
| `scenario.toml` | the scenario as it is, with what it extends and `--set` |
| `summary.json` | what was found, the same as `--json` prints |
| `plan.csv` | one row for each value that was tried |
| `plan.png` | the number that the target is about, against the values; infinite ones, where too \
few trials finished, at the edge. Its band is P10 to P90 of the trials that finished |

A TARGET is `NUMBER RELATION BOUND`. The number is `METRIC` or `mean(METRIC)`, `median(METRIC)`,
`pQ(METRIC)` with a percentage Q above 0 and below 100, or `probability(METRIC RELATION BOUND)`. A
metric is one of those above, `_s` may be left out, or `finish`. The relation is `<=`, `>=`, `<` or
`>`; with `finish`, also `before` and `after`. The bound has the unit of the metric: a duration, a
fraction, a plain number for counts, a time of hosts (`200 host-d`), a date for `finish`, a fraction
for a probability.

### `plan.csv`

| column | unit | what |
|---|---|---|
| `KEY` `KEY_number` | | value of the key that varies, as in `sweep.csv` |
| `own` | | `True` if the row is the scenario as it is, which comes last unless it was tried |
| `trials` `truncated_trials` | count | trials that were simulated, and those that hit a bound |
| `value` | of the target | the number that the target is about; empty where it is infinite |
| `ci95_low` `ci95_high` | of the target | its confidence interval; empty where an end is infinite |
| `met` `sure` | | whether the number meets the target, and whether all of the interval agrees |
| `M_mean` `M_p10` `M_p50` `M_p90` | of M | statistics of the metric M of the target, over the \
trials that finished, be they few: also where `value` is empty because of those that did not |

`found.to_frame()` gives the same table as a pandas data frame.

### `summary.json` of a plan

| key | unit | what |
|---|---|---|
| `scenario` `scenario_sha256` `version` `seed` | | as above, of the scenario as it is |
| `trials` `trials_in_all` | count | trials of each value, and all that were simulated |
| `key` | | the key that varies |
| `target.told` | | the target in one spelling |
| `target.metric` `target.statistic` `target.relation` `target.bound` | | its parts; the bound in \
base units (seconds after the start for a finish) |
| `verdict` | | `all`, `some` or `none` of the values that were tried meet the target |
| `turns` | | whether the curve both rises and falls by more than its confidence |
| `answers` | | a list: where the target begins or ceases to be met, in the order of the values |
| `answers[].met` `answers[].missed` | | the value that just meets it, and its neighbour that \
does not |
| `answers[].surely_met` `answers[].surely_missed` | | the nearest values that were tried at which \
that is sure; `null` where there is none |
| `answers[].is_least` | | `true` if `met` is the smallest value that meets the target, `false` if \
the greatest |
| `nearest` | | the value that does most for the target |
| `points` | | a list: `value`, `truncated_trials`, `found`, `found_ci95`, `met` and `sure` of \
each value that was tried |
| `own` | | the same of the scenario as it is |
| `budget` | | `null` unless the target asks for a goodput or ETTR of at least its bound |
| `budget.share` | | 1 − the bound |
| `budget.own` `budget.then` | | shares of the wall-clock that are lost, `by_category` and \
`by_cause`, as it is and at the first answer (or `nearest`) |

## A scaling

`simtrain scale SCENARIO SIZES -o DIR` makes a folder in the same way, and
[the model](model.md#a-scaling) says what stays the same at all sizes.

| file | what |
|---|---|
| `scenario.toml` | the scenario as it is, with what it extends and `--set` |
| `summary.json` | what was found, the same as `--json` prints |
| `scale.csv` | one row for each size |
| `scale.png` | goodput, and the MTBF of hosts that would keep it, against the size |

The columns of `scale.csv` are the keys of `sizes` in `summary.json`, which also has `scenario`,
`scenario_sha256`, `version`, `seed`, `trials` (of each size at each reliability), `trials_in_all`,
`goal` (the goodput to keep) and `host_mtbf_s` (mean time to failure of a host, as it is).

| column | unit | what |
|---|---|---|
| `accelerators` `hosts` `spares` | | the size |
| `job_mtbf_s` | s | time in training and saving / interruptions, with the interval as it is |
| `goodput_kept` `goodput_kept_ci95_low` `goodput_kept_ci95_high` | fraction | mean goodput with \
the checkpoint interval as it is |
| `goodput` `goodput_ci95_low` `goodput_ci95_high` | fraction | mean goodput with `interval_s` |
| `interval_s` | s | best interval for memoryless faults; empty where nothing interrupts or no \
save takes time, and the scenario keeps its own |
| `needed_mtbf_s` | s | least mean time to failure of a host that keeps `goal`; empty if none does |
| `needed_mtbf_surely_s` `needed_mtbf_surely_not_s` | s | the nearest ones that were looked at \
with which `goal` surely is and is not kept (95 % each) |

## A comparison

`simtrain compare SCENARIO... --with KEY=VALUE -o DIR` makes a folder in the same way.

| file | what |
|---|---|
| `scenario_A.toml` … | each scenario; A is the first, which the others are held against |
| `summary.json` | the statistics of all, the same as `--json` prints |
| `compare.csv` | one row for each scenario but A, and each metric |
| `trials.csv` | the columns of `trials.csv` above after `scenario`, the letter |
| `difference.png` | what decides (wall-clock, or goodput where a window is fixed) minus that of \
A, trial by trial |
| `badput.png` | the time that is not productive, by category |

Differences are of a scenario minus A in the same trial, over the trials that finished in both.

| column of `compare.csv` | unit | what |
|---|---|---|
| `scenario` `metric` | | letter of the scenario, and the metric |
| `first_mean` `mean` | of the metric | means of A and of the scenario, each over its own finished \
trials |
| `difference_mean` `difference_ci95_low` `difference_ci95_high` `difference_sd` `difference_p5` \
`difference_p50` `difference_p95` | of the metric | statistics of the difference |

| key of `summary.json` | unit | what |
|---|---|---|
| `version` `seed` `trials` | | as above; trials of each scenario |
| `scenarios[]` | | `letter`, `name`, and as above `scenario`, `scenario_sha256`, \
`truncated_trials`, `ideal`, `metrics`, `time_s` |
| `differing.KEY` | | what each scenario says of each key that does not mean the same in all, \
`null` where it has none |
| `comparisons[].letter` | | the scenario that is held against A |
| `comparisons[].pairs` `comparisons[].left_out` | count | trials that finished in both, and the \
others |
| `comparisons[].decides` | | `wall_clock_s`, or `goodput` if any scenario has a fixed window or \
they differ in how much work there is |
| `comparisons[].known` | count | trials in which it is known who is better: one that did not \
finish has lost to one that had finished by then |
| `comparisons[].ahead` `.behind` `.tied` | fraction | `share` of these in which it is better than \
A, worse, and neither, with `ci95` of Clopper and Pearson |
| `comparisons[].differences.NAME` | of NAME | statistics of the difference |

## A sensitivity

`simtrain sensitivity SCENARIO -o DIR` writes `scenario.toml`, `summary.json`, `sensitivity.csv`
with one row for each number, those that move the metric furthest first, and `tornado.png`.

| column of `sensitivity.csv` | unit | what |
|---|---|---|
| `key` `value` | | path of the number, and what the file says |
| `source` | | `published`, `assumed`, `calibrated`, or empty if the scenario does not tell |
| `until` | | paths of changes by which the value does not last |
| `low_value` `high_value` | | what it was changed to |
| `low_mean` `low_ci95_low` `low_ci95_high` | of the metric | mean of the metric with it changed \
down minus the metric as it is, trial by trial, and its confidence interval; `high_…` changed up |
| `reach` | of the metric | max(0, `low_mean`, `high_mean`) − min(0, `low_mean`, `high_mean`) |
| `told_from_zero` | | whether either effect can be told from 0, at 95 % for all numbers together |
| `left_out` | count | trials that did not finish and are in no difference, the more of both |

In `summary.json` there are, beside keys as above, `change` (the part), `metric`, `as_it_is` (its
statistics), `inputs[]` with the same as the table and the whole statistics of each `difference`,
and `left_out[]`: `key` and `why` of numbers that were not changed, or not on one side.
"""


def columns_page() -> str:
    """Page on all outputs, in Markdown."""
    rows = (f"| `{name}` | {unit} | {meaning} |\n" for name, unit, meaning, _ in COLUMNS)
    units = "; ".join(f"`{unit}` is {words}" for unit, words in _UNITS.items())
    return f"{_HEAD}{''.join(rows)}\nUnits: {units}.\n{_TAIL}"


if __name__ == "__main__":
    sys.stdout.write(columns_page())
