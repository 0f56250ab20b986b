import { Buffer } from 'node:buffer'
import { type Attribute, setAttribute } from '../attributes.ts'
import type { KernelTensor, OperationSink } from '../kernels/operation-sink.ts'
import type { GraphOutput, Pointer } from '../library/c-functions.ts'
import { dataTypes, newValues, type Values } from '../library/data-types.ts'
import { requireOk } from '../library/status.ts'
import type { Session, TensorMetadata } from '../session.ts'
import { CaptureError } from './capture-error.ts'

/** Values of a constant up to which equal ones become one node: β of Adam stands at each variable. */
const MAX_SHARED = 4

/** Zeros up to which they are written into the graph, which is copied several times on its way. */
const MAX_WRITTEN = 1_024

interface Node {
  readonly output: GraphOutput
  /** Data of a constant; absent for everything that is computed. */
  readonly values?: Values
}

interface Input {
  readonly id: number
  readonly metadata: TensorMetadata
}

/** A graph of the library, node by node. */
class Graph {
  readonly #session: Session
  readonly #graph: Pointer
  #status: Pointer
  /** Kinds of the nodes so far. */
  readonly operations = new Set<string>()
  nodeCount = 0

  constructor(session: Session) {
    this.#session = session
    this.#graph = session.functions.TF_NewGraph()
    this.#status = session.functions.TF_NewStatus()
  }

  /** A call with the status of this graph: one of its own would be two calls more for each of thousands. */
  #call<Result>(call: (status: Pointer) => Result): Result {
    const { functions } = this.#session
    try {
      const result = call(this.#status)
      requireOk(functions, this.#status)
      return result
    } catch (error) {
      functions.TF_DeleteStatus(this.#status)
      this.#status = functions.TF_NewStatus()
      throw error
    }
  }

  add(type: string, fill: (description: Pointer, status: Pointer) => void): Pointer {
    const { functions } = this.#session
    const name = `n${this.nodeCount++}`
    this.operations.add(type)
    return this.#call(status => {
      const description = functions.TF_NewOperation(this.#graph, type, name)
      try {
        fill(description, status)
      } catch (error) {
        // Finishing is also the only way to free a description.
        functions.TF_FinishOperation(description, status)
        throw error
      }
      return functions.TF_FinishOperation(description, status)
    })
  }

  /** A node with one output over others. */
  over(type: string, ...inputs: readonly GraphOutput[]): GraphOutput {
    const { functions } = this.#session
    const oper = this.add(type, description => {
      for (const input of inputs) functions.TF_AddInput(description, input)
    })
    return { oper, index: 0 }
  }

  placeholder({ shape, type }: TensorMetadata): GraphOutput {
    const { functions } = this.#session
    const lengths = BigInt64Array.from(shape, BigInt)
    const oper = this.add('Placeholder', description => {
      functions.TF_SetAttrType(description, 'dtype', type)
      functions.TF_SetAttrShape(description, 'shape', lengths, lengths.length)
    })
    return { oper, index: 0 }
  }

  constant(shape: readonly number[], type: number, values: Values): Node {
    const { functions } = this.#session
    if (values.length > MAX_WRITTEN && isZero(values)) {
      const lengths = this.constant([shape.length], dataTypes.int32, Int32Array.from(shape))
      const zero = this.constant([], type, newValues(type, 1))
      return { output: this.over('Fill', lengths.output, zero.output), values }
    }
    const tensor = this.#session.createTensor(shape, type, values)
    try {
      const oper = this.add('Const', (description, status) => {
        functions.TF_SetAttrTensor(description, 'value', tensor, status)
        functions.TF_SetAttrType(description, 'dtype', type)
      })
      return { output: { oper, index: 0 }, values }
    } finally {
      functions.TF_DeleteTensor(tensor)
    }
  }

  /** @throws CaptureError if the shape is only known when the operation has run */
  shapeOf(name: string, output: GraphOutput): number[] {
    const { functions } = this.#session
    return this.#call(status => {
      const rank = functions.TF_GraphGetTensorNumDims(this.#graph, output, status)
      if (rank < 0) throw new CaptureError('unknownShape', name)
      const lengths = new BigInt64Array(rank)
      functions.TF_GraphGetTensorShape(this.#graph, output, lengths, rank, status)
      const shape = [...lengths].map(Number)
      if (shape.some(length => length < 0)) throw new CaptureError('unknownShape', name)
      return shape
    })
  }

  /** Registers the graph as a function of the session's context. */
  register(name: string, inputs: readonly GraphOutput[], outputs: readonly GraphOutput[]): void {
    const { functions, context } = this.#session
    const traced = this.#call(status =>
      functions.TF_GraphToFunction(
        ...([this.#graph, name, 0, -1, null] as const),
        ...([inputs.length, packOutputs(inputs)] as const),
        ...([outputs.length, packOutputs(outputs)] as const),
        ...([null, null, null, status] as const),
      ),
    )
    try {
      this.#call(status => {
        functions.TFE_ContextAddFunction(context, traced, status)
      })
    } finally {
      functions.TF_DeleteFunction(traced)
    }
  }

  dispose(): void {
    const { functions } = this.#session
    functions.TF_DeleteStatus(this.#status)
    functions.TF_DeleteGraph(this.#graph)
  }
}

/** Makes nodes of a graph instead of running operations. */
export class GraphTracer implements OperationSink {
  readonly isGraph = true
  readonly #session: Session
  readonly #nextId: () => number
  readonly #graph: Graph
  readonly #nodes = new Map<number, Node>()
  readonly #inputs: Input[] = []
  readonly #constants = new Map<string, Node>()

  /** @param nextId numbers that no other sink of this process gives */
  constructor(session: Session, nextId: () => number) {
    this.#session = session
    this.#nextId = nextId
    this.#graph = new Graph(session)
  }

  /** Kinds of the nodes so far. */
  get operations(): ReadonlySet<string> {
    return this.#graph.operations
  }

  get nodeCount(): number {
    return this.#graph.nodeCount
  }

  /** A value that every run brings; its node is made when it is first used. */
  addInput(metadata: TensorMetadata): KernelTensor {
    const id = this.#nextId()
    this.#inputs.push({ id, metadata })
    return { id, shape: metadata.shape, dtype: metadata.type }
  }

  /** Inputs that have a node, because something uses them, as indexes in the order of `addInput`. */
  usedInputs(): number[] {
    return this.#inputs.flatMap(({ id }, index) => (this.#nodes.has(id) ? [index] : []))
  }

  /** Gives an input or a result a node. */
  use(id: number): Node {
    const node = this.#nodes.get(id)
    if (node !== undefined) return node
    const input = this.#inputs.find(candidate => candidate.id === id)
    if (input === undefined) throw new CaptureError('foreignTensor')
    return this.#keep(id, { output: this.#graph.placeholder(input.metadata) })
  }

  createTensor(shape: readonly number[], type: number, values: Values): number {
    const id = this.#nextId()
    const isShared = values.length <= MAX_SHARED
    const key = isShared ? `${type} ${shape.join()} ${bitsOf(values)}` : ''
    const node = this.#constants.get(key) ?? this.#graph.constant(shape, type, values)
    if (isShared) this.#constants.set(key, node)
    this.#keep(id, node)
    return id
  }

  execute(...call: Parameters<OperationSink['execute']>): KernelTensor[] {
    const [name] = call
    return this.#addOperation(...call).map(([id, output]) => {
      const dtype = this.#session.functions.TF_OperationOutputType(output)
      return { id, shape: this.#graph.shapeOf(name, output), dtype }
    })
  }

  run(...call: Parameters<OperationSink['run']>): number[] {
    return this.#addOperation(...call).map(([id]) => id)
  }

  read(id: number): Values {
    const values = this.#nodes.get(id)?.values
    if (values === undefined) throw new CaptureError('readsValue')
    return values
  }

  /**
   * Registers the graph as a function of the session's context; it takes the inputs that are used.
   * @param outputs in the order of the function's results
   */
  finish(functionName: string, outputs: readonly number[]): void {
    const usedKeys = new Set<string>()
    const results = outputs.map(id => {
      const { output } = this.use(id)
      // An input, or a result that stands twice, needs a node of its own.
      const key = `${output.oper}/${output.index}`
      const isOwn = !usedKeys.has(key) && !this.#inputs.some(input => input.id === id)
      usedKeys.add(key)
      return isOwn ? output : this.#graph.over('Identity', output)
    })
    const inputs = this.usedInputs().map(
      index => this.use((this.#inputs[index] as Input).id).output,
    )
    this.#graph.register(functionName, inputs, results)
  }

  /** Frees the graph. */
  dispose(): void {
    this.#graph.dispose()
  }

  #keep(id: number, node: Node): Node {
    this.#nodes.set(id, node)
    return node
  }

  #addOperation(
    name: string,
    attributes: readonly Attribute[],
    ids: readonly number[],
    outputCount: number,
  ): (readonly [id: number, output: GraphOutput])[] {
    const { functions } = this.#session
    // Operations with a list of tensors: their number follows from the list.
    const listLength = attributes.find(attribute => attribute.name === 'N')?.value
    const oper = this.#graph.add(name, (operation, status) => {
      const outputs = ids.map(id => this.use(id).output)
      const listed = typeof listLength === 'number' ? listLength : 0
      if (typeof listLength === 'number') {
        functions.TF_AddInputList(operation, packOutputs(outputs.slice(0, listed)), listed)
      }
      for (const output of outputs.slice(listed)) functions.TF_AddInput(operation, output)
      const target = { functions, operation, prefix: 'TF_' as const, status }
      for (const attribute of attributes) {
        if (attribute.name !== 'N') setAttribute(target, attribute)
      }
    })
    return Array.from({ length: outputCount }, (_, index) => {
      const output = { oper, index }
      const id = this.#nextId()
      this.#nodes.set(id, { output })
      return [id, output] as const
    })
  }
}

/** Compared whole: a callback per byte would cost more than what is saved. */
function isZero({ buffer, byteOffset, byteLength }: Values): boolean {
  return Buffer.from(buffer, byteOffset, byteLength).equals(Buffer.alloc(byteLength))
}

/** Not as numbers: −0 is not 0, and NaN has many forms. */
function bitsOf({ buffer, byteOffset, byteLength }: Values): string {
  return new Uint8Array(buffer, byteOffset, byteLength).join()
}

/** `TF_Output`s as they lie in memory: an address and a 32-bit index, padded to 16 bytes. */
function packOutputs(outputs: readonly GraphOutput[]): BigUint64Array {
  return BigUint64Array.from(outputs.flatMap(({ oper, index }) => [oper, BigInt(index)]))
}
