"""Networks exported to ONNX as Optimum lays them out, by both exporters of PyTorch, without their weights.

Every initializer that is a parameter, as it is or transposed, becomes external data: the file of it is generated where it is needed.
"""

import io
from dataclasses import dataclass

import numpy as np
import onnx
import torch
from onnx import ModelProto, TensorProto, external_data_helper, numpy_helper
from torch import Tensor

from oracle.forward import FORWARD
from oracle.networks import Network

DATA = "model.onnx_data"  # Optimum's name for the file of the weights.
SMALLEST = 17  # Numbers: what is smaller stays in the model.


@dataclass(frozen=True)
class Interface:
    """Names of the inputs and outputs, and the free dimensions of each input by axis."""

    inputs: dict[str, dict[int, str]]
    outputs: list[str]


INTERFACES = {
    "unet": Interface({"sample": {0: "batch_size", 2: "height", 3: "width"}, "timestep": {},
                       "encoder_hidden_states": {0: "batch_size", 1: "sequence_length"}}, ["out_sample"]),
    "text_encoder": Interface({"input_ids": {0: "batch_size", 1: "sequence_length"}}, ["last_hidden_state", "pooler_output"]),
    "vae_decoder": Interface({"latent_sample": {0: "batch_size", 2: "height", 3: "width"}}, ["sample"]),
    "vae_encoder": Interface({"sample": {0: "batch_size", 2: "height", 3: "width"}}, ["latent_parameters"]),
}


@dataclass(frozen=True)
class Exporter:
    name: str
    opset: int
    dynamo: bool
    static: bool = False  # All dimensions fixed.


class Component(torch.nn.Module):
    """A network with the tensors of its interface, one argument an input."""

    def __init__(self, module: torch.nn.Module, component: str) -> None:
        super().__init__()
        self.network, self.component = module, component

    def forward(self, *inputs: Tensor) -> tuple[Tensor, ...]:
        named = dict(zip(INTERFACES[self.component].inputs, inputs, strict=True))
        return tuple(FORWARD[self.component](self.network, named).values())


def export(network: Network, component: str, exporter: Exporter, inputs: dict[str, Tensor]) -> tuple[ModelProto, list[dict]]:
    """The model without weights, and what its data file holds: parameters in order, transposed where the exporter did that."""
    interface = INTERFACES[component]
    module = Component(network.build(), component).eval()
    arguments = tuple(inputs[name] for name in interface.inputs)
    names = {"input_names": list(interface.inputs), "output_names": interface.outputs, "opset_version": exporter.opset}
    if exporter.dynamo:
        free = tuple({axis: torch.export.Dim.DYNAMIC for axis in axes} or None for axes in interface.inputs.values())
        # Of a forward with *inputs, all dimensions form one tuple.
        program = torch.onnx.export(module, arguments, dynamo=True, verbose=False,
                                    dynamic_shapes=None if exporter.static else (free,), **names)
        model = program.model_proto
    else:
        buffer = io.BytesIO()
        torch.onnx.export(module, arguments, buffer, dynamo=False, dynamic_axes=interface.inputs, **names)
        model = onnx.load_from_string(buffer.getvalue())
    return model, strip(model, network)


def strip(model: ModelProto, network: Network) -> list[dict]:
    """Take out the weights, and what only people read."""
    parameters = {name: parameter.detach().numpy() for name, parameter in network.build().named_parameters()}
    by_bytes = {weight.tobytes(): (name, False) for name, weight in parameters.items()}
    by_bytes |= {np.ascontiguousarray(weight.T).tobytes(): (name, True) for name, weight in parameters.items() if weight.ndim == 2}
    by_bytes |= {weight.tobytes(): (name, False) for name, weight in parameters.items()}
    stored, offset = [], 0
    for tensor in model.graph.initializer:
        data = numpy_helper.to_array(tensor)
        if tensor.data_type != TensorProto.FLOAT or data.size < SMALLEST or data.tobytes() not in by_bytes:
            continue
        name, transposed = by_bytes[data.tobytes()]
        stored.append({"name": network.stored_name(name), "shape": list(parameters[name].shape), "transposed": transposed})
        tensor.raw_data = data.tobytes()
        external_data_helper.set_external_data(tensor, location=DATA, offset=offset, length=data.nbytes)
        tensor.ClearField("raw_data")
        offset += data.nbytes
    del model.graph.value_info[:], model.metadata_props[:], model.graph.metadata_props[:]
    model.doc_string = model.graph.doc_string = ""
    for item in (*model.graph.node, *model.graph.initializer, *model.graph.input, *model.graph.output):
        del item.metadata_props[:]
        item.doc_string = ""
    return stored
