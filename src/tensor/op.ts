import { edgeOf } from "./autograd/edge";
import { checkInference, checkInplace, copyWithHistory, overwrite } from "./autograd/inplace";
import { type Edge, type Gradient, GradNode, SavedValues } from "./autograd/node";
import { isDifferentiable } from "./dtype";
import { modes } from "./modes";
import { ComplexNumber } from "./scalar";
import { isTensorParam, parseSchema, type Schema } from "./schema";
import { Tensor } from "./tensor";

export type Namespace =
  | "torch"
  | "Tensor"
  | "nn.functional"
  | "nn.init"
  | "linalg"
  | "special"
  | "fft"
  | "masked"
  | "signal.windows"
  /** Not visible to notes: kernels that other ops are made of. */
  | "internal";

/**
 * One entry of the op table. With `backward` the op is primitive: `forward` runs unrecorded and the entry makes the
 * graph node. Without it the op is composed of other ops, which record themselves.
 *
 * `forward` computes and checks the result's shape and dtype first, allocates it (`emptyFrom(inputs, …)`) and skips
 * the work on data when that came out abstract.
 */
export interface OpSpec<A extends readonly unknown[], R, S extends readonly unknown[]> {
  /** See `parseSchema`. Parameters in the order of `forward`'s. */
  readonly schema: string;
  readonly in: readonly Namespace[];
  /** One line, shown on hover. */
  readonly summary: string;
  /** PyTorch's name for it, where it is not `<namespace>.<name>`. */
  readonly source?: string;
  readonly forward: (...args: A) => R;
  /** What the gradient needs. Tensors in it are checked for later in-place changes and freed after backward. */
  readonly save?: (args: A, result: R) => S;
  /**
   * Gradients for each tensor slot: one per Tensor parameter of the schema in order (a Scalar or null given there
   * keeps its slot), a list's length for a Tensor[] parameter. `needs` says which slots want one.
   */
  readonly backward?: (
    grad: Tensor,
    saved: S,
    needs: readonly boolean[],
    grads: readonly Gradient[],
  ) => readonly Gradient[];
  /**
   * `backward` gives PyTorch's gradient of complex inputs itself. Otherwise it multiplies with derivatives, and those
   * are conjugated around it where complex numbers are saved.
   */
  readonly conjugates?: boolean;
  /** Name of grad_fn where it is not CamelCase(name) + "Backward0". */
  readonly gradName?: string | ((args: A) => string);
  /** Also defines `name_`, which writes the result into its first argument. */
  readonly inplace?: boolean;
  /** Computes straight into `target`, for `name_` without history; where it `fits` in dtype and sizes. */
  readonly into?: {
    readonly fits: (target: Tensor, ...args: A) => boolean;
    readonly run: (target: Tensor, ...args: A) => void;
  };
  /** Parameters that take part in autograd, where the schema's Tensor parameters are not all of them. */
  readonly slots?: readonly string[];
  /** Further schemas (overloads with Scalars, say) under which the same function is called. */
  readonly overloads?: readonly string[];
  /** Other Python names of the op. */
  readonly aliases?: readonly string[];
  /** How many of the results, the first ones, have a gradient; all unless told. */
  readonly differentiable?: number;
  /** The result is a view of the first argument. */
  readonly view?: boolean;
}

export interface Op<A extends readonly unknown[] = readonly never[], R = unknown> {
  (...args: A): R;
  readonly spec: OpSpec<A, R, readonly unknown[]>;
  readonly schema: Schema;
}

/** An op of unknown signature, for tables. The binder checks arguments against the schema before it calls. */
export interface AnyOp {
  readonly schema: Schema;
  readonly spec: Pick<OpSpec<readonly never[], unknown, readonly unknown[]>, "in" | "summary" | "source" | "inplace">;
  readonly invoke: (args: readonly unknown[]) => unknown;
}

const tables = new Map<Namespace, Map<string, AnyOp[]>>();

/** The ops of a namespace by Python name; several entries under a name are overloads, tried in order. */
export function opsIn(namespace: Namespace): ReadonlyMap<string, readonly AnyOp[]> {
  return tables.get(namespace) ?? new Map();
}

/** Enters an op under its name in its namespaces. */
export function register(given: AnyOp, name = given.schema.name): void {
  const guard = guards.get(name);
  const op = guard ? guarded(given, guard) : given;
  for (const namespace of op.spec.in) {
    let table = tables.get(namespace);
    if (!table) tables.set(namespace, (table = new Map()));
    const overloads = table.get(name);
    if (overloads) overloads.push(op);
    else table.set(name, [op]);
  }
}

type Guard = (args: readonly unknown[]) => void;
const guards = new Map<string, Guard>();

/** Runs `before` on the arguments of every call that Python makes to the ops of a name; it may raise. */
export function guardOp(name: string, before: Guard): void {
  guards.set(name, before);
  for (const table of tables.values()) {
    const overloads = table.get(name);
    if (overloads)
      table.set(
        name,
        overloads.map((op) => guarded(op, before)),
      );
  }
}

function guarded(op: AnyOp, before: Guard): AnyOp {
  const { invoke } = op;
  return {
    ...op,
    invoke: (args) => {
      before(args);
      return invoke(args);
    },
  };
}

/** Defines an op and enters it in the table. Call the result as a plain function. */
export function defineOp<A extends readonly unknown[], R, const S extends readonly unknown[] = readonly []>(
  spec: OpSpec<A, R, S>,
): Op<A, R> {
  const schema = parseSchema(spec.schema);
  const call = spec.backward ? recording(spec, schema) : (...args: A): R => spec.forward(...args);
  const op = Object.assign(call, { spec, schema }) as unknown as Op<A, R>;
  const schemas = [schema, ...(spec.overloads ?? []).map(parseSchema)];
  for (const form of schemas) {
    enter({ schema: form, spec, invoke: (args) => call(...(args as unknown as A)) }, spec.aliases);
  }
  if (spec.inplace) {
    const modify = inplaceOf(op as unknown as Op<[Tensor, ...never[]], unknown>) as (...args: unknown[]) => Tensor;
    const names = spec.aliases?.map((alias) => `${alias}_`);
    const inplaceSpec = { ...spec, summary: `In-place: ${spec.summary}`, inplace: false };
    for (const form of schemas) {
      if (form.params[0]?.name !== "self" || form.params[0].type.base !== "Tensor") continue;
      const named = { ...form, name: `${form.name}_` };
      enter({ schema: named, spec: inplaceSpec, invoke: (args) => modify(...args) }, names);
    }
  }
  return op;
}

function enter(op: AnyOp, aliases: readonly string[] = []): void {
  register(op);
  for (const alias of aliases) register({ ...op, schema: { ...op.schema, name: alias } }, alias);
}

/** The function `name_` of an op: `inplaceOf(add)(x, y)` adds y to x. */
export function inplaceOf<A extends readonly unknown[]>(
  op: ((self: Tensor, ...args: A) => unknown) & { readonly spec: unknown },
): (self: Tensor, ...args: A) => Tensor {
  const spec = op.spec as unknown as OpSpec<readonly [Tensor, ...A], unknown, readonly unknown[]>;
  const plain = op as unknown as (self: Tensor, ...args: A) => Tensor;
  return (self: Tensor, ...args: A): Tensor => {
    if (self.isInference) checkInference(self);
    const recorded = modes.grad && (self.requiresGrad || anyRequires(args));
    if (recorded) checkInplace(self);
    const { into } = spec;
    if (
      !recorded &&
      into &&
      !self.isAbstract &&
      !args.some((a) => overlaps(a, self)) &&
      into.fits(self, self, ...args)
    ) {
      into.run(self, self, ...args);
      self.versionCounter.value++;
      return self;
    }
    // What a composed op saves of the old values on its way must outlive them.
    return overwrite(self, plain(recorded && !spec.backward ? copyWithHistory(self) : self, ...args));
  };
}

function anyRequires(args: readonly unknown[]): boolean {
  return args.some((a) => (isTensor(a) ? a.requiresGrad : Array.isArray(a) && anyRequires(a)));
}

/** Whether writing to `target` would change what is still to be read of `arg`. */
function overlaps(arg: unknown, target: Tensor): boolean {
  if (Array.isArray(arg)) return arg.some((a) => overlaps(a, target));
  return isTensor(arg) && arg.storage.shares(target.storage) && arg !== target;
}

/** Name of the graph node: `log_softmax` → `LogSoftmaxBackward0`, `log1p` → `Log1PBackward0`. */
export function defaultGradName(opName: string): string {
  const camel = opName
    .replace(/_forward$/, "")
    .split("_")
    .map((part) => part.replace(/(^|\d)([a-z])/g, (_, before: string, c: string) => before + c.toUpperCase()))
    .join("");
  return `${camel}Backward0`;
}

export function isTensor(x: unknown): x is Tensor {
  return x instanceof Tensor;
}

function recording<A extends readonly unknown[], R, S extends readonly unknown[]>(
  spec: OpSpec<A, R, S>,
  schema: Schema,
): (...args: A) => R {
  const slots = schema.params.flatMap((p, i) =>
    (spec.slots ? spec.slots.includes(p.name) : isTensorParam(p)) ? [i] : [],
  );
  const fixedName = typeof spec.gradName === "string" ? spec.gradName : defaultGradName(schema.name);
  const { forward } = spec;
  const asView = spec.view ? viewing(spec, fixedName) : null;
  let places: SavedPlaces | null = null;

  return (...args: A): R => {
    if (!modes.grad || !anyRequiresGrad(args, slots)) return asView ? asView(args) : forward(...args);
    const edges: (Edge | null)[] = [];
    for (const slot of slots) {
      const arg = args[slot];
      if (Array.isArray(arg)) for (const t of arg) edges.push(isTensor(t) ? edgeOf(t) : null);
      else edges.push(isTensor(arg) ? edgeOf(arg) : null);
    }
    modes.grad = false;
    let result: R;
    try {
      result = forward(...args);
    } finally {
      modes.grad = true;
    }
    asView?.(args, result);
    const outputs: readonly unknown[] = Array.isArray(result) ? result : [result];
    const count = spec.differentiable ?? outputs.length;
    const name = typeof spec.gradName === "function" ? spec.gradName(args) : fixedName;
    const saved = spec.save?.(args, result);
    // Once: every call of an op saves the same.
    if (saved) places ??= placesOf(schema, args, result, saved);
    const node = new OpNode(name, edges, outputs, spec, saved ?? none, places);
    for (let i = 0; i < outputs.length && i < count; i++) {
      const out = outputs[i];
      if (!isTensor(out) || !isDifferentiable(out.dtype)) continue;
      out.gradNode = node;
      out.outputIndex = i;
    }
    return result;
  };
}

function anyRequiresGrad(args: readonly unknown[], slots: readonly number[]): boolean {
  for (const slot of slots) {
    const arg = args[slot];
    if (isTensor(arg)) {
      if (arg.requiresGrad) return true;
    } else if (Array.isArray(arg) && arg.some((t) => isTensor(t) && t.requiresGrad)) return true;
  }
  return false;
}

const none: readonly unknown[] = [];

/** Where an op saved its parameters: name (or "result") → index in what it saved. */
function placesOf(schema: Schema, args: readonly unknown[], result: unknown, saved: readonly unknown[]): SavedPlaces {
  const places = new Map<string, number>();
  const taken = new Set<number>();
  // Ops of which each saves only what the other needs list them in the order of the parameters.
  if (saved.length === schema.params.length && saved.includes(null)) {
    return new Map(schema.params.map((p, i) => [p.name, i]));
  }
  const values = [...schema.params.map((p, i): [string, unknown] => [p.name, args[i]]), ["result", result] as const];
  for (const [name, value] of values) {
    const at = saved.findIndex((v, i) => v === value && !taken.has(i));
    if (at < 0 || value === undefined) continue;
    taken.add(at);
    places.set(name, at);
  }
  return places;
}

type SavedPlaces = ReadonlyMap<string, number>;

class OpNode<A extends readonly unknown[], R, S extends readonly unknown[]> extends GradNode {
  override readonly builtIn = true;
  private readonly saved: SavedValues<readonly unknown[]>;

  constructor(
    name: string,
    edges: readonly (Edge | null)[],
    outputs: readonly unknown[],
    /** The entry of the op table that this node came from. */
    readonly spec: OpSpec<A, R, S>,
    saved: readonly unknown[],
    private readonly places: SavedPlaces | null,
  ) {
    super(name, edges, outputs.length);
    const values = new Array<unknown>(saved.length);
    for (let i = 0; i < saved.length; i++) {
      const value = saved[i];
      const index = isTensor(value) ? outputs.indexOf(value) : -1;
      values[i] = index < 0 ? value : this.outputAgain(value as Tensor, index);
    }
    this.saved = new SavedValues(values, isTensor);
  }

  /**
   * A result that is saved for its own gradient would hold its node and the node it: a cycle that only the collector
   * ends. So an alias is saved, recorded with the same node, that double backward flows through it.
   */
  private outputAgain(output: Tensor, index: number): Tensor {
    const alias = output.alias();
    alias.gradNode = this;
    alias.outputIndex = index;
    return alias;
  }

  apply(grads: readonly Gradient[]): readonly Gradient[] {
    const saved = this.saved.unpack() as S;
    const needs = this.edges.map(isWanted);
    const { backward } = this.spec;
    if (!backward) return [];
    const turned = grads[0]?.dtype.kind === "complex" && !this.spec.conjugates && saved.some(isComplex);
    if (!turned) return backward(grads[0] as Tensor, saved, needs, grads);
    const given = grads.map(conjugated);
    return backward(given[0] as Tensor, saved, needs, given).map(conjugated);
  }

  override savedOf(name: string): unknown {
    const at = this.places?.get(name);
    return at === undefined ? undefined : this.saved.unpack()[at];
  }

  override release(): void {
    this.saved.release();
  }

  override replaceSaved(from: Tensor, to: Tensor): void {
    this.saved.replace(
      (value) => isTensor(value) && value.storage.shares(from.storage),
      () => to,
    );
  }

  override preserve(self: Tensor, copy: () => Tensor): void {
    this.saved.replace((value) => value === self, copy);
  }
}

const isWanted = (edge: Edge | null): boolean => edge !== null;

/** The ops that conjugate and that take the real part; set by the complex ops, which come later. */
export const conjugation: Record<"of" | "real", (x: Tensor) => Tensor> = { of: (x) => x, real: (x) => x };
const conjugated = (x: Gradient): Gradient => (x?.dtype.kind === "complex" ? conjugation.of(x) : x);

function isComplex(value: unknown): boolean {
  if (Array.isArray(value)) return value.some(isComplex);
  return value instanceof ComplexNumber || (isTensor(value) && value.dtype.kind === "complex");
}

/** Marks the results of a view op as views (made just now, or `made`). */
function viewing<A extends readonly unknown[], R, S extends readonly unknown[]>(
  spec: OpSpec<A, R, S>,
  opName: string,
): (args: A, made?: R) => R {
  return (args: A, made?: R): R => {
    const result = made ?? spec.forward(...args);
    const source = args[0] as Tensor;
    const base = source.view?.base ?? source;
    const outputs: readonly unknown[] = Array.isArray(result) ? result : [result];
    const several = Array.isArray(result) || outputs.some((t) => isTensor(t) && t.dtype !== source.dtype);
    const madeBy = several ? "multiple" : modes.grad ? (source.view?.madeBy ?? "single") : "no_grad";
    for (const out of outputs) {
      if (!isTensor(out) || out === source || !out.storage.shares(source.storage)) continue;
      out.view = { base, madeBy, opName };
      // PyTorch lets a view made without recording want gradients as its base does.
      if (!modes.grad && source.requiresGrad) out.leafRequiresGrad = true;
    }
    return result;
  };
}
