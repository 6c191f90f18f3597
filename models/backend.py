"""The quiet door to TensorFlow and Keras: every other module of `models` imports `tf` and `keras` from here.

TensorFlow's start-up lines are held back unless the user has set TF_CPP_MIN_LOG_LEVEL, which then counts.
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
def _standard_error_held() -> Iterator[None]:
    """Hold back what C++ libraries write to standard error before their logging is set up; an error shows it all."""
    sys.stderr.flush()
    kept = os.dup(2)
    with tempfile.TemporaryFile() as held:
        os.dup2(held.fileno(), 2)
        try:
            yield
        except BaseException:
            held.seek(0)
            os.write(kept, held.read())
            raise
        finally:
            os.dup2(kept, 2)
            os.close(kept)


if IS_QUIET:
    with _standard_error_held():
        import keras
        import tensorflow as tf
    logging.getLogger("tensorflow").setLevel(logging.ERROR)
else:
    import keras
    import tensorflow as tf

__all__ = ["accelerated", "keras", "make_repeatable", "tf", "versions"]


def make_repeatable(seed: int, *, is_repeatable: bool = True) -> None:
    """Seed Python, NumPy and Keras, forget earlier layers' names, and choose deterministic kernels.

    Without `is_repeatable` the seeds are set alone. Two runs then still agree on a CPU with equal threads, but on a GPU
    sums are taken in any order: convolutions, matrix products and their gradients differ in their last bits, and with
    them what is learnt.
    """
    from keras.src.random import seed_generator

    keras.backend.clear_session()
    keras.utils.set_random_seed(seed)
    # Layers take their seeds from Python's generator, which other threads share: Prefect's draw their waits from it
    # when a server is slow to answer. Keras gets one of its own with the same numbers; it has no public way for that.
    seed_generator.python_random = random.Random(seed)
    if is_repeatable:  # for the rest of the process: TensorFlow has no way back
        tf.config.experimental.enable_op_determinism()


@contextmanager
def accelerated(*, is_mixed: bool) -> Iterator[None]:
    """Build and compile in here: on all GPUs, and with `is_mixed` in half precision where a GPU computes it.

    With several GPUs each takes its share of every batch (`tf.distribute.MirroredStrategy`); without one nothing
    changes.
    """
    gpus = tf.config.list_logical_devices("GPU")
    names = [one.name for one in gpus]
    strategy = tf.distribute.MirroredStrategy(names) if len(names) > 1 else tf.distribute.get_strategy()
    before = keras.mixed_precision.dtype_policy()
    if gpus and is_mixed:
        keras.mixed_precision.set_dtype_policy("mixed_float16")
    try:
        with strategy.scope():
            yield
    finally:
        keras.mixed_precision.set_dtype_policy(before)


def versions() -> dict[str, str]:
    """Versions of the libraries that decide what a fit gives."""
    return {"tensorflow": tf.__version__, "keras": keras.__version__}
