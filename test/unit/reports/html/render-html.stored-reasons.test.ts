import { msg, messageAsJson, verbatim } from '../../../../src-main/core/errors/message.ts'
import { expect, it } from 'vitest'
import type { StudySnapshot } from '../../../../src-main/core/study/study.ts'
import { buildHtmlReport } from '../../../helpers/html-report.ts'
import { buildSampleSnapshot } from '../../../helpers/build-sample-snapshot.ts'

/** The words of a Chinese report, or of one section. */
function wordsOf(snapshot: StudySnapshot, section?: string): string {
  const options = { language: 'zh-CN', generatedAtMs: 0, version: '0.1.0' } as const
  const page = buildHtmlReport(snapshot, options)
  const only = new RegExp(`<section id="${section}".*?</section>`, 's')
  return (section === undefined ? page : (only.exec(page)?.[0] ?? ''))
    .replaceAll('<wbr>', '')
    .replace(/<[^>]*>/g, ' ')
    .replace(/\s+/g, ' ')
}

const sample = buildSampleSnapshot()

it('says why in Chinese wherever a report says it', () => {
  const reason = messageAsJson(msg('ending.trialsDone', { trials: 50 }))
  const detail = { state: 'finished', reason }
  const end = { id: 900, atMs: 5, kind: 'study.finished', trialNumber: null, detail } as const
  const ended = { ...sample, events: [...sample.events, end] }
  for (const stored of ['50 trials done', 'drawn at', 'Training diverged', 'took longer']) {
    expect(wordsOf(ended)).not.toContain(stored)
  }
  expect(wordsOf(ended, 'best')).toContain('随机抽取')
  expect(wordsOf(ended, 'failures')).toMatch(
    /训练发散：训练损失 ?在第 3 步为 NaN.*被信号 SIGKILL 终止/,
  )
  expect(wordsOf(ended, 'timeline')).toContain('已完成 50 个试验')
})

it('shows the words of a program as they are', () => {
  const snapshot = { ...sample, study: { ...sample.study, reason: verbatim('told to: 3 of us') } }
  expect(wordsOf(snapshot)).toContain('told to: 3 of us')
})
