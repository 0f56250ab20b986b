import { describe, expect, it } from 'vitest'
import { msg } from '../../../../src-main/core/errors/message.ts'
import { catalogs } from '../../../../src-main/core/i18n/catalogs.ts'
import type { MessageKey } from '../../../../src-main/core/i18n/message.ts'
import { inMetricWords } from '../../../../src-main/core/i18n/metric-label.ts'
import { createTranslate, placeholders } from '../../../../src-main/core/i18n/translate.ts'

const zh = createTranslate('zh-CN')

describe('in Chinese', () => {
  it('a metric in words stands in its sentence without blanks, a Latin name keeps them', () => {
    const metric = '训练损失'
    expect(zh('chart.noCurves', { metric })).toBe('没有已结束的试验报告过训练损失。')
    expect(zh('chart.noCurves', { metric: 'loss' })).toBe('没有已结束的试验报告过 loss。')
    expect(zh('error.training.nonFinite', { metric, step: 3, value: 'NaN' })).toContain(
      '训练损失在第 3 步',
    )
    expect(zh('error.training.nonFinite', { metric: 'loss', step: 3, value: 'NaN' })).toContain(
      'loss 在第 3 步',
    )
  })

  it('two of them in a row, one in a branch, and several in a list join likewise', () => {
    expect(
      zh('newStudy.follows.regression', {
        target: 'price',
        direction: '最小化',
        metric: '验证均方根误差',
      }),
    ).toBe('price 是数值：回归任务，最小化验证均方根误差。')
    expect(zh('rule.missingGoal', { direction: 'maximize', metric: '验证准确率' })).toBe(
      '没有最大化验证准确率的目标',
    )
    expect(zh('newStudy.triedUnread', { metrics: ['验证损失', '训练损失'], time: '20 秒' })).toBe(
      '可以运行，但 20 秒内没有读到验证损失、训练损失的值。',
    )
  })

  it('a stored reason joins them once its metrics have words', () => {
    const diverged = msg('error.training.nonFinite', { metric: 'trainLoss', value: 'NaN', step: 3 })
    expect(inMetricWords(zh, { task: 'tabular' }).format(diverged)).toContain('训练损失在第 3 步')
  })

  it('a name that a person chose keeps its blanks', () => {
    expect(zh('error.page.signedOut', { url: '网址', command: '命令' })).toMatch(/ 命令 /)
  })

  it('no text parts a Chinese metric from Chinese by a blank', () => {
    const parted = Object.entries(catalogs['zh-CN']).flatMap(([key, text]) => {
      const { names } = placeholders(text)
      const words = ['metric', 'metrics', 'goal', 'goals']
      if (!words.some(name => names.has(name))) return []
      const values = Object.fromEntries(
        [...names].map(name => [name, words.includes(name) ? '验证损失' : 7]),
      )
      const shown = zh(key as MessageKey, values)
      return /\p{Script=Han} (?=验证损失)|验证损失 (?=\p{Script=Han})/u.test(shown)
        ? [[key, shown]]
        : []
    })
    expect(parted).toEqual([])
  })
})
