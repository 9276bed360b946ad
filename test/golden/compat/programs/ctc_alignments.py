# Connectionist temporal classification: reductions, infinite losses, flat targets, one sequence, mistakes.
import torch
import torch.nn.functional as F

torch.manual_seed(1)
steps, batch, classes = 7, 3, 5
logs = torch.randn(steps, batch, classes).log_softmax(2).requires_grad_()
targets = torch.randint(1, classes, (batch, 4))
targets[1] = torch.tensor([2, 2, 2, 2])
inputs = torch.tensor([7, 7, 5])
lengths = torch.tensor([4, 4, 2])
for reduction in ("none", "mean", "sum"):
    for zero_infinity in (False, True):
        loss = F.ctc_loss(logs, targets, inputs, lengths, reduction=reduction, zero_infinity=zero_infinity)
        (grad,) = torch.autograd.grad(loss.sum(), logs)
        print(reduction, zero_infinity, loss)
        print(grad[:, 1])
        print(grad[:, 2])

# Seven steps are too few for a label that stands five times in a row.
many = torch.full((batch, 5), 2)
loss = F.ctc_loss(logs, many, inputs, torch.tensor([5, 4, 1]), reduction="none")
print(loss)
loss = F.ctc_loss(logs, many, inputs, torch.tensor([5, 4, 1]), reduction="sum", zero_infinity=True)
print(loss, torch.autograd.grad(loss, logs)[0][:, 0])

flat = torch.cat([targets[i, :n] for i, n in enumerate(lengths)])
print(F.ctc_loss(logs, flat, inputs, lengths))
print(F.ctc_loss(logs, flat, (7, 7, 5), (4, 4, 2), blank=4))
print(torch.ctc_loss(logs, flat, (7, 7, 5), (4, 4, 2), 0, 1, True))

single = logs[:, 0].detach().requires_grad_()
loss = F.ctc_loss(single, targets[0], torch.tensor(7), torch.tensor(4))
loss.backward()
print(loss, single.grad)
print(F.ctc_loss(single, targets[0], torch.tensor(7), torch.tensor(4), reduction="none"))
print(F.ctc_loss(logs, targets, inputs, torch.tensor([0, 1, 0]), reduction="none"))
criterion = torch.nn.CTCLoss(zero_infinity=True)
print(criterion, criterion(logs, targets, inputs, lengths))
double = logs.double().detach().requires_grad_()
loss = F.ctc_loss(double, targets, inputs, lengths, reduction="none")
print(loss, torch.autograd.grad(loss[0] + loss[2], double)[0][:, 0])


def mistake(inputs=inputs, lengths=lengths, targets=targets, **options):
    try:
        F.ctc_loss(logs, targets, inputs, lengths, **options)
    except Exception as error:
        print(type(error).__name__, error)


mistake(inputs=torch.tensor([7, 7]))
mistake(inputs=torch.tensor([8, 7, 5]))
mistake(inputs=torch.tensor([7, -1, 5]))
mistake(lengths=torch.tensor([5, 4, 2]))
mistake(lengths=torch.tensor([4, 4]))
mistake(targets=flat[:-1])
mistake(blank=5)
mistake(reduction="x")
