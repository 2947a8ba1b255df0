"""Where something was computed."""

import numpy as np

from lossatlas.catalogue import canonical_json, environment


def test_the_environment_names_versions_cpu_and_system() -> None:
    facts = environment()
    assert facts["numpy"] == np.__version__
    assert facts["cpu"]
    assert {"python", "lossatlas", "torch", "system"} <= set(facts)


def test_the_environment_is_plain_and_the_callers_own() -> None:
    facts = environment()
    canonical_json(facts)
    facts["cpu"] = "changed"
    assert environment()["cpu"] != "changed"
