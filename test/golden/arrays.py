"""Writes arrays.json: what real NumPy (with PyTorch beside it) prints for small programs. Run: python arrays.py"""

import contextlib
import io
import json
import pathlib
import traceback
import warnings

import numpy
import torch

warnings.simplefilter("ignore")

EXPRESSIONS = """
np.array([1., 2.])
np.array([1.0, 2.5, 3.25])
np.array([1, 2, 3])
np.array([True, False])
np.array([])
np.array([[]])
np.array(3.5)
np.array(3)
np.array([[1, 2], [3, 4]])
np.array([[1.5, 2], [3, 4]], dtype=np.float32)
np.array([1, 2], dtype='int32')
np.array([0.1, 0.2, 0.30000000000000004])
np.array([1/3, 2/3])
np.array([1e-5, 1.0])
np.array([1e10, 1.0])
np.array([1e-10, 1e10])
np.array([123456789.0, 0.001])
np.array([1e7, 2e7])
np.array([1e8, 2e8])
np.array([1000.0, 0.5])
np.array([1001.0, 1.0])
np.array([np.nan, 1.0, np.inf])
np.array([-np.inf, 1.0])
np.array([-0.0, 1.5])
np.array([np.nan])
np.array([1.5, -2.25, 100.125])
np.array([1e6, 1.0], dtype=np.float32)
np.array([0.1, 0.2], dtype=np.float32)
np.array([0.1, 0.2], dtype=np.float16)
np.array([1, 255], dtype=np.uint8)
np.array([-1, 10, 100])
np.arange(30)
np.arange(30.)
np.arange(40) * 1000
np.linspace(0, 1, 20)
np.arange(1001)
np.arange(2000).reshape(40, 50)
np.arange(2000.).reshape(2, 10, 100)
np.arange(24).reshape(2, 3, 4)
np.ones((3, 40))
np.ones((2, 2), dtype=bool)
np.zeros((0, 3))
np.arange(5, dtype=np.float32)
np.arange(1, 2, 0.1)
np.arange(10, 0, -3)
np.arange(0.5, 3)
np.linspace(-1, 1, 5, dtype=int)
np.linspace(0, 1, 4, endpoint=False)
np.linspace(2, 3, 3, retstep=True)
np.logspace(0, 2, 3)
np.eye(3)
np.eye(2, 3, k=1)
np.identity(2)
np.full((2, 2), 7)
np.full(3, 0.5)
np.zeros(3, dtype=int)
np.zeros_like(np.array([1, 2]))
np.ones_like(np.array([1., 2.], dtype=np.float32))
np.float64(3)
np.float32(0.1)
np.int64(3)
np.bool_(True)
np.float32(16777216)
np.float64(1e16), np.float64(1e-5), np.float32(1e-5)
np.array([1., 2.]).sum()
np.array([1, 2]).sum()
np.array([1, 2]).mean()
np.array([1., 2., 4.]).std(), np.array([1., 2., 4.]).var(ddof=1)
np.array([1, 2]).max(), np.array([1., 2]).min(), np.array([3, 9, 4]).argmax()
np.arange(6).reshape(2, 3).sum(axis=0)
np.arange(6).reshape(2, 3).mean(axis=1, keepdims=True)
np.arange(6.).reshape(2, 3).std(axis=0)
np.arange(24.).reshape(2, 3, 4).sum(axis=(0, 2))
(np.arange(1000) / 7).sum(), (np.arange(1000) / 7).mean(), (np.arange(1000) / 7).var()
(np.arange(999) / 7).astype(np.float32).sum(), (np.arange(999) / 7).astype(np.float32).std()
(np.arange(3000).reshape(3, 1000) / 7).sum(axis=0)[:3].tolist()
(np.arange(3000).reshape(3, 1000) / 7).sum(axis=1).tolist()
(np.arange(3000).reshape(3, 1000) / 7).T.sum(axis=0).tolist()
(np.arange(3000).reshape(10, 30, 10) / 7).sum(axis=(0, 2))[:3].tolist()
(np.arange(3000).reshape(3, 1000) / 7)[:, ::3].mean()
np.array([True, True]).sum(), np.array([True, False]).mean()
np.array([1, 2, 3]) / 2
np.array([1, 2, 3]) // 2, np.array([-1, 2]) % 3, np.array([1, 2]) ** 2
np.array([1, 2, 3]) * 1.5
np.array([1, 2], dtype=np.float32) * 1.5
np.array([1, 2], dtype=np.float32) + np.array([1, 2])
np.array([1, 2], dtype=np.float32) * np.float64(2)
np.array([1, 2], dtype=np.int32) + np.array([1, 2], dtype=np.float32)
np.array([1, 2], dtype=np.uint8) + 1
1 - np.array([1., 2.]), 2 / np.array([1, 2]), 2 ** np.array([1, 2])
-np.array([1, 2]), abs(np.array([-1., 2.])), ~np.array([True, False])
np.array([1, 2, 3]) > 2
(np.array([1, 2, 3]) > 1) & (np.array([1, 2, 3]) < 3)
np.array([1, 2]) == np.array([1, 3])
np.array([[1, 2], [3, 4]]) @ np.array([[1, 0], [0, 2]])
np.array([1, 2]) @ np.array([3, 4]), np.dot([1., 2.], [3., 4.]), np.array([1, 2]).dot(3)
np.array([1, 2, 3])[1], np.array([1., 2.])[-1]
np.arange(10)[2:8:3], np.arange(5)[::-1], np.arange(10)[8:2:-2], np.arange(5)[-2::-1]
np.arange(12).reshape(3, 4)[1], np.arange(12).reshape(3, 4)[:, 1], np.arange(12).reshape(3, 4)[::-1, ::-2]
np.arange(5)[np.array([True, False, True, False, True])], np.arange(5)[[0, 3]]
np.arange(5)[np.arange(5) > 2], np.arange(3)[:, None], np.arange(3)[np.newaxis, :].shape
np.sqrt([1, 4, 9]), np.exp(0), np.log(np.array([1., np.e])), np.sqrt(2)
np.sin(np.linspace(0, np.pi, 3)), np.tanh([0.5, -0.5])
np.abs([-1, 2]), np.maximum([1, 5], [3, 2]), np.minimum(3, [1, 5]), np.power(2, [1, 2, 3])
np.where(np.array([1, 2, 3]) > 1, 1.0, 0), np.where([True, False, True])
np.clip([1, 5, 10], 2, 8), np.clip(np.array([0.5, 1.5]), 0, 1), np.array([1, 5]).clip(2)
np.argmax([1, 3, 2]), np.argmin(np.array([[3, 1], [0, 2]]), axis=1)
np.unique([3, 1, 1, 2]), np.unique([3, 1, 1], return_counts=True)
np.allclose([1.0, 2.0], [1.0, 2.0 + 1e-9]), np.isclose([1., 2.], [1., 3.])
np.isnan([1.0, np.nan]), np.isnan(np.nan), np.isinf(np.array([np.inf, 0]))
np.round(3.14159, 2), np.round([1.5, 2.5, -0.5]), np.array([1.234, 5.678]).round(1), np.round(7)
np.pi, np.e, np.inf, np.nan, np.newaxis
np.concatenate([[1, 2], [3.5]]), np.concatenate([np.ones((1, 2)), np.zeros((2, 2))], axis=0)
np.stack([[1, 2], [3, 4]], axis=1), np.vstack([[1, 2], [3, 4]]), np.hstack([[1], [2, 3]])
np.column_stack([[1, 2], [3, 4]]), np.outer([1, 2], [3, 4])
np.arange(6).reshape(2, -1).T, np.arange(6).reshape((3, 2)).shape, np.ones((2, 3)).transpose().shape
np.ones((2, 3)).ndim, np.ones((2, 3)).size, np.ones(2).dtype, np.ones(2, dtype=np.float32).dtype.name
str(np.arange(3).dtype), np.ones(2).dtype == np.float64, np.ones(2).dtype == 'float32', np.dtype('int32')
np.array([1.7, -1.7]).astype(int), np.array([1, 0]).astype(bool), np.array([1, 2]).astype(np.float32)
np.array([[1, 2], [3, 4]]).flatten(), np.array([[1, 2]]).tolist(), np.array([5]).item(), np.array([1.5]).tolist()
[x for x in np.array([1, 2])], len(np.ones((3, 2))), 2 in np.array([1, 2]), list(np.array([1.5]))
float(np.array(2.5)), int(np.array([1, 2]).sum()), bool(np.array([1])), round(np.float64(2.567), 1)
f"{np.float64(3.14159):.2f} {np.int64(5):d} {np.float32(0.5)} {np.array([1., 2.])}"
"%.2f %d %s" % (np.float64(3.14159), np.int64(7), np.float64(1))
isinstance(np.float64(1), float), isinstance(np.array([1]), np.ndarray), isinstance(np.int64(1), np.integer)
np.float64(1) + 1, 2 * np.float32(0.5), np.int64(7) / 2, np.int64(7) // 2, np.float32(1) + np.float64(1), np.float64(2) ** 0.5
np.float64(1.5) > 1, np.int64(2) == 2, [10, 20, 30][np.int64(1)], list(range(np.int64(3))), {np.int64(1): 2}[1]
max(np.array([1, 5, 3])), sum(np.array([1, 2])), sorted(np.array([3, 1, 2])), min([np.float64(2), 1.5])
np.cumsum([1, 2, 3]), np.prod([1, 2, 3]), np.median([1, 3, 2, 4]), np.any([0, 1]), np.all([0, 1])
np.sort([3, 1, 2]), np.argsort([3, 1, 2]), np.array([[3, 1], [2, 0]]).argsort(axis=0), np.diff([1, 4, 9])
np.sum([[1, 2], [3, 4]], axis=1), np.mean([1, 2, 3]), np.std([1, 2, 3]), np.var([1., 2.]), np.max([1, 2]), np.min([[1, 2], [0, 3]], axis=0)
np.expand_dims([1, 2], 0), np.squeeze([[1, 2]]), np.tile([1, 2], 2), np.repeat([1, 2], 2), np.ravel([[1, 2], [3, 4]])
np.array_equal([1, 2], [1, 2]), np.count_nonzero([0, 1, 2]), np.diag([1, 2]), np.flip([1, 2, 3]), np.broadcast_to([1, 2], (2, 2))
torch.ones(2).numpy(), torch.tensor([1, 2]).numpy(), torch.ones(2, requires_grad=True).detach().numpy()
torch.tensor(np.array([1., 2.])), torch.from_numpy(np.arange(3)), torch.tensor(np.float64(2)), torch.as_tensor(np.ones(2, dtype=np.float32))
torch.tensor([np.array([1, 2]), np.array([3, 4])]), torch.ones(2) + np.ones(2), torch.ones(2) * np.float64(2), np.float64(2) * torch.ones(2)
np.array(torch.ones(2)), np.array([torch.tensor(1.), torch.tensor(2.)]), np.sqrt(torch.ones(2)), torch.ones(3)[np.array([0, 2])]
torch.full((2,), np.float64(0.5)), torch.zeros(np.int64(2)), torch.arange(3)[np.int64(1)], torch.tensor(2.).numpy(), torch.tensor([1.5]).item()
np.ones(2) + np.ones(3)
np.ones(2)[5]
np.ones(2)[1, 2]
np.array([1, 2])[1.5]
np.ones(3)[np.ones(3)]
bool(np.ones(2))
np.ones(2) @ np.ones(3)
np.ones((2, 2)) @ np.ones((3, 3))
np.dot(np.ones((2, 2)), np.ones(3))
float(np.ones(2))
np.foo
np.random.foo
np.ones(3).foo
np.ones((2, 3)).reshape(4)
np.concatenate([np.ones(2), np.ones((2, 2))])
np.stack([np.ones(2), np.ones(3)])
{np.ones(2): 1}
np.array([[1, 2], [3]])
len(np.array(3))
np.zeros(3).item()
np.array([2]) ** -1
np.array([True]) - np.array([True])
torch.ones(2, requires_grad=True).numpy()
np.array(torch.ones(2, requires_grad=True))
torch.from_numpy([1])
np.array([1, 2]).mean(axis=2)
np.zeros(2, dtype='foo')
np.array([300]).astype(np.uint8), np.array([1], dtype=np.uint8) + 300
np.argmax([])
np.max([])
np.random.choice(3, 5, replace=False)
np.random.randint(5, 5)
np.array([[1., 2.], [3., 4.]]) * np.array([10, 20])
np.array([1.5, 2.5, np.nan]).max(), np.array([1, np.nan]).sum(), np.nan == np.nan
np.array([1, 2, 3], dtype=float), np.array((1, 2)), np.array(range(3)), np.array([np.float64(1), 2])
np.array([[1, 2, 3]]).shape, np.array([[1, 2, 3]]).T.shape, np.array([1, 2])[..., None].shape
np.arange(12).reshape(3, 4)[1:, [0, 2]], np.arange(12).reshape(3, 4)[[0, 1], [1, 2]], np.arange(12).reshape(3, 4)[:, ::-1]
np.arange(4).reshape(2, 2)[0, 0], np.arange(4).reshape(2, 2)[np.array([[True, False], [False, True]])]
np.array(5)[()], np.array([1, 2, 3])[-1:], np.array([1, 2, 3])[5:]
np.random.RandomState, np.ndarray, np.float32, np.array, type(np.array([1])), type(np.float64(1)), type(np.random)
str(np.array([[1, 2], [3, 4]])), str(np.array(2.5)), str(np.array([]))
np.exp([0., 1.]), np.log([1., 10.]), np.log10(100), np.log2(8), np.cos(0), np.floor(2.7), np.ceil([1.2]), np.sign([-2, 3])
np.ones(3, dtype=np.float32).sum().dtype, np.ones(3, dtype=np.int32).sum().dtype, np.ones(3, dtype=np.float32).mean().dtype
(np.ones(2, dtype=np.float32) + 1).dtype, (np.ones(2, dtype=np.int32) * 2).dtype, (np.ones(2, dtype=np.int32) / 2).dtype, (np.arange(2) + True).dtype
np.mean(np.array([[1, 2], [3, 4]]), axis=0), np.sum(np.array([[1, 2], [3, 4]]), axis=-1, keepdims=True), np.array([[1, 5], [3, 2]]).max(axis=1), np.array([[1, 5], [3, 2]]).argmax(axis=0)
np.sum([1.5, 2.5]), np.sum(3), np.mean(2.0), np.max(5), np.sum([True, False])
np.abs(-3), np.abs(-2.5), np.square(3), np.add(1, 2), np.multiply([1, 2], 3)
np.zeros((2, 2)).tolist(), np.eye(2, dtype=int), np.full((2,), np.inf), np.empty((0,)).shape
np.array([1e-3, 1e-4]), np.array([1e-4, 9e-5]), np.array([99999999.0]), np.array([0.0001]), np.array([123456.789, 0.1])
np.array([1.123456789, 12.1]), np.array([1e100]), np.array([5e-324]), np.array([1.7976931348623157e308]), np.array([1e-300, 1.0])
np.array([[0.001, 1000.0], [1.0, 2.0]]), np.array([[1e-3, 1e3 + 1]]), np.array([0.1 + 0.2]), np.array([2/3], dtype=np.float32)
np.array([1e5, 1.5], dtype=np.float32), np.array([16777217], dtype=np.float32), np.array([1e-7], dtype=np.float32), np.array([3.4e38], dtype=np.float32)
np.random.seed(3) or np.random.randn(4, 3)
np.random.seed(3) or np.random.randn(200)
np.random.seed(3) or np.random.rand(3, 2).astype(np.float32)
np.random.seed(3) or np.random.randn(3, 4, 2) * 100
np.linspace(0, 2 * np.pi, 7), np.linspace(-5, 5, 11), np.linspace(0, 1, 1), np.arange(0, 1, 0.25), np.arange(-2, 3)
np.sin(np.linspace(0, 2 * np.pi, 5)), np.exp(-np.linspace(0, 1, 3)), 1 / (1 + np.exp(-np.array([0., 1.])))
np.arange(3) @ np.arange(6).reshape(3, 2), np.ones((2, 3)) @ np.ones(3), np.dot(np.eye(2), [1, 2]), np.matmul([[1]], [[2]])
all(np.array([True, True])), any(np.array([0, 1])), np.array([1, 2]).all(), np.any(np.array([[0, 1], [0, 0]]), axis=1)
[float(x) for x in np.array([1., 2.])], [int(x) for x in np.arange(3)], dict(zip(['a'], np.array([1]))), tuple(np.array([1, 2]))
np.float64(0.1) + np.float64(0.2), np.float32(0.1) * 3, np.float32(0.1) + 0.2, -np.float64(2), abs(np.int64(-3)), np.int64(2) ** 3
np.float64(2).item(), np.float64(2).dtype, np.float64(2).shape, np.int64(3).astype(float), np.float64(3.7).astype(int), int(np.float64(3.7))
f"{np.float32(2.5):.3f} {np.array([1.5, 2.0])} {np.float64(0.1):.1%} {np.int64(12):4d}|{np.array(3.14159):.2f}"
torch.tensor([1., 2.]).numpy().dtype, torch.tensor([True]).numpy(), torch.tensor(np.array([1], dtype=np.int32)), torch.Tensor(np.array([1., 2.])), torch.FloatTensor(np.array([1, 2]))
torch.from_numpy(np.array([1.5], dtype=np.float32)).dtype, torch.tensor(np.ones((2, 2)), dtype=torch.float32), torch.tensor([[1, 2]]).numpy().T, torch.tensor(np.random.RandomState(0).randn(2)).float()
torch.ones(2, 2) @ torch.from_numpy(np.ones((2, 2), dtype=np.float32)), torch.ones(2).numpy() * 2, torch.tensor([1., 2.]).mean().numpy(), np.allclose(torch.ones(2).numpy(), 1)
torch.ones(2).requires_grad_().detach().numpy().sum(), np.asarray(torch.ones(2)), torch.is_tensor(np.ones(1)), isinstance(torch.ones(1).numpy(), np.ndarray)
np.where(np.array([[1, 0], [0, 1]]) == 1), np.nonzero([3, 0, 4]), np.unique([[2, 1], [1, 2]])
np.zeros(3).fill(2), np.array([1, 2, 3]).cumsum(), np.cumsum([[1, 2], [3, 4]], axis=1), np.array([1., 4.]).prod(), np.var([1, 2, 3, 4], ddof=1), np.std(np.arange(6).reshape(2, 3), axis=1)
np.array([1, 2, 3]).reshape(3, 1) + np.array([10, 20]), np.array([[1], [2]]) * [1, 2], [1, 2] + np.array([1, 2]), (1, 2) * np.array([1, 2])
np.array([7, -7]) // 2, np.array([7., -7.]) // 2, np.array([7, -7]) % 3, np.array([5.5]) % 2, 10 % np.array([3, 4]), np.array([1, 2]) << 1, np.array([6]) & 3
np.array([1, 2]) != np.array([1, 3]), np.array([1, 2]) == 1, 2 > np.array([1, 3]), np.array([1, 2]) is None
np.array([0.5]) ** 2, np.array([4.0]) ** 0.5, np.array([2]) ** 0.5, 2.0 ** np.array([1, 2]), np.array([2.0]) ** -1
np.ones((2, 3)).sum(axis=1, keepdims=True).shape, np.ones((2, 3)).mean(0).shape, np.ones((2, 3, 4)).sum((0, 1)).shape, np.ones((2, 3)).reshape(-1).shape, np.ones((2, 3)).ravel().shape
np.ones(2).foo()
np.array([1, 2, 3]).reshape(2, -1)
np.array([1, 2]).astype('foo')
np.ones((2, 3)).sum(axis=3)
np.ones((2, 3))[:, 3]
np.zeros(2)[[0, 5]]
np.array([1, 2])['a']
np.ones(2).reshape(1.5)
np.zeros(-1)
np.random.choice([])
np.random.choice([1, 2], p=[0.5, 0.6])
np.random.randint(0)
np.array([3, 1, 2]).sort(), np.array([1, 2]).nonzero(), np.array([1, 2]).repeat(2)
"ab" * np.int64(2), [0] * np.int64(3)
np.hstack([np.ones((2, 1)), np.zeros((2, 1))]), np.vstack([np.ones(2), np.zeros((1, 2))]), np.concatenate([np.arange(2), np.arange(2.)], axis=None)
np.int64(2) * np.int64(2**62), np.int64(2**60) + 1, np.int64(5) - 7.5, np.int64(1) / np.int64(3), np.float64(1) < np.int64(2), np.int64(3) >= 3, np.bool_(True) + np.bool_(True), np.bool_(True) + 1
np.arange(3)[2], np.arange(3.)[-3], np.arange(6)[::2][1], np.array([True])[0], np.ones(2, dtype=np.float32)[1]
np.arange(3)[-4]
np.default_rng
np.array([1.5])[0.0]
int(np.array([1, 2]))
""".strip().splitlines()

SEEDED = """
np.random.rand(3).tolist()
np.random.rand(2, 2)
np.random.rand()
np.random.random(3).tolist(), np.random.random(), np.random.random((1, 2))
np.random.uniform(-1, 1, 3).tolist(), np.random.uniform(), np.random.uniform(0, 5, (2, 2))
np.random.uniform([0, 10], [1, 20]).tolist()
np.random.randn(5).tolist(), np.random.randn(2, 2), np.random.randn()
np.random.normal(5, 2, 3).tolist(), np.random.normal(), np.random.normal(loc=[0, 100], scale=1).tolist()
np.random.standard_normal(3).tolist(), np.random.standard_normal((2, 2))
np.random.exponential(2.0, 3).tolist()
np.random.randint(0, 10, 10), np.random.randint(5), np.random.randint(1, 7, size=(2, 3))
np.random.randint(0, 2, 20), np.random.randint(-5, 5, 10), np.random.randint(0, 1000000, 5)
np.random.randint(0, 2**40, 4), np.random.randint(0, 2**32, 4), np.random.randint(0, 2**32 + 1, 4)
np.random.randint(0, 256, 9, dtype=np.uint8), np.random.randint(0, 100, 5, dtype=np.int16), np.random.randint(0, 9, 3, dtype=np.int32)
np.random.randint(0, 2, 10, dtype=bool)
np.random.permutation(10), np.random.permutation([1., 2., 3.]), np.random.permutation(np.arange(6).reshape(3, 2))
np.random.choice(5), np.random.choice(5, 3), np.random.choice([10, 20, 30], 4), np.random.choice([1.5, 2.5])
np.random.choice(10, 5, replace=False), np.random.choice([1, 2, 3], size=(2, 2))
np.random.choice(4, 6, p=[0.1, 0.2, 0.3, 0.4]), np.random.choice(4, 3, replace=False, p=[0.1, 0.2, 0.3, 0.4])
np.random.choice(3, p=[0.2, 0.3, 0.5]), np.random.RandomState(7).randn(3).tolist(), np.random.RandomState(seed=1).rand()
""".strip().splitlines()

PROGRAMS = [
    "np.random.seed(0)\na = np.arange(10)\nnp.random.shuffle(a)\nprint(a)\nb = [1, 2, 3, 4]\nnp.random.shuffle(b)\nprint(b)\nc = np.arange(6).reshape(3, 2)\nnp.random.shuffle(c)\nprint(c)",
    "np.random.seed([1, 2, 3])\nprint(np.random.rand(2).tolist())\nnp.random.seed(2**32 - 1)\nprint(np.random.rand(2).tolist())",
    "np.random.seed(0)\nnp.random.randn()\nnp.random.seed(0)\nprint(np.random.randn(), np.random.randn())",
    "np.random.seed(-1)",
    "a = np.zeros((2, 3))\na[0] = 1\na[:, 1] = [5, 6]\na[1, 2] += 2\nprint(a)\na[a > 4] = 0\nprint(a)\na[::-1] = [[1, 2, 3], [4, 5, 6]]\nprint(a)\na += 1\nprint(a)\na[...] = 7\nprint(a)",
    "a = np.array([1, 2, 3])\na[0] = 2.7\nprint(a)\nb = a[1:]\nb[0] = 9\nprint(a)\nc = a.copy()\nc[0] = 100\nprint(a)\na += 1.5",
    "a = np.zeros(3)\nt = torch.from_numpy(a)\nt[0] = 5\nprint(a)\na[1] = 6\nprint(t)\nu = torch.zeros(2)\nb = u.numpy()\nb += 1\nprint(u)\nv = torch.as_tensor(a)\nv[2] = 1\nprint(a)\nw = torch.tensor(a)\nw[0] = 0\nprint(a)",
    "x = np.linspace(0, 1, 3)\nfor i, v in enumerate(x):\n    print(i, v, repr(v))\nfor row in np.eye(2):\n    print(row)",
    "np.set_printoptions(precision=3)\nprint(np.array([1/3, 2.0]))\nnp.set_printoptions(precision=8, suppress=True)\nprint(np.array([1e-6, 1.0]))\nnp.set_printoptions(suppress=False)\nprint(np.array([1e-6, 1.0]))",
    "print(np.random.seed(0))\nX = np.random.randn(5, 2)\ny = (X[:, 0] * X[:, 1] > 0).astype(int)\nprint(X, y)\nprint(X.mean(axis=0), X.std(axis=0))\nprint((X - X.mean(0)) / X.std(0))\nprint(torch.tensor(X, dtype=torch.float32).mean())",
    "from numpy import array, sqrt\nimport numpy.random as npr\nnpr.seed(1)\nprint(npr.rand(), sqrt(array([4., 9.])))\nfrom numpy.random import randn\nprint(randn(2))",
    "print([np.float64(1.5), np.int64(2)], (np.float32(1),), {'a': np.float64(2)}, np.array([1, 2]).shape)\nprint(np.array([1., 2.]).sum(), np.array([1, 2]).sum(), (np.array([1]) > 0).all())",
]


def run(source: str) -> str:
    """What a cell prints, the repr of its last expression, and the error that ended it."""
    out = io.StringIO()
    names = {"np": numpy, "torch": torch}
    with contextlib.redirect_stdout(out):
        try:
            exec(source, names)
        except Exception as error:
            print(traceback.format_exception_only(error)[-1], end="")
    return out.getvalue()


sources = [f"v = {line}\nprint(repr(v))\nprint(v)" for line in EXPRESSIONS]
sources += [f"np.random.seed({seed})\nprint(({line}))" for line in SEEDED for seed in (0, 42)]
sources += PROGRAMS
cases = [[source, run(source)] for source in sources]
path = pathlib.Path(__file__).with_suffix(".json")
path.write_text("[\n" + ",\n".join(json.dumps(case) for case in cases) + "\n]\n")
print(len(cases), "cases")
