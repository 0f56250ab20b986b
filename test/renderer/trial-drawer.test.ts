import { describe, expect, it, vi } from 'vitest'
import type { TrialDetail } from '../../src-main/features/studies/common/methods.ts'
import { AppError } from '../../src-main/core/errors/errors.ts'
import { ensembleMessage } from '../../src-main/analysis/summary/ensemble.ts'
import { msg, verbatim } from '../../src-main/core/errors/message.ts'
import type { StudySpecificationInput } from '../../src-main/core/study/study-specification.ts'
import { LOCAL_MACHINE, type TrialRecord } from '../../src-main/core/trial/trial.ts'
import ModelDialog from '../../src-renderer/features/models/ModelDialog.vue'
import RunningPanel from '../../src-renderer/features/monitor/RunningPanel.vue'
import TrialDrawer from '../../src-renderer/features/study/TrialDrawer.vue'
import ModelChart from '../../src-renderer/charts/ModelChart.vue'
import type { ChartModel } from '../../src-main/charts/chart-model.ts'
import { useConnection } from '../../src-renderer/stores/connection.ts'
import { useLiveStudy } from '../../src-renderer/stores/live-study.ts'
import { bestHeadline } from '../helpers/best-headline.ts'
import { openStudy, studyDetail } from './live-study.ts'
import { trialRow } from '../helpers/trial-row.ts'
import { errorsShown, holdTime, type Mounted, mountPart, pass, settle, t, zh } from './mount.ts'

const space = {
  optimizer: { choice: ['sgd', 'adam'] },
  momentum: { float: [0, 1] as [number, number], when: { optimizer: 'sgd' } },
}
const rows = [
  trialRow(0, { parameters: { optimizer: 'sgd', momentum: 0.5 }, values: [0.5] }),
  trialRow(1, {
    state: 'pruned',
    parameters: { optimizer: 'adam' },
    values: [0.75],
    reason: msg('pruning.belowLimit', { step: 3, value: 1, limit: 2 }),
  }),
]
const record = (number: number, change: Partial<TrialRecord> = {}): TrialRecord => ({
  number,
  state: 'complete',
  parameters: rows[number]?.parameters ?? {},
  seed: 42,
  provenance: { reason: msg('proposal.random') } as TrialRecord['provenance'],
  bestStep: 2,
  lastStep: 3,
  reason: null,
  startedAtMs: 0,
  finishedAtMs: 10,
  values: [0.5],
  attempts: [],
  metrics: { loss: { steps: [1, 2, 3], values: [1, 0.25, 0.5] } },
  ...change,
})
const detail =
  (change: Partial<TrialRecord> = {}, detailChange: Partial<TrialDetail> = {}) =>
  ({ number }: { number: number }): TrialDetail => ({
    trial: record(number, change),
    artifacts: [],
    files: [],
    trainingCurves: [],
    remarks: { notes: [], attributes: {}, leftOut: [] },
    checkpoint: null,
    ...detailChange,
  })

async function drawer(
  change: Parameters<typeof mountPart>[1] & { study?: Partial<StudySpecificationInput> } = {},
): Promise<Mounted> {
  const part = mountPart(TrialDrawer, {
    props: { modelValue: null },
    prepare: () => {
      openStudy({ space, ...change.study }, rows, { best: bestHeadline(0, 0.5) })
    },
    ...change,
    back: { 'trial.get': detail(), 'trial.resources': [], ...change.back },
  })
  await part.give(1)
  return part
}
const rowOf = (part: Mounted, name: string): string[] | undefined =>
  part.wrapper
    .findAll('tr')
    .map(row => row.findAll('th, td').map(cell => cell.text()))
    .find(([first]) => first === name)

/** Ten seconds of an attempt that runs, with a step each two seconds. */
const underway = {
  change: {
    state: 'running',
    finishedAtMs: null,
    attempts: [
      {
        number: 1,
        state: 'running',
        slot: 0,
        engine: null,
        failure: null,
        startedAtMs: 1_000,
        finishedAtMs: null,
        machine: LOCAL_MACHINE,
      },
    ],
  } satisfies Partial<TrialRecord>,
  resources: [
    {
      attempt: 1,
      samples: [2, 4, 6].map(second => ({
        atMs: 1_000 + second * 1_000,
        cpus: 1,
        memoryBytes: 1e8,
        gpu: null,
        step: second / 2,
      })),
    },
  ],
}
const drawnAxes = (part: Mounted): { x: ChartModel['x']; lines: unknown[] }[] =>
  part.wrapper.findAllComponents(ModelChart).map(chart => {
    const { x, marks } = (chart.vm.$props as { readonly model: ChartModel }).model
    return {
      x,
      lines: marks.map(mark => (mark.kind === 'line' ? mark.points.map(point => point.x) : [])),
    }
  })

describe('the curves of a trial', () => {
  it('stand over time, on the axis of what it used of its machine, when somebody wants it', async () => {
    const part = await drawer({
      back: { 'trial.get': detail(underway.change), 'trial.resources': underway.resources },
    })
    expect(drawnAxes(part)[0]).toMatchObject({ x: { title: t('chart.step') } })
    await part.choose(t('trials.axis'), 'wallTime')
    const charts = drawnAxes(part)
    // Of the metric, of processors and of memory.
    expect(charts).toHaveLength(3)
    for (const { x } of charts) {
      expect(x).toMatchObject({ title: t('chart.wallTime'), range: { low: 0, high: 6_000 } })
    }
    expect(charts[0]?.lines[0]).toEqual(expect.arrayContaining([2_000, 4_000, 6_000]))
  })

  it('have no such choice where nobody knows which step was when', async () => {
    const part = await drawer({ language: 'zh-CN' })
    expect(part.wrapper.find(`[aria-label="${zh('trials.axis')}"]`).exists()).toBe(false)
  })

  it('go on while it runs', async () => {
    holdTime()
    const resources = vi.fn(() => underway.resources)
    const running = trialRow(1, { state: 'running', values: [] })
    const part = mountPart(TrialDrawer, {
      props: { modelValue: null },
      prepare: () => {
        openStudy({ space }, [rows[0]!, running], { best: bestHeadline(0, 0.5) })
      },
      back: { 'trial.get': detail(underway.change), 'trial.resources': resources },
    })
    await part.give(1)
    const before = resources.mock.calls.length
    await pass(11_000)
    expect(resources.mock.calls.length - before).toBe(2)
  })
})

describe('a trial beside the table', () => {
  it('says where it ran, and whose costs these are', async () => {
    const attempt = { state: 'complete', slot: 0, engine: null, failure: null } as const
    const ran = { ...attempt, startedAtMs: 0, finishedAtMs: 10 }
    const change: Partial<TrialRecord> = {
      attempts: [
        { ...ran, number: 1, machine: 'box2' },
        { ...ran, number: 2, machine: LOCAL_MACHINE },
      ],
      metrics: { trainingSeconds: { steps: [1], values: [3] } },
    }
    const part = await drawer({ back: { 'trial.get': detail(change) } })
    expect(rowOf(part, '1')).toContain('box2')
    expect(rowOf(part, '2')).toContain(t('chart.thisComputer'))
    expect(rowOf(part, t('trialCosts.machine'))).toEqual([
      t('trialCosts.machine'),
      t('chart.thisComputer'),
    ])
  })

  it('says how it ended, beside the best one, in the language of the page', async () => {
    const part = await drawer({ language: 'zh-CN' })
    expect(part.text()).toContain(zh('trials.details', { number: 1 }))
    expect(part.text()).toContain(zh('pruning.belowLimit', { step: 3, value: 1, limit: 2 }))
    expect(rowOf(part, 'optimizer')).toEqual(['optimizer', 'adam', 'sgd', 'sgd'])
    // Those that are not active are folded.
    expect(rowOf(part, 'momentum')).toBeUndefined()
    await part.press(`▸ ${zh('trials.inactiveCount', { count: 1 })}`)
    expect(rowOf(part, 'momentum')?.slice(1, 3)).toEqual([zh('trials.notActive'), '0.5'])
  })

  it('has its metrics at the best and at the last step', async () => {
    const part = await drawer()
    expect(rowOf(part, 'loss')).toEqual(['loss', '0.2500', '0.5000'])
  })

  it('has a forecast for what was pruned, and none for what ended early by itself', async () => {
    const steps = [1, 2, 3, 4, 5, 6, 7, 8]
    const curve = { number: 1, metric: 'loss', steps, values: steps.map(step => 1 / step) }
    const change = {
      study: { objective: { function: 'branin', steps: 40 } },
      back: { 'study.curves': [curve] },
    }
    const part = await drawer(change)
    await settle()
    expect(part.text()).toContain(t('trialForecast.title'))
    await part.give(0)
    await settle()
    expect(part.text()).not.toContain(t('trialForecast.title'))
  })

  it('shows another trial with what is known of that one only', async () => {
    const answers: (() => void)[] = []
    const part = await drawer({
      back: {
        'trial.get': (request: { number: number }) =>
          new Promise(resolve => {
            answers.push(() => {
              resolve(detail()(request))
            })
          }),
      },
    })
    await part.give(0)
    expect(part.text()).toContain(t('app.loading'))
    answers[1]?.()
    await settle()
    answers[0]?.()
    await settle()
    expect(rowOf(part, 'momentum')?.[1]).toBe('0.5')
  })

  it('is asked for again when its state has changed', async () => {
    const part = await drawer()
    const live = useLiveStudy()
    live.trials = [...live.trials.slice(0, 1), { ...trialRow(1), state: 'complete' }]
    await settle()
    expect(part.requests('trial.get')).toHaveLength(2)
  })

  it('tells why an attempt failed, with its log', async () => {
    const failure = { class: 'code', reason: verbatim('a shape is wrong'), stack: 'at line 3' }
    const attempt = { number: 1, state: 'failed', slot: 0, engine: null, startedAtMs: 0, failure }
    const part = await drawer({
      back: {
        'trial.get': detail({ attempts: [{ ...attempt, finishedAtMs: 2_000 }] as never }),
      },
    })
    expect(part.text()).toContain('a shape is wrong')
    expect(part.wrapper.find('pre').text()).toBe('at line 3')
  })

  it('shows the output of a program, and what of it was not kept', async () => {
    const logs = [
      { attempt: 1, text: 'first', leftOutBytes: 0 },
      { attempt: 2, text: 'second', leftOutBytes: 2048 },
    ]
    const part = await drawer({
      study: { objective: { command: ['a'] } },
      back: { 'trial.logs': logs },
    })
    const outputs = part.wrapper.findAll('details').filter(output => output.find('pre').exists())
    expect(
      outputs.map(output => [output.attributes('open') !== undefined, output.find('pre').text()]),
    ).toEqual([
      [false, 'first'],
      [true, 'second'],
    ])
    expect(outputs[1]?.text()).toContain(t('programs.leftOut', { bytes: '2 KiB' }))
    expect(part.text()).not.toContain(t('programs.endedByPruning'))
  })

  it('says of the output of a pruned program that the pruner ended it', async () => {
    const logs = [{ attempt: 1, text: 'Traceback (most recent call last)', leftOutBytes: 0 }]
    const part = await drawer({
      study: { objective: { command: ['a'] } },
      back: { 'trial.logs': logs, 'trial.get': detail({ state: 'pruned' }) },
    })
    expect(part.text()).toContain(t('programs.endedByPruning'))
  })

  it('counts which classes a kept model took for which', async () => {
    const artifacts = [{ kind: 'model', bytes: 9, path: '/m' }] as never
    const part = await drawer({
      back: {
        'trial.get': detail({}, { artifacts }),
        'trial.confusion': {
          classes: ['cat', 'dog'],
          counts: [
            [3, 1],
            [0, 0],
          ],
        },
      },
    })
    expect(part.text()).toContain(t('confusion.help', { wrong: 1, total: 4 }))
    expect(rowOf(part, 'cat')).toEqual(['cat', '3', '1', '75.0 %'])
    expect(rowOf(part, 'dog')).toEqual(['dog', '0', '0', '–'])
  })
})

describe('the model of a study', () => {
  const answer = {
    download: { id: 'x'.repeat(22), fileName: 'p.csv', mediaType: 'text/csv', bytes: 1 },
    count: 3,
    model: msg('model.of.training', {
      number: 4,
      model: msg('trainings.testModel', { by: 'folds' }),
    }),
    classNames: ['dog', 'cat'],
    otherColumns: ['id'],
    shown: [
      {
        name: '1',
        prediction: 'cat',
        probabilities: [0.25, 0.75],
        otherCells: ['H-17'],
        content: null,
      },
    ],
  }
  const dialog = async (change: Parameters<typeof mountPart>[1] = {}): Promise<Mounted> => {
    const part = mountPart(ModelDialog, {
      props: { modelValue: false, studyId: 7 },
      ...change,
      back: { 'model.predict': answer, 'model.export': { path: '/out' }, ...change.back },
    })
    await part.give(true)
    return part
  }

  const forms = ['build', 'predict', 'export'] as const
  const submit = async (part: Mounted, form: (typeof forms)[number]): Promise<void> => {
    await part.wrapper.findAll('form')[forms.indexOf(form)]?.trigger('submit')
    await settle()
  }

  it('predicts new data, says how many are shown, and saves all', async () => {
    const clicked: string[] = []
    vi.spyOn(HTMLAnchorElement.prototype, 'click').mockImplementation(function (
      this: HTMLAnchorElement,
    ) {
      clicked.push(`${new URL(this.href).pathname} ${this.download}`)
    })
    const part = await dialog()
    expect(part.button(t('model.predict')).attributes('disabled')).toBeDefined()
    await part.type(t('model.input'), ' /new.csv ')
    await submit(part, 'predict')
    const model = { of: 'best', refit: false }
    expect(part.requests('model.predict')).toEqual([{ studyId: 7, input: '/new.csv', model }])
    expect(rowOf(part, '1')).toEqual(['1', 'H-17', 'cat', 'cat 0.7500 · dog 0.2500'])
    expect(part.text()).toContain('Predictions of trial 4, model of fold 1')
    expect(part.text()).toContain(t('app.showing', { shown: 1, total: 3 }))
    await part.press(t('model.save'))
    expect(clicked).toEqual([`/api/download/${answer.download.id} p.csv`])
  })

  it('shows the picture that it predicts, five classes, and the others folded', async () => {
    const classNames = Array.from({ length: 7 }, (_, at) => `c${at}`)
    const picture = { kind: 'picture', url: 'data:image/png;base64,AA==', width: 8, height: 8 }
    const probabilities = [0.05, 0.1, 0.3, 0.25, 0.15, 0.125, 0.025]
    const row = {
      name: 'cross.png',
      prediction: 'c2',
      probabilities,
      otherCells: [],
      content: picture,
    }
    const change = { classNames, otherColumns: [], shown: [row], count: 1 }
    const part = await dialog({ back: { 'model.predict': { ...answer, ...change } as never } })
    await part.type(t('model.input'), '/cross.png')
    await submit(part, 'predict')
    const image = part.wrapper.get('img')
    expect(image.attributes('src')).toBe(picture.url)
    expect(image.attributes('alt')).toContain('cross.png')
    const text = part.text()
    expect(text).toContain('c2 0.3000 · c3 0.2500 · c4 0.1500 · c5 0.1250 · c1 0.1000')
    expect(text).toContain('2 more classes')
    expect(part.wrapper.findAll('details').some(each => each.text().includes('c0 0.0500'))).toBe(
      true,
    )
  })

  it('is written as files in the language of the page, or says why not', async () => {
    const part = await dialog({ language: 'zh-CN' })
    await part.type(zh('model.folder'), '/out')
    await submit(part, 'export')
    const model = { of: 'best', refit: false }
    expect(part.requests('model.export')).toEqual([
      { studyId: 7, folder: '/out', language: 'zh-CN', model },
    ])
    expect(errorsShown()).toEqual([zh('model.written', { path: '/out' })])
    const exists = new AppError('study.notFound', { study: '7' })
    const refused = await dialog({ back: { 'model.predict': exists } })
    await refused.type(t('model.input'), '/a')
    await submit(refused, 'predict')
    expect(errorsShown()).toContain(t('error.study.notFound', { study: '7' }))
    expect(refused.button(t('model.predict')).attributes('disabled')).toBeUndefined()
  })

  it('is measured beside the best trial, and says when that one is better', async () => {
    const ensemble = {
      method: 'greedy' as const,
      members: [
        { trialNumber: 4, share: 0.75 },
        { trialNumber: 2, share: 0.25 },
      ],
      metrics: { validationLoss: 0.3 },
      single: { trialNumber: 4, metrics: { validationLoss: 0.25 } },
      isWorse: true,
    }
    const winner = { trialNumber: 4, evaluatedAtMs: 0, metrics: { testLoss: 0.4 }, looks: null }
    const built = {
      refit: true,
      name: ensembleMessage({ ...ensemble, refit: true }),
      ensemble,
      members: ensemble.members,
      test: { testLoss: 0.35 },
    }
    const part = await dialog({ back: { 'model.build': { ...built, winner } } })
    await submit(part, 'build')
    expect(part.requests('model.build')).toEqual([
      { studyId: 7, model: { of: 'best', refit: false } },
    ])
    // Refitted models have learned from the validation rows: those are no value of theirs.
    expect(rowOf(part, 'validationLoss')).toEqual(['validationLoss', '–', '0.2500'])
    expect(rowOf(part, 'testLoss')).toEqual(['testLoss', '0.3500', '0.4000'])
    expect(part.text()).toContain('Selected predictions of trials 4 (75 %); 2 (25 %), refitted')
    expect(part.text()).toContain(t('cli.model.isWorse', { number: 4 }))
  })

  it('has no second column where it is the best trial itself', async () => {
    const looks = { before: 0, total: 3, studies: 1 }
    const winner = { trialNumber: 4, evaluatedAtMs: 0, metrics: { testLoss: 0.4 }, looks }
    const members = [{ trialNumber: 4, share: 1 }]
    const built = {
      refit: false,
      name: msg('model.of.trial', { number: 4 }),
      ensemble: null,
      members,
      test: { testLoss: 0.4 },
    }
    const part = await dialog({ back: { 'model.build': { ...built, winner } } })
    await submit(part, 'build')
    expect(rowOf(part, 'testLoss')).toEqual(['testLoss', '0.4000'])
    expect(part.text()).toContain('3 times so far.')
    expect(part.text()).not.toContain('before this value')
    const refitted = { ...built, refit: true, test: { testLoss: 0.3 } }
    const other = await dialog({ back: { 'model.build': { ...refitted, winner } } })
    await submit(other, 'build')
    expect(rowOf(other, 'testLoss')).toEqual(['testLoss', '0.3000', '0.4000'])
    expect(other.text()).toContain('trial 4, not refitted')
  })

  it('lets the page hear how often models were measured by now', async () => {
    const part = await dialog({
      prepare: () => {
        openStudy({})
      },
      back: { 'study.get': studyDetail({}, { elapsedMs: 77 }) },
    })
    useLiveStudy().take({ type: 'model', sequence: 1, studyId: 7, progress: null })
    await settle()
    expect(part.requests('study.get')).toEqual([{ studyId: 7 }])
    expect(useLiveStudy().study?.elapsedMs).toBe(77)
  })

  it('says how far it is, and can be given up', async () => {
    const waiting = Promise.withResolvers<AppError>()
    const part = await dialog({ back: { 'model.build': () => waiting.promise } })
    await submit(part, 'build')
    useLiveStudy().modelProgress = {
      phase: 'training',
      trialNumber: 4,
      member: 2,
      members: 3,
      step: 5,
      steps: 20,
      share: 0.5,
      remainingMs: 61_000,
    }
    await settle()
    expect(part.text()).toContain(
      'Training trial 4 once more (2 of 3) · step 5 of 20 · About 1 min 1 s left',
    )
    const bar = part.wrapper.find('progress')
    expect(bar.attributes('value')).toBe('0.5')
    expect(bar.attributes('aria-label')).toBe(t('model.progress'))
    await part.press(t('model.cancel'))
    expect(part.requests('model.cancel')).toEqual([{ studyId: 7 }])
    waiting.resolve(new AppError('model.canceled', { study: 'a' }))
    useLiveStudy().modelProgress = null
    await settle()
    expect(part.wrapper.find('progress').exists()).toBe(false)
    expect(errorsShown()).toEqual([t('error.model.canceled', { study: 'a' })])
    expect(part.button(t('model.measure')).attributes('disabled')).toBeUndefined()
  })
})

describe('trials that run', () => {
  it('say how far they are and how long they take, and are ended or suspended', async () => {
    holdTime()
    const nowMs = Date.now()
    const part = mountPart(RunningPanel, {
      prepare: () => {
        openStudy({ objective: { function: 'branin', steps: 10 } }, [
          trialRow(0, {
            state: 'running',
            finishedAtMs: null,
            startedAtMs: nowMs - 4_000,
            lastStep: null,
          }),
        ])
      },
    })
    useLiveStudy().reported = [{ number: 0, metric: 'loss', steps: [1, 4], values: [2, 1] }]
    await pass(1_000)
    const running = part.wrapper.get('article').text()
    expect(running).toContain(`${t('study.step', { step: 4 })} / 10`)
    expect(running).toContain(t('study.remaining', { time: '6.0 s' }))
    expect(part.wrapper.find('progress').attributes('value')).toBe('4')
    await part.press(t('lineage.suspend'))
    await part.press(t('trials.cancel'))
    const steered = part.asked.filter(({ method }) => method !== 'study.curves')
    expect(steered.map(({ method, payload }) => [method, payload])).toEqual([
      ['trial.suspend', { studyId: 7, number: 0 }],
      ['trial.cancel', { studyId: 7, number: 0 }],
    ])
  })

  it('take no longer while the back end cannot be reached', async () => {
    holdTime()
    const startedAtMs = Date.now() - 4_000
    const part = mountPart(RunningPanel, {
      prepare: () => {
        openStudy({}, [trialRow(0, { state: 'running', finishedAtMs: null, startedAtMs })])
      },
    })
    await pass(1_000)
    expect(part.text()).toContain('5.0 s')
    useConnection().open = false
    await pass(3_000)
    expect(part.text()).toContain('5.0 s')
    useConnection().open = true
    await pass(1_000)
    expect(part.text()).toContain('9.0 s')
  })

  it('take no place where there are none', () => {
    const part = mountPart(RunningPanel, {
      prepare: () => {
        openStudy({}, rows)
      },
    })
    expect(part.text()).toBe('')
  })
})
