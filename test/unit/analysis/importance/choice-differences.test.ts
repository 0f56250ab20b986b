import { describe, expect, it } from 'vitest'
import { choiceDifferences } from '../../../../src-main/analysis/importance/choice-differences.ts'
import { fanova } from '../../../../src-main/analysis/importance/fanova.ts'
import { importanceMessage } from '../../../../src-main/analysis/importance/importance-message.ts'
import type { ImportanceQuestion } from '../../../../src-main/analysis/importance/observations.ts'
import { createRandomStream } from '../../../../src-main/math/random/stream.ts'

/** Errors of 24 trials: two networks that went astray are far worse than any family. */
const errors = {
  network: [78_400, 80_100, 85_000, 88_200, 91_000, 95_400, 99_000, 994_585, 1_613_000],
  linear: [98_000, 98_100, 98_300, 98_900, 101_000],
  forest: [217_000, 218_500, 219_000, 221_000, 226_000],
  boosting: [220_000, 220_400, 221_500, 223_000, 229_000],
}

function question(sign: 1 | -1 = 1): ImportanceQuestion {
  const random = createRandomStream({ seed: 3, number: 0, purpose: 'choice differences' })
  const trials = Object.entries(errors).flatMap(([family, values]) =>
    values.map(value => ({
      state: 'complete' as const,
      values: [sign * value],
      parameters: {
        family,
        ...(family === 'network' ? { units: 1 + random.integer(200), rate: random.uniform() } : {}),
        ...(family === 'linear' ? { ridge: random.uniform() } : {}),
        ...(family === 'forest' || family === 'boosting' ? { rows: random.uniform() } : {}),
      },
    })),
  )
  return {
    trials,
    direction: sign === 1 ? 'minimize' : 'maximize',
    space: {
      family: { choice: ['boosting', 'network', 'forest', 'linear'] },
      units: { int: [1, 200], when: { family: 'network' } },
      rate: { float: [0, 1], when: { family: 'network' } },
      ridge: { float: [0, 1], when: { family: 'linear' } },
      rows: { float: [0, 1], when: { family: ['forest', 'boosting'] } },
    },
  }
}

describe('choices that differ', () => {
  it('are seen where a few terrible trials make up the variance', () => {
    const [first, ...others] = choiceDifferences(question())
    expect(others).toEqual([])
    expect(first?.name).toBe('family')
    expect(first?.share).toBeGreaterThan(0.35)
    expect(first?.values).toEqual([
      { value: 'network', trials: 9, best: 78_400 },
      { value: 'linear', trials: 5, best: 98_000 },
      { value: 'forest', trials: 5, best: 217_000 },
      { value: 'boosting', trials: 5, best: 220_000 },
    ])
    const outcome = fanova(question(), { pairs: false })
    if (!outcome.ok) throw new Error(outcome.reason)
    const without = importanceMessage(outcome)
    expect(without?.code).toBe('importance.none')
    const result = { ...outcome.result, choices: choiceDifferences(question()) }
    const message = importanceMessage({ ...outcome, result })
    expect(message).toMatchObject({
      code: 'importance.choice',
      values: { name: 'family', best: 'network', worst: 'boosting' },
    })
  })

  it('are ordered by the direction of the goal', () => {
    const [first] = choiceDifferences(question(-1))
    expect(first?.values.map(({ best }) => best)).toEqual([-78_400, -98_000, -217_000, -220_000])
  })

  it('are those that others depend on, alone', () => {
    const { trials, direction } = question()
    const space: ImportanceQuestion['space'] = {
      family: { choice: ['boosting', 'network', 'forest', 'linear'] },
      rate: { float: [0, 1] },
    }
    expect(choiceDifferences({ trials, direction, space })).toEqual([])
  })

  it('are none where chance may be all', () => {
    const random = createRandomStream({ seed: 4, number: 0, purpose: 'choice differences' })
    const trials = Array.from({ length: 30 }, (_, at) => ({
      state: 'complete' as const,
      values: [random.uniform()],
      parameters: { family: ['a', 'b', 'c'][at % 3] ?? 'a' },
    }))
    const space: ImportanceQuestion['space'] = {
      family: { choice: ['a', 'b', 'c'] },
      rate: { float: [0, 1], when: { family: 'a' } },
    }
    expect(choiceDifferences({ trials, direction: 'minimize', space })).toEqual([])
    const few = trials.slice(0, 10)
    expect(choiceDifferences({ trials: few, direction: 'minimize', space })).toEqual([])
  })
})
