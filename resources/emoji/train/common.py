"""What every stage needs: the device, resumable training, atomic files."""
import math
import os
import time

import torch

DEVICE = "cuda" if torch.cuda.is_available() else "cpu"
# bfloat16 pays where the processor multiplies it; elsewhere it is three times slower than float32
HALF = DEVICE == "cuda" or torch.cpu._is_avx512_bf16_supported()
torch.set_num_threads(int(os.environ.get("THREADS", "2")))


def save(path, value):
    """torch.save to a temporary name, then rename."""
    torch.save(value, f"{path}.tmp")
    os.replace(f"{path}.tmp", path)


class Run:
    """A training run of a planned number of minutes: `for step in run:`; checkpoints by itself, a second start goes on.
    With several processes `sync` averages a number over them and only the `chief` writes.

    The learning rate warms up over some steps and follows a half cosine of the *time* spent, so a run always ends annealed."""

    def __init__(self, path, minutes, rate, modules, optimiser, extra=None, every=120, sync=float, chief=True, warm=100):
        self.path, self.minutes, self.rate, self.every = path, minutes, rate, every
        self.modules, self.optimiser, self.extra = modules, optimiser, extra or {}
        self.sync, self.chief, self.warm = sync, chief, warm
        self.step, self.spent, self.log, self.after = 0, 0.0, [], None
        if os.path.exists(path):
            state = torch.load(path, map_location=DEVICE, weights_only=False)
            for k, m in modules.items():
                m.load_state_dict(state["modules"][k])
            optimiser.load_state_dict(state["optimiser"])
            self.extra.update(state["extra"])
            self.step, self.spent = state["step"], state["spent"]
            print(f"{path}: continues at step {self.step}, {self.spent / 60:.1f} min")

    def save(self):
        if not self.chief:
            return
        save(self.path, {"modules": {k: m.state_dict() for k, m in self.modules.items()}, "optimiser": self.optimiser.state_dict(),
                         "extra": self.extra, "step": self.step, "spent": self.spent})

    def done(self):
        return min(1.0, self.spent / (60 * self.minutes))

    def __iter__(self):
        if self.done() >= 1:
            return
        last_save = last = time.time()
        while True:
            lr = self.rate * min(1, (self.step + 1) / self.warm) * (0.02 + 0.98 * 0.5 * (1 + math.cos(math.pi * self.done())))
            for g in self.optimiser.param_groups:
                g["lr"] = lr
            yield self.step
            self.step += 1
            now = time.time()
            self.spent, last = self.spent + self.sync(now - last), now
            if self.done() >= 1 or now - last_save > self.every:
                self.save()
                last_save = now
                if self.after and self.chief:
                    self.after()
            if self.done() >= 1:
                return

    def note(self, every=50, **values):
        """Averages the values over `every` steps and prints a line."""
        self.log.append(values)
        if len(self.log) >= every and self.chief:
            mean = {k: sum(float(v[k]) for v in self.log) / len(self.log) for k in values}
            print(f"step {self.step + 1} {self.spent / 60:.1f} min  " + "  ".join(f"{k} {v:.4f}" for k, v in mean.items()), flush=True)
        if len(self.log) >= every:
            self.log = []
