import { trialRow } from '../../../../helpers/trial-row.ts'
import { describe, expect, it } from 'vitest'
import type { EventRecord } from '../../../../../src-main/core/study/events.ts'
import { studySpecificationSchema } from '../../../../../src-main/core/study/study-specification.ts'
import {
  activeFields,
  fieldText,
  pointOf,
} from '../../../../../src-renderer/features/interventions/point-fields.ts'
import { freeName, withName } from '../../../../../src-renderer/features/studies/free-name.ts'
import {
  undoableEvents,
  undoneEvents,
} from '../../../../../src-renderer/features/study/undoable-events.ts'
import { typicalValue } from '../../../../../src-renderer/features/study/typical-values.ts'

const specification = studySpecificationSchema.parse({
  name: 'study',
  objective: { function: 'branin', steps: 8 },
  goals: [{ metric: 'value', direction: 'minimize' }],
  space: {
    momentum: { float: [0, 1], when: { optimizer: ['sgd', 'momentum'] } },
    optimizer: { choice: ['sgd', 'adam'], when: { kind: 'deep' } },
    kind: { fixed: 'deep' },
    layers: { ordinal: [1, 2, 4] },
  },
  stop: { trials: 5 },
})
const { space } = specification

describe('a point in a form', () => {
  it('shows the parameters that are active, each below its parents, wherever these stand', () => {
    const names = (filled: Record<string, string>) =>
      activeFields(space, filled).map(({ name }) => name)
    expect(names({ optimizer: 'adam' })).toEqual(['kind', 'optimizer', 'layers'])
    expect(names({ optimizer: 'sgd' })).toEqual(['kind', 'optimizer', 'momentum', 'layers'])
  })

  it('becomes numbers where they are numbers, without what is not active or empty', () => {
    const filled = { momentum: '0.9', optimizer: 'sgd', layers: 2 }
    expect(pointOf(space, filled)).toEqual({
      momentum: 0.9,
      optimizer: 'sgd',
      kind: 'deep',
      layers: 2,
    })
    expect(pointOf(space, { ...filled, optimizer: 'adam' })).not.toHaveProperty('momentum')
    expect(pointOf(space, { ...filled, momentum: '' })).not.toHaveProperty('momentum')
    // The back end says what is wrong with it.
    expect(pointOf(space, { ...filled, momentum: 'much' })['momentum']).toBe('much')
  })
})

describe('names of copies', () => {
  it('are free', () => {
    expect(freeName('a', new Set())).toBe('a')
    expect(freeName('a', new Set(['a', 'a-2']))).toBe('a-3')
    expect(freeName('a-2', new Set(['a-2']))).toBe('a-3')
  })

  it('change nothing else in the file', () => {
    expect(withName('# head\nname: old # why\nseed: 1\n', 'new')).toBe(
      '# head\nname: new # why\nseed: 1\n',
    )
    expect(withName('seed: 1\nname: >-\n  long\n  name\nslots: 2\n', 'new')).toBe(
      'seed: 1\nname: new\nslots: 2\n',
    )
    expect(withName('name: "old"\n', '2024')).toBe('name: "2024"\n')
    expect(withName('name: old\n', '2024')).toBe('name: "2024"\n')
    expect(withName('seed: 1\n', 'new')).toBe('seed: 1\n')
    expect(withName('{"sampler": {"name": "tpe"}, "name": "old"}', 'new')).toBe(
      '{"sampler": {"name": "tpe"}, "name": "new"}',
    )
    expect(withName('name: old\n', '调参: 1')).toBe('name: "调参: 1"\n')
    expect(withName('{"name": "old", "seed": 1}', 'new')).toBe('{"name": "new", "seed": 1}')
  })
})

describe('events', () => {
  const change: EventRecord = {
    id: 3,
    atMs: 0,
    kind: 'study.changed',
    trialNumber: null,
    detail: {
      changes: [
        { path: 'stop.trials', from: 10, to: 20 },
        { path: 'space.x', from: { float: [0, 1] }, to: null },
      ],
    },
  }

  it('can be taken back once, if a person made them', () => {
    const started: EventRecord = { ...change, id: 4, kind: 'trial.started', detail: {} }
    const undo: EventRecord = { ...change, id: 5, detail: { ...change.detail, undoes: 3 } }
    expect([...undoableEvents([change, started])]).toEqual([3])
    expect([...undoableEvents([change, started, undo])]).toEqual([5])
    expect([...undoneEvents([change, started, undo])]).toEqual([3])
  })
})

describe('typical values', () => {
  const trials = [
    trialRow(0, { parameters: { x: 1, kind: 'a' } }),
    trialRow(1, { parameters: { x: 4, kind: 'b' } }),
    trialRow(2, { parameters: { x: 2, kind: 'b' } }),
    trialRow(3, { parameters: { x: 100, kind: 'c' }, excluded: true }),
    trialRow(4, { parameters: { x: 100, kind: 'c' }, state: 'failed' }),
  ]
  it('are a median that occurs for numbers, and the most frequent of others', () => {
    expect(typicalValue(trials, 'x')).toBe(2)
    expect(typicalValue(trials.slice(0, 2), 'x')).toBe(1)
    expect(typicalValue(trials, 'kind')).toBe('b')
    expect(typicalValue(trials, 'missing')).toBeUndefined()
  })
})

describe('the fields of a point', () => {
  it('stand below those that they depend on, wherever the study file has them', () => {
    const space = {
      units: { int: [1, 9] as [number, number], when: { family: 'network' } },
      categories: { choice: ['a'], when: { family: 'network', units: [3] } },
      family: { choice: ['network', 'linear'] },
      rate: { float: [0, 1] as [number, number] },
    }
    const names = activeFields(space, { family: 'network', units: 3 }).map(({ name }) => name)
    expect(names).toEqual(['family', 'units', 'categories', 'rate'])
  })

  it('show very small numbers with all their digits after an exponent', () => {
    expect(fieldText(0.0000010510503384287378)).toBe('1.0510503384287378e-6')
    expect(Number(fieldText(0.0000010510503384287378))).toBe(0.0000010510503384287378)
    expect([fieldText(0), fieldText(0.25), fieldText('x'), fieldText(undefined)]).toEqual([
      '0',
      '0.25',
      'x',
      '',
    ])
  })
})
