import * as tf from '@tensorflow/tfjs-core'
import { describe, expect, it } from 'vitest'
import { runConformance } from '../../../../src-main/engines/conformance/run-conformance.ts'
import { loadEngine } from '../../../../src-main/engines/load-engine.ts'
import { hasTensorflow } from '../../../helpers/tensorflow-pack.ts'
import { describeEngine } from '../../../suites/engine-suite.ts'
import { describeTrainingPrograms } from '../../../suites/training-programs-suite.ts'

describe.runIf(hasTensorflow)('tensorflow', () => {
  describeEngine('tensorflow')
  describeTrainingPrograms('tensorflow')

  it('passes every conformance case as a captured program and leaves no tensors', async () => {
    const engine = await loadEngine('tensorflow')
    const executors = new Set<string>()
    const watched = {
      ...engine,
      compile: (...request: Parameters<typeof engine.compile>) => {
        const program = engine.compile(...request)
        const run = async (feeds: Parameters<typeof program.run>[0]) => {
          const outputs = await program.run(feeds)
          executors.add(program.statistics.fallbackReason ?? program.statistics.executor)
          return outputs
        }
        return { ...program, run }
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
