import { expect, it } from 'vitest'
import { msg } from '../../../../../src-main/core/errors/message.ts'
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
