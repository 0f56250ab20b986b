import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterEach, describe, expect, it } from 'vitest'
import { QueryService } from '../../../src-main/features/analysis/node/query-service.ts'
import { catchAppError } from '../../helpers/catch-error.ts'
import { useScratchFolders } from '../../helpers/scratch-folder.ts'

const serve = new URL('../../../src-main/platform/processes/serve.ts', import.meta.url)
const scratch = useScratchFolders()
let service: QueryService
afterEach(() => service.close())

/** A service whose questions are answered by this program, which knows `answer(value)`. */
const shares: number[] = []
const work: string[] = []
function open(program: string): void {
  shares.length = 0
  work.length = 0
  const entry = join(scratch(), 'queries.mjs')
  writeFileSync(
    entry,
    `import { serve } from ${JSON.stringify(serve.href)}
serve('queries', {
  ask: ({ task }, owner) => new Promise(answer => { ${program} }),
})\n`,
  )
  const store = { lastEventId: () => 0 }
  service = new QueryService({
    store,
    databasePath: 'none',
    now: () => 7,
    entry: pathToFileURL(entry),
    onProgress: (_, share) => shares.push(share),
    onWork: (ticket, share) => work.push(`${ticket} ${share}`),
  })
}

const question = { kind: 'export', studyId: 1, format: 'csv', language: 'en' } as const

describe('the service of long questions', () => {
  it('answers every question, two at a time, in their order', async () => {
    open('setTimeout(() => answer({ content: String(task.studyId) }), 50)')
    let running = 0
    let most = 0
    const started: number[] = []
    const contents = await Promise.all(
      [1, 2, 3, 4, 5, 6].map(async studyId => {
        const onStart = () => {
          started.push(studyId)
          most = Math.max(most, ++running)
        }
        const { content } = await service.ask({ ...question, studyId }, { onStart })
        running--
        return content
      }),
    )
    expect(contents).toEqual(['1', '2', '3', '4', '5', '6'])
    expect(started).toEqual([1, 2, 3, 4, 5, 6])
    expect(most).toBe(2)
  })

  it('keeps no person waiting for programs, and ends what nobody waits for', async () => {
    open('if (task.studyId < 10) setTimeout(() => answer({ content: String(task.studyId) }), 20)')
    const gone = new AbortController()
    const programs = service.forProgram(gone.signal)
    const unanswered = [10, 11, 12].map(async studyId =>
      catchAppError(() => programs.ask({ ...question, studyId })),
    )
    // One of them is under way, the others wait; people are answered.
    const people = await Promise.all(
      [1, 2, 3].map(async studyId => service.ask({ ...question, studyId })),
    )
    expect(people.map(({ content }) => content)).toEqual(['1', '2', '3'])
    gone.abort()
    expect((await Promise.all(unanswered)).map(({ code }) => code)).toEqual(
      unanswered.map(() => 'child.gone'),
    )
    const { content } = await service.forProgram().ask({ ...question, studyId: 4 })
    expect(content).toBe('4')
  })

  it('says how far a report is, and ends it when it is canceled, not another', async () => {
    open(`owner.notify('progress', 0.5)
      if (task.studyId !== 1) setTimeout(() => answer({ content: String(task.studyId) }), 200)`)
    const report = (studyId: number) =>
      ({
        kind: 'report',
        studyId,
        format: 'html',
        language: 'en',
        sections: null,
        generatedAtMs: 0,
      }) as const
    const endless = service.ask(report(1), { ticket: 'endless' })
    const failure = catchAppError(async () => endless)
    const other = service.ask(report(2), { ticket: 'short' })
    await expect.poll(() => work.length).toBe(2)
    expect(new Set(work)).toEqual(new Set(['endless 0.5', 'short 0.5']))
    service.cancelWork('endless')
    expect(await failure).toBeInstanceOf(Error)
    expect((await other).content).toBe('2')
    // Nobody waits for that one any more.
    service.cancelWork('endless')
  })

  it('says how far a comparison is, and ends it when it is canceled, not what others wait for', async () => {
    open(`owner.notify('progress', 0.5)
      if (task.kind !== 'comparison') setTimeout(() => answer(task.studyId), 200)`)
    const groups = [{ name: 'a', members: [{ studyId: 1, by: 'all' as const }] }]
    const failure = catchAppError(async () =>
      service.analyze({ kind: 'comparison', groups, budget: 'own' }, { ticket: 'compare' }),
    )
    const other = service.analyze({
      kind: 'analysis',
      studyId: 2,
      trials: null,
      question: { kind: 'ancestry' },
    })
    await expect.poll(() => work).toEqual(['compare 0.5'])
    service.cancelWork('compare')
    const { code, detail } = await failure
    expect(code).toBe('child.gone')
    expect(detail).toMatchObject({ reason: { code: 'failure.canceled' } })
    expect(await other).toBe(2)
  })

  it('ends the analyses of a study that are canceled, and answers those of others all the same', async () => {
    open(`owner.notify('progress', 0.5)
      if (task.studyId !== 1) setTimeout(() => answer(task.studyId), 200)`)
    const analysis = (studyId: number) =>
      service.analyze({
        kind: 'analysis',
        studyId,
        trials: null,
        question: { kind: 'ancestry' },
      })
    const canceled = catchAppError(async () => analysis(1))
    const other = analysis(2)
    await expect.poll(() => shares.length).toBe(2)
    service.cancelAnalyses(1)
    expect(await canceled).toMatchObject({
      code: 'child.gone',
      detail: { reason: { code: 'failure.canceled' } },
    })
    expect(await other).toBe(2)
    // Nothing is computed any more, and the next question is answered.
    service.cancelAnalyses(2)
    expect(await analysis(3)).toBe(3)
  })

  it('hears a long answer whole', async () => {
    open("answer({ content: 'x'.repeat(20_000_000) })")
    expect((await service.ask(question)).content).toHaveLength(20_000_000)
  })

  it('says when the process is gone, and goes on with the next question', async () => {
    open(
      "if (task.studyId === 1) process.kill(process.pid, 'SIGKILL'); else answer({ content: 'yes' })",
    )
    const error = await catchAppError(() => service.ask(question))
    expect(error.code).toBe('child.gone')
    expect(await service.ask({ ...question, studyId: 2 })).toEqual({ content: 'yes' })
  })

  it('gives a verification up: nothing of it remains, also when it is asked for again', async () => {
    open(
      "if (task.retrain === 'best') owner.notify('retraining', 4); else setTimeout(() => answer('equal'), 300)",
    )
    const request = { studyId: 3, retrain: 'best', tolerance: 0 } as const
    service.verify(request)
    expect(() => {
      service.verify(request)
    }).toThrow('study.busy')
    await expect.poll(() => service.verification(3)).toEqual({ state: 'running', retraining: 4 })
    service.stopVerifying(3)
    expect(service.verification(3)).toEqual({ state: 'none' })
    service.verify({ ...request, retrain: [] })
    // The end of the process that was given up is no end of the new one.
    const seen = new Set<string>()
    await expect
      .poll(
        () => {
          seen.add(service.verification(3).state)
          return service.verification(3)
        },
        { interval: 2 },
      )
      .toEqual({ state: 'done', atMs: 7, result: 'equal' })
    expect([...seen]).toEqual(['running', 'done'])
  })
})
