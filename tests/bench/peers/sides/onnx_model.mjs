// The bytes of an ONNX model that is one convolution, written by hand: a few fields of a protocol buffer.
// Field numbers: onnx.proto of the ONNX specification.

function varint(value) {
  const bytes = [];
  for (; value > 127; value = Math.floor(value / 128)) bytes.push((value % 128) + 128);
  return [...bytes, value];
}

function join(parts) {
  const all = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

const number = (field, value) => [...varint(field * 8), ...varint(value)];
const bytes = (field, body) => join([varint(field * 8 + 2), varint(body.length), body]);
const text = (field, value) => bytes(field, new TextEncoder().encode(value));
const message = (field, ...parts) => bytes(field, join(parts));

const tensor = (field, name, shape, values) => message(field, ...shape.map((length) => number(1, length)), number(2, 1), text(8, name),
  bytes(9, new Uint8Array(values.buffer, values.byteOffset, values.byteLength)));
const value = (field, name, shape) => message(field, text(1, name),
  message(2, message(1, number(1, 1), message(2, ...shape.map((length) => message(1, number(1, length)))))));
const integers = (field, name, list) => message(field, text(1, name), ...list.map((one) => number(8, one)), number(20, 7));

/** x [batch, channels, height, width] -> y, 'same' padding. `weights` is [out, in, kernel, kernel]. */
export function convolution_model({ batch, input: [channels, height, width], filters, kernel, weights, biases }) {
  const half = kernel >> 1;
  return join([number(1, 8), message(8, number(2, 13)), message(7,
    message(1, ...['x', 'w', 'b'].map((name) => text(1, name)), text(2, 'y'), text(4, 'Conv'),
      integers(5, 'kernel_shape', [kernel, kernel]), integers(5, 'pads', [half, half, half, half])),
    text(2, 'one convolution'), tensor(5, 'w', [filters, channels, kernel, kernel], weights), tensor(5, 'b', [filters], biases),
    value(11, 'x', [batch, channels, height, width]), value(12, 'y', [batch, filters, height, width]))]);
}
