"""Write the packaged hourly profile from its formula: ``python docs/profile.py``.

It is made up and no measurement: a year of a grid with much sun, some wind and dear evenings.
"""

from __future__ import annotations

import math
from pathlib import Path

FILE = Path(__file__).parent.parent / "scenarios" / "duck-curve.csv"
HEADING = "intensity_g_per_kwh,price_usd_per_mwh"
DAYS = 365


def intensity(day: int, hour: float) -> float:
    """Carbon intensity in g/kWh at an hour of a day, which are counted from 0.

    420, and 60 more in the middle of winter than in the mean; less the sun, which shines for 9 to
    15 hours around 12:30 and takes off 100 to 260 at noon; 90 more around 19:30 in the evening;
    wind, which comes and goes in 5.3 and in 2.1 days; 8 % less on two days of seven.
    """
    season = math.cos(2 * math.pi * (day - 10) / DAYS)  # 1 in the middle of winter
    daylight = 12 - 3 * season
    sun = (180 - 80 * season) * max(0.0, math.cos(math.pi * (hour - 12.5) / daylight))
    if abs(hour - 12.5) > daylight / 2:
        sun = 0.0
    evening = 90 * math.exp(-(((hour - 19.5) / 1.8) ** 2) / 2)
    moment = 2 * math.pi * (day + hour / 24)
    wind = 50 * math.sin(moment / 5.3) + 30 * math.sin(moment / 2.1 + 1)
    weekend = 0.92 if day % 7 in (5, 6) else 1.0
    return weekend * (420 + 60 * season - sun + evening - wind)


def price(day: int, hour: float) -> float:
    """Price of energy in USD/MWh: 0.16 a gram, less 10, and 40 more around 19:00."""
    return 0.16 * intensity(day, hour) - 10 + 40 * math.exp(-(((hour - 19) / 1.5) ** 2) / 2)


def text() -> str:
    """The file: a line for each hour of a year, with the values in the middle of it."""
    hours = [(day, hour + 0.5) for day in range(DAYS) for hour in range(24)]
    rows = [f"{intensity(*at):.1f},{price(*at):.2f}" for at in hours]
    return "\n".join([HEADING, *rows]) + "\n"


if __name__ == "__main__":
    FILE.write_text(text(), encoding="utf-8")
