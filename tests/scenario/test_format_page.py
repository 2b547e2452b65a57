import importlib.util
import re
from pathlib import Path
from types import ModuleType

import pytest

from simtrain.scenario.load import load
from simtrain.scenario.reference import tables
from tests.scenario.valid import written

FOLDER = Path(__file__).parents[2] / "docs"


@pytest.fixture(scope="module")
def generate() -> ModuleType:
    spec = importlib.util.spec_from_file_location("generate", FOLDER / "generate.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(FOLDER)  # it imports what lies beside it
        spec.loader.exec_module(module)
    return module


def test_every_generated_page_is_up_to_date(generate: ModuleType) -> None:
    for name, page in generate.PAGES.items():
        message = f"docs/{name} is out of date: run `python docs/generate.py`"
        assert (FOLDER / name).read_text(encoding="utf-8") == page(), message


def test_the_minimal_example_is_a_complete_scenario(generate: ModuleType, tmp_path: Path) -> None:
    assert generate.MINIMAL in generate.scenario_page()
    load(written(tmp_path, generate.MINIMAL))


def test_the_other_examples_fit_into_it(generate: ModuleType, tmp_path: Path) -> None:
    examples = re.findall(r"```toml\n(.*?)```", generate.scenario_page(), re.DOTALL)
    [split] = [one for one in examples if one.startswith("[parallelism]")]
    examples.remove(split)
    whole, ranges, pair, doubted, laws, data, rows, hourly, schedules, *last = examples
    extends, domains, changes, ramp, sources, published, footprint = last
    assert whole == generate.MINIMAL
    duration, mtbf = laws.splitlines()
    text = whole.replace('duration = "10 min"', duration).replace('mtbf = "300 days"', mtbf)
    text += '[people]\nresponse = "1 h"\n'
    load(written(tmp_path, f"start = 2026-03-02\n{text}{changes}{sources}{published}"))
    load(written(tmp_path, extends))
    assert load(written(tmp_path, f"{whole}{split}")).hosts_per_replica == 4
    power = '[power]\ntraining = "700 W"\n[price]\naccelerator = "2 USD per accelerator-hour"\n'
    load(written(tmp_path, f"{whole}{power}{footprint}"))
    ramped = whole.replace('[workload]\nideal_time = "10 days"\n', ramp)
    assert load(written(tmp_path, ramped)).phases[-1].step_at(1.0) == pytest.approx(255_966, abs=1)
    elsewhere = re.sub(r"\[cluster\]\n[^\[]*", "", whole)
    assert list(load(written(tmp_path, f"{elsewhere}\n{domains}")).fault)[-1] == "upgrade"
    automated, rate, automatic, manual, response = ranges.splitlines()
    text = whole.replace('mtbf = "300 days"\nautomatic = 0.9', f"{rate}\n{automatic}")
    text += f"[repair]\n{automated}\n{manual}\n[people]\n{response}\n{doubted}"
    doubtful = load(written(tmp_path, f"{text}\n{pair}"))
    assert len(doubtful.unknown) == 6
    assert doubtful.conditionals["repair.automated"].address == "shared people"
    written(tmp_path, "price,carbon\n80,430\n95,410\n", "grid.csv")
    text = f'start = 2026-03-02\n{whole}\n[power]\ntraining = "700 W"\n{rows}\n{hourly}'
    scheduled = load(written(tmp_path, f"{text}\n{schedules}")).schedule
    assert list(scheduled) == ["dirty-grid", "evening"]
    assert load(written(tmp_path, text)).price.energy.values == (0.08, 0.095)
    written(tmp_path, "30\n45\n", "burn-ins.csv")
    assert load(written(tmp_path, f"{whole}\n{data}")).repair.burn_in.mean == 37.5 * 60


def test_every_table_and_key_is_there(generate: ModuleType) -> None:
    page = generate.scenario_page()
    for table in tables():
        _, _, section = page.partition(f"### `{table.header}`" if table.header else "### Above")
        section = section.partition("###")[0]
        for key in table.keys:
            row = next(line for line in section.splitlines() if line.startswith(f"| `{key.name}`"))
            assert row.count("|") == 5
            assert key.description in row
