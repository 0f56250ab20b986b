import { describe, expect, it } from 'vitest'
import { checkSpaceRules } from '../../../../src-main/core/study/space-rules.ts'
import type { SpaceSpecification } from '../../../../src-main/core/study/space-specification.ts'
import { findTask, tasks } from '../../../../src-main/training/tasks/registry.ts'
import { catchAppError } from '../../../helpers/catch-error.ts'

const data = {
  audio: { source: { folders: 'recordings' } },
  image: { source: 'mnist', train: 100 },
  tabular: { file: 'table.csv', target: 'y' },
  text: { source: { folders: 'texts' } },
} as const

describe('findTask', () => {
  it('finds each task by its name', () => {
    for (const name of Object.keys(tasks)) expect(findTask(name).name).toBe(name)
  })

  it.each(['imag', 'constructor', ''])('refuses %j', async name => {
    const error = await catchAppError(() => findTask(name))
    expect(error.code).toBe('specification.invalid')
    expect(error.detail).toMatchObject({
      problems: [{ path: ['objective', 'task'], value: name }],
    })
  })
})

describe.each(['audio', 'image', 'tabular', 'text'] as const)('task %s', name => {
  const task = findTask(name)

  it('accepts its own default space', () => {
    const settings = task.settingsSchema.parse({ data: data[name] })
    expect(task.checkSpace(task.defaultSpace(settings), settings)).toEqual([])
  })

  it('takes its settings with or without the key task, and no other keys', () => {
    const { settingsSchema } = task
    expect(settingsSchema.safeParse({ data: data[name] }).success).toBe(true)
    expect(settingsSchema.safeParse({ task: name, data: data[name] }).success).toBe(true)
    expect(settingsSchema.safeParse({ task: 'other', data: data[name] }).success).toBe(false)
    expect(settingsSchema.safeParse({ data: data[name], extra: 1 }).success).toBe(false)
    expect(settingsSchema.safeParse({ data: { ...data[name], extra: 1 } }).success).toBe(false)
    expect(settingsSchema.safeParse({}).success).toBe(false)
  })
})

describe('the space that depends on the data', () => {
  const task = findTask('tabular')
  const settings = task.settingsSchema.parse({ data: data.tabular })
  const inputs = (...categories: number[]) => ({ features: 9, numbers: 2, categories, outputs: 3 })
  const embedding: SpaceSpecification = { categories: { choice: ['oneHot', 'embedding'] } }

  it('of a table searches embeddings where a column has three categories or more', () => {
    expect(Object.keys(task.dataSpace?.(settings, inputs(2, 3)) ?? {})).toEqual([
      'categories',
      'embeddingScale',
    ])
    for (const none of [inputs(), inputs(2, 2), { features: 9, outputs: 3 }]) {
      expect(task.dataSpace?.(settings, none)).toEqual({})
    }
    const descending = task.settingsSchema.parse({ data: data.tabular, hypergradients: {} })
    expect(task.dataSpace?.(descending, inputs(2, 3))).toEqual({})
  })

  it('is one that the task accepts', () => {
    const space = { ...task.defaultSpace(settings), ...task.dataSpace?.(settings, inputs(7)) }
    expect(task.checkSpace(space, settings)).toEqual([])
    expect(task.checkInputs?.(space, inputs(7))).toEqual([])
    expect(checkSpaceRules(space)).toEqual([])
  })

  it('searches no embeddings where there is nothing to embed', () => {
    for (const space of [
      embedding,
      { categories: { fixed: 'embedding' } },
      { categories: { ordinal: ['oneHot', 'embedding'] } },
    ] as SpaceSpecification[]) {
      const problems = task.checkInputs?.(space, inputs())
      expect(problems).toMatchObject([{ path: ['space', 'categories'], value: 'embedding' }])
      expect(task.checkInputs?.(space, inputs(2))).toEqual([])
    }
    for (const space of [{}, { categories: { fixed: 'oneHot' } }] as SpaceSpecification[]) {
      expect(task.checkInputs?.(space, inputs())).toEqual([])
    }
  })
})

describe('settings of data', () => {
  const accepts = (name: keyof typeof data, change: object) =>
    findTask(name).settingsSchema.safeParse({ data: { ...data[name], ...change } }).success

  it.each([
    [{ validation: 0.2 }, true],
    [{ validation: 1 }, true],
    [{ validation: 0 }, false],
    [{ validation: 1.5 }, false],
    [{ train: 0 }, false],
    [{ train: 0.5 }, false],
    [{ source: 'cifar' }, false],
    [{ source: { images: 'a', labels: 'b' } }, true],
    [{ source: { images: 'a', labels: 'b', testImages: 'c', testLabels: 'd' } }, true],
    [{ source: { images: 'a', labels: 'b', testImages: 'c' } }, false],
    [{ source: { images: 'a' } }, false],
    [{ source: { folders: 'a', size: [32, 24], channels: 3, groupUntil: '_' } }, true],
    [{ source: { folders: 'a', channels: 2 } }, false],
    [{ source: { folders: 'a', classes: { b: [] } } }, false],
  ])('of images: %j is %s', (change, valid) => {
    expect(accepts('image', change)).toBe(valid)
  })

  it.each([
    [{ test: 30, validation: 0.25, train: 0.5 }, true],
    [{ target: '' }, false],
    [{ delimiter: '' }, false],
    [{ delimiter: '\t', missing: [], categorical: ['a'], ignore: ['b'] }, true],
    [{ problem: 'ranking' }, false],
  ])('of tables: %j is %s', (change, valid) => {
    expect(accepts('tabular', change)).toBe(valid)
  })

  it.each([
    [{ source: { folders: 'a', encoding: 'gb18030' } }, true],
    [{ source: { folders: 'a', encoding: 'ebcdic' } }, false],
    [{ source: { file: 'a', text: 'b', target: 'c', group: 'd' } }, true],
    [{ source: { file: 'a', text: 'b' } }, false],
  ])('of texts: %j is %s', (change, valid) => {
    expect(accepts('text', change)).toBe(valid)
  })

  it.each([
    [{ source: { folders: 'a', seconds: 0.5, groupUntil: '_' } }, true],
    [{ source: { folders: 'a', seconds: 0 } }, false],
  ])('of recordings: %j is %s', (change, valid) => {
    expect(accepts('audio', change)).toBe(valid)
  })
})
