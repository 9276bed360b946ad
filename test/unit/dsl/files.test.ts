import assert from "node:assert/strict";
import { startSession } from "./harness";

/** Runs cells in one session; gives what the last one printed. */
function last(...cells: string[]): string {
  const session = startSession();
  return cells.map((cell) => session.run(cell)).at(-1) ?? "";
}

describe("files of a note", () => {
  it("text files are written, read, appended to and listed", () => {
    const source = `
import os
with open('a.txt', 'w') as f:
    f.write('one\\ntwo\\n')
with open('a.txt', 'a') as f:
    print('three', file=f)
print(open('a.txt').read().split(), [line.strip() for line in open('a.txt')])
print(os.path.exists('a.txt'), os.path.getsize('a.txt'), os.listdir('.'), open('a.txt', 'rb').read()[:3])
os.remove('a.txt')
print(os.path.exists('a.txt'))
open('a.txt')
`;
    assert.equal(
      last(source),
      "['one', 'two', 'three'] ['one', 'two', 'three']\nTrue 14 ['a.txt'] b'one'\nFalse\n" +
        "FileNotFoundError: [Errno 2] No such file or directory: 'a.txt'\n",
    );
  });

  it("handles refuse what their mode does not allow", () => {
    const wrong = (source: string) => last(`open('x', 'w').write('a')\n${source}`);
    assert.equal(wrong("open('x').write('b')"), "UnsupportedOperation: not writable\n");
    assert.equal(wrong("open('x', 'wb').write('b')"), "TypeError: a bytes-like object is required, not 'str'\n");
    assert.equal(wrong("open('x', 'q')"), "ValueError: invalid mode: 'q'\n");
    assert.equal(wrong("f = open('x')\nf.close()\nf.read()"), "ValueError: I/O operation on closed file.\n");
    assert.equal(wrong("open('x', 'x')"), "FileExistsError: [Errno 17] File exists: 'x'\n");
    assert.equal(
      wrong("import os\nos.mkdir('q/r')"),
      "FileNotFoundError: [Errno 2] No such file or directory: 'q/r'\n",
    );
  });

  it("pathlib sees the same files", () => {
    const source = `
from pathlib import Path
p = Path('out') / 'best'
p.mkdir(parents=True, exist_ok=True)
q = p / 'model.pt'
q.write_text('x')
print(q, repr(q), q.name, q.stem, q.suffix, q.parent, q.exists(), p.is_dir())
print(list(Path('out').glob('*/*.pt')), isinstance(q, Path), Path('a') == Path('./a'))
`;
    assert.equal(
      last(source),
      "out/best/model.pt PosixPath('out/best/model.pt') model.pt model .pt out/best True True\n" +
        "[PosixPath('out/best/model.pt')] True True\n",
    );
  });
});

describe("torch.save and torch.load", () => {
  it("tensors, containers and state dicts come back as copies, across cells", () => {
    const session = startSession();
    session.run("import torch\nx = torch.ones(2, requires_grad=True)\ny = x * 2\ny.sum().backward()");
    session.run("torch.save({'x': x, 'all': [y, 3, 'text']}, 'a.pt')\nwith torch.no_grad(): x.zero_()");
    assert.equal(
      session.run("d = torch.load('a.pt')\nprint(d, d['x'].grad)"),
      "{'x': tensor([1., 1.], requires_grad=True), 'all': [tensor([2., 2.], requires_grad=True), 3, 'text']} None\n",
    );
    session.run("net = torch.nn.Linear(2, 1)\ntorch.save(net.state_dict(), 'net.pt')\nother = torch.nn.Linear(2, 1)");
    assert.equal(session.run("other.load_state_dict(torch.load('net.pt'))"), "<All keys matched successfully>\n");
    assert.equal(session.run("torch.equal(net.weight, other.weight)"), "True\n");
  });

  it("an optimiser's and a whole checkpoint's state come back", () => {
    const source = `
import torch, os
net = torch.nn.Linear(2, 1)
opt = torch.optim.Adam(net.parameters())
net(torch.ones(1, 2)).sum().backward()
opt.step()
torch.save({'epoch': 3, 'net': net.state_dict(), 'opt': opt.state_dict()}, 'c.pt')
c = torch.load('c.pt', map_location='cpu')
opt.load_state_dict(c['opt'])
print(c['epoch'], list(c['net']), opt.state_dict()['state'][0]['step'], os.path.getsize('c.pt') > 40)
`;
    assert.equal(last(source), "3 ['weight', 'bias'] tensor(1.) True\n");
  });

  it("whole modules load only with weights_only=False", () => {
    const session = startSession();
    session.run(
      "import torch\nclass Net(torch.nn.Module):\n    def __init__(self):\n        super().__init__()\n" +
        "        self.a = torch.nn.Linear(2, 1)\n    def forward(self, x): return self.a(x)\nnet = Net()\ntorch.save(net, 'n.pt')",
    );
    assert.match(
      session.run("torch.load('n.pt')"),
      /^UnpicklingError: Weights only load failed.*GLOBAL __main__\.Net/s,
    );
    const source =
      "m = torch.load('n.pt', weights_only=False)\nprint(m, torch.equal(m(torch.ones(2)), net(torch.ones(2))))";
    assert.equal(session.run(source), "Net(\n  (a): Linear(in_features=2, out_features=1, bias=True)\n) True\n");
  });

  it("buffers, open files and pickle carry values too", () => {
    const source = `
import io, pickle, torch
b = io.BytesIO()
torch.save(torch.arange(3), b)
b.seek(0)
with open('p', 'wb') as f:
    pickle.dump({'a': 1}, f)
    pickle.dump([2], f)
with open('p', 'rb') as f:
    print(torch.load(b), pickle.load(f), pickle.load(f), pickle.loads(pickle.dumps((1, 2))))
pickle.loads(b'hello')
`;
    assert.equal(last(source), "tensor([0, 1, 2]) {'a': 1} [2] (1, 2)\nUnpicklingError: invalid load key, 'h'.\n");
  });

  it("says what is missing", () => {
    assert.equal(
      last("import torch\ntorch.load('no.pt')"),
      "FileNotFoundError: [Errno 2] No such file or directory: 'no.pt'\n",
    );
    assert.equal(last("import torch\ntorch.save(1, 'no/a.pt')"), "RuntimeError: Parent directory no does not exist.\n");
  });
});
