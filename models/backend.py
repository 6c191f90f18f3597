"""Import TensorFlow and Keras quietly; every other module of `models` imports `tf` and `keras` from here.

TensorFlow's start-up messages are suppressed unless the user has set TF_CPP_MIN_LOG_LEVEL, which is then respected.
"""

from __future__ import annotations

import logging
import os
import random
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager

IS_QUIET = "TF_CPP_MIN_LOG_LEVEL" not in os.environ
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("KERAS_BACKEND", "tensorflow")


@contextmanager
def _suppressed_stderr() -> Iterator[None]:
    """Suppress what C++ libraries write to standard error before logging is set up; an exception prints it all."""
    sys.stderr.flush()
    original = os.dup(2)
    with tempfile.TemporaryFile() as captured:
        os.dup2(captured.fileno(), 2)
        try:
            yield
        except BaseException:
            captured.seek(0)
            os.write(original, captured.read())
            raise
        finally:
            os.dup2(original, 2)
            os.close(original)


if IS_QUIET:
    with _suppressed_stderr():
        import keras
        import tensorflow as tf
    logging.getLogger("tensorflow").setLevel(logging.ERROR)
else:
    import keras
    import tensorflow as tf

__all__ = ["keras", "library_versions", "make_repeatable", "strategy_scope", "tf"]


def make_repeatable(seed: int, *, is_repeatable: bool = True) -> None:
    """Seed Python, NumPy and Keras, reset Keras's layer names, and select deterministic kernels.

    Without `is_repeatable` only the seeds are set. Two runs then still agree on a CPU with the same number of threads,
    but on a GPU the order of sums varies: convolutions, matrix products and their gradients differ in their last bits,
    and so do the trained weights.
    """
    from keras.src.random import seed_generator

    keras.backend.clear_session()
    keras.utils.set_random_seed(seed)
    # Layers draw their seeds from Python's global generator, which other threads also use (Prefect draws retry delays
    # from it). Give Keras a generator of its own with the same state; there is no public API for that.
    seed_generator.python_random = random.Random(seed)
    if is_repeatable:  # for the rest of the process: TensorFlow cannot disable it again
        tf.config.experimental.enable_op_determinism()


@contextmanager
def strategy_scope(*, is_mixed: bool) -> Iterator[None]:
    """Build and compile a model inside this context to use all GPUs, with mixed precision if `is_mixed`.

    With several GPUs each takes its share of every batch (`tf.distribute.MirroredStrategy`); without a GPU nothing
    changes.
    """
    gpus = tf.config.list_logical_devices("GPU")
    names = [gpu.name for gpu in gpus]
    strategy = tf.distribute.MirroredStrategy(names) if len(names) > 1 else tf.distribute.get_strategy()
    previous = keras.mixed_precision.dtype_policy()
    if gpus and is_mixed:
        keras.mixed_precision.set_dtype_policy("mixed_float16")
    try:
        with strategy.scope():
            yield
    finally:
        keras.mixed_precision.set_dtype_policy(previous)


def library_versions() -> dict[str, str]:
    """Return the versions of the libraries that determine the result of a fit."""
    return {"tensorflow": tf.__version__, "keras": keras.__version__}
