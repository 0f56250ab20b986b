import * as tf from '@tensorflow/tfjs-core'
import type { Tensor } from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, it } from 'vitest'
import { activateBackend } from '../../../../src-main/engines/activate-backend.ts'
import { loadEngine } from '../../../../src-main/engines/load-engine.ts'
import { createRandomStream } from '../../../../src-main/math/random/stream.ts'
import type { TrainingFunction } from '../../../../src-main/training/compiled/compiled-function.ts'
import { reluGradient } from '../../../../src-main/training/ops/activations.ts'
import { affine } from '../../../../src-main/training/ops/matrix-product.ts'
import { runKernel } from '../../../../src-main/training/ops/run-kernel.ts'
import { statelessUniform } from '../../../../src-main/training/ops/stateless-uniform.ts'

/** What the stored cases are too small for, and exact answers at edges. */
describe('wasm kernels', () => {
  beforeAll(async () => {
    await loadEngine('cpu')
    await loadEngine('wasm')
  })

  function randomData(size: number, number: number): Float32Array {
    const random = createRandomStream({ seed: 3, number, purpose: 'kernel tests' })
    return Float32Array.from({ length: size }, () => random.normal())
  }

  interface Input {
    readonly shape: number[]
    readonly data: Float32Array
  }

  function input(number: number, ...shape: number[]): Input {
    return { shape, data: randomData(tf.util.sizeFromShape(shape), number) }
  }

  function compute(
    backend: string,
    inputs: readonly Input[],
    fn: (...x: Tensor[]) => Tensor,
  ): Float32Array {
    activateBackend(backend)
    const run = () => fn(...inputs.map(({ shape, data }) => tf.tensor(data, shape))).dataSync()
    return tf.tidy(run) as Float32Array
  }

  function expectAlike(
    inputs: readonly Input[],
    fn: (...x: Tensor[]) => Tensor,
    tolerance: number,
  ) {
    const wasm = compute('wasm', inputs, fn)
    const cpu = compute('cpu', inputs, fn)
    expect(wasm.length).toBe(cpu.length)
    const scale = cpu.reduce((largest, value) => Math.max(largest, Math.abs(value)), 1)
    const error = wasm.reduce(
      (largest, value, index) => Math.max(largest, Math.abs(value - cpu[index]!)),
      0,
    )
    expect(error / scale).toBeLessThan(tolerance)
  }

  it.each([
    // One image has 9,216 positions, more than fit into a group.
    ['one image per group', [3, 96, 96, 2], 3, 4, 1],
    ['two images per group and one left', [5, 64, 64, 2], 3, 4, 1],
    ['steps of 2', [5, 129, 101, 2], 3, 4, 2],
  ] as const)('gives the filter gradient in groups: %s', (_, shape, size, filters, stride) => {
    const [batch, height, width, channels] = shape
    const dyShape = [batch, Math.ceil(height / stride), Math.ceil(width / stride), filters]
    const filterShape = [size, size, channels, filters]
    const geometry = { strides: [stride, stride], pad: 'same', dataFormat: 'NHWC' }
    const fn = (x: Tensor, dy: Tensor) =>
      runKernel('Conv2DBackpropFilter', { x, dy }, { ...geometry, filterShape })
    // Sums of thousands of products in another order.
    expectAlike([input(0, ...shape), input(1, ...dyShape)], fn, 2e-5)
  })

  it.each([
    // x, side of the filter, filters, step, padding
    [[3, 1, 6, 1], 2, 2, 3, 'same'],
    [[1, 6, 2, 3], 2, 1, 3, 'same'],
    [[2, 5, 4, 2], 1, 3, 2, 'same'],
    [[1, 1, 1, 3], 11, 4, 1, 'same'],
    [[2, 3, 7, 1], 11, 5, 1, 'same'],
    [[1, 5, 4, 4], 4, 5, 1, 'same'],
    [[1, 2, 5, 1], 5, 3, 2, 'same'],
    [[1, 3, 3, 2], 3, 1, 1, 'valid'],
    [[1, 9, 8, 2], 3, 4, 3, 'valid'],
  ] as const)(
    'convolves %j with filters of %i there and back',
    (shape, size, filters, step, pad) => {
      const geometry = { strides: [step, step], pad, dataFormat: 'NHWC' }
      const fused = { dilations: [1, 1], activation: 'relu', leakyreluAlpha: 0 }
      const forward = (x: Tensor, filter: Tensor, bias: Tensor) =>
        runKernel('FusedConv2D', { x, filter, bias }, { ...geometry, ...fused })
      const filterShape = [size, size, shape[3], filters]
      const inputs = [input(3, ...shape), input(4, ...filterShape), input(5, filters)]
      expectAlike(inputs, forward, 2e-6)
      const length = (pixels: number) =>
        Math.floor((pixels - (pad === 'same' ? 1 : size)) / step) + 1
      const dy = input(6, shape[0], length(shape[1]), length(shape[2]), filters)
      const toInput = (gradient: Tensor, filter: Tensor) =>
        runKernel(
          'Conv2DBackpropInput',
          { dy: gradient, filter },
          { ...geometry, inputShape: shape },
        )
      expectAlike([dy, inputs[1]!], toInput, 2e-6)
      const toFilter = (gradient: Tensor, x: Tensor) =>
        runKernel('Conv2DBackpropFilter', { x, dy: gradient }, { ...geometry, filterShape })
      expectAlike([dy, inputs[0]!], toFilter, 2e-6)
    },
  )

  it.each([
    // x, side of the filter, filters for each channel, step, padding
    [[3, 9, 8, 5], 3, 1, 1, 'same'],
    [[2, 8, 9, 3], 4, 2, 1, 'same'],
    [[1, 6, 2, 3], 2, 1, 3, 'same'],
    [[2, 7, 7, 4], 3, 3, 2, 'valid'],
    [[1, 2, 3, 2], 7, 1, 1, 'same'],
  ] as const)(
    'filters the channels of %j alone with filters of %i there and back',
    (shape, size, multiplier, step, pad) => {
      const geometry = { strides: [step, step], pad, dilations: [1, 1], dataFormat: 'NHWC' }
      const filterShape = [size, size, shape[3], multiplier]
      const [x, filter] = [input(7, ...shape), input(8, ...filterShape)]
      const forward = (image: Tensor, weight: Tensor) =>
        runKernel('DepthwiseConv2dNative', { x: image, filter: weight }, geometry)
      expectAlike([x, filter], forward, 2e-6)
      const length = (pixels: number) =>
        Math.floor((pixels - (pad === 'same' ? 1 : size)) / step) + 1
      const sides = [length(shape[1]), length(shape[2])] as const
      const dy = input(9, shape[0], ...sides, shape[3] * multiplier)
      const toInput = (gradient: Tensor, weight: Tensor) =>
        runKernel(
          'DepthwiseConv2dNativeBackpropInput',
          { dy: gradient, filter: weight },
          { ...geometry, inputShape: shape },
        )
      expectAlike([dy, filter], toInput, 2e-6)
      const toFilter = (gradient: Tensor, image: Tensor) =>
        runKernel(
          'DepthwiseConv2dNativeBackpropFilter',
          { x: image, dy: gradient },
          { ...geometry, filterShape },
        )
      expectAlike([dy, x], toFilter, 2e-6)
    },
  )

  it.each([
    // Pairs, rows, inner, columns; the first too small for the library.
    [[6], 4, 5, 6],
    [[6], 33, 20, 41],
    [[3, 2], 40, 70, 17],
    [[2, 1, 2], 9, 130, 30],
  ] as const)(
    'multiplies pairs %j of matrices, transposed or not',
    (pairs, rows, inner, columns) => {
      for (const transposeA of [false, true]) {
        for (const transposeB of [false, true]) {
          const a = input(10, ...pairs, ...(transposeA ? [inner, rows] : [rows, inner]))
          const b = input(11, ...pairs, ...(transposeB ? [columns, inner] : [inner, columns]))
          const product = (left: Tensor, right: Tensor) =>
            runKernel('BatchMatMul', { a: left, b: right }, { transposeA, transposeB })
          expectAlike([a, b], product, 2e-6)
        }
      }
    },
  )

  it('multiplies one matrix with each of many', () => {
    const product = (left: Tensor, right: Tensor) =>
      runKernel('BatchMatMul', { a: left, b: right }, { transposeA: false, transposeB: false })
    expectAlike([input(12, 1, 30, 20), input(13, 5, 20, 40)], product, 2e-6)
  })

  it('gives the same gradient of max-pooling as cpu on ties: to the first of a window', () => {
    const data = Float32Array.from(
      { length: 4 * 4 * 2 },
      (_, index) => [0, 1, 1, 0, -1][index % 5]!,
    )
    const geometry = { filterSize: [2, 2], strides: [2, 2], pad: 'valid' }
    const fn = (x: Tensor, dy: Tensor) => {
      const output = runKernel('MaxPool', { x }, geometry)
      return runKernel('MaxPoolGrad', { dy, input: x, output }, geometry)
    }
    const inputs = [{ shape: [1, 4, 4, 2], data }, input(2, 1, 2, 2, 2)]
    expect(compute('wasm', inputs, fn)).toEqual(compute('cpu', inputs, fn))
  })

  it('lets relu gradients pass exactly where the output is positive', () => {
    const features = Float32Array.of(1, 0, -0, -1, Infinity, -Infinity, 1e-45, 3e38)
    const gradients = Float32Array.of(1, 2, 3, 4, 5, 6, 7, 8)
    const inputs = [
      { shape: [8], data: gradients },
      { shape: [8], data: features },
    ]
    const expected = Float32Array.of(1, 0, 0, 0, 5, 0, 7, 8)
    expect(compute('wasm', inputs, reluGradient)).toEqual(expected)
    expect(compute('cpu', inputs, reluGradient)).toEqual(expected)
  })

  it('keeps NaN through a dense layer and a convolution with relu, as cpu does', () => {
    const dense = (x: Tensor, w: Tensor) => affine(x, w, tf.zeros([3]), 'relu')
    const matrix = { shape: [2, 2], data: Float32Array.of(NaN, 1, 1, 1) }
    const ones = { shape: [2, 3], data: new Float32Array(6).fill(1) }
    const expected = Float32Array.of(NaN, NaN, NaN, 2, 2, 2)
    expect(compute('wasm', [matrix, ones], dense)).toEqual(expected)
    expect(compute('cpu', [matrix, ones], dense)).toEqual(expected)
    const image = { shape: [1, 1, 2, 1], data: Float32Array.of(NaN, -1) }
    const filter = { shape: [1, 1, 1, 2], data: Float32Array.of(1, 1) }
    const bias = { shape: [2], data: new Float32Array(2) }
    const geometry = { strides: [1, 1], pad: 'same', dataFormat: 'NHWC', dilations: [1, 1] }
    const convolve = (x: Tensor, filter: Tensor, bias: Tensor) =>
      runKernel('FusedConv2D', { x, filter, bias }, { ...geometry, activation: 'relu' })
    expect(compute('wasm', [image, filter, bias], convolve)).toEqual(
      Float32Array.of(NaN, NaN, 0, 0),
    )
  })

  it('computes tanh to the last bit or two of float32', () => {
    const data = Float32Array.from({ length: 40_001 }, (_, index) => (index - 20_000) / 1600)
    const wasm = compute('wasm', [{ shape: [data.length], data }], x => tf.tanh(x))
    const errors = wasm.map((y, index) => {
      const exact = Math.tanh(data[index]!)
      return exact === 0 ? Math.abs(y) : Math.abs(y / exact - 1)
    })
    expect(Math.max(...errors)).toBeLessThan(1.5 * 2 ** -23)
    const edges = Float32Array.of(Infinity, -Infinity, NaN, 1e-30, -20)
    const expected = Float32Array.of(1, -1, NaN, 1e-30, -1)
    expect(compute('wasm', [{ shape: [5], data: edges }], x => tf.tanh(x))).toEqual(expected)
  })

  it('sums more than 2²⁴ ones, where float32 would stop growing', () => {
    activateBackend('wasm')
    const count = 2 ** 24 + 1000
    const [total, mean, columns] = tf.tidy(() => {
      const ones = tf.ones([count])
      const pairs = tf.reshape(ones, [count / 2, 2])
      return [tf.sum(ones), tf.mean(ones), tf.sum(pairs, 0)].map(x => Array.from(x.dataSync()))
    }) as [number[], number[], number[]]
    expect(total).toEqual([count])
    expect(mean).toEqual([1])
    expect(columns).toEqual([count / 2, count / 2])
  })

  it('stays right while the memory grows', () => {
    activateBackend('wasm')
    tf.tidy(() => {
      const size = 3_000_000
      const ones = tf.ones([size])
      // Every result stays alive, so results of 12 MB each make the memory grow inside the kernel.
      const results = Array.from({ length: 8 }, () => reluGradient(ones, ones))
      for (const result of results) expect(tf.sum(result).dataSync()[0]).toBe(size)
    })
  })

  it.each([2 ** 30, 2 ** 30 - 2 ** 16])(
    'ends a run that needs %i numbers with a typed error and stays usable',
    async size => {
      const engine = await loadEngine('wasm')
      const state = engine.createState([])
      const before = engine.memory()
      const attributes = { shape: [size], value: 0, dtype: 'float32' }
      const large: TrainingFunction = () => ({
        state: [],
        outputs: [tf.sum(runKernel('Fill', {}, attributes))],
      })
      await expect(engine.compile('large', large, [], state).run([])).rejects.toMatchObject({
        code: 'training.memory',
      })
      expect(engine.memory()).toEqual(before)
      const small: TrainingFunction = () => ({ state: [], outputs: [tf.sum(tf.ones([5]))] })
      expect(await engine.compile('small', small, [], state).run([])).toEqual([Float32Array.of(5)])
      state.dispose()
    },
  )

  it('gives uniform numbers with the same bits on wasm and cpu, whatever the shape', () => {
    const draw = (backend: string, shape: number[]) => {
      activateBackend(backend)
      const run = () => statelessUniform(shape, tf.tensor1d([-7, 12], 'int32')).dataSync()
      return tf.tidy(run) as Float32Array
    }
    const long = draw('wasm', [10, 1001])
    expect(draw('cpu', [10, 1001])).toEqual(long)
    expect(draw('wasm', [7])).toEqual(long.slice(0, 7))
    const mean = long.reduce((sum, value) => sum + value, 0) / long.length
    // Five standard errors of the mean of 10,010 uniform numbers.
    expect(Math.abs(mean - 0.5)).toBeLessThan(5 / Math.sqrt(12 * long.length))
    expect(long.every(value => value >= 0 && value < 1)).toBe(true)
  })
})
