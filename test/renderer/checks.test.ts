import { describe, expect, it } from 'vitest'
import type { VerificationState } from '../../src-main/core/questions/verification.ts'
import type { WhatIf } from '../../src-main/core/questions/what-if.ts'
import { AppError, serializeError } from '../../src-main/core/errors/errors.ts'
import { msg, verbatim } from '../../src-main/core/errors/message.ts'
import ConfirmPart from '../../src-renderer/features/analysis/ConfirmPart.vue'
import VerifyPart from '../../src-renderer/features/analysis/VerifyPart.vue'
import WhatIfPart from '../../src-renderer/features/analysis/WhatIfPart.vue'
import { bestHeadline } from '../helpers/best-headline.ts'
import { useLiveStudy } from '../../src-renderer/stores/live-study.ts'
import { openStudy } from './live-study.ts'
import { errorsShown, holdTime, type Mounted, mountPart, pass, settle, t, zh } from './mount.ts'

type Change = Parameters<typeof mountPart>[1]
const prepare = (): void => {
  openStudy({}, [], { best: bestHeadline(3, 1) })
}
const notFound = new AppError('study.notFound', { study: '7' })

describe('what if', () => {
  const catalog = {
    samplers: [
      { name: 'tpe', schema: {} },
      { name: 'gp', schema: {} },
    ],
    pruners: [
      { name: 'median', schema: {} },
      { name: 'asha', schema: {} },
    ],
  }
  const stopped = Array.from({ length: 16 }, (_, number) => ({
    number,
    step: 4,
    reason: msg('pruning.belowLimit', { step: 4, value: 1, limit: 2 }),
  }))
  const pruner = {
    pruner: 'asha',
    trials: 40,
    steps: [100, 75] as const,
    stopped,
    unknown: 2,
    best: [0.5, null] as const,
  }
  const trace = {
    sampler: 'gp',
    median: [1, 0.5],
    lowerQuartile: [1, 0.5],
    upperQuartile: [1, 0.5],
  }
  const sampler = {
    ok: true as const,
    surrogate: { trials: 30, explained: 0.81 },
    runs: 5,
    samplers: [trace],
  }
  const answer = (request: { pruner: unknown }): WhatIf =>
    request.pruner === null
      ? { study: 'open', pruner: null, sampler }
      : { study: 'open', pruner, sampler: null }

  async function part(change: Change = {}): Promise<Mounted> {
    const mounted = mountPart(WhatIfPart, {
      prepare,
      ...change,
      back: { 'app.catalog': catalog as never, 'study.whatIf': answer, ...change.back },
    })
    await settle()
    return mounted
  }
  const ticket = expect.any(String) as string
  const start = (mounted: Mounted) => mounted.button(t('whatIf.start')).attributes('disabled')

  it('asks for what is ticked, a pruner by itself', async () => {
    const mounted = await part()
    await mounted.choose(t('newStudy.pruner'), 'asha')
    await mounted.submit()
    const nothing = { studyId: 7, sampler: null, pruner: null, budget: null, runs: 5, ticket }
    expect(mounted.requests('study.whatIf')).toEqual([{ ...nothing, pruner: { name: 'asha' } }])
    await mounted.tick(t('whatIf.sampler'))
    await mounted.tick(t('whatIf.budget'))
    await mounted.choose(t('newStudy.sampler'), 'gp')
    await mounted.type(t('whatIf.runs'), '7')
    await mounted.submit()
    expect(mounted.requests('study.whatIf').slice(1)).toEqual([
      { ...nothing, pruner: { name: 'asha' }, runs: 7 },
      { ...nothing, sampler: { name: 'gp' }, budget: 50, runs: 7 },
    ])
  })

  it('asks for nothing while nothing is ticked', async () => {
    const mounted = await part()
    expect(start(mounted)).toBeUndefined()
    await mounted.tick(t('whatIf.pruner'), false)
    expect(start(mounted)).toBeDefined()
  })

  it('says how far it is, and asks for nothing more once it is canceled', async () => {
    let refuse: (error: Error) => void = () => undefined
    const mounted = await part({
      back: {
        'study.whatIf': () =>
          new Promise((_, reject) => {
            refuse = reject
          }),
        'study.cancelWork': () => {
          refuse(new Error('ended'))
          return null
        },
      },
    })
    await mounted.tick(t('whatIf.sampler'))
    await mounted.submit()
    const [request] = mounted.requests('study.whatIf') as [{ ticket: string }]
    useLiveStudy().workShare = { ticket: request.ticket, share: 0.5 }
    await settle()
    expect(mounted.wrapper.find('progress').attributes('value')).toBe('0.5')
    await mounted.press(t('app.cancel'))
    expect(mounted.requests('study.cancelWork')).toEqual([{ ticket: request.ticket }])
    expect(mounted.requests('study.whatIf')).toHaveLength(1)
    expect(errorsShown()).toEqual([])
    expect(start(mounted)).toBeUndefined()
  })

  it('keeps a number in an emptied field', async () => {
    const mounted = await part()
    await mounted.tick(t('whatIf.pruner'), false)
    await mounted.tick(t('whatIf.sampler'))
    await mounted.type(t('whatIf.runs'), '')
    await mounted.submit()
    expect(mounted.requests('study.whatIf')).toEqual([
      { studyId: 7, sampler: { name: 'tpe' }, pruner: null, budget: null, runs: 1, ticket },
    ])
  })

  it('says that a forest explains nothing, not that it explains less than that', async () => {
    for (const [explained, share] of [
      [0.81, '81 %'],
      [0, null],
      [-0.28, null],
    ] as const) {
      const result = { ...sampler, surrogate: { trials: 30, explained } }
      const mounted = await part({
        back: { 'study.whatIf': { study: 'open', pruner: null, sampler: result } },
      })
      await mounted.submit()
      const text = mounted.text()
      expect(text).toContain(t('whatIf.surrogate', { trials: 30, explained: share, runs: 5 }))
      expect(text).not.toContain('−28')
    }
    const words = t('whatIf.surrogate', { trials: 30, explained: null, runs: 5 })
    expect(words).toContain('explains nothing')
  })

  it('says what would have been saved, and which trials would have ended', async () => {
    const mounted = await part()
    await mounted.submit()
    const text = mounted.text()
    expect(text).toContain(t('whatIf.stopped', { stopped: 16, trials: 40, saved: '25 %' }))
    expect(text).toContain(t('whatIf.unknown', { count: 2 }))
    expect(text).toContain(t('whatIf.best', { simulated: '0.5000', actual: '–', metric: 'loss' }))
    expect(mounted.wrapper.findAll('details li')).toHaveLength(15)
    expect(text).toContain(t('app.showing', { shown: 15, total: 16 }))
    expect(text).toContain(t('pruning.belowLimit', { step: 4, value: 1, limit: 2 }))
  })

  it('still tells of the pruner where there are too few trials for a surrogate', async () => {
    const refused = (request: { pruner: unknown }) =>
      request.pruner === null ? notFound : answer(request)
    const mounted = await part({ back: { 'study.whatIf': refused } })
    await mounted.tick(t('whatIf.sampler'))
    await mounted.submit()
    expect(errorsShown()).toEqual([t('error.study.notFound', { study: '7' })])
    expect(mounted.text()).toContain(t('whatIf.prunerTitle', { name: 'asha' }))
    expect(start(mounted)).toBeUndefined()
  })

  it('speaks the language of the page', async () => {
    const mounted = await part({ language: 'zh-CN' })
    await mounted.submit()
    expect(mounted.text()).toContain(
      zh('whatIf.stopped', { stopped: 16, trials: 40, saved: '25 %' }),
    )
  })
})

describe('the check of the record', () => {
  const done = (change: object = {}): VerificationState => ({
    state: 'done',
    atMs: 0,
    result: { study: 'open', proposals: [], trainings: [], reasons: [], holds: true, ...change },
  })
  async function part(states: VerificationState[], change: Change = {}): Promise<Mounted> {
    holdTime()
    const mounted = mountPart(VerifyPart, {
      prepare,
      ...change,
      back: {
        'study.verification': () => (states.length > 1 ? states.shift() : states[0]),
        ...change.back,
      },
    })
    await settle()
    return mounted
  }
  const none: VerificationState = { state: 'none' }

  it('is followed until it is done', async () => {
    const mounted = await part([
      none,
      { state: 'running', retraining: null },
      { state: 'running', retraining: 3 },
      done(),
    ])
    await mounted.press(t('verify.start'))
    expect(mounted.requests('study.verify')).toEqual([
      { studyId: 7, retrain: 'best', tolerance: 1e-4 },
    ])
    const status = () => mounted.wrapper.find('[role=status]').text()
    expect(status()).toBe(t('verify.replaying'))
    await pass(700)
    await pass(700)
    expect(status()).toBe(t('verify.retraining', { trial: t('study.bestTrial', { number: 3 }) }))
    await pass(700)
    expect(status()).toBe(t('verify.holds'))
    const requestCount = mounted.requests('study.verification').length
    await pass(5_000)
    expect(mounted.requests('study.verification')).toHaveLength(requestCount)
  })

  it('trains the trials again that are listed, and begins with none that are not', async () => {
    const mounted = await part([none])
    await mounted.choose(t('verify.retrain'), 'some')
    const start = () => mounted.button(t('verify.start')).attributes('disabled')
    for (const text of ['', '3, x', '-1', '2.5']) {
      await mounted.type(t('verify.numbers'), text)
      expect(start()).toBeDefined()
      expect(mounted.field(t('verify.numbers')).attributes('aria-invalid')).toBe('true')
    }
    await mounted.type(t('verify.numbers'), '3, 17，5')
    await mounted.choose(t('verify.tolerance'), 0)
    await mounted.press(t('verify.start'))
    await mounted.choose(t('verify.retrain'), 'none')
    expect(mounted.requests('study.verify')).toEqual([
      { studyId: 7, retrain: [3, 17, 5], tolerance: 0 },
    ])
  })

  it('can be given up', async () => {
    const mounted = await part([{ state: 'running', retraining: 3 }])
    expect(mounted.button(t('verify.start')).attributes('disabled')).toBeDefined()
    await mounted.press(t('verify.stop'))
    expect(mounted.requests('study.stopVerifying')).toEqual([{ studyId: 7 }])
    expect(mounted.wrapper.find('[role=status]').exists()).toBe(false)
  })

  it('says what differs, and what was not asked again, in the language of the page', async () => {
    const result = {
      holds: false,
      proposals: [
        { number: 0, outcome: 'identical' },
        { number: 1, outcome: 'different', proposed: { rate: 0.5 } },
        { number: 2, outcome: 'notReplayed', reason: msg('ending.canceled') },
      ],
      trainings: [
        {
          number: 3,
          states: ['complete', 'complete'],
          outcome: 'different',
          compared: 8,
          largestDifference: 0.25,
          engines: [null, null],
          first: { metric: 'loss', step: 2, before: 1, now: 1.5 },
        },
      ],
      reasons: [verbatim('another processor')],
    }
    const mounted = await part([done(result)], { language: 'zh-CN' })
    const text = mounted.text()
    expect(text).toContain(zh('verify.differs'))
    expect(text).toContain(zh('verify.outcomes.identical', { count: 1 }))
    expect(text).toContain(zh('verify.outcomes.notReplayed', { count: 1 }))
    expect(text).toContain(zh('ending.canceled'))
    expect(text).toContain('{"rate":0.5}')
    expect(text).toContain('loss @ 2: 1.000 → 1.500')
    expect(text).toContain('another processor')
  })

  it('says why it failed', async () => {
    const mounted = await part([{ state: 'failed', error: serializeError(notFound) }])
    expect(mounted.wrapper.find('[role=alert]').text()).toBe(
      t('error.study.notFound', { study: '7' }),
    )
  })

  it('is not followed where it cannot be started', async () => {
    const mounted = await part([none], { back: { 'study.verify': notFound } })
    await mounted.press(t('verify.start'))
    expect(errorsShown()).toEqual([t('error.study.notFound', { study: '7' })])
    await pass(5_000)
    expect(mounted.requests('study.verification')).toHaveLength(1)
  })
})

describe('confirming the winner', () => {
  it('trains the best ones again and shows the study that does it', async () => {
    const mounted = mountPart(ConfirmPart, { prepare, back: { 'study.confirm': { studyId: 9 } } })
    await mounted.type(t('confirm.top'), '4')
    await mounted.type(t('confirm.trainings'), '')
    await mounted.press(t('confirm.start', { count: 8 }))
    expect(mounted.requests('study.confirm')).toEqual([{ studyId: 7, top: 4, trainings: 2 }])
    expect(mounted.router.currentRoute.value).toMatchObject({ name: 'study', params: { id: '9' } })
  })

  it('repeats the study over other seeds, and compares them', async () => {
    const mounted = mountPart(ConfirmPart, {
      prepare,
      back: { 'study.repeat': { studyIds: [8, 9] } },
    })
    await mounted.type(t('confirm.seeds'), '2')
    await mounted.press(t('confirm.repeat', { count: 2 }))
    expect(mounted.requests('study.repeat')).toEqual([{ studyId: 7, count: 2 }])
    expect(mounted.router.currentRoute.value).toMatchObject({
      name: 'compare',
      query: { studies: '7,8,9' },
    })
  })

  it('needs a best trial', () => {
    const mounted = mountPart(ConfirmPart, {
      prepare: () => {
        openStudy({})
      },
    })
    expect(mounted.button(t('confirm.start', { count: 18 })).attributes('disabled')).toBeDefined()
  })
})
