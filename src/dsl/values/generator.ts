import { error, PyException } from "../exceptions";
import { type PyType, TYPE, type Typed, type Value } from "../type";
import { generatorType } from "../types";

/**
 * A Python iterator that is a JavaScript one too. `next` returns the iterator itself as its result, so stepping
 * allocates nothing.
 */
export abstract class PyIterator implements Typed {
  done = false;
  value: Value = null;
  abstract readonly [TYPE]: PyType;
  abstract next(sent?: Value): this;

  [Symbol.iterator](): IterableIterator<Value> {
    return this as unknown as IterableIterator<Value>;
  }

  protected give(value: Value): this {
    this.value = value;
    return this;
  }

  /** Ends the iteration; `result` is what `yield from` gives. */
  protected end(result: Value = null): this {
    this.done = true;
    this.value = result;
    return this;
  }
}

/** A generator made by calling a function with `yield`. */
export class Generator extends PyIterator {
  constructor(
    readonly name: string,
    private readonly steps: globalThis.Generator<Value, Value, Value>,
  ) {
    super();
  }

  get [TYPE](): PyType {
    return generatorType;
  }

  /** `send(value)`; a plain step sends None. */
  next(sent: Value = null): this {
    if (this.done) return this.end();
    try {
      return this.take(this.steps.next(sent));
    } catch (thrown) {
      throw this.failed(thrown);
    }
  }

  throw(exception: Value): this {
    if (this.done) return this.end();
    try {
      return this.take(this.steps.throw(exception));
    } catch (thrown) {
      throw this.failed(thrown);
    }
  }

  /** `close()`: runs what is left of `finally` and `with`. */
  return(value: Value = null): this {
    if (this.done) return this.end();
    try {
      return this.take(this.steps.return(value));
    } catch (thrown) {
      throw this.failed(thrown);
    }
  }

  private take(step: IteratorResult<Value, Value>): this {
    return step.done ? this.end(step.value ?? null) : this.give(step.value);
  }

  private failed(thrown: unknown): unknown {
    this.done = true;
    return thrown instanceof PyException && thrown[TYPE].name === "StopIteration" ? stopped(thrown) : thrown;
  }
}

/** A StopIteration that escapes a generator's body is an error of the body (PEP 479). */
function stopped(cause: PyException): PyException {
  const exception = error("RuntimeError", "generator raised StopIteration");
  exception.cause_ = cause;
  return exception;
}
