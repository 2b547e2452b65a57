"""Tables of named tables, such as `[fault.NAME]`, each with how a new one is asked for."""

from collections.abc import Mapping

NAMED: Mapping[str, str] = {
    "fault": 'fault.NAME={mtbf="400 days"}',
    "stop": 'stop.NAME={at="5 d", duration="2 h"}',
    "schedule": "schedule.NAME={hours=[16, 21]}",
    "check": 'check.NAME={every="6 h", duration="5 min"}',
    "weather": 'weather.NAME={cv=0.8, every="7 days"}',
}
