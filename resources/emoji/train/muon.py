"""Muon (Jordan et al. 2024) for matrices and convolution kernels: the momentum is made nearly orthogonal before it is applied, so that
rare directions are learned as fast as common ones. Scaled as in Liu et al. 2025 (arXiv 2502.16982), so that AdamW's rates fit."""
import torch


class Muon(torch.optim.Optimizer):
    def __init__(self, parameters, lr, momentum=0.95, weight_decay=0.01):
        super().__init__(parameters, dict(lr=lr, momentum=momentum, weight_decay=weight_decay))

    @torch.no_grad()
    def step(self):
        for group in self.param_groups:
            for p in group["params"]:
                state = self.state[p]
                if not state:
                    state["momentum"] = torch.zeros_like(p)
                state["momentum"].lerp_(p.grad, 1 - group["momentum"])
                direction = orthogonal(p.grad.lerp(state["momentum"], group["momentum"]).flatten(1))
                scale = 0.2 * max(direction.shape) ** 0.5
                p.mul_(1 - group["lr"] * group["weight_decay"]).sub_(direction.view(p.shape), alpha=group["lr"] * scale)


def orthogonal(x):
    """The nearest matrix with orthonormal rows or columns, roughly: five steps of a Newton-Schulz iteration."""
    tall = x.shape[0] > x.shape[1]
    x = x.t() if tall else x
    x = x / (x.norm() + 1e-7)
    for _ in range(5):
        a = x @ x.t()
        x = 3.4445 * x + (-4.775 * a + 2.0315 * a @ a) @ x
    return (x.t() if tall else x).contiguous()
