"""The memory of a trial: records of everything that the compiled engine keeps."""

from __future__ import annotations

import numpy as np

from simtrain.compiled.calls import CALL, SEGMENT
from simtrain.compiled.laws import LAW
from simtrain.compiled.memory import table_of
from simtrain.compiled.parameters import (
    ALLOCATION,
    CHECK,
    CLUSTER,
    DIAGNOSIS,
    FAULT,
    RECOVERY,
    REPAIR,
    RESTART,
    TIER,
)
from simtrain.compiled.support import MOST_CHECKS

NONE, OVER = -1, -2
"""In place of the number of an outage: there is none; the trial is over."""

ROW = 16
"""Uniforms of a row of a fault, the widest there is."""

MOST_WAITING = 32
"""Most stops that come while training is saved for others."""

MOST_DRAGS = 3
"""Most that slows training at one time, beside what the numbers say."""

AMONG_JOB, AMONG_IDLE, AMONG_HOSTS, AMONG_STANDING, AMONG_DOMAINS = range(5)
STOP_FOR_IT, SWAP_HOSTS, RECONFIGURE = range(3)
"""What the job does about a fault that stops it, as in `simtrain.model.policies.Reaction`."""

POISSON, RENEWAL, ALARM, PER_HOST, REPLAY = range(5)
CLOCK_HOSTS, CLOCK_JOB, CLOCK_SPARES, CALENDAR_HOSTS, CALENDAR_JOB, CALENDAR_SPARES = range(6)
CLOCKS = 6

END, CHANGES, STOPS, SPAN, LIMIT, LIMIT_ENDS, ALLOCATION_SAVES, ALLOCATION_ENDS, COUNTS = range(9)
"""Kinds of what is planned: the end of the trial, a change, a planned stop or an incident, a span
of a weather, a limit of power that begins or ends, an allocation to be saved or that ends, and a
count of hosts."""

VACANT = -1
NOWHERE, IDLE = -1, -2
ANY, STAND_ASIDE, WORK = range(3)
"""Which hosts of the job are taken."""

(
    SHORT_OF_CALLS, SHORT_OF_SEGMENTS, SHORT_OF_HOSTS, SHORT_OF_OUTAGES, SHORT_OF_TIMERS,
    SHORT_OF_LATENT, SHORT_OF_BATCHES, SHORT_OF_ENTRIES, SHORT_OF_NUMBERS, SHORT_OF_HOLDS,
    SHORT_OF_LOSSES, SHORT_OF_SPANS, SHORT_OF_REGIMES, SHORT_OF_DAYS, SHORT_OF_PLANNED,
    SHORT_OF_CORDONS,
    SHORT_OF_ROUNDS, SHORT_OF_SPELLS, SHORT_OF_LOOKS,
) = range(1, 20)  # fmt: skip
"""What a trial can be short of: it is then told once more with more of it."""


def _dtype(floats: str = "", wholes: str = "", **others: object) -> np.dtype[np.void]:
    fields: list[object] = [(name, "f8") for name in floats.split()]
    fields += [(name, "i8") for name in wholes.split()]
    fields += [
        (name, *(kind if isinstance(kind, tuple) else (kind,))) for name, kind in others.items()
    ]
    return np.dtype(fields, align=True)


SCHEDULE = _dtype(
    floats="""
        first_s every_s stall_s speed write_slowdown write_s write_left_s full_speed
        done_train_s done_save_s done_productive_s done_written_s done_since_save_s
        done_stall_left_s
    """,
    wholes="done_saves cycle place round",
)
"""The manner of training in a segment, and what it has come to.

Of saves that differ there are the number and the address of their round, else -1 and 0.
"""

TRIAL = _dtype(
    wholes="""
        seed trial order verdict end_verdict short events_left
        regime classes plain_classes changes changes_n changes_made
        came whole is_waiting wait_what woken awaits_spare stands_ready
        until_done until_goal until_save to_end asked has_begun
        copy_save copy_tier copy_number made number
        tiers tiers_n batches batches_cap corrupt_found corrupt_found_n corrupt_found_cap
        losses losses_n losses_cap all_until struck_until holds_copies
        loop_failures loop_newest
        suspects suspects_n suspects_cap joined any_together
        onsets onsets_n saves_before repairs repairs_n
        latent latent_made latent_cap latents latent_n any_slow answers answers_n corrupt_copies
        holds holds_n holds_cap incidents incidents_n incidents_cap
        absences absences_n absences_cap absences_over lasting lasting_until lasting_n lasting_cap
        outages outages_n outages_cap
        in_allocations has_past held allocation queue_waits queue_hours weekday
        counts counts_n count withheld withheld_n withholds is_withholding
        hosts hosts_n hosts_cap members size spares idle_first idle_last idle_n returned
        vacant vacant_n surplus repair away owned free free_n times_out all_out bad_first bad_last
        clocks stamps entry_order follows_spares on_calendar stood standing
        sources sources_n fixed_sources slots source_of relapse_slots streams
        ages ages_kept ages_alike ages_at_start has_ages has_frailty frail frailty
        bound takes_whole slots_n slot_of_host filled_slots filled_before
        domains domains_n blocks blocks_n lacking lacking_n moved steps ready_n ready_order back_n
        besides
        logs logs_n logged going struck struck_n away_until
        policy has_processes launch_goes_on
        groups groups_n in_groups aside_n aside_hosts_n looked looked_n is_to_look is_swapping
        looks looks_n looks_cap earlier earlier_n kept_stop rejoined
        standby_order timers timers_n timers_cap
        crews_at_work queue_first queue_last cordons cordons_n cordons_cap
        schedules schedules_n spells power_limit limits_made drags_n
        dates dates_n dated dated_n dated_cap placed placed_n placed_done stops events
        calls calls_n calls_cap segments segments_n segments_cap numbers numbers_n numbers_cap
        regime_table next_regime class_table tier_table check_table response_table
        weathers weathers_n repair_weather watches_n by_hour days openings days_cap
        checks checks_n check_causes numbers_of_checks
        hang_class failure_class capacity_class latent_class hangs_number
        rounds rounds_n rounds_cap round_saves_n round_first round_stall round_every round_write
        round_sums partials save_table
        event_class event_among event_unit event_stream event_number
        taken taken_job taken_idle taken_burst taken_rows
        cause_elastic cause_start cause_changes cause_checkpoints cause_speed cause_warm_up
        cause_background cause_corrupt cause_allocation cause_capacity first_change_name
        origin_start origin_changes origin_hangs origin_corrupt origin_queue origin_capacity
        stream_repair stream_swap stream_found stream_hosts stream_block stream_rejoining
    """,
    floats="""
        now clock work warm_until wake_at wait_end wait_risk idle read_at standby_at
        since_save writing_until durable_at copy_work hangs_left next_date next_work
        since_midnight opens granted_at due_at lemon_fraction lemon_factor batch
        begins_since_save begins_writing_s first_work before_since_save before_writing_s
        before_ended before_work before_ended_step before_work_step before_grant
    """,
    frailty_law=LAW,
    schedule=SCHEDULE,
    schedule_kept=SCHEDULE,
    event_row=("f8", (ROW,)),
    launch_row=("f8", (ROW,)),
    scratch=("f8", (ROW,)),
    hangs_row=("f8", (ROW,)),
    waiting=("i8", (MOST_WAITING,)),
    drag_share=("f8", (MOST_DRAGS,)),
    drag_cause=("i8", (MOST_DRAGS,)),
)
"""The trial itself. What is a table stands here by its address."""

REGIME = _dtype(
    floats="work full_speed speed interval write_slowdown save_hangs",
    wholes="in_work final_save end_training counts_failures swap_takes_time saves saves_n",
    cluster=CLUSTER,
    allocation=ALLOCATION,
    restart=RESTART,
    diagnosis=DIAGNOSIS,
    repair=REPAIR,
    recovery=RECOVERY,
)
"""Parameters in force between two changes.

`saves` is the first of a round of saves, which are `saves_n`.
"""

SAVE = _dtype(floats="stall lag stall_to_last lag_to_last")
"""A save to the tiers that it is for, and if it goes to the last one in any case."""
ROUND = _dtype(floats="speed batch", wholes="regime n outlast stall every write sums")
"""Saves that differ, as in `simtrain.model.saving.SaveCycle`, by the addresses of their numbers."""
COPIES = _dtype(
    floats="stops_left",
    wholes="oldest batches batches_n name stream_fails stream_corrupt origin_stops stops_number",
    stops_row=("f8", (ROW,)),
)
"""What there is of a tier in a trial."""

HOST = _dtype(
    floats="relapse_left relapse_reading answer_at visit_since",
    wholes="""
        place holder before after swaps slot in_slot
        visits visit_fault visit_cause visit_bad visit_stage visit_is_over
        bad bad_before bad_after relapses diagnoses relapse_number relapse_clock
        awaits_answer together held_since
        behind cordons last_cordon
        aside looked
    """,
    row=("f8", (8,)),
)
"""A host; `holder` is the host at the place of this number, `in_slot` that in the slot of it.

`behind` is the host that waits for a crew after it, `last_cordon` the number of its last cordon.
The stage of its repair had begun `visit_since` seconds before the trial, and `visit_is_over` if it
takes no longer. Those that stand `aside` do not work, though others do, and `looked` is how often
somebody looks into it beside training.
"""
BESIDE = _dtype(wholes="ahead behind is_back")
"""Idle hosts around one in its domain, and whether it came back to that by itself."""
DOMAIN = _dtype(wholes="first last idle_n lacks first_place is_of_job ready")
"""A domain that spares belong to, of which `first` and `last` stand by and places lack some.

`ready` is the place in order of a whole one that stands by, or 0.
"""
GROUP = _dtype(wholes="aside struck lacks looked is_asked")
"""A group of hosts that the job is made of: what it lacks, and whether somebody looks into it."""
LOOK = _dtype(wholes="outage examined stage hosts hosts_n suspects suspects_n")
"""What is done about hosts of lost groups while the others train, up to a stage of it."""
LOG = _dtype(
    floats="window block end offset", wholes="source first rows_n row wraps blocks going_n"
)
"""A log of one class, of which `row` comes next, up to an `end`, and later by an `offset`."""
LOGGED = _dtype(floats="begun away", wholes="host")
"""An outage of a log, or a host that falls and for how long it is away."""

OUTAGE = _dtype(
    wholes="""
        cause origin number fault regime hosts hosts_n unfit unfit_n in_burst burst
        stop planned restarted_by loads first_try uncounted is_known tries reaction is_over
        ends_allocation cut_off is_leaving leaving in_time
    """,
    row=("f8", (ROW,)),
)
"""Why the job does not train, as in `simtrain.engine.outage`; hosts stand among the numbers.

`leaving` is how many of the hosts, and of those behind them, a preemption takes that has still to
take them.
"""

LATENT = _dtype(
    floats="onset unnoticed_s speed notice_at passes_at back_to gone_back_to",
    wholes="outage fault regime slows taints noticed is_known has_back_to save host is_there",
    looks=("i8", (MOST_CHECKS,)),
)

ONSET = _dtype(floats="work notice_s passes_s speed", wholes="fault origin number place is_unfit")
"""A fault before the start of a run in flight, as in `simtrain.model.hidden`."""

TIMER = _dtype(floats="at", wholes="order kind argument")
CORDONED = _dtype(floats="at", wholes="before")
"""A cordon that counts, and the number of the one before it of the same host."""
ENTRY = _dtype(floats="reading", wholes="order slot stamp")
CLOCK = _dtype(floats="now", wholes="entries n cap")

SOURCE = _dtype(
    floats="hazard_left since new_at resumed opened lowest rate factor grace",
    wholes="""
        kind fault among clock first units units_at_start number stream slot trains batch lives
        refill_slot regime strikes by_key was_changed
    """,
)
PER_HOST_LIFE = _dtype(
    floats="left since key first_left first_since", wholes="touched life entered clock gone"
)
AGE = _dtype(floats="born outside initial", wholes="within has_outside clock")

STREAM = _dtype(
    wholes="id launch reach burst returns slow further reconfigured first_life later_life checks"
)
"""Streams by what they begin with; `check` is the place of those of checks among the numbers."""

STOP = _dtype(
    floats="margin comes_next",
    wholes="kind save_first hosts unfit cause origin rank recurs schedule goes_on",
    duration=LAW,
    every=LAW,
)
"""A planned stop or an incident; `schedule` is the number of the one whose spells it lasts for.

Of one that recurs and `goes_on` from before the start it is known when it `comes_next`.
"""
PLANNED = _dtype(floats="at", wholes="order kind number occurrence")
"""What is planned, the `number` of it among its kind and how often it came before."""
SCHEDULED = _dtype(floats="speed", wholes="spells spells_n is_whole order stop cause limits")
"""A schedule: its spells, whether these are all there are, and its stop or the speed it limits to.

`limits` says since which of all limits it limits power, 0 if it does not.
"""
SPELL = _dtype(floats="start end")
COUNT = _dtype(floats="at", wholes="hosts")
"""How many hosts there may be from a moment on."""
HOLD = _dtype(floats="until", wholes="state cause rank")
ABSENCE = _dtype(floats="until", wholes="cause hosts hosts_n is_over")
INCIDENT = _dtype(floats="until", wholes="cause rank stop first hosts hosts_n is_over")
BATCH = _dtype(
    floats="ended work ended_step work_step full_speed durable failure corrupt",
    wholes="first number kept every round place",
)
LOSS = _dtype(wholes="host slot since until left")
WEATHER = _dtype(
    floats="every_s factor begun_s first_factor first_duration",
    wholes="stream of_faults is_told",
    hazards=LAW,
    durations=LAW,
)
"""A weather; of the first span of one that `is_told` both factors are known before the trial."""
CHECKED = _dtype(floats="since next_work every", wholes="made passed passed_n passed_cap stream")

trial_at = table_of(TRIAL)
regime_at = table_of(REGIME)
host_at = table_of(HOST)
beside_at = table_of(BESIDE)
domain_at = table_of(DOMAIN)
group_at = table_of(GROUP)
look_at = table_of(LOOK)
log_at = table_of(LOG)
logged_at = table_of(LOGGED)
outage_at = table_of(OUTAGE)
onset_at = table_of(ONSET)
latent_at = table_of(LATENT)
timer_at = table_of(TIMER)
cordon_at = table_of(CORDONED)
entry_at = table_of(ENTRY)
clock_at = table_of(CLOCK)
source_at = table_of(SOURCE)
life_at = table_of(PER_HOST_LIFE)
age_at_ = table_of(AGE)
stream_at = table_of(STREAM)
stop_at = table_of(STOP)
planned_at = table_of(PLANNED)
schedule_at = table_of(SCHEDULED)
spell_at = table_of(SPELL)
count_at = table_of(COUNT)
hold_at = table_of(HOLD)
absence_at = table_of(ABSENCE)
incident_at = table_of(INCIDENT)
batch_at = table_of(BATCH)
save_at = table_of(SAVE)
round_at = table_of(ROUND)
copies_at = table_of(COPIES)
loss_at = table_of(LOSS)
weather_at = table_of(WEATHER)
checked_at = table_of(CHECKED)
call_at = table_of(CALL)
segment_at = table_of(SEGMENT)
class_at = table_of(FAULT)
tier_at = table_of(TIER)
check_at = table_of(CHECK)
law_at = table_of(LAW)
