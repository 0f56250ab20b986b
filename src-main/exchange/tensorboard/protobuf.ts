/** The wire format of protocol buffers (protobuf.dev/programming-guides/encoding), writing only: what TensorBoard's files need. */

/** A field as it stands in a message. */
export type Field = Buffer

export function message(...fields: readonly Field[]): Buffer {
  return Buffer.concat(fields)
}

export function integer(number: number, value: number): Field {
  return Buffer.concat([tag(number, 0), varint(value)])
}

export function double(number: number, value: number): Field {
  const bytes = Buffer.alloc(8)
  bytes.writeDoubleLE(value)
  return Buffer.concat([tag(number, 1), bytes])
}

/** Rounded to 32 bits, as TensorBoard keeps scalars. */
export function float(number: number, value: number): Field {
  const bytes = Buffer.alloc(4)
  bytes.writeFloatLE(value)
  return Buffer.concat([tag(number, 5), bytes])
}

export function text(number: number, value: string): Field {
  return nested(number, Buffer.from(value, 'utf8'))
}

export function nested(number: number, content: Buffer): Field {
  return Buffer.concat([tag(number, 2), varint(content.length), content])
}

function tag(number: number, wireType: number): Buffer {
  return varint(number * 8 + wireType)
}

/** @param value a whole number from 0 to 2⁵³ − 1 */
function varint(value: number): Buffer {
  const bytes: number[] = []
  let rest = value
  while (rest >= 128) {
    bytes.push((rest % 128) + 128)
    rest = Math.floor(rest / 128)
  }
  bytes.push(rest)
  return Buffer.from(bytes)
}
