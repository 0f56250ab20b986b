import * as tf from '@tensorflow/tfjs-core'
import { afterEach, beforeAll, describe, expect, it } from 'vitest'
import { runConformance } from '../../../src-main/engines/conformance/run-conformance.ts'
import { loadEngine } from '../../../src-main/engines/load-engine.ts'
import { checkQuickly } from '../../../src-main/engines/self-check.ts'
import { stockKernel } from '../../../src-main/engines/wasm/register-wasm-kernels.ts'
import type { Engine } from '../../../src-main/training/compiled/compiled-function.ts'

describe('conformance', () => {
  it.each(['wasm', 'cpu'] as const)('passes whole on %s and leaves no tensors', async name => {
    const engine = await loadEngine(name)
    const before = engine.memory()
    // Buffers inside the backend, also those that kernels make for themselves.
    const buffersBefore = tf.backend().numDataIds()
    const { passed, failed } = await runConformance(engine)
    expect(failed).toEqual([])
    expect(passed).toBeGreaterThan(150)
    expect(engine.memory()).toEqual(before)
    expect(tf.backend().numDataIds()).toBe(buffersBefore)
  })

  describe('with a stock kernel put back', () => {
    let engine: Engine
    let restore: (() => void) | null = null
    beforeAll(async () => {
      engine = await loadEngine('wasm')
    })
    afterEach(() => {
      restore?.()
      restore = null
    })

    /** Undoes one of our kernels; without a stock one, the backend has none. */
    function putBack(name: string): void {
      const kernel = tf.getKernel(name, 'wasm')
      const stock = stockKernel(name)
      tf.unregisterKernel(name, 'wasm')
      if (stock !== undefined) tf.registerKernel(stock)
      restore = () => {
        if (stock !== undefined) tf.unregisterKernel(name, 'wasm')
        tf.registerKernel(kernel)
      }
    }

    it.each([
      ['MaxPoolGrad', 'max-pool of negative numbers'],
      ['MaxPool3D', '3-D max-pool around -5'],
      ['MaxPool3DGrad', '3-D max-pool around -5'],
      ['AvgPoolGrad', 'average-pool (2, 7, 7, 2) 3 /2 same'],
      ['Conv3DBackpropInputV2', 'conv3d (1, 4, 5, 4, 2) /1 same'],
      ['Conv3DBackpropFilterV2', 'conv3d (2, 5, 5, 5, 2) /2 valid'],
      ['Conv2DBackpropFilter', 'conv2d (2, 7, 7, 1) 3×3×4 /1 same'],
      ['FusedConv2D', 'fused conv2d (2, 6, 5, 2) 2×2×4 /3 same linear'],
      ['DepthwiseConv2dNativeBackpropInput', 'depthwise conv2d (2, 7, 7, 3) /2 same'],
      ['DepthwiseConv2dNativeBackpropFilter', 'depthwise conv2d (2, 7, 7, 2) /1 valid'],
      ['UnsortedSegmentSum', 'gradient of gather'],
      ['Einsum', 'einsum'],
    ])('fails for %s', async (kernel, expected) => {
      putBack(kernel)
      const { failed } = await runConformance(engine)
      expect(failed.map(failure => failure.case)).toContain(expected)
      for (const failure of failed) expect(failure.error).toBeGreaterThan(failure.tolerance)
    })

    it('is noticed at the start of an engine as well', async () => {
      expect(await checkQuickly(engine)).toEqual([])
      putBack('MaxPoolGrad')
      const failures = await checkQuickly(engine)
      expect(failures).toHaveLength(1)
      expect(failures[0]).toMatch(/^maxPoolGradient:/)
    })

    // Last of all: this stock kernel writes outside its output, which leaves the engine unusable.
    it('fails for _FusedMatMul', async () => {
      putBack('_FusedMatMul')
      const { failed } = await runConformance(engine)
      expect(failed.map(failure => failure.case)).toContain('fused matMul [1] Aᵀ relu')
    })
  })
})
