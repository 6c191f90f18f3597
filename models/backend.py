"""The quiet door to TensorFlow and Keras: every other module of `models` imports `tf` and `keras` from here.

TensorFlow's start-up lines are held back unless the user has set TF_CPP_MIN_LOG_LEVEL, which then counts.
"""

from __future__ import annotations

import logging
import os
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

__all__ = ["keras", "make_repeatable", "tf", "use_threads", "versions"]


def use_threads(count: int) -> bool:
    """Let TensorFlow use `count` threads. Must come before its first operation; returns whether it was in time."""
    try:
        tf.config.threading.set_intra_op_parallelism_threads(count)
        tf.config.threading.set_inter_op_parallelism_threads(min(2, count))
    except RuntimeError:  # the runtime has started, its thread pools are fixed
        return False
    return True


def make_repeatable(seed: int) -> None:
    """Seed Python, NumPy and Keras, forget earlier layers' names, and choose deterministic kernels."""
    keras.backend.clear_session()
    keras.utils.set_random_seed(seed)
    tf.config.experimental.enable_op_determinism()


def versions() -> dict[str, str]:
    """Versions of the libraries that decide what a fit gives."""
    return {"tensorflow": tf.__version__, "keras": keras.__version__}
