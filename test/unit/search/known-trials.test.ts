import { describe, expect, it } from 'vitest'
import type { TrialSnapshot } from '../../../src-main/core/trial/trial.ts'
import { KnownTrials } from '../../../src-main/search/known-trials.ts'
import { buildSpace } from '../../../src-main/search/space/build-space.ts'
import { contains } from '../../../src-main/search/space/conditions.ts'

const space = buildSpace({
  rate: { float: [1, 2] },
  kind: { choice: ['a', 'b'] },
  depth: { int: [1, 4], when: { kind: 'a' } },
})

const context = {
  space,
  goals: [
    { metric: 'loss', direction: 'minimize' as const },
    { metric: 'accuracy', direction: 'maximize' as const },
  ],
  constraints: ['size'],
}

function trial(number: number, parameters: TrialSnapshot['parameters']): TrialSnapshot {
  return { number, state: 'complete', parameters, values: [number], reports: [] }
}

const inside = trial(0, { rate: 1.5, kind: 'b' })
const outside = trial(1, { rate: 3, kind: 'a', depth: 2 })
const excluded: TrialSnapshot = { ...trial(2, { rate: 1, kind: 'b' }), excluded: true }
const trials = [inside, outside, excluded]

describe('trials as samplers know them', () => {
  it('are the same list when nothing is hidden', () => {
    const list = [inside]
    const knownTrials = new KnownTrials(context, {})
    expect(knownTrials.forSampler(list)).toBe(list)
    expect(knownTrials.forPruner(list)).toBe(list)
  })

  it('teach nothing when excluded or outside the space, and keep number and object', () => {
    const knownTrials = new KnownTrials(context, {})
    const seen = knownTrials.forSampler(trials)
    expect(seen[0]).toBe(inside)
    expect(seen.slice(1)).toMatchObject([
      { number: 1, state: 'canceled', values: [], reports: [] },
      { number: 2, state: 'canceled', values: [], parameters: excluded.parameters },
    ])
    for (const { parameters } of seen) expect(contains(space, parameters)).toBe(true)
    expect(seen[1]?.parameters).toMatchObject({ kind: 'a', depth: 2 })
    knownTrials.forSampler(trials).forEach((again, index) => {
      expect(again).toBe(seen[index])
    })
  })

  it('still tell what they go on from, which is not gone on from twice', () => {
    const origin = { trial: 0, step: 3, mode: 'continue' as const }
    const list = [inside, { ...excluded, origin }]
    const knownTrials = new KnownTrials(context, {})
    for (const seen of [knownTrials.forSampler(list), knownTrials.forPruner(list)]) {
      expect(seen[1]).toMatchObject({ state: 'canceled', excluded: true, origin })
    }
  })

  it('follow a list from where it changed as one that was never seen before', () => {
    const knownTrials = new KnownTrials(context, {})
    const restored = trial(2, { rate: 1, kind: 'b' })
    const lists = [
      trials,
      [inside, outside, restored],
      [inside, restored],
      [excluded],
      [],
      [inside],
      [outside, inside, excluded],
    ]
    let before: readonly TrialSnapshot[] = []
    for (const list of lists) {
      const changedIndex = list.findIndex((current, index) => current !== before[index])
      knownTrials.changed(changedIndex < 0 ? Math.min(list.length, before.length) : changedIndex)
      before = list
      const fresh = new KnownTrials(context, {}).forSampler(list)
      expect(knownTrials.forSampler(list)).toEqual(fresh)
    }
  })

  it('leave out what lies outside where a canceled point counts as visited', () => {
    const seen = new KnownTrials(context, { proposals: 'listed' }).forSampler(trials)
    expect(seen.map(({ number }) => number)).toEqual([0, 2])
  })

  it('teach pruners wherever they lie, unless excluded', () => {
    const seen = new KnownTrials(context, {}).forPruner(trials)
    expect(seen.map(({ state }) => state)).toEqual(['complete', 'complete', 'canceled'])
    expect(seen[1]).toBe(outside)
  })
})
