import process from 'node:process'
import { describe } from 'vitest'
import { mayUseSoftwareWebgpu } from '../../../helpers/software-webgpu.ts'
import { describeHypergradients, wholeSuite } from '../../../suites/hypergradient-suite.ts'

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
  if (!isLong) {
    console.warn('Skipped on WebGPU: 50 steps; TUNEWRIGHT_LONG_TESTS=1')
  }
  describeHypergradients('webgpu', options)
})
