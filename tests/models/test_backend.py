import os
import subprocess
import sys

import pytest

# Two logical CPU devices stand in for two GPUs, which a test machine does not have.
TWO_DEVICES = """
from affect_store.models.backend import strategy_scope, tf
part = tf.config.LogicalDeviceConfiguration()
tf.config.set_logical_device_configuration(tf.config.list_physical_devices("CPU")[0], [part, part])
listed = tf.config.list_logical_devices
tf.config.list_logical_devices = lambda kind=None: listed("CPU" if kind == "GPU" else kind)
with strategy_scope(is_mixed=True):
    replicas = tf.distribute.get_strategy().num_replicas_in_sync

import numpy as np
from affect_store.models.training.fit import FitOptions, fit
from affect_store.models.training.predict import predict
from affect_store.models.systems import CORRECTED, SYSTEMS
from affect_store.store.vocabulary import PROBABILITIES
from tests.models.corpus import frame
fitted = fit("{system}", CORRECTED, frame(12), frame(4, seed=1), FitOptions(seed=3, epochs=3))
sums = predict(fitted, frame(4, seed=2)).select(PROBABILITIES).to_numpy().sum(axis=1)
kinds = {{layer.dtype_policy.name for layer in fitted.model.layers if layer.trainable_weights}}
is_better = fitted.epochs[-1]["loss"] < fitted.epochs[0]["loss"]
print(replicas, "mixed_float16" in kinds, is_better, np.abs(sums - 1).max() < 1e-5)
"""


def run(code, **variables):
    environment = {name: value for name, value in os.environ.items() if name != "TF_CPP_MIN_LOG_LEVEL"} | variables
    return subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, timeout=200)


@pytest.mark.long
def test_tensorflow_starts_silently_and_still_reports_errors():
    code = "import affect_store.models.backend as b, sys; print(b.tf.add(1, 1).numpy()); sys.exit('failed')"
    process = run(code)
    assert process.stdout == "2\n"
    assert process.stderr == "failed\n"


def test_the_users_log_level_is_respected(tmp_path):
    # a stub that writes on import, as TensorFlow's libraries do; the real one takes seconds to import
    (tmp_path / "tensorflow.py").write_text("import os; os.write(2, b'noise')")
    (tmp_path / "keras.py").touch()
    path = os.pathsep.join([str(tmp_path), os.getcwd()])
    assert run("import affect_store.models.backend", PYTHONPATH=path).stderr == ""
    assert run("import affect_store.models.backend", PYTHONPATH=path, TF_CPP_MIN_LOG_LEVEL="0").stderr == "noise"


def test_a_failing_import_shows_the_suppressed_output(tmp_path):
    (tmp_path / "tensorflow.py").write_text("import os; os.write(2, b'why'); raise ImportError('libGone.so')")
    (tmp_path / "keras.py").touch()
    process = run("import affect_store.models.backend", PYTHONPATH=os.pathsep.join([str(tmp_path), os.getcwd()]))
    assert "why" in process.stderr and "libGone.so" in process.stderr


@pytest.mark.long
@pytest.mark.parametrize("system", ["mesh_network", "fusion"])
def test_two_devices_share_batches_and_compute_in_mixed_precision(system):
    process = run(TWO_DEVICES.format(system=system))
    assert process.stdout.split() == ["2", "True", "True", "True"], process.stderr


SEEDED = """
from affect_store.models.training.fit import FitOptions, fit
from affect_store.models.training.predict import predict
from affect_store.models.systems import CORRECTED
from tests.models.corpus import frame
for seed in (3, 4):
    fitted = fit("mm1", CORRECTED, frame(8), frame(4, seed=1), FitOptions(seed=seed, epochs=2))
    print(predict(fitted, frame(4, seed=2)).write_json())
"""


@pytest.mark.long
def test_processes_with_equal_seeds_predict_equal_bits_and_another_seed_does_not():
    first, second = (run(SEEDED).stdout.splitlines() for _ in range(2))
    assert len(first) == 2 and first == second and first[0] != first[1]
