// The Python names that may occur in a PyTorch file of weights. Nothing of them is ever run: the first two groups are understood, the rest is kept as a name.

import type { DataType } from "../../common/tensor.ts";

export const STORAGE_TYPES: { readonly [name: string]: DataType | undefined } = {
  "torch.DoubleStorage": "float64",
  "torch.FloatStorage": "float32",
  "torch.HalfStorage": "float16",
  "torch.BFloat16Storage": "bfloat16",
  "torch.LongStorage": "int64",
  "torch.IntStorage": "int32",
  "torch.ShortStorage": "int16",
  "torch.CharStorage": "int8",
  "torch.ByteStorage": "uint8",
  "torch.BoolStorage": "bool",
};

export const REBUILD_TENSOR = "torch._utils._rebuild_tensor_v2";
/** Each wraps a tensor, its first argument. */
export const REBUILD_PARAMETER: ReadonlySet<string> = new Set([
  "torch._utils._rebuild_parameter",
  "torch._utils._rebuild_parameter_with_state",
]);

const LIGHTNING = ["pytorch_lightning.callbacks", "lightning.pytorch.callbacks"].flatMap((module) => [
  `${module}.model_checkpoint.ModelCheckpoint`,
  `${module}.early_stopping.EarlyStopping`,
  `${module}.lr_monitor.LearningRateMonitor`,
  `${module}.ModelCheckpoint`,
  `${module}.EarlyStopping`,
]);

const NUMPY = ["numpy.core", "numpy._core"].flatMap((module) => [
  `${module}.multiarray.scalar`,
  `${module}.multiarray._reconstruct`,
  `${module}.numeric._frombuffer`,
]);

const TORCH_TYPES = [
  ...["float64", "float32", "float16", "bfloat16", "int64", "int32", "int16", "int8", "uint8", "bool"],
  ...["Size", "device"],
].map((name) => `torch.${name}`);

export const ALLOWED_NAMES: ReadonlySet<string> = new Set([
  ...Object.keys(STORAGE_TYPES),
  REBUILD_TENSOR,
  ...REBUILD_PARAMETER,

  "collections.OrderedDict",
  "collections.defaultdict",
  "torch.nn.modules.container.ParameterDict",

  ...TORCH_TYPES,
  ...LIGHTNING,
  ...NUMPY,
  "pytorch_lightning.utilities.enums.GradClipAlgorithmType",
  "pytorch_lightning.utilities.parsing.AttributeDict",
  "numpy.dtype",
  "numpy.ndarray",
  "argparse.Namespace",
  "omegaconf.dictconfig.DictConfig",
  "omegaconf.listconfig.ListConfig",
  "omegaconf.base.ContainerMetadata",
  "omegaconf.base.Metadata",
  "omegaconf.nodes.AnyNode",
  "typing.Any",
  "pathlib.PosixPath",
  "pathlib.WindowsPath",
  // How protocol 2 writes bytes, sets and the built-in classes.
  "_codecs.encode",
  "builtins.set",
  "builtins.frozenset",
  "builtins.bytearray",
  "builtins.complex",
  "builtins.dict",
  "builtins.list",
  "builtins.int",
  "builtins.float",
  "builtins.str",
  "builtins.bool",
]);
