"""How a sample's program is started and how it ends, as `python main.py` would do it."""

import builtins
import json
import os
import sys
import traceback
import types

HOME = "/sample"


def run(entry, env):
    """Runs the file `entry`. Answers JSON: {"code": int, "error"?: {message, file?, line?, column?}}."""
    os.chdir(HOME)
    os.environ.update(json.loads(env))
    sys.path.insert(0, HOME)
    sys.argv = [entry]
    # A file is no terminal: CPython would hold the output back, and both streams would lose their order.
    sys.stdout.reconfigure(line_buffering=True)
    sys.stderr.reconfigure(line_buffering=True)
    # The interpreter may be a copy of one that had started already, with its seed.
    if "random" in sys.modules:
        sys.modules["random"].seed()
    # The sample's files were written behind the back of the import system. (To forget all it knows, as
    # importlib.invalidate_caches() does, means to read the directory of the library again: half a second.)
    sys.path_importer_cache.pop(HOME, None)
    try:
        return _ending(_execute(entry))
    finally:
        _flush()


def warm_up():
    """Goes the way of a program once, so that the browser has compiled it when the first one comes."""
    exec(compile("a = [str(n) for n in range(3)]\ndef f(b): return f'{b!r}'\nf(a)", "warm", "exec"), {})
    _flush()


def _execute(entry):
    module = types.ModuleType("__main__")
    module.__file__ = f"{HOME}/{entry}"
    module.__builtins__ = builtins
    sys.modules["__main__"] = module
    try:
        with open(module.__file__, encoding="utf-8") as file:
            source = file.read()
        exec(compile(source, entry, "exec"), module.__dict__)
    except BaseException as error:
        return error
    return None


def _ending(error):
    if error is None:
        return json.dumps({"code": 0})
    if isinstance(error, SystemExit):
        return json.dumps({"code": _exit_code(error.code)})
    _flush()
    _explain(error)
    report = traceback.TracebackException.from_exception(error, compact=True)
    _only_the_readers(report)
    print("".join(report.format()).replace(f"{HOME}/", ""), end="", file=sys.stderr)
    headline = next(iter(report.format_exception_only())) if not isinstance(error, SyntaxError) else ""
    found = {"message": (headline.strip() or f"SyntaxError: {error.msg}").replace(f"{HOME}/", "")}
    if isinstance(error, SyntaxError) and error.filename:
        found |= {"file": _relative(error.filename), "line": error.lineno, "column": error.offset}
    elif report.stack:
        found |= {"file": report.stack[-1].filename, "line": report.stack[-1].lineno}
    return json.dumps({"code": 1, "error": found})


def _exit_code(code):
    if code is None:
        return 0
    if isinstance(code, int):
        return code & 255
    _flush()
    print(code, file=sys.stderr)
    return 1


def _only_the_readers(report):
    """Leaves of a trace what lies in the sample's own files, with their names as the reader knows them."""
    if report is None:
        return
    own = [frame for frame in report.stack if _is_own(frame.filename)]
    for frame in own:
        frame.filename = _relative(frame.filename)
    report.stack[:] = own
    for other in (report.__cause__, report.__context__, *(report.exceptions or ())):
        _only_the_readers(other)


def _is_own(filename):
    return filename.startswith(f"{HOME}/") or os.path.exists(f"{HOME}/{filename}")


def _relative(filename):
    return filename.removeprefix(f"{HOME}/")


def _explain(error):
    """Pyodide's advice is for people who can install packages into it; here it is said what helps the reader."""
    if isinstance(error, ModuleNotFoundError) and error.name:
        name = error.name.partition(".")[0]
        here = ", ".join(sorted(os.listdir(HOME)))
        error.msg = f"No module named '{error.name}'"
        error.args = (error.msg,)
        error.add_note(
            f"'{name}' is neither a file of this sample ({here}) nor available in this sandbox. "
            f"On your own machine: pip install {name}"
        )


def _flush():
    sys.stdout.flush()
    sys.stderr.flush()
