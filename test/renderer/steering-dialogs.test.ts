import { msg, verbatim } from '../../src-main/core/errors/message.ts'
import { describe, expect, it } from 'vitest'
import { AppError } from '../../src-main/core/errors/errors.ts'
import { problemLine } from '../../src-main/core/errors/problem.ts'
import ChangeDrawer from '../../src-renderer/features/interventions/ChangeDrawer.vue'
import EnqueueDialog from '../../src-renderer/features/interventions/EnqueueDialog.vue'
import ExtendDialog from '../../src-renderer/features/interventions/ExtendDialog.vue'
import ForkDialog from '../../src-renderer/features/interventions/ForkDialog.vue'
import { useNotices } from '../../src-renderer/stores/notices.ts'
import { openStudy } from './live-study.ts'
import { errorsShown, mountPart, pressKey, settle, standStill, t, zh } from './mount.ts'

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

  it('has a parameter below the one that it depends on', async () => {
    const part = mountPart(EnqueueDialog, {
      props: { modelValue: null },
      prepare: () => {
        openStudy({
          space: {
            categories: { choice: ['a', 'b'], when: { family: 'network' } },
            family: { choice: ['network', 'linear'] },
          },
        })
      },
    })
    await part.give({ parameters: { family: 'network', categories: 'a' }, from: null })
    const labels = part.wrapper.findAll('.el-form-item__label').map(label => label.text())
    expect(labels).toEqual(['family', 'categories'])
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
    expect(errorsShown()).toEqual([
      t('error.intervention.refused', { study: 'open', rule: verbatim('no') }),
    ])
    expect(useNotices().all).toEqual([])
  })
})

describe('a form that is sent off', () => {
  const point = { parameters: { optimizer: 'adam', 'optimizer.lr': 0.1, epochs: 3 }, from: null }

  it('twice in a row asks once', async () => {
    let answer: () => void = () => undefined
    const part = mountPart(EnqueueDialog, {
      props: { modelValue: null },
      prepare,
      back: { 'trial.enqueue': () => new Promise(resolve => (answer = () => resolve(event))) },
    })
    await part.give(point)
    await part.submit()
    await part.submit()
    answer()
    await settle()
    expect(part.requests('trial.enqueue')).toHaveLength(1)
    expect(useNotices().all).toHaveLength(1)
  })

  it('names the value that does not fit, not a study file, until it fits', async () => {
    const rule = msg('rule.path')
    const problem = { path: ['parameters', 'epochs'], value: 99, rule }
    let isRefused = true
    const part = mountPart(EnqueueDialog, {
      props: { modelValue: null },
      prepare,
      back: {
        'trial.enqueue': () =>
          isRefused ? new AppError('specification.invalid', { problems: [problem] }) : event,
      },
    })
    await part.give(point)
    await part.submit()
    expect(errorsShown()).toEqual([problemLine(problem, undefined, t)])
    isRefused = false
    await part.submit()
    await standStill()
    expect(errorsShown()).toEqual([])
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

describe('a training that cannot go on at once', () => {
  it('says that the study must be resumed, and keeps what is asked for in the language of the page', async () => {
    const part = mountPart(ExtendDialog, {
      props: { modelValue: null },
      prepare: () => {
        openStudy({ space }, [], { runsInThisProcess: false })
      },
      language: 'zh-CN',
      back: { 'trial.extend': [event, { ...event, id: 13 }] as never },
    })
    await part.give({ number: 3, step: 4 })
    expect(part.text()).toContain(zh('lineage.extendHelp', { number: 3, step: 4 }))
    expect(part.text()).toContain(zh('lineage.resumeFirst'))
    await part.submit()
    const [notice] = useNotices().all
    expect(notice?.text).toBe(zh('lineage.extended', { numbers: '3' }))
    await notice?.undo?.()
    // The newest first, as they depend on each other.
    expect(part.requests('study.undo')).toEqual([
      { studyId: 7, eventId: 13 },
      { studyId: 7, eventId: 12 },
    ])
  })

  it('asks for nothing while the length is empty', async () => {
    const part = mountPart(ExtendDialog, { props: { modelValue: null }, prepare })
    await part.give({ number: 3, step: 4 })
    await part.type(t('lineage.epochs'), '')
    expect(part.button(t('lineage.extend')).attributes('disabled')).toBeDefined()
    await part.submit()
    expect(part.asked).toEqual([])
  })

  it('is closed by Escape, with nothing asked for', async () => {
    const part = mountPart(ExtendDialog, {
      props: { modelValue: null },
      prepare,
      hasTransitions: true,
    })
    await part.give({ number: 3, step: 4 })
    await standStill()
    await pressKey('Escape')
    await standStill()
    expect(part.model()).toBeNull()
    expect(part.asked).toEqual([])
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

  it('of a program of the user is told where it ends, and has no other beginning', async () => {
    const part = mountPart(ForkDialog, {
      props: { modelValue: null },
      prepare: () => {
        openStudy({ objective: { command: ['a'], resumes: true } })
      },
      back: { 'trial.fork': [event] as never },
    })
    await part.give({ number: 2, step: 5, parameters: { rate: 0.5 } })
    expect(part.wrapper.findAll('input[type=radio]')).toEqual([])
    await part.type(t('lineage.steps'), '7')
    await part.type('rate', '0.25')
    await part.submit()
    expect(part.requests('trial.fork')).toEqual([
      { studyId: 7, number: 2, changes: { rate: 0.25 }, mode: 'fork', epochs: 7 },
    ])
  })

  it('stays open with the reason where it is refused', async () => {
    const part = mountPart(ForkDialog, {
      props: { modelValue: null },
      prepare,
      back: { 'trial.fork': refusal },
    })
    await part.give(start)
    await part.type('optimizer.lr', '0.5')
    await part.submit()
    expect(errorsShown()).toHaveLength(1)
    expect(part.model()).toEqual(start)
    expect(part.value('optimizer.lr')).toBe('0.5')
  })

  it('takes the epochs of the point where it starts warm', async () => {
    const part = fork()
    await part.give(start)
    await part.wrapper.find('input[value=initialize]').setValue(true)
    await part.type('epochs', '8')
    await part.submit()
    expect(part.asked.map(({ payload }) => payload)).toEqual([
      { studyId: 7, number: 2, changes: { epochs: 8 }, mode: 'initialize' },
    ])
  })
})

describe('changing a running study', () => {
  const back = {
    'app.catalog': { samplers: [], pruners: [{ name: 'none', schema: {} }] } as never,
    'study.change': event as never,
  }

  it('sends only what differs', async () => {
    const part = mountPart(ChangeDrawer, { props: { modelValue: false }, prepare, back })
    await part.give(true)
    const apply = part.wrapper.find('button[type=submit]')
    expect(apply.attributes('disabled')).toBeDefined()
    await part.type('optimizer.lr: ' + t('newStudy.high'), '0.5')
    await part.type(t('newStudy.parallelTrials'), '3')
    await part.submit()
    expect(part.asked.at(-1)).toEqual({
      method: 'study.change',
      payload: {
        studyId: 7,
        change: {
          parallelTrials: 3,
          space: { 'optimizer.lr': { float: [0.001, 0.5], log: true } },
        },
      },
    })
    expect(part.model()).toBe(false)
  })

  it('says at a range what is wrong with it, and applies nothing until that is mended', async () => {
    const part = mountPart(ChangeDrawer, { props: { modelValue: false }, prepare, back })
    await part.give(true)
    const low = `epochs: ${t('newStudy.low')}`
    const apply = part.wrapper.find('button[type=submit]')
    await part.type(low, '12')
    expect(part.wrapper.findAll('[role=alert]')).toHaveLength(1)
    expect(part.wrapper.find('tr:has([role=alert]) th').text()).toContain('epochs')
    expect(apply.attributes('disabled')).toBeDefined()
    await part.submit()
    await part.type(low, 'few')
    expect(part.wrapper.findAll('[role=alert]')).toHaveLength(1)
    expect(part.requests('study.change')).toEqual([])
    await part.type(low, '2')
    expect(part.wrapper.findAll('[role=alert]')).toEqual([])
    await part.type(t('newStudy.parallelTrials'), '3')
    await part.submit()
    // The notice names what was changed.
    expect(useNotices().all[0]?.text).toContain('epochs')
    expect(useNotices().all[0]?.text).toContain('2 … 9')
    expect(useNotices().all[0]?.text).toContain(t('newStudy.parallelTrials'))
  })

  it('shows parameters of a family under its name', async () => {
    const when = { family: 'network' }
    const part = mountPart(ChangeDrawer, {
      props: { modelValue: false },
      prepare: () => {
        openStudy({
          space: {
            family: { choice: ['network', 'linear'] },
            layers: { int: [1, 4], when },
            l2: { float: [0, 1], when: { family: 'linear' } },
            units: { int: [8, 64], when },
          },
        })
      },
      back,
    })
    await part.give(true)
    expect(
      part.wrapper
        .findAll('tr > th[scope]')
        .map(head => head.text())
        .slice(4),
    ).toEqual([
      'family',
      t('newStudy.families.network'),
      'layers',
      'units',
      t('newStudy.families.linear'),
      'l2',
    ])
  })

  it('keeps a number in an emptied field that must have one, and lifts a limit in another', async () => {
    const part = mountPart(ChangeDrawer, {
      props: { modelValue: false },
      prepare: () => {
        openStudy({ space, parallelTrials: 4, stop: { trials: 10, minutes: 5 } })
      },
      back,
    })
    await part.give(true)
    await part.type(t('newStudy.parallelTrials'), '')
    await part.type(t('steering.limits.minutes'), '')
    await part.submit()
    expect(part.requests('study.change')).toEqual([
      { studyId: 7, change: { parallelTrials: 1, stop: { trials: 10, failures: 5 } } },
    ])
  })

  it('begins from what is in force whenever it is opened', async () => {
    const part = mountPart(ChangeDrawer, { props: { modelValue: false }, prepare, back })
    await part.give(true)
    await part.type(t('newStudy.parallelTrials'), '9')
    await part.give(false)
    await part.give(true)
    expect(part.value(t('newStudy.parallelTrials'))).toBe('1')
    expect(part.text()).toContain(t('steering.nothing'))
  })
})
