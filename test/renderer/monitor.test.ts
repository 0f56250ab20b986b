import { describe, expect, it, vi } from 'vitest'
import type { StudyRow } from '../../src-main/features/studies/common/rows.ts'
import AwaySummary from '../../src-renderer/features/monitor/AwaySummary.vue'
import {
  changesSince,
  type Visits,
  visitOf,
  withVisit,
} from '../../src-renderer/features/monitor/visits.ts'
import { bestHeadline } from '../helpers/best-headline.ts'
import { slotTone } from '../../src-main/charts/chart-colors.ts'
import LiveLog from '../../src-renderer/features/monitor/LiveLog.vue'
import RunningPanel from '../../src-renderer/features/monitor/RunningPanel.vue'
import RunningTable from '../../src-renderer/features/monitor/RunningTable.vue'
import SuspendedTrials from '../../src-renderer/features/monitor/SuspendedTrials.vue'
import { isCompact } from '../../src-renderer/features/monitor/running-layout.ts'
import {
  appendLog,
  emptyLog,
  MAX_CHARACTERS,
} from '../../src-renderer/features/monitor/follow-log.ts'
import { formatDuration } from '../../src-main/core/i18n/format-time.ts'
import { useLiveStudy } from '../../src-renderer/stores/live-study.ts'
import { openStudy, studyRow } from './live-study.ts'
import { trialRow } from '../helpers/trial-row.ts'
import { holdTime, mountPart, pass, settle, t } from './mount.ts'

const running = (number: number, slot = number) =>
  trialRow(number, { state: 'running', finishedAtMs: null, slot, parameters: { rate: number } })

describe('many running trials', () => {
  it('stand in a table from seven on, also while one of them ends', () => {
    expect(isCompact({ parallelTrials: 6 }, 6)).toBe(false)
    expect(isCompact({ parallelTrials: 7 }, 3)).toBe(true)
    expect(isCompact({ parallelTrials: 1 }, 7)).toBe(true)
  })

  it('are one line each, whatever their parameters, and lead to their page', async () => {
    const parameters = Object.fromEntries(Array.from({ length: 20 }, (_, n) => [`p${n}`, n]))
    const part = mountPart(RunningTable, {
      prepare: () => {
        openStudy(
          { parallelTrials: 35 },
          Array.from({ length: 35 }, (_, number) => ({ ...running(number), parameters })),
        )
      },
    })
    expect(part.wrapper.findAll('tbody tr')).toHaveLength(35)
    expect(part.wrapper.findAll('tbody tr .cut')).toHaveLength(35)
    await part.press(t('study.bestTrial', { number: 34 }))
    expect(part.wrapper.emitted('pick')).toEqual([[34]])
  })

  it('stay in their places when one ends, and have the color of their slot', () => {
    const part = mountPart(RunningPanel, {
      prepare: () => {
        openStudy({ parallelTrials: 3 }, [running(0, 2), running(1, 0), running(2, 1)])
      },
    })
    const cards = part.wrapper.findAll('article')
    expect(cards.map(card => card.find('h3').text())).toEqual(['trial 1', 'trial 2', 'trial 0'])
    expect(cards[2]?.attributes('style')).toContain(`--slot-${slotTone(2)}`)
    // Not that of the best trial.
    expect(Array.from({ length: 12 }, (_, slot) => slotTone(slot))).not.toContain(1)
  })
})

describe('suspended trials', () => {
  const suspended = trialRow(1, { state: 'interrupted', suspended: true, lastStep: 3 })

  it('continue one by one while the study runs', async () => {
    const part = mountPart(SuspendedTrials, {
      prepare: () => {
        openStudy({}, [trialRow(0), suspended])
      },
    })
    await part.press(t('lineage.unsuspend'))
    expect(part.requests('trial.unsuspend')).toEqual([{ studyId: 7, number: 1 }])
    expect(part.text()).not.toContain(t('lineage.endedSuspended', { count: 1 }))
  })

  it('are named by a study that ended without them, which can go on', async () => {
    const part = mountPart(SuspendedTrials, {
      prepare: () => {
        openStudy({}, [trialRow(0), suspended], { state: 'finished', runsInThisProcess: false })
      },
    })
    expect(part.text()).toContain(t('lineage.endedSuspended', { count: 1 }))
    await part.press(t('lineage.resumeSuspended', { count: 1 }))
    await settle()
    const steered = part.asked.filter(({ method }) => /unsuspend|start/.test(method))
    expect(steered).toEqual([
      { method: 'trial.unsuspend', payload: { studyId: 7, number: 1 } },
      { method: 'study.start', payload: { studyId: 7 } },
    ])
  })
})

describe('what changed while a person was away', () => {
  const study = (change: Partial<StudyRow>) => studyRow(7, { createdAtMs: 5, ...change })
  const counts = (complete: number, failed = 0) => ({
    ...studyRow(7).trials,
    complete,
    failed,
  })
  const before = visitOf(
    study({ state: 'running', trials: counts(3), best: bestHeadline(1, 0.5) }),
    0,
  )

  it('is nothing at a first visit, after a moment, and where nothing happened', () => {
    const now = study({ state: 'finished', trials: counts(9) })
    expect(changesSince(undefined, now, 1e9)).toBeNull()
    expect(changesSince(before, now, 9 * 60_000)).toBeNull()
    const same = study({ state: 'running', trials: counts(3), best: bestHeadline(1, 0.5) })
    expect(changesSince(before, same, 1e9)).toBeNull()
  })

  it('is said once, with the new best trial, and goes by a press', async () => {
    const part = mountPart(AwaySummary, {
      prepare: () => {
        localStorage.setItem('tunewright.visits', JSON.stringify({ '7-0': before }))
        openStudy({}, [], {
          state: 'finished',
          trials: counts(12, 1),
          best: bestHeadline(8, 0.25),
        })
      },
    })
    await settle()
    expect(part.text()).toContain(t('away.complete', { count: 9 }))
    expect(part.wrapper.find('strong').exists()).toBe(false)
    expect(part.text()).toContain(t('studies.failedTrials', { count: 1 }))
    expect(part.text()).toContain('−50 %')
    expect(part.wrapper.get('a').text()).toBe(t('study.bestTrial', { number: 8 }))
    await part.press(t('away.dismiss'))
    expect(part.text()).toBe('')
    const stored = JSON.parse(localStorage.getItem('tunewright.visits') ?? '{}') as Visits
    expect(stored['7-0']).toMatchObject({ complete: 12, best: { number: 8 } })
  })

  /** A study that went on while nobody saw it for 42 minutes. */
  async function comeBack(): Promise<ReturnType<typeof mountPart>> {
    holdTime()
    vi.setSystemTime(42 * 60_000)
    const part = mountPart(AwaySummary, {
      prepare: () => {
        localStorage.setItem('tunewright.visits', JSON.stringify({ '7-0': before }))
        openStudy({}, [], { state: 'running', trials: counts(12), best: bestHeadline(8, 0.25) })
      },
    })
    await settle()
    expect(part.text()).toContain(t('away.since', { time: formatDuration(42 * 60_000, 'en') }))
    return part
  }
  function change(of: Partial<StudyRow>): void {
    const live = useLiveStudy()
    if (live.study !== null) live.study = { ...live.study, ...of }
  }

  it('does not grow with the time that the person is there, and leads to no trial that is no longer the best', async () => {
    const part = await comeBack()
    await pass(20_000)
    change({ best: bestHeadline(13, 0.1), trials: counts(13) })
    await settle()
    expect(part.text()).toContain(t('away.since', { time: formatDuration(42 * 60_000, 'en') }))
    expect(part.text()).toContain(t('away.complete', { count: 9 }))
    expect(part.wrapper.find('a').exists()).toBe(false)
  })

  it('goes with the next change once it was in sight for a while', async () => {
    const part = await comeBack()
    await pass(40_000)
    expect(part.text()).not.toBe('')
    change({ trials: counts(13) })
    await settle()
    expect(part.text()).toBe('')
  })

  it('counts an absence from when the page was left, not from the last change of the study', async () => {
    const part = await comeBack()
    await pass(60 * 60_000)
    part.wrapper.unmount()
    const stored = JSON.parse(localStorage.getItem('tunewright.visits') ?? '{}') as Visits
    expect(stored['7-0']?.atMs).toBeGreaterThanOrEqual(102 * 60_000)
  })

  it('is kept for the hundred studies that were seen last', () => {
    let visits: Visits = {}
    for (let id = 0; id < 120; id++) visits = withVisit(visits, String(id), before)
    expect(Object.keys(visits)).toHaveLength(100)
    expect(visits).toHaveProperty('119')
  })
})

describe('the log of a running trial', () => {
  const part = (text: string, from: number, training = 1) => ({
    attempt: 1,
    training,
    text,
    from,
    to: from + text.length,
  })

  it('grows by what the back end has since, and is filtered by a text', async () => {
    holdTime()
    const parts = [part('epoch 1 loss 0.5\n', 0), part('warning: slow disk\n', 17), null]
    const log = mountPart(LiveLog, {
      prepare: () => {
        openStudy(
          {},
          [running(3)].map(row => ({ ...row, number: 0 })),
        )
      },
      back: { 'trial.logPart': () => parts.shift() ?? null },
    })
    await pass(10)
    expect(log.wrapper.get('pre').text()).toBe('epoch 1 loss 0.5')
    await pass(1_000)
    expect(log.wrapper.get('pre').text()).toBe('epoch 1 loss 0.5\nwarning: slow disk')
    expect(log.requests('trial.logPart').slice(0, 2)).toEqual([
      { studyId: 7, number: 0, from: null },
      { studyId: 7, number: 0, from: { attempt: 1, training: 1, to: 17 } },
    ])
    await log.type(t('liveLog.search'), 'WARN')
    await pass(10)
    expect(log.wrapper.get('pre').text()).toBe('warning: slow disk')
    expect(log.text()).toContain(t('liveLog.matches', { count: 1 }))
    await log.type(t('liveLog.search'), 'absent')
    await pass(10)
    expect(log.text()).toContain(t('liveLog.noMatch'))
  })

  it('has the output of the next trial at once, also where the trial before ended while it was asked for', async () => {
    holdTime()
    let answerFirst: (part: null) => void = () => undefined
    const log = mountPart(LiveLog, {
      prepare: () => {
        openStudy({}, [running(0), running(1)])
      },
      back: {
        'trial.logPart': ({ number }: { number: number }) =>
          number === 1
            ? part('of the second\n', 0)
            : new Promise(resolve => {
                answerFirst = resolve
              }),
      },
    })
    await pass(10)
    const live = useLiveStudy()
    live.trials = [trialRow(0), running(1)]
    await pass(10)
    answerFirst(null)
    await pass(10)
    expect(log.wrapper.get('pre').text()).toBe('of the second')
  })

  it('stays at its end until a person scrolls up, and follows again at the end', async () => {
    holdTime()
    let at = 0
    const log = mountPart(LiveLog, {
      prepare: () => {
        openStudy({}, [{ ...running(3), number: 0 }])
      },
      back: {
        'trial.logPart': () => {
          const next = part('line\n', at)
          at = next.to
          return next
        },
      },
    })
    await pass(10)
    const area = log.wrapper.get('pre').element
    // Nothing is laid out here.
    Object.defineProperty(area, 'clientHeight', { value: 100 })
    let height = 300
    Object.defineProperty(area, 'scrollHeight', { get: () => height })
    const scrollTo = async (top: number): Promise<void> => {
      area.scrollTop = top
      area.dispatchEvent(new Event('scroll'))
      await pass(1)
    }
    await pass(1_000)
    expect(area.scrollTop).toBe(300)
    await scrollTo(50)
    height = 400
    await pass(2_000)
    expect(area.scrollTop).toBe(50)
    await scrollTo(300)
    height = 500
    await pass(2_000)
    expect(area.scrollTop).toBe(500)
  })

  it('begins anew with the next training, names what is missing, and stays bounded', () => {
    const first = appendLog(emptyLog, part('one\n', 0))
    expect(appendLog(first, null)).toEqual(first)
    expect(appendLog(first, part('nine\n', 100)).text).toContain('[… 96 bytes …]')
    expect(appendLog(first, part('again\n', 0, 2)).text).toBe('again\n')
    const line = `${'x'.repeat(99)}\n`
    const long = appendLog(first, part(line.repeat(5_000), 4))
    expect(long.text.length).toBeLessThanOrEqual(MAX_CHARACTERS)
    expect(long.text.startsWith('x'.repeat(99))).toBe(true)
  })
})
