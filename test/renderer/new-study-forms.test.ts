import { describe, expect, it } from 'vitest'
import { describeCatalog } from '../../src-main/features/studies/node/catalog.ts'
import type { TablePreview } from '../../src-main/core/data/table-preview.ts'
import { plainNumber } from '../../src-main/core/data/column-format.ts'
import { AppError } from '../../src-main/core/errors/errors.ts'
import AlgorithmForm from '../../src-renderer/features/new-study/AlgorithmForm.vue'
import BudgetForm from '../../src-renderer/features/new-study/BudgetForm.vue'
import CommandForm from '../../src-renderer/features/new-study/CommandForm.vue'
import ConditionFields from '../../src-renderer/features/new-study/ConditionFields.vue'
import DataSource from '../../src-renderer/features/new-study/DataSource.vue'
import GoalsForm from '../../src-renderer/features/new-study/GoalsForm.vue'
import ObjectiveForm from '../../src-renderer/features/new-study/ObjectiveForm.vue'
import RelationsField from '../../src-renderer/features/new-study/RelationsField.vue'
import SpaceEditor from '../../src-renderer/features/new-study/SpaceEditor.vue'
import {
  rowsOfSpace,
  type SpaceRow,
  spaceOfRows,
} from '../../src-renderer/features/new-study/space-rows.ts'
import TargetForm from '../../src-renderer/features/new-study/TargetForm.vue'
import { defineComponent, h } from 'vue'
import { type Back, holdTime, mountPart, pass, settle, t, zh } from './mount.ts'

describe('the choice of data', () => {
  const primary = (modelValue: object): readonly string[] =>
    mountPart(DataSource, { props: { modelValue, catalog: describeCatalog() } })
      .wrapper.findAll('.drop .el-button--primary')
      .map(button => button.text())

  it('has one button that stands out, the one that suits the kind of data, until they are chosen', () => {
    const table = (file: string) => ({ task: 'tabular', data: { file, target: '' } })
    expect(primary(table(''))).toEqual([t('newStudy.chooseFile')])
    expect(primary(table('/home/a.csv'))).toEqual([])
    const pictures = (folders: string) => ({ task: 'image', data: { source: { folders } } })
    expect(primary(pictures(''))).toEqual([t('newStudy.chooseFolder')])
    expect(primary(pictures('/home/shapes'))).toEqual([])
  })

  it('explains groups of files with a name of their kind', () => {
    const helpOf = (task: string): string =>
      mountPart(DataSource, {
        props: {
          modelValue: { task, data: { source: { folders: '' } } },
          catalog: describeCatalog(),
        },
      }).text()
    expect(helpOf('image')).toContain('.png')
    expect(helpOf('image')).not.toContain('.wav')
    expect(helpOf('audio')).toContain('.wav')
  })
})

describe('the space editor', () => {
  const space = {
    optimizer: { choice: ['sgd', 'adam'] },
    momentum: { float: [0, 1], when: { optimizer: 'sgd' } },
    layers: { int: [1, 3] },
  }
  const editor = (edited: object = space) =>
    mountPart(SpaceEditor, { props: { modelValue: rowsOfSpace(edited) } })
  const written = (part: ReturnType<typeof editor>) => spaceOfRows(part.model<SpaceRow[]>())

  it('writes bounds, scale and step as they are typed', async () => {
    const part = editor()
    await part.type(`layers: ${t('newStudy.high')}`, '9')
    await part.type(`layers: ${t('newStudy.step')}`, '2')
    expect(written(part)['layers']).toEqual({ int: [1, 9], step: 2 })
    await part.tick(`layers: ${t('newStudy.log')}`)
    expect(written(part)['layers']).toMatchObject({ log: true })
    await part.type(`layers: ${t('newStudy.low')}`, 'few')
    // The check of the file says what is wrong with it.
    expect(written(part)['layers']).toMatchObject({ int: ['few', 9] })
  })

  it('keeps conditions when their parent is renamed, to any name', async () => {
    const part = editor()
    const [first] = part.wrapper.findAll(`input[aria-label="${t('newStudy.parameter')}"]`)
    for (const name of ['optimizer.kind', 'the optimizer', '__proto__']) {
      await first?.setValue(name)
      expect(Object.keys(written(part))).toContain(name)
      const momentum = written(part)['momentum'] as { when: Record<string, unknown> }
      expect(Object.entries(momentum.when)).toEqual([[name, 'sgd']])
    }
  })

  it('does not move conditions while two rows share a name', async () => {
    const part = editor()
    const names = part.wrapper.findAll(`input[aria-label="${t('newStudy.parameter')}"]`)
    await names[2]?.setValue('optimizer')
    await names[2]?.setValue('optimizer2')
    expect(part.model<SpaceRow[]>().map(({ name }) => name)).toEqual([
      'optimizer',
      'momentum',
      'optimizer2',
    ])
    expect(written(part)['momentum']).toMatchObject({ when: { optimizer: 'sgd' } })
  })

  it('says new names as soon as they are of their own', async () => {
    const part = editor()
    const [first] = part.wrapper.findAll(`input[aria-label="${t('newStudy.parameter')}"]`)
    for (const name of ['momentum', '', 'momentum2']) await first?.setValue(name)
    expect(part.wrapper.findComponent(SpaceEditor).emitted('rename')).toEqual([
      [new Map([['optimizer', 'momentum2']])],
    ])
    expect(written(part)['momentum']).toMatchObject({ when: { momentum2: 'sgd' } })
  })

  it('stand under the family that reads them, said once', async () => {
    const parameter = (when?: object) => ({
      float: [0, 1],
      ...(when === undefined ? {} : { when }),
    })
    const network = { family: 'network' }
    const part = editor({
      family: { choice: ['network', 'linear'] },
      dropout: parameter(network),
      l1: parameter({ family: 'linear' }),
      decay: parameter(network),
    })
    const names = part.wrapper.findAll('th[scope=rowgroup], td.name input').map(({ element }) => {
      return element instanceof HTMLInputElement ? element.value : element.textContent?.trim()
    })
    expect(names).toEqual([
      'family',
      `${t('newStudy.families.network')} 2`,
      'dropout',
      'decay',
      // A single one does not stand under the family before it.
      `${t('newStudy.families.linear')} 1`,
      'l1',
    ])
    // Their conditions can be shown.
    expect(part.wrapper.findAll('details summary')).toHaveLength(0)
    await part.press(`decay: ${t('planning.if')} ${t('planning.addCondition')}`)
    expect(part.wrapper.findAll('details summary')).toHaveLength(1)
  })

  it('adds a parameter, one below another, and removes one', async () => {
    const part = editor()
    await part.press(t('newStudy.add'))
    await part.press(`optimizer: ${t('planning.addBelow')}`)
    const rows = part.model<SpaceRow[]>()
    expect(rows.map(({ name }) => name)).toEqual([
      'optimizer',
      'parameter5',
      'momentum',
      'layers',
      'parameter4',
    ])
    expect(rows[1]?.when).toEqual([{ parent: 'optimizer', values: ['sgd'] }])
    await part.press(t('newStudy.remove', { name: 'momentum' }))
    expect(Object.keys(written(part))).not.toContain('momentum')
  })

  it('forgets what only the former kind has', async () => {
    const part = mountPart(SpaceEditor, {
      props: { modelValue: rowsOfSpace({ x: { choice: ['a', 'b'], weights: [1, 2] } }) },
    })
    await part.choose(`x: ${t('newStudy.kind')}`, 'ordinal')
    expect(written(part)).toEqual({ x: { ordinal: ['a', 'b'] } })
  })
})

describe('a condition', () => {
  const rows = rowsOfSpace({
    optimizer: { choice: ['sgd', 'adam'] },
    layers: { int: [1, 3] },
    rate: { float: [0, 1] },
    momentum: { float: [0, 1] },
  })

  it('offers parents that can have a value, and their values', async () => {
    const part = mountPart(ConditionFields, {
      props: { name: 'momentum', rows, modelValue: [{ parent: '', values: [] }] },
    })
    const parent = `momentum: ${t('planning.parent')} 1`
    expect(part.options(parent)).toEqual(['optimizer', 'layers'])
    await part.choose(parent, 'layers')
    expect(part.model()).toEqual([{ parent: 'layers', values: [1] }])
    await part.choose(`momentum: ${t('planning.parentValues')} 1`, ['2', '3', 'many'])
    expect(part.model()).toEqual([{ parent: 'layers', values: [2, 3, 'many'] }])
    await part.press(`momentum: ${t('planning.removeCondition')} 1`)
    expect(part.model()).toEqual([])
  })
})

describe('several conditions', () => {
  it('have each parent once; a value that it cannot have stays on offer', async () => {
    const rows = rowsOfSpace({
      a: { choice: ['x', 'y'] },
      b: { choice: [true, false] },
      c: { float: [0, 1] },
    })
    const part = mountPart(ConditionFields, {
      props: {
        name: 'c',
        rows,
        modelValue: [
          { parent: 'a', values: ['gone'] },
          { parent: '', values: [] },
        ],
      },
      language: 'zh-CN',
    })
    expect(part.text()).toContain(zh('planning.andIf'))
    expect(part.options(`c: ${zh('planning.parent')} 2`)).toEqual(['b'])
    expect(part.options(`c: ${zh('planning.parentValues')} 1`)).toEqual(['x', 'y', 'gone'])
    await part.choose(`c: ${zh('planning.parent')} 2`, 'b')
    await part.choose(`c: ${zh('planning.parentValues')} 2`, ['false'])
    expect(part.model()).toEqual([
      { parent: 'a', values: ['gone'] },
      { parent: 'b', values: [false] },
    ])
  })
})

describe('relations', () => {
  it('are one a line; empty lines are none, and what is typed stays', async () => {
    const part = mountPart(RelationsField, { props: { modelValue: ['a < b'] } })
    const label = t('planning.relations')
    await part.type(label, 'a < b\n\n  `c d` <= 2 * a \n')
    expect(part.model()).toEqual(['a < b', '`c d` <= 2 * a'])
    expect((part.field(label).element as HTMLTextAreaElement).value).toBe(
      'a < b\n\n  `c d` <= 2 * a \n',
    )
    await part.wrapper.setProps({ modelValue: ['x < y'] })
    expect((part.field(label).element as HTMLTextAreaElement).value).toBe('x < y')
  })
})

describe('goals', () => {
  const metrics = [
    { metric: 'accuracy', direction: 'maximize' },
    { metric: 'loss', direction: 'minimize' },
  ]

  it('take the usual direction of a metric and keep that of an unknown one', async () => {
    const part = mountPart(GoalsForm, {
      props: { metrics, modelValue: [{ metric: 'loss', direction: 'minimize' }] },
    })
    await part.choose(t('newStudy.goal'), 'accuracy')
    expect(part.model()).toEqual([{ metric: 'accuracy', direction: 'maximize' }])
    await part.choose(t('newStudy.goal'), 'seconds')
    expect(part.model()).toEqual([{ metric: 'seconds', direction: 'maximize' }])
    await part.choose(`${t('newStudy.direction')} 1`, 'minimize')
    expect(part.model()).toEqual([{ metric: 'seconds', direction: 'minimize' }])
  })

  it('grow by a metric that is no goal yet', async () => {
    const part = mountPart(GoalsForm, {
      props: { metrics, modelValue: [{ metric: 'accuracy', direction: 'maximize' }] },
    })
    await part.press(t('planning.addGoal'))
    expect(part.model<{ metric: string }[]>().map(({ metric }) => metric)).toEqual([
      'accuracy',
      'loss',
    ])
    expect(part.text()).not.toContain(t('planning.addGoal'))
    await part.press(t('newStudy.remove', { name: 'accuracy' }))
    expect(part.model()).toEqual([{ metric: 'loss', direction: 'minimize' }])
  })
})

describe('the budget', () => {
  it('sets and leaves out stop rules, slots and seed', async () => {
    const part = mountPart(BudgetForm, {
      props: { modelValue: { stop: { trials: 30, stagnation: 5 }, parallelTrials: 2, seed: 1 } },
    })
    await part.type(t('newStudy.minutes'), '10')
    await part.type(t('newStudy.trials'), '')
    await part.type(t('newStudy.parallelTrials'), '4')
    expect(part.model()).toEqual({
      stop: { stagnation: 5, minutes: 10 },
      parallelTrials: 4,
      seed: 1,
    })
  })
})

describe('a limit', () => {
  it('of no number is left out of the form, and what the form does not know stays', async () => {
    const part = mountPart(BudgetForm, {
      props: { modelValue: { stop: { trials: 'many', epochs: 9 }, parallelTrials: 2, name: 'a' } },
      language: 'zh-CN',
    })
    expect(part.value(zh('newStudy.trials'))).toBe('')
    await part.type(zh('newStudy.parallelTrials'), '0')
    await part.type(zh('newStudy.seed'), '')
    await part.type(zh('newStudy.targetValue'), '-0.5')
    expect(part.model()).toEqual({
      stop: { trials: 'many', epochs: 9, target: -0.5 },
      parallelTrials: 1,
      name: 'a',
    })
  })
})

describe('the algorithm', () => {
  const schema = {
    type: 'object',
    properties: { name: { const: 'tpe' }, candidates: { type: 'integer', default: 24 } },
  }
  const entries = [
    { name: 'tpe', schema },
    { name: 'random', schema: { type: 'object', properties: {} } },
  ]

  it('has the options of the chosen one; an empty field leaves its option out', async () => {
    const part = mountPart(AlgorithmForm, {
      props: { part: 'sampler', entries, modelValue: { name: 'tpe' } },
    })
    await part.type('tpe: candidates', '50')
    expect(part.model()).toEqual({ name: 'tpe', candidates: 50 })
    await part.type('tpe: candidates', '')
    expect(part.model()).toEqual({ name: 'tpe' })
    await part.type('tpe: candidates', 'many')
    expect(part.model()).toEqual({ name: 'tpe', candidates: 'many' })
    await part.choose(t('newStudy.sampler'), 'random')
    expect(part.model()).toEqual({ name: 'random' })
  })
})

describe('the objective', () => {
  const catalog = {
    tasks: [{ name: 'image', schema: { type: 'object', properties: {} } }],
    functions: ['branin'],
    functionSchema: {
      type: 'object',
      properties: { function: {}, delaySeconds: { type: 'number' } },
    },
    studySchema: { properties: { objective: { anyOf: [] } } },
  }

  it('starts another kind from its own beginning', async () => {
    const part = mountPart(ObjectiveForm, {
      props: { catalog, modelValue: { function: 'branin' } },
    })
    await part.type('objective: delaySeconds', '0.5')
    expect(part.model()).toEqual({ function: 'branin', delaySeconds: 0.5 })
    await part.tick(t('newStudy.cards.program'))
    expect(part.model()).toMatchObject({ command: expect.any(Array) as unknown })
    await part.choose(t('newStudy.programKind'), 'module')
    expect(part.model()).toMatchObject({ module: expect.any(String) as unknown })
    await part.tick(t('newStudy.cards.function'))
    expect(part.model()).toEqual({ function: 'branin' })
  })

  const column = {
    name: 'price',
    reading: 'number' as const,
    missing: 0,
    distinct: 4,
    texts: 0,
    firstText: null,
    format: { ...plainNumber, thousands: ',' as const },
    other: null,
    confidence: 'unclear' as const,
    words: 0,
    infinite: 0,
    looksNumeric: false,
    whole: true,
    exclusion: null,
    values: { counts: [2, 2], labels: ['1', '4'], others: 0 },
  }
  const preview: TablePreview = {
    file: '/data/a.xlsx',
    bytes: 9,
    rows: 4,
    columns: [column],
    head: [['1,000']],
    suspicions: [],
    dialect: { format: 'excel', delimiter: null, encoding: null, decimal: null },
  }
  /** The form of the data and that of the target, over one objective. */
  const Both = defineComponent({
    props: ['modelValue'],
    emits: ['update:modelValue'],
    setup: (props, { emit }) => {
      const shared = () => ({
        modelValue: props.modelValue as Readonly<Record<string, unknown>>,
        'onUpdate:modelValue': (next: unknown) => {
          emit('update:modelValue', next)
        },
      })
      const target = { goals: [], description: null, dataset: null, chosenFile: '' }
      return () => [
        h(ObjectiveForm, { catalog: describeCatalog(), ...shared() }),
        h(TargetForm, { ...target, ...shared() }),
      ]
    },
  })
  const table = (modelValue: object, back: Back) => mountPart(Both, { props: { modelValue }, back })

  it('shows the file of a table below its name, and writes what a person says about it', async () => {
    holdTime()
    const part = table(
      { task: 'tabular', data: { file: '', target: '' } },
      { 'dataset.preview': preview, 'dataset.sheets': ['notes', 'data'] },
    )
    await part.type('objective: data: file', 'a.xlsx')
    expect(part.requests('dataset.sheets')).toEqual([])
    await pass(600)
    await settle()
    await part.choose(t('preview.sheet'), 'data')
    await settle()
    await part.choose(`price: ${t('preview.signs.thousands')}`, '')
    await part.choose(`price: ${t('preview.readAs')}`, 'category')
    await part.tick(`price: ${t('preview.target')}`)
    expect(part.model()).toEqual({
      task: 'tabular',
      data: {
        file: 'a.xlsx',
        target: 'price',
        sheet: 'data',
        columns: { price: { thousands: '', type: 'category' } },
      },
    })
    expect(part.value('objective: data: sheet')).toBe('data')
  })

  it('shows the table of texts without changing its columns', async () => {
    const source = { file: 'a.csv', text: 'price', target: 'kind' }
    const part = table({ task: 'text', data: { source } }, { 'dataset.preview': preview })
    await settle()
    expect(part.text()).toContain('price')
    expect(part.wrapper.findAll(`[aria-label="price: ${t('preview.readAs')}"]`)).toEqual([])
  })

  it('is silent about a name that is half typed, and asks before it reads elsewhere', async () => {
    const data = { file: '/else/a.csv', target: '' }
    const missing = new AppError('file.notFound', { path: data.file, field: 'file' })
    const silent = table({ task: 'tabular', data }, { 'dataset.preview': missing })
    await settle()
    expect(silent.wrapper.findAll('[role=alert]')).toEqual([])
    let isChosen = false
    const part = table(
      { task: 'tabular', data },
      {
        'file.choose': () => {
          isChosen = true
          return null
        },
        'dataset.preview': () =>
          isChosen ? preview : new AppError('file.notChosen', { path: data.file }),
      },
    )
    await settle()
    expect(part.requests('file.choose')).toEqual([])
    await part.press(t('preview.look'))
    await settle()
    expect(part.requests('file.choose')).toEqual([{ path: data.file }])
    expect(part.text()).toContain('1,000')
  })
})

describe('a command', () => {
  it('is one argument a line, with a folder and metrics only where they are given', async () => {
    const part = mountPart(CommandForm, { props: { modelValue: { command: ['python'] } } })
    await part.type(t('programs.command'), 'python\ntrain.py\n--lr={optimizer.lr}\n')
    expect(part.model()).toEqual({ command: ['python', 'train.py', '--lr={optimizer.lr}'] })
    await part.type(t('programs.directory'), 'code')
    await part.choose(t('programs.metrics'), 'pattern')
    expect(part.model()).toMatchObject({ directory: 'code', metrics: { from: 'pattern' } })
    await part.type(t('programs.patternLabel'), 'acc (?<acc>\\d+)')
    expect(part.model()).toMatchObject({
      metrics: { from: 'pattern', pattern: 'acc (?<acc>\\d+)' },
    })
    await part.choose(t('programs.metrics'), 'file')
    await part.type(t('programs.directory'), '')
    expect(part.model()).toEqual({
      command: ['python', 'train.py', '--lr={optimizer.lr}'],
      metrics: { from: 'file' },
    })
  })
})
