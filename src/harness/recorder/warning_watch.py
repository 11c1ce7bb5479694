"""Warnings, as they are given: seen by a filter in front of all others, which decides nothing."""

from ..shared.base import Harness, TEXT_TYPES
from .labels import namespace_of

MAX_WARNINGS = 20                       # different texts of warnings that are kept of a step


def find_forget_warned(warnings, modules):
    """A function that lets each line warn again: what it has warned of once it does not warn of again, before any filter is
    asked; see already_warned() in C."""
    if hasattr(warnings, "_filters_mutated_lock_held"):     # 3.14
        def forget_warned():
            warnings._acquire_lock()
            try:
                warnings._filters_mutated_lock_held()
            finally:
                warnings._release_lock()
        return forget_warned
    if hasattr(warnings, "_filters_mutated"):
        return warnings._filters_mutated

    def forget_warned_2():                                  # 2.7
        for module in list(modules.values()):
            registry = (namespace_of(module) or {}).get("__warningregistry__")
            if type(registry) is dict:
                registry.clear()
    return forget_warned_2


class WarningWatch(Harness):
    """The categories and the texts of warnings. describe: makes a text of a warning fit to be recorded."""

    def __init__(self, modules, get_thread, describe):
        self.categories, self.texts = [], []
        warnings = modules["_warnings"]
        self.filters, self.forget_warned = warnings.filters, find_forget_warned(warnings, modules)
        categories, texts, heard = self.categories, self.texts, {}  # by thread: a text whose category is asked for next

        def hear(text):
            """Asked before the category, where a filter has the pattern of the text: get_filter() in C."""
            heard[get_thread()] = text
            return True

        class Witness(type):
            def __subclasscheck__(cls, category):
                name, text = category.__name__, heard.pop(get_thread(), "")
                if name not in categories:
                    categories.append(name)
                if len(texts) < MAX_WARNINGS:
                    text = "%s: %s" % (name, describe(text) if type(text) in TEXT_TYPES else "<unprintable>")
                    if text not in texts:
                        texts.append(text)
                return False            # matches nothing: the filters behind it decide, as they would without it

        witness = Witness("Witness", (Warning,), {"match": staticmethod(hear)})
        self.filter = ("ignore", witness, witness, None, 0)

    def stand_in_front(self):
        """Puts the filter before those that the scenario has set meanwhile."""
        if not self.filters or self.filters[0] is not self.filter:
            self.filters[:] = [self.filter] + [known for known in self.filters if known is not self.filter]
        self.forget_warned()
