import { describe, expect, it } from 'vitest'
import type { SpaceSpecification } from '../../../../../src-main/core/study/space-specification.ts'
import type { TrialSnapshot } from '../../../../../src-main/core/trial/trial.ts'
import { createRandomStream } from '../../../../../src-main/math/random/stream.ts'
import { dimensionGroups } from '../../../../../src-main/search/samplers/tpe/dimension.ts'
import {
  type GroupHistory,
  PRIOR_ROW,
  TpeHistory,
} from '../../../../../src-main/search/samplers/tpe/history.ts'
import { GroupKernels } from '../../../../../src-main/search/samplers/tpe/kernels.ts'
import { buildMixture, type Mixture } from '../../../../../src-main/search/samplers/tpe/mixture.ts'
import {
  type BandwidthRule,
  resolveTpeSettings,
  type TpePreset,
} from '../../../../../src-main/search/samplers/tpe/settings.ts'
import { buildSpace } from '../../../../../src-main/search/space/build-space.ts'
import { fromUnit } from '../../../../../src-main/search/space/unit-cube.ts'

const specification: SpaceSpecification = {
  rate: { float: [0.001, 1], log: true },
  units: { int: [1, 12] },
  kind: { choice: ['a', 'b', 'c'] },
  share: { float: [0, 1] },
}
const space = buildSpace(specification)
const random = createRandomStream({ seed: 3, number: 0, purpose: 'test' })

function trialsOf(count: number): TrialSnapshot[] {
  return Array.from({ length: count }, (_, number) => ({
    number,
    state: 'complete',
    parameters: Object.fromEntries(
      // Some coordinates are equal, some lie on the bounds and on the prior's mean.
      space.parameters.map(parameter => [
        parameter.name,
        fromUnit(parameter, Math.round(random.uniform() * 60) / 60),
      ]),
    ),
    values: [0],
    reports: [],
  }))
}

function mixtureOf(
  kernels: GroupKernels,
  rows: Int32Array,
  preset: TpePreset,
  bandwidth: BandwidthRule,
): Mixture {
  const settings = { ...resolveTpeSettings({ preset }), bandwidth }
  return buildMixture(kernels, rows, new Float64Array(rows.length).fill(1), 1, settings)
}

/** Everything that densities and draws are made of, by kernel. */
function contents({ history, rows, widths, scales, tails, ...kernels }: Mixture): unknown {
  const { width, continuousCount } = history
  const cut = (matrix: Float64Array, size: number) =>
    Array.from(rows, row => [...matrix.subarray(row * size, (row + 1) * size)])
  return {
    rows,
    // Choices have no width.
    widths: cut(widths, width).map(([rate, units, , share]) => [rate, units, share]),
    scales: cut(scales, continuousCount),
    tails: cut(tails, 2 * continuousCount),
    ...kernels,
  }
}

function historyOf(trials: readonly TrialSnapshot[]): [TpeHistory, GroupHistory] {
  const history = new TpeHistory(dimensionGroups(space, true))
  history.follow(trials)
  return [history, history.groups[0] as GroupHistory]
}

describe('GroupKernels', () => {
  it.each([
    ['tunewright', ['neighborsPrior', 'neighborsPriorEnds']],
    ['optuna-5', ['neighbors']],
    ['optuna-4', ['scott']],
    ['hyperopt', ['hyperopt']],
  ] as const)('keeps for %s what computing anew gives', (preset, rules) => {
    const [, group] = historyOf(trialsOf(200))
    const reusedKernels = new GroupKernels(group)
    const members = new Set<number>()
    for (let round = 0; round < 120; round++) {
      // Mostly one row more; now and then some come and go, seldom nearly all go.
      const toggles = round % 7 === 3 ? 4 : 1
      for (let toggle = 0; toggle < toggles; toggle++) {
        const row = PRIOR_ROW + 1 + random.integer(200)
        if (members.has(row) && toggle > 0) members.delete(row)
        else members.add(row)
      }
      if (round % 40 === 39) for (const row of members) if (row % 10 > 1) members.delete(row)
      const rows = Int32Array.from(members).sort()
      const rule = rules[round % rules.length] as BandwidthRule
      const fresh = mixtureOf(new GroupKernels(group), rows, preset, rule)
      expect(contents(mixtureOf(reusedKernels, rows, preset, rule))).toEqual(contents(fresh))
    }
  })

  it('begins anew when trials were replaced', () => {
    const trials = trialsOf(80)
    const [history, group] = historyOf(trials)
    const reusedKernels = new GroupKernels(group)
    const rows = Int32Array.from({ length: 80 }, (_, index) => PRIOR_ROW + 1 + index)
    mixtureOf(reusedKernels, rows, 'tunewright', 'neighborsPrior')
    const others = [...trials.slice(0, 40), ...trialsOf(40)]
    history.follow(others)
    const [, fresh] = historyOf(others)
    expect(contents(mixtureOf(reusedKernels, rows, 'tunewright', 'neighborsPrior'))).toEqual(
      contents(mixtureOf(new GroupKernels(fresh), rows, 'tunewright', 'neighborsPrior')),
    )
  })
})
