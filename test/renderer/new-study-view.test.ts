import { describe, expect, it } from 'vitest'
import type { DataCheck, StudyCheck } from '../../src-main/features/studies/common/rows.ts'
import { AppError } from '../../src-main/core/errors/errors.ts'
import { msg } from '../../src-main/core/errors/message.ts'
import { useNotices } from '../../src-renderer/stores/notices.ts'
import { errorsShown, pass, settle, t, zh } from './mount.ts'
import {
  file,
  name,
  check,
  problemsOf,
  branin,
  view,
  editText,
  lineOf,
  canCreate,
  review,
  verdict,
  describeObjective,
} from './new-study-page.ts'

describe('a new study', () => {
  it('begins with what its objective suggests and with as many slots as people prefer', async () => {
    const part = await view({
      prepare: () => {
        localStorage.setItem('tunewright.parallelTrials', '5')
      },
    })
    expect(part.value(file)).toContain('parallelTrials: 5')
    expect(part.value(file)).toContain('dropout:')
    expect(part.value(`dropout: ${t('newStudy.high')}`)).toBe('0.5')
    expect(verdict(part)).toBe(t('newStudy.valid'))
    expect(canCreate(part)).toBe(true)
  })

  it('takes data that are opened while the form is shown', async () => {
    const part = await view()
    await part.router.push({ name: 'newStudy', query: { data: '/home/me/own table.csv' } })
    await settle()
    expect(part.value(file)).toContain('task: tabular')
    expect(part.value(file)).toContain('file: /home/me/own table.csv')
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

  it('of pictures begins with a choice: nothing is there before, and then its classes are', async () => {
    const gallery = {
      classes: [{ name: 'cats', count: 7, samples: [] }],
      classCount: 1,
      count: 7,
      filesLeftOut: 0,
    }
    const part = await view({ back: { 'dataset.classes': gallery } }, false)
    await part.wrapper.find('input[value=image]').setValue(true)
    await pass(400)
    expect(part.value(file)).not.toContain('mnist')
    expect(verdict(part)).toBe(t('newStudy.next.data'))
    expect(canCreate(part)).toBe(false)
    await part.type('objective: data: source folders: folders', '/home/me/pets')
    await pass(900)
    expect(part.requests('dataset.classes')).toEqual([{ kind: 'image', folders: '/home/me/pets' }])
    expect(part.text()).toContain('cats')
    expect(canCreate(part)).toBe(true)
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
      .map(line => line.text())
    // One line, until the list is opened.
    expect(lines).toEqual(problems.slice(0, 1).map(problem => lineOf(problem)))
    const toggle = review(part).find('button[aria-expanded]')
    await toggle.trigger('click')
    const listed = review(part).findAll('li')
    expect(listed.map(line => line.text())).toEqual(problems.map(problem => lineOf(problem)))
    await review(part).findAll('li button')[0]?.trigger('click')
    expect(document.activeElement?.getAttribute('aria-label')).toBe(t('newStudy.parameter'))
    const row = (part.field(`dropout: ${t('newStudy.low')}`).element as Element).closest('tbody')
    expect(row?.textContent).toContain(t.format(problems[0]?.rule ?? msg('rule.path')))
    for (const key of ['newStudy.create', 'newStudy.createOnly'] as const) {
      expect(canCreate(part, key)).toBe(false)
      await part.press(t(key))
    }
    expect(part.requests('study.create')).toEqual([])
    await part.type(`dropout: ${t('newStudy.low')}`, '0.1')
    await part.type(t('newStudy.trials'), '3')
    await pass(400)
    expect(verdict(part)).toBe(t('newStudy.valid'))
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
        .map(line => line.text()),
    ).toEqual(problem === undefined ? [] : [lineOf(problem, zh)])
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
    expect(verdict(part)).toBe(t('newStudy.checking'))
    answers.at(-1)?.()
    await settle()
    expect(verdict(part)).toContain(t('newStudy.problems', { count: 1 }))
  })

  it('is ready only once its data can run it, whatever the file says by itself', async () => {
    let answer: (check: DataCheck) => void = () => undefined
    const part = await view({
      back: {
        'study.checkData': () => new Promise<DataCheck>(resolve => (answer = resolve)),
      },
    })
    expect(verdict(part)).toBe(t('newStudy.readsData'))
    expect(canCreate(part)).toBe(false)
    const rule = msg('rule.metricOfData', { metrics: ['validationRmse'] })
    const problem = { path: ['goals', 0, 'metric'], value: 'validationAccuracy', rule }
    answer({ state: 'read', problems: [problem], dataset: null })
    await settle()
    expect(review(part).text()).toContain(lineOf(problem))
    expect(canCreate(part)).toBe(false)
  })

  it('asks before it reads data elsewhere that the text names', async () => {
    const outsidePath = '/else/a.csv'
    let isChosen = false
    const rule = msg('error.file.notChosen', { path: outsidePath })
    const problem = { path: ['objective', 'data', 'file'], value: null, rule }
    const part = await view({
      back: {
        'study.checkData': () => ({
          state: 'read' as const,
          dataset: null,
          problems: isChosen ? [] : [problem],
        }),
        'file.choose': () => {
          isChosen = true
          return null
        },
      },
    })
    expect(review(part).text()).toContain(lineOf(problem))
    expect(canCreate(part)).toBe(false)
    await part.press(t('newStudy.useFile'))
    await pass(400)
    expect(part.requests('file.choose')).toEqual([{ path: outsidePath }])
    expect(verdict(part)).toBe(t('newStudy.valid'))
    expect(canCreate(part)).toBe(true)
  })

  it('asks again where a newer question ended the reading', async () => {
    let count = 0
    const part = await view({
      back: {
        'study.checkData': () => ({
          problems: [],
          dataset: null,
          state: count++ === 0 ? 'superseded' : 'read',
        }),
      },
    })
    expect(canCreate(part)).toBe(false)
    await expect.poll(() => canCreate(part)).toBe(true)
    expect(count).toBe(2)
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
    expect(part.chosen(t('newStudy.kindFunction'))).toBe('branin')
    expect(part.value(`x0: ${t('newStudy.high')}`)).toBe('10')
    expect(part.value(t('newStudy.trials'))).toBe('20')
    await part.type(`x0: ${t('newStudy.high')}`, '12')
    await part.type(t('newStudy.seed'), '4')
    const text = part.value(file)
    for (const expectedText of ['# my comment', 'name: mine # kept', '12', 'seed: 4'])
      expect(text).toContain(expectedText)
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
    await part.tick(t('newStudy.cards.function'))
    expect(part.value(file)).toContain('x0:')
    expect(part.value(file)).not.toContain('dropout:')
    expect(part.chosen(t('newStudy.goal'))).toBe('loss')
    const [notice] = useNotices().all
    expect(notice?.text).toBe(t('newStudy.spaceReplaced'))
    await notice?.undo?.()
    await settle()
    expect(part.value(`dropout: ${t('newStudy.high')}`)).toBe('0.7')
    const kind = part.wrapper.find<HTMLInputElement>('input[value=image]')
    expect(kind.element.checked).toBe(true)
  })

  it('replaces what was only suggested without a word', async () => {
    const part = await view()
    await part.tick(t('newStudy.cards.function'))
    expect(useNotices().all).toEqual([])
  })

  it('that is a program asks what it reports', async () => {
    const part = await view()
    await part.tick(t('newStudy.cards.program'))
    await part.type(t('programs.metric'), 'score')
    await part.choose(t('programs.direction'), 'maximize')
    expect(check(part.value(file))).toMatchObject({
      specification: { goals: [{ metric: 'score', direction: 'maximize' }] },
    })
  })

  it('with other data says what came and went, and follows the folds that suit them', async () => {
    let [columns, folds] = [['age'], 5]
    const part = await view({
      back: {
        'objective.describe': () => ({
          ...describeObjective({ objective: {} }),
          folds,
          space: Object.fromEntries(columns.map(column => [column, { float: [0, 1] }])),
        }),
      },
    })
    expect(part.value(file)).toContain('folds: 5')
    ;[columns, folds] = [['height'], 1]
    await part.type('objective: data: train', '500')
    expect(part.text()).toContain(t('newStudy.spaceFollows'))
    expect(part.text()).toContain(t('newStudy.spaceCame', { names: 'height' }))
    expect(part.text()).toContain(t('newStudy.spaceWent', { names: 'age' }))
    expect(part.value(file)).not.toContain('folds:')
  })
})
