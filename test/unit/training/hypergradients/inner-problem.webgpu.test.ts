import process from 'node:process'
import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, describe } from 'vitest'
import { loadEngine } from '../../../../src-main/engines/load-engine.ts'
import { mayUseSoftwareWebgpu, waitCalmlyForWebgpu } from '../../../helpers/software-webgpu.ts'
import { describeHypergradients, wholeSuite } from '../../../suites/hypergradient-suite.ts'

/**
 * MatMulSmallOutputSizeProgram of TensorFlow.js' WebGPU backend. The one that it takes for small products has 256 lanes wait for
 * each other once per element, for which software takes ten times as long as for all other operations together; the
 * engine's own tests compute with it.
 */
const matmulVariant = 2
// Software takes minutes for what a GPU does in seconds.
const timeoutMs = 1_200_000
const isLong = process.env['TUNEWRIGHT_LONG_TESTS'] === '1'
const options = {
  ...wholeSuite,
  lengths: isLong ? wholeSuite.lengths : [1, 7],
  minimumTimeoutMs: timeoutMs,
  minimaOn: 'cpu',
  turns: isLong ? wholeSuite.turns : 5,
} as const

describe.runIf(mayUseSoftwareWebgpu)('with WebGPU on software', { timeout: timeoutMs }, () => {
  if (!isLong) console.warn('Skipped on WebGPU: 50 steps; TUNEWRIGHT_LONG_TESTS=1')
  beforeAll(async () => {
    waitCalmlyForWebgpu()
    await loadEngine('webgpu')
    tf.env().set('WEBGPU_MATMUL_PROGRAM_TYPE', matmulVariant)
  })
  describeHypergradients('webgpu', options)
})
