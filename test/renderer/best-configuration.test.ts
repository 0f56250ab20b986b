import { describe, expect, it, vi } from 'vitest'
import { defineComponent, h } from 'vue'
import { msg } from '../../src-main/core/errors/message.ts'
import BestConfiguration from '../../src-renderer/features/study/BestConfiguration.vue'
import InsightList from '../../src-renderer/features/analysis/InsightList.vue'
import StudyHeader from '../../src-renderer/features/study/StudyHeader.vue'
import { bestHeadline } from '../helpers/best-headline.ts'
import { useImprovingInsight } from '../../src-renderer/features/analysis/use-improving-insight.ts'
import { useLiveStudy } from '../../src-renderer/stores/live-study.ts'
import { useAnalysis } from '../../src-renderer/stores/analysis.ts'
import { openStudy, studyDetail } from './live-study.ts'
import { trialRow } from '../helpers/trial-row.ts'
import { mountPart, settle, t, zh } from './mount.ts'

const trials = [
  trialRow(0, { values: [2], parameters: { layers: 1 } }),
  trialRow(1, { values: [0.5], parameters: { layers: 0, units: 64, rate: 0.01 } }),
]
const table = { task: 'tabular', data: { file: 'a.csv', target: 'y' } } as never
const change = { best: bestHeadline(1, 0.5), state: 'finished', runsInThisProcess: false } as const

describe('the result of a study', () => {
  it('shows the parameters of the best trial, a link to it, and copies them in four forms', async () => {
    const written: string[] = []
    vi.stubGlobal('navigator', {
      userAgent: '',
      clipboard: { writeText: async (text: string) => written.push(text) },
    })
    const part = mountPart(BestConfiguration, {
      prepare: () => {
        openStudy({ objective: table }, trials, { ...change, objective: 'tabular' })
      },
    })
    await settle()
    const rows = part.wrapper.findAll('dl.parameters > div').map(row => row.text())
    expect(rows).toEqual(['layers0', `units64 ${t('trials.noEffect')}`, 'rate0.01'])
    expect(part.wrapper.find('h2 a').text()).toBe('trial 1')
    expect(part.text()).toContain('0.5000')
    const forms = part.wrapper.findAll('[role=group] button').map(button => button.text())
    expect(forms).toEqual(['YAML', 'JSON', 'Command line', 'Python'])
    expect(part.text()).toContain(t('model.use'))
  })

  it('says how it compares with the baseline', () => {
    const baseline = { trialNumber: 0, value: 2, difference: -1.5, isBetter: true, interval: null }
    const part = mountPart(BestConfiguration, {
      prepare: () => {
        openStudy({}, trials, { ...change, best: { ...change.best, baseline } })
      },
    })
    expect(part.text()).toContain('−75 % vs. baseline (trial 0), no interval: trained once')
  })

  it('is there in Chinese, and not before there is a best trial', async () => {
    const mounted = (best: typeof change.best | null) =>
      mountPart(BestConfiguration, {
        language: 'zh-CN',
        prepare: () => {
          openStudy({}, trials, { ...change, best })
        },
      })
    expect(mounted(change.best).text()).toContain(zh('result.title'))
    expect(mounted(null).text()).toBe('')
  })
})

describe('what mattered', () => {
  const shares = [
    { name: 'units', mean: 0.2, deviation: 0.05 },
    { name: 'rate', mean: 0.7, deviation: 0.1 },
  ]
  const space = { rate: { float: [0, 1] }, units: { int: [1, 9] } } as never
  const mounted = (parameters: readonly object[], choices: readonly object[] = []) =>
    mountPart(BestConfiguration, {
      back: {
        'study.analyze': {
          kind: 'importance',
          answer: { ok: true, trials: 30, result: { parameters, pairs: [], choices } },
        } as never,
      },
      prepare: () => {
        openStudy({ space }, trials, change)
        useAnalysis().text = 'state:failed'
      },
    })

  it('ranks the parameters of all trials with their doubt, each a link to its chart', async () => {
    const part = mounted(shares)
    await settle()
    expect(part.requests('study.analyze')).toEqual([
      {
        studyId: 7,
        trials: null,
        question: { kind: 'importance', method: 'fanova', goal: 0, pairs: false },
      },
    ])
    const list = part.wrapper.find(`[aria-label="${t('result.mattered')}"]`)
    expect(list.findAll('li').map(item => item.text())).toEqual([
      'rate70 % ± 10 %',
      'units20 % ± 5 %',
    ])
    expect(list.find('a').attributes('href')).toBe('/study/7/analysis/dependence?parameter=rate')
    const charts = part.wrapper.findAll(`nav a`).map(link => link.text())
    expect(charts).toEqual([
      ...(['importance', 'dependence', 'pairs', 'timeline', 'customChart'] as const).map(name =>
        t(`analysis.parts.${name}`),
      ),
      t('study.parallel'),
    ])
  })

  it('says beside the bars where the trials are too few to be sure', async () => {
    const part = mounted([{ name: 'rate', mean: 0.66, deviation: 0.54 }])
    await settle()
    const list = part.wrapper.find(`[aria-label="${t('result.mattered')}"]`)
    expect(list.findAll('li').map(item => item.text())).toEqual(['rate66 % ± 54 %'])
    expect(part.text()).toContain('rate seems to matter most: 66 % of the differences (12–100 %).')
  })

  it('ranks none where none stands out from chance', async () => {
    const part = mounted(shares.map(share => ({ ...share, mean: 0.05, deviation: 0.2 })))
    await settle()
    expect(part.wrapper.find(`[aria-label="${t('result.mattered')}"]`).exists()).toBe(false)
    expect(part.text()).toContain(t('importance.none', { trials: 30 }))
  })

  it('shows the best value of each choice where the choices differ', async () => {
    const values = [
      { value: 'network', trials: 9, best: 78_379 },
      { value: 'boosting', trials: 5, best: 220_000 },
    ]
    const unsure = shares.map(share => ({ ...share, mean: 0.05, deviation: 0.2 }))
    const part = mounted(unsure, [{ name: 'family', share: 0.6, values }])
    await settle()
    expect(part.text()).not.toContain(t('importance.none', { trials: 30 }))
    const section = part.wrapper.find(`[aria-label="${t('result.byChoice', { name: 'family' })}"]`)
    const rows = section
      .findAll('tbody tr')
      .map(row => row.findAll('th, td').map(cell => cell.text()))
    expect(rows).toEqual([
      ['network', '9', '78,379'],
      ['boosting', '5', '220,000'],
    ])
  })
})

describe('the best trials that were still improving', () => {
  const steps = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]
  const several = [0.5, 0.4, 0.6, 0.7].map((value, number) =>
    trialRow(number, { values: [value], parameters: { epochs: 10 }, lastStep: 10 }),
  )
  const specification = { space: { epochs: { fixed: 10 } } } as const
  const Improving = defineComponent(() => {
    const insights = useImprovingInsight(() => useLiveStudy().trials)
    return () => h(InsightList, { insights: insights.value })
  })
  const mounted = (state: 'finished' | 'running', falling = true) =>
    mountPart(Improving, {
      back: {
        'study.curves': ({ numbers, metric }: { numbers: readonly number[]; metric: string }) =>
          numbers.map(number => ({
            number,
            metric,
            steps,
            values: steps.map(step => (falling ? 2 - step / 10 : 1)),
          })),
      },
      prepare: () => {
        openStudy(specification, several, { ...change, state })
      },
    })

  it('are counted, with a way to a copy with more epochs', async () => {
    const part = mounted('finished')
    await settle()
    expect(part.requests('study.curves')).toEqual([
      { studyId: 7, metric: 'loss', numbers: [1, 0, 2, 3] },
    ])
    expect(part.text()).toContain(
      '4 of the 4 best trials were still improving at their last epoch.',
    )
    await part.press(t('insight.moreEpochs'))
    await settle()
    expect(part.router.currentRoute.value).toMatchObject({
      name: 'newStudy',
      query: { copy: '7', more: 'epochs' },
    })
  })

  it('are not named while the study runs, nor where they have converged', async () => {
    for (const part of [mounted('running'), mounted('finished', false)]) {
      await settle()
      expect(part.text()).toBe('')
    }
  })
})

describe('a best trial that is named', () => {
  it('is a link in sentences and in the header', async () => {
    const list = mountPart(InsightList, {
      props: {
        insights: [
          {
            message: msg('insight.improved', {
              percent: 4,
              first: 0,
              best: 1,
              since: 3,
              interval: msg('difference.none'),
            }),
            doubt: null,
          },
        ],
      },
      prepare: () => {
        openStudy({}, trials, change)
      },
    })
    expect(list.text()).toContain(
      'Trial 1 is 4 % ahead of trial 0 (no interval: trained once); nothing better for 3 trials.',
    )
    expect(list.wrapper.findAll('a').map(link => link.text())).toEqual(['1', '0'])
    const header = mountPart(StudyHeader, {
      props: { study: studyDetail({}, change) },
      prepare: () => {
        openStudy({}, trials, change)
      },
    })
    await settle()
    expect(header.wrapper.find('a.best-link').text()).toContain('trial 1')
  })
})
