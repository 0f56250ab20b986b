import type { CapturedFunction } from './graph/captured-function.ts'
import { withStatus } from './library/status.ts'
import type { Session } from './session.ts'

/**
 * Functions that are kept for the same key to come again. TensorFlow keeps some megabytes for each
 * (kernels, optimized graph), most of it in proportion to its nodes.
 */
const MAX_FUNCTIONS = 64
const MAX_NODES = 20_000

/** Why a compiled function runs operation by operation instead. */
interface NotCaptured {
  readonly reason: string
}

export type CaptureResult = CapturedFunction | NotCaptured

export function isCaptured(result: CaptureResult): result is CapturedFunction {
  return 'name' in result
}

/** Captured functions by key; those that no compiled function uses are forgotten, the longest unused first. */
export interface FunctionCache {
  /** Takes a function into use, capturing it if its key is new. */
  acquire(key: string, capture: () => CaptureResult): CaptureResult
  release(key: string): void
  readonly size: number
  clear(): void
}

interface CacheEntry {
  readonly result: CaptureResult
  users: number
}

export function createFunctionCache(session: Session): FunctionCache {
  // The order of a map is that of insertion; what is used moves to the end.
  const functionsByKey = new Map<string, CacheEntry>()

  function remove(key: string, { result }: CacheEntry): void {
    functionsByKey.delete(key)
    if (!isCaptured(result)) return
    withStatus(session.functions, status => {
      session.functions.TFE_ContextRemoveFunction(session.context, result.name, status)
    })
  }

  function nodes(): number {
    let sum = 0
    for (const { result } of functionsByKey.values())
      sum += isCaptured(result) ? result.nodeCount : 0
    return sum
  }

  function shrink(): void {
    for (const [key, entry] of functionsByKey) {
      if (functionsByKey.size <= MAX_FUNCTIONS && nodes() <= MAX_NODES) return
      if (entry.users === 0) remove(key, entry)
    }
  }

  return {
    acquire(key, capture) {
      const entry = functionsByKey.get(key) ?? { result: capture(), users: 0 }
      functionsByKey.delete(key)
      functionsByKey.set(key, entry)
      entry.users++
      shrink()
      return entry.result
    },
    release(key) {
      const entry = functionsByKey.get(key)
      if (entry === undefined) return
      entry.users--
      shrink()
    },
    get size() {
      return functionsByKey.size
    },
    clear() {
      for (const [key, entry] of functionsByKey) remove(key, entry)
    },
  }
}
