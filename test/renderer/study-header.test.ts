import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import type { StudyDetail, TrialRow } from '../../src-main/features/studies/common/rows.ts'
import { AppError, errorMessage } from '../../src-main/core/errors/errors.ts'
import { exportFormats } from '../../src-main/core/exporters/registry.ts'
import { type MessageDescriptor, msg } from '../../src-main/core/errors/message.ts'
import { formatDuration, formatTimeLeft } from '../../src-main/core/i18n/format-time.ts'
import StudyHeader from '../../src-renderer/features/study/StudyHeader.vue'
import { useLiveStudy } from '../../src-renderer/stores/live-study.ts'
import type { BestTrialHeadline } from '../../src-main/analysis/summary/best-trial-headline.ts'
import { bestHeadline } from '../helpers/best-headline.ts'
import { studyDetail } from './live-study.ts'
import { errorsShown, holdTime, type Mounted, mountPart, pass, settle, t, zh } from './mount.ts'

const headerFile = 'src-renderer/features/study/StudyHeader.vue'
const baseFile = 'src-renderer/styles/base.css'

const header = (
  change: Partial<StudyDetail> = {},
  options: Parameters<typeof mountPart>[1] = {},
): Mounted => mountPart(StudyHeader, { props: { study: studyDetail({}, change) }, ...options })
const steering = {
  start: t('study.start'),
  resume: t('study.resume'),
  pause: t('study.pause'),
  stop: t('steering.stopAfter'),
}
const textsOf = (part: Mounted): string[] =>
  part.wrapper.findAll('.actions button').map(button => button.text())
/** Which of the actions that steer a study are there, beside the menu and in it. */
const offered = (part: Mounted): string[] =>
  Object.entries(steering).flatMap(([name, text]) => (textsOf(part).includes(text) ? [name] : []))

describe('the head of a study', () => {
  it('offers what its state allows', () => {
    expect(offered(header({ state: 'created', runsInThisProcess: false }))).toEqual(['start'])
    expect(offered(header({ state: 'interrupted', runsInThisProcess: false }))).toEqual(['resume'])
    expect(offered(header({ state: 'running', runsInThisProcess: true }))).toEqual([
      'pause',
      'stop',
    ])
    expect(offered(header({ state: 'finished', runsInThisProcess: false }))).toEqual([])
  })

  it('has one action beside its menu, and the rest in that', () => {
    const task = { objective: { task: 'image' as const, data: { source: 'mnist' } } }
    const exports = [
      ...exportFormats.map(format => t(`output.exports.${format}`)),
      t('output.bundle'),
    ]
    const [change, model] = [`${t('steering.change')} …`, `${t('model.title')} …`]
    const baseline = `${t('baseline.title')} …`
    const stops = [t('steering.stopAfter'), `${t('steering.stopNow')} ${t('study.stopHelp')}`]
    for (const [state, runsInThisProcess, primary, others] of [
      ['created', false, t('study.start'), [change, t('study.report'), model, baseline]],
      ['running', true, t('study.pause'), [...stops, change, t('study.report'), model, baseline]],
      ['finished', false, t('study.report'), [change, model, baseline]],
    ] as const) {
      const best = bestHeadline(1, 1)
      const detail = studyDetail(task, { state, runsInThisProcess, best })
      const part = mountPart(StudyHeader, { props: { study: detail } })
      const stopFirst = runsInThisProcess ? ` ${t('studies.stopFirst')}` : ''
      const manage = [
        t('studies.duplicate'),
        `${t('studies.rename')} …${stopFirst}`,
        t('studies.editLabels'),
        t('studies.archive'),
        `${t('studies.delete')}${stopFirst}`,
      ]
      expect(textsOf(part), state).toEqual([primary, '⋯', ...others, ...manage, ...exports])
      const menu = part.button(t('studies.actions', { name: detail.name }))
      expect(menu.text()).toBe('⋯')
    }
  })

  it('is renamed, and leads to the list once it is deleted', async () => {
    const part = header({ state: 'finished', runsInThisProcess: false })
    await part.press(`${t('studies.rename')} …`)
    await settle()
    await part.type(t('studies.renameName'), ' houses 2 ')
    await part.submit()
    expect(part.requests('study.rename')).toEqual([{ studyId: 7, name: 'houses 2' }])
    await part.press(t('studies.delete'))
    await settle()
    expect(part.requests('study.delete')).toEqual([{ studyId: 7 }])
    expect(part.router.currentRoute.value.name).toBe('studies')
  })

  it('says how the best compares with the baseline', async () => {
    const interval = { low: -0.3, high: -0.2, trainings: 5 }
    const comparison = { trialNumber: 0, value: 0.5, difference: -0.25, isBetter: true, interval }
    const best = { ...bestHeadline(2, 0.25), baseline: comparison }
    const part = header({ best })
    expect(part.text()).toContain(
      '−0.2500 vs. baseline (trial 0), 95 % interval −0.3000 … −0.2000, 5 trainings',
    )
    expect(part.wrapper.find('.delta').classes()).toContain('good')
    await part.press(`${t('baseline.title')} …`)
    await settle()
    await part.wrapper.find('input[value=value]').setValue(true)
    await part.type(t('baseline.ofValue', { metric: 'loss' }), '0.4')
    await part.submit()
    expect(part.requests('study.label')).toEqual([
      { studyId: 7, labels: { baseline: { value: 0.4 } } },
    ])
    for (const other of [null, { ...interval, high: 0.1 }]) {
      const unsure = header({ best: { ...best, baseline: { ...comparison, interval: other } } })
      expect(unsure.wrapper.find('.delta').classes()).not.toContain('good')
    }
  })

  it('has a clock that goes on between two messages, and no time left once it was asked to end', async () => {
    holdTime()
    const trials = { ...studyDetail().trials, running: 1 }
    const part = header({ elapsedMs: 3_000, timeLeftMs: 60_000, requestedEnd: 'pause', trials })
    await pass(2_000)
    expect(part.text()).toContain(formatDuration(5_000, 'en'))
    expect(part.text()).not.toContain(t('study.remaining', { time: '1 min' }))
  })

  it('lets a study that gave the machine away stay paused', async () => {
    const held = { state: 'paused', runsInThisProcess: false } as const
    const part = header({ ...held, reason: msg('ending.held', { cause: 'battery' }) })
    expect(offered(part)).toEqual(['resume'])
    await part.press(t('study.stayPaused'))
    expect(part.requests('study.pause')).toEqual([{ studyId: 7 }])
    const paused = header({ ...held, reason: msg('ending.paused') })
    expect(paused.text()).not.toContain(t('study.stayPaused'))
  })

  it('offers nothing that only the program can do which runs the study, and asks it to stop', async () => {
    const state = { program: 'Optuna', state: 'running', runsInThisProcess: true } as const
    const part = header(state)
    expect(offered(part)).toEqual([])
    expect(textsOf(part).slice(0, 3)).toEqual([t('study.askToStop'), '⋯', t('study.report')])
    expect(textsOf(part)).not.toContain(`${t('steering.change')} …`)
    await part.press(t('study.askToStop'))
    expect(part.requests('study.stop')).toEqual([{ studyId: 7, when: 'afterRunning' }])
    expect(offered(header({ ...state, state: 'paused', runsInThisProcess: false }))).toEqual([])
  })

  it('offers no end to a search that has ended while its best trial is tested', () => {
    const trials = { ...studyDetail().trials, complete: 10 }
    const part = header({ state: 'finished', runsInThisProcess: true, trials, timeLeftMs: 0 })
    expect(offered(part)).toEqual([])
    expect(part.wrapper.find('[role=status]').text()).toBe(t('study.testing'))
    expect(part.text()).not.toContain(t('study.remaining', { time: formatDuration(0, 'en') }))
  })

  it('names no best of several goals, and by how much the best of one is better', () => {
    const goals = [
      { metric: 'loss', direction: 'minimize' as const },
      { metric: 'size', direction: 'minimize' as const },
    ]
    const several = mountPart(StudyHeader, { props: { study: studyDetail({ goals }) } })
    expect(several.text()).not.toContain(t('study.best'))
    const single = header({ best: bestHeadline(1, 0.5), sparkline: [1, 0.5] })
    expect(single.text()).toContain('−50 %')
  })

  it('pulses for a best that is new, not for the one that was there when the study was opened', async () => {
    const best = (number: number, id = 7) =>
      studyDetail({}, { id, best: bestHeadline(number, 1 / (1 + number)) })
    const part = mountPart(StudyHeader, { props: { study: best(1) } })
    const pulses = (): boolean => part.wrapper.find('.pulse').exists()
    expect(pulses()).toBe(false)
    await part.wrapper.setProps({ study: best(4) })
    expect(pulses()).toBe(true)
    await part.wrapper.setProps({ study: best(9, 8) })
    expect(pulses()).toBe(false)
  })

  it('pulses once for each new best: whatever else comes leaves its figure alone', async () => {
    const at = (best: number | null, complete: number) =>
      studyDetail(
        {},
        {
          best: best === null ? null : bestHeadline(best, 1 / (1 + best)),
          trials: { ...studyDetail().trials, complete },
        },
      )
    const part = mountPart(StudyHeader, { props: { study: at(1, 1) } })
    const figure = (): Element | undefined => part.wrapper.findAll('.bar strong')[0]?.element
    const begun: Element[] = []
    for (const [best, complete] of [
      [1, 2],
      [1, 3],
      [4, 4],
      [4, 5],
      [4, 6],
      [7, 7],
      [7, 8],
    ] as const) {
      await part.wrapper.setProps({ study: at(best, complete) })
      const now = figure()
      // An animation begins where an element is new or gets the class.
      if (now?.classList.contains('pulse') === true && !begun.includes(now)) begun.push(now)
    }
    expect(begun).toHaveLength(2)
    await part.wrapper.setProps({ study: at(null, 0) })
    expect(figure()?.classList.contains('pulse')).toBe(false)
  })

  it('has a title that says what a built-in metric measures', () => {
    const titleOf = (metric: string) =>
      header({ goal: { metric, direction: 'minimize' }, best: bestHeadline(4, 0.5) })
        .wrapper.find('.cell:not(.name)')
        .attributes('title')
    expect(titleOf('validationRmse')).toContain(t('metric.validationRmse'))
    expect(titleOf('myOwnMetric')?.split('\n')).toHaveLength(1)
  })

  it('pulses no longer than a moment, and not at all where a person wants less motion', () => {
    const pulse = /\.pulse \{([^}]*)\}/.exec(readFileSync(headerFile, 'utf8'))?.[1] ?? ''
    expect(pulse).toMatch(/animation: pulse [\d.]+s/)
    expect(pulse).not.toContain('infinite')
    expect(pulse).not.toContain('!important')
    const base = readFileSync(baseFile, 'utf8')
    const reduced = base.slice(base.indexOf('@media (prefers-reduced-motion: reduce)'))
    expect(reduced).toMatch(/^[^{]*\{\s*\*,[^{]*\{[^}]*animation: none !important/)
  })

  it('starts, pauses and stops it', async () => {
    const part = header()
    await part.press(t('study.pause'))
    await part.press(t('steering.stopAfter'))
    await part.wrapper.setProps({
      study: studyDetail({}, { state: 'paused', runsInThisProcess: false }),
    })
    await part.press(t('study.resume'))
    expect(part.asked).toEqual([
      { method: 'study.pause', payload: { studyId: 7 } },
      { method: 'study.stop', payload: { studyId: 7, when: 'afterRunning' } },
      { method: 'study.start', payload: { studyId: 7 } },
    ])
  })

  it('says what it waits for, and goes on instead, in the language of the page', async () => {
    const part = header({ requestedEnd: 'stop' }, { language: 'zh-CN' })
    expect(part.wrapper.find('[role=status]').text()).toBe(zh('steering.stopping'))
    await part.press(zh('steering.keepRunning'))
    expect(part.requests('study.keepRunning')).toEqual([{ studyId: 7 }])
    expect(header({ requestedEnd: 'pause' }).wrapper.find('[role=status]').text()).toBe(
      t('steering.pausing'),
    )
  })

  it('has one word for the state, which follows what the study does', () => {
    const wordOf = (change: Partial<StudyDetail>) =>
      header(change).wrapper.find('.state').text().replace(/^\S+ /, '')
    const none = { running: 0, complete: 0, pruned: 0, failed: 0, canceled: 0, interrupted: 0 }
    expect(wordOf({ state: 'created', trials: none })).toBe(t('studyState.starting'))
    expect(wordOf({ requestedEnd: 'pause' })).toBe(t('studyState.pausing'))
    const ended = { state: 'finished', runsInThisProcess: false, trials: none } as const
    expect(wordOf(ended)).toBe(t('studyState.untried'))
  })

  it('of one that ended without a trial offers to run it again', async () => {
    const trials = { running: 0, complete: 0, pruned: 0, failed: 0, canceled: 0, interrupted: 0 }
    const part = header({ state: 'finished', runsInThisProcess: false, trials })
    await part.press(t('study.runAgain'))
    expect(part.requests('study.start')).toEqual([{ studyId: 7 }])
  })

  it('has a clock that stands without running trials and never runs back', async () => {
    holdTime()
    const none = { running: 0, complete: 0, pruned: 0, failed: 0, canceled: 0, interrupted: 0 }
    const at = (elapsedMs: number, running: number) =>
      studyDetail({}, { elapsedMs, trials: { ...none, running } })
    const part = mountPart(StudyHeader, { props: { study: at(0, 0) } })
    const shown = () => part.wrapper.find('.elapsed').text()
    await pass(60_000)
    expect(shown()).toBe(formatDuration(0, 'en'))
    await part.wrapper.setProps({ study: at(20_000, 1) })
    await pass(5_000)
    expect(shown()).toBe(formatDuration(25_000, 'en'))
    await part.wrapper.setProps({ study: at(22_000, 1) })
    expect(shown()).toBe(formatDuration(25_000, 'en'))
    await pass(120_000)
    expect(shown()).toBe(formatDuration(32_000, 'en'))
  })

  it('has no less time left than its running trials', () => {
    const part = header(
      { timeLeftMs: 60_000 },
      { prepare: () => (useLiveStudy().restsMs = [90_000, 5_000]) },
    )
    expect(part.text()).toContain(t('study.remaining', { time: formatTimeLeft(90_000, 'en') }))
  })

  it('of one that failed says why once, how often, and leads to a copy', async () => {
    const reason = msg('ending.failuresInARow', { trials: 3 })
    const failed = (number: number, why: MessageDescriptor) =>
      ({ number, state: 'failed', reason: why }) as unknown as TrialRow
    const rule = msg('failure.noEngine')
    const numbered = (value: number): MessageDescriptor =>
      msg('ending.failuresInARow', { trials: value })
    const part = header(
      { state: 'failed', runsInThisProcess: false, reason },
      {
        prepare: () => {
          useLiveStudy().trials = [
            failed(0, rule),
            failed(1, numbered(4)),
            failed(2, rule),
            // One cause, with another number.
            failed(3, numbered(5)),
            failed(4, rule),
          ]
        },
      },
    )
    const box = part.wrapper.find('[role=alert]')
    expect(box.find('h2').text()).toBe(t('study.failedTitle', { count: 5 }))
    expect(box.findAll('li').map(item => item.text())).toEqual([
      `${t.format(rule)} × 3`,
      `${t.format(numbered(4))} × 2`,
    ])
    expect(part.wrapper.findAll('.el-button--primary').map(button => button.text())).toEqual([
      t('study.duplicateAndFix'),
    ])
    await part.press(t('study.duplicateAndFix'))
    expect(part.router.currentRoute.value).toMatchObject({ name: 'newStudy', query: { copy: '7' } })
  })

  it('asks whether code may run that has changed, and says so where nobody answers', async () => {
    const untrusted = new AppError('userCode.untrusted', { command: 'python train.py', files: [] })
    const part = header(
      { state: 'paused', runsInThisProcess: false },
      { back: { 'study.start': untrusted } },
    )
    await part.press(t('study.resume'))
    expect(part.requests('code.describe')).toEqual([{ source: { studyId: 7 } }])
    expect(errorsShown()).toEqual([t.format(errorMessage(untrusted))])
  })

  it('says how far it is, what was best and why it ended', async () => {
    const trials = { ...studyDetail().trials, complete: 4, pruned: 3, failed: 1, canceled: 0 }
    const part = header({
      trials,
      state: 'finished',
      runsInThisProcess: false,
      best: bestHeadline(2, 0.25),
      reason: msg('ending.allFailed', { trials: 9 }),
    })
    await settle()
    const text = part.text()
    expect(text).toContain(t('ending.allFailed', { trials: 9 }))
    expect(text).toContain('8 / 10')
    expect(text).toContain('0.2500')
    expect(text).toContain(t('study.bestTrial', { number: 2 }))
    expect(text).toContain(t('studies.prunedTrials', { count: 3 }))
    expect(text).not.toContain(t('studies.canceledTrials', { count: 0 }))
    expect(header({ trials: { ...trials, canceled: 2 } }).text()).toContain(
      t('studies.canceledTrials', { count: 2 }),
    )
  })

  it('says what is left where that can be foreseen', () => {
    const left = (timeLeftMs: number): string =>
      t('study.remaining', { time: formatTimeLeft(timeLeftMs, 'en') })
    expect(header({ timeLeftMs: 187_000 }).text()).toContain(left(187_000))
    expect(left(187_000)).toContain('3 min')
    expect(header({ timeLeftMs: 0 }).text()).toContain(left(0))
    const pattern = new RegExp(left(0).replace('0 s', '.*'))
    expect(left(0)).toMatch(pattern)
    expect(header({ timeLeftMs: null }).text()).not.toMatch(pattern)
  })

  it('shows the goal at the test of the best trial, and no other metric in its place', () => {
    const goal = { metric: 'validationLoss', direction: 'minimize' as const, value: 0.25 }
    const test = { metric: 'testLoss', value: 0.375 }
    const testMetrics = { testAccuracy: 0.875, testLoss: 0.375 }
    const shown = (change: Partial<BestTrialHeadline>): string =>
      header({ best: bestHeadline(2, 0.25, change) }).text()
    const text = shown({ goals: [{ ...goal, test }], testMetrics })
    expect(text).toContain('0.3750')
    expect(text).toContain('testLoss')
    expect(text).not.toContain('testAccuracy')
    const other = shown({ goals: [{ ...goal, test: null }], testMetrics })
    expect(other).not.toContain(t('study.test'))
    expect(other).not.toContain('0.8750')
  })

  it('opens the change of settings, the report, and a model where one was trained', async () => {
    const part = header()
    expect(part.text()).not.toContain(`${t('model.title')} …`)
    await part.press(`${t('steering.change')} …`)
    expect(part.text()).toContain(t('steering.changeHelp'))
    const trained = studyDetail(
      { objective: { task: 'image', data: { source: 'mnist' } } },
      { best: bestHeadline(1, 1) },
    )
    await part.wrapper.setProps({ study: trained })
    expect(part.text()).toContain(`${t('model.title')} …`)
  })
})
