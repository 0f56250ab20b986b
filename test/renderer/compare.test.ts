import { describe, expect, it } from 'vitest'
import type { ComparedPair, Comparison } from '../../src-main/core/questions/comparison.ts'
import { AppError } from '../../src-main/core/errors/errors.ts'
import VerdictList from '../../src-renderer/features/compare/VerdictList.vue'
import CompareView from '../../src-renderer/views/CompareView.vue'
import { useLiveStudy } from '../../src-renderer/stores/live-study.ts'
import { bestHeadline } from '../helpers/best-headline.ts'
import { studyDetail, studyRow } from './live-study.ts'
import { errorsShown, holdTime, type Mounted, mountPart, pass, settle, t, zh } from './mount.ts'

const trace = { x: [], median: [], lowerQuartile: [], upperQuartile: [] }
const group = (name: string) => ({
  name,
  finals: [1, 2],
  trialCounts: [3, 3],
  values: [1, 2, 3],
  traces: { trials: trace, wallTime: trace, epochs: trace },
})
const pair: ComparedPair = {
  first: 0,
  second: 1,
  unit: 'runs',
  counts: [5, 4],
  medians: [1, 2],
  pValue: 0.0004,
  method: 'exact',
  delta: 0.5,
  magnitude: 'large',
  difference: { estimate: 1, low: 0.5, high: 1.5 },
  verdict: 'better',
}
const comparison: Extract<Comparison, { ok: true }> = {
  ok: true,
  goal: { metric: 'loss', direction: 'minimize' },
  groups: [group('tpe'), group('random')],
  pairs: [pair],
  differences: [],
  attainment: null,
}
const details = new Map(
  [
    studyDetail({ name: 'tpe', seed: 1 }, { id: 1, name: 'tpe' }),
    studyDetail({ name: 'tpe again', seed: 2 }, { id: 2, name: 'tpe again' }),
    studyDetail({ name: 'random', sampler: { name: 'sobol' } }, { id: 3, name: 'random' }),
  ].map(detail => [detail.id, detail]),
)
const back = {
  'study.list': [...details.values()].map(({ id, name }) => studyRow(id, { name })),
  'study.get': ({ studyId }: { studyId: number }) => details.get(studyId),
  'studies.compare': comparison,
}
const choice = t('compare.choose')

async function view(path: string, change: Parameters<typeof mountPart>[1] = {}): Promise<Mounted> {
  holdTime()
  const part = mountPart(CompareView, { ...change, path, back: { ...back, ...change.back } })
  await pass(500)
  return part
}
it.each(['en', 'zh-CN'] as const)(
  'lists the studies that can be compared before any is chosen (%s)',
  async language => {
    const best = bestHeadline(0, 1)
    const rows = [
      studyRow(1, { name: 'tpe', best }),
      studyRow(2, { name: 'tpe again', best }),
      studyRow(3, { name: 'other', best, goal: { metric: 'accuracy', direction: 'maximize' } }),
      studyRow(4, { name: 'empty', best: null }),
    ]
    const part = await view('/compare', { language, back: { 'study.list': rows } })
    const translate = language === 'en' ? t : zh
    const lists = part.wrapper.findAll('.comparable li')
    expect(lists.map(list => list.findAll('button').map(button => button.text()))).toEqual([
      ['tpe again', 'tpe', translate('compare.allOfThem', { count: 2 })],
      ['other'],
    ])
    expect(lists[1]?.text()).toContain('accuracy')
    await lists[0]?.findAll('button')[2]?.trigger('click')
    await pass(500)
    expect(part.requests('study.get')).toEqual([{ studyId: 2 }, { studyId: 1 }])
  },
)

/** What was asked to be compared last: names of groups with their studies. */
const askedLast = (part: Mounted) =>
  (part.requests('studies.compare').at(-1) as { groups: { name: string; members: unknown[] }[] })
    .groups

describe('what is compared', () => {
  it('is nothing at first, and says how to begin', async () => {
    const part = await view('/compare')
    expect(part.text()).toContain(t('compare.noneText'))
    expect(part.options(choice)).toEqual([3, 2, 1])
    expect(part.requests('studies.compare')).toEqual([])
  })

  it('stands in the address, and comes from there', async () => {
    const part = await view('/compare?studies=1,3,99,x')
    expect(part.chosen(choice)).toEqual([1, 3])
    await part.choose(choice, [1, 2, 3])
    await pass(500)
    expect(part.router.currentRoute.value.query).toEqual({ studies: '1,2,3' })
    expect(askedLast(part).map(({ name }) => name)).toEqual([
      `tpe (2 ${t('compare.repeats')})`,
      'random',
    ])
  })

  it('is repeats together, each by itself, or people against samplers', async () => {
    const part = await view('/compare?studies=1,2,3')
    await part.tick(t('compare.groupings.each'))
    await pass(500)
    expect(askedLast(part).map(({ name }) => name)).toEqual(['tpe', 'tpe again', 'random'])
    await part.tick(t('compare.groupings.authors'))
    await pass(500)
    expect(askedLast(part)).toEqual(
      (['person', 'sampler'] as const).map(by => ({
        name: t(`chart.${by}`),
        members: [1, 2, 3].map(studyId => ({ studyId, by })),
      })),
    )
  })

  it('is cut to the shortest run where a person asks for that', async () => {
    const part = await view('/compare?studies=1,3')
    expect(part.requests('studies.compare').at(-1)).toMatchObject({ budget: 'own' })
    await part.tick(t('compare.shortest'))
    await pass(500)
    expect(part.requests('studies.compare').at(-1)).toMatchObject({ budget: 'shortest' })
  })

  it('is said to be computed until it is, in the language of the page', async () => {
    let finish = (): void => undefined
    const part = await view('/compare?studies=1,3', {
      language: 'zh-CN',
      back: {
        'studies.compare': () =>
          new Promise(resolve => {
            finish = () => {
              resolve(comparison)
            }
          }),
      },
    })
    expect(part.text()).toContain(zh('analysis.computing'))
    finish()
    await settle()
    expect(part.text()).not.toContain(zh('analysis.computing'))
    expect(part.text()).toContain(zh('compare.noDifference'))
  })

  it('is no longer computed where it fails, with the reason', async () => {
    const refusal = new AppError('study.notFound', { study: '3' })
    const part = await view('/compare?studies=1,3', { back: { 'study.get': refusal } })
    expect(errorsShown()).toEqual([t('error.study.notFound', { study: '3' })])
    expect(part.text()).not.toContain(t('analysis.computing'))
  })

  it('has to aim at the same', async () => {
    const values = (...texts: string[]) =>
      ['tpe', 'tpe again', 'random'].map((study, at) => ({ study, value: texts[at] ?? '' }))
    const part = await view('/compare?studies=1,2,3', {
      back: {
        'studies.compare': {
          ok: false,
          differences: [
            { aspect: 'data', values: values('file a.csv', 'file a.csv', 'file b.csv') },
            { aspect: 'target', values: values('price', 'price', 'class') },
          ],
          comparable: [['tpe', 'tpe again']],
        },
      },
    })
    const alert = part.wrapper.find('[role=alert]').text()
    expect(alert).toContain('These studies measure different things (data, target)')
    expect(alert).toContain('file b.csv')
    expect(part.text()).not.toContain('is better than')
    // One press leaves those that can be compared.
    await part.press(t('compare.onlyThese'))
    await pass(500)
    expect(part.chosen(choice)).toEqual([1, 2])
  })

  it('differs in settings, one a line; what a group does not have is a dash', async () => {
    const differences = [
      { path: 'sampler.name', values: ['tpe', 'random'] },
      { path: 'stop.minutes', values: [5, undefined] },
    ]
    const part = await view('/compare?studies=1,3', {
      back: { 'studies.compare': { ...comparison, differences } },
    })
    const rows = part
      .section(t('compare.differences'))
      .findAll('tbody tr')
      .map(row => row.findAll('th, td').map(cell => cell.text()))
    expect(rows).toEqual([
      ['sampler.name', 'tpe', 'random'],
      ['stop.minutes', '5', '–'],
    ])
  })
})

describe('a verdict', () => {
  const verdictText = (change: Partial<ComparedPair>, language: 'en' | 'zh-CN' = 'en'): string =>
    mountPart(VerdictList, {
      props: { comparison: { ...comparison, pairs: [{ ...pair, ...change }] } },
      language,
    }).text()

  it.each(['en', 'zh-CN'] as const)('names the better one first (%s)', language => {
    const text = language === 'en' ? t : zh
    const words = (first: string, second: string) =>
      text('compare.verdicts.better', { first, second, effect: text('compare.effects.large') })
    expect(verdictText({}, language)).toContain(words('tpe', 'random'))
    expect(verdictText({ verdict: 'worse' }, language)).toContain(words('random', 'tpe'))
  })

  it('says that there are too few values, and that trials of one run are a hint only', () => {
    const few = { first: 'tpe', second: 'random', a: 5, b: 4, effect: '' }
    expect(verdictText({ verdict: 'tooFew' })).toContain(t('compare.verdicts.tooFew', few))
    expect(verdictText({ unit: 'trials' })).toContain(t('compare.trialsOnly'))
    expect(verdictText({})).not.toContain(t('compare.trialsOnly'))
  })

  it('has its figures below, a tiny p as a bound', () => {
    expect(verdictText({})).toContain('p < 0.001')
    expect(verdictText({ pValue: 0.0416 })).toContain('p 0.042')
  })

  it('needs a pair', () => {
    const part = mountPart(VerdictList, { props: { comparison: { ...comparison, pairs: [] } } })
    expect(part.text()).toContain(t('compare.nothing'))
  })
})

it('says how far a comparison is, and can be canceled and made again', async () => {
  let refuse: (error: Error) => void = () => undefined
  let requests = 0
  const part = await view('/compare?studies=1,3&grouping=each', {
    back: {
      'studies.compare': () =>
        requests++ > 0
          ? comparison
          : new Promise((_, reject) => {
              refuse = reject
            }),
      'study.cancelWork': () => {
        refuse(new Error('ended'))
        return null
      },
    },
  })
  const [{ ticket }] = part.requests('studies.compare') as [{ ticket: string }]
  useLiveStudy().workShare = { ticket, share: 0.25 }
  await settle()
  expect(part.wrapper.find('progress').attributes('value')).toBe('0.25')
  await part.press(t('app.cancel'))
  expect(part.requests('study.cancelWork')).toEqual([{ ticket }])
  expect(part.text()).toContain(t('analysis.canceled'))
  expect(errorsShown()).toEqual([])
  await part.press(t('compare.again'))
  await pass(500)
  expect(part.wrapper.findComponent(VerdictList).exists()).toBe(true)
})
