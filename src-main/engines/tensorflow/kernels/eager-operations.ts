import { type Attribute, setAttribute } from '../attributes.ts'
import type { Pointer } from '../library/c-functions.ts'
import { requireOk, withStatus } from '../library/status.ts'
import type { Session, TensorMetadata } from '../session.ts'
import type { KernelTensor, OperationSink } from './operation-sink.ts'

interface Held extends TensorMetadata {
  readonly handle: Pointer
}

/** Operations that run at once; tensors are handles under numbers. */
export interface EagerOperations extends OperationSink {
  /** Takes over a handle. */
  adopt(handle: Pointer, metadata: TensorMetadata): number
  /** The handle under a number; it stays owned here. */
  handleOf(id: number): Pointer
  /** Handles held now. */
  readonly count: number
  /** Does nothing for numbers of a traced graph, which frees its tensors all at once. */
  delete(id: number): void
}

/** @param nextId numbers that no other sink of this process gives */
export function createEagerOperations(session: Session, nextId: () => number): EagerOperations {
  const { functions, context } = session
  const held = new Map<number, Held>()

  function find(id: number): Held {
    const tensor = held.get(id)
    if (tensor === undefined) throw new Error(`tensor ${id} is gone`)
    return tensor
  }

  function adopt(handle: Pointer, { shape, type }: TensorMetadata): number {
    const id = nextId()
    held.set(id, { handle, shape, type })
    return id
  }

  function execute(
    name: string,
    attributes: readonly Attribute[],
    inputs: readonly number[],
    outputCount: number,
  ): KernelTensor[] {
    return withStatus(functions, status => {
      const operation = functions.TFE_NewOp(context, name, status)
      requireOk(functions, status)
      try {
        for (const id of inputs) functions.TFE_OpAddInput(operation, find(id).handle, status)
        const target = { functions, operation, prefix: 'TFE_Op' as const, status }
        for (const attribute of attributes) setAttribute(target, attribute)
        requireOk(functions, status)
        const results = new BigUint64Array(outputCount)
        const count = Int32Array.of(outputCount)
        functions.TFE_Execute(operation, results, count, status)
        requireOk(functions, status)
        return [...results.subarray(0, count[0])].map(handle => {
          const metadata = session.metadata(handle)
          return { id: adopt(handle, metadata), shape: metadata.shape, dtype: metadata.type }
        })
      } finally {
        functions.TFE_DeleteOp(operation)
      }
    })
  }

  return {
    adopt,
    handleOf: id => find(id).handle,
    get count() {
      return held.size
    },
    createTensor: (shape, type, values) =>
      adopt(session.createHandle(shape, type, values), { shape: [...shape], type }),
    isGraph: false,
    execute,
    run: (...parts) => execute(...parts).map(({ id }) => id),
    read(id) {
      const tensor = find(id)
      return session.read(tensor.handle, tensor)
    },
    delete(id) {
      const tensor = held.get(id)
      if (tensor === undefined) return
      held.delete(id)
      session.deleteHandle(tensor.handle)
    },
  }
}
