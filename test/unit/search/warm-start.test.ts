import { describe, expect, it } from 'vitest'
import { msg } from '../../../src-main/core/errors/message.ts'
import type { Proposal } from '../../../src-main/core/processes/search-protocol.ts'
import type { SpaceSpecification } from '../../../src-main/core/study/space-specification.ts'
import type { StudySpecification } from '../../../src-main/core/study/study-specification.ts'
import type { Assignment, TrialSnapshot } from '../../../src-main/core/trial/trial.ts'
import { createRandomStream } from '../../../src-main/math/random/stream.ts'
import { checkWarmStart } from '../../../src-main/search/earlier/with-earlier-trials.ts'
import { SourceStudies } from '../../../src-main/search/warm-start/source-studies.ts'
import { pointOf } from '../../../src-main/search/samplers/gp/encoding.ts'
import { samplers } from '../../../src-main/search/samplers/registry.ts'
import { buildSpace } from '../../../src-main/search/space/build-space.ts'
import { StudySearch } from '../../../src-main/search/study-search.ts'
import { parseSpecification } from '../../../src-main/core/study/parse-specification.ts'
import { messageLine } from '../../helpers/message-line.ts'

const space: SpaceSpecification = {
  x: { float: [0, 1] },
  y: { float: [0, 1] },
  c: { choice: ['a', 'b'] },
}

function specify(changes: Record<string, unknown> = {}): StudySpecification {
  const parsed = parseSpecification({
    name: 'test',
    objective: { external: true },
    stop: { trials: 100 },
    seed: 3,
    space,
    goals: [{ metric: 'loss', direction: 'minimize' }],
    ...changes,
  })
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems))
  return parsed.specification
}

/** The data sets differ in where their best point lies, and in the scale of their values. */
function bowl(center: number, scale: number) {
  return ({ x, y, c }: Assignment): number =>
    scale * ((Number(x) - center) ** 2 + (Number(y) - 0.3) ** 2 + (c === 'a' ? 0 : 0.2)) + scale
}

function study(evaluate: (point: Assignment) => number, seed: number, count = 40): TrialSnapshot[] {
  const random = createRandomStream({ seed, number: 0, purpose: 'sourceStudies' })
  return Array.from({ length: count }, (_, number) => {
    const c = random.uniform() < 0.5 ? 'a' : 'b'
    const parameters = { x: random.uniform(), y: random.uniform(), c }
    return { number, state: 'complete', parameters, values: [evaluate(parameters)], reports: [] }
  })
}

const knownOf = (trials: readonly TrialSnapshot[]) => ({
  trials,
  losses: Float64Array.from(trials, ({ values: [value = NaN] }) => value),
})

const turned = (trials: readonly TrialSnapshot[]): TrialSnapshot[] =>
  trials.map(trial => ({ ...trial, values: trial.values.map(value => -value) }))

const helpful = [study(bowl(0.62, 1000), 1), study(bowl(0.58, 0.01), 2)]
const target = bowl(0.6, 1)

interface Run {
  readonly best: number[]
  readonly proposals: Proposal[]
}

function run(
  sampler: string,
  elsewhere: readonly (readonly TrialSnapshot[])[],
  count: number,
  changes: Record<string, unknown> = {},
): Run {
  const search = new StudySearch()
  search.open(specify({ sampler: { name: sampler }, ...changes }), [], [], undefined, elsewhere)
  const proposals: Proposal[] = []
  const best: number[] = []
  for (let number = 0; number < count; number++) {
    const proposal = search.propose(number)
    if ('exhausted' in proposal) throw new Error('exhausted')
    const value = target(proposal.parameters)
    search.started(number, proposal.parameters)
    search.finished(number, 'complete', [value])
    proposals.push(proposal)
    best.push(Math.min(value, best.at(-1) ?? Infinity))
  }
  return { best, proposals }
}

const reasonsOf = ({ proposals }: Run): string[] =>
  proposals.map(({ provenance }) => messageLine(provenance.reason))

describe('sourceStudies with other data', () => {
  it('begins with points that were good there, one for each kind of data first', () => {
    const apart = [study(bowl(0.1, 1), 1), study(bowl(0.9, 1000), 2)]
    const points = SourceStudies.of(buildSpace(space), apart, true)?.firstPoints() ?? []
    const early = points.slice(0, 3).map(({ x }) => Number(x))
    expect(Math.min(...early)).toBeLessThan(0.35)
    expect(Math.max(...early)).toBeGreaterThan(0.65)
    expect(points.length).toBeLessThanOrEqual(8)
  })

  it('has derivatives that agree with differences', () => {
    const sourceStudies = SourceStudies.of(buildSpace(space), helpful, true)
    const { trials, losses } = knownOf(study(target, 5, 12))
    const prior = sourceStudies?.priorFor(trials, losses)
    const point = pointOf(sourceStudies!.encoding, { x: 0.4, y: 0.7, c: 'a' })
    const slopes = new Float64Array(2)
    prior?.slopesAt(point, slopes)
    for (const d of [0, 1]) {
      const at = (step: number) =>
        prior!.at(point.map((value, i) => (i === d ? value + step : value)))
      expect(slopes[d]).toBeCloseTo((at(1e-5) - at(-1e-5)) / 2e-5, 4)
    }
    expect(prior?.sources).toBe(2)
  })

  it('of studies with constraints is compared by value, and begins with what kept them', () => {
    const limited = helpful.map(trials =>
      trials.map(trial => ({ ...trial, constraints: [Number(trial.parameters['x']) - 0.3] })),
    )
    const sourceStudies = SourceStudies.of(buildSpace(space), limited, true)!
    expect(sourceStudies.firstPoints().every(({ x }) => Number(x) <= 0.3)).toBe(true)
    const { sources } = sourceStudies.weightAfter(knownOf(study(target, 5, 12)), 10)
    expect(sources).toBe(2)
  })

  it('fades with all trials that are known, also where the model takes fewer', () => {
    const sourceStudies = SourceStudies.of(buildSpace(space), helpful, true)!
    const { trials, losses } = knownOf(study(target, 5, 20))
    const points = [0.6, 0.1].map(x => pointOf(sourceStudies.encoding, { x, y: 0.3, c: 'a' }))
    const height = (trialCount?: number): number => {
      const prior = sourceStudies.priorFor(trials, losses, trialCount)
      return prior.at(points[1]!) - prior.at(points[0]!)
    }
    expect(height()).toBeGreaterThan(0.1)
    expect(height(200)).toBeCloseTo(height() / 10)
  })

  it('is judged by the newest trials of many', () => {
    const sourceStudies = SourceStudies.of(buildSpace(space), helpful, true)!
    const values = [...study(bowl(0.6, -1), 3, 400), ...study(target, 4, 300)]
    expect(sourceStudies.weightAfter(knownOf(values), 10).sources).toBe(2)
    expect(sourceStudies.weightAfter(knownOf(values.toReversed()), 10).sources).toBe(0)
  })

  it('counts four studies at most', () => {
    const six = Array.from({ length: 6 }, () => study(target, 1))
    const sourceStudies = SourceStudies.of(buildSpace(space), six, true)!
    expect(sourceStudies.weightAfter(knownOf(study(target, 5, 12)), 10).sources).toBe(4)
  })

  it('is fitted once for a study and its sources', () => {
    const of = (specification: StudySpecification, sources = helpful) =>
      SourceStudies.for(specification, buildSpace(specification.space), sources)
    const specification = specify()
    expect(of(specification)).toBe(of(specification))
    expect(of(specification)).not.toBe(of(specify()))
    expect(of(specification)).not.toBe(of(specification, [...helpful]))
  })

  it('does not depend on the scale or the shift of values', () => {
    const scaled = helpful.map(trials =>
      trials.map(trial => ({ ...trial, values: trial.values.map(value => 7 * value - 3) })),
    )
    expect(run('gp', scaled, 14)).toEqual(run('gp', helpful, 14))
  })

  it.each(['gp', 'tpe', 'forest', 'auto'])('helps %s, and says so', sampler => {
    const seeds = [1, 2, 3, 4, 5, 6]
    const after8 = (elsewhere: typeof helpful): number =>
      seeds.reduce((sum, seed) => sum + run(sampler, elsewhere, 8, { seed }).best[7]!, 0)
    expect(after8(helpful)).toBeLessThan(after8([]))
    const warm = run(sampler, helpful, 16)
    const cold = run(sampler, [], 12)
    expect(reasonsOf(warm)[0]).toContain('proposal.startWarm')
    expect(reasonsOf(warm)[15]).toContain('proposal.warmStarted')
    expect(reasonsOf(cold).join()).not.toContain('xperienced')
  })

  it('that misleads loses its weight', () => {
    const misled = run('gp', helpful.map(turned), 30)
    expect(reasonsOf(misled)[29]).toContain('proposal.warmStartDropped')
    expect(misled.best[29]).toBeLessThan(run('gp', [], 30).best[9]!)
  })

  it('comes after the points that the file wants tried', () => {
    const { proposals } = run('gp', helpful, 3, { enqueue: [{ x: 0, y: 0, c: 'b' }] })
    expect(proposals.map(({ provenance }) => provenance.sampler)).toEqual([
      'enqueue',
      'start',
      'start',
    ])
  })

  it('does not try again what was tried, unless its result counts', () => {
    const first = SourceStudies.of(buildSpace(space), helpful, true)!.firstPoints()[0]!
    const again = (duplicates: string): Proposal =>
      run('gp', helpful, 2, { currentConfiguration: first, duplicates }).proposals[1]!
    expect(again('redraw').provenance.sampler).toBe('gp')
    expect(again('allow').provenance.sampler).toBe('gp')
    expect(again('reuse')).toMatchObject({
      parameters: first,
      provenance: { sampler: 'start', detail: { reusedTrial: 0 } },
    })
  })

  it('shortens the start of gp where others gave first points, unless the file says how long it is', () => {
    const phases = (sources: typeof helpful, options: object = {}): unknown[] =>
      run('gp', sources, 12, { sampler: { name: 'gp', ...options } }).proposals.map(
        ({ provenance: { detail } }) => detail?.['phase'],
      )
    expect(phases([helpful[0]!]).indexOf('model')).toBe(5)
    expect(phases(helpful).indexOf('model')).toBe(5)
    expect(phases(helpful, { startupTrials: 11 }).indexOf('model')).toBe(11)
  })

  it('goes on after a restart as if there had been none', () => {
    const { proposals, best } = run('gp', helpful, 14)
    const search = new StudySearch()
    const history = proposals.slice(0, 13).map(({ parameters }, number): TrialSnapshot => {
      const values = [target(parameters)]
      return { number, state: 'complete', parameters, values, reports: [] }
    })
    search.open(specify({ sampler: { name: 'gp' } }), history, [], undefined, helpful)
    expect(search.propose(13)).toEqual(proposals[13])
    expect(best).toHaveLength(14)
  })

  it('is for one goal', () => {
    const { warmStart, goals } = specify({
      warmStart: [{ study: 'a' }, { study: 'b', data: 'other' }],
      goals: ['loss', 'size'].map(metric => ({ metric, direction: 'minimize' })),
      sampler: { name: 'nsga2' },
    })
    expect(checkWarmStart(warmStart, goals, samplers['nsga2']!)).toEqual([
      { path: ['warmStart', 1, 'data'], value: 'other', rule: msg('rule.warmStartOneGoal') },
    ])
    expect(checkWarmStart(warmStart, goals.slice(0, 1), samplers['nsga2']!)).toEqual([])
  })
})
