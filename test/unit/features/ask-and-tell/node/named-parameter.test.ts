import { describe, expect, it } from 'vitest'
import { msg } from '../../../../../src-main/core/errors/message.ts'
import { AppError } from '../../../../../src-main/core/errors/errors.ts'
import { openStudyStore } from '../../../../../src-main/platform/storage/sqlite-study-store.ts'
import {
  converse,
  firstLine,
  opened,
  problemAnswer as problem,
} from '../../../../helpers/converse.ts'

const rate = { float: [0.001, 1], log: true }

describe('a study whose trials name their parameters as they go', () => {
  it('begins without a space, grows with its trials, and then proposes all of it', () => {
    const { send, store } = opened({ space: {}, sampler: { name: 'tpe', startupTrials: 2 } })
    expect(send({ ask: 1 })).toMatchObject([{ trial: 0, parameters: {} }])
    const [named] = send({ suggest: { trial: 0, name: 'rate', parameter: rate } })
    const value = named?.['value'] as number
    expect(value).toBeGreaterThan(0.001)
    expect(send({ suggest: { trial: 0, name: 'rate', parameter: rate } })).toEqual([named])
    send({ tell: { trial: 0, values: [value] } })
    for (let trial = 1; trial < 6; trial++) {
      const [proposal] = send({ ask: 1 })
      const { rate: x } = proposal?.['parameters'] as { rate: number }
      if (trial === 3) {
        send({ suggest: { trial, name: 'layers', parameter: { int: [1, 4] } } })
        send({ suggest: { trial, name: 'kind', parameter: { choice: ['a', 'b'] } } })
      }
      if (trial > 3) expect(Object.keys(proposal?.['parameters'] ?? {})).toHaveLength(3)
      expect(send({ tell: { trial, values: [x] } })).toEqual([{ told: trial }])
    }
    const [study] = store.listStudies()
    expect(study?.specification.space).toEqual({
      rate,
      layers: { int: [1, 4] },
      kind: { choice: ['a', 'b'] },
    })
    expect(Object.keys(store.trial(1, 3).parameters)).toEqual(['rate', 'layers', 'kind'])
    expect(Object.keys(store.trial(1, 2).parameters)).toEqual(['rate'])
  })

  it('takes wider bounds, draws anew what lies outside, and refuses another parameter of the name', () => {
    const { send } = opened({ space: { units: { int: [8, 16] } } })
    send({ ask: 1 })
    const wide = { trial: 0, name: 'units', parameter: { int: [20, 40] } }
    const [answer] = send({ suggest: wide })
    expect(answer?.['value']).toBeGreaterThanOrEqual(20)
    expect(send({ trials: {} })).toMatchObject([
      {
        space: { units: { int: [8, 40] } },
        trials: [{ parameters: { units: answer?.['value'] } }],
      },
    ])
    const values = { name: 'units', value: '{"int":[8,40]}' }
    for (const parameter of [{ float: [8, 16] }, { int: [8, 40], log: true }]) {
      expect(send({ suggest: { ...wide, parameter } })).toEqual(
        problem('suggest.parameter', msg('rule.sameParameter', values)),
      )
    }
    expect(send({ suggest: { ...wide, parameter: { int: [4, 1] } } })).toEqual(
      problem('suggest.parameter.int', msg('rule.bounds')),
    )
  })

  it('is taken up again by the line that began it, with what it has grown to', () => {
    const first = opened({ name: 'grown', space: {} })
    first.send({ ask: 1 })
    const [named] = first.send({ suggest: { trial: 0, name: 'rate', parameter: rate } })
    first.conversation.close(msg('ending.endOfInput'))
    const again = opened({ name: 'grown', space: {} }, first.store)
    expect(again.send({ ask: 1 })).toMatchObject([
      { trial: 0, parameters: { rate: named?.['value'] } },
    ])
    const other = converse(first.store)
    expect(
      other.send({ ...firstLine, name: 'grown', space: { rate: { float: [0, 1] } } }),
    ).toMatchObject([{ error: { field: 'space' } }])
  })
})

describe('a trial that nobody asked for', () => {
  it('is known to the sampler and the pruner', () => {
    const { send } = opened({ pruner: { name: 'median', startupTrials: 1 } })
    const reports = [
      { step: 0, metrics: { loss: 1 } },
      { step: 1, metrics: { loss: 0.1 } },
    ]
    const parameters = { x: 1, kind: 'a' }
    expect(send({ add: { parameters, values: [0.1], reports } })).toEqual([{ added: 0 }])
    expect(send({ add: { parameters, state: 'running' } })).toEqual([{ added: 1 }])
    expect(send({ report: { trial: 1, step: 1, metrics: { loss: 3 } } })).toMatchObject([
      { prune: true },
    ])
    expect(send({ trials: { from: 0 } })).toMatchObject([
      {
        trials: [
          {
            reports: [
              [0, 1],
              [1, 0.1],
            ],
            values: [0.1],
          },
          { state: 'running' },
        ],
      },
    ])
  })

  it('may have no parameters where none is named yet', () => {
    const { send } = opened({ space: {} })
    expect(send({ add: { parameters: {}, state: 'running' } })).toEqual([{ added: 0 }])
    expect(send({ add: { parameters: { a: 1 } } })).toMatchObject([
      { error: { code: 'request.invalid' } },
    ])
  })

  it('is refused as a whole', () => {
    const { send } = opened()
    expect(send({ add: { parameters: { x: 9, kind: 'a' }, values: [1] } })).toMatchObject([
      { error: { field: 'add.parameters.x' } },
    ])
    expect(send({ add: { parameters: { x: 1, kind: 'a' }, values: [] } })).toMatchObject([
      { error: { field: 'tell.values' } },
    ])
    expect(send({ trials: {} })).toMatchObject([{ trials: [] }])
  })
})

describe('lines that come together', () => {
  it('are one transaction; if it fails each gets the error, and the program keeps its trials', () => {
    const store = openStudyStore(':memory:')
    const { send, conversation } = opened({}, store)
    send({ ask: 2 })
    const lines = [0, 1].map(trial => JSON.stringify({ tell: { trial, values: [trial] } }))
    const together = store.together.bind(store)
    store.together = action =>
      together(() => {
        action()
        throw new AppError('database.full', { path: 'kept.sqlite' } as never)
      })
    expect(conversation.answersTogether(lines)).toMatchObject([
      { error: { code: 'database.full', line: 3 } },
      { error: { code: 'database.full', line: 4 } },
    ])
    store.together = together
    // Still its own: what comes next is new.
    expect(send({ ask: 1 })).toMatchObject([{ trial: 2 }])
    expect(conversation.answersTogether(lines)).toEqual([{ told: 0 }, { told: 1 }])
  })
})

describe('further studies of one conversation', () => {
  it('are told apart by name, closed, and opened anew', () => {
    const { send, store } = converse()
    expect(send({ open: { ...firstLine, name: 'one' } })).toEqual([{ opened: 'one' }])
    expect(send({ open: { ...firstLine, name: 'two' } })).toEqual([{ opened: 'two' }])
    expect(send({ ask: 1, study: 'two' })).toMatchObject([{ trial: 0 }])
    expect(send({ ask: 2 })).toMatchObject([{ trial: 0 }, { trial: 1 }])
    expect(send({ trials: {}, study: 'two' })).toMatchObject([{ study: 'two', trials: [{}] }])
    expect(send({ close: {}, study: 'two' })).toEqual([{ closed: 'two' }])
    expect(send({ ask: 1, study: 'two' })).toMatchObject([{ error: { field: 'study' } }])
    expect(send({ open: { ...firstLine, name: 'one' } })).toEqual([{ opened: 'one' }])
    // Both trials are handed out again.
    expect(send({ ask: 3 })).toMatchObject([{ trial: 0 }, { trial: 1 }, { trial: 2 }])
    expect(send({ open: { ...firstLine, name: 'one', seed: 9 } })).toMatchObject([
      { error: { field: 'seed' } },
    ])
    expect(store.listStudies().map(({ state }) => state)).toEqual(['running', 'paused'])
  })
})
