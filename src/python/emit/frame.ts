import type { Scope } from "../scope";
import { Flow } from "./flow";

/** The class around the code that is being written. */
export interface Owner {
  readonly name: string;
  readonly hasBases: boolean;
}

/** The function (or cell, or class body) that is being written. */
export class Frame {
  readonly flow = new Flow();
  readonly temporaries: string[] = [];
  /** How many of the variables that hold operands are in use, and how many ever were. */
  private held = 0;
  private mostHeld = 0;
  /** The labels of the loops around; null where `break` needs none. */
  readonly loops: (string | null)[] = [];
  /** The JavaScript variable that holds the exception being handled. */
  handled: string | null = null;
  /** The Python name that the readable text spells `this`. */
  self: string | null = null;
  /** A method being spelt as the class's constructor. */
  isConstructor = false;
  /** A function directly in a class body: `super.name` means something here. */
  isMethod = false;
  /** `self` is the class. */
  isClassMethod = false;

  constructor(
    readonly scope: Scope,
    readonly outer: Frame | null,
    readonly owner: Owner | null,
    /** The first parameter's name, for `super()`. */
    readonly firstParameter: string | null,
    readonly inCoroutine: boolean,
  ) {}

  temporary(): string {
    const name = `$${this.temporaries.length + 1}`;
    this.temporaries.push(name);
    return name;
  }

  /** A variable for an operand, until `release` gives it back. */
  hold(): string {
    this.held++;
    const name = `$x${this.held}`;
    if (this.held > this.mostHeld) {
      this.mostHeld = this.held;
      this.temporaries.push(name);
    }
    return name;
  }

  /** Gives back all operand variables but the first `held`. */
  release(held: number): void {
    this.held = held;
  }

  get inUse(): number {
    return this.held;
  }

  /** The Python function's name as tracebacks show it. */
  get name(): string {
    return this.scope.name;
  }
}
