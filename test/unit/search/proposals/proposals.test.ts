import { codesIn } from '../../../helpers/expect-text.ts'
import { msg, together, type MessageDescriptor } from '../../../../src-main/core/errors/message.ts'
import { describe, expect, it } from 'vitest'
import { messageLine } from '../../../helpers/message-line.ts'
import { isAppError } from '../../../../src-main/core/errors/errors.ts'
import { parseSpecification } from '../../../../src-main/core/study/parse-specification.ts'
import { formatPath } from '../../../../src-main/core/errors/problem.ts'
import type { Proposal } from '../../../../src-main/core/processes/search-protocol.ts'
import type { StudySpecification } from '../../../../src-main/core/study/study-specification.ts'
import {
  type Assignment,
  type TrialSnapshot,
  reusedTrial,
} from '../../../../src-main/core/trial/trial.ts'
import { samplers } from '../../../../src-main/search/samplers/registry.ts'
import { buildSpace } from '../../../../src-main/search/space/build-space.ts'
import { contains } from '../../../../src-main/search/space/conditions.ts'
import { StudySearch } from '../../../../src-main/search/study-search.ts'
import { deepFreeze } from '../../../helpers/deep-freeze.ts'

function specify(changes: Record<string, unknown>): StudySpecification {
  const parsed = parseSpecification({
    name: 'test',
    // Of two steps, so that it leaves the checkpoints that populations go on from.
    objective: { function: 'sphere', steps: 2 },
    goals: [{ metric: 'value', direction: 'minimize' }],
    space: { a: { int: [0, 20] }, b: { int: [0, 20] }, rate: { float: [0.1, 1] } },
    sampler: { name: 'random' },
    stop: { trials: 40 },
    seed: 3,
    ...changes,
  })
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems))
  return parsed.specification
}

function open(changes: Record<string, unknown>, history: readonly TrialSnapshot[] = []) {
  const search = new StudySearch()
  search.open(specify(changes), history)
  return search
}

interface Run {
  readonly proposals: Proposal[]
  readonly trials: TrialSnapshot[]
  readonly end: MessageDescriptor | null
}

/** Trials one after the other, each complete with a value that rises with a and b. */
function run(changes: Record<string, unknown>, count: number): Run {
  const search = open(changes)
  const proposals: Proposal[] = []
  const trials: TrialSnapshot[] = []
  for (let number = 0; number < count; number++) {
    const proposal = search.propose(number)
    if ('exhausted' in proposal) return { proposals, trials, end: proposal.reason }
    const { parameters } = proposal
    proposals.push(proposal)
    search.started(number, parameters)
    const value = valueOf(parameters)
    search.finished(number, 'complete', [value])
    trials.push({ number, state: 'complete', parameters, values: [value], reports: [] })
  }
  return { proposals, trials, end: null }
}

const valueOf = (parameters: Assignment): number =>
  Object.values(parameters).reduce<number>((sum, value) => sum + Number(value) ** 2, 0)

function problemsOf(changes: Record<string, unknown>): string[] {
  try {
    open(changes)
    return []
  } catch (error) {
    if (!isAppError(error, 'specification.invalid')) throw error
    return error.detail.problems.map(
      ({ path, rule }) => `${formatPath(path)}: ${messageLine(rule)}`,
    )
  }
}

/** Samplers of samplers need to be told which, and pieces how long a training is. */
const options: Readonly<Record<string, object>> = {
  mix: { samplers: [{ name: 'random' }, { name: 'tpe' }] },
  portfolio: { samplers: [{ name: 'random' }, { name: 'tpe' }] },
  freezeThaw: { steps: 2 },
}

describe.each(Object.keys(samplers))('relations with %s', name => {
  const changes = { relations: ['a < b', 'a + b <= 25'], sampler: { name, ...options[name] } }

  it('hold at every point, and every point comes again after a restart', () => {
    const { proposals, trials } = run(changes, 25)
    const space = buildSpace(specify(changes).space)
    expect(proposals.length).toBe(25)
    for (const { parameters, provenance } of proposals) {
      const [a, b] = [Number(parameters['a']), Number(parameters['b'])]
      expect(a < b && a + b <= 25).toBe(true)
      expect(contains(space, parameters)).toBe(true)
      expect(JSON.parse(JSON.stringify(provenance))).toEqual(provenance)
    }
    for (const number of [0, 7, 24]) {
      const restarted = open(changes, deepFreeze(structuredClone(trials.slice(0, number))))
      expect(restarted.propose(number)).toEqual(proposals[number])
    }
  })
})

describe('relations', () => {
  it('keep random points as likely as before: half of the square, evenly', () => {
    const space = { a: { float: [0, 1] }, b: { float: [0, 1] } }
    const { proposals } = run({ space, relations: ['a < b'] }, 2000)
    const mean = (name: string): number =>
      proposals.reduce((sum, { parameters }) => sum + Number(parameters[name]), 0) / 2000
    // Means of the triangle are 1/3 and 2/3, the standard error of 2000 points is 0.005.
    expect(Math.abs(mean('a') - 1 / 3)).toBeLessThan(0.02)
    expect(Math.abs(mean('b') - 2 / 3)).toBeLessThan(0.02)
    const redrawn = proposals.filter(({ provenance }) => provenance.detail !== undefined)
    expect(redrawn.length).toBeGreaterThan(800)
    expect(codesIn(redrawn[0]?.provenance.reason as MessageDescriptor)).toEqual([
      'reason.several',
      'proposal.random',
      'proposal.draw',
    ])
  })

  it('leave out cells of a grid, which ends after the others', () => {
    const space = { a: { int: [0, 9] }, b: { int: [0, 9] } }
    const { proposals, end } = run({ space, relations: ['a < b'], sampler: { name: 'grid' } }, 100)
    expect(proposals).toHaveLength(45)
    expect(new Set(proposals.map(({ parameters }) => JSON.stringify(parameters))).size).toBe(45)
    expect(end).toEqual(msg('ending.gridTried', { cells: 45, broken: 55 }))
  })

  it('take the next points of a sequence, none twice', () => {
    const space = { a: { float: [0, 1] }, b: { float: [0, 1] } }
    const { proposals } = run({ space, relations: ['a < b'], sampler: { name: 'sobol' } }, 64)
    const plain = run({ space, sampler: { name: 'sobol' } }, 200).proposals
    const allowed = plain.filter(({ parameters: p }) => Number(p['a']) < Number(p['b']))
    expect(proposals).toEqual(allowed.slice(0, 64))
  })

  it('move a point no further than they must', () => {
    // A band that a random point meets once in 110,000 draws.
    const space = { a: { float: [0, 1] }, b: { float: [0, 1] }, c: { choice: ['x', 'y'] } }
    const relations = ['a >= 0.999', 'b <= 0.01', 'b >= 0.001']
    const { proposals } = run({ space, relations, sampler: { name: 'tpe' } }, 20)
    for (const { parameters } of proposals) {
      expect(Number(parameters['a'])).toBeGreaterThanOrEqual(0.999)
      expect(Number(parameters['b'])).toBeLessThanOrEqual(0.01)
    }
    const first = proposals[0] as Proposal
    expect(codesIn(first.provenance.reason)).toContain('proposal.movedForRelations')
    expect(Object.keys((first.provenance.detail?.['proposal'] as never)['movedFrom'])).toEqual([
      'a',
      'b',
    ])
    // From above, so it stops at the bound.
    expect(Number(first.parameters['b'])).toBeCloseTo(0.01, 6)
  })

  it('hold between inactive parameters', () => {
    const space = {
      mode: { choice: ['on', 'off'] },
      a: { float: [0, 1] },
      b: { float: [0, 1], when: { mode: 'on' } },
    }
    const { proposals } = run({ space, relations: ['a < b'] }, 60)
    const off = proposals.filter(({ parameters }) => parameters['mode'] === 'off')
    expect(off.some(({ parameters }) => Number(parameters['a']) > 0.8)).toBe(true)
    expect(off.length).toBeGreaterThan(10)
    expect(off.length).toBeLessThan(50)
  })

  it('are refused where they cannot hold together', () => {
    expect(problemsOf({ relations: ['a < b', 'b < a'] })).toEqual([
      'relations: rule.noPoint draws=10000',
    ])
    expect(problemsOf({ relations: ['a < depth'] })).toEqual([
      'relations[0]: rule.relationName name=depth known=a,b,rate',
    ])
  })
})

describe('enqueued points', () => {
  const enqueue = [{ a: 3, b: 4, rate: 0.5 }, { a: 20 }, {}]

  it('come first, completed by the sampler, and the sampler learns from them', () => {
    const plain = run({ sampler: { name: 'tpe' } }, 4).proposals
    const { proposals } = run({ enqueue, sampler: { name: 'tpe' } }, 15)
    expect(proposals[0]).toEqual({
      parameters: { a: 3, b: 4, rate: 0.5 },
      provenance: {
        sampler: 'enqueue',
        reason: msg('proposal.toTryFirst', { point: 1, points: 3 }),
        detail: { given: enqueue[0], filledIn: [] },
      },
    })
    expect(proposals[1]?.parameters).toEqual({ ...plain[1]?.parameters, a: 20 })
    expect(proposals[1]?.provenance.reason).toEqual(
      together(
        msg('proposal.toTryFirst', { point: 2, points: 3 }),
        msg('proposal.filledInBy', { names: ['b', 'rate'], sampler: 'tpe' }),
      ),
    )
    expect(proposals[2]?.parameters).toEqual(plain[2]?.parameters)
    expect(proposals[3]?.provenance.sampler).toBe('tpe')
    expect(proposals[10]?.parameters).not.toEqual(
      run({ sampler: { name: 'tpe' } }, 11).proposals[10]?.parameters,
    )
  })

  it('keep what they give where relations move the rest', () => {
    const changes = { enqueue: [{ a: 19 }, { b: 1 }], relations: ['a < b'] }
    const { proposals } = run(changes, 2)
    expect(proposals[0]?.parameters).toMatchObject({ a: 19, b: 20 })
    expect(proposals[1]?.parameters).toMatchObject({ a: 0, b: 1 })
    expect(codesIn(proposals[0]?.provenance.reason as MessageDescriptor)).toContain(
      'proposal.movedForRelations',
    )
  })

  it('fill in children of what they give', () => {
    const space = {
      kind: { choice: ['x', 'y'] },
      child: { float: [0, 1], when: { kind: 'y' } },
      only: { fixed: 5 },
      deep: { int: [1, 3], when: { only: 5 } },
    }
    const { proposals } = run({ space, enqueue: [{ kind: 'y', deep: 2 }] }, 1)
    expect(Object.keys(proposals[0]?.parameters ?? {})).toEqual(['kind', 'child', 'only', 'deep'])
    expect(proposals[0]?.parameters).toMatchObject({ kind: 'y', only: 5, deep: 2 })
  })

  it('are refused where they do not fit the space', () => {
    const space = {
      kind: { choice: ['x', 'y'] },
      child: { float: [0, 1], when: { kind: 'y' } },
      a: { int: [0, 9] },
      b: { int: [0, 9] },
    }
    const points = [
      { kind: 'z' },
      { child: 0.5 },
      { kind: 'x', child: 0.5 },
      { kind: 'y', child: 2 },
      { a: 1.5, c: 1 },
      { a: 3, b: 2 },
      { a: 3 },
    ]
    expect(problemsOf({ space, enqueue: points, relations: ['a < b'] })).toEqual([
      'enqueue[0].kind: rule.oneOf values=x,y',
      'enqueue[1].child: rule.needsParent parent=kind',
      'enqueue[2].child: rule.inactive',
      'enqueue[3].child: rule.numberBetween low=0 high=1',
      'enqueue[4].a: rule.wholeBetween low=0 high=9',
      'enqueue[4].c: rule.unknownName kind=parameter known=kind,child,a,b',
      'enqueue[5]: rule.breaksRelation relation=a < b',
    ])
  })
})

describe('duplicates', () => {
  const space = { a: { int: [0, 3] }, b: { choice: ['x', 'y'] } }
  const keys = ({ proposals }: Run): string[] =>
    proposals.map(({ parameters }) => JSON.stringify(parameters))

  it('are allowed by default', () => {
    expect(new Set(keys(run({ space }, 30))).size).toBeLessThanOrEqual(8)
  })

  it.each(['random', 'tpe', 'sobol', 'grid'])('are drawn again until none is left: %s', name => {
    const all = run({ space, duplicates: 'redraw', sampler: { name } }, 30)
    expect(new Set(keys(all)).size).toBe(8)
    expect(all.proposals).toHaveLength(8)
    expect(all.end?.code).toMatch(/^ending\.(space|grid)Tried$/)
  })

  it('are allowed where relations leave nothing else', () => {
    const { proposals } = run({ space, duplicates: 'redraw', relations: ['a < 1'] }, 4)
    expect(new Set(keys({ proposals, trials: [], end: null })).size).toBe(2)
    expect(codesIn(proposals[3]?.provenance.reason as MessageDescriptor)).toContain(
      'proposal.nothingUntried',
    )
  })

  it('take over the result of an equal complete trial', () => {
    const { proposals } = run({ space, duplicates: 'reuse' }, 30)
    const first = new Map<string, number>()
    proposals.forEach((proposal, number) => {
      const key = JSON.stringify(proposal.parameters)
      const before = first.get(key)
      expect(reusedTrial(proposal.provenance)).toBe(before ?? null)
      if (before === undefined) first.set(key, number)
      else
        expect(proposal.provenance.reason.values?.['reasons']).toContainEqual(
          msg('proposal.resultReused', { trial: before }),
        )
    })
    expect(first.size).toBeLessThanOrEqual(8)
  })
})
