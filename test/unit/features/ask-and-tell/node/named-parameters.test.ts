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
    const { say, store } = opened({ space: {}, sampler: { name: 'tpe', startupTrials: 2 } })
    expect(say({ ask: 1 })).toMatchObject([{ trial: 0, parameters: {} }])
    const [named] = say({ suggest: { trial: 0, name: 'rate', parameter: rate } })
    const value = named?.['value'] as number
    expect(value).toBeGreaterThan(0.001)
    expect(say({ suggest: { trial: 0, name: 'rate', parameter: rate } })).toEqual([named])
    say({ tell: { trial: 0, values: [value] } })
    for (let trial = 1; trial < 6; trial++) {
      const [proposal] = say({ ask: 1 })
      const { rate: x } = proposal?.['parameters'] as { rate: number }
      if (trial === 3) {
        say({ suggest: { trial, name: 'layers', parameter: { int: [1, 4] } } })
        say({ suggest: { trial, name: 'kind', parameter: { choice: ['a', 'b'] } } })
      }
      if (trial > 3) expect(Object.keys(proposal?.['parameters'] ?? {})).toHaveLength(3)
      expect(say({ tell: { trial, values: [x] } })).toEqual([{ told: trial }])
    }
    const [study] = store.listStudies()
    expect(study?.specification.space).toEqual({
      ...{ rate, layers: { int: [1, 4] }, kind: { choice: ['a', 'b'] } },
    })
    expect(Object.keys(store.trial(1, 3).parameters)).toEqual(['rate', 'layers', 'kind'])
    expect(Object.keys(store.trial(1, 2).parameters)).toEqual(['rate'])
  })

  it('takes wider bounds, draws anew what lies outside, and refuses another parameter of the name', () => {
    const { say } = opened({ space: { units: { int: [8, 16] } } })
    say({ ask: 1 })
    const wide = { trial: 0, name: 'units', parameter: { int: [20, 40] } }
    const [answer] = say({ suggest: wide })
    expect(answer?.['value']).toBeGreaterThanOrEqual(20)
    expect(say({ trials: {} })).toMatchObject([
      {
        space: { units: { int: [8, 40] } },
        trials: [{ parameters: { units: answer?.['value'] } }],
      },
    ])
    const values = { name: 'units', value: '{"int":[8,40]}' }
    for (const parameter of [{ float: [8, 16] }, { int: [8, 40], log: true }]) {
      expect(say({ suggest: { ...wide, parameter } })).toEqual(
        problem('suggest.parameter', msg('rule.sameParameter', values)),
      )
    }
    expect(say({ suggest: { ...wide, parameter: { int: [4, 1] } } })).toEqual(
      problem('suggest.parameter.int', msg('rule.bounds')),
    )
  })

  it('is taken up again by the line that began it, with what it has grown to', () => {
    const first = opened({ name: 'grown', space: {} })
    first.say({ ask: 1 })
    const [named] = first.say({ suggest: { trial: 0, name: 'rate', parameter: rate } })
    first.conversation.close(msg('ending.endOfInput'))
    const again = opened({ name: 'grown', space: {} }, first.store)
    expect(again.say({ ask: 1 })).toMatchObject([
      { trial: 0, parameters: { rate: named?.['value'] } },
    ])
    const other = converse(first.store)
    expect(
      other.say({ ...firstLine, name: 'grown', space: { rate: { float: [0, 1] } } }),
    ).toMatchObject([{ error: { field: 'space' } }])
  })
})

describe('a trial that nobody asked for', () => {
  it('is known to the sampler and the pruner', () => {
    const { say } = opened({ pruner: { name: 'median', startupTrials: 1 } })
    const reports = [
      { step: 0, metrics: { loss: 1 } },
      { step: 1, metrics: { loss: 0.1 } },
    ]
    const parameters = { x: 1, kind: 'a' }
    expect(say({ add: { parameters, values: [0.1], reports } })).toEqual([{ added: 0 }])
    expect(say({ add: { parameters, state: 'running' } })).toEqual([{ added: 1 }])
    expect(say({ report: { trial: 1, step: 1, metrics: { loss: 3 } } })).toMatchObject([
      { prune: true },
    ])
    expect(say({ trials: { from: 0 } })).toMatchObject([
      { trials: [{ reports: [[0, 1], [1, 0.1]], values: [0.1] }, { state: 'running' }] }, // prettier-ignore
    ])
  })

  it('may have no parameters where none is named yet', () => {
    const { say } = opened({ space: {} })
    expect(say({ add: { parameters: {}, state: 'running' } })).toEqual([{ added: 0 }])
    expect(say({ add: { parameters: { a: 1 } } })).toMatchObject([
      { error: { code: 'request.invalid' } },
    ])
  })

  it('is refused as a whole', () => {
    const { say } = opened()
    expect(say({ add: { parameters: { x: 9, kind: 'a' }, values: [1] } })).toMatchObject([
      { error: { field: 'add.parameters.x' } },
    ])
    expect(say({ add: { parameters: { x: 1, kind: 'a' }, values: [] } })).toMatchObject([
      { error: { field: 'tell.values' } },
    ])
    expect(say({ trials: {} })).toMatchObject([{ trials: [] }])
  })
})

describe('lines that come together', () => {
  it('are one transaction; if it fails each gets the error, and the program keeps its trials', () => {
    const store = openStudyStore(':memory:')
    const { say, conversation } = opened({}, store)
    say({ ask: 2 })
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
    expect(say({ ask: 1 })).toMatchObject([{ trial: 2 }])
    expect(conversation.answersTogether(lines)).toEqual([{ told: 0 }, { told: 1 }])
  })
})

describe('further studies of one conversation', () => {
  it('are told apart by name, closed, and opened anew', () => {
    const { say, store } = converse()
    expect(say({ open: { ...firstLine, name: 'one' } })).toEqual([{ opened: 'one' }])
    expect(say({ open: { ...firstLine, name: 'two' } })).toEqual([{ opened: 'two' }])
    expect(say({ ask: 1, study: 'two' })).toMatchObject([{ trial: 0 }])
    expect(say({ ask: 2 })).toMatchObject([{ trial: 0 }, { trial: 1 }])
    expect(say({ trials: {}, study: 'two' })).toMatchObject([{ study: 'two', trials: [{}] }])
    expect(say({ close: {}, study: 'two' })).toEqual([{ closed: 'two' }])
    expect(say({ ask: 1, study: 'two' })).toMatchObject([{ error: { field: 'study' } }])
    expect(say({ open: { ...firstLine, name: 'one' } })).toEqual([{ opened: 'one' }])
    // Both trials are handed out again.
    expect(say({ ask: 3 })).toMatchObject([{ trial: 0 }, { trial: 1 }, { trial: 2 }])
    expect(say({ open: { ...firstLine, name: 'one', seed: 9 } })).toMatchObject([
      { error: { field: 'seed' } },
    ])
    expect(store.listStudies().map(({ state }) => state)).toEqual(['running', 'paused'])
  })
})
