import { describe, expect, it } from 'vitest'
import type {
  ChartTrial,
  GoalOf,
  OutlineTrial,
} from '../../../../src-main/analysis/history/progress.ts'
import { type Insight, insightsOfGoal } from '../../../../src-main/analysis/insights/insight.ts'
import {
  narrowedParameter,
  narrowInsight,
  parameterInsights,
} from '../../../../src-main/analysis/insights/narrow-insight.ts'
import {
  resultInsights,
  searchInsights,
  trustInsights,
} from '../../../../src-main/analysis/insights/result-insights.ts'
import { narrowSpace } from '../../../../src-main/analysis/parallel/narrow-space.ts'
import { searchedAxes } from '../../../../src-main/analysis/parallel/parameter-axis.ts'
import { studySpecificationSchema } from '../../../../src-main/core/study/study-specification.ts'
import type { Assignment } from '../../../../src-main/core/trial/trial.ts'
import { createRandomStream } from '../../../../src-main/math/random/stream.ts'
import { createTranslate } from '../../../../src-main/core/i18n/translate.ts'

const t = createTranslate('en')
const minimize: GoalOf = { index: 0, metric: 'loss', direction: 'minimize' }
const maximize: GoalOf = { ...minimize, direction: 'maximize' }

function trial(number: number, value: number | null, parameters: Assignment = {}): ChartTrial {
  return {
    number,
    parameters,
    constraints: [],
    lastStep: null,
    startedAtMs: 0,
    finishedAtMs: 1,
    state: value === null ? 'failed' : 'complete',
    values: value === null ? [] : [value],
  }
}

function textsOf(insights: readonly Insight[]): string[] {
  return insights
    .flatMap(({ message, doubt }) => [message, doubt])
    .map(insightMessage => (insightMessage ? t.format(insightMessage) : ''))
}

describe('what the result says', () => {
  it('counts those that are nearly as good, and says where few are known', () => {
    const values = [10, 9, 8, 7, 6, 5, 4, 1, 1.1, 9]
    const all = values.map((value, number) => trial(number, value))
    // The median of the ten is 7 (counted from the best), so that near means within 0.3 of 1.
    expect(textsOf(resultInsights(all, minimize))).toEqual([
      'Trial 7 is 90 % ahead of trial 0 (no interval: trained once); nothing better for 2 trials.',
      'One other trial is nearly as good: another seed may change their order.',
    ])
    const alone = all.filter(({ number }) => number !== 8)
    expect(textsOf(resultInsights(alone, minimize))[1]).toContain('A single result may be luck')
    expect(textsOf(resultInsights(all.slice(0, 3), minimize))[1]).toBe('Only 3 values so far.')
    expect(resultInsights([trial(0, null)], minimize)).toEqual([])
  })

  it('tells those that are exactly as good from those that are nearly as good', () => {
    const doubtOf = (values: readonly number[]): string | undefined =>
      textsOf(
        resultInsights(
          values.map((value, number) => trial(number, value)),
          minimize,
        ),
      )[1]
    const rest = [10, 9, 8, 7, 6, 5, 4]
    expect(doubtOf([...rest, 1, 1])).toContain('One other trial is equally good: another seed')
    expect(doubtOf([...rest, 1, 1, 1])).toContain('2 other trials are equally good: another seed')
    expect(doubtOf([...rest, 1, 1, 1.1])).toContain(
      'One other trial is equally good, and 1 nearly as good',
    )
  })

  describe('where each configuration is trained several times', () => {
    const trained = (deviation: number): ChartTrial[] =>
      [5, 1].map((value, number) => ({
        ...trial(number, value),
        trainings: [-deviation, 0, deviation].map((noise, training) => ({
          number: training,
          values: [value + noise * (number + 1)],
          bestStep: null,
          lastStep: null,
        })),
      }))

    it('gives the difference with its interval in the same unit', () => {
      expect(textsOf(resultInsights(trained(0.1), minimize, 3))[0]).toMatch(
        /^Trial 1 is better than trial 0 by 4\.000 \(95 % interval \+3\.\d+ … \+4\.\d+, 3 trainings\); it is the newest/u,
      )
      const shares = trained(0.01).map(each => ({
        ...each,
        values: each.values.map(value => value / 10),
        trainings: (each as OutlineTrial).trainings?.map(training => ({
          ...training,
          values: training.values.map(value => 1 - value / 10),
        })),
      })) as ChartTrial[]
      const accuracy: GoalOf = { index: 0, metric: 'accuracy', direction: 'maximize' }
      const rising = shares.map(each => ({ ...each, values: each.values.map(value => 1 - value) }))
      expect(textsOf(resultInsights(rising, accuracy, 3))[0]).toMatch(
        /^Trial 1 is better than trial 0 by 40 points \(95 % interval \+\d+ … \+\d+ points, 3 trainings\)/u,
      )
    })

    it('calls nothing better whose interval contains zero', () => {
      const [text] = textsOf(resultInsights(trained(3), minimize, 3))
      expect(text).toMatch(
        /^Trial 1 is ahead of trial 0 by 4\.000, which may be chance \(95 % interval −[\d.]+ … \+[\d.]+, 3 trainings\)/u,
      )
      const chinese = resultInsights(trained(3), minimize, 3).map(({ message }) =>
        createTranslate('zh-CN').format(message),
      )
      expect(chinese[0]).toContain('可能只是偶然')
      expect(chinese[0]).not.toContain('好 ')
    })

    it('says nothing of the difference before the trainings are read', () => {
      const outlines = [5, 1].map((value, number) => trial(number, value))
      expect(textsOf(resultInsights(outlines, minimize, 3))[0]).toBe(
        'Trial 1 is the best; it is the newest.',
      )
    })
  })

  it('names its goal where there are several', () => {
    const all = [1, 5, 2].map((value, number) => trial(number, value))
    expect(textsOf(insightsOfGoal(resultInsights(all, maximize), 'f1'))[0]).toMatch(
      /^f1: Trial 1 is /u,
    )
  })

  it('turns round with the direction', () => {
    const all = [1, 5, 2].map((value, number) => trial(number, value))
    expect(textsOf(resultInsights(all, maximize))[0]).toContain('Trial 1 is')
  })
})

describe('what the search says', () => {
  it('counts what became of the trials and leads to those that failed', () => {
    const all = [
      ...Array.from({ length: 12 }, (_, number) => trial(number, number)),
      trial(12, null),
    ]
    const [ends, luck] = searchInsights(all, minimize, null)
    expect(textsOf([ends as Insight])[0]).toBe('13 trials: 0 pruned, 1 failed.')
    expect(ends?.action).toEqual({ kind: 'failed' })
    const canceled = { ...trial(13, null), state: 'canceled' as const }
    expect(textsOf(searchInsights([...all, canceled], minimize, null))[0]).toBe(
      '14 trials: 0 pruned, 1 failed, 1 canceled.',
    )
    // 10 more of 22.
    expect(textsOf([luck as Insight])[0]).toContain(
      'the next 10 trials would find a better one with a chance of 45 %',
    )
    const many = searchInsights(
      Array.from({ length: 900 }, (_, number) => trial(number, number)),
      minimize,
      null,
    )
    expect(many[1]?.message.values).toEqual({ ahead: 100, percent: 10 })
    expect(searchInsights(all.slice(0, 12), minimize, null)[0]).not.toHaveProperty('action')
    expect(searchInsights([], minimize, null)).toEqual([])
  })

  it('looks no further ahead than the study goes', () => {
    const all = Array.from({ length: 10 }, (_, number) => trial(number, number))
    const aheadOf = (left: number | null) => searchInsights(all, minimize, left)[1]?.message.values
    expect(aheadOf(4)).toEqual({ ahead: 4, percent: 29 })
    expect(aheadOf(40)).toEqual({ ahead: 10, percent: 50 })
    expect(aheadOf(0)).toEqual(aheadOf(null))
  })

  it('has the chance that shuffling gives', () => {
    const random = createRandomStream({ seed: 1, number: 0, purpose: 'insights test' })
    const trials = Array.from({ length: 12 }, (_, number) => trial(number, number))
    const { ahead, percent } = searchInsights(trials, minimize, null)[1]?.message.values as Record<
      string,
      number
    >
    const indices = Array.from({ length: 12 + (ahead as number) }, (_, index) => index)
    const rounds = 20_000
    let better = 0
    // How often the best of all comes after the twelve.
    for (let round = 0; round < rounds; round++)
      better += Number(random.shuffled(indices).indexOf(0) >= 12)
    expect(Math.abs(better / rounds - (percent as number) / 100)).toBeLessThan(0.01)
  })
})

describe('how far the best can be trusted', () => {
  const all = [0.5, 0.4, 0.8].map((value, number) => trial(number, value))

  const tested = (trialNumber: number, loss: number) => ({ trialNumber, metrics: { loss } })

  it('compares it with rows that the search never saw', () => {
    expect(textsOf(trustInsights(all, minimize, tested(1, 0.5)))[0]).toBe(
      'On the test rows, trial 1 came out 25 % behind its value in the search (one measurement, no interval).',
    )
    expect(textsOf(trustInsights(all, maximize, tested(2, 0.88)))[0]).toContain(
      'trial 2 came out 10 % ahead',
    )
    expect(textsOf(trustInsights(all, minimize, tested(1, 0.4)))[0]).toContain(
      'as good as in the search',
    )
    const goal = { ...minimize, metric: 'validationLoss' }
    const winner = { trialNumber: 1, metrics: { testLoss: 0.5, testAccuracy: 0.9 } }
    expect(textsOf(trustInsights(all, goal, winner))[0]).toContain('trial 1 came out 25 % behind')
  })

  it('says nothing of the test of another trial', () => {
    // With a filter, the best is another one than the one that was tested.
    const [first] = trustInsights(all.slice(0, 1), minimize, tested(1, 0.5))
    expect(first?.message.code).toBe('insight.once')
  })

  it('leads to further seeds where nothing is known', () => {
    const [once] = trustInsights(all, minimize, null)
    expect(textsOf([once as Insight])[0]).toContain('Trial 1 is the best of 3')
    expect(once?.action).toEqual({ kind: 'confirm' })
    expect(trustInsights([trial(0, null)], minimize, null)).toEqual([])
  })
})

describe('what the parameters say', () => {
  const { space } = studySpecificationSchema.parse({
    name: 'a',
    objective: { function: 'branin' },
    stop: { trials: 10 },
    goals: [{ metric: 'loss', direction: 'minimize' }],
    space: {
      even: { float: [0, 1] },
      rate: { float: [1e-4, 1], log: true },
      kind: { choice: ['a', 'b'] },
    },
  })
  const axes = searchedAxes(space)
  const count = 200
  /** A bowl around rate 0.01; the other parameters do nothing. */
  const all = Array.from({ length: count }, (_, number) => {
    const exponent = ((number * 0.618034) % 1) * 4 - 4
    const even = (number * 0.754878) % 1
    return trial(number, (exponent + 2) ** 2, {
      even,
      rate: 10 ** exponent,
      kind: number % 2 === 0 ? 'a' : 'b',
    })
  })
  const outcome = (mean: number, deviation: number) => ({
    ok: true as const,
    trials: count,
    result: { parameters: [{ name: 'rate', mean, deviation, activeTrials: count }], pairs: [] },
  })

  it('finds the part of the range in which the good ones lie', () => {
    const insight = narrowInsight(all, axes, minimize)
    expect(insight?.action).toMatchObject({ kind: 'narrow', name: 'rate' })
    const [low, high] = insight?.action?.kind === 'narrow' ? insight.action.part : [0, 1]
    // The best fifth lies within 0.4 of −2 in the logarithm: 0.4 … 0.6 of the axis, with room at both ends.
    expect(low).toBeCloseTo(0.36, 1)
    expect(high).toBeCloseTo(0.64, 1)
    const narrowed = narrowSpace(space, axes, new Map([['rate', [low, high]]]))
    expect(narrowed.unchanged).toEqual([])
    // The best trial stays inside.
    const { float } = narrowed.space['rate'] as { float: [number, number] }
    expect(float[0]).toBeLessThan(0.01)
    expect(float[1]).toBeGreaterThan(0.01)
  })

  it('suggests nothing from few trials, from chance, or where every part is as good', () => {
    expect(narrowInsight(all.slice(0, 30), axes, minimize)).toBeNull()
    const chance = all.map(source =>
      trial(source.number, (source.number * 0.5698) % 1, source.parameters),
    )
    expect(narrowInsight(chance, axes, minimize)).toBeNull()
    const question = { trials: all, axes, goal: minimize }
    // One verdict, that of the charts, whatever the ranking among the best says.
    expect(textsOf(parameterInsights(outcome(0.1, 0.2), outcome(0.8, 0.05), question))).toEqual([
      'After 200 trials no parameter stands out from chance.',
      '',
    ])
    const refused = { ok: false, reason: 'noVariation' } as const
    expect(parameterInsights(refused, outcome(0.8, 0.05), question)).toEqual([])
    expect(parameterInsights(null, outcome(0.8, 0.05), question)).toEqual([])
  })

  it('suggests nothing by trials that lie outside the range of today', () => {
    const moved = searchedAxes({ ...space, rate: { float: [0.1, 1], log: true } })
    expect(narrowInsight(all, moved, minimize)).toBeNull()
  })

  it('narrows to the steps of a parameter, or not where nothing would change', () => {
    const change = (parameter: (typeof space)[string], part: readonly [number, number]) =>
      narrowedParameter({ even: parameter }, searchedAxes({ even: parameter }), {
        name: 'even',
        part,
      })
    expect(change({ float: [0, 1], step: 0.25 }, [0.3, 0.6])).toMatchObject({
      low: 0.25,
      high: 0.75,
    })
    expect(change({ float: [0, 1], step: 0.5 }, [0.3, 0.6])).toBeNull()
    expect(change({ normal: [0, 1] }, [0.3, 0.6])).toBeNull()
  })

  it('narrows only what stands out from chance', () => {
    const parameters = [
      { name: 'even', mean: 0.8, deviation: 0.1, activeTrials: count },
      { name: 'rate', mean: 0.1, deviation: 0.2, activeTrials: count },
    ]
    const idle = { ok: true as const, trials: count, result: { parameters, pairs: [] } }
    expect(parameterInsights(idle, idle, { trials: all, axes, goal: minimize })).toHaveLength(1)
    // 51 % (± 27) may be nothing: its interval reaches 0.
    const unsure = outcome(0.51, 0.27)
    const question = { trials: all, axes, goal: minimize }
    expect(parameterInsights(outcome(0.8, 0.05), unsure, question)).toHaveLength(1)
    expect(parameterInsights(unsure, outcome(0.8, 0.05), question)).toHaveLength(1)
  })

  it('says which matters, how sure that is, and what lies outside', () => {
    const [matters, narrow] = parameterInsights(outcome(0.8, 0.05), outcome(0.7, 0.1), {
      trials: all,
      axes,
      goal: minimize,
    })
    expect(textsOf([matters as Insight])[0]).toBe(
      'rate decides: 80 % of the differences (75–85 %).',
    )
    const rank = Number(/place (\d+)/.exec(textsOf([narrow as Insight])[1] ?? '')?.[1])
    // Outside are worse ones than the best fifth only.
    expect(rank).toBeGreaterThan(count / 5)
  })
})
