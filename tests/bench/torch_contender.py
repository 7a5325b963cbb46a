"""PyTorch on one thread: reads a question a line, answers with a line of JSON. `src/torch.rs` asks."""

import json
import math
import sys
import time

import torch
from torch import nn

torch.set_num_threads(1)


class Last(nn.Module):
    """A recurrent layer whose last state the head reads."""

    def __init__(self, cell, width):
        super().__init__()
        self.cell = cell
        self.head = nn.Linear(width, 1)

    def forward(self, x):
        return self.head(self.cell(x)[0][:, -1])


def network(config, tensors, inputs):
    """The network of a run file, and its parameters' names in the file, in PyTorch's order."""
    if config["kind"] == "mlp":
        names = [f"block{layer + 1}.linear0" for layer in range(config["depth"])] + ["head"]
        layers = []
        for name in names:
            rows, columns = tensors[f"{name}.weight"]["shape"]
            layers += [nn.Linear(columns, rows)] + ([nn.Tanh()] if name != "head" else [])
        return nn.Sequential(*layers), [f"{name}.{part}" for name in names for part in ("weight", "bias")]
    width = tensors["head.weight"]["shape"][1]
    kind = {"rnn": nn.RNN, "lstm": nn.LSTM, "gru": nn.GRU}[config["kind"]]
    model = Last(kind(inputs, width, batch_first=True), width)
    return model, [name.removeprefix("cell.") for name, _ in model.named_parameters()]


class Contender:
    def open(self, path, steps):
        with open(path) as file:
            run = json.load(file)
        def tensor(of):
            return torch.tensor(of["data"], dtype=torch.float32).reshape(of["shape"])

        self.batches = [(tensor(batch["inputs"]), tensor(batch["targets"])) for batch in run["batches"]]
        self.model, names = network(run["config"], run["parameters"], self.batches[0][0].shape[-1])
        with torch.no_grad():
            for parameter, name in zip(self.model.parameters(), names, strict=True):
                parameter.copy_(tensor(run["parameters"][name]))
        self.optimizer = torch.optim.SGD(self.model.parameters(), lr=run["config"]["optimizer"]["lr"])
        self.next = 0
        self.count = 1
        losses = []
        for _ in range(steps):
            losses.append(self.loss())
            self.step(1)
        return {"parameters": sum(p.numel() for p in self.model.parameters()), "losses": losses}

    def error(self):
        inputs, targets = self.batches[self.next]
        return nn.functional.mse_loss(self.model(inputs), targets)

    def step(self, count):
        for _ in range(count):
            self.optimizer.zero_grad()
            self.error().backward()
            self.optimizer.step()
            self.next = (self.next + 1) % len(self.batches)

    def run(self):
        start = time.perf_counter()
        self.step(self.count)
        return 1000 * (time.perf_counter() - start)

    def calibrate(self, milliseconds):
        while (took := self.run()) < milliseconds:
            self.count *= math.ceil(milliseconds / took) if took > milliseconds / 8 else 8

    def time(self):
        return 1000 * self.run() / self.count

    def loss(self):
        with torch.no_grad():
            return self.error().item()


contender = Contender()
for line in sys.stdin:
    name, *arguments = json.loads(line)
    try:
        answer = {"value": getattr(contender, name)(*arguments)}
    except Exception as error:  # Whatever it is, the bench goes on without it.
        answer = {"error": repr(error)}
    print(json.dumps(answer), flush=True)
