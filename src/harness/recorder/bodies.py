"""What the bodies of fixture modules call: they find it from a literal, so they need no name, no builtin and no import, and
nothing is left in the module. See program/fixtures.rs, which writes these calls."""

from ..shared.base import TEXT_TYPES, sys

get_frame = sys._getframe               # a scenario may take it away
MAX_RUNS = 20                           # of one module in a step: it may import itself without end


def running_name(namespace):
    """The `__name__` in a namespace, whatever a subclass of dict or an odd key would do."""
    found = [value for key, value in list(dict.items(namespace)) if type(key) in TEXT_TYPES and key == "__name__"]
    if not found or not issubclass(type(found[0]), TEXT_TYPES):
        return "<unnamed>"
    return "".join(found[:1])           # of a subclass its text


def define_body_hooks(builtins, ran, redact, report):
    """Defines the classes `body_ran` and `body_step`, and returns them.

    builtins: those of the interpreter that is measured. Up to 3.11 subinterpreters share the classes, from 3.12 on they do
    not; never are they our business.  ran: gets the names of bodies.  redact: makes a name fit to be recorded.
    report(number, event, value, namespace) hears of steps in bodies.
    """
    class body_ran(complex):
        def __new__(cls):
            if get_frame(1).f_builtins is builtins:
                name = redact(running_name(get_frame(1).f_globals))
                # 2.7 warns where it compares texts of two types.
                if len([1 for known in ran if type(known) is type(name) and known == name]) < MAX_RUNS:
                    ran.append(name)
            return complex.__new__(cls)

    class body_step(complex):
        """Called around each step of a body that is made of steps; with "exec" or "eval" it runs the step's text itself."""

        def __new__(cls, number, event, value=None, names=""):
            namespace = get_frame(1).f_globals
            if get_frame(1).f_builtins is not builtins:
                raise KeyError("a body made of steps runs in the interpreter of the steps")
            if event in ("exec", "eval"):
                report(number, "begin", names, namespace)
                try:
                    code = compile(value, "<step %d>" % number, event, 0, True)
                    value = eval(code, namespace)
                except:
                    report(number, "fail", None, namespace)
                    raise
                event = "end" if event == "exec" else "value"
            report(number, event, value, namespace)
            return complex.__new__(cls)

    return body_ran, body_step
