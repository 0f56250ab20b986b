import { describe, expect, it } from 'vitest'
import { parseSpecification } from '../../../../../src-main/core/study/parse-specification.ts'
import type { Proposal } from '../../../../../src-main/core/processes/search-protocol.ts'
import { median } from '../../../../../src-main/math/statistics/quantile.ts'
import { resumableTrials } from '../../../../../src-main/search/checkpoints/resumable-trials.ts'
import { StudySearch } from '../../../../../src-main/search/study-search.ts'
import type { TrialSnapshot } from '../../../../../src-main/core/trial/trial.ts'
import { expectTextFor } from '../../../../helpers/expect-text.ts'

const STEPS = 27

function specify(sampler: object = {}, changes: object = {}) {
  const parsed = parseSpecification({
    name: 'increments',
    objective: { function: 'sphere', steps: STEPS },
    goals: [{ metric: 'value', direction: 'minimize' }],
    space: { x: { float: [0, 1] }, y: { float: [0, 1] } },
    sampler: { name: 'freezeThaw', steps: STEPS, ...sampler },
    stop: { trials: 999 },
    seed: 4,
    ...changes,
  })
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems))
  return parsed.specification
}

const bowl = (x: number, y: number): number => (x - 0.6) ** 2 + (y - 0.2) ** 2

/** Trains increments until so many steps are spent. */
function train(
  steps: number,
  {
    fails = (_: number): boolean => false,
    sampler = {},
    constraint = null,
  }: {
    fails?: (number: number) => boolean
    sampler?: object
    /** Value after so many steps; at most 0 is allowed. */
    constraint?: ((x: number, y: number, step: number) => number) | null
  } = {},
) {
  const search = new StudySearch()
  search.open(specify(sampler, constraint === null ? {} : { constraints: ['size'] }), [])
  const trials: TrialSnapshot[] = []
  const proposals: Proposal[] = []
  for (let number = 0, spent = 0; spent < steps; number++) {
    const proposal = search.propose(number)
    if ('exhausted' in proposal) throw new Error('exhausted')
    proposals.push(proposal)
    const { parameters, origin, untilStep = STEPS } = proposal
    search.started(number, parameters, origin === undefined ? {} : { origin })
    const reports: { step: number; value: number }[] = []
    const [x, y] = [Number(parameters['x']), Number(parameters['y'])]
    const end = bowl(x, y)
    for (let step = (origin?.step ?? 0) + 1; step <= untilStep; step++, spent++) {
      reports.push({ step, value: end + 0.5 / step })
      search.judge(number, step, end + 0.5 / step)
    }
    const state = fails(number) ? 'failed' : 'complete'
    const values = state === 'failed' ? [] : [Math.min(...reports.map(({ value }) => value))]
    const constraints = constraint === null ? undefined : [constraint(x, y, untilStep)]
    search.finished(number, state, values, constraints)
    trials.push({
      number,
      state,
      parameters,
      reports,
      values,
      ...(origin === undefined ? {} : { origin }),
      ...(constraints === undefined ? {} : { constraints }),
    })
  }
  return { search, trials, proposals }
}

describe('freeze-thaw', () => {
  const { trials, proposals } = train(10 * STEPS)

  it('lets trainings go on increment by increment, each from where it stood, none twice', () => {
    const continued = proposals.filter(({ origin }) => origin !== undefined)
    expect(continued.length).toBeGreaterThan(20)
    const parents = continued.map(({ origin }) => origin?.trial)
    expect(new Set(parents).size).toBe(parents.length)
    for (const { origin, parameters, untilStep } of continued) {
      const parent = trials[origin?.trial ?? -1]
      expect(origin).toEqual({
        trial: parent?.number,
        step: parent?.reports.at(-1)?.step,
        mode: 'continue',
      })
      expect(parameters).toEqual(parent?.parameters)
      expect(untilStep).toBeGreaterThan(origin?.step as number)
    }
  })

  it('spends on the good ones: ten whole trainings find what random ones would not', () => {
    const whole = trials.filter(({ reports }) => reports.at(-1)?.step === STEPS)
    expect(whole.length).toBeGreaterThan(0)
    const ends = whole.map(({ parameters: { x, y } }) => bowl(Number(x), Number(y)))
    // One in a hundred random points is as good.
    expect(Math.min(...ends)).toBeLessThan(0.01 / Math.PI)
    const begun = proposals.filter(({ origin }) => origin === undefined).length
    expect(begun).toBeGreaterThan(20)
  })

  it('says what it expects of every choice', () => {
    for (const { provenance } of proposals) expectTextFor(provenance.reason)
    const grown = proposals.filter(({ origin }) => (origin?.step ?? 0) >= 5)
    expect(grown.length).toBeGreaterThan(5)
    const misses = grown.map(({ parameters, provenance }) => {
      const { forecast } = provenance.detail as {
        forecast: { step: number; value: number; low: number; high: number }
      }
      expect(forecast.step).toBe(STEPS)
      expect(forecast.low).toBeLessThanOrEqual(forecast.value)
      expect(forecast.high).toBeGreaterThanOrEqual(forecast.value)
      const truth = bowl(Number(parameters['x']), Number(parameters['y'])) + 0.5 / STEPS
      return Math.abs(forecast.value - truth)
    })
    // A middling point is 0.2 worse than the best.
    expect(median(misses)).toBeLessThan(0.03)
  })

  it('keeps the checkpoints of those that wait', () => {
    const resumableNumbers = resumableTrials(specify(), trials)
    const parents = new Set(trials.map(({ origin }) => origin?.trial))
    for (const { number, reports } of trials) {
      const waits = !parents.has(number) && reports.at(-1)?.step !== STEPS
      expect(resumableNumbers.includes(number)).toBe(waits)
    }
  })

  it('gives a training up whose next increment fails', () => {
    const { trials: some } = train(5 * STEPS, { fails: number => number % 7 === 6 })
    const failed = some.filter(({ state, origin }) => state === 'failed' && origin !== undefined)
    expect(failed.length).toBeGreaterThan(0)
    for (const { number, origin } of failed) {
      const again = some.filter(
        other => other.number > number && other.origin?.trial === origin?.trial,
      )
      expect(again).toEqual([])
    }
  })

  it('spends on what keeps the constraints', () => {
    // The best point of all breaks it; the best that keeps it is (0.4, 0.2).
    const { trials: some, proposals: made } = train(10 * STEPS, { constraint: x => x - 0.4 })
    const chosen = some.filter(
      ({ number }) => made[number]?.provenance.detail?.['phase'] === 'model',
    )
    const steps = (of: typeof some): number =>
      of.reduce((sum, { reports }) => sum + reports.length, 0)
    // Six of ten random points break it.
    const allowed = chosen.filter(({ parameters }) => Number(parameters['x']) <= 0.4)
    expect(steps(allowed)).toBeGreaterThan(0.8 * steps(chosen))
    const ends = some
      .filter(({ reports }) => reports.at(-1)?.step === STEPS)
      .map(({ parameters: { x, y } }) => [Number(x), bowl(Number(x), Number(y))] as const)
      .flatMap(([x, end]) => (x <= 0.4 ? [end] : []))
    expect(Math.min(...ends)).toBeLessThan(0.05)
    for (const { provenance } of made) expectTextFor(provenance.reason)
    const last = made.findLast(({ origin }) => origin !== undefined)
    expect(last?.provenance.detail?.['allowed']).toBeGreaterThan(0.3)
  })

  it('lets trainings go on that break a constraint which training mends', () => {
    const { trials: some } = train(10 * STEPS, { constraint: (_x, _y, step) => 1 - step / 10 })
    const whole = some.filter(({ reports }) => reports.at(-1)?.step === STEPS)
    const ends = whole.map(({ parameters: { x, y } }) => bowl(Number(x), Number(y)))
    expect(Math.min(...ends)).toBeLessThan(0.02)
  })

  it('begins whole trainings only, without increments', () => {
    const { proposals: whole } = train(15 * STEPS, { sampler: { increments: false } })
    expect(whole).toHaveLength(15)
    for (const { origin, untilStep } of whole)
      expect([origin, untilStep]).toEqual([undefined, undefined])
  })

  it.each(['redraw', 'reuse'])('goes on where the study wants no duplicates: %s', duplicates => {
    const search = new StudySearch()
    // Margin and horizon are drawn by the number: some of these choose a training that waits.
    const again = Array.from({ length: 30 }, (_, offset) => {
      search.open(specify({}, { duplicates }), trials)
      return search.propose(trials.length + offset)
    })
    const continued = again.filter(proposal => 'origin' in proposal)
    expect(continued.length).toBeGreaterThan(0)
    for (const proposal of continued) {
      if ('exhausted' in proposal) continue
      const { detail } = proposal.provenance
      expect(detail?.['reusedTrial']).toBeUndefined()
      expect(detail?.['proposal']).toBeUndefined()
    }
  })

  it('ends with every training whole, where each of four points may begin once', () => {
    const search = new StudySearch()
    const few = { x: { int: [0, 1] }, y: { int: [0, 1] } }
    search.open(specify({}, { space: few, duplicates: 'redraw' }), [])
    const reached = new Map<string, number>()
    for (let number = 0; ; number++) {
      const proposal = search.propose(number)
      if ('exhausted' in proposal) {
        expect(proposal.reason.code).toBe('ending.spaceTried')
        break
      }
      const { parameters, origin, untilStep = STEPS } = proposal
      const key = JSON.stringify([parameters['x'], parameters['y']])
      expect(origin?.step).toBe(reached.get(key))
      reached.set(key, untilStep)
      search.started(number, parameters, origin === undefined ? {} : { origin })
      const value = bowl(Number(parameters['x']), Number(parameters['y'])) + 0.5 / untilStep
      search.judge(number, untilStep, value)
      search.finished(number, 'complete', [value])
    }
    expect([...reached.values()]).toEqual([STEPS, STEPS, STEPS, STEPS])
  })

  it('takes no result of an increment over for a training that begins at the same point', () => {
    const search = new StudySearch()
    const singlePoint = { x: { fixed: 0.5 }, y: { fixed: 0.5 } }
    search.open(specify({}, { space: singlePoint, duplicates: 'reuse' }), [])
    const first = search.propose(0) as Proposal
    search.started(0, first.parameters)
    search.judge(0, 1, 1)
    search.finished(0, 'complete', [1])
    const second = search.propose(1) as Proposal
    expect(second.parameters).toEqual(first.parameters)
    expect(second.provenance.detail?.['reusedTrial']).toBeUndefined()
  })

  it('refuses a first increment that is the whole', () => {
    const search = new StudySearch()
    expect(() => search.open(specify({ firstIncrement: STEPS }), [])).toThrow('rule.aboveOption')
  })
})
