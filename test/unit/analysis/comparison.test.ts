import { msg } from '../../../src-main/core/errors/message.ts'
import { describe, expect, it } from 'vitest'
import type { ChartTrial } from '../../../src-main/analysis/history/progress.ts'
import {
  confirmationModel,
  finalsModel,
  tracesModel,
} from '../../../src-main/charts/comparison-model.ts'
import {
  compareGroup,
  comparePairs,
  cutToShortest,
  holm,
  smallestPValue,
} from '../../../src-main/analysis/comparison/compare-runs.ts'
import { areRepeats } from '../../../src-main/analysis/comparison/configuration-differences.ts'
import { confirmWinner } from '../../../src-main/analysis/comparison/confirm-winner.ts'
import { authorOf } from '../../../src-main/analysis/comparison/trial-author.ts'
import { asOfTrial } from '../../../src-main/analysis/history/as-of-trial.ts'
import { narrowSpace } from '../../../src-main/analysis/parallel/narrow-space.ts'
import { searchedAxes } from '../../../src-main/analysis/parallel/parameter-axis.ts'
import { createTranslate } from '../../../src-main/core/i18n/translate.ts'
import { sampleSpecification } from '../../helpers/store-samples.ts'

const t = createTranslate('en')
const goal = { index: 0, metric: 'loss', direction: 'minimize' } as const

function run(values: readonly number[]): ChartTrial[] {
  return values.map((value, number) => ({
    number,
    state: 'complete',
    parameters: {},
    values: [value],
    lastStep: 2,
    startedAtMs: number * 1_000,
    finishedAtMs: number * 1_000 + 500,
  }))
}

describe('compareGroup', () => {
  it('gives the median and quartiles of the best so far, as far as every run goes', () => {
    const group = compareGroup('a', [run([8, 4, 9]), run([6, 6, 2, 1]), run([7, 5, 3])], goal)
    expect(group.finals).toEqual([4, 1, 3])
    // After 1, 2, 3 trials: 8 6 7, 4 6 5, 4 2 3.
    expect(group.traces.trials.x).toEqual([1, 2, 3])
    expect(group.traces.trials.median).toEqual([7, 5, 3])
    expect(group.traces.trials.lowerQuartile).toEqual([6.5, 4.5, 2.5])
    expect(group.traces.epochs.x).toEqual([2, 4, 6])
    expect(
      tracesModel({
        groups: [group],
        metric: 'loss',
        log: true,
        by: 'trials',
        direction: 'minimize',
        t,
      }).table.rows,
    ).toHaveLength(3)
    expect(
      cutToShortest([[run([1, 2, 3])], [run([4, 5])]])
        .flat()
        .map(({ length }) => length),
    ).toEqual([2, 2])
  })

  it('has no trace where a run never has a value, and says so in its finals', () => {
    const group = compareGroup('a', [run([8]), run([Number.NaN])], goal)
    expect(group.traces.trials.x).toEqual([])
    const model = finalsModel({
      groups: [group],
      metric: 'loss',
      log: false,
      direction: 'minimize',
      t,
    })
    expect(model.table.rows).toEqual([
      ['a', 1, 8, 1],
      ['a', 2, null, 1],
    ])
  })
})

describe('comparePairs', () => {
  const groupOf = (name: string, ends: readonly number[]) =>
    compareGroup(
      name,
      ends.map(end => run([end])),
      goal,
    )

  it('adjusts p-values after Holm: 0.01 0.04 0.03 of three tests become 0.03 0.06 0.06', () => {
    expect(holm([0.01, 0.04, 0.03]).map(p => Number(p.toFixed(6)))).toEqual([0.03, 0.06, 0.06])
    expect(holm([])).toEqual([])
  })

  it('knows the smallest p-value: 2 / 252 for five against five, 1/10 for three against three', () => {
    expect(smallestPValue(5, 5)).toBeCloseTo(2 / 252, 12)
    expect(smallestPValue(3, 3)).toBeCloseTo(0.1, 12)
  })

  it('tells better, unclear, and too few; a failed run is the worst', () => {
    const good = groupOf('good', [1, 2, 3, 4, 5])
    const bad = groupOf('bad', [11, 12, 13, 14, Number.NaN])
    const alike = groupOf('alike', [1.5, 2.5, 3.5, 4.5, 0.5])
    const few = groupOf('few', [90, 91])
    const verdict = (a: typeof good, b: typeof good) => comparePairs([a, b], 'minimize')[0]?.verdict
    expect(verdict(good, bad)).toBe('better')
    expect(verdict(bad, good)).toBe('worse')
    expect(verdict(good, alike)).toBe('unclear')
    expect(verdict(groupOf('few', [1, 2]), few)).toBe('tooFew')
    expect(
      comparePairs([groupOf('high', [11, 12, 13, 14, 15]), good], 'maximize')[0]?.verdict,
    ).toBe('better')
    expect(comparePairs([good, groupOf('none', [Number.NaN, Number.NaN])], 'minimize')).toEqual([])
  })
})

describe('areRepeats and authorOf', () => {
  it('lets names and seeds differ and nothing else', () => {
    const specification = sampleSpecification('one')
    expect(areRepeats(specification, { ...sampleSpecification('two'), seed: 9 })).toBe(true)
    expect(areRepeats(specification, { ...specification, parallelTrials: 3 })).toBe(false)
  })

  it('gives enqueued points to a person', () => {
    const provenance = { sampler: 'tpe', reason: msg('proposal.random') }
    const enqueue = [{ x: 1 }]
    expect(authorOf({ number: 0, provenance }, { enqueue })).toBe('person')
    expect(authorOf({ number: 1, provenance }, { enqueue })).toBe('sampler')
    const currentConfiguration = { x: 0 }
    expect(authorOf({ number: 1, provenance }, { enqueue, currentConfiguration })).toBe('person')
    expect(authorOf({ number: 2, provenance }, { enqueue, currentConfiguration })).toBe('sampler')
    const person = { sampler: 'person', reason: msg('proposal.random') }
    expect(authorOf({ number: 5, provenance: person }, { enqueue })).toBe('person')
  })
})

describe('confirmWinner', () => {
  const trained = (trial: number, values: readonly number[], originalValue: number) => ({
    trial,
    originalTrial: trial,
    originalValue,
    values,
  })
  const low = [1, 1.1, 0.9, 1, 1.2, 0.8]

  it('confirms what is best again in every pair', () => {
    const result = confirmWinner(
      [
        trained(0, low, 0.5),
        trained(
          1,
          low.map(v => v + 1),
          0.6,
        ),
      ],
      'minimize',
    )
    expect(result.verdict).toBe('confirmed')
    // All six differences have one sign: 2 of 2⁶ ways.
    expect(result.pairs[0]).toMatchObject({
      first: 0,
      second: 1,
      pValue: 2 / 64,
      smallestPValue: 2 / 64,
    })
    expect(result.pairs[0]?.difference).toBeCloseTo(-1, 12)
    for (const end of result.pairs[0]?.interval ?? []) expect(end).toBeCloseTo(-1, 12)
    expect(result.selectionBiasInterval?.[0]).toBeGreaterThan(0)
    // (1 − 0.5 + 2 − 0.6) / 2
    expect(result.selectionBias).toBeCloseTo(0.95, 12)
    const [interval] = result.configurations.map(configuration => configuration.interval)
    expect(interval?.[0]).toBeLessThan(1)
    expect(interval?.[1]).toBeGreaterThan(1)
  })

  it('sees another one overtake, or nobody win', () => {
    const high = low.map(value => value + 1)
    expect(confirmWinner([trained(0, low, 2), trained(1, high, 1)], 'maximize').verdict).toBe(
      'overtaken',
    )
    const mixed = low.map((value, at) => value + (at % 2 === 0 ? 0.1 : -0.1))
    expect(confirmWinner([trained(0, low, 1), trained(1, mixed, 1)], 'minimize').verdict).toBe(
      'tied',
    )
    expect(confirmWinner([trained(0, low, 1), trained(1, [1], 1)], 'minimize').verdict).toBeNull()
  })

  it('is drawn with the value of the search beside the trainings', () => {
    const result = confirmWinner([trained(4, low, 0.5)], 'minimize')
    const model = confirmationModel(
      { ...result, source: null, metric: 'loss', direction: 'minimize', testLooks: 0 },
      t,
      trial => `trial ${trial}`,
    )
    expect(model.y.rows).toEqual(['trial 4'])
    expect(model.table.rows[0]?.slice(0, 2)).toEqual(['trial 4', 0.5])
  })
})

describe('asOfTrial', () => {
  it('shows what had ended by then; the rest still runs or is not there', () => {
    const trials = run([5, 4, 3]).map((trial, at) =>
      at === 1 ? { ...trial, finishedAtMs: 9_000, constraints: [1] } : trial,
    )
    const then = asOfTrial(trials, 2)
    expect(then.map(({ number, state, values }) => [number, state, values])).toEqual([
      [0, 'complete', [5]],
      [1, 'running', []],
      [2, 'complete', [3]],
    ])
    expect(then[1]).not.toHaveProperty('constraints')
    expect(asOfTrial(trials, 0)).toHaveLength(1)
  })
})

describe('narrowSpace', () => {
  const space = {
    rate: { float: [1e-4, 1] as [number, number], log: true },
    units: { int: [16, 256] as [number, number], step: 16 },
    kind: { choice: ['a', 'b', 'c'], weights: [1, 2, 3] },
    size: { ordinal: ['small', 'medium', 'large'] },
    noise: { normal: { mean: 0, deviation: 1 } },
  }

  it('holds parameters to the brushed part, on their scale and grid', () => {
    const specification = { ...sampleSpecification('s').space, ...space } as unknown as Parameters<
      typeof narrowSpace
    >[0]
    delete (specification as Record<string, unknown>)['noise']
    const parts = new Map([
      ['rate', [0.25, 0.75]],
      ['units', [0.3, 0.5]],
      ['kind', [0.4, 1]],
      ['size', [0, 0.6]],
    ] as const)
    const narrowed = narrowSpace(specification, searchedAxes(specification), parts)
    expect(narrowed.unchanged).toEqual([])
    expect(narrowed.space['rate']).toMatchObject({ float: [1e-3, 0.1], log: true })
    expect(narrowed.space['units']).toMatchObject({ int: [80, 144], step: 16 })
    expect(narrowed.space['kind']).toMatchObject({ choice: ['b', 'c'], weights: [2, 3] })
    expect(narrowed.space['size']).toMatchObject({ ordinal: ['small', 'medium'] })
  })

  it('names what stays because nothing would be left', () => {
    const specification = { kind: space.kind } as unknown as Parameters<typeof narrowSpace>[0]
    const narrowed = narrowSpace(
      specification,
      searchedAxes(specification),
      new Map([['kind', [0.1, 0.2]]]),
    )
    expect(narrowed).toEqual({ space: specification, unchanged: ['kind'] })
  })
})
