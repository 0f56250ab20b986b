import protobuf from 'protobufjs/minimal.js'

type Handlers = Readonly<Record<number, (reader: protobuf.Reader) => void>>

/** Fields of a message of protocol buffers, by number; fields that nobody reads are passed over. @throws RangeError, Error for what is no message */
export function readFields(bytes: Uint8Array, handlers: Handlers): void {
  const reader = protobuf.Reader.create(bytes)
  while (reader.pos < reader.len) {
    const tag = reader.uint32()
    const handler = handlers[tag >>> 3]
    if (handler === undefined) reader.skipType(tag & 7)
    else handler(reader)
  }
}
