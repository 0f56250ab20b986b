import { defineComponent, h } from 'vue'
import { describe, expect, it } from 'vitest'
import { describeCatalogue } from '../../src-main/back-end/api/catalogue.ts'
import type {
  Catalogue,
  DataCheck,
  ObjectiveDescription,
  StudyCheck,
} from '../../src-main/contract/api/rows.ts'
import { AppError } from '../../src-main/contract/errors.ts'
import { fact } from '../../src-main/contract/fact.ts'
import type { JsonObject } from '../../src-main/contract/json.ts'
import { problemLine } from '../../src-main/contract/problem.ts'
import { checkStudyText } from '../../src-main/study/study-check.ts'
import { tasks } from '../../src-main/training/tasks/registry.ts'
import { openedStudyFile } from '../../src-renderer/composables/use-desktop.ts'
import { useNotices } from '../../src-renderer/stores/notices.ts'
import NewStudyView from '../../src-renderer/views/NewStudyView.vue'
import { studyDetail, studyRow } from './live-study.ts'
import { errorsShown, holdTime, type Mounted, mountPart, pass, settle, t, zh } from './mount.ts'

const file = t('newStudy.file')
const name = t('newStudy.name')
const check = (text: string): StudyCheck => checkStudyText(text, 'yaml', { tasks })
const problemsOf = (text: string) => {
  const checked = check(text)
  return checked.ok ? [] : checked.problems
}

function describeObjective({
  objective,
}: {
  objective: Record<string, unknown>
}): ObjectiveDescription {
  if ('function' in objective) {
    const metrics = [{ metric: 'loss', direction: 'minimize' as const }]
    return { ok: true, metrics, space: { x0: { float: [-5, 10] } }, folds: 1, dataRead: true }
  }
  if ('command' in objective) {
    return {
      ok: true,
      metrics: [],
      space: { learningRate: { float: [0, 1] } },
      folds: 1,
      dataRead: true,
    }
  }
  const metrics = [
    { metric: 'trainLoss', direction: 'minimize' as const },
    { metric: 'validationAccuracy', direction: 'maximize' as const },
  ]
  return { ok: true, metrics, space: { dropout: { float: [0, 0.5] } }, folds: 1, dataRead: true }
}
/** The real one, with less to choose from: what is drawn costs time. */
const whole = describeCatalogue()
const few = <One extends { readonly name: string }>(all: readonly One[], names: string): One[] =>
  all.filter(one => names.split(' ').includes(one.name))
const parts = Object.entries((whole.studySchema['properties'] ?? {}) as JsonObject)
const catalogue: Catalogue = {
  ...whole,
  tasks: few(whole.tasks, 'image'),
  functions: ['branin'],
  samplers: few(whole.samplers, 'auto tpe'),
  pruners: few(whole.pruners, 'none median'),
  studySchema: {
    ...whole.studySchema,
    properties: Object.fromEntries(parts.filter(([key]) => /^(objective|stop|folds)$/.test(key))),
  },
}
const branin = `# my comment
name: mine # kept
objective: { function: branin }
goals: [{ metric: loss, direction: minimize }]
space:
  x0: { float: [-5, 10] }
stop: { trials: 20 }
`
const back = {
  'app.catalogue': catalogue,
  'app.samples': [{ name: 'branin', description: 'A sample', source: branin }],
  'objective.describe': describeObjective,
  'study.check': ({ text }: { text: string }) => check(text),
  'study.checkData': { state: 'read', problems: [], dataset: null } as const,
  'study.list': [studyRow(3, { name: 'mine' })],
  'study.get': studyDetail({}, { id: 3, name: 'mine', source: branin }),
  'study.create': { studyId: 9 },
}

/** A visit to another screen and back is another instance over the same stores. */
const Visited = defineComponent({
  props: ['modelValue'],
  setup: props => () => (props.modelValue === true ? h(NewStudyView) : null),
})

async function view(change: Parameters<typeof mountPart>[1] = {}): Promise<Mounted> {
  holdTime()
  const part = mountPart(Visited, {
    props: { modelValue: false },
    ...change,
    back: { ...back, ...change.back },
  })
  // The address is there first.
  await settle()
  await part.give(true)
  await pass(400)
  return part
}
const editText = async (part: Mounted, edit: (text: string) => string): Promise<void> => {
  await part.type(file, edit(part.value(file)))
  await pass(400)
}
const canCreate = (
  part: Mounted,
  key: 'newStudy.create' | 'newStudy.createOnly' = 'newStudy.create',
) => part.button(t(key)).attributes('disabled') === undefined

const review = (part: Mounted) => part.wrapper.find('aside [role=status]')
const verdict = (part: Mounted): string => review(part).text()

describe('a new study', () => {
  it('begins with what its objective suggests and with as many slots as people prefer', async () => {
    const part = await view({
      prepare: () => {
        localStorage.setItem('tunewright.slots', '5')
      },
    })
    expect(part.value(file)).toContain('slots: 5')
    expect(part.value(file)).toContain('dropout:')
    expect(part.value(`dropout: ${t('newStudy.high')}`)).toBe('0.5')
    expect(verdict(part)).toBe(`✓ ${t('newStudy.valid')}`)
    expect(canCreate(part)).toBe(true)
  })

  it('is created as the file says, started or not, and opened', async () => {
    const part = await view()
    await part.type(name, 'another')
    await pass(400)
    await part.press(t('newStudy.createOnly'))
    const [request] = part.requests('study.create') as { text: string; start: boolean }[]
    expect(request).toMatchObject({ start: false, text: part.value(file) })
    expect(request?.text).toContain('name: another')
    expect(part.router.currentRoute.value).toMatchObject({ name: 'study', params: { id: '9' } })
    await part.press(t('newStudy.create'))
    expect(part.requests('study.create')[1]).toMatchObject({ start: true })
  })

  it('says at which field it is wrong, and creates nothing then', async () => {
    const part = await view()
    await part.type(`dropout: ${t('newStudy.low')}`, 'few')
    await part.type(t('newStudy.trials'), '-3')
    expect(canCreate(part)).toBe(false)
    await pass(400)
    const problems = problemsOf(part.value(file))
    expect(problems.map(({ path }) => path.join('.'))).toEqual([
      'space.dropout.float.0',
      'stop.trials',
    ])
    expect(verdict(part)).toContain(t('newStudy.problems', { count: 2 }))
    const lines = review(part)
      .findAll('li')
      .map(one => one.text())
    expect(lines).toEqual(problems.map(problem => problemLine(problem, undefined, t)))
    for (const key of ['newStudy.create', 'newStudy.createOnly'] as const) {
      expect(canCreate(part, key)).toBe(false)
      await part.press(t(key))
    }
    expect(part.requests('study.create')).toEqual([])
    await part.type(`dropout: ${t('newStudy.low')}`, '0.1')
    await part.type(t('newStudy.trials'), '3')
    await pass(400)
    expect(verdict(part)).toBe(`✓ ${t('newStudy.valid')}`)
    expect(canCreate(part)).toBe(true)
  })

  it('says it in Chinese, too', async () => {
    const part = await view({ language: 'zh-CN' })
    await part.type(zh('newStudy.trials'), '-3')
    await pass(400)
    const [problem] = problemsOf(part.value(zh('newStudy.file')))
    expect(
      review(part)
        .findAll('li')
        .map(one => one.text()),
    ).toEqual(problem === undefined ? [] : [problemLine(problem, undefined, zh)])
    expect(verdict(part)).toContain(zh('newStudy.problems', { count: 1 }))
  })

  it('has no verdict on what is typed until that is checked, nor one that comes late', async () => {
    const answers: (() => void)[] = []
    const part = await view({
      back: {
        'study.check': ({ text }: { text: string }) =>
          new Promise<StudyCheck>(resolve => {
            answers.push(() => {
              resolve(check(text))
            })
          }),
      },
    })
    await part.type(t('newStudy.trials'), '-3')
    await pass(400)
    expect(answers.length).toBeGreaterThan(1)
    answers[0]?.()
    await settle()
    expect(verdict(part)).toBe('')
    answers.at(-1)?.()
    await settle()
    expect(verdict(part)).toContain(t('newStudy.problems', { count: 1 }))
  })

  it('is ready only once its data can run it, whatever the file says by itself', async () => {
    let answer: (found: DataCheck) => void = () => undefined
    const part = await view({
      back: {
        'study.checkData': () => new Promise<DataCheck>(resolve => (answer = resolve)),
      },
    })
    expect(verdict(part)).toBe(t('newStudy.readsData'))
    expect(canCreate(part)).toBe(false)
    const rule = fact('rule.metricOfData', { metrics: ['validationRmse'] })
    const problem = { path: ['goals', 0, 'metric'], value: 'validationAccuracy', rule }
    answer({ state: 'read', problems: [problem], dataset: null })
    await settle()
    expect(verdict(part)).toContain(problemLine(problem, undefined, t))
    expect(canCreate(part)).toBe(false)
  })

  it('asks again where a newer question ended the reading', async () => {
    let count = 0
    const part = await view({
      back: {
        'study.checkData': () => ({
          ...{ problems: [], dataset: null },
          state: count++ === 0 ? 'superseded' : 'read',
        }),
      },
    })
    expect(count).toBe(2)
    expect(canCreate(part)).toBe(true)
  })

  it('that the back end refuses stays as it is, with the reason', async () => {
    const part = await view({
      back: { 'study.create': new AppError('study.exists', { study: 'my-study' }) },
    })
    await part.press(t('newStudy.create'))
    expect(errorsShown()).toEqual([t('error.study.exists', { study: 'my-study' })])
    expect(part.router.currentRoute.value.name).toBe('studies')
    expect(canCreate(part)).toBe(true)
  })
})

describe('the file beside the form', () => {
  it('fills the form in, and keeps its comments when the form changes', async () => {
    const part = await view()
    await editText(part, () => branin)
    expect(part.value(name)).toBe('mine')
    expect(part.chosen(t('newStudy.objective'))).toBe('branin')
    expect(part.value(`x0: ${t('newStudy.high')}`)).toBe('10')
    expect(part.value(t('newStudy.trials'))).toBe('20')
    await part.type(`x0: ${t('newStudy.high')}`, '12')
    await part.type(t('newStudy.seed'), '4')
    const text = part.value(file)
    for (const kept of ['# my comment', 'name: mine # kept', '12', 'seed: 4'])
      expect(text).toContain(kept)
  })

  it('leaves the form as it was while it cannot be read', async () => {
    const part = await view()
    await editText(part, () => branin)
    await editText(part, text => `${text}\n  ] not yaml`)
    expect(part.text()).toContain(t('newStudy.formBehind'))
    expect(part.value(name)).toBe('mine')
    expect(canCreate(part)).toBe(false)
    await editText(part, () => branin.replace('mine', 'yours'))
    expect(part.text()).not.toContain(t('newStudy.formBehind'))
    expect(part.value(name)).toBe('yours')
  })

  it('keeps keys that the form does not know', async () => {
    const part = await view()
    await editText(part, text => `${text}\nunheard: 1\n`)
    await part.type(name, 'other')
    expect(part.value(file)).toContain('unheard: 1')
    expect(part.value(t('newStudy.trials'))).toBe('30')
  })
})

describe('another objective', () => {
  it('brings its space and its goal, and what a person has made can be taken back', async () => {
    const part = await view()
    await part.type(`dropout: ${t('newStudy.high')}`, '0.7')
    await part.choose(t('newStudy.objective'), 'branin')
    expect(part.value(file)).toContain('x0:')
    expect(part.value(file)).not.toContain('dropout:')
    expect(part.chosen(t('newStudy.goal'))).toBe('loss')
    const [notice] = useNotices().all
    expect(notice?.text).toBe(t('newStudy.spaceReplaced'))
    await notice?.undo?.()
    await settle()
    expect(part.value(`dropout: ${t('newStudy.high')}`)).toBe('0.7')
    expect(part.chosen(t('newStudy.objective'))).toBe('image')
  })

  it('replaces what was only suggested without a word', async () => {
    const part = await view()
    await part.choose(t('newStudy.objective'), 'branin')
    expect(useNotices().all).toEqual([])
  })

  it('that is a program asks what it reports', async () => {
    const part = await view()
    await part.choose(t('newStudy.objective'), ':command')
    await part.type(t('programs.metric'), 'score')
    await part.choose(t('programs.direction'), 'maximize')
    expect(check(part.value(file))).toMatchObject({
      specification: { goals: [{ metric: 'score', direction: 'maximize' }] },
    })
  })

  it('with other data says what came and went', async () => {
    let columns = ['age']
    const part = await view({
      back: {
        'objective.describe': () => ({
          ...describeObjective({ objective: {} }),
          space: Object.fromEntries(columns.map(column => [column, { float: [0, 1] }])),
        }),
      },
    })
    columns = ['height']
    await part.type('objective: data: train', '500')
    expect(part.text()).toContain(t('newStudy.spaceFollows'))
    expect(part.text()).toContain(t('newStudy.spaceCame', { names: 'height' }))
    expect(part.text()).toContain(t('newStudy.spaceWent', { names: 'age' }))
  })
})

describe('a study that was begun', () => {
  it('is there again after a visit to another screen, until a person begins anew', async () => {
    const part = await view()
    await part.type(name, 'begun')
    await part.give(false)
    await part.give(true)
    await pass(400)
    expect(part.value(name)).toBe('begun')
    expect(part.text()).toContain(t('newStudy.begunBefore'))
    await part.press(t('newStudy.beginAnew'))
    expect(part.value(name)).toBe('my-study')
    const [notice] = useNotices().all
    expect(notice?.text).toBe(t('newStudy.exchanged'))
    await notice?.undo?.()
    await settle()
    expect(part.value(name)).toBe('begun')
  })

  it('is gone once it is created, and where nothing was written', async () => {
    const part = await view()
    await part.give(false)
    await part.give(true)
    await pass(400)
    expect(part.text()).not.toContain(t('newStudy.begunBefore'))
    await part.type(name, 'begun')
    await pass(400)
    await part.press(t('newStudy.create'))
    await part.give(false)
    await part.give(true)
    await pass(400)
    expect(part.value(name)).toBe('my-study')
  })

  it('gives way to a sample or a file, and comes back', async () => {
    const part = await view()
    await part.type(name, 'begun')
    await part.choose(t('newStudy.sample'), branin)
    expect(part.value(file)).toBe(branin)
    await useNotices().all[0]?.undo?.()
    await settle()
    expect(part.value(name)).toBe('begun')
    await part.takeFile('a.yaml', branin.replace('mine', 'from a file'))
    expect(part.value(name)).toBe('from a file')
  })
})

describe('a study to begin with', () => {
  it('is a copy of another under a free name', async () => {
    const part = await view({ path: '/newStudy?copy=3' })
    expect(part.requests('study.get')).toEqual([{ studyId: 3 }])
    expect(part.value(file)).toBe(branin.replace('name: mine', 'name: mine-2'))
  })

  it('is a file that was opened from the menu of the desktop, also while the form is there', async () => {
    openedStudyFile.value = branin
    const part = await view()
    expect(part.value(file)).toBe(branin)
    openedStudyFile.value = branin.replace('mine', 'later')
    await settle()
    expect(part.value(name)).toBe('later')
    expect(openedStudyFile.value).toBeNull()
  })
})
