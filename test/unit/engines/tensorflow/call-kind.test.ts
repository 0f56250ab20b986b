import { describe, expect, it } from 'vitest'
import { createCallChooser } from '../../../../src-main/engines/tensorflow/call-kind.ts'
import type { Session } from '../../../../src-main/engines/tensorflow/session.ts'

const chooser = (gpus: string[] = []) => createCallChooser({ gpus } as unknown as Session)

describe('createCallChooser', () => {
  it('calls a function directly unless something in it gains from being rewritten', () => {
    const choose = chooser()
    expect(choose(new Set(['MatMul', 'GRUBlockCell', 'Mul']))).toBe('direct')
    for (const name of [
      'Conv2D',
      'Conv2DBackpropFilter',
      'Conv3D',
      '_FusedConv2D',
      'DepthwiseConv2dNative',
    ]) {
      expect(choose(new Set(['MatMul', name]))).toBe('optimized')
    }
  })

  it('leaves everything to TensorFlow where there is a GPU', () => {
    expect(chooser(['GPU:0'])(new Set(['MatMul']))).toBe('optimized')
  })

  it('ends after so many functions, which TensorFlow never forgets', () => {
    const choose = chooser()
    const kinds = Array.from({ length: 200 }, () => choose(new Set(['MatMul'])))
    expect(kinds.filter(kind => kind === 'direct')).toHaveLength(128)
    expect(kinds.slice(128)).not.toContain('direct')
  })
})
