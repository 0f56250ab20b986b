import { describe, expect, it } from 'vitest'
import type { SpaceSpecification } from '../../../src-main/core/study/space-specification.ts'
import { studySpecificationSchema } from '../../../src-main/core/study/study-specification.ts'
import type { Assignment, TrialSnapshot } from '../../../src-main/core/trial/trial.ts'
import { createRandomStream } from '../../../src-main/math/random/stream.ts'
import { PriorDensity } from '../../../src-main/search/priors/prior-density.ts'
import { checkPriors } from '../../../src-main/search/priors/check-priors.ts'
import { createEncoding, pointOf } from '../../../src-main/search/samplers/gp/encoding.ts'
import { samplers } from '../../../src-main/search/samplers/registry.ts'
import { buildSpace } from '../../../src-main/search/space/build-space.ts'
import { searchedSpace } from '../../../src-main/search/space/fix-parameters.ts'
import { StudySearch } from '../../../src-main/search/study-search.ts'

const space: SpaceSpecification = {
  rate: { float: [1e-4, 1], log: true, prior: { center: 0.01, confidence: 'medium' } },
  units: { int: [1, 100] },
  kind: { choice: ['a', 'b', 'c'], prior: { center: 'b', confidence: 'high' } },
  depth: { float: [0, 1], when: { kind: 'a' }, prior: { center: 0, confidence: 'low' } },
}
const density = PriorDensity.of(createEncoding(buildSpace(space)))!
const logDensityOf = (assignment: Assignment): number =>
  density.logDensity(pointOf(density.encoding, assignment))

describe('the density of priors', () => {
  it('is null where nothing is believed', () => {
    expect(PriorDensity.of(createEncoding(buildSpace({ x: { float: [0, 1] } })))).toBeNull()
  })

  it('is the truncated normal of numbers on their scale, and odds of choices', () => {
    // Python: log of NormalDist(0.5, 0.12).pdf(0.5) / (cdf(1) - cdf(0)) = 1.2013559
    const center = { rate: 0.01, units: 3, kind: 'c' }
    expect(logDensityOf(center)).toBeCloseTo(1.2013559 + Math.log(3 / 17), 5)
    expect(logDensityOf({ ...center, kind: 'b' }) - logDensityOf(center)).toBeCloseTo(Math.log(15))
    const moved = { ...center, rate: 0.1 }
    expect(logDensityOf(center) - logDensityOf(moved)).toBeCloseTo(0.5 * (0.25 / 0.12) ** 2)
  })

  it('has mean 1 over the space', () => {
    const random = createRandomStream({ seed: 1, number: 0, purpose: 'test' })
    let sum = 0
    const draws = 40_000
    for (let draw = 0; draw < draws; draw++) {
      const kind = (['a', 'b', 'c'] as const)[random.integer(3)]
      const rate = 1e-4 * 1e4 ** random.uniform()
      const depth = kind === 'a' ? { depth: random.uniform() } : {}
      sum += Math.exp(logDensityOf({ rate, units: 1, kind: kind!, ...depth }))
    }
    expect(sum / draws).toBeCloseTo(1, 1)
  })

  it('has the derivatives of its differences', () => {
    const weight = density.weightAfter({ trials: [], losses: new Float64Array(0) }, 10)
    expect(weight.trust).toBe(0)
    const point = pointOf(density.encoding, { rate: 0.3, units: 3, kind: 'a', depth: 0.4 })
    const gradient = new Float64Array(density.encoding.kinds.numeric)
    density.logDensity(point, gradient, 2)
    for (let d = 0; d < gradient.length; d++) {
      const [low, high] = [-1e-6, 1e-6].map(step =>
        density.logDensity(
          point.map((coordinate, at) => (at === d ? coordinate + step : coordinate)),
        ),
      ) as [number, number]
      expect(gradient[d]! / 2).toBeCloseTo((high - low) / 2e-6, 4)
    }
  })

  it('is trusted while the trials agree, and not when they contradict', () => {
    const trials = Array.from({ length: 20 }, (_, number): TrialSnapshot => {
      const parameters = { rate: 1e-4 * 1e4 ** (number / 20), units: 5, kind: 'b' }
      return { number, state: 'complete', parameters, values: [], reports: [] }
    })
    const losses = Float64Array.from(trials, ({ parameters }) => -logDensityOf(parameters))
    const right = density.weightAfter({ trials, losses }, 10)
    expect(right.trust).toBe(1)
    expect(right.power).toBeCloseTo(10 / 11)
    const wrong = density.weightAfter({ trials, losses: losses.map(loss => -loss) }, 10)
    expect([wrong.trust, wrong.power]).toEqual([0, 0])
    // Of many, the first 300 decide; the power fades with all.
    const many = Array.from({ length: 30 }, () => trials).flat()
    const turned = many.map((_, i) => (i < 300 ? 1 : -1) * (losses[i % 20] as number))
    const late = density.weightAfter({ trials: many, losses: Float64Array.from(turned) }, 10)
    expect([late.trust, late.power]).toEqual([1, 10 / 591])
  })

  it('is not trusted again once eight trials have spoken against it', () => {
    const some = (count: number): TrialSnapshot[] =>
      Array.from({ length: count }, (_, number) => {
        const parameters = { rate: 1e-4 * 1e4 ** ((number % 10) / 20), units: 5, kind: 'b' }
        return { number, state: 'complete', parameters, values: [], reports: [] }
      })
    const trustAfter = (against: number): number => {
      const trials = some(60)
      // What the density likes more is worse in the first ones, far better in all others.
      const losses = Float64Array.from(trials, ({ parameters }, i) =>
        i < against ? 100 + logDensityOf(parameters) : -logDensityOf(parameters),
      )
      return density.weightAfter({ trials, losses }, 10).trust
    }
    expect(trustAfter(0)).toBe(1)
    expect(trustAfter(4)).toBe(1)
    expect(trustAfter(8)).toBe(0)
  })

  it('gives two of three points of the start, from the fifth on', () => {
    const random = createRandomStream({ seed: 1, number: 0, purpose: 'test' })
    const nothing = { trials: [], losses: new Float64Array(0) }
    const startTrials = Array.from({ length: 12 }, (_, number) => number).filter(
      number => density.startPoint(number, () => 0.5, random, nothing) !== null,
    )
    expect(startTrials).toEqual([0, 4, 5, 7, 8, 10, 11])
  })
})

function study(sampler: string, changes: object = {}): { search: StudySearch; reasons: string[] } {
  const search = new StudySearch()
  const specification = studySpecificationSchema.parse({
    name: 's',
    objective: { external: true },
    sampler: { name: sampler },
    seed: 4,
    goals: [{ metric: 'loss', direction: 'minimize' }],
    space,
    stop: { trials: 30 },
    ...changes,
  })
  search.open(specification, [])
  return { search, reasons: [] }
}

function run(sampler: string, loss: (parameters: Assignment) => number, changes: object = {}) {
  const { search, reasons } = study(sampler, changes)
  const points: Assignment[] = []
  for (let number = 0; number < 14; number++) {
    const proposal = search.propose(number)
    if ('exhausted' in proposal) throw new Error('exhausted')
    points.push(proposal.parameters)
    reasons.push(JSON.stringify(proposal.provenance.reason))
    search.started(number, proposal.parameters)
    search.finished(number, 'complete', [loss(proposal.parameters)])
  }
  return { points, reasons }
}

const believers = Object.values(samplers).filter(({ usesPriors }) => usesPriors === true)

describe.each(believers.map(({ name }) => name))('a study of %s with priors', sampler => {
  it('begins at the center and says what the prior does', () => {
    const { points, reasons } = run(sampler, parameters => -logDensityOf(parameters))
    expect(points[0]).toMatchObject({ kind: 'b' })
    expect(points[0]!['rate']).toBeCloseTo(0.01, 6)
    expect(reasons[0]).toContain('proposal.priorCenter')
    expect(reasons[4]).toContain('proposal.priorDraw')
    expect(reasons.at(-1)).toContain('proposal.believed')
  })

  it('says that a wrong prior no longer counts', () => {
    const { reasons } = run(sampler, logDensityOf)
    expect(reasons.at(-1)).toContain('proposal.disbelieved')
  })

  it('tries the configuration in use first and expects good values near it', () => {
    const currentConfiguration = { rate: 0.5, units: 70, kind: 'c' }
    const plain = { rate: { float: [1e-4, 1], log: true }, units: { int: [1, 100] } }
    const kinds = { kind: { choice: ['a', 'b', 'c'] } }
    const { points } = run(sampler, () => 0, {
      currentConfiguration,
      space: { ...plain, ...kinds },
    })
    expect(points[0]).toEqual(currentConfiguration)
    const units = [4, 5, 7, 8].map(number => points[number]!['units'] as number)
    for (const value of units) expect(Math.abs(value - 70)).toBeLessThan(45)
  })
})

describe('the check of priors', () => {
  const gp = samplers['gp']!
  it('refuses centers outside, samplers without use for them and points that are none', () => {
    const wrong = buildSpace({
      ...space,
      units: { int: [1, 9], prior: { center: 20, confidence: 'low' } },
    })
    expect(checkPriors({}, wrong, gp, ['gp'])).toMatchObject([
      { path: ['space', 'units', 'prior', 'center'], value: 20 },
    ])
    expect(checkPriors({}, buildSpace(space), samplers['random']!, ['gp', 'tpe'])).toMatchObject([
      { path: ['sampler', 'name'], value: 'random', rule: { code: 'rule.priorSampler' } },
    ])
    expect(
      checkPriors({ currentConfiguration: { rate: 7 } }, buildSpace(space), gp, ['gp']),
    ).toMatchObject([{ path: ['currentConfiguration', 'rate'], value: 7 }])
    expect(checkPriors({}, buildSpace(space), gp, ['gp'])).toEqual([])
  })

  it('leaves fixed parameters and own priors alone', () => {
    const currentConfiguration = { rate: 0.5, units: 70 }
    const searched = searchedSpace({ space, fix: { units: 3 }, currentConfiguration })
    const priors = searched.parameters.map(({ prior }) => prior?.center)
    expect(priors.slice(0, 2)).toEqual([0.01, undefined])
  })
})
