import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { fanova } from '../../../src-main/analysis/importance/fanova.ts'
import { permutationImportance } from '../../../src-main/analysis/importance/forest-importance.ts'
import { partialDependence } from '../../../src-main/analysis/dependence/partial-dependence.ts'
import type {
  AnalysisAnswers,
  AnalysisQuestion,
} from '../../../src-main/core/questions/analysis.ts'
import { isAppError } from '../../../src-main/core/errors/errors.ts'
import { msg } from '../../../src-main/core/errors/message.ts'
import {
  QueryService,
  type QueryServiceOptions,
} from '../../../src-main/features/analysis/node/query-service.ts'
import { openStudyStore } from '../../../src-main/platform/storage/sqlite-study-store.ts'
import type { StudyStore } from '../../../src-main/platform/storage/study-store.ts'
import { kindsOfStudies, repeatedStudies, trialOf } from '../../helpers/kinds-of-studies.ts'
import { type SeedStudy, seedStudies } from '../../helpers/seed-studies.ts'

const { pruned, goals, genetic, nan } = kindsOfStudies
const most = { metric: 'loss', direction: 'maximize' as const }

/** Of two trials, an Optuna program noted something at the second. */
const noted: SeedStudy = {
  ...nan,
  name: 'noted',
  trials: [0, 1].map(index =>
    trialOf(index, {
      provenance: {
        sampler: 'optuna',
        reason: msg('proposal.byProgram', { program: 'Optuna' }),
        detail: index === 0 ? {} : { userAttributes: { host: 'box' } },
      },
    }),
  ),
}
const NOTED = 4 + repeatedStudies.length + 1

describe('the analysis process', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'tunewright-analysis-'))
  const databasePath = path.join(folder, 'analysis.sqlite')
  const heard: {
    task: Parameters<NonNullable<QueryServiceOptions['onProgress']>>[0]
    share: number
  }[] = []
  let ids: number[]
  let store: StudyStore
  let service: QueryService

  beforeAll(() => {
    ids = seedStudies(databasePath, [
      pruned,
      goals,
      genetic,
      nan,
      ...repeatedStudies,
      { ...nan, name: 'turned', specification: { ...nan.specification, goals: [most] } },
      noted,
    ])
    store = openStudyStore(databasePath)
    service = new QueryService({
      store,
      databasePath,
      now: Date.now,
      onProgress: (task, share) => heard.push({ task, share }),
    })
  })
  afterAll(async () => {
    await service.close()
    store.close()
    rmSync(folder, { recursive: true, force: true })
  })

  function task(study: number, question: AnalysisQuestion, trials: number[] | null = null) {
    return { kind: 'analysis' as const, studyId: ids[study] as number, trials, question }
  }

  async function ask(study: number, question: AnalysisQuestion, trials: number[] | null = null) {
    return service.analyze(task(study, question, trials))
  }

  it('knows what programs have noted at their trials', async () => {
    expect((await ask(2, { kind: 'attributes' })).answer).toEqual([])
    const answer = (await ask(NOTED, { kind: 'attributes' })).answer
    expect(answer).toEqual([{ name: 'host', values: [{ number: 1, value: 'box' }] }])
  })

  it('answers as the kernels do, tells how far it is, and does not compute twice', async () => {
    const question = { kind: 'importance', goal: 0, method: 'fanova' } as const
    const { answer } = await ask(2, question)
    const study = store.findStudy('genetic')
    const expected = fanova({
      space: study.specification.space,
      trials: store.trials(study.id, { metrics: false }),
      direction: 'minimize',
    })
    // Nothing depends on a choice.
    const choices: unknown[] = []
    expect(answer).toEqual({
      ...expected,
      ...(expected.ok && { result: { ...expected.result, choices } }),
    })
    expect(expected.ok && expected.result.parameters[0]?.name).toBe('rate')
    expect(heard.length).toBeGreaterThan(5)
    expect(heard.every(({ share }, at) => at === 0 || share > (heard[at - 1]?.share ?? 1))).toBe(
      true,
    )
    const before = heard.length
    await ask(2, question)
    expect(heard).toHaveLength(before)
  })

  it('answers from the forest of the question before as from one of its own', async () => {
    const { answer: whole } = await ask(2, { kind: 'importance', goal: 0, method: 'fanova' })
    const alone = { kind: 'importance', goal: 0, method: 'fanova', pairs: false } as const
    const { answer: single } = await ask(2, alone)
    const importance = whole as AnalysisAnswers['importance']
    expect(importance.ok && importance.result.pairs.length).toBeGreaterThan(0)
    expect(single).toEqual({
      ...importance,
      ...(importance.ok && { result: { ...importance.result, pairs: [] } }),
    })
    const study = store.findStudy('genetic')
    const trials = store.trials(study.id, { metrics: false })
    const question = { space: study.specification.space, trials, direction: 'minimize' } as const
    const permuted = permutationImportance(question)
    const choices = importance.ok ? importance.result.choices : []
    const { answer } = await ask(2, { kind: 'importance', goal: 0, method: 'permutation' })
    expect(answer).toEqual({
      ...permuted,
      ...(permuted.ok && { result: { parameters: permuted.result, pairs: [], choices } }),
    })
    const { answer: along } = await ask(2, { kind: 'dependence', goal: 0, names: ['rate'] })
    expect(along).toEqual(partialDependence(question, ['rate'], { points: 40 }))
  })

  it('computes anew when the study changed, and for other trials', async () => {
    const studyId = ids[2] as number
    const question = { kind: 'importance', goal: 0, method: 'impurity' } as const
    const before = await ask(2, question)
    const first40 = Array.from({ length: 40 }, (_, number) => number)
    const part = await ask(2, question, first40)
    expect(part).toMatchObject({ answer: { ok: true, trials: 40 } })
    for (const number of [0, 1, 2]) store.setExcluded(studyId, number, true, { atMs: Date.now() })
    const after = await ask(2, question)
    expect(before).toMatchObject({ answer: { ok: true, trials: 60 } })
    expect(after).toMatchObject({ answer: { ok: true, trials: 57 } })
  })

  it('refuses importances of too few trials', async () => {
    const answer = await ask(2, { kind: 'importance', goal: 0, method: 'pedAnova' }, [5, 6, 7])
    expect(answer.answer).toEqual({ ok: false, reason: 'tooFewTrials', trials: 3, needed: 20 })
  })

  it('gives curves their quantiles and the rungs of the pruner', async () => {
    const answered = await ask(0, { kind: 'curveBands', metric: 'loss' })
    if (answered.kind !== 'curveBands') throw new Error('no bands')
    expect(answered.answer).toMatchObject({ rungs: [3, 9, 27], leftOut: 0 })
    const { bands } = answered.answer
    expect(bands.map(({ state, trials }) => [state, trials])).toEqual([
      ['complete', 14],
      ['pruned', 26],
    ])
    expect(bands[0]?.steps).toHaveLength(27)
    expect(bands[1]?.counts[8]).toBe(13)
  })

  it('follows front, hypervolume and ancestry', async () => {
    const front = await ask(1, { kind: 'hypervolume' })
    if (front.kind !== 'hypervolume' || front.answer === null) throw new Error('no front')
    expect(front.answer.front.length).toBeGreaterThan(2)
    const sizes = front.answer.steps.map(({ hypervolume }) => hypervolume)
    expect(sizes).toEqual(sizes.toSorted((a, b) => a - b))
    const { answer } = await ask(2, { kind: 'ancestry' })
    expect(answer).toContainEqual({
      number: 13,
      generation: 1,
      group: 0,
      parents: [1, 2],
      origin: 'crossover',
    })
  })

  it('compares repeats: tells a better sampler by test and effect, and names the only difference', async () => {
    const members = (from: number) =>
      [0, 1, 2, 3, 4].map(run => ({ studyId: ids[4 + from + run] as number, by: 'all' as const }))
    const groups = [
      { name: 'random', members: members(0) },
      { name: 'tpe', members: members(5) },
    ]
    const comparison = await service.analyze({ kind: 'comparison', groups, budget: 'own' })
    if (!comparison.ok) throw new Error('no comparison')
    expect(comparison.pairs[0]).toMatchObject({
      unit: 'runs',
      counts: [5, 5],
      verdict: 'worse',
      magnitude: 'large',
      delta: -1,
      method: 'exact',
    })
    // The smallest that five against five can give: 2 / 252.
    expect(comparison.pairs[0]?.pValue).toBeCloseTo(2 / 252, 12)
    expect(comparison.differences).toEqual([{ path: 'sampler.name', values: ['random', 'tpe'] }])
    const { trials, epochs } = comparison.groups[0]?.traces ?? {}
    expect(trials?.x.at(-1)).toBe(20)
    expect(epochs?.x.at(-1)).toBe(60)
    const shortest = await service.analyze({ kind: 'comparison', groups, budget: 'shortest' })
    expect(shortest).toMatchObject({ groups: [{ trialCounts: [20, 20, 20, 20, 20] }, {}] })
  })

  it('compares what a person chose with what the sampler chose, by trials', async () => {
    const studyId = ids[2] as number
    const groups = (['person', 'sampler'] as const).map(by => ({
      name: by,
      members: [{ studyId, by }],
    }))
    const result = await service.analyze({ kind: 'comparison', groups, budget: 'own' })
    expect(result).toMatchObject({
      groups: [{ trialCounts: [6] }, { trialCounts: [51] }],
      pairs: [{ unit: 'trials', counts: [6, 51] }],
    })
  })

  it('does not compare different goals', async () => {
    const groups = [1, 2].map(at => ({
      name: String(at),
      members: [{ studyId: ids[at] as number, by: 'all' as const }],
    }))
    const same = await service.analyze({ kind: 'comparison', groups, budget: 'own' })
    expect(same).toMatchObject({ ok: true })
    const apart = [3, 14].map(at => ({
      name: String(at),
      members: [{ studyId: ids[at] as number, by: 'all' as const }],
    }))
    const result = await service.analyze({ kind: 'comparison', groups: apart, budget: 'own' })
    expect(result).toMatchObject({
      ok: false,
      differences: [
        { aspect: 'goal', values: [{ value: 'minimize loss' }, { value: 'maximize loss' }] },
      ],
      comparable: [],
    })
  })

  it('names an unknown study, and survives the death of its process', async () => {
    const unknown = {
      kind: 'analysis' as const,
      studyId: 999,
      trials: null,
      question: { kind: 'hypervolume' as const },
    }
    await expect(service.analyze(unknown)).rejects.toSatisfy(error =>
      isAppError(error, 'study.notFound'),
    )
    const waiting = service.analyze(task(3, { kind: 'importance', goal: 0, method: 'fanova' }))
    const closed = service.close()
    await expect(waiting).rejects.toSatisfy(error => isAppError(error, 'child.gone'))
    await closed
    const { answer } = await ask(3, { kind: 'importance', goal: 0, method: 'fanova' })
    expect(answer).toMatchObject({ ok: true, trials: 20 })
  })
})
