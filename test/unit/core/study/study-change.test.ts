import { describe, expect, it } from 'vitest'
import {
  settingChanges,
  studyChangeSchema,
  withChange,
  withoutChanges,
} from '../../../../src-main/core/study/study-change.ts'
import { studySpecificationSchema } from '../../../../src-main/core/study/study-specification.ts'

const before = studySpecificationSchema.parse({
  name: 'study',
  objective: { function: 'branin' },
  goals: [{ metric: 'value', direction: 'minimize' }],
  space: { x0: { float: [-5, 10] }, 'x.1': { int: [0, 15] } },
  stop: { trials: 10, target: 2 },
})
const change = studyChangeSchema.parse({
  stop: { trials: 20, minutes: 5 },
  parallelTrials: 3,
  pruner: { name: 'median' },
  space: { 'x.1': { int: [0, 7] } },
})
const changes = [
  { path: 'stop.trials', from: 10, to: 20 },
  { path: 'stop.target', from: 2, to: null },
  { path: 'stop.minutes', from: null, to: 5 },
  { path: 'parallelTrials', from: 1, to: 3 },
  { path: 'pruner', from: { name: 'none' }, to: { name: 'median' } },
  { path: 'space.x.1', from: { int: [0, 15] }, to: { int: [0, 7] } },
]

function byPath(list: readonly { readonly path: string }[]): unknown[] {
  return [...list].sort((a, b) => (a.path < b.path ? -1 : 1))
}

describe('changes of a study', () => {
  it('name every setting before and after', () => {
    expect(byPath(settingChanges(before, withChange(before, change)))).toEqual(byPath(changes))
    expect(settingChanges(before, withChange(before, {}))).toEqual([])
  })

  it('are taken back exactly', () => {
    expect(withoutChanges(withChange(before, change), changes)).toEqual(before)
  })

  it('are not taken back over a later change', () => {
    const later = withChange(withChange(before, change), { parallelTrials: 4 })
    expect(withoutChanges(later, changes)).toBeNull()
    const others = changes.filter(({ path }) => path !== 'parallelTrials')
    expect(withoutChanges(later, others)?.parallelTrials).toBe(4)
  })

  it('do not reach what makes it another study', () => {
    for (const other of [
      { sampler: { name: 'tpe' } },
      { goals: [] },
      { seed: 1 },
      { parallelTrials: 0 },
    ]) {
      expect(studyChangeSchema.safeParse(other).success).toBe(false)
    }
  })
})
