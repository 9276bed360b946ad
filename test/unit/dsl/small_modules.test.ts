import assert from "node:assert/strict";
import { startSession } from "./harness";

const run = (source: string): string => startSession().run(source);

describe("datetime", () => {
  it("prints, formats and calculates as CPython", () => {
    const source = `
import datetime as d
t = d.datetime(2024, 3, 1, 4, 5, 6)
s = t - d.datetime(2024, 1, 1)
print(t, repr(t), t.isoformat(), s, repr(s), s.total_seconds(), t.date(), repr(t.date()))
print(d.timedelta(seconds=3.5), d.timedelta(days=-1, seconds=4), repr(d.timedelta(days=-1, microseconds=4)))
print(t.weekday(), t.strftime('%Y%m%d-%H:%M %j %p %I %f'), str(d.timedelta(hours=30)), t + d.timedelta(days=31))
print(f'{t:%H:%M}', t > d.datetime(2024, 1, 1), (d.datetime.now() - t).days > 100, d.timedelta(minutes=1) * 2)
`;
    assert.equal(
      run(source),
      "2024-03-01 04:05:06 datetime.datetime(2024, 3, 1, 4, 5, 6) 2024-03-01T04:05:06 60 days, 4:05:06 " +
        "datetime.timedelta(days=60, seconds=14706) 5198706.0 2024-03-01 datetime.date(2024, 3, 1)\n" +
        "0:00:03.500000 -1 day, 0:00:04 datetime.timedelta(days=-1, microseconds=4)\n" +
        "4 20240301-04:05 061 AM 04 000000 1 day, 6:00:00 2024-04-01 04:05:06\n04:05 True True 0:02:00\n",
    );
  });
});

describe("tqdm", () => {
  it("hands the items on and prints nothing", () => {
    const source = `
from tqdm.auto import tqdm, trange
bar = tqdm([1, 2, 3], desc='run')
for i in bar:
    bar.set_postfix(loss=i / 3e5)
print([i for i in trange(3)], bar)
with tqdm(total=4) as b:
    b.update(2)
print(b.n)
tqdm.write('said')
import tqdm
print(sum(tqdm.tqdm(x for x in range(4))))
`;
    assert.equal(run(source), "[0, 1, 2] run: 100%|██████████| 3/3 [loss=1e-05]\n2\nsaid\n6\n");
  });
});

describe("IPython", () => {
  it("display shows, clear_output does no harm", () => {
    const source = `
from IPython import display
from IPython.display import clear_output, HTML
class Box:
    def _repr_html_(self): return '<i>box</i>'
    def __repr__(self): return 'box'
display.display('a', [1], Box())
clear_output(wait=True)
display.set_matplotlib_formats('svg')
HTML('<b>x</b>')
`;
    assert.equal(run(source), "'a'\n[1]\nbox\n<IPython.core.display.HTML object>\n");
  });
});

describe("names of arguments that only Python's wrappers have", () => {
  it("split_size_or_sections, tensor", () => {
    const source = `
import torch
print(torch.split(tensor=torch.arange(4), split_size_or_sections=2, dim=0))
print(torch.split(torch.arange(4), split_size_or_sections=[1, 3]))
`;
    assert.equal(run(source), "(tensor([0, 1]), tensor([2, 3]))\n(tensor([0]), tensor([1, 2, 3]))\n");
  });

  it("torch.bilinear, torch.autograd.function, equal sizes that stay as they are", () => {
    const source = `
import torch
from torch.autograd.function import Function
print(torch.bilinear(torch.ones(3, 2), torch.ones(3, 4), torch.ones(5, 2, 4)).shape, Function is torch.autograd.Function)
w = torch.ones(2, requires_grad=True) * 2
loss = torch.nn.functional.mse_loss(w, torch.zeros(2))
print(loss.grad_fn.next_functions[0][0].name())
`;
    assert.equal(run(source), "torch.Size([3, 5]) True\nMulBackward0\n");
  });

  it("numpy's polynomials", () => {
    const source = `
import numpy as np
x = np.array([0., 1, 2, 3, 4])
y = np.array([1., 3, 2, 5, 4])
print(np.polyfit(x, y, 1), np.polyfit(x, y, 2), repr(np.poly1d([2., 1.])), np.poly1d([2, 1])(x), np.polyval([1, 2], 3))
`;
    const fitted = "[0.8 1.4] [-0.14285714  1.37142857  1.11428571]";
    assert.equal(run(source), `${fitted} poly1d([2., 1.]) [1. 3. 5. 7. 9.] 5\n`);
  });

  it("numpy's out=", () => {
    const source = "import numpy as np\na = np.zeros(2)\nr = np.add(a, 1, out=a)\nprint(a, r is a)";
    assert.equal(run(source), "[1. 1.] True\n");
  });
});
