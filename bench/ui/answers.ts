import type { Page } from '@playwright/test'
import type { Measure } from './measures.ts'
import type { PageClock } from './page-clock.ts'
import { processTreeMs } from './process-time.ts'

/** A person waits so long without a word about how far it is, and without a way to end it. */
const SILENT_MS = 1_000

interface Answer {
  readonly name: string
  readonly method: string
  readonly payload: Readonly<Record<string, unknown>>
  /** The page says how far it is and has Cancel. */
  readonly isCanceled?: true
}

/** What the page asks of one study, in the order in which nothing helps what comes after it. */
function answersOf(studyId: number, parameters: number): readonly Answer[] {
  const numbers = Array.from({ length: 60 }, (_, index) => 10 * index)
  const ask = (name: string, method: string, payload: Record<string, unknown> = {}): Answer => ({
    name,
    method,
    payload: { studyId, ...payload },
  })
  const askLong = (...request: Parameters<typeof ask>): Answer => ({
    ...ask(...request),
    isCanceled: true,
  })
  const analyze = (name: string, question: Record<string, unknown>): Answer =>
    askLong(name, 'study.analyze', { trials: null, question })
  const report = (format: string): Answer =>
    askLong(`report, ${format}`, 'study.report', { format, language: 'en', sections: null })
  const save = (format: string): Answer =>
    askLong(`trials as ${format}`, 'study.export', { format, language: 'en' })
  const group = (by: string) => ({ name: by, members: [{ studyId, by }] })
  return [
    { name: 'list of studies', method: 'study.list', payload: {} },
    ask('study', 'study.get'),
    ask('outline of its trials', 'study.outline'),
    ask('all trials', 'study.trials'),
    ask('what speaks against the best', 'study.against'),
    ask('events', 'study.events'),
    ask('curves of 60 trials', 'study.curves', { metric: 'value', numbers }),
    ask('when steps were, of 60 trials', 'study.stepTimes', { numbers }),
    ask('one trial', 'trial.get', { number: 4_000 }),
    ask('files', 'study.files'),
    ask('checkpoints', 'study.checkpoints'),
    ask('verification', 'study.verification'),
    analyze('PED-ANOVA', { kind: 'importance', goal: 0, method: 'pedAnova' }),
    analyze('functional ANOVA with pairs', {
      kind: 'importance',
      goal: 0,
      method: 'fanova',
      pairs: true,
    }),
    analyze('permutation', { kind: 'importance', goal: 0, method: 'permutation' }),
    analyze('dependence of one parameter', { kind: 'dependence', goal: 0, names: ['x0'] }),
    analyze('dependence of two parameters', {
      kind: 'dependence',
      goal: 0,
      names: ['x0', `x${parameters - 1}`],
    }),
    analyze('bands of curves', { kind: 'curveBands', metric: 'value' }),
    analyze('last values of a metric', { kind: 'lastValues', metric: 'value' }),
    analyze('ancestry', { kind: 'ancestry' }),
    analyze('estimated best', { kind: 'estimatedBest' }),
    {
      name: 'comparison of two halves',
      method: 'studies.compare',
      payload: { groups: [group('all'), group('sampler')], budget: 'own' },
      isCanceled: true,
    },
    askLong('what if: a pruner', 'study.whatIf', {
      sampler: null,
      pruner: { name: 'median' },
      budget: null,
      runs: 1,
    }),
    askLong('what if: a sampler', 'study.whatIf', {
      sampler: { name: 'tpe' },
      pruner: null,
      budget: 100,
      runs: 5,
    }),
    report('html'),
    report('markdown'),
    save('csv'),
    save('json'),
    askLong('the study as a file', 'study.bundle'),
  ]
}

const screens = [
  'monitor',
  'trials',
  'trials/4000',
  'parallel',
  'events',
  'file',
  'analysis/progress',
  'analysis/importance',
  'analysis/dependence',
  'analysis/pairs',
  'analysis/customChart',
  'analysis/timeline',
  'analysis/proposal',
  'analysis/whatIf',
]

/** Processor time of the host with all its processes, beside the wall time, of every answer; promised is an end within a second, or a way to follow and end it. */
export async function measureAnswers(
  page: Page,
  { studyId, parameters, hostPid }: { studyId: number; parameters: number; hostPid: number },
): Promise<Measure[]> {
  const measures: Measure[] = []
  for (const { name, method, payload, isCanceled = false } of answersOf(studyId, parameters)) {
    const beforeMs = processTreeMs(hostPid)
    const { ms, bytes, problem } = await page.evaluate(askBackEnd, { method, payload })
    if (problem !== null) throw new Error(`${name}: ${problem}`)
    const value = processTreeMs(hostPid) - beforeMs
    measures.push(
      { name, unit: 'ms', value, atMost: isCanceled ? null : SILENT_MS },
      { name: `${name}: wall time`, unit: 'ms', value: ms, atMost: null },
      { name: `${name}: answer`, unit: 'kB', value: bytes / 1_000, atMost: null },
    )
  }
  return measures
}

/** What each part of a study's page costs until nothing is computed any more: its main thread, and the host. */
export async function measureScreens(
  page: Page,
  clock: PageClock,
  { studyId, hostPid }: { studyId: number; hostPid: number },
): Promise<Measure[]> {
  const measures: Measure[] = []
  for (const screen of screens) {
    await page.evaluate(() => {
      location.hash = '#/settings'
    })
    await page.waitForTimeout(500)
    const beforeMs = processTreeMs(hostPid)
    let ms = 0
    const cost = await clock.cost(async () => {
      ms = await page.evaluate(waitUntilSettled, `#/studies/${studyId}/${screen}`)
    })
    const value = processTreeMs(hostPid) - beforeMs
    measures.push(
      { name: `${screen}: main thread`, unit: 'ms', value: cost, atMost: SILENT_MS },
      { name: `${screen}: host`, unit: 'ms', value, atMost: null },
      { name: `${screen}: wall time`, unit: 'ms', value: ms, atMost: null },
    )
  }
  return measures
}

/** Runs in the page. */
async function askBackEnd(request: {
  readonly method: string
  readonly payload: unknown
}): Promise<{ ms: number; bytes: number; problem: string | null }> {
  const headers = { 'tunewright-key': localStorage.getItem('tunewright.key') ?? '' }
  const startMs = performance.now()
  const response = await fetch('/api/call', {
    method: 'POST',
    headers,
    body: JSON.stringify(request),
  })
  const text = await response.text()
  const isAnswer = response.ok && !text.startsWith('{"ok":false')
  return {
    ms: performance.now() - startMs,
    bytes: text.length,
    problem: isAnswer ? null : text.slice(0, 500),
  }
}

/** Runs in the page: goes there, and waits until nothing has been computed or added for half a second. Milliseconds until then. */
async function waitUntilSettled(hash: string): Promise<number> {
  const startMs = performance.now()
  let changedMs = startMs
  const observer = new MutationObserver(() => {
    changedMs = performance.now()
  })
  observer.observe(document.body, { subtree: true, childList: true, characterData: true })
  location.hash = hash
  for (;;) {
    await new Promise(resolve => setTimeout(resolve, 100))
    const nowMs = performance.now()
    const isBusy = document.querySelector('main [aria-busy=true]') !== null
    if (isBusy) changedMs = nowMs
    if (nowMs - changedMs > 500) break
    if (nowMs - startMs > 120_000) throw new Error(`never settled: ${hash}`)
  }
  observer.disconnect()
  return changedMs - startMs
}
