"""Writes distributions.json: what real PyTorch prints for expressions with torch.distributions. Run: python distributions.py"""

import contextlib
import io
import json
import pathlib
import warnings

import torch

warnings.simplefilter("ignore")
PREAMBLE = """
import torch
from torch import distributions as D, tensor as T, ones, zeros, eye, linspace, arange
"""

# Every family: its making; values in its support; values for icdf where there is one.
FAMILIES = {
    "D.Normal(0, 1)": "T([-1.5, 0.3, 2.])",
    "D.Normal(T([0., 1.]), T([1., 2.]))": "T([[0.2, -3.], [4., 0.]])",
    "D.LogNormal(T([0.1, 0.5]), 0.7)": "T([0.3, 2.])",
    "D.HalfNormal(T([0.5, 2.]))": "T([0.3, 2.])",
    "D.Laplace(T([0., 1.]), T([1., 3.]))": "T([-0.3, 2.])",
    "D.Cauchy(0., T([1., 3.]))": "T([-0.3, 2.])",
    "D.HalfCauchy(2.)": "T([0.3, 2.])",
    "D.Gumbel(T([0.5, -1.]), T([1., 2.]))": "T([-0.3, 2.])",
    "D.StudentT(T([3., 5.]))": "T([-0.3, 2.])",
    "D.StudentT(1.5, 2., 3.)": "T([-0.3, 2.])",
    "D.Uniform(0, 1)": "T([0., 0.7])",
    "D.Uniform(T([-1., 0.]), 3.)": "T([0.3, 2.])",
    "D.Gamma(T([0.5, 3.]), T([1., 2.]))": "T([0.3, 2.])",
    "D.Chi2(T([1., 4.]))": "T([0.3, 2.])",
    "D.Exponential(T([0.5, 2.]))": "T([0.3, 2.])",
    "D.Beta(T([0.5, 3.]), T([1., 2.]))": "T([0.3, 0.9])",
    "D.Beta(2, 5)": "T([0.3, 0.9])",
    "D.Dirichlet(T([0.5, 3., 1.]))": "T([[0.2, 0.3, 0.5], [0.1, 0.8, 0.1]])",
    "D.Dirichlet(T([[1.5, 3.], [2., 2.5]]))": "T([[0.2, 0.8], [0.1, 0.9]])",
    "D.Bernoulli(T([0.3, 0.8]))": "T([1., 0.])",
    "D.Bernoulli(logits=T([-1., 0.4]))": "T([1., 0.])",
    "D.Bernoulli(0.3)": "T([1., 0.])",
    "D.Geometric(T([0.3, 0.8]))": "T([2., 0.])",
    "D.Geometric(logits=T([0.3, 0.8]))": "T([2., 0.])",
    "D.Poisson(T([0.7, 12.]))": "T([2., 9.])",
    "D.Binomial(10, T([0.3, 0.8]))": "T([2., 9.])",
    "D.Binomial(T([30., 30.]), logits=T([0.3, 0.8]))": "T([2., 9.])",
    "D.NegativeBinomial(5, T([0.3, 0.8]))": "T([2., 9.])",
    "D.Categorical(T([0.1, 0.2, 0.7]))": "T([0, 2, 1])",
    "D.Categorical(T([1., 2., 7.]))": "T([0, 2, 1])",
    "D.Categorical(logits=T([[0.1, 2., -1.], [0., 0., 0.]]))": "T([0, 2])",
    "D.OneHotCategorical(T([0.1, 0.2, 0.7]))": "T([[0., 0., 1.], [1., 0., 0.]])",
    "D.OneHotCategorical(logits=T([[0.1, 2., -1.], [0., 0., 0.]]))": "T([[0., 0., 1.], [1., 0., 0.]])",
    "D.Multinomial(10, T([1., 2., 7.]))": "T([[1., 2., 7.], [3., 3., 4.]])",
    "D.Multinomial(4, logits=zeros(2, 3))": "T([1., 2., 1.])",
    "D.MultivariateNormal(zeros(2), eye(2))": "T([[0.3, -1.], [0., 2.]])",
    "D.MultivariateNormal(T([1., 2.]), T([[2., 0.5], [0.5, 1.]]))": "T([[0.3, -1.], [0., 2.]])",
    "D.MultivariateNormal(T([1., 2.]), scale_tril=T([[2., 0.], [0.5, 1.]]))": "T([[0.3, -1.], [0., 2.]])",
    "D.MultivariateNormal(T([1., 2.]), precision_matrix=T([[2., 0.5], [0.5, 1.]]))": "T([[0.3, -1.], [0., 2.]])",
    "D.Independent(D.Normal(zeros(3), ones(3)), 1)": "T([[0.3, -1., 2.], [0., 2., 1.]])",
    "D.Independent(D.Bernoulli(T([[0.3, 0.6], [0.1, 0.9]])), 2)": "T([[0., 1.], [1., 1.]])",
    "D.MixtureSameFamily(D.Categorical(T([0.3, 0.7])), D.Normal(T([-1., 2.]), T([0.5, 1.])))": "T([0.3, -1.])",
    "D.MixtureSameFamily(D.Categorical(ones(2)), D.Independent(D.Normal(arange(6.).view(2, 3), ones(2, 3)), 1))": "T([0.3, -1., 2.])",
}
ATTRIBUTES = ["batch_shape, d.event_shape", "mean", "variance", "stddev", "mode", "entropy()", "support", "has_rsample"]
ATTRIBUTES += ["has_enumerate_support", "sample()", "sample((3,))", "rsample(torch.Size([2]))", "expand((2, 2))"]
ATTRIBUTES += ["sample((20, 10)).sum()"]

OTHERS = """
D.Normal(0., 1.).icdf(T([0.1, 0.5, 0.99]))
D.Uniform(2., 5.).icdf(T([0.1, 0.5, 0.99]))
D.Laplace(2., 5.).icdf(T([0.1, 0.5, 0.99]))
D.Cauchy(2., 5.).icdf(T([0.1, 0.5, 0.99]))
D.Exponential(2.).icdf(T([0.1, 0.5, 0.99]))
D.Gumbel(2., 5.).icdf(T([0.1, 0.5, 0.99]))
D.HalfNormal(2.).icdf(T([0.1, 0.5, 0.99]))
D.LogNormal(0.2, 0.5).icdf(T([0.1, 0.5, 0.99]))
D.Categorical(ones(3)).enumerate_support()
D.Bernoulli(T([0.1, 0.3])).enumerate_support()
D.Bernoulli(T([0.1, 0.3])).enumerate_support(expand=False)
D.Binomial(3, T([0.1, 0.3])).enumerate_support()
D.Categorical(ones(3)).probs, D.Categorical(ones(3)).logits
D.Categorical(logits=T([1., 2., 3.])).probs
D.Categorical(ones(2, 4)).param_shape
D.Categorical(ones(4)).perplexity()
D.Bernoulli(0.3).logits, D.Bernoulli(logits=0.3).probs
D.Normal(0, 1).loc, D.Normal(T([1]).double(), 2).scale
D.Normal(0, 1).arg_constraints
D.Gamma(1, 2).arg_constraints, D.Categorical(ones(2)).arg_constraints, D.Dirichlet(ones(2)).arg_constraints
D.Normal(0, 1).expand([3]).log_prob(zeros(3))
D.Normal(zeros(2, 1), ones(3)).sample().shape
D.Normal(0, 1).sample((2, 3)).shape
D.Normal(zeros(3), ones(3)).rsample().requires_grad
D.Normal(zeros(3, requires_grad=True), ones(3)).rsample().grad_fn is None
D.Normal(zeros(3, requires_grad=True), ones(3)).sample().requires_grad
torch.autograd.grad(D.Normal(T(0.5, requires_grad=True), 1.).log_prob(T(2.)), [], allow_unused=True) if False else 0
isinstance(D.Normal(0, 1), D.Distribution), isinstance(D.Chi2(1.), D.Gamma)
type(D.Normal(0, 1)), type(D.MultivariateNormal(zeros(1), eye(1)))
D.constraints.positive, D.constraints.unit_interval, D.constraints.simplex, D.constraints.real_vector
D.constraints.greater_than(3), D.constraints.interval(0, 1.5), D.constraints.integer_interval(0, 4)
D.constraints.positive.check(T([-1., 0., 1.]))
D.kl_divergence(D.Normal(0., 1.), D.Normal(1., 2.))
D.kl.kl_divergence(D.Normal(zeros(2), ones(2)), D.Normal(ones(2), 2 * ones(2)))
D.kl_divergence(D.Bernoulli(T([0., 0.3, 1.])), D.Bernoulli(T([0.5, 0.4, 0.2])))
D.kl_divergence(D.Categorical(T([0.1, 0.9])), D.Categorical(T([0.4, 0.6])))
D.kl_divergence(D.OneHotCategorical(T([0.1, 0.9])), D.OneHotCategorical(T([0.4, 0.6])))
D.kl_divergence(D.Beta(1., 2.), D.Beta(3., 1.5))
D.kl_divergence(D.Dirichlet(T([1., 2., 3.])), D.Dirichlet(T([3., 1., 0.5])))
D.kl_divergence(D.Gamma(1., 2.), D.Gamma(3., 1.5))
D.kl_divergence(D.Exponential(1.), D.Exponential(3.))
D.kl_divergence(D.Laplace(1., 2.), D.Laplace(3., 1.5))
D.kl_divergence(D.Gumbel(1., 2.), D.Gumbel(3., 1.5))
D.kl_divergence(D.Uniform(1., 2.), D.Uniform(0., 4.)), D.kl_divergence(D.Uniform(1., 2.), D.Uniform(1.5, 4.))
D.kl_divergence(D.Poisson(1.), D.Poisson(3.))
D.kl_divergence(D.Geometric(0.2), D.Geometric(0.3))
D.kl_divergence(D.Binomial(5, 0.2), D.Binomial(5, 0.3))
D.kl_divergence(D.Cauchy(1., 2.), D.Cauchy(0., 1.))
D.kl_divergence(D.HalfNormal(2.), D.HalfNormal(1.))
D.kl_divergence(D.Normal(1., 2.), D.Laplace(0., 1.))
D.kl_divergence(D.MultivariateNormal(zeros(2), eye(2)), D.MultivariateNormal(ones(2), T([[2., 0.5], [0.5, 1.]])))
D.kl_divergence(D.Independent(D.Normal(zeros(3), ones(3)), 1), D.Independent(D.Normal(ones(3), ones(3)), 1))
D.kl_divergence(D.Normal(0., 1.), D.Poisson(3.))
D.Normal(0., -1.)
D.Normal(T([0., 1.]), T([1., -2.]))
D.Normal(0., 'a')
D.Normal(0.)
D.Normal(0., -1., validate_args=False)
D.Bernoulli(1.5)
D.Bernoulli()
D.Bernoulli(0.5, 0.1)
D.Categorical(T([-1., 2.]))
D.Categorical(T(1.))
D.Categorical()
D.Uniform(2., 1.)
D.Normal(0., 1.).log_prob(1.0)
D.Normal(zeros(2), ones(2)).log_prob(zeros(3))
D.Bernoulli(0.3).log_prob(T(0.5))
D.Categorical(ones(3)).log_prob(T(3))
D.Uniform(0., 1.).log_prob(T(2.))
D.Exponential(1.).log_prob(T([-1., 2.]))
D.MultivariateNormal(zeros(2), -eye(2))
D.MultivariateNormal(zeros(2))
D.MultivariateNormal(0., eye(2))
D.MultivariateNormal(zeros(2), eye(2)).log_prob(zeros(3))
D.Categorical(ones(3)).rsample()
D.Categorical(ones(3)).cdf(T(1))
D.Poisson(1.).entropy()
D.Gamma(1., 1.).icdf(T(0.5))
D.Independent(D.Normal(zeros(3), ones(3)), 2)
D.MixtureSameFamily(D.Categorical(ones(2)), D.Normal(zeros(3), ones(3)))
D.Dirichlet(T(1.))
D.Multinomial(3, ones(2)).sample((2,)), D.Multinomial(3, ones(2)).total_count
D.Binomial(5, 0.5)
D.OneHotCategoricalStraightThrough(T([0.1, 0.2, 0.7])).rsample((2,))
"""

PROGRAMS = [
    """
loc = T([0.5, -1.], requires_grad=True); scale = T([1., 2.], requires_grad=True)
D.Normal(loc, scale).log_prob(T([2., 0.])).sum().backward()
print(loc.grad, scale.grad)
loc.grad = scale.grad = None
D.Normal(loc, scale).rsample((3,)).pow(2).sum().backward()
print(loc.grad, scale.grad)
""",
    """
logits = T([[0.5, -1., 2.], [0., 0., 1.]], requires_grad=True)
d = D.Categorical(logits=logits)
a = d.sample()
loss = -(d.log_prob(a) * T([1., -2.])).sum() - 0.1 * d.entropy().mean()
loss.backward()
print(a, loss, logits.grad)
""",
    """
p = T([0.2, 0.9], requires_grad=True)
d = D.Bernoulli(p)
(d.log_prob(T([1., 0.])).sum() + d.entropy().sum()).backward()
print(p.grad)
""",
    """
c = T([0.4, 0.9, 3., 20.], requires_grad=True); r = T(2., requires_grad=True)
x = D.Gamma(c, r).rsample((4,))
x.sum().backward()
print(x, c.grad, r.grad)
""",
    """
m = D.Categorical(probs=T([0.25, 0.75]))
print(m); m.logits; print(m)
d = D.Normal(T([0.]), T([1.])); print(d, str(d), [d])
print(D.Normal(0.123456, 2))
""",
    """
mu = zeros(2, requires_grad=True); L = T([[1., 0.], [0.3, 2.]], requires_grad=True)
d = D.MultivariateNormal(mu, scale_tril=L)
d.log_prob(T([1., -1.])).backward()
print(mu.grad, L.grad)
print(d.covariance_matrix, d.precision_matrix)
print(d)
""",
]


def evaluate(source, namespace):
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        try:
            if "\n" in source:
                exec(source, namespace)
            else:
                print(eval(source, namespace))
        except Exception as error:
            print(f"{type(error).__name__}: {error}")
    return out.getvalue()


sources = []
for make, values in FAMILIES.items():
    sources.append(make)
    sources += [f"[d := {make}, d.{attribute}][1:]" if "," in attribute else f"({make}).{attribute}" for attribute in ATTRIBUTES]
    sources += [f"({make}).log_prob({values})", f"({make}).cdf({values})"]
sources = [s.replace("[d := ", "(d := ").replace("][1:]", ")[1:]") for s in sources]
sources += OTHERS.strip().split("\n") + PROGRAMS
cases = []
for source in sources:
    namespace = {}
    exec(PREAMBLE, namespace)
    torch.manual_seed(0)
    cases.append([source, evaluate(source, namespace)])
text = json.dumps({"preamble": PREAMBLE, "cases": cases}, ensure_ascii=False, separators=(",", ":")).replace('],["', '],\n["')
pathlib.Path(__file__).with_suffix(".json").write_text(text + "\n")
