/** Python's builtin names, for the readable text's imports. */
export const BUILTINS: ReadonlySet<string> = new Set(
  (
    "abs aiter all anext any ascii bin bool breakpoint bytearray bytes callable chr classmethod compile complex delattr " +
    "dict dir display divmod enumerate eval exec filter float format frozenset getattr globals hasattr hash help hex id " +
    "input int isinstance issubclass iter len list locals map max memoryview min next object oct open ord pow print " +
    "property range repr reversed round set setattr slice sorted staticmethod str sum tuple type vars zip " +
    "ArithmeticError AssertionError AttributeError BaseException Exception FileNotFoundError FloatingPointError " +
    "ImportError IndexError IOError KeyError KeyboardInterrupt LookupError MemoryError ModuleNotFoundError NameError " +
    "NotImplementedError OSError OverflowError RecursionError RuntimeError StopIteration SyntaxError SystemExit TypeError " +
    "UnboundLocalError UnicodeDecodeError UserWarning ValueError Warning ZeroDivisionError __name__ __file__"
  ).split(" "),
);
