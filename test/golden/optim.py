"""torch.optim: ten steps of each optimiser on two parameters with fixed gradients, and learning rate schedules.

Parameters and gradients are standard normals drawn in a fixed order after manual_seed(0); what stands here are hashes
(FNV-1a of the bytes) of parameters and state after each step. MKL's square root is off by one unit in the last place for
one number in six on some processors, other builds of PyTorch round correctly: the hashes come from steps whose square root
rounds correctly, "last" (the first two elements of each parameter) from the steps as they are.
Run with `python -P`, so that no file here stands in for a module of the library.
Writes optim.json: { "torch", "cases": [ { "name", "options", "dtype", "hashes", "repr", "state", "groups" } ], "schedules", "errors" }.
"""

import json
import pathlib
import warnings

import numpy
import torch
from torch.optim import lr_scheduler

warnings.simplefilter("ignore")


def fnv(tensors):
    h = 0x811C9DC5
    for t in tensors:
        for b in t.detach().contiguous().numpy().tobytes():
            h = ((h ^ b) * 0x01000193) & 0xFFFFFFFF
    return h


def exact_sqrt(t):
    return torch.from_numpy(numpy.sqrt(t.detach().numpy()))


PLAIN = torch.Tensor.sqrt, torch.Tensor.sqrt_
EXACT = exact_sqrt, lambda t: t.copy_(exact_sqrt(t))

ADAMS = [{}, {"weight_decay": 0.1}, {"lr": 0.05, "betas": (0.8, 0.95), "eps": 1e-5}, {"maximize": True}]
OPTIONS = {
    "SGD": [{}, {"lr": 0.1}, {"lr": 0.1, "momentum": 0.9}, {"lr": 0.1, "momentum": 0.9, "nesterov": True}, {"lr": 0.1, "weight_decay": 0.01},
            {"lr": 0.05, "momentum": 0.7, "dampening": 0.3, "weight_decay": 0.1}, {"lr": 0.1, "maximize": True}, {"lr": 1.0}],
    "Adam": [*ADAMS, {"amsgrad": True}, {"weight_decay": 0.1, "decoupled_weight_decay": True}],
    "AdamW": [*ADAMS, {"amsgrad": True, "lr": 0.1}],
    "RMSprop": [{}, {"momentum": 0.9}, {"centered": True}, {"momentum": 0.5, "centered": True, "weight_decay": 0.1}, {"alpha": 0.8, "eps": 1e-4}, {"maximize": True}],
    "Adagrad": [{}, {"lr": 0.1, "lr_decay": 0.1}, {"weight_decay": 0.1, "initial_accumulator_value": 0.2}, {"maximize": True}],
    "Adadelta": [{}, {"rho": 0.8, "lr": 0.5}, {"weight_decay": 0.1}, {"maximize": True}],
    "Adamax": ADAMS,
    "NAdam": [*ADAMS, {"weight_decay": 0.1, "decoupled_weight_decay": True}, {"momentum_decay": 0.01}],
    "RAdam": [*ADAMS, {"weight_decay": 0.1, "decoupled_weight_decay": True}],
}

cases = []
for name, settings in OPTIONS.items():
    for options in settings:
        for dtype in ("float32", "float64") if options in ({}, {"weight_decay": 0.1}) else ("float32",):
            d = getattr(torch, dtype)
            for roots in (PLAIN, EXACT):
                torch.Tensor.sqrt, torch.Tensor.sqrt_ = roots
                torch.manual_seed(0)
                params = [torch.randn(s).to(d).requires_grad_() for s in ((5, 7), (20,))]
                optimizer = getattr(torch.optim, name)(params, **options)
                hashes = []
                for _ in range(10):
                    for p in params:
                        p.grad = torch.randn(p.shape).to(d)
                    optimizer.step()
                    states = [v for p in params for v in optimizer.state[p].values() if v is not None]
                    hashes.append([fnv(params), fnv(states)])
                if roots is PLAIN:
                    last = [x for p in params for x in p.flatten()[:2].tolist()]
            keys = list(optimizer.state[params[0]].keys())
            saved = optimizer.state_dict()
            groups = [{k: v if not isinstance(v, tuple) else list(v) for k, v in g.items()} for g in saved["param_groups"]]
            cases.append({"name": name, "options": {k: list(v) if isinstance(v, tuple) else v for k, v in options.items()}, "dtype": dtype,
                          "hashes": hashes, "repr": repr(optimizer), "state": keys, "groups": groups, "last": last})

SCHEDULES = [
    ("StepLR", {"step_size": 3}, {}), ("StepLR", {"step_size": 2, "gamma": 0.5}, {}),
    ("MultiStepLR", {"milestones": [2, 5, 5, 9]}, {}), ("ExponentialLR", {"gamma": 0.9}, {}),
    ("CosineAnnealingLR", {"T_max": 5}, {}), ("CosineAnnealingLR", {"T_max": 12, "eta_min": 0.01}, {}),
    ("LinearLR", {}, {}), ("LinearLR", {"start_factor": 0.5, "end_factor": 0.1, "total_iters": 4}, {}),
    ("ConstantLR", {}, {}), ("PolynomialLR", {"total_iters": 6, "power": 2.0}, {}), ("PolynomialLR", {}, {}),
    ("CosineAnnealingWarmRestarts", {"T_0": 3}, {}), ("CosineAnnealingWarmRestarts", {"T_0": 2, "T_mult": 2, "eta_min": 0.001}, {}),
    ("OneCycleLR", {"max_lr": 0.5, "total_steps": 16}, {}),
    ("CyclicLR", {"base_lr": 0.01, "max_lr": 0.1, "step_size_up": 4}, {}),
    ("CyclicLR", {"base_lr": 0.01, "max_lr": 0.1, "step_size_up": 2, "step_size_down": 3, "mode": "triangular2"}, {}),
    ("CyclicLR", {"base_lr": 0.01, "max_lr": 0.1, "step_size_up": 3, "mode": "exp_range", "gamma": 0.9, "cycle_momentum": False}, {}),
    ("OneCycleLR", {"max_lr": 0.5, "epochs": 2, "steps_per_epoch": 8, "anneal_strategy": "linear", "three_phase": True}, {}),
]
LAMBDAS = {"LambdaLR": "lambda e: 0.95 ** e", "MultiplicativeLR": "lambda e: 0.95"}
METRICS = [1.0, 0.9, 0.95, 0.94, 0.93, 0.91, 0.905, 0.9, 0.9, 0.8, 0.81, 0.82, 0.83, 0.84, 0.85]

schedules = []


def schedule(name, options, step_args):
    p = torch.zeros(2, requires_grad=True)
    q = torch.zeros(2, requires_grad=True)
    optimizer = torch.optim.SGD([{"params": [p]}, {"params": [q], "lr": 0.3}], lr=0.05, momentum=0.9)
    made = dict(options)
    if name in LAMBDAS:
        made["lr_lambda"] = eval(LAMBDAS[name])
    scheduler = getattr(lr_scheduler, name)(optimizer, **made)
    rates, momenta = [[g["lr"] for g in optimizer.param_groups]], [optimizer.param_groups[0]["momentum"]]
    for i in range(15):
        optimizer.step()
        scheduler.step(*([METRICS[i]] if step_args else []))
        rates.append([g["lr"] for g in optimizer.param_groups])
        momenta.append(optimizer.param_groups[0]["momentum"])
    state = {k: v for k, v in scheduler.state_dict().items() if isinstance(v, (int, float, list)) and not isinstance(v, bool)}
    schedules.append({"name": name, "options": options, "rates": rates, "momenta": momenta, "last": scheduler.get_last_lr(), "stateKeys": list(scheduler.state_dict().keys())})


for name, options, _ in SCHEDULES:
    schedule(name, options, False)
for name in LAMBDAS:
    schedule(name, {}, False)
for options in ({}, {"factor": 0.5, "patience": 1}, {"patience": 0, "cooldown": 2, "min_lr": 0.02}, {"mode": "max", "patience": 2, "threshold": 0.01, "threshold_mode": "abs"}):
    schedule("ReduceLROnPlateau", options, True)

w = torch.zeros(2, requires_grad=True)
ERRORS = [
    ("SGD", [w], {"lr": -1}), ("SGD", [w], {"lr": -0.5}), ("SGD", [w], {"momentum": -1.0}), ("SGD", [w], {"nesterov": True}), ("SGD", [], {}),
    ("Adam", [w], {"betas": (1.0, 0.999)}), ("Adam", [w], {"betas": (0.9, -0.1)}), ("Adam", [w], {"eps": -1.0}), ("Adam", [w], {"weight_decay": -0.1}),
    ("RMSprop", [w], {"alpha": -0.1}), ("Adadelta", [w], {"rho": 1.5}), ("Adagrad", [w], {"initial_accumulator_value": -1.0}),
    ("SGD", w, {}), ("SGD", ["text"], {}), ("SGD", [w * 2], {}), ("SGD", [{"params": [w]}, {"params": [w]}], {}),
]
errors = []
for name, params, options in ERRORS:
    try:
        getattr(torch.optim, name)(params, **options)
    except Exception as e:
        errors.append([name, len(errors), {k: list(v) if isinstance(v, tuple) else v for k, v in options.items()}, type(e).__name__, str(e)])

here = pathlib.Path(__file__).parent
text = json.dumps({"torch": torch.__version__, "cases": cases, "schedules": schedules, "errors": errors}, separators=(",", ":"))
(here / "optim.json").write_text(text.replace('{"name"', '\n{"name"') + "\n")
print(len(cases), len(schedules), len(errors))
