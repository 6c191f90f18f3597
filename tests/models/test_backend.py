import os
import subprocess
import sys


def run(code, **variables):
    environment = {name: value for name, value in os.environ.items() if name != "TF_CPP_MIN_LOG_LEVEL"} | variables
    return subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, timeout=200)


def test_tensorflow_starts_without_a_word_and_still_reports_errors():
    code = "import models.backend as b, sys; assert b.use_threads(1); print(b.tf.add(1, 1).numpy()); sys.exit('over')"
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
