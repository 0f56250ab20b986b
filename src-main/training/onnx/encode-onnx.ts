import protobuf from 'protobufjs/minimal.js'

/**
 * The part of the ONNX format that networks need, as bytes: onnx.proto of ONNX 1.12, IR version 8,
 * operator set 17, and set 3 of `ai.onnx.ml` for trees. Numbers beside `field` are those of the messages' fields there.
 */

const IR_VERSION = 8
/** Version of each set of operators, by its domain. */
const operatorSets = { '': 17, 'ai.onnx.ml': 3 } as const

/** TensorProto.DataType */
export const dataTypes = { float32: 1, int64: 7, float64: 11 } as const
/** AttributeProto.AttributeType */
const attributeTypes = { float: 1, int: 2, string: 3, tensor: 4, ints: 7, strings: 8 } as const

export type OnnxAttribute =
  | { readonly float: number }
  | { readonly int: number }
  | { readonly string: string }
  | { readonly tensor: OnnxTensor }
  | { readonly ints: readonly number[] }
  | { readonly strings: readonly string[] }

export interface OnnxNode {
  readonly operator: string
  /** Absent for the operators of ONNX itself. */
  readonly domain?: Exclude<keyof typeof operatorSets, ''>
  /** Empty strings are inputs and outputs that are left out. */
  readonly inputs: readonly string[]
  readonly outputs: readonly string[]
  readonly attributes: Readonly<Record<string, OnnxAttribute>>
}

export interface OnnxTensor {
  readonly name: string
  readonly shape: readonly number[]
  readonly data: Float32Array | Float64Array | BigInt64Array
}

/** An input or output of a graph; the first side is `rows`, as many as there are. */
interface OnnxValue {
  readonly name: string
  /** float32 if absent */
  readonly type?: 'float32' | 'float64'
  /** Without the first side. */
  readonly shape: readonly number[]
}

export interface OnnxGraph {
  readonly name: string
  readonly nodes: readonly OnnxNode[]
  readonly constants: readonly OnnxTensor[]
  readonly input: OnnxValue
  readonly output: OnnxValue
  /** Shown by viewers, read by programs. */
  readonly metadata: Readonly<Record<string, string>>
}

type Writer = protobuf.Writer

/** Bytes of an ONNX file. */
export function encodeOnnx(graph: OnnxGraph): Uint8Array {
  const writer = protobuf.Writer.create()
  writer.uint32(tag(1, VARINT)).int64(IR_VERSION)
  text(writer, 2, 'Tunewright')
  message(writer, 7, inner => encodeGraph(inner, graph))
  const used = graph.nodes.map(({ domain }) => domain ?? '')
  const domains = new Set<keyof typeof operatorSets>(['', ...used])
  for (const domain of domains) {
    message(writer, 8, inner => {
      text(inner, 1, domain)
      inner.uint32(tag(2, VARINT)).int64(operatorSets[domain])
    })
  }
  for (const [key, value] of Object.entries(graph.metadata)) {
    message(writer, 14, inner => {
      text(inner, 1, key)
      text(inner, 2, value)
    })
  }
  return writer.finish()
}

const VARINT = 0
const BYTES32 = 5
const DELIMITED = 2

function tag(field: number, wire: number): number {
  return ((field << 3) | wire) >>> 0
}

function text(writer: Writer, field: number, value: string): void {
  writer.uint32(tag(field, DELIMITED)).string(value)
}

function message(writer: Writer, field: number, write: (inner: Writer) => void): void {
  writer.uint32(tag(field, DELIMITED)).fork()
  write(writer)
  writer.ldelim()
}

function encodeGraph(writer: Writer, graph: OnnxGraph): void {
  for (const node of graph.nodes) message(writer, 1, inner => encodeNode(inner, node))
  text(writer, 2, graph.name)
  for (const tensor of graph.constants) message(writer, 5, inner => encodeTensor(inner, tensor))
  message(writer, 11, inner => encodeValue(inner, graph.input))
  message(writer, 12, inner => encodeValue(inner, graph.output))
}

function encodeNode(writer: Writer, node: OnnxNode): void {
  const { operator, domain, inputs, outputs, attributes } = node
  for (const name of inputs) text(writer, 1, name)
  for (const name of outputs) text(writer, 2, name)
  text(writer, 3, outputs.find(name => name !== '') ?? '')
  text(writer, 4, operator)
  if (domain !== undefined) text(writer, 7, domain)
  for (const [name, value] of Object.entries(attributes)) {
    message(writer, 5, inner => encodeAttribute(inner, name, value))
  }
}

function encodeAttribute(writer: Writer, name: string, value: OnnxAttribute): void {
  text(writer, 1, name)
  if ('float' in value) writer.uint32(tag(2, BYTES32)).float(value.float)
  else if ('int' in value) writer.uint32(tag(3, VARINT)).int64(value.int)
  else if ('string' in value) text(writer, 4, value.string)
  else if ('tensor' in value) message(writer, 5, inner => encodeTensor(inner, value.tensor))
  else if ('ints' in value) for (const int of value.ints) writer.uint32(tag(8, VARINT)).int64(int)
  else for (const string of value.strings) text(writer, 9, string)
  const [kind] = Object.keys(value) as (keyof typeof attributeTypes)[]
  writer.uint32(tag(20, VARINT)).int32(attributeTypes[kind ?? 'int'])
}

function encodeTensor(writer: Writer, { name, shape, data }: OnnxTensor): void {
  for (const side of shape) writer.uint32(tag(1, VARINT)).int64(side)
  writer.uint32(tag(2, VARINT)).int32(dataTypes[typeOf(data)])
  text(writer, 8, name)
  // Little-endian, as every machine is that this runs on.
  const raw = new Uint8Array(data.buffer, data.byteOffset, data.byteLength)
  writer.uint32(tag(9, DELIMITED)).bytes(raw)
}

function typeOf(data: OnnxTensor['data']): keyof typeof dataTypes {
  if (data instanceof Float32Array) return 'float32'
  return data instanceof Float64Array ? 'float64' : 'int64'
}

function encodeValue(writer: Writer, { name, type: element = 'float32', shape }: OnnxValue): void {
  text(writer, 1, name)
  message(writer, 2, type => {
    message(type, 1, tensor => {
      tensor.uint32(tag(1, VARINT)).int32(dataTypes[element])
      message(tensor, 2, sides => {
        message(sides, 1, side => text(side, 2, 'rows'))
        for (const length of shape) {
          message(sides, 1, side => side.uint32(tag(1, VARINT)).int64(length))
        }
      })
    })
  })
}
