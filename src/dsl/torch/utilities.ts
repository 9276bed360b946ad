/** `torch.nn.utils`, `torch.utils.data` and other namespaces that are written here rather than generated. */
import type { Context } from "../context";
import { PyModule } from "../values/module";

export function utilities(_context: Context): [string, PyModule][] {
  return [["utils", new PyModule("torch.utils", [["data", new PyModule("torch.utils.data")]])]];
}
