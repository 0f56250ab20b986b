import { msg } from '../../src-main/core/errors/message.ts'
import { describe, expect, it, vi } from 'vitest'
import { AppError } from '../../src-main/core/errors/errors.ts'
import ColumnFilter from '../../src-renderer/features/study/ColumnFilter.vue'
import TrialsPanel from '../../src-renderer/features/study/TrialsPanel.vue'
import FilterBar from '../../src-renderer/features/analysis/FilterBar.vue'
import StudyMenu from '../../src-renderer/features/study/StudyMenu.vue'
import ImportDialog from '../../src-renderer/features/studies/ImportDialog.vue'
import LabelsDialog from '../../src-renderer/features/studies/LabelsDialog.vue'
import TrustDialog from '../../src-renderer/features/code-trust/TrustDialog.vue'
import { useAnalysis } from '../../src-renderer/stores/analysis.ts'
import { reportErrors } from '../../src-renderer/composables/report-errors.ts'
import { useTrust } from '../../src-renderer/stores/trust.ts'
import { openStudy, studyRow } from './live-study.ts'
import { trialRow } from '../helpers/trial-row.ts'
import { errorsShown, type Mounted, mountPart, pressKey, settle, t, zh } from './mount.ts'

const trials = [
  trialRow(0, { parameters: { 'the optimizer': 'adam', value: 3 }, values: [0.5] }),
  trialRow(1, { parameters: { 'the optimizer': 'sgd w', value: 9 }, values: [0.1] }),
  trialRow(2, { state: 'failed', parameters: { 'the optimizer': 'adam', value: 8 } }),
]
const prepare = (): void => {
  openStudy(
    {
      space: {
        'the optimizer': { choice: ['adam', 'sgd w'] },
        value: { int: [1, 9] },
        ...Object.fromEntries(
          Array.from({ length: 9 }, (_, at) => [`p${at}`, { float: [0, 1] as [number, number] }]),
        ),
      },
    },
    trials,
  )
}

describe('a filter by column', () => {
  async function added(column: string, fill: (part: Mounted) => Promise<void>): Promise<unknown> {
    const part = mountPart(ColumnFilter, { prepare })
    await part.choose(t('filter.column'), column)
    await fill(part)
    await part.submit()
    return part.wrapper.emitted('add')?.at(-1)?.[0]
  }

  it('quotes names and values that would be read otherwise', async () => {
    const is = t('filter.is')
    expect(await added('`the optimizer`', part => part.choose(is, 'sgd w'))).toBe(
      '`the optimizer`:`sgd w`',
    )
    expect(await added('`value`', part => part.type(t('filter.atLeast'), '5'))).toBe('`value`>=5')
    expect(await added('value', part => part.type(t('filter.atMost'), ' 0.4 '))).toBe('value<=0.4')
    expect(await added('state', part => part.choose(is, 'failed'))).toBe('state:failed')
  })

  it('adds nothing while nothing is filled in, and is empty again once it was added', async () => {
    const part = mountPart(ColumnFilter, { prepare })
    await part.submit()
    expect(part.wrapper.emitted('add')).toBeUndefined()
    await part.choose(t('filter.column'), 'value')
    await part.type(t('filter.atLeast'), '1')
    await part.type(t('filter.atMost'), '2')
    await part.submit()
    expect(part.wrapper.emitted('add')).toEqual([['value>=1 value<=2']])
    expect(part.value(t('filter.atLeast'))).toBe('')
    await part.submit()
    expect(part.wrapper.emitted('add')).toHaveLength(1)
  })

  it('forgets a value of another column, and names states in the language of the page', async () => {
    const part = mountPart(ColumnFilter, { prepare, language: 'zh-CN' })
    expect(part.text()).toContain(zh('state.failed'))
    await part.choose(zh('filter.is'), 'failed')
    await part.choose(zh('filter.column'), '`the optimizer`')
    expect(part.chosen(zh('filter.is'))).toBe('')
    expect(part.options(zh('filter.is'))).toEqual(['adam', 'sgd w'])
  })
})

describe('the table of trials', () => {
  const heads = (part: Mounted): string[] =>
    part.wrapper
      .findAll('[role=columnheader]')
      .map(element => element.text().replaceAll(/[▾▴⇤]/gu, '').trim())
  const count = (visibleCount: number): string =>
    t('app.showing', { shown: visibleCount, total: 3 })

  it('says how many rows of all the filter leaves', async () => {
    const part = mountPart(TrialsPanel, { props: { active: true }, prepare })
    expect(part.text()).toContain(count(3))
    await part.type(t('trials.filter'), '`the optimizer`:`sgd w`')
    expect(part.text()).toContain(count(1))
    await part.type(t('trials.filter'), '`value`>=8')
    expect(part.text()).toContain(count(2))
    await part.type(t('trials.filter'), 'nothing-like-it')
    expect(part.text()).toContain(t('trials.noMatch'))
  })

  it('shows the parameters that trials have at first, then those that are chosen', async () => {
    const part = mountPart(TrialsPanel, { props: { active: true }, prepare })
    expect(heads(part).filter(name => /^(p\d|value|the optimizer)$/.test(name))).toEqual([
      'the optimizer',
      'value',
    ])
    await part.choose(t('trials.columns'), ['parameter.p8'])
    expect(heads(part).filter(name => /^(p\d|value|the optimizer)$/.test(name))).toEqual(['p8'])
  })

  it('sorts by a column, the other way at the second time', async () => {
    const part = mountPart(TrialsPanel, { props: { active: true }, prepare })
    const head = () =>
      part.wrapper.findAll('[role=columnheader]').find(element => element.text().startsWith('loss'))
    expect(head()?.attributes('aria-sort')).toBe('none')
    await head()?.find('button').trigger('click')
    expect(head()?.attributes('aria-sort')).toBe('ascending')
    await head()?.find('button').trigger('click')
    expect(head()?.attributes('aria-sort')).toBe('descending')
  })
})

describe('the filter of all charts', () => {
  it('narrows what they show by words, states and parts of axes', async () => {
    const part = mountPart(FilterBar, { props: { tab: 'analysis' }, prepare })
    const analysis = useAnalysis()
    await part.type(t('trials.filter'), '`value`>5')
    expect(analysis.shown.map(({ number }) => number)).toEqual([1, 2])
    await part.choose(t('trials.state'), ['complete'])
    expect(analysis.shown.map(({ number }) => number)).toEqual([1])
    analysis.setPart('value', [0, 0.5])
    await settle()
    expect(analysis.shown).toEqual([])
    await part.press(t('analysis.unbrush', { name: 'value' }))
    expect(analysis.shown.map(({ number }) => number)).toEqual([1])
    await part.press(t('analysis.clear'))
    expect(analysis.shown).toHaveLength(3)
    expect(analysis.text).toBe('')
  })
})

describe('the address of all charts', () => {
  const settled = () => new Promise(resolve => setTimeout(resolve, 260))

  it('has states, brushed parts, selection and moment, written at once', async () => {
    const part = mountPart(FilterBar, {
      props: { tab: 'analysis' },
      path: '/study/7/analysis',
      prepare,
    })
    await settled()
    const analysis = useAnalysis()
    analysis.states = ['complete']
    analysis.setPart('value', [0, 0.5])
    analysis.selected = new Set([2, 0])
    analysis.until = 1
    const query = () => part.router.currentRoute.value.query
    // Whatever comes first, all of it is there.
    await vi.waitFor(() => expect(query()).not.toEqual({}))
    expect(query()).toEqual({
      states: 'complete',
      brush: '[["value",0,0.5]]',
      selected: '0,2',
      until: '1',
    })
    analysis.clearFilter()
    await vi.waitFor(() => expect(query()).toEqual({ selected: '0,2', until: '1' }))
  })

  it('is read when the page is loaded, as far as it can be', async () => {
    const part = mountPart(FilterBar, {
      props: { tab: 'analysis' },
      path: `/study/7/analysis?states=failed,nonsense&brush=${encodeURIComponent('[["value",0,0.5],["p1"],7]')}&selected=1`,
      prepare,
    })
    await part.router.isReady()
    await settle()
    const analysis = useAnalysis()
    expect(analysis.states).toEqual(['failed'])
    expect([...analysis.parts]).toEqual([['value', [0, 0.5]]])
    expect([...analysis.selected]).toEqual([1])
  })
})

describe('the moment and the selection of all charts', () => {
  it('goes back to a trial, and to now at the end', async () => {
    const part = mountPart(FilterBar, { props: { tab: 'analysis' }, prepare })
    const analysis = useAnalysis()
    expect(part.text()).toContain(t('analysis.now'))
    const slider = part.wrapper.find('[role=slider]').element
    await pressKey('ArrowLeft', slider)
    expect(analysis.until).toBe(1)
    expect(part.text()).toContain(t('analysis.asOf', { trial: 1 }))
    await pressKey('ArrowRight', slider)
    expect(analysis.until).toBeNull()
  })

  it('opens a selected trial, and forgets the selection', async () => {
    const part = mountPart(FilterBar, {
      props: { tab: 'analysis' },
      path: '/study/7/analysis',
      prepare,
    })
    const analysis = useAnalysis()
    analysis.selected = new Set([2, 0])
    await settle()
    await part.press(t('study.bestTrial', { number: 2 }))
    expect(part.requests('trial.get')).toEqual([{ studyId: 7, number: 2 }])
    await part.press(t('analysis.clearSelection'))
    expect(analysis.selected.size).toBe(0)
    expect(part.text()).not.toContain(t('analysis.selected'))
  })

  it('is of one goal where there are several', async () => {
    const goals = ['loss', 'time'].map(metric => ({ metric, direction: 'minimize' as const }))
    const part = mountPart(FilterBar, {
      props: { tab: 'analysis' },
      prepare: () => {
        openStudy({ objective: { command: ['a'] }, goals }, trials)
      },
    })
    await part.choose(t('analysis.goal'), 1)
    expect(useAnalysis().goal.metric).toBe('time')
  })
})

describe('labels', () => {
  it('begin with those of the study, and stay open with the reason where they are refused', async () => {
    const part = mountPart(LabelsDialog, {
      props: { modelValue: null, existingTags: [] },
      back: { 'study.label': new AppError('study.notFound', { study: '7' }) },
      language: 'zh-CN',
    })
    const row = studyRow(7, { labels: { tags: ['old'], note: 'x', archived: false } })
    await part.give(row)
    expect(part.text()).toContain(zh('studies.labels', { name: row.name }))
    expect(part.chosen(zh('studies.tags'))).toEqual(['old'])
    expect(part.value(zh('steering.note'))).toBe('x')
    await part.submit()
    expect(errorsShown()).toEqual([zh('error.study.notFound', { study: '7' })])
    expect(part.model()).toEqual(row)
  })

  it('are saved without blanks around them; empty ones are none', async () => {
    const part = mountPart(LabelsDialog, {
      props: { modelValue: null, existingTags: ['old'] },
      back: { 'study.label': { id: 1 } as never },
    })
    await part.give({ id: 7, name: 'a', labels: { tags: ['old'], note: 'x', archived: false } })
    await part.choose(t('studies.tags'), ['old', ' new ', ' '])
    await part.type(t('steering.note'), 'why')
    await part.submit()
    expect(part.asked).toEqual([
      {
        method: 'study.label',
        payload: { studyId: 7, labels: { tags: ['old', 'new'], note: 'why' } },
      },
    ])
    expect(part.model()).toBeNull()
  })
})

describe('an export', () => {
  it('is offered as a file under the name that the back end gives', async () => {
    const clicked: string[] = []
    vi.spyOn(HTMLAnchorElement.prototype, 'click').mockImplementation(function (
      this: HTMLAnchorElement,
    ) {
      clicked.push(this.download)
    })
    const file = { fileName: 'a.csv', mediaType: 'text/csv', content: 'x', encoding: 'text' }
    const part = mountPart(StudyMenu, {
      props: { study: studyRow(7), actions: [] },
      back: { 'study.export': file as never },
    })
    await part.press(t('output.exports.csv'))
    expect(part.asked).toEqual([
      {
        method: 'study.export',
        payload: { studyId: 7, format: 'csv', language: 'en', ticket: expect.any(String) },
      },
    ])
    expect(clicked).toEqual(['a.csv'])
  })

  it('can be the study as a whole', async () => {
    const file = {
      fileName: 'a.zip',
      mediaType: 'application/zip',
      content: 'eA==',
      encoding: 'base64',
    }
    const part = mountPart(StudyMenu, {
      props: { study: studyRow(7), actions: [] },
      back: { 'study.bundle': file as never },
    })
    await part.press(t('output.bundle'))
    expect(part.asked).toEqual([
      { method: 'study.bundle', payload: { studyId: 7, ticket: expect.any(String) } },
    ])
  })
})

describe('an import', () => {
  it('of runs asks for the measured column and its direction', async () => {
    const part = mountPart(ImportDialog, {
      props: { modelValue: false },
      back: {
        'import.describe': {
          kind: 'runs',
          runs: 2,
          columns: ['optimizer.lr', 'loss'],
          measurable: ['loss'],
        } as never,
        'import.run': [{ studyId: 9, name: 'runs', trials: 2, notes: [] }] as never,
      },
    })
    await part.give(true)
    await part.takeFile('runs.csv')
    await part.wrapper.find('input[value=maximize]').setValue(true)
    await part.type(t('studies.name'), ' mine ')
    await part.submit()
    expect(part.asked.at(-1)).toMatchObject({
      method: 'import.run',
      payload: { name: 'mine', only: null, goals: [{ metric: 'loss', direction: 'maximize' }] },
    })
    await part.press(t('studies.open', { name: 'runs' }))
    expect(part.router.currentRoute.value).toMatchObject({ name: 'study', params: { id: '9' } })
  })

  it('says beside the file what is wrong with it', async () => {
    const error = new AppError('data.invalid', {
      path: 'x.csv',
      field: 'header',
      value: 'a',
      rule: msg('rule.unique'),
    })
    const part = mountPart(ImportDialog, {
      props: { modelValue: false },
      back: { 'import.describe': error },
    })
    await part.give(true)
    await part.takeFile('x.csv')
    expect(part.text()).toContain('x.csv')
    expect(part.wrapper.find('[role=alert]').text()).toContain('header')
    expect(part.wrapper.find('button[type=submit]').exists()).toBe(false)
  })
})

describe('trust', () => {
  const code = {
    missing: [],
    kind: 'command',
    command: ['python', 'train.py'],
    shell: false,
    directory: '/home/a',
    environment: { CUDA: '0' },
    files: [{ path: '/home/a/train.py', sha256: 'ab'.repeat(32) }],
    programs: [{ name: 'python', found: '/usr/bin/python', file: '/usr/bin/python3' }],
    executor: [],
    notCovered: [],
    texts: [],
    fingerprint: 'f1'.repeat(32),
  }
  const untrusted = new AppError('userCode.untrusted', { command: 'python train.py', files: [] })

  it('is asked for with everything that would run; a yes runs it', async () => {
    const part = mountPart(TrustDialog, {
      back: { 'code.describe': code as never, 'code.trust': null },
    })
    let runs = 0
    const work = (): Promise<number> =>
      ++runs === 1 ? Promise.reject(untrusted) : Promise.resolve(runs)
    const done = useTrust().withTrust({ studyId: 7 }, work)
    await settle()
    for (const text of ['python train.py', '/home/a', 'CUDA', '/home/a/train.py'])
      expect(part.text()).toContain(text)
    await part.wrapper.find('.el-button--primary').trigger('click')
    expect(await done).toBe(2)
    expect(part.asked.map(({ method }) => method)).toEqual(['code.describe', 'code.trust'])
    expect(part.asked[1]?.payload).toMatchObject({ fingerprint: code.fingerprint })
  })

  it('is refused by a no: nothing runs, and nobody is told of an error', async () => {
    const part = mountPart(TrustDialog, { back: { 'code.describe': code as never } })
    const done = reportErrors(() =>
      useTrust().withTrust({ studyId: 7 }, () => Promise.reject(untrusted)),
    )
    await settle()
    await part.wrapper.find('.el-dialog__footer button').trigger('click')
    expect(await done).toBe(false)
    expect(errorsShown()).toEqual([])
    expect(part.asked.map(({ method }) => method)).toEqual(['code.describe'])
  })
})
