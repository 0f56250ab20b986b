import { describe, expect, it } from 'vitest'
import { fanova } from '../../../../src-main/analysis/importance/fanova.ts'
import {
  meanDecreaseImpurity,
  permutationImportance,
} from '../../../../src-main/analysis/importance/forest-importance.ts'
import type { ImportanceOutcome } from '../../../../src-main/analysis/importance/importance-outcome.ts'
import type { ImportanceQuestion } from '../../../../src-main/analysis/importance/observations.ts'
import { pedAnova } from '../../../../src-main/analysis/importance/ped-anova.ts'
import type { SpaceSpecification } from '../../../../src-main/core/study/space-specification.ts'
import { normalQuantile } from '../../../../src-main/math/distributions/normal.ts'
import { mixedStudy, smallStudy } from '../../../helpers/importance-studies.ts'

function resultOf<Result>(outcome: ImportanceOutcome<Result>): Result {
  if (!outcome.ok) throw new Error(outcome.reason)
  return outcome.result
}

const byName = <Row extends { name: string }>(
  rows: readonly Row[],
  number: (row: Row) => number,
): Record<string, number> => Object.fromEntries(rows.map(row => [row.name, number(row)]))

function expectNear(
  actual: Record<string, number>,
  expected: Record<string, number>,
  tolerance: number,
): void {
  for (const [name, value] of Object.entries(expected)) {
    expect(Math.abs((actual[name] ?? Number.NaN) - value), name).toBeLessThan(tolerance)
  }
}

describe('functional ANOVA', () => {
  it("agrees with Optuna's on floats and a choice", () => {
    // FanovaImportanceEvaluator of Optuna 4.1.0 and 5.0.0, seeds 0 to 4: x 0.968–0.970, c 0.0066–0.0086, y 0.0031–0.0041.
    // Its choice is one column per value, ours one split of sets, hence the tolerance of 0.01.
    const { parameters } = resultOf(fanova(smallStudy))
    expectNear(
      byName(parameters, ({ mean }) => mean),
      { x: 0.969, c: 0.0073, y: 0.0037 },
      0.01,
    )
  })

  it("agrees with Optuna's where that is shown the searched scale", () => {
    // Optuna 5.0.0, six seeds, logarithms and widened grids put in by hand, no conditional parameter.
    const { momentum: _, ...space } = mixedStudy.space
    const { parameters } = resultOf(fanova({ ...mixedStudy, space }))
    expectNear(
      byName(parameters, ({ mean }) => mean),
      { lr: 0.334, opt: 0.285, layers: 0.163, units: 0.008, drop: 0.002 },
      0.04,
    )
  })

  it('weighs the parts of a normal distribution by how often they are tried', () => {
    // The sum of the test below, written in quantiles of a normal and a log-normal parameter.
    const trials = Array.from({ length: 400 }, (_, i): ImportanceQuestion['trials'][number] => {
      const a = ((i + 1) * 2 ** 0.5) % 1
      const b = ((i + 1) * 3 ** 0.5) % 1
      const parameters = { a: 3 + 2 * normalQuantile(a), b: Math.exp(normalQuantile(b)) }
      return { state: 'complete', parameters, values: [a + 2 * b] }
    })
    const space = { a: { normal: [3, 2] }, b: { logNormal: [0, 1] } } satisfies SpaceSpecification
    const question: ImportanceQuestion = { space, direction: 'minimize', trials }
    expectNear(
      byName(resultOf(fanova(question)).parameters, ({ mean }) => mean),
      { a: 0.2, b: 0.8 },
      0.03,
    )
    const rows = resultOf(pedAnova(question))
    expect(rows.map(({ name }) => name)).toEqual(['b', 'a'])
  })

  it('divides a sum by the variances of its terms and finds a product in the pair', () => {
    const trials = Array.from({ length: 400 }, (_, i): ImportanceQuestion['trials'][number] => {
      const a = ((i + 1) * 2 ** 0.5) % 1
      const b = ((i + 1) * 3 ** 0.5) % 1
      return { state: 'complete', parameters: { a, b }, values: [a + 2 * b, (a - 0.5) * (b - 0.5)] }
    })
    const question: ImportanceQuestion = {
      space: { a: { float: [0, 1] }, b: { float: [0, 1] } },
      direction: 'minimize',
      trials,
    }
    const sum = resultOf(fanova(question))
    expectNear(
      byName(sum.parameters, ({ mean }) => mean),
      { a: 0.2, b: 0.8 },
      0.03,
    )
    expect(sum.pairs[0]?.mean).toBeLessThan(0.03)
    const product = resultOf(fanova({ ...question, goal: 1 }))
    expect(product.pairs[0]).toMatchObject({ names: ['a', 'b'] })
    expect(product.pairs[0]?.mean).toBeGreaterThan(0.85)
  })

  it('says how far its trees agree', () => {
    const few = { ...mixedStudy, trials: mixedStudy.trials.slice(0, 25) }
    const spread = (question: ImportanceQuestion): number =>
      resultOf(fanova(question, { pairs: false })).parameters.find(({ name }) => name === 'lr')
        ?.deviation ?? Number.NaN
    expect(spread(mixedStudy)).toBeGreaterThan(0.005)
    expect(spread(few)).toBeGreaterThan(2 * spread(mixedStudy))
  })

  it('gives conditional parameters their place', () => {
    const { parameters, pairs } = resultOf(fanova(mixedStudy))
    const momentum = parameters.find(({ name }) => name === 'momentum')
    expect(momentum?.activeTrials).toBe(
      mixedStudy.trials.filter(({ parameters: { opt } }) => opt === 'sgd').length,
    )
    // By integration: its term 0.6(m − 0.8)², active in a third of the space, has 1.4 % of the variance by itself
    // and 2.9 % together with opt.
    expect(momentum?.mean).toBeGreaterThan(0.005)
    expect(momentum?.mean).toBeLessThan(0.03)
    const pair = pairs.find(({ names }) => names.join() === 'opt,momentum')
    expect(pair?.mean).toBeGreaterThan(0.01)
    expect(pair?.mean).toBeLessThan(0.05)
  })
})

describe('mean decrease of impurity', () => {
  it("agrees with Optuna's", () => {
    // MeanDecreaseImpurityImportanceEvaluator, seeds 0 and 1: x 0.972 and 0.975, y 0.016 and 0.014, c 0.011 and 0.012.
    const importance = resultOf(meanDecreaseImpurity(smallStudy))
    expectNear(
      byName(importance, ({ mean }) => mean),
      { x: 0.973, y: 0.015, c: 0.0115 },
      0.008,
    )
    expect(importance.reduce((sum, { mean }) => sum + mean, 0)).toBeCloseTo(1, 12)
  })
})

describe('permutation importance', () => {
  it('ranks parameters by what predictions lose without them', () => {
    const importance = resultOf(permutationImportance(mixedStudy))
    expect(importance.slice(0, 3).map(({ name }) => name)).toEqual(['lr', 'opt', 'layers'])
    // Shuffling a term of share s doubles it in the error: about 2 · 0.33 of the variance for lr.
    expect(importance[0]?.mean).toBeGreaterThan(0.4)
    expect(importance[0]?.mean).toBeLessThan(1)
    expect(Math.abs(importance.find(({ name }) => name === 'drop')?.mean ?? 1)).toBeLessThan(0.05)
  })
})

describe('PED-ANOVA', () => {
  // PedAnovaImportanceEvaluator of Optuna 5.0.0, unnormalized; 1e-9 relative to the largest.
  it.each([
    [
      'small',
      smallStudy,
      0.1,
      1,
      { x: 0.008654682530805653, y: 0.007618303310287554, c: 0.0007546361621825397 },
    ],
    [
      'small',
      smallStudy,
      0.25,
      0.8,
      { x: 0.04007515107108034, y: 0.007870257175708278, c: 0.005770336428175905 },
    ],
    [
      'mixed',
      mixedStudy,
      0.1,
      1,
      {
        lr: 0.009505926932608467,
        layers: 0.006412380598303995,
        opt: 0.0019722801321094686,
        units: 0.0005461594298166222,
        drop: 0.00031176863530682855,
        momentum: 0,
      },
    ],
    [
      'mixed',
      mixedStudy,
      0.25,
      0.8,
      {
        lr: 0.03183419416744306,
        layers: 0.011523002719048282,
        opt: 0.009413348135203146,
        units: 0.004893193879142031,
        momentum: 0.00142346693584488,
        drop: 0.0004014557414457573,
      },
    ],
  ] as const)(
    'equals that of Optuna 5: %s study, best %3$d of %4$d',
    (_, study, target, region, expected) => {
      const importance = resultOf(pedAnova(study, { target, region, resamples: 0 }))
      expectNear(
        byName(importance, ({ divergence }) => divergence),
        expected,
        1e-11,
      )
    },
  )

  it('gives shares and says how sure they are', () => {
    const importance = resultOf(pedAnova(smallStudy))
    // Normalized figures of Optuna 4.1 and 5.
    expectNear(
      byName(importance, ({ mean }) => mean),
      { x: 0.508273, y: 0.447409, c: 0.044318 },
      1e-6,
    )
    const few = { ...mixedStudy, trials: mixedStudy.trials.slice(0, 40) }
    const spread = (question: ImportanceQuestion): number =>
      resultOf(pedAnova(question)).find(({ name }) => name === 'lr')?.deviation ?? Number.NaN
    expect(spread(mixedStudy)).toBeGreaterThan(0.01)
    expect(spread(few)).toBeGreaterThan(spread(mixedStudy))
  })

  it('answers another question than functional ANOVA', () => {
    const local = byName(resultOf(pedAnova(smallStudy)), ({ mean }) => mean)
    const global = byName(resultOf(fanova(smallStudy)).parameters, ({ mean }) => mean)
    expect((local['y'] as number) / (local['x'] as number)).toBeGreaterThan(0.8)
    expect((global['y'] as number) / (global['x'] as number)).toBeLessThan(0.02)
  })
})

describe.each([
  ['functional ANOVA', (question: ImportanceQuestion) => fanova(question)],
  ['mean decrease of impurity', meanDecreaseImpurity],
  ['permutation importance', permutationImportance],
  ['PED-ANOVA', (question: ImportanceQuestion) => pedAnova(question)],
] as const)('%s', (_, method) => {
  it('refuses too few trials and says how many it needs', () => {
    const few = { ...smallStudy, trials: smallStudy.trials.slice(0, 12) }
    expect(method(few)).toEqual({ ok: false, reason: 'tooFewTrials', trials: 12, needed: 20 })
    expect(method({ ...few, minimumTrials: 12 }).ok).toBe(true)
  })

  it('uses complete trials with finite values only', () => {
    const useless = [
      { state: 'pruned', parameters: { x: 0, y: 0, c: 'a' }, values: [-9] },
      { state: 'failed', parameters: { x: 0, y: 0, c: 'a' }, values: [] },
      { state: 'complete', parameters: { x: 0, y: 0, c: 'a' }, values: [Number.NaN] },
      { state: 'complete', parameters: { x: 0, y: 0, c: 'a' }, values: [Number.POSITIVE_INFINITY] },
    ] as const
    const extended = { ...smallStudy, trials: [...smallStudy.trials, ...useless] }
    expect(method(extended)).toEqual(method(smallStudy))
  })

  it('refuses equal values and spaces without a choice', () => {
    const equal = smallStudy.trials.map(trial => ({ ...trial, values: [2] }))
    expect(method({ ...smallStudy, trials: equal })).toEqual({ ok: false, reason: 'noVariation' })
    const space = { x: { fixed: 1 }, y: { float: [2, 2] as [number, number] } }
    expect(method({ ...smallStudy, space })).toEqual({ ok: false, reason: 'nothingSearched' })
  })

  it('minimizing −f is maximizing f', () => {
    const negated = smallStudy.trials.map(trial => ({
      ...trial,
      values: [-(trial.values[0] ?? 0)],
    }))
    expect(method({ ...smallStudy, trials: negated, direction: 'maximize' })).toEqual(
      method(smallStudy),
    )
  })

  it('repeats itself', () => {
    expect(method(mixedStudy)).toEqual(method(mixedStudy))
  })
})
