import protobuf from 'protobufjs/minimal.js'

/** Fields of messages as bytes: what TensorBoard's files need of protocol buffers. */
export type Field = Uint8Array

export function message(...fields: readonly Field[]): Buffer {
  return Buffer.concat(fields)
}

/** @param value a whole number from 0 to 2⁵³ − 1 */
export function integer(number: number, value: number): Field {
  return field(number, 0).uint64(value).finish()
}

export function double(number: number, value: number): Field {
  return field(number, 1).double(value).finish()
}

/** Rounded to 32 bits, as TensorBoard keeps scalars. */
export function float(number: number, value: number): Field {
  return field(number, 5).float(value).finish()
}

export function text(number: number, value: string): Field {
  return field(number, 2).string(value).finish()
}

export function nested(number: number, content: Field): Field {
  return field(number, 2).bytes(content).finish()
}

function field(number: number, wireType: number): protobuf.Writer {
  return protobuf.Writer.create().uint32(number * 8 + wireType)
}
