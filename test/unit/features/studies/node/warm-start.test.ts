import { describe, expect, it } from 'vitest'
import { msg } from '../../../../../src-main/core/errors/message.ts'
import { openStudyStore } from '../../../../../src-main/platform/storage/sqlite-study-store.ts'
import type { StudyStore } from '../../../../../src-main/platform/storage/study-store.ts'
import {
  converse,
  firstLine as first,
  opened,
  problemAnswer as problem,
} from '../../../../helpers/converse.ts'

describe('a study that learns from others', () => {
  const later = {
    ...first,
    name: 'later',
    sampler: { name: 'tpe', startupTrials: 5 },
    warmStart: [{ study: 'ask-and-tell' }],
  }

  function withEarlier(): { store: StudyStore; before: ReturnType<typeof converse> } {
    const store = openStudyStore(':memory:')
    const before = opened({}, store)
    for (const { trial, parameters } of before.send({ ask: 6 })) {
      const { x } = parameters as { x: number }
      if (trial !== 5) before.send({ tell: { trial, values: [x * x] } })
    }
    return { store, before }
  }

  it('knows the trials that were finished when it was created, whatever comes later', () => {
    const { store, before } = withEarlier()
    const after = opened(later, store)
    const [trial] = after.send({ ask: 1 })
    expect(trial).toMatchObject({ trial: 0, why: { detail: { earlierTrials: 5 } } })
    expect(store.findStudy('later').specification.warmStart).toEqual([
      { study: 'ask-and-tell', id: 1, trials: 6, without: [5] },
    ])
    before.send({ tell: { trial: 5, values: [0] } })
    for (const proposal of before.send({ ask: 3 })) {
      before.send({ tell: { trial: proposal['trial'], values: [0] } })
    }
    // Taken up again with the line that created it: the same proposal for the same trial.
    const again = opened(later, store)
    expect(again.send({ ask: 1 })).toEqual([trial])
    expect(again.send({ ask: 1 })).toMatchObject([{ why: { detail: { earlierTrials: 5 } } }])
    expect(store.history(2)).toHaveLength(2)
  })

  it('is another one where the data were to mean something else', () => {
    const { store } = withEarlier()
    opened(later, store)
    const { send } = converse(store)
    const [answer] = send({ ...later, warmStart: [{ study: 'ask-and-tell', data: 'other' }] })
    expect(answer).toMatchObject({
      error: { field: 'warmStart', rule: { code: 'rule.sameStudy' } },
    })
  })

  it.each([
    [{ warmStart: [{ study: 'none' }] }, 'warmStart[0].study', msg('rule.noStudy')],
    [
      { goals: [{ metric: 'loss', direction: 'maximize' }] },
      'warmStart[0].study',
      msg('rule.missingGoal', { direction: 'maximize', metric: 'loss' }),
    ],
    [
      { space: { x: { float: [100, 200] }, kind: { choice: ['a', 'b'] } } },
      'warmStart[0].study',
      expect.objectContaining({
        code: 'rule.noFittingTrial',
        values: expect.objectContaining({ trial: 0 }) as unknown,
      }) as unknown,
    ],
    [
      { warmStart: [{ study: 'ask-and-tell', trials: 7 }] },
      'warmStart[0].trials',
      msg('rule.trialCount', { count: 6 }),
    ],
    [
      { warmStart: [{ study: 'ask-and-tell', trials: 4, data: 'other' }] },
      'warmStart[0].study',
      msg('rule.tooFewFittingTrials', { count: 4, needed: 5 }),
    ],
    [{ sampler: { name: 'sobol' } }, 'warmStart', msg('rule.learnsNothing', { sampler: 'sobol' })],
  ] as const)('is refused with %o', (changes, field, rule) => {
    const { store } = withEarlier()
    const { send } = converse(store)
    expect(send({ ...later, ...changes })).toEqual(problem(field, rule, 'specification.invalid'))
    expect(store.listStudies()).toHaveLength(1)
  })
})
