import { expect, it } from 'vitest'
import { msg } from '../../../../../src-main/core/errors/message.ts'
import { visibleText } from '../../../../../src-main/core/values/visible-text.ts'
import { opened, problemAnswer as problem } from '../../../../helpers/converse.ts'

it('keeps notes and attributes of a trial until it is told', () => {
  const { send, store } = opened()
  send({ ask: 1 })
  expect(send({ say: { trial: 0, note: 'a first look' } })).toEqual([{ said: 0 }])
  send({ say: { trial: 0, note: 'and a \u001B[2Jsecond', attributes: { seen: [1, null] } } })
  expect(send({ files: { trial: 0 } })).toEqual([{ trial: 0, folder: null }])
  const remarks = {
    notes: ['a first look', visibleText('and a \u001B[2Jsecond')],
    attributes: { seen: [1, null] },
    leftOut: [],
  }
  expect(store.remarks(1).get(0)).toEqual(remarks)
  expect(remarks.notes.join('')).not.toContain('\u001B')
  const many = Object.fromEntries(Array.from({ length: 998 }, (_, at) => [String(at), at]))
  expect(send({ say: { trial: 0, attributes: many } })).toEqual(
    problem('say.trial', msg('rule.artifacts.remarks', { limit: 1_000 })),
  )
  send({ tell: { trial: 0, values: [1] } })
  expect(send({ say: { trial: 0, note: 'late' } })).toEqual(
    problem('say.trial', msg('rule.alreadyFinished', { state: 'complete' }), 'trial.finished'),
  )
  expect(store.remarks(1).get(0)).toEqual(remarks)
})
