import { describe, expect, it } from 'vitest'
import type { SpaceSpecification } from '../../../../src-main/core/study/space-specification.ts'
import type { Assignment, TrialSnapshot } from '../../../../src-main/core/trial/trial.ts'
import { createRandomStream } from '../../../../src-main/math/random/stream.ts'
import { createEncoding, pointOf } from '../../../../src-main/search/samplers/gp/encoding.ts'
import { drawUniformly } from '../../../../src-main/search/samplers/random/random.ts'
import { buildSpace } from '../../../../src-main/search/space/build-space.ts'
import {
  type SuccessModel,
  SuccessModels,
} from '../../../../src-main/search/success/success-model.ts'

const plane: SpaceSpecification = { x: { float: [0, 1] }, y: { float: [0, 1] } }
const mixed: SpaceSpecification = {
  ...plane,
  kind: { choice: ['a', 'b', 'c'] },
  depth: { int: [1, 5], when: { kind: 'b' } },
}

const stream = (number: number) => createRandomStream({ seed: 3, number, purpose: 'outcomes' })

function outcome(number: number, parameters: Assignment, fails: boolean): TrialSnapshot {
  const state = fails ? 'failed' : 'complete'
  return { number, state, parameters, values: fails ? [] : [1], reports: [] }
}

function modeled(
  specification: SpaceSpecification,
  count: number,
  fails: (point: Assignment) => boolean,
) {
  const space = buildSpace(specification)
  const encoding = createEncoding(space)
  const random = stream(0)
  const trials = Array.from({ length: count }, (_, number) => {
    const parameters = drawUniformly(space, random)
    return outcome(number, parameters, fails(parameters))
  })
  const models = new SuccessModels(() => encoding)
  return {
    space,
    encoding,
    trials,
    models,
    model: models.of(trials, trials.length) as SuccessModel,
  }
}

/** Share of random points whose outcome the model tells. */
function accuracy(
  { space, encoding, model }: ReturnType<typeof modeled>,
  fails: (point: Assignment) => boolean,
): number {
  const random = stream(1)
  let right = 0
  for (let draw = 0; draw < 500; draw++) {
    const point = drawUniformly(space, random)
    if (model.probability(pointOf(encoding, point)) > 0.5 !== fails(point)) right++
  }
  return right / 500
}

describe('the probability of success', () => {
  it.each<[string, SpaceSpecification, (point: Assignment) => boolean]>([
    ['one parameter', plane, ({ x }) => Number(x) > 0.6],
    ['the sum of two', plane, ({ x, y }) => Number(x) + Number(y) > 1.1],
    ['a disk', plane, ({ x, y }) => (Number(x) - 0.5) ** 2 + (Number(y) - 0.5) ** 2 < 0.1],
    ['one category', mixed, ({ x, kind }) => kind === 'b' && Number(x) > 0.4],
    ['a conditional parameter', mixed, ({ depth }) => Number(depth ?? 0) > 3],
  ])('finds where trials fail: %s', (_, specification, fails) => {
    expect(accuracy(modeled(specification, 60, fails), fails)).toBeGreaterThan(0.92)
  })

  it('finds the one coordinate that matters among eight', () => {
    const names = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h']
    const wide = Object.fromEntries(
      names.map(name => [name, { float: [0, 1] as [number, number] }]),
    )
    const fails = ({ c }: Assignment): boolean => Number(c) > 0.7
    expect(accuracy(modeled(wide, 60, fails), fails)).toBeGreaterThan(0.85)
  })

  it('is the same nearly everywhere where trials fail by chance', () => {
    const random = stream(2)
    const { model, encoding, space } = modeled(plane, 100, () => random.uniform() < 0.2)
    const probabilities = Array.from({ length: 100 }, () =>
      model.probability(pointOf(encoding, drawUniformly(space, random))),
    )
    expect(Math.min(...probabilities)).toBeGreaterThan(0.5)
  })

  it('has the slopes that it says', () => {
    const { model, encoding } = modeled(
      mixed,
      40,
      ({ x, y, kind }) => Number(x) + Number(y) > 1.1 || kind === 'c',
    )
    const at = pointOf(encoding, { x: 0.52, y: 0.37, kind: 'b', depth: 2 })
    const slopes = new Float64Array(encoding.kinds.numeric)
    model.slopes(at, slopes)
    const weighted = new Float64Array(encoding.kinds.numeric)
    model.logWeight(at, weighted)
    slopes.forEach((slope, d) => {
      const moved = (by: number): Float64Array => at.with(d, (at[d] as number) + by)
      const h = 1e-6
      const along = (f: (point: Float64Array) => number): number =>
        (f(moved(h)) - f(moved(-h))) / (2 * h)
      expect(slope).toBeCloseTo(
        along(point => model.probability(point)),
        5,
      )
      expect(weighted[d]).toBeCloseTo(
        along(point => model.logWeight(point)),
        4,
      )
    })
  })

  it('is not asked for while nothing fails, or only by accident', () => {
    const { models, trials } = modeled(plane, 20, () => false)
    expect(models.of(trials, 20)).toBeNull()
    const accident: TrialSnapshot = { ...outcome(20, { x: 1, y: 1 }, true), byAccident: true }
    expect(models.of([...trials, accident], 21)).toBeNull()
  })

  it('depends on the trials alone, not on what it was asked before', () => {
    const { models, trials, encoding } = modeled(plane, 300, ({ x }) => Number(x) > 0.6)
    const at = pointOf(encoding, { x: 0.58, y: 0.2 })
    for (const count of [5, 60, 130, 300]) {
      const trialsSoFar = trials.slice(0, count)
      const fresh = new SuccessModels(() => encoding).of(trialsSoFar, count)
      expect(models.of(trialsSoFar, count)?.probability(at)).toBe(fresh?.probability(at))
    }
  })

  it('asks for more distance after failures than after successes', () => {
    const { models, trials } = modeled(plane, 40, ({ x }) => Number(x) > 0.6)
    const laterTrials = (fails: boolean): TrialSnapshot[] =>
      Array.from({ length: 30 }, (_, k) => outcome(40 + k, { x: 0.1 + k / 60, y: 0.5 }, fails))
    const careful = models.of([...trials, ...laterTrials(true)], 70) as SuccessModel
    const bold = models.of([...trials, ...laterTrials(false)], 70) as SuccessModel
    expect(careful.required).toBeGreaterThan(0.9)
    expect(bold.required).toBeLessThan(0.6)
  })

  it('asks for nothing now and then, while few trials fail', () => {
    const few = modeled(plane, 140, ({ x }) => Number(x) > 0.9)
    const many = modeled(plane, 140, ({ x }) => Number(x) > 0.4)
    const free = ({ models, trials }: typeof few): number[] =>
      [...trials.keys()].filter(n => models.of(trials.slice(0, n), n)?.required === 0)
    expect(free(few)).toEqual([15, 31, 47, 63, 79, 95, 111, 127])
    expect(free(many)).toEqual([])
  })

  it('spares few failures', () => {
    const { models, trials } = modeled(plane, 60, ({ x }) => Number(x) > 0.95)
    const failed = trials.filter(({ state }) => state === 'failed')
    expect(failed.length).toBeGreaterThan(0)
    expect(failed.length).toBeLessThan(4)
    expect(models.of(trials, 60)?.required).toBeLessThan(0.55)
  })
})
