import { verbatim } from '../../src-main/contract/fact.ts'
import { describe, expect, it } from 'vitest'
import { AppError } from '../../src-main/contract/errors.ts'
import ChangeDrawer from '../../src-renderer/features/steering/ChangeDrawer.vue'
import EnqueueDialog from '../../src-renderer/features/steering/EnqueueDialog.vue'
import ExtendDialog from '../../src-renderer/features/steering/ExtendDialog.vue'
import ForkDialog from '../../src-renderer/features/steering/ForkDialog.vue'
import NoticeArea from '../../src-renderer/features/notices/NoticeArea.vue'
import { useNotices } from '../../src-renderer/stores/notices.ts'
import { openStudy } from './live-study.ts'
import { mountPart, t } from './mount.ts'

const space = {
  optimizer: { choice: ['sgd', 'adam'] },
  'optimizer.lr': { float: [0.001, 1] as [number, number], log: true },
  momentum: { float: [0, 1] as [number, number], when: { optimizer: 'sgd' } },
  epochs: { int: [1, 9] as [number, number] },
}
const event = { id: 12, atMs: 0, kind: 'trial.queued', trialNumber: null, detail: {} }
const prepare = (): void => {
  openStudy({ space })
}
const refusal = new AppError('intervention.refused', { study: 'open', rule: verbatim('no') })

describe('a point to try next', () => {
  const parameters = { optimizer: 'adam', 'optimizer.lr': 0.1, epochs: 3 }

  it('is asked for with the parameters that are active, numbers as numbers', async () => {
    const part = mountPart(EnqueueDialog, {
      props: { modelValue: null },
      prepare,
      back: { 'trial.enqueue': event as never },
    })
    await part.give({ parameters, from: 4 })
    expect(part.text()).not.toContain('momentum')
    await part.choose('optimizer', 'sgd')
    await part.type('optimizer.lr', '0.25')
    await part.type('momentum', '0.9')
    await part.submit()
    expect(part.asked).toEqual([
      {
        method: 'trial.enqueue',
        payload: {
          studyId: 7,
          parameters: { optimizer: 'sgd', 'optimizer.lr': 0.25, momentum: 0.9, epochs: 3 },
          from: 4,
        },
      },
    ])
    expect(part.model()).toBeNull()
    expect(useNotices().all).toMatchObject([{ studyId: 7, kind: 'done' }])
  })

  it('stays open with what was typed where the back end refuses it', async () => {
    const part = mountPart(EnqueueDialog, {
      props: { modelValue: null },
      prepare,
      back: { 'trial.enqueue': refusal },
    })
    await part.give({ parameters, from: null })
    await part.type('optimizer.lr', '7')
    await part.submit()
    expect(part.model()).not.toBeNull()
    expect((part.field('optimizer.lr').element as HTMLInputElement).value).toBe('7')
    expect(document.body.textContent).toContain('no')
    expect(useNotices().all).toEqual([])
  })
})

describe('training a trial longer', () => {
  it('offers as much again, and asks for what was typed', async () => {
    const part = mountPart(ExtendDialog, {
      props: { modelValue: null },
      prepare,
      back: { 'trial.extend': [event] as never },
    })
    await part.give({ number: 3, step: 4 })
    const field = part.field(t('lineage.epochs'))
    expect((field.element as HTMLInputElement).value).toBe('4')
    await part.type(t('lineage.epochs'), '6')
    await part.submit()
    expect(part.asked.map(({ payload }) => payload)).toEqual([
      { studyId: 7, numbers: [3], epochs: 6 },
    ])
    expect(part.model()).toBeNull()
  })
})

describe('a fork', () => {
  const start = {
    number: 2,
    step: 5,
    parameters: { optimizer: 'adam', 'optimizer.lr': 0.1, epochs: 5 },
  }
  const fork = () =>
    mountPart(ForkDialog, {
      props: { modelValue: null },
      prepare,
      back: { 'trial.fork': [event] as never },
    })

  it('hands over what differs from its parent, and how long it goes on', async () => {
    const part = fork()
    await part.give(start)
    expect(part.wrapper.findAll('[aria-label="epochs"]')).toEqual([])
    await part.type('optimizer.lr', '0.01')
    await part.type(t('lineage.epochs'), '3')
    await part.submit()
    expect(part.asked.map(({ payload }) => payload)).toEqual([
      { studyId: 7, number: 2, changes: { 'optimizer.lr': 0.01 }, mode: 'fork', epochs: 3 },
    ])
  })

  it('takes the epochs of the point where it starts warm', async () => {
    const part = fork()
    await part.give(start)
    await part.wrapper.find('input[value=warmStart]').setValue(true)
    await part.type('epochs', '8')
    await part.submit()
    expect(part.asked.map(({ payload }) => payload)).toEqual([
      { studyId: 7, number: 2, changes: { epochs: 8 }, mode: 'warmStart' },
    ])
  })
})

describe('changing a running study', () => {
  const back = {
    'app.catalogue': { samplers: [], pruners: [{ name: 'none', schema: {} }] } as never,
    'study.change': event as never,
  }

  it('sends only what differs', async () => {
    const part = mountPart(ChangeDrawer, { props: { modelValue: false }, prepare, back })
    await part.give(true)
    const apply = part.wrapper.find('button[type=submit]')
    expect(apply.attributes('disabled')).toBeDefined()
    await part.type('optimizer.lr: ' + t('newStudy.high'), '0.5')
    await part.type(t('newStudy.slots'), '3')
    await part.submit()
    expect(part.asked.at(-1)).toEqual({
      method: 'study.change',
      payload: {
        studyId: 7,
        change: { slots: 3, space: { 'optimizer.lr': { float: [0.001, 0.5], log: true } } },
      },
    })
    expect(part.model()).toBe(false)
  })
})

describe('notices', () => {
  it('can be taken back once, and are kept in their list', async () => {
    const part = mountPart(NoticeArea)
    let undone = 0
    useNotices().say({ text: 'Trial 3 is out.', undo: () => Promise.resolve(undone++) })
    await part.wrapper.vm.$nextTick()
    expect(part.wrapper.find('[role=status]').text()).toContain('Trial 3 is out.')
    await part.press(t('notices.undo'))
    expect(undone).toBe(1)
    expect(part.wrapper.find('[role=status]').text()).toBe('')
    await part.wrapper.find('button.centre').trigger('click')
    expect(part.text()).toContain('Trial 3 is out.')
    expect(useNotices().all[0]?.undo).toBeNull()
  })
})
