import { describe, expect, it, vi } from 'vitest'
import type { StudyRow } from '../../src-main/features/studies/common/rows.ts'
import { AppError } from '../../src-main/core/errors/errors.ts'
import { verbatim } from '../../src-main/core/errors/message.ts'
import { DEMO } from '../../src-renderer/features/studies/sample-gallery.ts'
import FirstRun from '../../src-renderer/features/studies/FirstRun.vue'
import { useNotices } from '../../src-renderer/stores/notices.ts'
import StudiesView from '../../src-renderer/views/StudiesView.vue'
import { bestHeadline } from '../helpers/best-headline.ts'
import { studyRow } from './live-study.ts'
import { errorsShown, type Mounted, mountPart, settle, t, zh } from './mount.ts'

const event = { id: 12, atMs: 0, kind: 'study.labeled', trialNumber: null, detail: {} } as const
const labels = { tags: ['mine'], note: 'a note', archived: false }
const rows = [
  studyRow(1, { name: 'alpha', sampler: 'tpe', labels }),
  studyRow(2, {
    name: 'beta',
    objective: 'branin',
    labels: { ...labels, tags: [], archived: true },
  }),
  studyRow(3, {
    name: 'gamma',
    runsInThisProcess: true,
    state: 'running',
    labels: { ...labels, tags: ['other'], note: '' },
  }),
]
const samples = [
  { name: DEMO, description: 'A minute', source: 'name: demo\n', needsData: false },
  { name: 'branin', description: 'Two of them', source: 'name: branin\n', needsData: false },
]

async function list(
  studies: readonly StudyRow[] = rows,
  change: Parameters<typeof mountPart>[1] = {},
): Promise<Mounted> {
  const part = mountPart(StudiesView, {
    ...change,
    back: {
      'study.list': studies,
      'app.samples': samples,
      'study.create': { studyId: 9 },
      'study.label': event,
      ...change.back,
    },
  })
  await settle()
  return part
}
const names = (part: Mounted): string[] =>
  part.wrapper.findAll('tbody a:not(.shortcut)').map(element => element.text())

describe('the list of studies', () => {
  it('has the newest first, without those in the archive until they are asked for', async () => {
    const part = await list()
    expect(names(part)).toEqual(['gamma', 'alpha'])
    await part.tick(t('studies.showArchived', { count: 1 }))
    expect(names(part)).toEqual(['gamma', 'beta', 'alpha'])
  })

  it('calls metrics of a training task in words, and those of a program by their name', async () => {
    const goal = { metric: 'validationRmse', direction: 'minimize' } as const
    const part = await list([
      studyRow(1, { objective: 'tabular', goal }),
      studyRow(2, { objective: 'python3 train.py', goal }),
    ])
    const metrics = part.wrapper.findAll('.metric').map(element => element.text())
    expect(metrics).toEqual(expect.arrayContaining(['validation RMSE', 'validationRmse']))
  })

  it('is searched by name, objective, sampler, tag and note', async () => {
    const part = await list()
    for (const [text, studyNames] of [
      ['ALPHA', ['alpha']],
      ['other', ['gamma']],
      ['a note', ['alpha']],
      ['branin', ['gamma', 'alpha']],
    ] as const) {
      await part.type(t('studies.search'), text)
      expect(names(part)).toEqual(studyNames)
    }
    await part.type(t('studies.search'), 'nothing like it')
    expect(part.text()).toContain(t('studies.noMatch', { text: 'nothing like it' }))
  })

  it('is sorted by a press on a head, the other way at the second; those that run stay on top', async () => {
    const part = await list([
      studyRow(1, { name: 'beta', elapsedMs: 3_000 }),
      studyRow(2, { name: 'alpha', elapsedMs: 9_000 }),
      studyRow(3, { name: 'Delta', elapsedMs: 1_000 }),
      studyRow(4, { name: 'gamma', elapsedMs: 5_000, runsInThisProcess: true, state: 'running' }),
    ])
    expect(names(part)).toEqual(['gamma', 'Delta', 'alpha', 'beta'])
    const head = (name: string) =>
      part.wrapper.findAll('th').find(element => element.text().startsWith(name))
    await head(t('studies.name'))?.find('button').trigger('click')
    expect(names(part)).toEqual(['gamma', 'alpha', 'beta', 'Delta'])
    expect(head(t('studies.name'))?.attributes('aria-sort')).toBe('ascending')
    await head(t('studies.elapsed'))?.find('button').trigger('click')
    expect(names(part)).toEqual(['gamma', 'Delta', 'beta', 'alpha'])
    await head(t('studies.elapsed'))?.find('button').trigger('click')
    expect(names(part)).toEqual(['gamma', 'alpha', 'beta', 'Delta'])
    expect(head(t('studies.name'))?.attributes('aria-sort')).toBe('none')
    expect(head(t('studies.elapsed'))?.attributes('aria-sort')).toBe('descending')
  })

  it('is narrowed by a state, whose chip says how many there are', async () => {
    const part = await list()
    const chips = () => part.wrapper.findAll('.chips button')
    expect(chips().map(element => element.find('.number').text())).toEqual(['1', '1'])
    const running = chips().find(element => element.text().includes(t('studyState.running')))
    await running?.trigger('click')
    expect(names(part)).toEqual(['gamma'])
    expect(running?.attributes('aria-pressed')).toBe('true')
    await running?.trigger('click')
    expect(names(part)).toEqual(['gamma', 'alpha'])
  })

  it('lets go of a state that no study has any more', async () => {
    const part = await list()
    const running = () =>
      part.wrapper
        .findAll('.chips button')
        .find(element => element.text().includes(t('studyState.running')))
    await running()?.trigger('click')
    await part.type(t('studies.search'), 'alpha')
    expect(names(part)).toEqual([])
    expect(running()?.find('.number').text()).toBe('0')
    await running()?.trigger('click')
    expect(names(part)).toEqual(['alpha'])
  })

  it('compares and archives several studies at once, and takes that back', async () => {
    const part = await list()
    for (const name of ['alpha', 'gamma']) await part.tick(t('studies.choose', { name }))
    expect(part.text()).toContain(t('studies.chosen', { count: 2 }))
    await part.press(t('studies.archive'))
    await settle()
    const labelRequests = part.requests('study.label') as { studyId: number }[]
    expect(labelRequests.map(({ studyId }) => studyId)).toEqual([3, 1])
    await useNotices().all[0]?.undo?.()
    expect(part.requests('study.label').slice(2)).toMatchObject([
      { labels: { archived: false } },
      { labels: { archived: false } },
    ])
    expect(part.text()).not.toContain(t('studies.chosen', { count: 2 }))
  })

  it('does not take a study out of the archive that was there before', async () => {
    const part = await list()
    await part.tick(t('studies.showArchived', { count: 1 }))
    for (const name of ['alpha', 'beta']) await part.tick(t('studies.choose', { name }))
    await part.press(t('studies.archive'))
    await settle()
    await useNotices().all[0]?.undo?.()
    expect(part.requests('study.label')).toEqual([
      { studyId: 1, labels: { archived: true } },
      { studyId: 1, labels: { archived: false } },
    ])
  })

  it('is narrowed by a tag', async () => {
    const part = await list()
    expect(part.options(t('studies.tags'))).toEqual(['mine', 'other'])
    await part.choose(t('studies.tags'), 'mine')
    expect(names(part)).toEqual(['alpha'])
  })

  it('says of the best of a study with several goals that it is that of one goal', async () => {
    const part = await list([studyRow(1, { goalCount: 2 }), studyRow(2)])
    const namesFirstGoal = part.wrapper
      .findAll('tbody tr')
      .map(row => row.text().includes(t('studies.firstGoal', { count: 2 })))
    expect(namesFirstGoal).toEqual([false, true])
  })

  it('says of each how it stands, in the language of the page', async () => {
    const trials = { ...studyRow(1).trials, complete: 3, pruned: 1, failed: 1 }
    const part = await list(
      [
        studyRow(1, {
          state: 'running',
          runsInThisProcess: true,
          trials,
          trialBudget: 10,
          elapsedMs: 5_000,
        }),
      ],
      { language: 'zh-CN' },
    )
    const row = part.wrapper.find('tbody tr').text()
    expect(row).toContain(zh('studyState.running'))
    expect(row).toContain('5 / 10')
    expect(row).toContain(zh('studies.failedTrials', { count: 1 }))
    expect(row).toContain(zh('studies.prunedTrials', { count: 1 }))
    expect(row).toContain('↓ 0.5')
  })

  it('leads from a line to the trials, those of a state, and the best one', async () => {
    const trials = { ...studyRow(1).trials, complete: 3, pruned: 26, failed: 2 }
    const part = await list([studyRow(1, { trials, best: bestHeadline(4, 0.5) })])
    const links = part.wrapper.findAll('tbody a.shortcut')
    expect(links.map(link => [link.text(), link.attributes('href')])).toEqual([
      ['0.5000', '/study/1/trials/4'],
      ['31 / 10', '/study/1/trials'],
      [t('studies.failedTrials', { count: 2 }), '/study/1/trials?filter=state:failed'],
      [t('studies.prunedTrials', { count: 26 }), '/study/1/trials?filter=state:pruned'],
    ])
  })

  it('says why it cannot be read', async () => {
    const error = new AppError('database.locked', { path: '/d', reason: verbatim('x') })
    const part = await list([], { back: { 'study.list': error } })
    expect(errorsShown()).toHaveLength(1)
    expect(errorsShown()[0]).toContain('/d')
    expect(part.text()).toContain(t('app.loading'))
  })
})

describe('the menu of a study', () => {
  const act = async (part: Mounted, row: number, name: string): Promise<void> => {
    const menu = part.wrapper.findAll('tbody tr')[row]
    await menu
      ?.findAll('button')
      .find(element => element.text() === name)
      ?.trigger('click')
    await settle()
  }

  it('archives a study with an undo', async () => {
    const part = await list()
    await act(part, 1, t('studies.archive'))
    expect(part.requests('study.label')).toEqual([{ studyId: 1, labels: { archived: true } }])
    const [notice] = useNotices().all
    expect(notice?.text).toBe(t('studies.archivedNow', { name: 'alpha' }))
    await notice?.undo?.()
    expect(part.requests('study.undo')).toEqual([{ studyId: 1, eventId: 12 }])
  })

  it('opens a study in a window of its own', async () => {
    const opened = vi.spyOn(globalThis, 'open').mockReturnValue(null)
    const part = await list()
    await act(part, 1, t('studies.newWindow'))
    expect(opened).toHaveBeenCalledWith(expect.stringMatching(/\/study\/1$/), '_blank')
    opened.mockRestore()
  })

  it('saves the trials without opening the study', async () => {
    const saved = vi.spyOn(URL, 'createObjectURL').mockReturnValue('blob:trials')
    const file = { name: 'alpha.csv', mediaType: 'text/csv', content: 'number' }
    const part = await list(rows, { back: { 'study.export': file as never } })
    await act(part, 1, t('output.exports.csv'))
    expect(part.requests('study.export')).toEqual([
      { studyId: 1, format: 'csv', language: 'en', ticket: expect.any(String) as string },
    ])
    expect(saved).toHaveBeenCalledTimes(1)
    expect(part.router.currentRoute.value.name).not.toBe('study')
    saved.mockRestore()
  })

  it('says that a file takes long, and can give it up', async () => {
    const saved = vi.spyOn(URL, 'createObjectURL').mockReturnValue('blob:study')
    let refuse: (error: Error) => void = () => undefined
    const part = await list(rows, {
      back: {
        'study.bundle': () =>
          new Promise((_, reject) => {
            refuse = reject
          }),
        'study.cancelWork': () => {
          refuse(new Error('ended'))
          return null
        },
      },
    })
    await act(part, 1, t('output.bundle'))
    const shownText = () => document.body.textContent ?? ''
    expect(shownText()).not.toContain(t('output.writingFile'))
    await vi.waitFor(() => expect(shownText()).toContain(t('output.writingFile')), 5_000)
    await part.press(t('app.cancel'))
    const [{ ticket }] = part.requests('study.bundle') as [{ ticket: string }]
    expect(part.requests('study.cancelWork')).toEqual([{ ticket }])
    expect(saved).not.toHaveBeenCalled()
    expect(errorsShown()).toEqual([])
    saved.mockRestore()
  })

  it('puts one into the bin, and takes it out again', async () => {
    const part = await list()
    await act(part, 1, t('studies.delete'))
    expect(part.requests('study.delete')).toEqual([{ studyId: 1 }])
    const [notice] = useNotices().all
    expect(notice?.text).toBe(t('steering.deleted', { name: 'alpha' }))
    await notice?.undo?.()
    expect(part.requests('study.restore')).toEqual([{ studyId: 1 }])
  })

  it('opens a copy in the form, and its labels in a dialog', async () => {
    const part = await list()
    await act(part, 1, t('studies.editLabels'))
    expect(part.text()).toContain(t('studies.labels', { name: 'alpha' }))
    expect(part.value(t('steering.note'))).toBe('a note')
    await act(part, 1, t('studies.duplicate'))
    expect(part.router.currentRoute.value).toMatchObject({ name: 'newStudy', query: { copy: '1' } })
  })
})

describe('the first run', () => {
  it('offers the example first, and runs a sample under a free name', async () => {
    const part = await list([])
    const titles = part.wrapper.findAll('h2').map(element => element.text())
    expect(titles).toEqual([
      ...(['watch', 'data', 'program'] as const).map(tile => t(`firstRun.${tile}`)),
      t('firstRun.machine'),
      t('firstRun.groups.basics'),
    ])
    await part.press(t('studies.runSample', { name: t('sample.branin') }))
    expect(part.requests('study.create')).toEqual([
      { text: 'name: branin\n', format: 'yaml', start: true },
    ])
    expect(part.router.currentRoute.value).toMatchObject({ name: 'study', params: { id: '9' } })
  })

  it('opens the import', async () => {
    const part = await list([])
    await part.press(t('output.importMenu'))
    expect(part.text()).toContain(t('output.importTitle'))
  })

  it('checks the engines of this machine one after the other', async () => {
    const waiting: (() => void)[] = []
    const engine = { name: 'wasm', version: '4', device: 'CPU' } as const
    const check = { ok: true, engine, passed: 40, failed: [], stepMs: { mlp: 1, cnn: null } }
    const part = mountPart(FirstRun, {
      props: { samples },
      back: {
        'app.catalog': { engines: ['wasm', 'cpu'] } as never,
        'engine.check': ({ engine: name }: { engine: string }) =>
          new Promise(resolve => {
            waiting.push(() => {
              resolve(name === 'wasm' ? check : { ok: false, error: {} })
            })
          }),
      },
    })
    await part.press(t('firstRun.check'))
    const statusLines = () =>
      part.wrapper.findAll('[role=status] li').map(element => element.text())
    expect(statusLines()).toEqual([`wasm ${t('engines.checking')}`, `cpu ${t('engines.checking')}`])
    expect(waiting).toHaveLength(1)
    waiting[0]?.()
    await settle()
    expect(statusLines()[0]).toBe(`wasm ✓ CPU, ${t('engines.conforms', { count: 40 })}`)
    waiting[1]?.()
    await settle()
    expect(statusLines()[1]).toBe(`cpu ${t('engines.unavailable')}`)
  })
})

it('a sample is created once, and its button shows that it works', async () => {
  const answer = Promise.withResolvers<{ studyId: number }>()
  const part = await list([], { back: { 'study.create': () => answer.promise } })
  const button = part.wrapper.find('.tile.main button')
  await button.trigger('click')
  expect(button.classes()).toContain('is-loading')
  await button.trigger('click')
  expect(part.requests('study.create')).toHaveLength(1)
  answer.resolve({ studyId: 9 })
  await settle()
  expect(button.classes()).not.toContain('is-loading')
})
