import { describe, expect, it } from 'vitest'
import { AppError, serializeError } from '../../src-main/core/errors/errors.ts'
import { msg, verbatim } from '../../src-main/core/errors/message.ts'
import type { EventRecord } from '../../src-main/core/study/events.ts'
import ImportancePart from '../../src-renderer/features/analysis/ImportancePart.vue'
import { useAnalysis } from '../../src-renderer/stores/analysis.ts'
import { useLiveStudy } from '../../src-renderer/stores/live-study.ts'
import StudyView from '../../src-renderer/views/StudyView.vue'
import { openStudy, studyDetail, studyRow } from './live-study.ts'
import { trialRow } from '../helpers/trial-row.ts'
import { holdTime, type Mounted, mountPart, pass, pressKey, settle, t, zh } from './mount.ts'

const rows = [trialRow(0, { values: [0.5] }), trialRow(1, { values: [0.25] })]
const outline = {
  numbers: [0, 1],
  states: ['complete', 'complete'] as const,
  values: [0.5, 0.25],
  excluded: [],
  infeasible: [],
}
const back = {
  'study.get': ({ studyId }: { studyId: number }) =>
    studyDetail({}, { id: studyId, name: `study ${studyId}`, source: 'name: open' }),
  'study.outline': outline,
  'study.trials': rows,
  'study.events': [],
}
const event: EventRecord = { id: 5, atMs: 0, kind: 'study.changed', trialNumber: null, detail: {} }

async function view(change: Parameters<typeof mountPart>[1] = {}): Promise<Mounted> {
  const part = mountPart(StudyView, {
    ...change,
    props: { id: 7, tab: 'file' },
    back: { ...back, ...change.back },
  })
  await settle()
  return part
}

describe('the page of a study', () => {
  it('reads the study, its outline and its trials', async () => {
    const part = await view()
    expect(part.text()).toContain('study 7')
    expect(part.wrapper.find('pre').text()).toBe('name: open')
    expect(useLiveStudy().trials).toEqual(rows)
    expect(part.asked.map(({ method }) => method).slice(0, 3)).toEqual([
      'study.get',
      'study.outline',
      'study.trials',
    ])
  })

  it('says where there is no such study, in the language of the page, and leads back', async () => {
    const part = await view({
      language: 'zh-CN',
      back: { 'study.get': new AppError('study.notFound', { study: '7' }) },
    })
    const dead = part.wrapper.find('[role=status]')
    expect(dead.text()).toContain(zh('study.absent', { id: 7 }))
    expect(dead.text()).toContain(zh('study.absentWhy'))
    await dead.find('button').trigger('click')
    await settle()
    expect(part.router.currentRoute.value.name).toBe('studies')
  })

  it('says why it cannot be opened, in the language of the page', async () => {
    const part = await view({
      language: 'zh-CN',
      back: { 'study.get': new AppError('study.external', { study: '7' }) },
    })
    const alert = part.wrapper.find('[role=alert]')
    expect(alert.find('p').text()).toBe(zh('error.study.external', { study: '7' }))
    expect(alert.find('a').text()).toBe(zh('study.all'))
    expect(alert.find('a').attributes('href')).toMatch(/\/studies$/)
  })

  it('keeps what it has read where it cannot be read again, and says why unless the back end is away', async () => {
    let failure: AppError | null = null
    const part = await view({
      back: {
        'study.get': (request: { studyId: number }) => failure ?? back['study.get'](request),
      },
    })
    failure = new AppError('child.gone', { child: 'back end', reason: verbatim('refused') })
    await useLiveStudy().open(7)
    await settle()
    expect(part.text()).toContain('study 7')
    expect(part.wrapper.find('[role=alert]').exists()).toBe(false)
    failure = new AppError('study.external', { study: '7' })
    await useLiveStudy().open(7)
    await settle()
    expect(part.text()).toContain('study 7')
    expect(part.wrapper.find('[role=alert]').text()).toContain(
      t('error.study.external', { study: '7' }),
    )
    failure = null
    await useLiveStudy().open(7)
    await settle()
    expect(part.wrapper.find('[role=alert]').exists()).toBe(false)
  })

  it('says that it was deleted elsewhere, and is back when that is undone', async () => {
    const part = await view()
    const live = useLiveStudy()
    live.take({ sequence: 1, type: 'studyDeleted', studyId: 8 })
    await settle()
    expect(part.text()).not.toContain(t('study.all'))
    live.take({ sequence: 2, type: 'studyDeleted', studyId: 7 })
    await settle()
    expect(part.text()).toContain(t('steering.deleted', { name: 'study 7' }))
    expect(part.wrapper.findAll('button').map(element => element.text())).toEqual([t('study.all')])
    const event: EventRecord = {
      id: 9,
      atMs: 0,
      kind: 'study.restored',
      trialNumber: null,
      detail: {},
    }
    live.take({ sequence: 3, type: 'intervention', study: studyRow(7), event, trials: [] })
    await settle()
    expect(part.text()).not.toContain(t('study.all'))
    expect(part.wrapper.findAll('[role=tab]').length).toBeGreaterThan(0)
  })

  it('shows another study without what the first one still loads', async () => {
    const answers: (() => void)[] = []
    const part = await view({
      back: {
        'study.get': (request: { studyId: number }) =>
          new Promise(resolve => {
            answers.push(() => {
              resolve(back['study.get'](request))
            })
          }),
      },
    })
    await part.wrapper.setProps({ id: 8 })
    answers[1]?.()
    await settle()
    answers[0]?.()
    await settle()
    expect(part.text()).toContain('study 8')
    expect(part.text()).not.toContain('study 7')
  })

  it('follows its tabs by the address, with the keyboard, too', async () => {
    const part = await view()
    const tabs = part.wrapper.findAll('[role=tab]')
    const at = tabs.findIndex(element => element.text() === t('study.events'))
    await tabs[at]?.trigger('click')
    await settle()
    const address = () => part.router.currentRoute.value.params
    expect(address()).toMatchObject({ id: '7', tab: 'events' })
    expect(part.text()).toContain(t('events.none'))
    await pressKey('ArrowRight', tabs[at]?.element)
    expect(address()).toMatchObject({ tab: 'file' })
  })

  it('says that a session has ended by an error', async () => {
    const part = await view()
    const error = serializeError(new AppError('study.notFound', { study: '7' }))
    useLiveStudy().take({ sequence: 1, type: 'sessionFailed', studyId: 7, error })
    await settle()
    expect(part.wrapper.find('[role=alert]').text()).toContain(t('study.sessionFailed'))
    useLiveStudy().take({ sequence: 2, type: 'sessionFailed', studyId: 8, error })
  })

  it('keeps what arrives while the trials are still read, where that is newer', async () => {
    let finish = (): void => undefined
    await view({
      back: {
        'study.trials': () =>
          new Promise(resolve => {
            finish = () => {
              resolve([rows[0], trialRow(1, { state: 'running', finishedAtMs: null, lastStep: 2 })])
            }
          }),
      },
    })
    const study = studyRow(7, { state: 'running', runsInThisProcess: true })
    const nothing = { metrics: [], engine: null }
    const old = trialRow(0, { state: 'running', finishedAtMs: null, lastStep: 1 })
    const live = useLiveStudy()
    live.take({ sequence: 1, type: 'progress', study, trials: [old, trialRow(1)], ...nothing })
    expect(live.history.map(({ values }) => values)).toEqual([[0.5], [0.25]])
    finish()
    await settle()
    expect(live.trials.map(({ state }) => state)).toEqual(['complete', 'complete'])
  })

  it('reads the trials of a large study in parts, and keeps what arrives in between', async () => {
    const many = Array.from({ length: 20_001 }, (_, number) =>
      trialRow(number, { state: 'running', finishedAtMs: null, lastStep: 1 }),
    )
    const resume: (() => void)[] = []
    const trials = ({ from, count }: { readonly from: number; readonly count: number }) =>
      new Promise(resolve => {
        resume.push(() => {
          resolve(many.slice(from, from + count))
        })
      })
    const part = await view({ back: { 'study.trials': trials } })
    const study = studyRow(7, { state: 'running', runsInThisProcess: true })
    const nothing = { metrics: [], engine: null }
    const live = useLiveStudy()
    for (const sequence of [1, 2]) {
      for (const [index, at] of [3, 10_003, 20_000].entries()) {
        resume.shift()?.()
        await settle()
        if (index === 0) {
          live.take({
            sequence,
            type: 'progress',
            study,
            trials: [trialRow(at + sequence)],
            ...nothing,
          })
        }
      }
      expect(live.trials).toHaveLength(20_001)
      expect(live.trials[3 + sequence]?.state).toBe('complete')
      // Once more, with the trials shown meanwhile.
      live.take({ sequence: 3, type: 'intervention', study, event, trials: [] })
      await settle()
    }
    expect(part.requests('study.trials').slice(0, 3)).toEqual([
      { studyId: 7, from: 0, count: 10_000 },
      { studyId: 7, from: 10_000, count: 10_000 },
      { studyId: 7, from: 20_000, count: 10_000 },
    ])
  })

  it('ends the reading of parts when the study is left, or opened again', async () => {
    const resume: (() => void)[] = []
    const many = Array.from({ length: 10_000 }, (_, number) => trialRow(number))
    const trials = ({ from, count }: { readonly from: number; readonly count: number }) =>
      new Promise(resolve => {
        resume.push(() => {
          resolve(many.slice(from, from + count))
        })
      })
    const part = await view({ back: { 'study.trials': trials } })
    useLiveStudy().close()
    const again = useLiveStudy().open(7)
    await settle()
    expect(resume).toHaveLength(2)
    resume[0]?.()
    await settle()
    expect(resume).toHaveLength(2)
    resume[1]?.()
    await settle()
    resume[2]?.()
    await again
    expect(
      part.requests('study.trials').map(request => (request as { readonly from: number }).from),
    ).toEqual([0, 0, 10_000])
    expect(useLiveStudy().trials).toHaveLength(10_000)
  })

  it('reads the study again when a person has changed it', async () => {
    const part = await view()
    const study = studyRow(7, { runsInThisProcess: true })
    useLiveStudy().take({ sequence: 1, type: 'intervention', study, event, trials: [] })
    await settle()
    expect(part.requests('study.get')).toHaveLength(2)
    expect(part.requests('study.outline')).toHaveLength(1)
    expect(useLiveStudy().lastIntervention).toEqual(event)
  })

  it('forgets the study when it is left', async () => {
    const part = await view()
    part.wrapper.unmount()
    expect(useLiveStudy()).toMatchObject({ openId: null, study: null, trials: [], complete: false })
  })
})

describe('a question to the analysis', () => {
  interface Asked {
    readonly method: string
    readonly pairs?: boolean
  }
  const importance = { ok: true, result: { parameters: [], pairs: [] } }
  const slow = {
    'study.analyze': () =>
      new Promise(resolve => {
        setTimeout(() => {
          resolve({ answer: importance })
        }, 800)
      }),
  }
  async function part(change: Parameters<typeof mountPart>[1] = {}): Promise<Mounted> {
    holdTime()
    const mounted = mountPart(ImportancePart, {
      prepare: () => {
        openStudy({}, rows)
      },
      ...change,
      back: { 'study.analyze': { answer: importance } as never, ...change.back },
    })
    await pass(400)
    return mounted
  }
  const methods = (mounted: Mounted): unknown[] =>
    mounted
      .requests('study.analyze')
      .map(request => (request as { question: Asked }).question)
      .map(({ method, pairs = true }) => (method === 'fanova' && pairs ? 'pairs' : method))

  it('that needs more trials than its study has says so and offers them; else how many are left', async () => {
    const refused = { ok: false, reason: 'tooFewTrials', trials: 10, needed: 20 }
    const mountedWith = (trials: number) =>
      part({
        prepare: () => {
          openStudy({ stop: { trials } }, rows)
        },
        back: { 'study.analyze': { answer: refused } as never, 'study.change': [] as never },
      })
    const short = await mountedWith(14)
    expect(short.text()).toContain(t('analysis.endsBefore', { limit: 14, needed: 20 }))
    await short.press(t('analysis.raiseTrials', { count: 20 }))
    expect(short.requests('study.change')).toMatchObject([
      { studyId: 7, change: { stop: { trials: 20 } } },
    ])
    const long = await mountedWith(30)
    expect(long.text()).toContain(t('analysis.trialsLeft', { count: 10 }))
    expect(long.text()).not.toContain(t('analysis.raiseTrials', { count: 20 }))
    expect(zh('analysis.endsBefore', { limit: 14, needed: 20 })).toContain('20')
  })

  it('is asked for each method that is chosen, about the trials that are shown', async () => {
    const mounted = await part()
    // The ranking first; nobody waits for the pairs.
    expect(methods(mounted)).toEqual(['fanova', 'pairs'])
    expect(mounted.requests('study.analyze')[0]).toMatchObject({ studyId: 7, trials: null })
    await mounted.choose(t('analysis.method'), 'all')
    await pass(400)
    expect(methods(mounted).slice(2)).toEqual(['pedAnova', 'impurity', 'permutation', 'pairs'])
    await mounted.choose(t('analysis.method'), 'pedAnova')
    useAnalysis().text = 'value<0.3'
    await pass(400)
    expect(methods(mounted).slice(6)).toEqual(['pedAnova'])
    expect(mounted.requests('study.analyze').at(-1)).toMatchObject({ trials: [1] })
  })

  it('says how far it is, and ends when a person cancels it, until they want it again', async () => {
    let fail: (error: AppError) => void = () => undefined
    const mounted = await part({
      back: {
        'study.analyze': () =>
          new Promise(resolve => {
            fail = resolve
          }),
        'study.cancelAnalyses': null,
      },
    })
    const task = JSON.stringify(
      (mounted.requests('study.analyze')[0] as { question: object }).question,
    )
    useLiveStudy().take({ sequence: 1, type: 'analysis', studyId: 7, task, share: 0.4 } as never)
    await pass(0)
    expect(mounted.wrapper.find('progress').attributes('value')).toBe('0.4')
    expect(mounted.text()).toContain(t('analysis.computingShare', { percent: 40 }))
    await mounted.press(t('app.cancel'))
    expect(mounted.requests('study.cancelAnalyses')).toEqual([{ studyId: 7 }])
    fail(new AppError('child.gone', { child: 'queries', reason: msg('failure.canceled') }))
    await pass(1)
    expect(mounted.text()).toContain(t('analysis.canceled'))
    expect(mounted.wrapper.find('[aria-busy=true]').exists()).toBe(false)
    const askedCount = mounted.requests('study.analyze').length
    await mounted.press(t('analysis.again'))
    await pass(1)
    expect(mounted.requests('study.analyze').length).toBeGreaterThan(askedCount)
  })

  it('is asked again when trials have ended, where that takes no time', async () => {
    const mounted = await part()
    useLiveStudy().trials = [...rows, trialRow(2, { values: [1] })]
    await pass(400)
    expect(methods(mounted).toSorted()).toEqual(['fanova', 'fanova', 'pairs', 'pairs'])
  })

  it('is asked again at the end where it takes long, and says until then how many trials it is of', async () => {
    const mounted = await part({ back: slow })
    await pass(2_000)
    const live = useLiveStudy()
    const count = rows.length
    live.trials = [...rows, trialRow(count, { values: [1] })]
    await pass(400)
    expect(methods(mounted)).toEqual(['fanova', 'pairs'])
    expect(mounted.text()).toContain(t('analysis.askedOf', { shown: count, count: count + 1 }))
    live.study = studyDetail({}, { state: 'finished' })
    await pass(2_000)
    expect(methods(mounted).toSorted()).toEqual(['fanova', 'fanova', 'pairs', 'pairs'])
    expect(mounted.text()).not.toContain(t('analysis.refresh'))
  })

  it('is asked again at once where the first answer was of no trials', async () => {
    const mounted = await part({
      prepare: () => {
        openStudy({}, [])
      },
      back: slow,
    })
    const live = useLiveStudy()
    for (let number = 0; number < 4; number++) {
      live.trials = [...live.trials, trialRow(number, { values: [1] })]
      await pass(200)
    }
    expect(methods(mounted).filter(method => method === 'fanova')).toHaveLength(2)
  })

  it('says why there is no answer, in the language of the page', async () => {
    const mounted = await part({
      language: 'zh-CN',
      back: { 'study.analyze': new AppError('study.notFound', { study: '7' }) },
    })
    expect(mounted.text()).toContain(zh('error.study.notFound', { study: '7' }))
  })
})
