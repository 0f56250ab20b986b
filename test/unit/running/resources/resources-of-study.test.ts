import { describe, expect, it } from 'vitest'
import type { MessageDescriptor } from '../../../../src-main/core/errors/message.ts'
import type { CostMetric } from '../../../../src-main/core/trial/cost-metrics.ts'
import { isAppError } from '../../../../src-main/core/errors/errors.ts'
import { studySpecificationSchema } from '../../../../src-main/core/study/study-specification.ts'
import {
  type Measurable,
  requireMeasurableCosts,
} from '../../../../src-main/running/resources/resources-of-study.ts'
import type { StudyStore } from '../../../../src-main/platform/storage/study-store.ts'

/**
 * @param reported by the one trial so far; null before the first
 * @returns the rule that the study breaks; null if it may start
 */
function ask(
  goal: CostMetric,
  measurable: Measurable,
  reported: readonly CostMetric[] | null,
): string | null {
  const specification = studySpecificationSchema.parse({
    name: 'energy',
    objective: { task: 'tabular', data: { source: 'iris' } },
    goals: [{ metric: goal, direction: 'minimize' }],
    space: { epochs: { fixed: 1 } },
    stop: { trials: 1 },
  })
  const store = {
    history: () => (reported === null ? [] : [{ number: 3, state: 'complete' }]),
    curve: (_: number, __: number, metric: CostMetric) => ({
      values: reported?.includes(metric) ? [1] : [],
    }),
  }
  try {
    requireMeasurableCosts(
      store as unknown as Pick<StudyStore, 'history' | 'curve'>,
      { id: 1, specification },
      measurable,
    )
    return null
  } catch (error) {
    if (!isAppError(error)) throw error
    return (error.detail as { readonly rule: MessageDescriptor }).rule.code
  }
}

describe('a goal that is a cost', () => {
  const nothing = { gpu: false, cpuEnergy: false }
  const processors = { gpu: false, cpuEnergy: true }
  const card = { gpu: true, cpuEnergy: false }

  it('wants what measures it', () => {
    expect(ask('energyJoules', nothing, null)).toBe('rule.measure.energy')
    expect(ask('energyJoules', processors, null)).toBeNull()
    expect(ask('energyJoules', card, null)).toBeNull()
    expect(ask('cpuEnergyJoules', card, null)).toBe('rule.measure.cpuEnergy')
    expect(ask('gpuEnergyJoules', processors, null)).toBe('rule.measure.gpu')
    expect(ask('trainingSeconds', nothing, null)).toBeNull()
  })

  it('is not compared between trials that count other devices', () => {
    const both = { gpu: true, cpuEnergy: true }
    const ofBoth: CostMetric[] = ['energyJoules', 'cpuEnergyJoules', 'gpuEnergyJoules']
    expect(ask('energyJoules', both, ofBoth)).toBeNull()
    expect(ask('energyJoules', card, ofBoth)).toBe('rule.measure.countedCpu')
    expect(ask('energyJoules', processors, ofBoth)).toBe('rule.measure.countedGpu')
    // Of a study from before the parts were metrics.
    expect(ask('energyJoules', both, ['energyJoules'])).toBe('rule.measure.countedGpuAlone')
    expect(ask('energyJoules', card, ['energyJoules'])).toBeNull()
    expect(ask('energyJoules', card, ['trainingSeconds'])).toBeNull()
  })
})
