"""The runtimes. Each function gives what a run calls, by what it computes, or raises :class:`Missing`.

Settings are the fastest that each runtime documents for latency: all graph optimisations, the asked number of threads, and
channels innermost for PyTorch.
"""

from collections.abc import Callable

import numpy as np

from . import onnx_model
from .network import MEAN, SLOPE, Network, Stage, picture, stream

Runs = dict[str, Callable[[], object]]


class Missing(Exception):
    """The runtime or the instruction set is not here."""


def inputs(network: Network, size: tuple[int, int]) -> dict[str, np.ndarray]:
    return {"network": picture(*size), "layer": stream(network, *size)}


def onnx_models(network: Network, size: tuple[int, int], eight_bit: bool) -> dict[str, bytes]:
    models = {"network": onnx_model.whole, "layer": onnx_model.layer}
    return {what: model(network, *size, eight_bit).SerializeToString() for what, model in models.items()}


def onnxruntime(network: Network, size: tuple[int, int], threads: int, eight_bit: bool = False) -> Runs:
    """ONNX Runtime on the CPU."""
    import onnxruntime as ort

    options = ort.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    options.graph_optimization_level = ort.GraphOptimizationLevel.ORT_ENABLE_ALL
    options.log_severity_level = 3
    values = inputs(network, size)

    def run(what: str, model: bytes) -> Callable[[], object]:
        session = ort.InferenceSession(model, options, providers=["CPUExecutionProvider"])
        return lambda: session.run(None, {"input": values[what]})

    return {what: run(what, model) for what, model in onnx_models(network, size, eight_bit).items()}


def openvino(network: Network, size: tuple[int, int], threads: int, precision: str = "f32", eight_bit: bool = False) -> Runs:
    """OpenVINO on the CPU."""
    import openvino as ov

    core = ov.Core()
    if precision == "bf16" and "BF16" not in core.get_property("CPU", "OPTIMIZATION_CAPABILITIES"):
        raise Missing("OpenVINO has no bf16 on this CPU")
    models = {what: core.read_model(model) for what, model in onnx_models(network, size, eight_bit).items()}
    return compiled(core, models, network, size, threads, precision)


def openvino_binary(network: Network, size: tuple[int, int], threads: int) -> Runs:
    """OpenVINO's BinaryConvolution: a layer's signs and dots, without scale and skip."""
    import openvino as ov
    from openvino import opset1

    stage = network.stages[1]
    data = opset1.parameter([1, network.channels, *size], dtype=np.float32, name="input")
    limits = [opset1.constant(np.float32(value)) for value in (0, 0, -1, 1)]
    signs = opset1.fake_quantize(data, *limits, levels=2)
    bits = np.packbits(stage.weight.reshape(-1) > 0, bitorder="little")
    tensor = ov.Tensor(bits, ov.Shape(stage.weight.shape), ov.Type.u1)
    dots = opset1.binary_convolution(signs, ov.op.Constant(tensor), [1, 1], [1, 1], [1, 1], [1, 1], "xnor-popcount", -1.0)
    model = ov.Model([dots], [data], "layer")
    return compiled(ov.Core(), {"layer": model}, network, size, threads, "f32")


def compiled(core, models: dict, network: Network, size: tuple[int, int], threads: int, precision: str) -> Runs:
    """Models as OpenVINO runs them for the shortest latency."""
    settings = {
        "PERFORMANCE_HINT": "LATENCY",
        "NUM_STREAMS": "1",
        "INFERENCE_NUM_THREADS": str(threads),
        "INFERENCE_PRECISION_HINT": precision,
    }
    values = inputs(network, size)

    def run(what: str, model) -> Callable[[], object]:
        request = core.compile_model(model, "CPU", settings).create_infer_request()
        return lambda: request.infer([values[what]])

    return {what: run(what, model) for what, model in models.items()}


def torch(
    network: Network, size: tuple[int, int], threads: int, precision: str = "float32", compiled: bool = False
) -> Runs:
    """PyTorch with oneDNN, frozen and optimised for inference, or compiled by Inductor with its parameters frozen."""
    import torch as t
    from torch import nn
    from torch.nn import functional as f

    t.set_num_threads(threads)
    kind = getattr(t, precision)
    # A compiled module checks its tensors' dispatch keys, which inference mode changes.
    mode = t.no_grad if compiled else t.inference_mode

    def parameter(values: np.ndarray) -> nn.Parameter:
        return nn.Parameter(t.from_numpy(values), requires_grad=False)

    class Binary(nn.Module):
        def __init__(self, stage: Stage) -> None:
            super().__init__()
            self.weight, self.bias, self.leaky = parameter(stage.scaled()), parameter(stage.offset), stage.leaky

        def forward(self, x):
            v = x + f.conv2d(x.sign(), self.weight, self.bias, padding=1)
            return f.leaky_relu(v, SLOPE) if self.leaky else v

    class Whole(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.stages = nn.Sequential(*map(Binary, network.stages))
            self.head, self.head_bias = map(parameter, network.head)
            self.tail, self.tail_bias = map(parameter, network.tail)

        def forward(self, x):
            first = f.conv2d(x - MEAN, self.head, self.head_bias, padding=1)
            y = f.conv2d(self.stages(first) + first, self.tail, self.tail_bias, padding=1)
            return (f.pixel_shuffle(y, network.scale) + MEAN).clamp(0, 255)

    def run(module: nn.Module, value: np.ndarray) -> Callable[[], object]:
        with mode():
            x = t.from_numpy(value).to(kind).contiguous(memory_format=t.channels_last)
            module = module.eval().to(kind).to(memory_format=t.channels_last)
            if compiled:
                module = t.compile(module, options={"freezing": True})
            else:
                module = t.jit.optimize_for_inference(t.jit.trace(module, x))

        def infer() -> object:
            with mode():
                return module(x)

        return infer

    values = inputs(network, size)
    modules = {"network": Whole(), "layer": Binary(network.stages[1])}
    return {what: run(module, values[what]) for what, module in modules.items()}


PEERS: dict[str, tuple[str, Callable[[Network, tuple[int, int], int], Runs]]] = {
    "onnxruntime": ("ONNX Runtime fp32", onnxruntime),
    "onnxruntime-int8": ("ONNX Runtime int8", lambda *a: onnxruntime(*a, eight_bit=True)),
    "openvino": ("OpenVINO fp32", openvino),
    "openvino-bf16": ("OpenVINO bf16", lambda *a: openvino(*a, precision="bf16")),
    "openvino-int8": ("OpenVINO int8", lambda *a: openvino(*a, eight_bit=True)),
    "openvino-binary": ("OpenVINO BinaryConvolution, dots only", openvino_binary),
    "torch": ("PyTorch fp32", torch),
    "torch-bf16": ("PyTorch bf16", lambda *a: torch(*a, precision="bfloat16")),
    "torch-compile": ("PyTorch compiled fp32", lambda *a: torch(*a, compiled=True)),
    "torch-compile-bf16": ("PyTorch compiled bf16", lambda *a: torch(*a, precision="bfloat16", compiled=True)),
}
