import os
import subprocess
import sys

import pytest

# Two parts of the processor stand for two GPUs, which a test machine does not have.
TWO_DEVICES = """
from models.backend import accelerated, tf
part = tf.config.LogicalDeviceConfiguration()
tf.config.set_logical_device_configuration(tf.config.list_physical_devices("CPU")[0], [part, part])
listed = tf.config.list_logical_devices
tf.config.list_logical_devices = lambda kind=None: listed("CPU" if kind == "GPU" else kind)
with accelerated(is_mixed=True):
    replicas = tf.distribute.get_strategy().num_replicas_in_sync

import numpy as np
from models.fit import Options, fit
from models.predict import predict
from models.systems import CORRECTED, SYSTEMS
from store.vocabulary import PROBABILITIES
from tests.models.corpus import frame
fitted = fit("{system}", CORRECTED, frame(12), frame(4, seed=1), Options(seed=3, epochs=3))
sums = predict(fitted, frame(4, seed=2)).select(PROBABILITIES).to_numpy().sum(axis=1)
kinds = {{layer.dtype_policy.name for layer in fitted.model.layers if layer.trainable_weights}}
is_better = fitted.epochs[-1]["loss"] < fitted.epochs[0]["loss"]
print(replicas, "mixed_float16" in kinds, is_better, np.abs(sums - 1).max() < 1e-5)
"""


def run(code, **variables):
    environment = {name: value for name, value in os.environ.items() if name != "TF_CPP_MIN_LOG_LEVEL"} | variables
    return subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, timeout=200)


def test_tensorflow_starts_without_a_word_and_still_reports_errors():
    code = "import models.backend as b, sys; print(b.tf.add(1, 1).numpy()); sys.exit('over')"
    done = run(code)
    assert done.stdout == "2\n"
    assert done.stderr == "over\n"


def test_the_users_own_log_level_counts(tmp_path):
    # a stand-in that writes on import, as TensorFlow's libraries do: the real one takes seconds to import
    (tmp_path / "tensorflow.py").write_text("import os; os.write(2, b'noise')")
    (tmp_path / "keras.py").touch()
    path = os.pathsep.join([str(tmp_path), os.getcwd()])
    assert run("import models.backend", PYTHONPATH=path).stderr == ""
    assert run("import models.backend", PYTHONPATH=path, TF_CPP_MIN_LOG_LEVEL="0").stderr == "noise"


def test_an_import_that_fails_shows_what_was_held_back(tmp_path):
    (tmp_path / "tensorflow.py").write_text("import os; os.write(2, b'why'); raise ImportError('libGone.so')")
    (tmp_path / "keras.py").touch()
    done = run("import models.backend", PYTHONPATH=os.pathsep.join([str(tmp_path), os.getcwd()]))
    assert "why" in done.stderr and "libGone.so" in done.stderr


@pytest.mark.parametrize("system", ["mesh_network", "fusion"])
def test_two_devices_share_the_batches_and_compute_in_half_precision(system):
    done = run(TWO_DEVICES.format(system=system))
    assert done.stdout.split() == ["2", "True", "True", "True"], done.stderr


SEEDED = """
from models.fit import Options, fit
from models.predict import predict
from models.systems import CORRECTED
from tests.models.corpus import frame
for seed in (3, 4):
    fitted = fit("mm1", CORRECTED, frame(8), frame(4, seed=1), Options(seed=seed, epochs=2))
    print(predict(fitted, frame(4, seed=2)).write_json())
"""


def test_two_processes_with_one_seed_predict_the_same_bits_and_another_seed_does_not():
    one, two = (run(SEEDED).stdout.splitlines() for _ in range(2))
    assert len(one) == 2 and one == two and one[0] != one[1]
