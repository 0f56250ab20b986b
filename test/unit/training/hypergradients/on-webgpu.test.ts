import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, describe } from 'vitest'
import { loadEngine } from '../../../../src-main/engines/load-engine.ts'
import { mayUseSoftwareWebgpu } from '../../../helpers/software-webgpu.ts'
import { describeHypergradients, wholeSuite } from '../../../suites/hypergradient-suite.ts'

/**
 * MatMulSmallOutputSizeProgram of TensorFlow.js' WebGPU backend. The one that it takes for small products has 256 lanes wait for
 * each other once per element, for which software takes ten times as long as for all other operations together; the
 * engine's own tests compute with it.
 */
const productProgram = 2
// Software takes minutes for what a GPU does in seconds.
const timeoutMs = 1_200_000
const options = { ...wholeSuite, minimumTimeoutMs: timeoutMs, minimaOn: 'cpu' } as const

describe.runIf(mayUseSoftwareWebgpu)('with WebGPU on software', { timeout: timeoutMs }, () => {
  beforeAll(async () => {
    await loadEngine('webgpu')
    tf.env().set('WEBGPU_MATMUL_PROGRAM_TYPE', productProgram)
  })
  describeHypergradients('webgpu', options)
})
