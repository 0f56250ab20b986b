import { describe, expect, it } from 'vitest'
import type { DryRun, StudyPreview } from '../../src-main/core/questions/study-preview.ts'
import { AppError } from '../../src-main/core/errors/errors.ts'
import { msg } from '../../src-main/core/errors/message.ts'
import { formatDuration } from '../../src-main/core/i18n/format-time.ts'
import { previewStudy } from '../../src-main/features/studies/node/preview-study.ts'
import DensityBars from '../../src-renderer/features/new-study/DensityBars.vue'
import DiskPanel from '../../src-renderer/features/new-study/DiskPanel.vue'
import FormFooter from '../../src-renderer/features/new-study/FormFooter.vue'
import DryRunPanel from '../../src-renderer/features/new-study/DryRunPanel.vue'
import PlannedNetwork from '../../src-renderer/features/new-study/PlannedNetwork.vue'
import SamplerAdvice from '../../src-renderer/features/new-study/SamplerAdvice.vue'
import SpacePreview from '../../src-renderer/features/new-study/SpacePreview.vue'
import { studyDetail } from './live-study.ts'
import { errorsShown, holdTime, type Mounted, mountPart, pass, settle, t, zh } from './mount.ts'

describe('the preview of a space', () => {
  const preview = previewStudy(
    studyDetail({
      space: {
        optimizer: { choice: ['sgd', 'adam'] },
        momentum: { float: [0, 1], when: { optimizer: 'sgd' } },
        units: { fixed: 3 },
      },
    }).specification,
  )
  async function part(props: object, answer: unknown = preview): Promise<Mounted> {
    holdTime()
    const mounted = mountPart(SpacePreview, {
      props: { text: 'a', ready: true, trainsNetwork: false, ...props },
      back: { 'study.preview': answer as StudyPreview },
    })
    await pass(300)
    return mounted
  }

  it('shows some points, and hands on what would be tried', async () => {
    const mounted = await part({})
    const heads = mounted.wrapper.findAll('thead th').map(element => element.text())
    expect(heads).toEqual(['optimizer', 'momentum'])
    expect(mounted.wrapper.emitted('preview')).toHaveLength(1)
  })

  it('is asked for again when the text has changed, and only while that is valid', async () => {
    const mounted = await part({ ready: false })
    expect(mounted.asked).toEqual([])
    await mounted.wrapper.setProps({ ready: true, text: 'b' })
    await pass(300)
    await mounted.wrapper.setProps({ text: 'c' })
    await mounted.wrapper.setProps({ text: 'd' })
    await pass(300)
    expect(mounted.requests('study.preview')).toEqual(
      ['b', 'd'].map(text => ({ text, format: 'yaml' })),
    )
  })

  it('stays as it was, without a word, where the file is no longer valid', async () => {
    let answer: unknown = preview
    const mounted = await part({}, () => answer)
    answer = new AppError('specification.invalid', { problems: [] })
    await mounted.wrapper.setProps({ text: 'b' })
    await pass(300)
    expect(errorsShown()).toEqual([])
    expect(mounted.text()).toContain('momentum')
  })
})

describe('where the values of a parameter fall', () => {
  const { specification } = studyDetail({
    space: {
      layers: { int: [1, 4] },
      shift: { int: [0, 2] },
      width: { int: [8, 64], step: 8 },
      units: { int: [1, 500] },
    },
  })
  const densities = new Map(
    previewStudy(specification).parameters.map(density => [density.name, density]),
  )

  it('has a bar for each of a few whole numbers, the last one included', () => {
    expect(densities.get('layers')?.choices).toEqual([1, 2, 3, 4])
    expect(densities.get('shift')?.choices).toEqual([0, 1, 2])
    expect(densities.get('width')?.choices).toEqual([8, 16, 24, 32, 40, 48, 56, 64])
    for (const share of densities.get('layers')?.bars ?? []) expect(share).toBeGreaterThan(0.15)
    expect(densities.get('units')).toMatchObject({ range: [1, 500] })
  })

  it('is drawn whole, however narrow its column is', () => {
    const { wrapper } = mountPart(DensityBars, { props: { density: densities.get('layers') } })
    const svg = wrapper.get('svg')
    // The last bar ends before the right edge of the drawing, which is scaled as a whole.
    expect(svg.attributes('viewBox')).toBe(
      `0 0 ${svg.attributes('width')} ${svg.attributes('height')}`,
    )
    expect(wrapper.get('path').attributes('d')?.match(/M/g)).toHaveLength(4)
  })
})

describe('a dry run', () => {
  const run: DryRun = {
    parameters: { rate: 0.5 },
    engine: null,
    measuredMs: 2_000,
    hasStarted: true,
    steps: 3,
    startMs: 0,
    trialMs: 4_000,
    failure: null,
    unreadGoals: [],
    loggedMetrics: [],
    output: null,
    trialsWithin: null,
    studyMs: null,
  }
  const measured = async (change: Partial<DryRun>, language: 'en' | 'zh-CN' = 'en') => {
    const part = mountPart(DryRunPanel, {
      props: { text: 'a', tryable: 'a' },
      back: { 'study.dryRun': { ...run, ...change } },
      language,
    })
    await part.press((language === 'en' ? t : zh)('planning.dryRun'))
    return part
  }

  it('says what a trial takes, and what that means for the study', async () => {
    const part = await measured({ trialsWithin: 12, studyMs: 60_000 })
    const text = part.text()
    expect(text).toContain(t('planning.dryTrial', { time: formatDuration(4_000, 'en') }))
    expect(text).toContain(t('planning.dryWithin', { count: 12 }))
    expect(text).toContain(formatDuration(60_000, 'en'))
    expect(text).toContain('rate = 0.5')
    const engine = { name: 'wasm', device: 'CPU', versions: {} } as const
    const on = await measured({ engine }, 'zh-CN')
    expect(on.text()).toContain(
      zh('planning.dryTrialOn', { time: formatDuration(4_000, 'zh-CN'), engine: 'wasm' }),
    )
  })

  it('says that the trial failed, and why; or that its first steps do not tell', async () => {
    const failure = msg('ending.allFailed', { trials: 9 })
    const failed = await measured({ failure, trialMs: null }, 'zh-CN')
    expect(failed.text()).toContain(zh('planning.dryFailed', { reason: failure }))
    const unknown = await measured({ trialMs: null })
    expect(unknown.text()).toContain(
      t('planning.dryUnknown', { time: formatDuration(2_000, 'en') }),
    )
  })

  it('offers the metrics of the logs that the program writes', async () => {
    const output = { text: 'nothing', patterns: [] }
    const part = await measured({ output, loggedMetrics: ['loss', 'val/accuracy'] })
    await part.press(t('planning.useMetric', { name: 'val/accuracy' }))
    expect(part.wrapper.findComponent(DryRunPanel).emitted('metric')).toEqual([
      [{ name: 'val/accuracy', direction: 'maximize', metrics: { from: 'logs' } }, output],
    ])
  })

  it('tries another text than the one shown while the metric is still to be chosen, and opens the output', async () => {
    const output = { text: 'epoch 3 loss 0.25', patterns: [] }
    const part = mountPart(DryRunPanel, {
      props: { text: 'a', tryable: 'a with a metric' },
      back: { 'study.dryRun': { ...run, output } },
    })
    await part.press(t('planning.dryRun'))
    expect(part.requests('study.dryRun')).toMatchObject([{ text: 'a with a metric' }])
    expect(part.wrapper.find('details').attributes('open')).toBeDefined()
    expect(part.text()).toContain(t('planning.chooseMetric'))
  })

  it('shows what the program printed beside the pattern that found nothing in it', async () => {
    const output = { text: 'epoch 3 loss 0.25', patterns: ['loss: (?<loss>\\S+)'] }
    const part = await measured({ failure: msg('ending.allFailed', { trials: 1 }), output })
    expect(part.text()).toContain('epoch 3 loss 0.25')
    expect(part.text()).toContain('loss: (?<loss>\\S+)')
    // A pattern that was never tried is shown with its output, of which a number can become the goal; once it has worked, it is folded.
    const worked = await measured({ output })
    expect(worked.wrapper.find('details').attributes('open')).toBeDefined()
    expect(worked.text().indexOf(t('planning.chooseMetric'))).toBeLessThan(
      worked.text().indexOf('epoch 3 loss'),
    )
    await worked.press(t('planning.dryRun'))
    expect(worked.wrapper.find('details').attributes('open')).toBeUndefined()
    const number = worked.wrapper.find('.output button')
    expect(number.text()).toBe('0.25')
    await number.trigger('click')
    const panel = worked.wrapper.findComponent(DryRunPanel)
    expect(panel.emitted('metric')).toEqual([
      [
        {
          name: 'loss',
          direction: 'minimize',
          metrics: { from: 'pattern', pattern: expect.stringContaining('(?<loss>') as string },
        },
        output,
      ],
    ])
  })

  it('says that the trial never started, without the point that it did not measure', async () => {
    const part = await measured({ hasStarted: false, trialMs: null, parameters: {} })
    expect(part.text()).toContain(
      t('planning.dryNotStarted', { time: formatDuration(2_000, 'en') }),
    )
    expect(part.text()).not.toContain(t('planning.dryPoint'))
  })

  it('shows the output while it runs, and can be canceled, after which the output stays', async () => {
    holdTime()
    let end: (answer: DryRun) => void = () => undefined
    const part = mountPart(DryRunPanel, {
      props: { text: 'a', tryable: 'a' },
      back: {
        'study.dryRun': () =>
          new Promise<DryRun>(resolve => {
            end = resolve
          }),
        'study.dryRunOutput': 'epoch 1 loss 0.5',
      },
    })
    await part.press(t('planning.dryRun'))
    expect(part.text()).toContain(t('planning.dryRunning'))
    await pass(1_100)
    expect(part.text()).toContain('epoch 1 loss 0.5')
    await part.press(t('planning.dryCancel'))
    const [{ run: name }] = part.requests('study.dryRun') as [{ run: string }]
    expect(part.requests('study.cancelDryRun')).toEqual([{ run: name }])
    end(run)
    await pass(10)
    expect(part.text()).toContain(t('planning.dryCanceled'))
    expect(part.text()).toContain('epoch 1 loss')
    expect(part.text()).not.toContain(t('planning.dryTrial', { time: formatDuration(4_000, 'en') }))
  })

  const footer = (answer: DryRun) =>
    mountPart(FormFooter, {
      props: {
        text: 'a',
        tryable: 'a',
        ready: true,
        readsData: false,
        next: null,
        problems: [],
        creating: false,
      },
      back: {
        'study.dryRun': answer,
        'study.forecast': { message: msg('newStudy.valid'), isTooLarge: false },
      },
    })

  it('is what makes a study ready: before, it has not been tried', async () => {
    holdTime()
    const part = footer(run)
    const verdict = () => part.wrapper.find('[role=status].verdict').text()
    expect(verdict()).toBe(t('newStudy.valid'))
    expect(verdict()).not.toContain('✓')
    // One press, without a second button that starts it.
    await part.press(t('planning.dryRun'))
    expect(verdict()).toBe(`✓ ${t('newStudy.triedWorked')}`)
    await part.wrapper.setProps({ text: 'b' })
    expect(verdict()).toBe(t('newStudy.valid'))
  })

  it.each(['en', 'zh-CN'] as const)(
    'says that importance needs more trials, and takes them by one press (%s)',
    async language => {
      holdTime()
      const props = {
        text: 'a',
        tryable: 'a',
        ready: true,
        readsData: false,
        next: null,
        creating: false,
      }
      const part = mountPart(FormFooter, {
        language,
        props: { ...props, problems: [], trials: 14 },
        back: { 'study.forecast': { message: msg('newStudy.valid'), isTooLarge: false } },
      })
      const translate = language === 'en' ? t : zh
      expect(translate('newStudy.valid')).toBe(
        language === 'en' ? 'Ready to start. Not tried yet.' : '可以开始，尚未试跑',
      )
      expect(part.text()).toContain(translate('newStudy.importanceNeeds', { needed: 20 }))
      await part.press(translate('newStudy.useTrials', { count: 20 }))
      expect(part.wrapper.findComponent(FormFooter).emitted('trials')).toEqual([[20]])
      for (const trials of [20, null]) {
        await part.wrapper.setProps({ trials })
        expect(part.text()).not.toContain(translate('newStudy.importanceNeeds', { needed: 20 }))
      }
    },
  )

  it('always says why it offers nothing: the check is under way, or could not be made', async () => {
    holdTime()
    const part = footer(run)
    const verdict = () => part.wrapper.find('[role=status].verdict').text()
    await part.wrapper.setProps({ ready: false })
    expect(verdict()).toBe(t('newStudy.checking'))
    const reason = msg('ending.allFailed', { trials: 9 })
    await part.wrapper.setProps({ checkFailure: reason })
    expect(verdict()).toContain(t('newStudy.checkFailed', { reason }))
    await part.press(t('newStudy.checkAgain'))
    expect(part.wrapper.emitted('checkAgain')).toHaveLength(1)
  })

  it('makes no study ready while no value of its goal was read, and shows the output with its pattern', async () => {
    holdTime()
    const output = { text: 'epoch 3 of 9', patterns: ['loss: (?<loss>\\S+)'] }
    const part = footer({ ...run, trialMs: null, unreadGoals: ['loss'], output })
    await part.press(t('planning.dryRun'))
    const verdict = part.wrapper.find('[role=status].verdict')
    expect(verdict.text()).toBe(
      t('newStudy.triedUnread', { metrics: 'loss', time: formatDuration(2_000, 'en') }),
    )
    expect(part.wrapper.find('details').attributes('open')).toBeDefined()
    expect(part.text()).toContain('loss: (?<loss>\\S+)')
  })

  it('needs a valid file, and is no longer true of another', async () => {
    const part = await measured({})
    await part.wrapper.setProps({ text: 'b', tryable: null })
    expect(part.wrapper.find('[role=status]').exists()).toBe(false)
    expect(part.button(t('planning.dryRun')).attributes('disabled')).toBeDefined()
  })

  it('can be tried again where it fails', async () => {
    const part = mountPart(DryRunPanel, {
      props: { text: 'a', tryable: 'a' },
      back: { 'study.dryRun': new AppError('dataset.notFound', { dataset: 'x' }) },
    })
    await part.press(t('planning.dryRun'))
    // At the form, where it stays.
    const reason = t('error.dataset.notFound', { dataset: 'x' })
    expect(part.text()).toContain(t('planning.dryError', { reason }))
    expect(errorsShown()).toEqual([])
    await part.press(t('planning.dryRun'))
    expect(part.requests('study.dryRun')).toHaveLength(2)
  })
})

describe('the recommended sampler', () => {
  const stages = [
    { sampler: 'gp', fromTrial: 0 },
    { sampler: 'unheard', fromTrial: 30 },
  ]
  it.each([
    ['en', t],
    ['zh-CN', zh],
  ] as const)('says why, and can be taken (%s)', async (language, text) => {
    const part = mountPart(SamplerAdvice, { props: { stages, chosen: 'tpe' }, language })
    const from = text('planning.recommendedFrom', { sampler: 'unheard', trial: 30 })
    expect(part.wrapper.findAll('li').map(element => element.text())).toEqual([
      text('list.named', { name: 'gp', value: text('planning.why.gp') }),
      text('list.named', { name: from, value: 'unheard' }),
    ])
    await part.press(text('planning.useIt'))
    expect(part.wrapper.emitted('use')).toHaveLength(1)
    await part.wrapper.setProps({ chosen: 'auto' })
    expect(part.text()).toContain(text('planning.recommendedIs'))
    expect(part.wrapper.find('button').exists()).toBe(false)
  })
})

describe('the network of a point', () => {
  const sketch = { inputShape: [4], layers: [], parameterCount: 5, multiplyAdds: 5 }
  it('is drawn for the point that is chosen, until the file is another', async () => {
    const part = mountPart(PlannedNetwork, {
      props: { text: 'a', samples: [{ units: 3 }, { units: 5 }] },
      back: { 'study.network': sketch },
    })
    expect(part.wrapper.find('img').exists()).toBe(false)
    await part.choose(t('network.point'), 1)
    expect(part.asked).toEqual([])
    await part.press(t('network.show'))
    expect(part.wrapper.find('img').attributes('alt')).not.toBe('')
    await part.choose(t('network.point'), 0)
    expect(part.requests('study.network')).toEqual(
      [5, 3].map(units => ({ text: 'a', format: 'yaml', parameters: { units } })),
    )
    await part.wrapper.setProps({ text: 'b' })
    await settle()
    expect(part.wrapper.find('img').exists()).toBe(false)
  })
})

describe('the room that a study will take on the disk', () => {
  const megabytes = {
    total: 120,
    checkpoints: 100,
    files: 15,
    database: 5,
    free: 80,
    program: null,
  }
  const forecast = (isTooLarge: boolean) => ({
    message: msg(isTooLarge ? 'forecast.tooLarge' : 'forecast.disk', {
      ...megabytes,
      per: 'all',
      trials: 40,
    }),
    isTooLarge,
  })
  async function part(answer: unknown): Promise<Mounted> {
    holdTime()
    const mounted = mountPart(DiskPanel, {
      props: { text: 'a', ready: true },
      back: { 'study.forecast': () => answer },
    })
    await pass(600)
    return mounted
  }

  it('is said quietly while it is there, and as an alert where it is not', async () => {
    const { wrapper } = await part(forecast(false))
    expect(wrapper.text()).toContain('120 MB on the disk for 40 trials')
    expect(wrapper.find('[role=alert]').exists()).toBe(false)
    const short = await part(forecast(true))
    expect(short.wrapper.find('[role=alert]').text()).toContain('only 80 MB are free')
  })

  it('is asked for once for a text that stays, and forgotten with one that is not valid', async () => {
    const mounted = await part(forecast(false))
    await mounted.wrapper.setProps({ text: 'b' })
    await mounted.wrapper.setProps({ text: 'c' })
    await pass(600)
    expect(mounted.requests('study.forecast')).toEqual(
      ['a', 'c'].map(text => ({ text, format: 'yaml' })),
    )
    await mounted.wrapper.setProps({ ready: false })
    await pass(600)
    expect(mounted.wrapper.text()).toBe('')
  })

  it('is not said where the study is refused: the check beside it says why', async () => {
    const { wrapper } = await part(new AppError('specification.invalid', { problems: [] }))
    expect(wrapper.text()).toBe('')
    expect(errorsShown()).toEqual([])
  })
})
