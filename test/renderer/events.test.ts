import { describe, expect, it } from 'vitest'
import { AppError } from '../../src-main/core/errors/errors.ts'
import type { EventRecord } from '../../src-main/core/study/events.ts'
import { msg, verbatim } from '../../src-main/core/errors/message.ts'
import NoticeArea from '../../src-renderer/features/notices/NoticeArea.vue'
import EventsPanel from '../../src-renderer/features/study/EventsPanel.vue'
import { useLiveStudy } from '../../src-renderer/stores/live-study.ts'
import { useNotices } from '../../src-renderer/stores/notices.ts'
import { openStudy } from './live-study.ts'
import { errorsShown, holdTime, mountPart, pass, pressKey, settle, t, zh } from './mount.ts'

const event = (id: number, change: Partial<EventRecord> = {}): EventRecord => ({
  id,
  atMs: 0,
  kind: 'trial.started',
  trialNumber: null,
  detail: {},
  ...change,
})
const changes = [{ path: 'stop.trials', from: 9, to: 12 }]

async function panel(events: readonly EventRecord[], change: Parameters<typeof mountPart>[1] = {}) {
  const part = mountPart(EventsPanel, {
    prepare: () => {
      openStudy({})
    },
    ...change,
    back: { 'study.events': events, ...change.back },
  })
  await settle()
  const lines = () =>
    part.wrapper.findAll('tbody tr').map(row =>
      row
        .findAll('td')
        .slice(1)
        .map(cell => cell.text()),
    )
  return { part, lines }
}

describe('the events of a study', () => {
  it('are the newest first, said in the language of the page', async () => {
    const reason = msg('ending.allFailed', { trials: 10 })
    const events = [
      event(1, { kind: 'study.changed', detail: { changes } }),
      event(2, { kind: 'study.finished', detail: { reason: reason as never } }),
      event(3, { kind: 'trial.started', trialNumber: 4, detail: { attempt: 2, slot: 1 } }),
    ]
    const english = await panel(events)
    expect(english.lines()).toEqual([
      [t('event.trial.started'), '4', t('eventDetail.attempt', { attempt: 2, slot: 2 }), ''],
      [t('event.study.finished'), '', t('ending.allFailed', { trials: 10 }), ''],
      [t('event.study.changed'), '', 'stop.trials: 9 → 12', t('steering.undo')],
    ])
    const chinese = await panel(events, { language: 'zh-CN' })
    expect(chinese.lines()[1]?.slice(0, 3)).toEqual([
      zh('event.study.finished'),
      '',
      zh('ending.allFailed', { trials: 10 }),
    ])
  })

  it('of a person can be taken back once, and say so afterwards', async () => {
    let events = [event(1, { kind: 'study.changed', detail: { changes } })]
    const { part, lines } = await panel([], { back: { 'study.events': () => events } })
    await part.press(`${t('steering.undo')}: ${t('event.study.changed')}`)
    expect(part.requests('study.undo')).toEqual([{ studyId: 7, eventId: 1 }])
    const undoing = event(2, { kind: 'study.changed', detail: { changes, undoes: 1 } })
    events = [...events, undoing]
    useLiveStudy().lastIntervention = undoing
    await settle()
    expect(lines().map(line => line.at(-1))).toEqual([t('steering.undo'), t('steering.undone')])
  })

  it('have no undo for a point that has left the queue', async () => {
    const { lines } = await panel([
      event(1, { kind: 'trial.queued', detail: { queued: 31 } }),
      event(2, { kind: 'trial.queued', detail: { queued: 32 } }),
      event(3, { kind: 'trial.unqueued', detail: { queued: 31 } }),
    ])
    expect(lines().map(line => line.at(-1))).toEqual([t('steering.undo'), t('steering.undo'), ''])
  })

  it('say that there are none, or how many of very many are shown', async () => {
    const none = await panel([])
    expect(none.part.text()).toBe(t('events.none'))
    const many = await panel(Array.from({ length: 501 }, (_, index) => event(index + 1)))
    expect(many.lines()).toHaveLength(500)
    expect(many.part.text()).toContain(t('app.showing', { shown: 500, total: 501 }))
  })

  it('stay as they are where an undo is refused', async () => {
    const rule = verbatim('too late')
    const { part, lines } = await panel(
      [event(1, { kind: 'study.changed', detail: { changes } })],
      {
        back: { 'study.undo': new AppError('intervention.refused', { study: 'open', rule }) },
      },
    )
    await part.press(`${t('steering.undo')}: ${t('event.study.changed')}`)
    expect(errorsShown()).toEqual([t('error.intervention.refused', { study: 'open', rule })])
    expect(lines()[0]?.at(-1)).toBe(t('steering.undo'))
  })
})

describe('notices', () => {
  const fresh = (part: ReturnType<typeof mountPart>): string[] =>
    part.wrapper.findAll('[aria-live] > div').map(element => element.find('span').text())
  const open = async (part: ReturnType<typeof mountPart>): Promise<void> => {
    await part.wrapper.find('button').trigger('click')
    await settle()
  }

  it('stand on top for a while, three at most, and in their list afterwards', async () => {
    holdTime()
    const part = mountPart(NoticeArea)
    const notices = useNotices()
    for (const text of ['one', 'two', 'three', 'four']) notices.show({ text })
    await settle()
    expect(fresh(part)).toEqual(['four', 'three', 'two'])
    expect(part.wrapper.find('button').text()).toBe(`${t('notices.title')} 4`)
    await pass(10_000)
    expect(fresh(part)).toEqual([])
    await open(part)
    expect(part.wrapper.findAll('li')).toHaveLength(4)
  })

  it('are still in their list once the page is loaded anew, those that were seen uncounted', async () => {
    holdTime()
    const first = mountPart(NoticeArea)
    useNotices().show({ text: 'Finished', kind: 'good', studyId: 7 })
    await open(first)
    await pass(1)
    useNotices().show({ text: 'Failed', kind: 'bad', undo: () => Promise.resolve() })
    const second = mountPart(NoticeArea)
    expect(second.wrapper.find('button').text()).toBe(`${t('notices.title')} 1`)
    expect(fresh(second)).toEqual([])
    await open(second)
    const rows = second.wrapper.findAll('li')
    expect(rows.map(row => row.text()).join()).toMatch(/Failed.*Finished/su)
    // What takes something back is a function of the page that is gone.
    expect(second.wrapper.text()).not.toContain(t('notices.undo'))
  })

  it('said in another language are not there once the page is loaded anew', () => {
    holdTime()
    mountPart(NoticeArea)
    useNotices().show({ text: 'Finished', kind: 'good' })
    mountPart(NoticeArea, { language: 'zh-CN' })
    expect(useNotices().all).toEqual([])
    mountPart(NoticeArea)
    expect(useNotices().all).toMatchObject([{ text: 'Finished' }])
  })

  it('are counted in red only where something went wrong', async () => {
    const part = mountPart(NoticeArea)
    const isAlarming = (): boolean => part.wrapper.find('.badge').classes('alarming')
    useNotices().show({ text: 'Finished', kind: 'good' })
    await settle()
    expect(isAlarming()).toBe(false)
    useNotices().show({ text: 'Failed', kind: 'bad' })
    await settle()
    expect(isAlarming()).toBe(true)
  })

  it('leave the top at once where a person closes them', async () => {
    const part = mountPart(NoticeArea)
    useNotices().show({ text: 'one' })
    useNotices().show({ text: 'two' })
    await settle()
    await part.press(t('app.close'))
    expect(fresh(part)).toEqual(['one'])
    expect(useNotices().all).toHaveLength(2)
  })

  it('lead to their study, and are cleared together', async () => {
    const part = mountPart(NoticeArea, { language: 'zh-CN' })
    await open(part)
    expect(part.text()).toContain(zh('notices.none'))
    useNotices().show({ text: 'about a study', studyId: 5 })
    await settle()
    await part.wrapper.find('li a').trigger('click')
    await settle()
    expect(part.router.currentRoute.value).toMatchObject({ name: 'study', params: { id: '5' } })
    await open(part)
    await part.press(zh('notices.clear'))
    expect(part.text()).toContain(zh('notices.none'))
  })

  it('can be taken back once, and are kept in their list', async () => {
    const part = mountPart(NoticeArea)
    let undone = 0
    useNotices().show({ text: 'Trial 3 is out.', undo: () => Promise.resolve(undone++) })
    await part.wrapper.vm.$nextTick()
    expect(part.wrapper.find('[role=status]').text()).toContain('Trial 3 is out.')
    await part.press(t('notices.undo'))
    expect(undone).toBe(1)
    expect(part.wrapper.find('[role=status]').text()).toBe('')
    await part.wrapper.find('button').trigger('click')
    expect(part.text()).toContain('Trial 3 is out.')
    expect(useNotices().all[0]?.undo).toBeNull()
  })

  it('say why something could not be taken back', async () => {
    const part = mountPart(NoticeArea)
    const refusal = new AppError('study.notFound', { study: '7' })
    useNotices().show({ text: 'done', undo: () => Promise.reject(refusal) })
    await settle()
    await part.press(t('notices.undo'))
    expect(errorsShown()).toEqual([t('error.study.notFound', { study: '7' })])
  })

  it('close by Escape', async () => {
    const part = mountPart(NoticeArea)
    await open(part)
    const drawer = () => part.wrapper.find('.el-drawer')
    expect(drawer().isVisible()).toBe(true)
    await pressKey('Escape')
    expect(drawer().exists() && drawer().isVisible()).toBe(false)
  })
})
