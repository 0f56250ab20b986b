import type { ErrorCode, ErrorDetails } from '../../errors.ts'
import { errorTexts } from '../error-texts.ts'
import type { Language } from '../../../i18n/language.ts'
import type { SentencePair } from './sentence-template.ts'

/** Codes of the errors that a trial, or a study with it, can fail by; a new one has to say what its texts are made of. */
export type FailureCode = Extract<
  ErrorCode,
  | `training.${string}`
  | `engine.${string}`
  | `command.${string}`
  | `userCode.${string}`
  | `file.${string}`
  | `data.${string}`
  | 'dataset.notFound'
  | 'program.invalid'
  | 'protocol.invalid'
  | 'child.gone'
  | 'slurm.failed'
  | 'internal'
>

/** Its text shows a share in per cent, which a placeholder is not. */
type WrittenOut = 'training.gradientWrong'

type Placeholders<Detail> = {
  readonly [Key in keyof Detail]?: string | readonly string[] | null
}

const reason = { reason: '{reason:sentence}' }
const file = { path: '{path:text}', reason: '{reason:sentence}' }
const broken = { field: '{field:text}', value: '{value:json}', rule: '{rule:sentence}' }
const engine = { engine: '{engine:text}', reason: '{reason:sentence}' }

/** What stands in the place of each detail; more than one row where a text has several forms, the fuller ones first. */
const details: {
  readonly [Code in Exclude<FailureCode, WrittenOut>]: readonly Placeholders<ErrorDetails[Code]>[]
} = {
  'training.nonFinite': [{ metric: '{metric:text}', step: '{step}', value: '{value:word}' }],
  'training.memory': [reason],
  // No word of ours stands before the field: a sentence of a program must not be taken for one of these.
  'training.invalid': [{ ...broken, field: '{field:word}', rule: '{rule:sentence}' }],
  'engine.unavailable': [engine],
  'engine.notInstalled': [{ engine: '{engine:text}', command: '{command:text}' }],
  'engine.installing': [{ engine: '{engine:text}' }],
  'engine.noDevice': [engine],
  'engine.nonConforming': [{ engine: '{engine:text}', cases: ['{cases:list}'] }],
  'engine.failed': [{ ...engine, status: '{status}' }],
  'data.invalid': [
    { ...broken, path: '{path:text}', line: '{line}' },
    { ...broken, path: '{path:text}' },
  ],
  'dataset.notFound': [{ dataset: '{dataset:text}' }],
  'file.notFound': [{ path: '{path:text}', field: '{field:text}' }],
  'file.unreadable': [file],
  'file.exists': [{ path: '{path:text}', rule: '{rule:sentence}' }],
  'file.unwritable': [file],
  'userCode.untrusted': [
    { command: '{command:text}', files: ['{files:list}'] },
    { command: '{command:text}', files: [] },
  ],
  'userCode.changed': [{ path: '{path:text}' }],
  'command.notStarted': [{ command: '{command:text}', ...reason }],
  'command.exit': [
    { exitCode: '{exitCode}', tail: '{tail:text}' },
    { exitCode: '{exitCode}', tail: '' },
  ],
  'command.signal': [
    { signal: '{signal:word}', tail: '{tail:text}' },
    { signal: '{signal:word}', tail: '' },
  ],
  'command.output': [{ limitMegabytes: '{limit}' }],
  'command.processes': [{ limit: '{limit}' }],
  'command.memory': [{ limitMegabytes: '{limit}', usedMegabytes: '{used}' }],
  'command.diskFull': [reason],
  'command.noValue': [
    { metric: '{metric:text}', reported: [] },
    { metric: '{metric:text}', reported: ['{reported:list}'] },
  ],
  'command.overran': [{ untilStep: '{untilStep}', step: '{step}' }],
  'command.noState': [{ path: '{path:text}', step: '{step}' }],
  'command.pattern': [{ limitMs: '{limit}' }],
  'command.lost': [reason],
  'slurm.failed': [{ command: '{command:text}', ...reason }],
  'program.invalid': [{ program: '{program:text}', ...broken }],
  'protocol.invalid': [{ from: '{from:text}', ...broken }],
  'child.gone': [
    { child: '{child:text}', signal: null, exitCode: '{exitCode}', ...reason },
    { child: '{child:text}', signal: '{signal:word}', exitCode: null, ...reason },
  ],
  internal: [reason],
}

/** The text of an error as a failure keeps it, without its last stop. */
function textOf(language: Language, code: ErrorCode, detail: Placeholders<object>): string {
  const write = errorTexts[language][code] as (detail: unknown) => string
  // Values are shown as JSON, which puts a placeholder in quotation marks.
  return write(detail)
    .replace('"{value:json}"', '{value:json}')
    .replace(/[.。]$/, '')
}

const ofErrors = Object.entries(details).flatMap(([code, forms]) =>
  forms.map((detail): SentencePair => {
    const known = code as ErrorCode
    return [textOf('en', known, detail), textOf('zh-CN', known, detail)]
  }),
)

/** What this program says itself of attempts that it ended or lost. */
const ofAttempts: readonly SentencePair[] = [
  [
    'Hypergradients would be wrong: the derivative of {operation:text} ({layer:text}) is {share} % off finite differences',
    '超梯度会出错：{operation}（{layer}）的导数与有限差分相差 {share} %',
  ],
  ['session ended', '会话已结束'],
  ['suspended', '已暂停'],
  ['left to itself', '已留其自行运行'],
  ['trial took longer than {limit} ms', '试验超过了 {limit} 毫秒'],
  ['malformed metrics: {fault:sentence}', '指标格式有误：{fault}'],
  ['names must be a list of 1 to {most} texts', 'names 须为 1 至 {most} 个文本的列表'],
  ['every name must be a text of 1 to 200 characters', '每个名称须为 1 至 200 个字符的文本'],
  ['names must differ', '名称不得重复'],
  [
    'steps must be an Int32Array of at most {most} numbers',
    'steps 须为至多 {most} 个数的 Int32Array',
  ],
  [
    'values must be a Float64Array of steps × names numbers',
    'values 须为步数 × 名称数个数的 Float64Array',
  ],
  ['steps must be ≥ 0 and rise', '步须 ≥ 0 且递增'],
  [
    'the checkpoint of trial {trial} at step {step} is no longer there',
    '试验 {trial} 第 {step} 步的检查点已不存在',
  ],
  ['trainer not prepared within {limit} ms', '训练进程未能在 {limit} 毫秒内准备就绪'],
  ['trainer silent for {limit} ms', '训练进程 {limit} 毫秒没有响应'],
  [
    'trainer speaks protocol {found}, expected {expected}',
    '训练进程使用协议 {found}，应为 {expected}',
  ],
  [
    'trainer ended with exit code {exitCode}[: {tail:text}]',
    '训练进程以退出码 {exitCode} 结束[：{tail}]',
  ],
  [
    'trainer ended with signal {signal:word}[: {tail:text}]',
    '训练进程被信号 {signal} 终止[：{tail}]',
  ],
  [
    'the node failed; Slurm queued job {job:word} again',
    '节点发生故障；Slurm 已将作业 {job} 重新排队',
  ],
  [
    'job {job:word} ended in state {state:word}[: {tail:text}]',
    '作业 {job} 以状态 {state} 结束[：{tail}]',
  ],
]

/** Of trials that another program recorded. */
const ofImports: readonly SentencePair[] = [
  ['told as failed', '被告知为失败'],
  ['failed in Optuna', '在 Optuna 中失败'],
  ['the table has no value', '表格中没有值'],
  ['the table says {state:text}', '表格标为 {state}'],
]

/** Why an attempt failed. */
export const failureSentences: readonly SentencePair[] = [...ofAttempts, ...ofImports, ...ofErrors]
