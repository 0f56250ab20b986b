import { describe, expect, it } from 'vitest'
import { AppError } from '../../src-main/core/errors/errors.ts'
import { openedImport, openedStudyFile } from '../../src-renderer/composables/use-desktop.ts'
import ImportDialog from '../../src-renderer/features/studies/ImportDialog.vue'
import { useStudies } from '../../src-renderer/stores/studies.ts'
import { studyRow } from './live-study.ts'
import { type Mounted, mountPart, pressKey, settle, standStill, t, zh } from './mount.ts'

const studies = {
  kind: 'studies',
  program: 'Optuna',
  studies: ['one', 'two'],
  withFiles: 0,
} as const
const runs = { kind: 'runs', runs: 2, columns: ['lr', 'loss'], measurable: ['loss', 'lr'] } as const
const imported = { studyId: 9, name: 'one', trials: 4, notes: [] }

async function chosen(
  description: object,
  change: Parameters<typeof mountPart>[1] = {},
  fileName = 'a.db',
): Promise<Mounted> {
  const part = mountPart(ImportDialog, {
    props: { modelValue: false },
    ...change,
    back: { 'import.describe': description as never, 'import.run': [imported], ...change.back },
  })
  await part.give(true)
  await part.takeFile(fileName)
  return part
}
const canImport = (part: Mounted): boolean =>
  part.button(t('output.import')).attributes('disabled') === undefined

describe('an import of studies', () => {
  it('takes all of them under their own names', async () => {
    const part = await chosen(studies)
    expect(part.text()).toContain(t('output.foundStudies', { program: 'Optuna', count: 2 }))
    expect(part.options(t('output.which'))).toEqual(['', 'one', 'two'])
    await part.submit()
    expect(part.requests('import.run')).toMatchObject([{ only: null, name: null, goals: [] }])
    expect(part.text()).toContain(t('output.imported', { name: 'one', count: 4 }))
    expect(part.wrapper.find('button[type=submit]').exists()).toBe(false)
  })

  it('takes one of them, under another name if a person gives it one', async () => {
    const part = await chosen(studies)
    await part.choose(t('output.which'), 'two')
    await part.type(t('studies.name'), ' mine ')
    await part.submit()
    expect(part.requests('import.run')).toMatchObject([{ only: 'two', name: 'mine' }])
  })

  it('offers a free name for the only one', async () => {
    const part = await chosen(
      { ...studies, studies: ['one'] },
      {
        prepare: () => {
          useStudies().put(studyRow(1, { name: 'one' }))
        },
      },
    )
    expect(part.value(t('studies.name'))).toBe('one-2')
  })

  it('asks where the files of its trials lie, and keeps copies of them', async () => {
    expect((await chosen(studies)).text()).not.toContain(t('output.artifacts'))
    const notChosen = new AppError('file.notChosen', { path: '/data/store' })
    let requestCount = 0
    const part = await chosen(
      { ...studies, withFiles: 3 },
      {
        back: {
          'import.run': () => (++requestCount === 1 ? notChosen : [imported]),
          'file.choose': null,
        },
      },
    )
    expect(part.text()).toContain(t('output.artifactsHelp', { count: 3 }))
    await part.type(t('output.artifacts'), ' /data/store ')
    await part.submit()
    expect(part.requests('file.choose')).toEqual([{ path: '/data/store' }])
    expect(part.requests('import.run').at(-1)).toMatchObject({ artifacts: '/data/store' })
    expect(part.text()).toContain(t('output.imported', { name: 'one', count: 4 }))
  })

  it('stays with what was chosen where a name is taken', async () => {
    const part = await chosen(studies, {
      back: { 'import.run': new AppError('study.exists', { study: 'one' }) },
    })
    await part.submit()
    expect(part.wrapper.find('[role=alert]').text()).toBe(t('error.study.exists', { study: 'one' }))
    expect(canImport(part)).toBe(true)
  })
})

describe('an import of a study bundle', () => {
  it('says what is in it, and offers its name', async () => {
    const bundle = {
      kind: 'studyBundle',
      study: 'one',
      trials: 4,
      files: 2,
      bytes: 2_000,
      missing: 1,
    }
    const part = await chosen(bundle, {}, 'a.tunewright')
    expect(part.text()).toContain('“one”: 4 trials, 2 files')
    expect(part.text()).toContain('1 file was missing')
    expect(part.value(t('studies.name'))).toBe('one')
    await part.submit()
    expect(part.requests('import.run')).toMatchObject([{ only: null, name: 'one', goals: [] }])
    expect(part.text()).toContain(t('output.imported', { name: 'one', count: 4 }))
  })
})

it('describes a file that was opened on the desktop', async () => {
  openedImport.value = { name: 'a.tunewright', base64: 'UEs=' }
  const bundle = {
    kind: 'studyBundle',
    study: 'one',
    trials: 4,
    files: 2,
    bytes: 2_000,
    missing: 1,
  }
  const part = mountPart(ImportDialog, {
    props: { modelValue: false },
    back: { 'import.describe': bundle as never },
  })
  await part.give(true)
  await settle()
  expect(part.requests('import.describe')).toMatchObject([{ file: { name: 'a.tunewright' } }])
  expect(part.text()).toContain('“one”: 4 trials, 2 files')
  expect(openedImport.value).toBeNull()
})

describe('an import of runs', () => {
  it('is named after its file, and measures the first column that can be', async () => {
    const part = await chosen(runs, {}, 'my.runs.csv')
    expect(part.text()).toContain(t('output.foundRuns', { count: 2, columns: 2 }))
    await part.submit()
    expect(part.requests('import.run')).toMatchObject([
      { name: 'my.runs', goals: [{ metric: 'loss', direction: 'minimize' }] },
    ])
  })

  it('needs a column that can be measured', async () => {
    const part = await chosen({ ...runs, measurable: [] })
    expect(canImport(part)).toBe(false)
  })
})

describe('an import of a folder of runs', () => {
  const runFolder = {
    kind: 'pastRuns',
    programs: ['W&B', 'MLflow'],
    groups: [
      { name: 'W&B: mine', runs: 2 },
      { name: 'MLflow', runs: 1 },
    ],
    runs: 3,
    parameters: ['lr', 'depth'],
    metrics: [
      { name: 'val_acc', runs: 3, direction: 'maximize' },
      { name: 'loss', runs: 2, direction: 'minimize' },
      { name: 'q', runs: 1, direction: null },
    ],
    notes: [{ code: 'runProblemsMore', more: 4 }],
  }
  async function lookedIn(back: Parameters<typeof mountPart>[1] = {}): Promise<Mounted> {
    const part = mountPart(ImportDialog, {
      props: { modelValue: false },
      back: {
        'import.describe': runFolder as never,
        'import.run': [imported],
        'file.choose': null,
        ...back.back,
      },
    })
    await part.give(true)
    await part.type(t('output.folder'), ' /data/my runs/ ')
    await part.press(t('output.lookIn'))
    return part
  }

  it('says what is in it, and asks with the goal that names speak for', async () => {
    const part = await lookedIn()
    expect(part.requests('import.describe')).toMatchObject([{ file: { folder: '/data/my runs/' } }])
    const summary = { programs: ['W&B', 'MLflow'], count: 3, parameters: 2, metrics: 3 }
    expect(part.text()).toContain(t('output.foundFolder', summary))
    expect(part.text()).toContain('lr')
    expect(part.text()).toContain(t('import.runProblemsMore', { more: 4 }))
    expect(part.chosen(t('output.goalMetric'))).toBe('val_acc')
    await part.submit()
    expect(part.requests('import.run')).toMatchObject([
      {
        file: { folder: '/data/my runs/' },
        only: null,
        name: 'my runs',
        goals: [{ metric: 'val_acc', direction: 'maximize' }],
      },
    ])
    expect(part.text()).toContain(t('output.imported', { name: 'one', count: 4 }))
  })

  it('takes a part of the runs, and another goal with its direction', async () => {
    const part = await lookedIn()
    expect(part.options(t('output.whichRuns'))).toEqual(['', 'W&B: mine', 'MLflow'])
    await part.choose(t('output.whichRuns'), 'W&B: mine')
    await part.choose(t('output.goalMetric'), 'loss')
    await part.submit()
    expect(part.requests('import.run')).toMatchObject([
      { only: 'W&B: mine', goals: [{ metric: 'loss', direction: 'minimize' }] },
    ])
  })

  it('tells the host that a person typed the path, where it keeps to chosen ones', async () => {
    let requestCount = 0
    const notChosen = new AppError('file.notChosen', { path: '/data/my runs/' })
    const part = await lookedIn({
      back: { 'import.describe': () => (++requestCount === 1 ? notChosen : runFolder) },
    })
    expect(part.requests('file.choose')).toEqual([{ path: '/data/my runs/' }])
    expect(canImport(part)).toBe(true)
  })
})

describe('an import of a search space', () => {
  const space = { kind: 'studyFile', program: 'Hyperopt', text: 'name: a', notes: [] }

  it('fills the form of a new study in', async () => {
    const part = await chosen(space)
    await part.press(t('output.asNewStudy'))
    expect(openedStudyFile.value).toBe('name: a')
    expect(part.router.currentRoute.value.name).toBe('newStudy')
    expect(part.model()).toBe(false)
  })

  it('says in the language of the page what is not as it was', async () => {
    const part = await chosen(
      { ...space, notes: [{ code: 'plainScale', parameter: 'units' }] },
      { language: 'zh-CN' },
    )
    expect(part.text()).toContain(zh('output.foundSpace', { program: 'Hyperopt' }))
    expect(part.wrapper.findAll('li').map(element => element.text())).toEqual([
      zh('import.plainScale', { parameter: 'units' }),
    ])
  })
})

describe('an import', () => {
  it('forgets the file before when it is opened again, and another file takes its place', async () => {
    let answer: object = studies
    const part = await chosen({}, { back: { 'import.describe': () => answer } })
    answer = runs
    await part.takeFile('b.csv')
    expect(part.text()).toContain(t('output.foundRuns', { count: 2, columns: 2 }))
    expect(part.text()).not.toContain('a.db')
    await part.give(false)
    await part.give(true)
    expect(part.text()).not.toContain('b.csv')
    expect(part.wrapper.find('button[type=submit]').exists()).toBe(false)
  })

  it('is closed by Escape', async () => {
    const part = await chosen(studies, { hasTransitions: true })
    await standStill()
    await pressKey('Escape')
    await standStill()
    expect(part.model()).toBe(false)
    expect(part.requests('import.run')).toEqual([])
  })
})
