import * as tf from '@tensorflow/tfjs-core'
import { describe, expect, it } from 'vitest'
import { runConformance } from '../../../../src-main/engines/conformance/run-conformance.ts'
import { loadEngine } from '../../../../src-main/engines/load-engine.ts'
import { hasTensorflow } from '../../../helpers/tensorflow-pack.ts'
import { describeEngine } from '../../../suites/engine-suite.ts'
import { describeCompiledNetworks } from '../../../suites/compiled-network-suite.ts'

describe.runIf(hasTensorflow)('tensorflow', () => {
  describeEngine('tensorflow')
  describeCompiledNetworks('tensorflow')

  it('passes every conformance case as a captured function and leaves no tensors', async () => {
    const engine = await loadEngine('tensorflow')
    const executors = new Set<string>()
    const watched = {
      ...engine,
      compile: (...request: Parameters<typeof engine.compile>) => {
        const compiled = engine.compile(...request)
        const run = async (feeds: Parameters<typeof compiled.run>[0]) => {
          const outputs = await compiled.run(feeds)
          executors.add(compiled.statistics.fallbackReason ?? compiled.statistics.executor)
          return outputs
        }
        return { ...compiled, run }
      },
    }
    const before = engine.memory()
    const buffersBefore = tf.backend().numDataIds()
    const { passed, failed } = await runConformance(watched)
    expect(failed).toEqual([])
    expect(passed).toBeGreaterThan(150)
    expect([...executors]).toEqual(['captured'])
    expect(engine.memory()).toEqual(before)
    expect(tf.backend().numDataIds()).toBe(buffersBefore)
  })
})
