import { type MessageDescriptor, msg } from '../../core/errors/message.ts'
import { AppError } from '../../core/errors/errors.ts'
import type {
  EngineState,
  StateEntry,
  TensorData,
} from '../../training/compiled/compiled-function.ts'
import { checkData, shapeSize } from '../check-data.ts'
import type { Pointer } from './library/c-functions.ts'
import { bytesPerValue, dataTypeOf } from './library/data-types.ts'
import type { Session } from './session.ts'

/** State of compiled functions on TensorFlow: handles that runs replace. */
export interface TensorflowState {
  readonly handle: EngineState
  readonly byteLength: number
  /** Handles in the order of the entries; owned here. */
  handles(): readonly Pointer[]
  /** Puts a new handle in place of an old one, and takes it over. */
  replace(index: number, handle: Pointer): void
  /** Runs one after another what must not overlap: every run reads the state and replaces it. */
  exclusive<Result>(run: () => Promise<Result>): Promise<Result>
}

/** @throws AppError `compiledFunction.invalid` if an entry's data does not fit its shape or type */
export function createTensorflowState(
  session: Session,
  entries: readonly StateEntry[],
  onDispose: () => void,
): TensorflowState {
  entries.forEach(entry => checkData('state', entry.name, entry.data, entry))
  let handles: Pointer[] | null = entries.map(entry => upload(session, entry, entry.data))
  let tail: Promise<unknown> = Promise.resolve()
  let waiting = 0

  function invalid(field: string, value: string | number, rule: MessageDescriptor): never {
    throw new AppError('compiledFunction.invalid', { function: 'state', field, value, rule })
  }

  function alive(): Pointer[] {
    return handles ?? invalid('state', 'disposed', msg('rule.notDisposed'))
  }

  function replace(index: number, handle: Pointer): void {
    if (handles === null) session.deleteHandle(handle)
    session.deleteHandle(alive()[index] as Pointer)
    alive()[index] = handle
  }

  async function exclusive<Result>(run: () => Promise<Result>): Promise<Result> {
    const before = tail
    waiting++
    const result = before.then(run)
    tail = result.catch(() => undefined)
    try {
      return await result
    } finally {
      waiting--
    }
  }

  const handle: EngineState = {
    entries: entries.map(({ name, shape, dtype }) => ({ name, shape: [...shape], dtype })),
    read: () =>
      exclusive(async () =>
        alive().map((handle, index) => {
          const { shape, dtype } = entries[index] as StateEntry
          return session.read(handle, { shape: [...shape], type: dataTypeOf(dtype) }) as TensorData
        }),
      ),
    write(data) {
      if (data.length !== entries.length) {
        invalid('data', data.length, msg('rule.items.exactly', { count: entries.length }))
      }
      entries.forEach((entry, index) => {
        checkData('state', entry.name, data[index] as TensorData, entry)
      })
      alive()
      if (waiting > 0) invalid('state', 'running', msg('rule.notRunning'))
      entries.forEach((entry, index) => {
        replace(index, upload(session, entry, data[index] as TensorData))
      })
    },
    dispose() {
      if (handles === null) return
      for (const handle of handles) session.deleteHandle(handle)
      handles = null
      onDispose()
    },
  }

  const byteLength = entries.reduce(
    (sum, { shape, dtype }) => sum + shapeSize(shape) * bytesPerValue(dataTypeOf(dtype)),
    0,
  )
  return { handle, byteLength, handles: alive, replace, exclusive }
}

function upload(session: Session, { shape, dtype }: StateEntry, data: TensorData): Pointer {
  return session.createHandle(shape, dataTypeOf(dtype), data)
}
