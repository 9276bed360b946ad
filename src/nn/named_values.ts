/** Several results under names: what Python sees as a named tuple. */
export class NamedValues {
  constructor(
    readonly typeName: string,
    readonly fields: readonly string[],
    readonly values: readonly unknown[],
  ) {}
}
