import { expect, it } from 'vitest'
import { msg } from '../../../../../src-main/core/errors/message.ts'
import { ExternalStudy } from '../../../../../src-main/features/ask-and-tell/node/external-study.ts'
import { opened } from '../../../../helpers/converse.ts'

it.each([
  [false, 'paused'],
  [true, 'finished'],
] as const)(
  'a study whose program has told its trial of an earlier session (%s) is %s at the end',
  (isTold, state) => {
    const line = { name: 'resumed', stop: { trials: 2 } }
    const before = opened(line)
    before.send({ ask: 1 })
    before.conversation.close(msg('ending.endOfInput'))
    const { send, conversation, store } = opened(line, before.store)
    expect(send({ report: { trial: 0, step: 1, metrics: { loss: 1 } } })).toMatchObject([
      { trial: 0, prune: false },
    ])
    expect(send({ ask: 1 })).toMatchObject([{ trial: 1 }])
    expect(send({ tell: { trial: 1, values: [1] } })).toEqual([{ told: 1 }])
    if (isTold) send({ tell: { trial: 0, values: [1] } })
    expect(send({ ask: 1 })).toMatchObject([{ exhausted: { code: 'ending.trialsDone' } }])
    conversation.close(msg('ending.endOfInput'))
    expect(store.listStudies()).toMatchObject([{ state }])
  },
)

it('a pruner that a person has put in its place sees the metrics that it looks at', () => {
  const before = opened({ name: 'changed' })
  before.send({ ask: 1 })
  before.send({ report: { trial: 0, step: 1, metrics: { loss: 1, trainLoss: 0.9 } } })
  before.conversation.close(msg('ending.endOfInput'))
  const { store } = before
  const study = new ExternalStudy(store.findStudy('changed'), { store, now: () => 1_000 }, [0])
  const { specification, id: studyId } = study.study
  const pruner = { name: 'overfitting', maxGap: 0.5 }
  store.changeSpecification({
    studyId,
    specification: { ...specification, pruner },
    detail: { changes: [] },
    atMs: 1_000,
  })
  study.refresh()
  const report = (step: number, trainLoss: number): unknown =>
    study.report({ trial: 0, step, metrics: { loss: 1, trainLoss } })
  expect(report(2, 0.9)).toMatchObject({ prune: false })
  expect(report(3, 0.1)).toMatchObject({ prune: true, reason: { code: 'pruning.overfitsBehind' } })
})
