import assert from "node:assert/strict";
import { withAbstract } from "../../../src/tensor/modes";
import { empty } from "../../../src/tensor/tensor";
import { formatExponential, formatFixed } from "../../../src/tensor/text/decimal";
import { formatTensor } from "../../../src/tensor/text/format";
import { printOptions, setPrintOptions, withPrintOptions } from "../../../src/tensor/text/options";

describe("numbers as printf writes them", () => {
  it("fixed: ties go to the even digit, exact values decide the rest", () => {
    const cases: [number, number, string][] = [
      [0.5, 0, "0"],
      [1.5, 0, "2"],
      [2.5, 0, "2"],
      [0.03125, 4, "0.0312"],
      [0.09375, 4, "0.0938"],
      [-0.03125, 4, "-0.0312"],
      [1.00005, 4, "1.0001"],
      [-0, 2, "-0.00"],
      [1e22, 1, "10000000000000000000000.0"],
      [123456.7890625, 4, "123456.7891"],
      [Number.NaN, 4, "nan"],
      [-Infinity, 4, "-inf"],
    ];
    for (const [x, digits, text] of cases) assert.equal(formatFixed(x, digits), text);
  });

  it("exponential: sign and two digits of the exponent, ties to even", () => {
    const cases: [number, number, string][] = [
      [100005, 4, "1.0000e+05"],
      [100015, 4, "1.0002e+05"],
      [0, 4, "0.0000e+00"],
      [-1e-300, 2, "-1.00e-300"],
      [25, 0, "2e+01"],
      [35, 0, "4e+01"],
      [9.99995e7, 3, "1.000e+08"],
    ];
    for (const [x, digits, text] of cases) assert.equal(formatExponential(x, digits), text);
  });
});

describe("printing", () => {
  it("abstract tensors show their shape", () => {
    const t = withAbstract(() => empty([3, 3]));
    t.leafRequiresGrad = true;
    assert.equal(formatTensor(t), "tensor(..., size=(3, 3), requires_grad=True)");
    assert.equal(formatTensor(withAbstract(() => empty([2]))), "tensor(..., size=(2,))");
  });

  it("options not given stay, but sci_mode is always set", () => {
    setPrintOptions({ precision: 2, sciMode: true });
    setPrintOptions({ linewidth: 100 });
    assert.deepEqual(
      { ...printOptions },
      { precision: 2, threshold: 1000, edgeitems: 3, linewidth: 100, sciMode: null },
    );
    setPrintOptions({ profile: "default" });
    withPrintOptions({ precision: 1 }, () => assert.equal(printOptions.precision, 1));
    assert.equal(printOptions.precision, 4);
  });
});
