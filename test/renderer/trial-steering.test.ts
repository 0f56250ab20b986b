import { describe, expect, it } from 'vitest'
import { AppError } from '../../src-main/core/errors/errors.ts'
import type { EventRecord } from '../../src-main/core/study/events.ts'
import { verbatim } from '../../src-main/core/errors/message.ts'
import EnqueuedTrialsPanel from '../../src-renderer/features/interventions/EnqueuedTrialsPanel.vue'
import TrialActions from '../../src-renderer/features/interventions/TrialActions.vue'
import { useLiveStudy } from '../../src-renderer/stores/live-study.ts'
import { useNotices } from '../../src-renderer/stores/notices.ts'
import { bestHeadline } from '../helpers/best-headline.ts'
import { openStudy } from './live-study.ts'
import { trialRow } from '../helpers/trial-row.ts'
import { errorsShown, type Mounted, mountPart, settle, t, zh } from './mount.ts'

const event: EventRecord = { id: 12, atMs: 0, kind: 'trial.noted', trialNumber: 2, detail: {} }
const back = {
  'trial.exclude': [event],
  'trial.note': event,
  'trial.retry': event,
  'trial.withdraw': event,
  'study.undo': event,
}
const refusal = new AppError('intervention.refused', { study: 'open', rule: verbatim('too late') })

type Row = Parameters<typeof trialRow>[1]
function actions(
  row: Row = {},
  change: { runsInThisProcess?: boolean; checkpoint?: object | null } = {},
): Mounted {
  return mountPart(TrialActions, {
    props: { trial: trialRow(2, row), checkpoint: change.checkpoint ?? null },
    prepare: () => {
      openStudy({ objective: { task: 'image', data: { source: 'mnist' } } }, [], {
        runsInThisProcess: change.runsInThisProcess ?? true,
      })
    },
    back,
  })
}
const offered = (part: Mounted): string[] =>
  part.wrapper.findAll('button').map(element => element.text())

describe('what can be done with a trial', () => {
  it('depends on its state, and on whether the study runs here', () => {
    const running = { state: 'running', finishedAtMs: null } as const
    const copy = `${t('steering.clone')} …`
    const out = t('steering.exclude')
    expect(offered(actions(running))).toEqual([t('lineage.suspend'), t('trials.cancel'), copy, out])
    expect(offered(actions(running, { runsInThisProcess: false }))).toEqual([copy, out])
    expect(offered(actions())).toEqual([t('steering.retry'), copy, out])
    expect(offered(actions({}, { checkpoint: { step: 4, bytes: 9 } }))).toEqual([
      t('steering.retry'),
      copy,
      `${t('lineage.extend')} …`,
      `${t('lineage.fork')} …`,
      out,
    ])
    const suspended = actions({ state: 'interrupted', suspended: true, finishedAtMs: null })
    expect(offered(suspended)).toEqual([t('lineage.unsuspend'), copy, out])
    expect(suspended.text()).toContain(t('lineage.suspendedHelp'))
  })

  it('gives up a trial of Optuna whose program may have gone, and says what came of it', async () => {
    let failed = true
    const part = mountPart(TrialActions, {
      props: { trial: trialRow(2, { state: 'interrupted', finishedAtMs: null }), checkpoint: null },
      prepare: () => openStudy({}, [], { runsInThisProcess: false, program: 'Optuna' }),
      back: { 'optuna.failLost': () => ({ failed }) },
    })
    const noticeTexts = (): readonly string[] => useNotices().all.map(({ text }) => text)
    await part.press(t('steering.failLost'))
    expect(part.asked).toEqual([{ method: 'optuna.failLost', payload: { studyId: 7, number: 2 } }])
    expect(noticeTexts()[0]).toBe(t('steering.failedLost', { number: 2 }))
    failed = false
    await part.press(t('steering.failLost'))
    expect(noticeTexts()[0]).toBe(t('steering.notLost', { number: 2 }))
  })

  it('says why nothing can go on from it', () => {
    expect(actions().text()).toContain(t('lineage.noCheckpoint'))
    const waits = actions({ state: 'interrupted', suspended: true }, { runsInThisProcess: false })
    expect(waits.text()).toContain(t('lineage.unsuspendLater'))
  })

  it('suspends and cancels it, and lets it go on', async () => {
    const part = actions({ state: 'running', finishedAtMs: null })
    await part.press(t('lineage.suspend'))
    await part.press(t('trials.cancel'))
    await part.wrapper.setProps({ trial: trialRow(2, { state: 'interrupted', suspended: true }) })
    await part.press(t('lineage.unsuspend'))
    expect(part.asked).toEqual(
      (['trial.suspend', 'trial.cancel', 'trial.unsuspend'] as const).map(method => ({
        method,
        payload: { studyId: 7, number: 2 },
      })),
    )
  })

  it('takes it out of the search and back, with a notice that undoes it', async () => {
    const part = actions()
    await part.press(t('steering.exclude'))
    expect(part.asked).toEqual([
      { method: 'trial.exclude', payload: { studyId: 7, numbers: [2], excluded: true } },
    ])
    const [notice] = useNotices().all
    expect(notice?.text).toBe(t('steering.excluded', { numbers: '2' }))
    await notice?.undo?.()
    expect(part.requests('study.undo')).toEqual([{ studyId: 7, eventId: 12 }])
    await part.wrapper.setProps({ trial: trialRow(2, { excluded: true }) })
    expect(part.text()).toContain(t('steering.excludedHelp'))
    await part.press(t('steering.include'))
    expect(part.requests('trial.exclude')[1]).toMatchObject({ excluded: false })
  })

  it('tries it again', async () => {
    const part = actions({ state: 'failed' })
    await part.press(t('steering.retry'))
    expect(part.requests('trial.retry')).toEqual([{ studyId: 7, number: 2 }])
    expect(useNotices().all[0]?.text).toBe(t('steering.retried', { number: 2 }))
  })

  it('says that a study which has ended needs another limit first', async () => {
    const part = actions({ state: 'failed' })
    for (const [change, notice] of [
      [{ state: 'finished' }, t('steering.queuedAfterEnd')],
      [{ state: 'paused' }, t('steering.retried', { number: 2 })],
      [{ state: 'finished', objective: 'external' }, t('steering.retried', { number: 2 })],
    ] as const) {
      openStudy({}, [trialRow(2, { state: 'failed' })], change)
      await part.press(t('steering.retry'))
      expect(useNotices().all[0]?.text).toBe(notice)
    }
  })

  it('opens the dialogs with what it is about', async () => {
    const part = actions({ parameters: { rate: 0.25 } }, { checkpoint: { step: 6, bytes: 9 } })
    await part.press(`${t('steering.clone')} …`)
    expect(part.text()).toContain(t('steering.cloneHelp', { number: 2 }))
    expect(part.value('rate')).toBe('0.25')
    await part.press(`${t('lineage.extend')} …`)
    expect(part.text()).toContain(t('lineage.extendHelp', { number: 2, step: 6 }))
    await part.press(`${t('lineage.fork')} …`)
    expect(part.text()).toContain(t('lineage.forkHelp', { number: 2, step: 6 }))
  })
})

describe('a note on a trial', () => {
  it('is written where there is none, and saved', async () => {
    const part = actions({ note: '' })
    await part.type(t('steering.note'), 'new')
    expect(part.requests('trial.note')).toEqual([{ studyId: 7, number: 2, text: 'new' }])
    expect(useNotices().all[0]?.text).toBe(t('steering.noted', { number: 2 }))
  })

  it('is read as Markdown until somebody edits it, and saved only where it differs', async () => {
    const part = actions({ note: '**Warm-up** helps' })
    expect(part.wrapper.get('strong').text()).toBe('Warm-up')
    await part.press(t('note.edit'))
    expect(part.value(t('steering.note'))).toBe('**Warm-up** helps')
    await part.type(t('steering.note'), '**Warm-up** helps')
    expect(part.asked).toEqual([])
    await part.type(t('steering.note'), 'no')
    expect(part.requests('trial.note')).toEqual([{ studyId: 7, number: 2, text: 'no' }])
    await part.field(t('steering.note')).trigger('blur')
    expect(part.value(t('steering.note'))).toBe('no')
    await part.wrapper.setProps({ trial: trialRow(2, { note: 'no' }) })
    expect(part.wrapper.find('textarea').exists()).toBe(false)
  })

  it('that is being written is not replaced by one from elsewhere', async () => {
    const part = actions({ note: '' })
    await part.field(t('steering.note')).setValue('half')
    await part.wrapper.setProps({ trial: trialRow(2, { note: 'of a colleague' }) })
    expect(part.value(t('steering.note'))).toBe('half')
  })

  it('follows the trial, and stays as typed while something else of it changes', async () => {
    const part = actions({ note: 'old' })
    await part.press(t('note.edit'))
    await part.field(t('steering.note')).setValue('half')
    await part.wrapper.setProps({ trial: trialRow(2, { note: 'old', state: 'pruned' }) })
    expect(part.value(t('steering.note'))).toBe('half')
    await part.wrapper.setProps({ trial: trialRow(3, { note: 'of another' }) })
    expect(part.text()).toContain('of another')
  })
})

describe('the queue', () => {
  const points = [
    { id: 31, parameters: { rate: 0.5, optimizer: 'adam' } },
    { id: 32, parameters: { rate: 0.1, optimizer: 'sgd' } },
  ]
  const mountPanel = (change: Parameters<typeof mountPart>[1] = {}) =>
    mountPart(EnqueuedTrialsPanel, {
      prepare: () => {
        openStudy({}, [trialRow(0, { parameters: { rate: 0.125 } })], {
          best: bestHeadline(0, 1),
        })
      },
      ...change,
      back: { ...back, 'study.queue': points as never, ...change.back },
    })

  it('says that nothing waits, in the language of the page', async () => {
    const part = mountPanel({ back: { 'study.queue': [] }, language: 'zh-CN' })
    await settle()
    expect(part.text()).toContain(zh('steering.noEnqueuedTrials'))
    expect(part.text()).toContain(zh('steering.enqueuedTrials'))
  })

  it('says that points wait for another limit once the study has ended, and lists them', async () => {
    const part = mountPanel()
    openStudy({}, [], { state: 'finished' })
    await settle()
    expect(part.text()).toContain(t('steering.studyEnded'))
    expect(part.text()).not.toContain(t('steering.noEnqueuedTrials'))
    expect(part.wrapper.findAll('tr')).toHaveLength(2)
  })

  it('lists what waits, in its order, and withdraws one with an undo', async () => {
    const part = mountPanel()
    await settle()
    const rows = part.wrapper.findAll('tbody tr')
    expect(rows.map(row => row.text())).toEqual([
      expect.stringMatching(/^1\s*rate = 0.5\s*optimizer = adam/) as string,
      expect.stringMatching(/^2\s*rate = 0.1\s*optimizer = sgd/) as string,
    ])
    await rows[1]?.find('button').trigger('click')
    await settle()
    expect(part.requests('trial.withdraw')).toEqual([{ studyId: 7, queued: 32 }])
    expect(useNotices().all[0]).toMatchObject({ text: t('steering.withdrawn'), studyId: 7 })
  })

  it('asks again when a trial has started or a person has changed something', async () => {
    const part = mountPanel()
    await settle()
    const live = useLiveStudy()
    live.trials = [...live.trials, trialRow(1)]
    await settle()
    expect(part.requests('study.queue')).toHaveLength(2)
    live.lastIntervention = event
    await settle()
    expect(part.requests('study.queue')).toHaveLength(3)
  })

  it('offers the best point as the beginning of a new one', async () => {
    const part = mountPanel()
    await part.press(`${t('steering.enqueue')} …`)
    expect(part.text()).toContain(t('steering.enqueueHelp'))
    expect(part.value('rate')).toBe('0.125')
  })

  it('says why a point cannot be withdrawn', async () => {
    const part = mountPanel({ back: { 'trial.withdraw': refusal } })
    await settle()
    await part.press(t('steering.withdraw'))
    expect(errorsShown()).toEqual([
      t('error.intervention.refused', { study: 'open', rule: verbatim('too late') }),
    ])
    expect(useNotices().all).toEqual([])
  })
})
