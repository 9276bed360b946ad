import { strict as assert } from "node:assert";
import { newKernel, runAll, textOf } from "./harness";

const run = (...sources: string[]) => runAll(newKernel(), ...sources);

describe("packages that cannot be had", () => {
  it("do not stop the cell that imports them", () => {
    const [cell] = run("import matplotlib.pyplot as plt\nfrom torchvision import datasets, transforms\nprint(1)");
    assert.equal(cell.status, "ok");
    assert.equal(
      textOf(cell.outputs),
      "No module named 'matplotlib': what uses it will raise, the rest runs\n" +
        "No module named 'torchvision': what uses it will raise, the rest runs\n1\n",
    );
  });

  it("raise where they are used", () => {
    const uses = ["plt.plot([1])", "datasets.MNIST('.')", "datasets('.')", "plt.figure"];
    for (const use of uses) {
      const [, cell] = run("import matplotlib.pyplot as plt\nfrom torchvision import datasets", use);
      assert.equal(cell.error?.ename, "ModuleNotFoundError", use);
    }
  });

  it("raise at once where the note is ready for it, and where the name is unknown", () => {
    const [ready, unknown] = run("try:\n    import cv2\nexcept ImportError:\n    print('none')", "import trch");
    assert.equal(textOf(ready.outputs), "none\n");
    assert.equal(unknown.error?.evalue, "No module named 'trch'");
  });
});
