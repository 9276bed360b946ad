/**
 * Which names are certainly bound at a point of the program. `null` stands for a point that is never reached, where
 * everything may be said.
 */
export class Flow {
  private names: Set<string> | null = new Set();

  bind(name: string): void {
    this.names?.add(name);
  }

  unbind(name: string): void {
    this.names?.delete(name);
  }

  has(name: string): boolean {
    return this.names === null || this.names.has(name);
  }

  get reachable(): boolean {
    return this.names !== null;
  }

  /** After `return`, `raise`, `break`, `continue`. */
  stop(): void {
    this.names = null;
  }

  save(): FlowState {
    return this.names && new Set(this.names);
  }

  restore(state: FlowState): void {
    this.names = state && new Set(state);
  }

  /** Continues where two branches meet: bound is what both bind. */
  meet(other: FlowState): void {
    if (other === null) return;
    if (this.names === null) this.names = new Set(other);
    else for (const name of this.names) if (!other.has(name)) this.names.delete(name);
  }

  /** Forgets everything: what ran before may have failed half-way. */
  clear(): void {
    this.names = new Set();
  }
}

export type FlowState = ReadonlySet<string> | null;
