import type { Expression, Module, Range } from "../ast";
import type { Place, Scope, Scopes } from "../scope";
import type { Surroundings } from "../surroundings";
import type { LineIndex } from "../syntax_error";
import { BUILTINS } from "./builtins";
import { Comments } from "./comments";
import { type Doc, type Mark, mark } from "./doc";
import { noted, type Operand } from "./fast_paths";
import { Frame, type Owner } from "./frame";
import { Kinds } from "./kinds";
import { readableName } from "./names";
import { type Mode, type Spelling, spelling, type Voice } from "./spellings";

/** A place of the Python text whose value can be recorded; its index in the list is the record slot. */
export interface Span {
  readonly start: { readonly line: number; readonly column: number };
  readonly end: { readonly line: number; readonly column: number };
  readonly kind: "name" | "attribute" | "call" | "subscript" | "binary" | "parameter" | "target";
  readonly text: string;
}

export interface EmitOptions {
  readonly mode: Mode;
  readonly record: boolean;
  readonly statements: boolean;
  /** Names that earlier cells bound. */
  readonly known: ReadonlySet<string>;
  /** Readable text only: the other cells of the note. */
  readonly around: Surroundings | null;
  /** Readable text only: helpers that earlier cells import. */
  readonly imported: ReadonlySet<string>;
}

/** What the walk carries along, whichever way it spells: names, frames, records, helpers. */
export class EmitterBase implements Voice {
  readonly spans: Span[] = [];
  /** Helpers and builtins that the readable text imports: the name in the text → the name they are exported by. */
  readonly helpers = new Map<string, string>();
  /** Global names looked up before the cell has bound them. */
  readonly reads = new Set<string>();
  /** The names of attributes, by the places that read, set or call them. */
  protected readonly sites: string[] = [];
  protected readonly say: Spelling;
  protected readonly readable: boolean;
  protected readonly comments: Comments;
  protected frame: Frame;
  private readonly kinds: Kinds | null;
  private counter = 0;
  /** Every name that some scope of the cell binds. */
  private readonly bound: ReadonlySet<string>;

  constructor(
    protected readonly module: Module,
    protected readonly scopes: Scopes,
    protected readonly index: LineIndex,
    protected readonly options: EmitOptions,
  ) {
    this.readable = options.mode === "readable";
    this.say = spelling(options.mode);
    this.comments = new Comments(this.readable ? module.comments : [], index);
    this.kinds = this.readable ? new Kinds(module, scopes) : null;
    this.frame = new Frame(scopes.module, null, null, null, false);
    const own = [scopes.module, ...scopes.of.values()].flatMap((scope) => [...scope.bound]);
    const { around } = options;
    this.bound = around ? new Set([...own, ...around.earlier, ...around.later]) : new Set(own);
  }

  // ---- Voice -----------------------------------------------------------------------------------------------------------

  use(helper: string): string {
    const name = this.bound.has(helper) ? `${helper}_` : helper;
    this.helpers.set(name, helper);
    return name;
  }

  isNumber(node: Expression): boolean {
    return this.kinds?.of(node, this.frame.scope) === "number";
  }

  isString(node: Expression): boolean {
    return this.kinds?.of(node, this.frame.scope) === "string";
  }

  isBoolean(node: Expression): boolean {
    return this.kinds?.of(node, this.frame.scope) === "boolean";
  }

  temporary(): string {
    return this.frame.temporary();
  }

  // ---- frames and names ------------------------------------------------------------------------------------------------

  site(name: string): string {
    return `$m${this.sites.push(name)}`;
  }

  /** A number that makes the name of a helper variable unique in the cell. */
  protected unique(): number {
    return ++this.counter;
  }

  /** Writes with another frame in charge. */
  protected within<T>(frame: Frame, write: () => T): T {
    const outer = this.frame;
    this.frame = frame;
    const result = write();
    this.frame = outer;
    return result;
  }

  protected newFrame(scope: Scope, owner: Owner | null, firstParameter: string | null, inCoroutine: boolean): Frame {
    const frame = new Frame(scope, this.frame, owner, firstParameter, inCoroutine);
    for (const name of scope.params) frame.flow.bind(name);
    return frame;
  }

  protected place(name: string): Place {
    return this.frame.scope.resolve(name);
  }

  protected load(name: string, range: Range): Doc {
    const { frame } = this;
    if (this.isSelf(name)) return "this";
    if (name === "__class__" && frame.owner && !frame.scope.bound.has(name))
      return this.readable ? frame.owner.name : "$class";
    const place = this.place(name);
    const certain = this.certain(name, place);
    if (place.kind === "global" && !certain) this.noteRead(name);
    return this.record("name", range, mark(this.say.load(this, name, place, certain), this.markOf(range)));
  }

  private noteRead(name: string): void {
    const { module } = this.scopes;
    if (this.frame.scope === module || !module.bound.has(name)) this.reads.add(name);
    if (this.readable && !module.bound.has(name) && !this.options.known.has(name) && BUILTINS.has(name))
      this.helpers.set(readableName(name), name);
  }

  /** Comprehensions and class bodies run at once: what is bound around them is bound in them. */
  private ownerFrame(place: Place): Frame | null {
    const { module } = this.scopes;
    const owner = place.kind === "local" ? place.scope : place.kind === "global" ? module : this.frame.scope;
    let frame: Frame | null = this.frame;
    while (frame && frame.scope !== owner && (frame.scope.kind === "comprehension" || frame.scope.kind === "class"))
      frame = frame.outer;
    return frame?.scope === owner ? frame : null;
  }

  private certain(name: string, place: Place): boolean {
    const frame = this.ownerFrame(place);
    if (frame) return frame.flow.has(name);
    return place.kind === "local" && place.scope.params.has(name);
  }

  /** Does the readable text spell this name `this`? */
  protected isSelf(name: string): boolean {
    if (!this.readable) return false;
    const place = this.place(name);
    if (place.kind !== "local") return false;
    for (let frame: Frame | null = this.frame; frame; frame = frame.outer)
      if (frame.scope === place.scope) return frame.self === name;
    return false;
  }

  protected store(name: string): Doc {
    if (this.isSelf(name)) return "this";
    this.frame.flow.bind(name);
    return this.say.store(this, name, this.place(name));
  }

  // ---- marks and records -----------------------------------------------------------------------------------------------

  protected markOf(range: Range, anchor?: Range): Mark {
    return { start: range.start, end: range.end, anchor, function: this.frame.name };
  }

  protected record(kind: Span["kind"], range: Range, doc: Doc): Doc {
    if (!this.options.record || this.readable) return doc;
    const slot = this.slot(kind, range);
    return this.holding(() => noted(slot, this.held(doc)));
  }

  /** Variables for operands that `write` holds are free again behind it. */
  protected holding<T>(write: () => T): T {
    const { inUse } = this.frame;
    const written = write();
    this.frame.release(inUse);
    return written;
  }

  /** A value for a fast path. What is written after this call may be evaluated while the value is held. */
  protected held(doc: Doc): Operand {
    return { set: doc, ref: this.frame.hold(), number: null };
  }

  protected slot(kind: Span["kind"], range: Range): number {
    const start = this.index.position(range.start);
    const end = this.index.position(range.end);
    const length = this.spans.push({ start, end, kind, text: this.index.text.slice(range.start, range.end) });
    return length - 1;
  }

  protected isOnLaterLine(offset: number, than: number): boolean {
    return this.readable && this.index.line(offset) > this.index.line(than);
  }
}
