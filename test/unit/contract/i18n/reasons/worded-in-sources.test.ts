import { globSync, readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { chineseReason } from '../../../../../src-main/contract/i18n/reasons/reason-text.ts'

/*
 * What only accidents, people and imports bring about is compared with the sources themselves: a sentence that is worded
 * anew there, or a new one, has no Chinese until a row is added. (Rows of earlier wordings stay, for old databases.)
 */
const places = [
  'running/{session,study-runner,trial-run,next-trial,trial-results}.ts',
  'running/{local,slurm}/*-{executor,handle,attempt}.ts',
  'search/stopping/*.ts',
  'search/samplers/gradient/run.ts',
  'math/cma-es/stopping.ts',
  'contract/metric-value.ts',
  'interop/csv/from-csv.ts',
  'interop/optuna/read-optuna-trial.ts',
  'study/ask-tell/result-of-tell.ts',
  'exchange/store-imported.ts',
  'queries/verify/{verify-study,replay-proposals}.ts',
]

/** Parts of sentences, checked as wholes below, and what is stored nowhere. */
const others = [
  /^: 1$/,
  /^(exit code|signal) 1$/,
  /^trainer ended with 11$/,
  /^job 1 ended in state 11$/,
  /^gradient spsa$/,
  /^(shared )?replicate 1$/,
  /^[\d.]+$/,
]

/** A literal of at least two words that becomes a reason, a message, an end or the answer of a function. */
const literal =
  /(?:(?:\b(?:reason|message|end)(?: =|:)|return|[?:]|\?\?)\s+|push\(\s*)(['`])((?:\\.|(?!\1)[^\\\n])* (?:\\.|(?!\1)[^\\\n])*)\1/g

it('every sentence that the sources word as a whole has a Chinese one', () => {
  const files = globSync(places.map(place => `src-main/${place}`))
  const sentences = files.flatMap(file =>
    [...readFileSync(file, 'utf8').matchAll(literal)].map(([, , text = '']) =>
      text.replace(/\$\{[^}]*\}/g, '1'),
    ),
  )
  expect(sentences.length).toBeGreaterThan(30)
  const unknown = sentences.filter(sentence => chineseReason(sentence) === null)
  expect(unknown.filter(sentence => !others.some(other => other.test(sentence)))).toEqual([])
})

it.each([
  ['trainer ended with exit code 1', '训练进程以退出码 1 结束'],
  ['trainer ended with exit code 7: Error: x; y', '训练进程以退出码 7 结束：Error: x; y'],
  ['trainer ended with signal SIGKILL', '训练进程被信号 SIGKILL 终止'],
  ['job 12_3 ended in state TIMEOUT', '作业 12_3 以状态 TIMEOUT 结束'],
  ['job 12 ended in state OUT_OF_MEMORY: killed', '作业 12 以状态 OUT_OF_MEMORY 结束：killed'],
  ['malformed metrics: steps must be ≥ 0 and rise', '指标格式有误：步须 ≥ 0 且递增'],
  ['imported from Optuna', '从 Optuna 导入'],
  ['settings changed after its end', '结束后更改了设置'],
  ['trials were queued after its end', '结束后加入了待试点'],
  ['trial 3 goes on', '试验 3 继续'],
  ['trial 3: engine wasm before, cpu now', '试验 3：引擎原为 wasm，现为 cpu'],
  ['trial 3: tfjs 4.22.0 before, absent now', '试验 3：tfjs 原为 4.22.0，现已没有'],
  ['row 3 of the table', '表格的第 3 行'],
  ['every value up to step 3 is NaN', '截至第 3 步的值均为 NaN'],
  [
    'best so far 2 is worse than the median 1 of 1 complete trial at step 3',
    '迄今最佳值 2 差于 1 个已完成试验在第 3 步的中位数 1',
  ],
  [
    'trial 4 goes on from rung 0 (step 1): value 0.25 is number 1 of 3, the best 1 go on',
    '试验 4 从第 0 级（第 1 步）继续：值 0.25 在 3 个中排第 1，最佳的 1 个继续',
  ],
])('%s', (stored, text) => {
  expect(chineseReason(stored)).toBe(text)
})
