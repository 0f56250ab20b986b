import { describe, expect, it } from 'vitest'
import { createFunctionCache } from '../../../../src-main/engines/tensorflow/function-cache.ts'
import type { CapturedFunction } from '../../../../src-main/engines/tensorflow/graph/captured-function.ts'
import type { Session } from '../../../../src-main/engines/tensorflow/session.ts'

/** A cache over a session that only notes which functions it is told to forget. */
function setUp() {
  const removed: string[] = []
  const functions = {
    TF_NewStatus: () => 1n,
    TF_GetCode: () => 0,
    TF_DeleteStatus: () => undefined,
    TFE_ContextRemoveFunction: (_context: bigint, name: string) => removed.push(name),
  }
  const cache = createFunctionCache({ functions, context: 0n } as unknown as Session)
  let captures = 0
  const acquire = (name: string, nodeCount = 100) =>
    cache.acquire(name, () => {
      captures++
      const nothing = { stateInputs: [], feedInputs: [], stateOutputs: [], outputShapes: [] }
      const call = { returnCount: 0, resultIndices: [], spareIndices: [], loop: null }
      return { name, nodeCount, ...call, ...nothing } satisfies CapturedFunction
    })
  return { cache, removed, acquire, captures: () => captures }
}

describe('createFunctionCache', () => {
  it('captures a key once, also after its compiled functions are gone', () => {
    const { cache, acquire, captures, removed } = setUp()
    const first = acquire('a')
    cache.release('a')
    expect(acquire('a')).toBe(first)
    expect(captures()).toBe(1)
    expect(removed).toEqual([])
  })

  it('keeps its size bounded over hundreds of architectures and forgets the longest unused', () => {
    const { cache, acquire, removed } = setUp()
    for (let index = 0; index < 500; index++) {
      acquire(`f${index}`)
      cache.release(`f${index}`)
      acquire('f0')
      cache.release('f0')
    }
    expect(cache.size).toBe(64)
    expect(removed).not.toContain('f0')
    expect(removed).toEqual(Array.from({ length: 436 }, (_, index) => `f${index + 1}`))
  })

  it('counts large functions by their nodes', () => {
    const { cache, acquire, removed } = setUp()
    for (const name of ['a', 'b', 'c', 'd', 'e']) {
      acquire(name, 6_000)
      cache.release(name)
    }
    expect(removed).toEqual(['a', 'b'])
    expect(cache.size).toBe(3)
  })

  it('never forgets a function that is in use', () => {
    const { cache, acquire, removed } = setUp()
    acquire('used', 30_000)
    acquire('other')
    cache.release('other')
    expect(removed).toEqual(['other'])
    cache.release('used')
    expect(removed).toEqual(['other', 'used'])
  })

  it('remembers that a compiled function cannot be captured', () => {
    const { cache } = setUp()
    const refuse = () => ({ reason: 'it reads' })
    expect(cache.acquire('a', refuse)).toEqual({ reason: 'it reads' })
    const again = cache.acquire('a', () => {
      throw new Error('captured again')
    })
    expect(again).toEqual({ reason: 'it reads' })
  })
})
