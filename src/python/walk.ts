import type { Expression, Pattern, Statement } from "./ast";

/** Any part of the tree that has a `type`. */
export type AnyNode = Expression | Statement | Pattern;

/** Calls `visit` with each node directly below `node`, in the order of the source. */
export function eachChild(node: object, visit: (child: AnyNode) => void): void {
  for (const key in node) {
    const value = (node as Record<string, unknown>)[key];
    if (typeof value !== "object" || value === null) continue;
    if (Array.isArray(value)) for (const item of value) visitPart(item, visit);
    else visitPart(value, visit);
  }
}

/** Arguments, clauses, handlers and the like are no nodes themselves: their parts are visited instead. */
function visitPart(part: unknown, visit: (child: AnyNode) => void): void {
  if (typeof part !== "object" || part === null) return;
  if ("type" in part) visit(part as AnyNode);
  else eachChild(part, visit);
}

/** Calls `visit` with the names that an assignment to `target` binds. */
export function eachTargetName(target: Expression, visit: (name: string, node: Expression) => void): void {
  if (target.type === "Name") visit(target.id, target);
  else if (target.type === "Starred") eachTargetName(target.value, visit);
  else if (target.type === "Tuple" || target.type === "List")
    for (const item of target.items) eachTargetName(item, visit);
}

/** Does any node at or below `node` satisfy `test`? `into` says whether to look below a node (default: always). */
export function some(node: AnyNode, test: (node: AnyNode) => boolean, into?: (node: AnyNode) => boolean): boolean {
  if (test(node)) return true;
  if (into && !into(node)) return false;
  let found = false;
  eachChild(node, (child) => {
    found ||= some(child, test, into);
  });
  return found;
}
