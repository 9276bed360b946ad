/** js-pytorch on the CPU: it has what small networks need. */
import { torch } from "js-pytorch";

export async function prepare() {
  return { version: "0.7.2", cases };
}

const { nn, optim } = torch;

function training(net, optimizer, loss, x, y) {
  return (n) => {
    for (let i = 0; i < n; i++) {
      optimizer.zero_grad();
      loss(net, x, y).backward();
      optimizer.step();
    }
  };
}

function meanSquare(net, x, y) {
  const difference = torch.add(net.forward(x), y.neg());
  return torch.mean(torch.mul(difference, difference));
}

class TwoLayers extends nn.Module {
  constructor() {
    super();
    this.first = new nn.Linear(1, 2, "cpu", true);
    this.activation = new nn.ReLU();
    this.second = new nn.Linear(2, 1, "cpu", true);
  }

  forward(x) {
    return this.second.forward(this.activation.forward(this.first.forward(x)));
  }
}

const matmul = (n) => () => {
  const [a, b] = [torch.randn([n, n]), torch.randn([n, n])];
  return (times) => {
    for (let i = 0; i < times; i++) torch.matmul(a, b);
  };
};

const cases = {
  /** It has no sigmoid: a ReLU stands for it. */
  "step 1-2-1": () => {
    const net = new TwoLayers();
    return training(net, new optim.Adam(net.parameters(), 0.01), meanSquare, torch.randn([8, 1]), torch.randn([8, 1]));
  },
  "matmul 256": matmul(256),
  "small add": () => {
    const [a, b] = [torch.randn([3, 3]), torch.randn([3, 3])];
    return (n) => {
      for (let i = 0; i < n; i++) torch.add(a, b);
    };
  },
  "small add backward": () => {
    const [a, b] = [torch.randn([3, 3], true), torch.randn([3, 3])];
    return (n) => {
      for (let i = 0; i < n; i++) torch.add(a, b).sum().backward();
    };
  },
};
