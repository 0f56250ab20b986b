import os from 'node:os'
import process from 'node:process'
import { type AppError, isAppError } from '../../core/errors/errors.ts'
import { limitOf, raisedLimit } from '../../core/study/raised-limit.ts'

const GIBIBYTE = 2 ** 30
/** What V8 would take by itself on most machines; said, so that it is the same on all. */
const HEAP_SHARE = 1 / 4
const MIN_HEAP_BYTES = GIBIBYTE
const MAX_HEAP_BYTES = 4 * GIBIBYTE
const HEAP_VARIABLE = 'TUNEWRIGHT_MAX_HEAP_MEGABYTES'

const READER_SHARE = 1 / 2
const MIN_READER_BYTES = 2 * GIBIBYTE
const READER_VARIABLE = 'TUNEWRIGHT_MAX_READER_BYTES'

/** JavaScript values that any process of ours may hold. @throws AppError `variable.invalid` */
export function heapLimitMegabytes(): number {
  const configured = limitOf(HEAP_VARIABLE, process.env)
  if (configured !== undefined) return configured
  const share = Math.max(MIN_HEAP_BYTES, HEAP_SHARE * machineBytes())
  return Math.floor(Math.min(MAX_HEAP_BYTES, share) / 2 ** 20)
}

/** Memory that a process which reads what others wrote may hold. @throws AppError `variable.invalid` */
export function readerLimitBytes(): number {
  const limit = Math.max(MIN_READER_BYTES, Math.floor(READER_SHARE * machineBytes()))
  return raisedLimit(READER_VARIABLE, limit, process.env)
}

/** Of the machine, or of the container that we are in. */
function machineBytes(): number {
  const constrained = process.constrainedMemory()
  return constrained > 0 ? Math.min(constrained, os.totalmem()) : os.totalmem()
}

/** The last words of V8 before it aborts. */
export function isHeapExhausted(errorTail: string): boolean {
  return /JavaScript heap out of memory|^FATAL ERROR: .*Allocation failed/m.test(errorTail)
}

/** What V8 throws where the system gives no more; a parser that meets it takes the file for damaged. */
const refused = /^Array buffer allocation failed$/

/** Whether a process was refused memory, whatever it made of that. */
export function isRefusedMemory(error: AppError): boolean {
  if (isAppError(error, 'data.invalid')) return isRefusal(error.detail.value)
  if (!isAppError(error, 'internal')) return false
  return Object.values(error.detail.reason.values ?? {}).some(isRefusal)
}

function isRefusal(value: unknown): boolean {
  return typeof value === 'string' && refused.test(value)
}
