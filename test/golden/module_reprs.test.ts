import assert from "node:assert/strict";
import { moduleReprCounts } from "./module_reprs";

describe("texts of modules", () => {
  it("are PyTorch's, for every class of torch.nn", () => {
    const { modules, texts, passed, differences } = moduleReprCounts();
    console.log(`    ${modules} modules, ${passed} of ${texts} texts`);
    assert.equal(passed, texts, differences.join("\n"));
  });
});
