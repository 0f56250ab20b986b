import { describe, expect, it } from 'vitest'
import {
  chineseReason,
  reasonText,
} from '../../../../../src-main/contract/i18n/reasons/reason-text.ts'
import { compileTemplate } from '../../../../../src-main/contract/i18n/reasons/sentence-template.ts'

describe('reasonText', () => {
  it('leaves what is stored as it is in English', () => {
    expect(reasonText('324 epochs trained', 'en')).toBe('324 epochs trained')
  })

  it.each([
    ['324 epochs trained', '已训练 324 轮'],
    ['all 48 cells of the grid have been tried', '网格的全部 48 格均已试过'],
    ['near trial 7, within 1.2e+2 % of the ranges', '在试验 7 附近，不出范围的 1.2e+2%'],
    [
      'the value at step 3 -Infinity is below the lower limit 0.5',
      '第 3 步的值 -Infinity 低于下限 0.5',
    ],
  ])('gives numbers unchanged: %s', (stored, text) => {
    expect(reasonText(stored, 'zh-CN')).toBe(text)
  })

  it('gives names unchanged, and lists in Chinese punctuation', () => {
    expect(reasonText('child of trials 1, 2 and 13, batchSize, l2 mutated', 'zh-CN')).toBe(
      '试验 1、2 和 13 的子代，变异 batchSize、l2',
    )
    expect(reasonText('generation 3: crossing of trials 4 and 5', 'zh-CN')).toBe(
      '第 3 代：试验 4 和 5 的交叉',
    )
  })

  it('leaves out what an optional part would show', () => {
    expect(reasonText('drawn from the distribution of generation 0', 'zh-CN')).toBe(
      '从第 0 代的分布抽取',
    )
    expect(
      reasonText(
        'drawn from the distribution of generation 2 after restart 1, step size 0.20',
        'zh-CN',
      ),
    ).toBe('第 1 次重启后，从第 2 代的分布抽取，步长 0.20')
  })

  it('reads a sentence within a sentence within a sentence', () => {
    const stored =
      'gp, drawn with probability 0.5: start-up: 3 of 10 trials have a value (counting the 12 earlier trials); draw 2; result of trial 4 reused'
    expect(reasonText(stored, 'zh-CN')).toBe(
      'gp，以概率 0.5 抽中：起步阶段：所需的 10 个试验中 3 个已有值（含先前的 12 个试验）；第 2 次抽取；沿用试验 4 的结果',
    )
    expect(
      reasonText(
        'catcma since trial 200, as the first 200 trials are over (a distribution around the best trials goes on where a model gains little): drawn at random',
        'zh-CN',
      ),
    ).toBe(
      '自试验 200 起为 catcma，因为前 200 个试验已结束（模型收益甚微之后，由最佳试验周围的分布继续）：随机抽取',
    )
  })

  it('reads lists of what samplers and rules of several metrics say', () => {
    expect(
      reasonText(
        'grid: all 4 cells of the grid have been tried; gradient: the run has ended: 20 steps done',
        'zh-CN',
      ),
    ).toBe('grid：网格的全部 4 格均已试过；gradient：该轮已结束：已走完 20 步')
    expect(
      reasonText(
        'val: loss: the value at step 2 is NaN; bracket 1 of 3: the value at step 2 is NaN',
        'zh-CN',
      ),
    ).toBe('val：loss：第 2 步的值为 NaN；第 1 组（共 3 组）：第 2 步的值为 NaN')
  })

  it.each([
    'ValueError: x must be positive',
    'no such file; see the log: 3 lines',
    'stop: too hot; 5 trials done',
    'bracket 1 of 3: because I say so',
    'Process finished',
    'x = 5',
    '',
  ])('shows the words of a user’s program as they are: %s', words => {
    expect(chineseReason(words)).toBeNull()
    expect(reasonText(words, 'zh-CN')).toBe(words)
  })

  it('keeps such words within a sentence of ours', () => {
    expect(
      reasonText('The program ended with exit code 1: Traceback\n  boom: [1]; end', 'zh-CN'),
    ).toBe('程序以退出码 1 结束：Traceback\n  boom: [1]; end')
    expect(reasonText('the table says FAILED (see {log})', 'zh-CN')).toBe(
      '表格标为 FAILED (see {log})',
    )
  })

  it('is quick with whatever a program prints', () => {
    const words = 'a: b; '.repeat(2_000)
    const startedAt = performance.now()
    expect(reasonText(words, 'zh-CN')).toBe(words)
    expect(performance.now() - startedAt).toBeLessThan(1_000)
  })
})

describe('compileTemplate', () => {
  it('refuses templates that do not say what they mean', () => {
    expect(() => compileTemplate(['{trial:wrod} ends', '{trial} 结束'])).toThrow('no kind wrod')
    expect(() => compileTemplate(['it ends', '{trial} 结束'])).toThrow('nothing gives {trial}')
  })

  it('takes signs of expressions for what they are', () => {
    const translate = compileTemplate(['p = {p} (test?)', 'p = {p}（检验？）'])
    expect(translate('p = 1e-7 (test?)', () => null)).toBe('p = 1e-7（检验？）')
    expect(translate('p = 1 (tes)', () => null)).toBeNull()
  })
})
