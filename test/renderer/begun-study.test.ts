import { describe, expect, it } from 'vitest'
import type { TablePreview } from '../../src-main/core/data/table-preview.ts'
import { plainNumber } from '../../src-main/core/data/column-format.ts'
import { openedStudyFile } from '../../src-renderer/composables/use-desktop.ts'
import { useNotices } from '../../src-renderer/stores/notices.ts'
import { studyDetail } from './live-study.ts'
import { pass, settle, t } from './mount.ts'
import {
  file,
  name,
  check,
  branin,
  view,
  chooseImages,
  canCreate,
  review,
  verdict,
  describeObjective,
  editText,
} from './new-study-page.ts'

describe('a study that was begun', () => {
  it('is there again after a visit to another screen, until a person begins anew', async () => {
    const part = await view()
    await part.type(name, 'begun')
    await part.give(false)
    await part.give(true)
    await pass(400)
    expect(part.value(name)).toBe('begun')
    expect(part.text()).toContain(t('newStudy.begunBefore'))
    await part.press(t('newStudy.startOver'))
    expect(part.value(name)).toBe('my-study')
    const [notice] = useNotices().all
    expect(notice?.text).toBe(t('newStudy.exchanged'))
    await notice?.undo?.()
    await settle()
    expect(part.value(name)).toBe('begun')
  })

  it('is there again after the page was loaded anew', async () => {
    const part = await view()
    await part.type(name, 'begun')
    window.dispatchEvent(new Event('pagehide'))
    const again = await view({}, false)
    expect(again.value(name)).toBe('begun')
    expect(again.text()).toContain(t('newStudy.begunBefore'))
    await again.press(t('newStudy.startOver'))
    expect(sessionStorage.getItem('tunewright.begunStudy')).toBeNull()
  })

  it('of an earlier version is put aside with a notice, and shown where a person wants it', async () => {
    const older = JSON.stringify({ text: branin.replace('mine', 'older'), offered: null })
    sessionStorage.setItem('tunewright.begunStudy', older)
    const part = await view({}, false)
    expect(part.value(name)).toBe('my-study')
    expect(part.text()).not.toContain(t('newStudy.begunBefore'))
    expect(sessionStorage.getItem('tunewright.begunStudy')).toBeNull()
    expect(sessionStorage.getItem('tunewright.begunStudy.older')).toBe(older)
    const [notice] = useNotices().all
    expect(notice?.text).toBe(t('newStudy.olderDraft'))
    await notice?.undo?.()
    await settle()
    expect(part.value(name)).toBe('older')
  })

  it('is gone once it is created, and where nothing was written', async () => {
    const part = await view({}, false)
    await part.give(false)
    await part.give(true)
    await pass(400)
    expect(part.text()).not.toContain(t('newStudy.begunBefore'))
    await chooseImages(part)
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
    await part.takeFile('a.yaml', branin)
    expect(part.value(file)).toBe(branin)
    await useNotices().all[0]?.undo?.()
    await settle()
    expect(part.value(name)).toBe('begun')
    await part.takeFile('a.yaml', branin.replace('mine', 'from a file'))
    expect(part.value(name)).toBe('from a file')
  })
})

describe('a study over a table', () => {
  const column = (name: string) => ({
    name,
    reading: 'number' as const,
    missing: 0,
    distinct: null,
    texts: 0,
    firstText: null,
    format: plainNumber,
    confidence: 'certain' as const,
    other: null,
    words: 0,
    infinite: 0,
    looksNumeric: false,
    whole: true,
    exclusion: null,
    values: { counts: [2, 2], labels: ['1', '4'], others: 0 },
  })
  const table: TablePreview = {
    file: '/d/houses.csv',
    bytes: 9,
    rows: 240,
    head: [['1', '2']],
    suspicions: [],
    columns: [column('id'), column('price')],
    dialect: { format: 'csv', delimiter: ';', encoding: 'utf-8', decimal: ',' },
  }

  it('asks for data, then for a target by a click, and says what follows from both', async () => {
    const part = await view(
      {
        back: {
          'dataset.preview': table,
          'objective.describe': ({ objective }: { objective: { data?: { target?: string } } }) => ({
            ...describeObjective({ objective: {} }),
            ...(objective.data?.target === 'price'
              ? {
                  problem: 'regression',
                  metrics: [{ metric: 'validationRmse', direction: 'minimize' }],
                }
              : {}),
          }),
        },
      },
      false,
    )
    expect(verdict(part)).toBe(t('newStudy.next.data'))
    expect(review(part).findAll('li')).toEqual([])
    await part.type('objective: data: file', '/d/houses.csv')
    await part.field('objective: data: file').trigger('change')
    await pass(800)
    expect(part.value(name)).toBe('houses')
    expect(verdict(part)).toBe(t('newStudy.next.target'))
    await part.press(`id: ${t('newStudy.remedy.leaveOut')}`)
    await part.tick(`price: ${t('preview.target')}`)
    await pass(800)
    const direction = t('newStudy.minimize')
    const follows = { target: 'price', metric: 'validation RMSE', direction }
    expect(part.text()).toContain(t('newStudy.follows.regression', follows))
    expect(check(part.value(file))).toMatchObject({
      specification: {
        name: 'houses',
        objective: { data: { target: 'price', ignore: ['id'] } },
        goals: [{ metric: 'validationRmse', direction: 'minimize' }],
      },
    })
  })

  it('says at once that its name is taken', async () => {
    const part = await view()
    await part.type(name, 'mine')
    await pass(400)
    expect(canCreate(part)).toBe(false)
    expect(review(part).text()).toContain(t('newStudy.nameTaken'))
  })
})

describe('a study with a parameter', () => {
  it('is not ready while its name is empty or that of another, and loses none', async () => {
    const part = await view()
    await editText(
      part,
      () => `name: own
objective: { command: [python3, train.py] }
goals: [{ metric: loss, direction: minimize }]
space: { x0: { float: [0, 1] } }
stop: { trials: 2 }
`,
    )
    await pass(400)
    expect(canCreate(part)).toBe(true)
    await part.press(t('newStudy.add'))
    const [, second] = part.wrapper.findAll(`input[aria-label="${t('newStudy.parameter')}"]`)
    for (const [typed, rule] of [
      ['x0', t('newStudy.parameterTaken')],
      ['', t('rule.nameLength', { limit: 200 })],
    ] as const) {
      await second?.setValue(typed)
      await pass(400)
      expect(canCreate(part)).toBe(false)
      expect(review(part).text()).toContain(rule)
      expect(part.value(file)).toContain('parameter2')
    }
    await second?.setValue('x1')
    await pass(400)
    expect(canCreate(part)).toBe(true)
    expect(part.value(file)).toContain('x1:')
  })
})

describe('a study to begin with', () => {
  it('is a copy of another under a free name', async () => {
    const part = await view({ path: '/newStudy?copy=3' }, false)
    expect(part.requests('study.get')).toEqual([{ studyId: 3 }])
    expect(part.value(file)).toBe(branin.replace('name: mine', 'name: mine-2'))
  })

  it('is a copy with more epochs, also of a study that left its space and folds to its data', async () => {
    const source = `name: mine
objective: { task: image, data: { source: mnist } } # digits
goals: [{ metric: validationAccuracy, direction: maximize }]
stop: { trials: 20 }
`
    const specification = {
      objective: { task: 'image', data: { source: 'mnist' } } as never,
      goals: [{ metric: 'validationAccuracy', direction: 'maximize' as const }],
      space: { units: { int: [8, 64] as [number, number] }, epochs: { fixed: 40 } },
      folds: 3,
    }
    const back = { 'study.get': studyDetail(specification, { id: 3, name: 'mine', source }) }
    const part = await view({ path: '/newStudy?copy=3&more=epochs', back }, false)
    const text = part.value(file)
    expect(text).toContain('name: mine-2')
    expect(text).toContain('# digits')
    expect(check(text)).toMatchObject({
      ok: true,
      specification: { folds: 3, space: { units: { int: [8, 64] }, epochs: { fixed: 80 } } },
    })
  })

  it('is a file that was opened from the menu of the desktop, also while the form is there', async () => {
    openedStudyFile.value = branin
    const part = await view({}, false)
    expect(part.value(file)).toBe(branin)
    openedStudyFile.value = branin.replace('mine', 'later')
    await settle()
    expect(part.value(name)).toBe('later')
    expect(openedStudyFile.value).toBeNull()
  })
})
