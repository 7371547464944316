// How files of PyTorch begin.

/** As many bytes as the signature looks at. */
export const TORCH_SIGNATURE_BYTES = 9;

/**
 * A zip archive, or the bare pickle of older versions, of bytes as Latin-1. Safetensors begin with the length of their header in 8 bytes, the
 * lowest first, which for 640 or 896 are those of a pickle: zeros behind them and the header's `{` tell.
 */
export const TORCH_SIGNATURE = /^(?![^]{4}\0{4}\{)(PK\x03\x04|\x80[\x02-\x05])/;
