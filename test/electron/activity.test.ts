import type { PowerSaveBlocker } from 'electron'
import { describe, expect, it, vi } from 'vitest'
import type { AppEventBody } from '../../src-main/features/api/common/app-event.ts'
import {
  type Activity,
  ActivityFollower,
  KeepAwake,
  type Outcome,
  showProgress,
} from '../../src-main/hosts/desktop/activity.ts'
import { createTranslate } from '../../src-main/core/i18n/translate.ts'
import { Notifier, notificationText } from '../../src-main/hosts/desktop/notifications.ts'
import { TrayIcon, trayMenu, trayTooltip } from '../../src-main/hosts/desktop/tray-icon.ts'
import { finishedStudy, runningStudy } from './study-row.ts'

const quiet: Activity = { running: [], progress: null }
const busy: Activity = { running: [runningStudy], progress: 0.3 }

function follow() {
  const activities: Activity[] = []
  const outcomes: Outcome[] = []
  const follower = new ActivityFollower(
    activity => activities.push(activity),
    outcome => outcomes.push(outcome),
  )
  let sequence = 0
  const take = (body: AppEventBody) => follower.take({ sequence: ++sequence, ...body })
  return { follower, activities, outcomes, take }
}

describe('what runs', () => {
  it('is followed from start to end', () => {
    const { activities, outcomes, take } = follow()
    take({ type: 'study', study: runningStudy })
    expect(activities.at(-1)).toEqual({ running: [runningStudy], progress: 0.3 })
    const further = { ...runningStudy, trials: { ...runningStudy.trials, complete: 4 } }
    take({ type: 'progress', study: further, trials: [], metrics: [], engine: null })
    expect(activities.at(-1)?.progress).toBe(0.5)
    take({ type: 'study', study: finishedStudy })
    expect(activities.at(-1)).toEqual(quiet)
    expect(outcomes).toEqual([{ kind: 'ended', study: finishedStudy }])
  })

  it('adds up several studies; one without a limit hides the end', () => {
    const { activities, take } = follow()
    take({ type: 'study', study: runningStudy })
    take({ type: 'study', study: { ...runningStudy, id: 8, trialBudget: 30 } })
    expect(activities.at(-1)?.progress).toBe(6 / 40)
    take({ type: 'study', study: { ...runningStudy, id: 9, trialBudget: null } })
    expect(activities.at(-1)?.progress).toBeNull()
  })

  it('tells once of a session that failed', () => {
    const { outcomes, take } = follow()
    take({ type: 'study', study: runningStudy })
    const error = { code: 'internal', detail: { reason: 'x' }, message: 'x' } as const
    take({ type: 'sessionFailed', studyId: 7, error })
    take({ type: 'study', study: { ...finishedStudy, state: 'failed' } })
    expect(outcomes).toEqual([{ kind: 'failed', studyId: 7, study: runningStudy }])
  })

  it('tells nothing that a person did, and nothing of studies that never ran here', () => {
    const { activities, outcomes, take } = follow()
    take({ type: 'study', study: finishedStudy })
    expect(activities).toEqual([])
    take({ type: 'study', study: runningStudy })
    take({ type: 'study', study: { ...finishedStudy, state: 'paused' } })
    take({ type: 'reset' })
    expect(outcomes).toEqual([])
  })

  it('ends with the back end', () => {
    const { follower, activities, take } = follow()
    take({ type: 'study', study: runningStudy })
    follower.clear()
    expect(activities.at(-1)).toEqual(quiet)
  })
})

it('shows progress on the taskbar', () => {
  const setProgressBar = vi.fn()
  showProgress({ setProgressBar }, busy)
  showProgress({ setProgressBar }, { ...busy, progress: null })
  showProgress({ setProgressBar }, quiet)
  expect(setProgressBar.mock.calls).toEqual([
    [0.3, { mode: 'normal' }],
    [2, { mode: 'indeterminate' }],
    [-1],
  ])
})

it('keeps the machine awake exactly while something runs', () => {
  const start = vi.fn<PowerSaveBlocker['start']>(() => 5)
  const stop = vi.fn<PowerSaveBlocker['stop']>()
  const awake = new KeepAwake({ start, stop })
  awake.set(false)
  expect(stop).not.toHaveBeenCalled()
  awake.set(true)
  awake.set(true)
  expect(start).toHaveBeenCalledExactlyOnceWith('prevent-app-suspension')
  awake.set(false)
  awake.set(false)
  expect(stop).toHaveBeenCalledExactlyOnceWith(5)
  awake.set(true)
  expect(start).toHaveBeenCalledTimes(2)
})

describe('the tray', () => {
  const actions = { showWindow: vi.fn(), showStudy: vi.fn(), pause: vi.fn(), quit: vi.fn() }
  const labels = (items: { label?: string }[]) => items.map(({ label }) => label ?? '-')

  it('lists what runs, in the chosen language', () => {
    expect(labels(trayMenu(busy, createTranslate('en'), actions))).toEqual([
      'Show Tunewright',
      '-',
      'digits: 3 of 10 trials',
      'Pause digits',
      '-',
      'Quit Tunewright',
    ])
    expect(labels(trayMenu(quiet, createTranslate('zh-CN'), actions))).toEqual([
      '显示调参匠',
      '-',
      '没有正在运行的研究',
      '-',
      '退出调参匠',
    ])
    expect(trayTooltip(busy, createTranslate('zh-CN'))).toBe('digits：3 / 10 次试验')
    expect(trayTooltip(quiet, createTranslate('en'))).toBe('Tunewright')
  })

  it('pauses and shows a study', () => {
    const items = trayMenu(busy, createTranslate('en'), actions)
    const click = (label: string) => {
      const item = items.find(entry => entry.label === label)
      item?.click?.({} as never, undefined, {})
    }
    click('digits: 3 of 10 trials')
    click('Pause digits')
    expect(actions.showStudy).toHaveBeenCalledExactlyOnceWith(7)
    expect(actions.pause).toHaveBeenCalledExactlyOnceWith(7)
  })

  it('rebuilds its menu once for many changes, and at once in another language', () => {
    vi.useFakeTimers()
    const setContextMenu = vi.fn()
    const tray = { setContextMenu, setToolTip: vi.fn(), on: vi.fn(), destroy: vi.fn() }
    const icon = new TrayIcon(tray, template => template as never, createTranslate('en'), actions)
    expect(setContextMenu).toHaveBeenCalledOnce()
    for (let change = 0; change < 20; change++) icon.show(busy)
    expect(setContextMenu).toHaveBeenCalledOnce()
    vi.advanceTimersByTime(1_000)
    expect(setContextMenu).toHaveBeenCalledTimes(2)
    icon.speak(createTranslate('zh-CN'))
    expect(labels(setContextMenu.mock.lastCall?.[0] as { label?: string }[])).toContain(
      '退出调参匠',
    )
    icon.close()
    expect(tray.destroy).toHaveBeenCalledOnce()
    vi.useRealTimers()
  })
})

describe('a notification', () => {
  it('says how a study ended, and its best value', () => {
    const ended: Outcome = { kind: 'ended', study: finishedStudy }
    expect(notificationText(ended, createTranslate('en'))).toEqual({
      title: 'digits has finished',
      body: 'loss 0.1250 in trial 1\n10 trials done',
    })
    expect(
      notificationText(
        { ...ended, study: { ...finishedStudy, best: null, reason: null } },
        createTranslate('zh-CN'),
      ),
    ).toEqual({ title: 'digits 已完成', body: '没有完成的试验。' })
    expect(notificationText(ended, createTranslate('zh-CN')).body).toContain('已完成 10 个试验')
    const failed: Outcome = { kind: 'failed', studyId: 7, study: runningStudy }
    expect(notificationText(failed, createTranslate('en')).title).toBe('digits has failed')
    expect(notificationText({ ...failed, study: null }, createTranslate('en'))).toEqual({
      title: 'A study has failed.',
      body: '',
    })
  })

  it('is kept until it is closed, and leads to the study', () => {
    const listeners = new Map<string, () => void>()
    const show = vi.fn()
    const on = ((name: string, listener: () => void) => listeners.set(name, listener)) as never
    const notifier = new Notifier(() => ({ on, show }))
    const onClick = vi.fn()
    notifier.notify({ title: 'digits' }, onClick)
    expect(show).toHaveBeenCalledOnce()
    listeners.get('click')?.()
    expect(onClick).toHaveBeenCalledOnce()
    listeners.get('close')?.()
  })
})
