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

/** Makes nodes of a graph instead of running operations. */
export interface GraphTracer extends OperationSink {
  /** A value that every run brings; its node is made when it is first used. */
  addInput(metadata: TensorMetadata): KernelTensor
  /** Kinds of the nodes so far. */
  readonly operations: ReadonlySet<string>
  readonly nodeCount: number
  /** Inputs that have a node, because something uses them, as indexes in the order of `addInput`. */
  usedInputs(): number[]
  /** Gives an input or a result a node. */
  use(id: number): void
  /**
   * Registers the graph as a function of the session's context; it takes the inputs that are used.
   * @param outputs in the order of the function's results
   */
  finish(functionName: string, outputs: readonly number[]): void
  /** Frees the graph. */
  dispose(): void
}

interface Input {
  readonly id: number
  readonly metadata: TensorMetadata
}

/** @param nextId numbers that no other sink of this process gives */
export function createGraphTracer(session: Session, nextId: () => number): GraphTracer {
  const { functions } = session
  const graph = functions.TF_NewGraph()
  let status = functions.TF_NewStatus()
  const nodes = new Map<number, Node>()
  const inputs: Input[] = []
  const constants = new Map<string, Node>()
  const operations = new Set<string>()
  let nodeCount = 0

  /** A call with the status of this graph: one of its own would be two calls more for each of thousands. */
  function call<Result>(of: () => Result): Result {
    try {
      const result = of()
      requireOk(functions, status)
      return result
    } catch (error) {
      functions.TF_DeleteStatus(status)
      status = functions.TF_NewStatus()
      throw error
    }
  }

  function addNode(type: string, fill: (description: Pointer) => void): Pointer {
    const name = `n${nodeCount++}`
    operations.add(type)
    return call(() => {
      const description = functions.TF_NewOperation(graph, type, name)
      try {
        fill(description)
      } catch (error) {
        // Finishing is also the only way to free a description.
        functions.TF_FinishOperation(description, status)
        throw error
      }
      return functions.TF_FinishOperation(description, status)
    })
  }

  function addPlaceholder({ shape, type }: TensorMetadata): GraphOutput {
    const lengths = BigInt64Array.from(shape, BigInt)
    const oper = addNode('Placeholder', description => {
      functions.TF_SetAttrType(description, 'dtype', type)
      functions.TF_SetAttrShape(description, 'shape', lengths, lengths.length)
    })
    return { oper, index: 0 }
  }

  function find(id: number): Node {
    const node = nodes.get(id)
    if (node !== undefined) return node
    const input = inputs.find(one => one.id === id)
    if (input === undefined) throw new CaptureError('foreignTensor')
    const made = { output: addPlaceholder(input.metadata) }
    nodes.set(id, made)
    return made
  }

  /** @throws CaptureError if the shape is only known when the operation has run */
  function shapeOf(name: string, output: GraphOutput): number[] {
    return call(() => {
      const rank = functions.TF_GraphGetTensorNumDims(graph, output, status)
      if (rank < 0) throw new CaptureError('unknownShape', name)
      const lengths = new BigInt64Array(rank)
      functions.TF_GraphGetTensorShape(graph, output, lengths, rank, status)
      const shape = [...lengths].map(Number)
      if (shape.some(length => length < 0)) throw new CaptureError('unknownShape', name)
      return shape
    })
  }

  function keep(name: string, oper: Pointer, index: number): KernelTensor {
    const output = { oper, index }
    const type = functions.TF_OperationOutputType(output)
    const shape = shapeOf(name, output)
    const id = nextId()
    nodes.set(id, { output })
    return { id, shape, dtype: type }
  }

  function addConstant(shape: readonly number[], type: number, values: Values): Node {
    if (values.length > MAX_WRITTEN && isZero(values)) return addZeros(shape, type, values)
    const tensor = session.createTensor(shape, type, values)
    try {
      const oper = addNode('Const', description => {
        functions.TF_SetAttrTensor(description, 'value', tensor, status)
        functions.TF_SetAttrType(description, 'dtype', type)
      })
      return { output: { oper, index: 0 }, values }
    } finally {
      functions.TF_DeleteTensor(tensor)
    }
  }

  function addZeros(shape: readonly number[], type: number, values: Values): Node {
    const lengths = addConstant([shape.length], dataTypes.int32, Int32Array.from(shape))
    const zero = addConstant([], type, newValues(type, 1))
    const oper = addNode('Fill', description => {
      functions.TF_AddInput(description, lengths.output)
      functions.TF_AddInput(description, zero.output)
    })
    return { output: { oper, index: 0 }, values }
  }

  function addOperation(
    name: string,
    attributes: readonly Attribute[],
    ids: readonly number[],
  ): Pointer {
    // Operations with a list of tensors: their number follows from the list.
    const listLength = attributes.find(attribute => attribute.name === 'N')?.value
    return addNode(name, description => {
      const outputs = ids.map(id => find(id).output)
      const listed = typeof listLength === 'number' ? listLength : 0
      if (typeof listLength === 'number') {
        functions.TF_AddInputList(description, packOutputs(outputs.slice(0, listed)), listed)
      }
      for (const output of outputs.slice(listed)) functions.TF_AddInput(description, output)
      const target = { functions, operation: description, prefix: 'TF_' as const, status }
      for (const attribute of attributes) {
        if (attribute.name !== 'N') setAttribute(target, attribute)
      }
    })
  }

  function identity(node: Node): GraphOutput {
    const oper = addNode('Identity', description => {
      functions.TF_AddInput(description, node.output)
    })
    return { oper, index: 0 }
  }

  function usedInputs(): number[] {
    return inputs.flatMap(({ id }, index) => (nodes.has(id) ? [index] : []))
  }

  return {
    isGraph: true,
    operations,
    get nodeCount() {
      return nodeCount
    },
    usedInputs,
    use: find,
    addInput(metadata) {
      const id = nextId()
      inputs.push({ id, metadata })
      return { id, shape: metadata.shape, dtype: metadata.type }
    },
    createTensor(shape, type, values) {
      const id = nextId()
      const isShared = values.length <= MAX_SHARED
      const key = isShared ? `${type} ${shape.join()} ${bitsOf(values)}` : ''
      const node = constants.get(key) ?? addConstant(shape, type, values)
      if (isShared) constants.set(key, node)
      nodes.set(id, node)
      return id
    },
    execute(name, attributes, ids, outputCount) {
      const oper = addOperation(name, attributes, ids)
      return Array.from({ length: outputCount }, (_, index) => keep(name, oper, index))
    },
    run(name, attributes, ids, outputCount) {
      const oper = addOperation(name, attributes, ids)
      return Array.from({ length: outputCount }, (_, index) => {
        const id = nextId()
        nodes.set(id, { output: { oper, index } })
        return id
      })
    },
    read(id) {
      const values = nodes.get(id)?.values
      if (values === undefined) throw new CaptureError('readsValue')
      return values
    },
    finish(functionName, outputs) {
      const taken = new Set<string>()
      const results = outputs.map(id => {
        const node = find(id)
        // An input, or a result that stands twice, needs a node of its own.
        const key = `${node.output.oper}/${node.output.index}`
        if (!taken.has(key) && !inputs.some(input => input.id === id)) {
          taken.add(key)
          return node.output
        }
        return identity(node)
      })
      const parameters = usedInputs().map(index => find((inputs[index] as Input).id).output)
      const traced = call(() =>
        functions.TF_GraphToFunction(
          ...([graph, functionName, 0, -1, null] as const),
          ...([parameters.length, packOutputs(parameters)] as const),
          ...([results.length, packOutputs(results)] as const),
          ...([null, null, null, status] as const),
        ),
      )
      try {
        call(() => {
          functions.TFE_ContextAddFunction(session.context, traced, status)
        })
      } finally {
        functions.TF_DeleteFunction(traced)
      }
    },
    dispose: () => {
      functions.TF_DeleteStatus(status)
      functions.TF_DeleteGraph(graph)
    },
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
