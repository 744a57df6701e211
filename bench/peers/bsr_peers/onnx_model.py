"""The network as ONNX: in f32, or with 8-bit convolutions in the form that runtimes fuse (quantise, dequantise)."""

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

from .network import MEAN, SLOPE, Network, Stage


class Graph:
    """A graph as it grows; each method adds an operator and gives the name of its output."""

    def __init__(self, shape: list[int], eight_bit: bool) -> None:
        self.eight_bit = eight_bit
        self.nodes: list[onnx.NodeProto] = []
        self.constants: list[onnx.TensorProto] = []
        self.input = helper.make_tensor_value_info("input", TensorProto.FLOAT, shape)

    def add(self, operator: str, *inputs: str, **attributes: object) -> str:
        name = f"{operator.lower()}{len(self.nodes)}"
        self.nodes.append(helper.make_node(operator, list(inputs), [name], **attributes))
        return name

    def constant(self, value: np.ndarray) -> str:
        name = f"constant{len(self.constants)}"
        self.constants.append(numpy_helper.from_array(np.ascontiguousarray(value), name))
        return name

    def conv(self, x: str, weight: np.ndarray, bias: np.ndarray) -> str:
        pads = [weight.shape[2] // 2] * 4
        return self.add("Conv", x, self.constant(weight), self.constant(bias), pads=pads)

    def quantised(self, x: str, scale: float, zero: int) -> str:
        """Rounds to 8 bits and back."""
        parameters = self.constant(np.float32(scale)), self.constant(np.uint8(zero))
        return self.add("DequantizeLinear", self.add("QuantizeLinear", x, *parameters), *parameters)

    def stage(self, x: str, stage: Stage) -> str:
        sign = self.add("Sign", x)
        if self.eight_bit:
            t = self.eight_bit_conv(sign, stage)
        else:
            t = self.conv(sign, stage.scaled(), stage.offset)
        v = self.add("Add", x, t)
        return self.add("LeakyRelu", v, alpha=SLOPE) if stage.leaky else v

    def eight_bit_conv(self, sign: str, stage: Stage) -> str:
        """Signs as 0 and 2 with zero point 1; signs of weights with the scale of their output."""
        sign = self.quantised(sign, 1.0, 1)
        scale, zero = np.maximum(np.abs(stage.scale), 1e-6), np.zeros(len(stage.scale), np.int8)
        signs = stage.weight * np.sign(stage.scale)[:, None, None, None]
        parameters = self.constant(scale.astype(np.float32)), self.constant(zero)
        weight = self.add("DequantizeLinear", self.constant(signs.astype(np.int8)), *parameters, axis=0)
        bias = np.round(stage.offset / scale).astype(np.int32)
        zeros = self.constant(np.zeros(len(scale), np.int32))
        bias = self.add("DequantizeLinear", self.constant(bias), parameters[0], zeros, axis=0)
        t = self.add("Conv", sign, weight, bias, pads=[1] * 4)
        # Four standard deviations of a dot product of random signs.
        return self.quantised(t, float(scale.max()) * 4 * np.sqrt(stage.weight[0].size) / 127, 128)

    def model(self, output: str) -> onnx.ModelProto:
        result = helper.make_tensor_value_info(output, TensorProto.FLOAT, None)
        graph = helper.make_graph(self.nodes, "network", [self.input], [result], self.constants)
        return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)], ir_version=8)


def layer(network: Network, height: int, width: int, eight_bit: bool) -> onnx.ModelProto:
    """The second stage alone, which has no activation."""
    graph = Graph([1, network.channels, height, width], eight_bit)
    return graph.model(graph.stage("input", network.stages[1]))


def whole(network: Network, height: int, width: int, eight_bit: bool) -> onnx.ModelProto:
    """Pixels of 0 to 255 to pixels of 0 to 255, both f32."""
    graph = Graph([1, 1, height, width], eight_bit)
    mean = graph.constant(np.float32(MEAN))
    x = first = graph.conv(graph.add("Sub", "input", mean), *network.head)
    for stage in network.stages:
        x = graph.stage(x, stage)
    y = graph.conv(graph.add("Add", x, first), *network.tail)
    y = graph.add("DepthToSpace", y, blocksize=network.scale, mode="CRD")
    return graph.model(graph.add("Clip", graph.add("Add", y, mean), graph.constant(np.float32(0)), graph.constant(np.float32(255))))
