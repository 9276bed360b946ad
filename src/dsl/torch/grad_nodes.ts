/** `grad_fn`: the nodes of the graph as Python shows them. */
import { AccumulateGrad, type Gradient, GradNode } from "../../tensor/autograd/node";
import { getters, methods } from "../builtins/table";
import { call, native } from "../function";
import { builtinType, type Fields, Getter, type PyType, type Value } from "../type";
import { Dict } from "../values/dict";
import { addressText } from "../values/key";
import { Tuple } from "../values/tuple";
import { fromNative } from "./convert";
import { removable } from "./hooks";
import { adoptClass, nodeType } from "./values";

const types = new Map<string, PyType>();

/** Every kind of node is a class of its own. */
function typeOfNode(name: string): PyType {
  const known = types.get(name);
  if (known) return known;
  const type = builtinType(name, [nodeType]);
  type.fields = fields;
  types.set(name, type);
  return type;
}

adoptClass(GradNode.prototype, (node: GradNode) => typeOfNode(node.name));

const SAVED = "_saved_";

/** `_saved_self`, `_saved_result`, … */
const fields: Fields = {
  get(node, name) {
    if (!name.startsWith(SAVED)) return undefined;
    const saved = (node as GradNode).savedOf(name.slice(SAVED.length));
    return saved === undefined ? undefined : fromNative(saved);
  },
  set: () => false,
  delete: () => false,
  names: () => [],
};

const metadata = new WeakMap<GradNode, Dict>();

function metadataOf(node: GradNode): Dict {
  const known = metadata.get(node) ?? new Dict();
  metadata.set(node, known);
  return known;
}

function listed<H>(list: H[], hook: H): Value {
  list.push(hook);
  return removable({ remove: () => void (list.includes(hook) && list.splice(list.indexOf(hook), 1)) });
}

const gradients = (v: Value): readonly Gradient[] | null =>
  v instanceof Tuple ? (v.items as readonly Gradient[]) : null;

nodeType.define(
  "__repr__",
  native("__repr__", "self, /", (node: GradNode) => `<${node.name} object at ${addressText(node)}>`),
);
methods(nodeType, {
  name: ["", (node: GradNode) => (node instanceof AccumulateGrad ? `torch::autograd::${node.name}` : node.name)],
  register_hook: [
    "hook, /",
    (node: GradNode, hook: Value) => {
      node.nodeHooks ??= [];
      return listed(node.nodeHooks, (inputs, outputs) => gradients(call(hook, new Tuple(inputs), new Tuple(outputs))));
    },
  ],
  register_prehook: [
    "hook, /",
    (node: GradNode, hook: Value) => {
      node.preHooks ??= [];
      return listed(node.preHooks, (outputs) => gradients(call(hook, new Tuple(outputs))));
    },
  ],
});
getters(nodeType, {
  next_functions: (node: GradNode) =>
    new Tuple(node.edges.map((edge) => new Tuple(edge ? [edge.node, edge.index] : [null, 0]))),
  metadata: metadataOf,
});
nodeType.define("variable", new Getter((node: GradNode) => (node instanceof AccumulateGrad ? node.variable : null)));
