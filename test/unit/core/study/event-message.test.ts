import { describe, expect, it } from 'vitest'
import { eventMessage } from '../../../../src-main/core/study/event-message.ts'
import type { EventKind } from '../../../../src-main/core/study/events.ts'
import { msg, messageAsJson } from '../../../../src-main/core/errors/message.ts'
import type { JsonObject } from '../../../../src-main/core/values/json.ts'
import { type Language, languages } from '../../../../src-main/core/i18n/language.ts'
import { createTranslate, hearGaps } from '../../../../src-main/core/i18n/translate.ts'
import { leftInEnglish } from '../../../helpers/left-in-english.ts'

function textOf(kind: EventKind, detail: JsonObject, language: Language = 'en'): string | null {
  const detailMessage = eventMessage({ id: 1, atMs: 0, kind, trialNumber: null, detail })
  return detailMessage === null ? null : createTranslate(language).format(detailMessage)
}

const labels = { tags: ['a', 'b'], note: '', archived: false }
const point = { queued: 4, parameters: { rate: 0.0123456, kind: 'a' } }
const reason = messageAsJson(msg('ending.epochsTrained', { epochs: 324 }))

describe('what an event tells beyond its kind', () => {
  it.each<[EventKind, JsonObject, english: string | null, chinese: string | null]>([
    ['study.created', { name: 'digits' }, null, null],
    ['study.started', { state: 'running', reason: null }, null, null],
    [
      'study.resumed',
      { state: 'running', reason: null, clockMovedMs: -86_400_400 },
      'the clock of the machine had gone back by 86,400 s',
      '机器时钟曾倒退 86,400 秒',
    ],
    ['study.finished', { state: 'finished', reason }, '324 epochs trained', '已训练 324 轮'],
    [
      'study.changed',
      {
        changes: [
          { path: 'stop.trials', from: 10, to: 20 },
          { path: 'space.rate', from: { float: [0, 1], log: true }, to: null },
        ],
        undoes: 7,
      },
      'stop.trials: 10 → 20; space.rate: float [0, 1], log true → –; takes an earlier change back',
      'stop.trials：10 → 20；space.rate：float [0, 1], log true → –；撤销先前的操作',
    ],
    [
      'study.labeled',
      { from: labels, to: { tags: [], note: 'good', archived: true } },
      'no tags; “good”; archived',
      '无标签；“good”；归档',
    ],
    [
      'study.labeled',
      { from: { tags: [], note: 'good', archived: true }, to: labels },
      'tags: a, b; note removed; no longer archived',
      '标签：a、b；删除备注；取消归档',
    ],
    [
      'slot.waiting',
      { memory: 'main', freeBytes: 2 ** 30, expectedBytes: 3 * 2 ** 30 },
      'memory: 1,024 MB free, a trial may need 3,072 MB',
      '内存可用 1,024 MB，一个试验可能需要 3,072 MB',
    ],
    [
      'trial.started',
      { attempt: 1, slot: 0, origin: { trial: 3, step: 12, mode: 'fork' } },
      'attempt 1 in slot 1; fork: trial 3, step 12',
      '第 1 次尝试，槽位 1；分叉：试验 3，第 12 步',
    ],
    [
      'trial.retried',
      { attempt: 2, slot: 1, after: 'memory', resumeStep: 5 },
      'attempt 2 in slot 2, after: Out of memory, going on after step 5',
      '第 2 次尝试，槽位 2；此前：内存不足；从第 5 步之后继续',
    ],
    [
      'trial.retried',
      { attempt: 2, slot: 1, after: 'interrupted' },
      'attempt 2 in slot 2, after: interrupted',
      '第 2 次尝试，槽位 2；此前：中断',
    ],
    [
      'trial.finished',
      { state: 'complete', values: [0.123456, 'NaN'] },
      'complete; 0.1235, NaN',
      '完成；0.1235、NaN',
    ],
    [
      'trial.finished',
      { state: 'failed', values: [], failure: 'timeout', reason },
      'failed; Timeout; 324 epochs trained',
      '失败；超时；已训练 324 轮',
    ],
    ['trial.suspended', {}, null, null],
    [
      'trial.queued',
      { ...point, origin: { kind: 'point', trialNumber: null } },
      'rate 0.01235, kind a',
      'rate 0.01235、kind a',
    ],
    [
      'trial.unqueued',
      { ...point, origin: { kind: 'retry', trialNumber: 3 } },
      'trial 3 again, as a person asked; rate 0.01235, kind a',
      '应用户要求重做试验 3；rate 0.01235、kind a',
    ],
    ['trial.noted', { from: '', to: 'look again' }, '“look again”', '“look again”'],
    ['winner.tested', { metrics: { testLoss: 0.5 } }, 'testLoss 0.5', 'testLoss 0.5'],
    [
      'ensemble.tested',
      { trials: [3, 9], metrics: { testLoss: 0.5 } },
      'trials 3, 9; testLoss 0.5',
      '试验 3、9；testLoss 0.5',
    ],
    [
      'child.failed',
      { child: 'search', reason },
      'search: 324 epochs trained',
      'search：已训练 324 轮',
    ],
  ])('%s %j', (kind, detail, english, chinese) => {
    expect(textOf(kind, detail)).toBe(english)
    expect(textOf(kind, detail, 'zh-CN')).toBe(chinese)
    const theirs = ['rate', 'kind', 'good', 'look again', 'testLoss']
    expect(leftInEnglish(chinese ?? '', theirs).filter(word => word !== 'search')).toEqual([])
  })
})

it.each<[EventKind, unknown]>([
  ['study.changed', { changes: 5 }],
  ['study.changed', { changes: [null] }],
  ['study.changed', { changes: [{ path: { a: 1 }, from: 1, to: 2 }] }],
  ['study.labeled', { from: null, to: [] }],
  ['study.labeled', { from: labels, to: { tags: 'a', note: 1 } }],
  ['trial.started', { attempt: {}, slot: null, origin: null }],
  ['trial.started', { origin: { trial: {}, step: [[]], mode: {} } }],
  ['trial.finished', { state: { a: 1 }, values: [{}], failure: [] }],
  ['trial.finished', { reason: { code: 'verbatim', values: { text: { a: 1 } } } }],
  ['trial.queued', { parameters: 'x', origin: { kind: 'toString', trialNumber: {} } }],
  ['trial.queued', { parameters: null, origin: { kind: 'retry', trialNumber: [{}] } }],
  ['ensemble.tested', { trials: { a: 1 } }],
  ['child.failed', { child: [], reason: { code: 'a' } }],
  ['slot.waiting', { memory: { a: [1] }, freeBytes: 'x' }],
])('detail of %s that nobody of ours wrote, %j, is shown somehow', (kind, detail) => {
  hearGaps(() => undefined)
  for (const language of languages) {
    expect(typeof (textOf(kind, detail as JsonObject, language) ?? '')).toBe('string')
  }
})
