import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { learningRateAt, type ScheduleName } from '../../../../src-main/training/loop/schedule.ts'
import { scheduleNames } from '../../../../src-main/training/tasks/training-hyperparameters.ts'

const rates = (schedule: ScheduleName, warmupSteps = 0) =>
  [0, 1, 2, 3, 4, 5, 6, 7].map(step =>
    learningRateAt({ schedule, learningRate: 0.8, warmupSteps, totalSteps: 8 }, step),
  )

describe('learningRateAt', () => {
  const expected: [ScheduleName, number[]][] = [
    ['constant', [0.8, 0.8, 0.8, 0.8, 0.8, 0.8, 0.8, 0.8]],
    ['step', [0.8, 0.8, 0.8, 0.8, 0.08, 0.08, 0.008, 0.008]],
    ['linear', [0.8, 0.7, 0.6, 0.5, 0.4, 0.3, 0.2, 0.1]],
    // 0.4 · (1 + cos(kπ/8)) with cos(π/8) = 0.92388, cos(π/4) = 0.70711, cos(3π/8) = 0.38268.
    ['cosine', [0.8, 0.769552, 0.682843, 0.553073, 0.4, 0.246927, 0.117157, 0.030448]],
    // Each step divides by 100^(1/8) = 1.7782794.
    ['exponential', [0.8, 0.449873, 0.252982, 0.142262, 0.08, 0.044987, 0.025298, 0.014226]],
  ]
  it.each(expected)('%s', (schedule, values) => {
    for (const [step, rate] of rates(schedule).entries())
      expect(rate).toBeCloseTo(values[step] ?? -1, 6)
  })

  it.each(scheduleNames)('%s rises to its highest rate in the warm-up', schedule => {
    const [first, second, third, fourth, fifth] = rates(schedule, 4)
    expect([first, second, third, fourth]).toEqual([0.2, 0.4, 0.6000000000000001, 0.8])
    expect(fifth).toBe(0.8)
  })

  it('gives the rates of PyTorch', () => {
    const file = new URL('../../../fixtures/schedules/torch.generated.json', import.meta.url)
    const golden = JSON.parse(readFileSync(file, 'utf8')) as {
      readonly highest: number
      readonly cases: readonly {
        readonly schedule: ScheduleName
        readonly steps: number
        readonly warmupSteps: number
        readonly rates: readonly number[]
      }[]
    }
    expect(golden.cases.length).toBeGreaterThanOrEqual(16)
    for (const { schedule, steps, warmupSteps, rates: expected } of golden.cases) {
      const settings = { schedule, learningRate: golden.highest, warmupSteps, totalSteps: steps }
      expected.forEach((rate, step) => {
        // The stored numbers have 12 digits.
        expect(Math.abs(learningRateAt(settings, step) - rate)).toBeLessThan(2e-12)
      })
    }
  })

  it.each([1, 2, 3])('copes with a cycle of %i steps', totalSteps => {
    const cycle = { schedule: 'oneCycle', learningRate: 1, warmupSteps: 0, totalSteps } as const
    for (let step = 0; step < totalSteps; step++) {
      const rate = learningRateAt(cycle, step)
      expect(rate).toBeGreaterThan(0)
      expect(rate).toBeLessThanOrEqual(1)
    }
  })

  it('falls over the steps that the warm-up leaves', () => {
    expect(rates('linear', 4).slice(4)).toEqual([0.8, 0.6000000000000001, 0.4, 0.2])
  })

  it('copes with a warm-up as long as the training', () => {
    expect(rates('cosine', 8).at(-1)).toBe(0.8)
  })
})
